//! Which ticks are initialised: one bit for each multiple of the spacing, in words of 256 as Uniswap v3's TickBitmap.
//!
//! The words matter for the result: a swap pauses at the end of each, and each pause rounds once.

use std::sync::Arc;

use super::tick_math::{TICK_MAX, TICK_MIN};

/// One bit for each possible tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TickBitmap {
    spacing: i32,
    /// The number of the first word.
    first: i32,
    /// Shared between copies of a pool until one of them changes.
    words: Arc<Vec<[u64; 4]>>,
}

/// A tick's multiple of the spacing, rounded towards minus infinity.
fn compress(tick: i32, spacing: i32) -> i32 {
    tick.div_euclid(spacing)
}

impl TickBitmap {
    /// No tick initialised.
    #[must_use]
    pub fn new(spacing: i32) -> Self {
        let (first, last) = (compress(TICK_MIN, spacing) >> 8, compress(TICK_MAX, spacing) >> 8);
        Self { spacing, first, words: Arc::new(vec![[0; 4]; (last - first + 1) as usize]) }
    }

    /// Marks or unmarks `tick`, a multiple of the spacing.
    pub fn flip(&mut self, tick: i32) {
        let place = compress(tick, self.spacing);
        let bit = (place & 255) as usize;
        Arc::make_mut(&mut self.words)[((place >> 8) - self.first) as usize][bit >> 6] ^= 1 << (bit & 63);
    }

    #[inline]
    fn word(&self, number: i32) -> &[u64; 4] {
        // A place beyond the last possible tick has an empty word.
        usize::try_from(number - self.first).ok().and_then(|index| self.words.get(index)).unwrap_or(&[0; 4])
    }

    /// The next initialised tick within the same word, at or below `tick` where `down`, else above it; or else the
    /// last tick of that word. With it whether it is initialised.
    #[inline]
    #[must_use]
    pub fn next(&self, tick: i32, down: bool) -> (i32, bool) {
        let place = compress(tick, self.spacing);
        if down {
            let (word, bit) = (self.word(place >> 8), (place & 255) as usize);
            let mut limb = bit >> 6;
            let mut bits = word[limb] & (u64::MAX >> (63 - (bit & 63)));
            loop {
                if bits != 0 {
                    let found = limb * 64 + 63 - bits.leading_zeros() as usize;
                    return ((place - (bit - found) as i32) * self.spacing, true);
                }
                if limb == 0 {
                    return ((place - bit as i32) * self.spacing, false);
                }
                limb -= 1;
                bits = word[limb];
            }
        }
        let place = place + 1;
        let (word, bit) = (self.word(place >> 8), (place & 255) as usize);
        let mut limb = bit >> 6;
        let mut bits = word[limb] & (u64::MAX << (bit & 63));
        loop {
            if bits != 0 {
                let found = limb * 64 + bits.trailing_zeros() as usize;
                return ((place + (found - bit) as i32) * self.spacing, true);
            }
            if limb == 3 {
                return ((place + (255 - bit) as i32) * self.spacing, false);
            }
            limb += 1;
            bits = word[limb];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contract's own cases (TickBitmap.spec.ts), at a spacing of one.
    #[test]
    fn the_next_tick_is_the_contract_s() {
        let mut bitmap = TickBitmap::new(1);
        for tick in [-200, -55, -4, 70, 78, 84, 139, 240, 535] {
            bitmap.flip(tick);
        }
        for (tick, next) in [(78, (84, true)), (-55, (-4, true)), (77, (78, true)), (-56, (-55, true))] {
            assert_eq!(bitmap.next(tick, false), next);
        }
        assert_eq!(bitmap.next(255, false), (511, false));
        assert_eq!(bitmap.next(-257, false), (-200, true));
        assert_eq!(bitmap.next(508, false), (511, false));
        assert_eq!(bitmap.next(383, false), (511, false));
        for (tick, next) in [(78, (78, true)), (79, (78, true)), (258, (256, false)), (256, (256, false))] {
            assert_eq!(bitmap.next(tick, true), next);
        }
        assert_eq!(bitmap.next(72, true), (70, true));
        assert_eq!(bitmap.next(-257, true), (-512, false));
        assert_eq!(bitmap.next(1023, true), (768, false));
        assert_eq!(bitmap.next(900, true), (768, false));
        bitmap.flip(70);
        assert_eq!(bitmap.next(72, true), (0, false));
    }
}
