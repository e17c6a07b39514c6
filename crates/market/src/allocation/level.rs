//! The one level at which requests are cut.

use walras_ledger::Atoms;

/// Where requests are cut: those up to `base` are met, of the others the first `more` get `base` + 1, the rest `base`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) base: Atoms,
    pub(super) more: usize,
}

/// How many values are sampled.
const SAMPLE: usize = 2048;

/// The level at which `amounts` share `capacity`; they are not negative, and more than it together.
///
/// F(t) = Σ min(d, t) is concave and rises by the number of requests above t, so that Newton's step
/// t + ⌊(C − F(t))/#{d > t}⌋ leads from anywhere to a t with F(t) ≤ C, and from there up to the base, where it stays in
/// place. It starts close to the answer, which a sample tells, and takes a few sweeps over the amounts.
pub(super) fn level(amounts: &[Atoms], capacity: Atoms, sample: &mut Vec<Atoms>) -> Level {
    // An equal share of the capacity is never above the level.
    let equal = capacity / amounts.len().max(1) as Atoms;
    let guessed = if amounts.len() >= 8 * SAMPLE { guess(amounts, capacity, sample) } else { equal };
    let mut base = guessed.max(equal);
    loop {
        let (low_halves, high_halves, above) = cut_sums(amounts, base);
        let filled = (i128::from(high_halves) << 32) + i128::from(low_halves);
        let left = i128::from(capacity) - filled;
        if above == 0 {
            // Above them all: back to where some are cut, as there is not enough.
            base = equal;
            continue;
        }
        let step = left.div_euclid(above as i128);
        if step == 0 {
            return Level { base, more: left as usize };
        }
        // Between the equal share and an amount.
        base = (i128::from(base) + step).max(i128::from(equal)) as Atoms;
    }
}

/// The sums of the halves of min(d, t), and the number of amounts above t.
#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn cut_sums(near: &[Atoms], level: Atoms) -> (u64, u64, usize) {
    let (mut low_halves, mut high_halves, mut above) = (0_u64, 0_u64, 0_u64);
    for &amount in near {
        let part = amount.min(level).cast_unsigned();
        low_halves += u64::from(part as u32);
        high_halves += part >> 32;
        above += u64::from(amount > level);
    }
    (low_halves, high_halves, above as usize)
}

/// Writes what everybody gets at this level.
pub(super) fn cut_at(amounts: &[Atoms], level: Level, granted: &mut [Atoms]) {
    // Up to the row that gets the last atom left, whoever is cut is cut one higher.
    let mut left = level.more;
    let mut rows = 0;
    for chunk in amounts.chunks(1024) {
        let above = cut_sums(chunk, level.base).2;
        if above >= left {
            let last = chunk.iter().enumerate().filter(|(_, amount)| **amount > level.base).take(left).last();
            rows += last.map_or(0, |(row, _)| row + 1);
            break;
        }
        left -= above;
        rows += chunk.len();
    }
    at_most(&amounts[..rows], level.base.saturating_add(1), &mut granted[..rows]);
    at_most(&amounts[rows..], level.base, &mut granted[rows..]);
}

#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn at_most(amounts: &[Atoms], level: Atoms, granted: &mut [Atoms]) {
    for (granted, &amount) in granted.iter_mut().zip(amounts) {
        *granted = amount.min(level);
    }
}

/// The level as a sample in even steps has it.
fn guess(amounts: &[Atoms], capacity: Atoms, sample: &mut Vec<Atoms>) -> Atoms {
    sample.clear();
    sample.extend(amounts.iter().step_by(amounts.len() / SAMPLE));
    sample.sort_unstable();
    // Floats beyond an amount saturate.
    level_of_sorted(sample, capacity as f64 / amounts.len() as f64 * sample.len() as f64) as Atoms
}

/// The level at which `sorted` amounts share `capacity`; infinite where there is enough.
fn level_of_sorted(sorted: &[Atoms], capacity: f64) -> f64 {
    let mut left = capacity.max(0.0);
    for (met, &amount) in sorted.iter().enumerate() {
        let share = left / (sorted.len() - met) as f64;
        if amount as f64 > share {
            return share;
        }
        left -= amount as f64;
    }
    f64::INFINITY
}

#[cfg(test)]
mod tests {
    use walras_numerics::{Keys, Purpose};

    use super::*;

    /// By sorting: those below an equal share of what is left are met.
    fn plainly(amounts: &[Atoms], capacity: Atoms) -> Level {
        let mut sorted = amounts.to_vec();
        sorted.sort_unstable();
        let mut left = i128::from(capacity);
        for (met, &amount) in sorted.iter().enumerate() {
            let waiting = (sorted.len() - met) as i128;
            if i128::from(amount) > left / waiting {
                return Level { base: (left / waiting) as Atoms, more: (left % waiting) as usize };
            }
            left -= i128::from(amount);
        }
        panic!("there is enough");
    }

    #[test]
    fn the_level_equals_that_by_sorting() {
        let keys = Keys::new(9);
        for case in 0..600_u32 {
            let rows = if case % 20 == 0 { 40_000 } else { 1 + u64::from(case % 13) };
            let word = |row: u64| {
                let (high, low) =
                    (keys.word(Purpose::sample(22), 2 * row, case), keys.word(Purpose::sample(22), 2 * row + 1, case));
                i64::from(high >> 1) << 32 | i64::from(low)
            };
            let most = [4, 1000, 1 << 40, i64::MAX][case as usize / 20 % 4];
            // Even spreads, heavy tails, and amounts in rising order, which a sample in even steps follows.
            let amounts: Vec<Atoms> = match case / 80 % 3 {
                0 => (0..rows).map(|row| word(row) % most).collect(),
                1 => (0..rows).map(|row| word(row) >> (word(row + rows) % 63)).collect(),
                _ => (0..rows as i64).map(|row| row.saturating_mul(most / rows as i64)).collect(),
            };
            let total: i128 = amounts.iter().map(|&amount| i128::from(amount)).sum();
            for tenths in [0, 1, 5, 9] {
                let capacity = (total * tenths / 10).min(i128::from(i64::MAX)) as Atoms;
                if i128::from(capacity) < total {
                    let found = level(&amounts, capacity, &mut Vec::new());
                    assert_eq!(found, plainly(&amounts, capacity), "{capacity} among {rows} in case {case}");
                }
            }
        }
    }
}
