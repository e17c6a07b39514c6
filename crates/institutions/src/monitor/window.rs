//! The last values of a series, in plain numbers.

/// Where the count of values taken in stands; the values follow, each at its number modulo the length.
const COUNT: usize = 0;

/// How many numbers a window keeps beside its values.
pub(super) const HEAD: usize = 1;

/// A view of a window: a count of the values ever taken in, then the values in a ring.
pub(super) struct Window<'a> {
    count: u64,
    ring: &'a [f64],
}

impl<'a> Window<'a> {
    /// The window that `memory` holds, all of zeros at first.
    pub(super) fn of(memory: &'a [f64]) -> Self {
        // Counts are whole and far below 2⁵³.
        Self { count: memory[COUNT] as u64, ring: &memory[HEAD..] }
    }

    /// How many values it holds.
    pub(super) fn len(&self) -> usize {
        (self.count as usize).min(self.ring.len())
    }

    /// Whether it holds as many values as it can.
    pub(super) fn is_full(&self) -> bool {
        self.len() == self.ring.len()
    }

    /// Its values, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = f64> {
        // What stands before the place of the next is newest, what stands from it on oldest.
        let (newer, older) = self.values().split_at((self.count % self.ring.len() as u64) as usize);
        newer.iter().rev().chain(older.iter().rev()).copied()
    }

    /// Its values, in the order in which they stand.
    pub(super) fn values(&self) -> &'a [f64] {
        &self.ring[..self.len()]
    }
}

/// Takes in a value, in the oldest one's place once the window is full.
pub(super) fn push(memory: &mut [f64], value: f64) {
    let ring = memory.len() - HEAD;
    let place = memory[COUNT] as u64 % ring as u64;
    memory[HEAD + place as usize] = value;
    memory[COUNT] += 1.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_the_last_values_newest_first() {
        let mut memory = vec![0.0; HEAD + 3];
        for value in 1..=7 {
            push(&mut memory, f64::from(value));
            let window = Window::of(&memory);
            assert_eq!((window.len(), window.is_full()), (value.min(3) as usize, value >= 3));
            let expected: Vec<f64> = (1..=value).rev().take(3).map(f64::from).collect();
            assert_eq!(window.newest_first().collect::<Vec<f64>>(), expected);
            assert_eq!(window.values().iter().sum::<f64>(), expected.iter().sum::<f64>());
        }
    }
}
