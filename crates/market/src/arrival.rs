//! The order in which orders arrive at a venue within one step.
//!
//! Orders are sorted by a random key of their own, so that one more order leaves the order of the others as it
//! was; where arrival is by priority fee, higher fees come first and the key breaks ties.

use walras_catalog::choice;
use walras_ledger::Atoms;

choice! {
    /// Who is served first when orders of one step arrive one by one.
    pub enum Arrival {
        /// In random order, drawn anew each step.
        Shuffled = "shuffled",
        /// The highest priority fee first, ties in random order.
        PriorityFee = "priority_fee",
    }
}

/// Something that arrives at a moment drawn at random.
pub trait Arriving: Copy + Default {
    /// The random key of its arrival.
    fn key(&self) -> u32;
}

/// An order that waits to be served: where it stands, and when it arrives. Small, since many are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ticket {
    /// The random key of its arrival.
    pub key: u32,
    /// Its place among all traders of the market, group after group.
    pub place: u32,
}

impl Arriving for Ticket {
    #[inline]
    fn key(&self) -> u32 {
        self.key
    }
}

const BITS: u32 = 11;
const BUCKETS: usize = 1 << BITS;

/// Sorts `rows`, given in column order, by arrival. `priority_fee` gives what a row offers to come first; `spare` is
/// room to work in.
pub fn sort<T: Arriving>(arrival: Arrival, rows: &mut Vec<T>, spare: &mut Vec<T>, priority_fee: impl Fn(&T) -> Atoms) {
    match arrival {
        // The rows are in column order and the sort is stable, so equal keys keep it.
        Arrival::PriorityFee => rows.sort_by_cached_key(|row| (std::cmp::Reverse(priority_fee(row)), row.key())),
        Arrival::Shuffled if rows.len() < 256 => rows.sort_by_key(Arriving::key),
        Arrival::Shuffled => radix(rows, spare),
    }
}

/// A stable radix sort by key, least significant digit first.
fn radix<T: Arriving>(rows: &mut Vec<T>, spare: &mut Vec<T>) {
    spare.clear();
    spare.resize(rows.len(), T::default());
    for digit in 0..3 {
        let digit_of = |row: &T| (row.key() >> (digit * BITS)) as usize & (BUCKETS - 1);
        let mut starts = [0_usize; BUCKETS];
        for row in rows.iter() {
            starts[digit_of(row)] += 1;
        }
        let mut start = 0;
        for slot in &mut starts {
            start += std::mem::replace(slot, start);
        }
        for row in rows.iter() {
            let slot = &mut starts[digit_of(row)];
            spare[*slot] = *row;
            *slot += 1;
        }
        std::mem::swap(rows, spare);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy, Default, PartialEq)]
    struct Row(u32, i64, usize);

    impl Arriving for Row {
        fn key(&self) -> u32 {
            self.0
        }
    }

    fn rows(n: usize) -> Vec<Row> {
        let keys = walras_numerics::Keys::new(3);
        let word = |i: usize| keys.word(walras_numerics::Purpose::arrival(0), i as u64, 0);
        (0..n).map(|i| Row(word(i) % 5000, i64::from(word(i) % 3), i)).collect()
    }

    #[test]
    fn radix_equals_the_library_sort() {
        for n in [0, 1, 255, 256, 10_000] {
            let (mut fast, mut slow) = (rows(n), rows(n));
            sort(Arrival::Shuffled, &mut fast, &mut Vec::new(), |row| row.1);
            slow.sort_by_key(|row| row.0);
            assert_eq!(fast, slow);
        }
    }

    #[test]
    fn one_more_order_leaves_the_order_of_the_others() {
        let (mut fewer, mut more) = (rows(999), rows(1000));
        sort(Arrival::Shuffled, &mut fewer, &mut Vec::new(), |row| row.1);
        sort(Arrival::Shuffled, &mut more, &mut Vec::new(), |row| row.1);
        more.retain(|row| row.2 != 999);
        assert_eq!(fewer, more);
    }

    #[test]
    fn higher_fees_come_first() {
        let mut rows = rows(500);
        sort(Arrival::PriorityFee, &mut rows, &mut Vec::new(), |row| row.1);
        assert!(rows.is_sorted_by(|a, b| (a.1, b.0) >= (b.1, a.0)));
    }
}
