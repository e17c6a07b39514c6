//! The one level at which requests are cut.

use walras_ledger::Atoms;
use walras_numerics::elementary::sqrt;

/// Where requests are cut: those up to `base` are met, of the others the first `more` get `base` + 1, the rest `base`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) base: Atoms,
    pub(super) more: usize,
}

/// Room to look for a level.
#[derive(Debug, Clone, Default)]
pub(super) struct Search {
    sample: Vec<Atoms>,
    near: Vec<Atoms>,
}

/// How many values are sampled.
const SAMPLE: usize = 2048;
/// By how many deviations the sample's level is missed at most, but for one case in 10⁵.
const MISSED: f64 = 4.5;

/// The level at which `amounts` share `capacity`; they are not negative, at most `most`, and more than it together.
///
/// F(t) = Σ min(d, t) is concave and rises by the number of requests above t. From any t with F(t) ≤ C Newton's step
/// t + ⌊(C − F(t))/#{d > t}⌋ stays on that side, and where it stays in place, t is the base. It starts close to the
/// answer, which a sample tells, and then looks only at the requests that are not yet surely met or surely cut.
pub(super) fn level(amounts: &[Atoms], capacity: Atoms, most: Atoms, search: &mut Search) -> Level {
    let capacity = i128::from(capacity);
    // An equal share of the capacity is never above the level.
    let equal = (capacity / amounts.len().max(1) as i128) as Atoms;
    let mut split = None;
    if amounts.len() >= 8 * SAMPLE {
        let (low, high) = guess(amounts, capacity, &mut search.sample);
        let (low, high) = (low.clamp(equal, most), high.clamp(equal, most));
        let found = Split::new(amounts, low, high, &mut search.near);
        let beyond = high == most || found.filled(high, &search.near).0 > capacity;
        split = (beyond && found.filled(low, &search.near).0 <= capacity).then_some((found, low));
    }
    let (split, mut base) = split.unwrap_or_else(|| (Split::new(amounts, equal, most, &mut search.near), equal));
    loop {
        let (filled, above) = split.filled(base, &search.near);
        let left = capacity - filled;
        let step = left / above.max(1) as i128;
        if step == 0 || above == 0 {
            return Level { base, more: left as usize };
        }
        base += step as Atoms;
    }
}

/// Requests up to some level, whose sum is known, those above another, whose number is, and between them the near ones.
#[derive(Debug, Clone, Copy)]
struct Split {
    met: i128,
    cut: usize,
    /// How many are near.
    near: usize,
}

impl Split {
    fn new(amounts: &[Atoms], low: Atoms, high: Atoms, near: &mut Vec<Atoms>) -> Self {
        // Without branches: every amount is written, and the place moves only where it is near. The column keeps its
        // length, so that it is not cleared each time.
        if near.len() < amounts.len() {
            near.resize(amounts.len(), 0);
        }
        let (mut low_halves, mut high_halves, mut cut, mut found) = (0_u64, 0_u64, 0, 0);
        for &amount in amounts {
            let met = if amount <= low { amount.cast_unsigned() } else { 0 };
            low_halves += u64::from(met as u32);
            high_halves += met >> 32;
            cut += usize::from(amount > high);
            near[found] = amount;
            found += usize::from(amount > low && amount <= high);
        }
        Self { met: (i128::from(high_halves) << 32) + i128::from(low_halves), cut, near: found }
    }

    /// Σ min(d, t) and the number of requests above t, for t between the two levels.
    fn filled(self, level: Atoms, near: &[Atoms]) -> (i128, usize) {
        let (low_halves, high_halves, above) = cut_sums(&near[..self.near], level);
        let near = (i128::from(high_halves) << 32) + i128::from(low_halves);
        (self.met + near + i128::from(level) * self.cut as i128, above + self.cut)
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

/// Two levels between which the level most likely is, from a sample in even steps.
fn guess(amounts: &[Atoms], capacity: i128, sample: &mut Vec<Atoms>) -> (Atoms, Atoms) {
    sample.clear();
    sample.extend(amounts.iter().step_by(amounts.len() / SAMPLE));
    sample.sort_unstable();
    let count = sample.len() as f64;
    let share = capacity as f64 / amounts.len() as f64 * count;
    let middle = level_of_sorted(sample, share);
    let variance: f64 = sample.iter().map(|&amount| (amount as f64).min(middle) - share / count).map(|x| x * x).sum();
    let missed = MISSED * sqrt(variance);
    // Floats beyond an amount saturate.
    let low = level_of_sorted(sample, share - missed) as Atoms;
    let high = level_of_sorted(sample, share + missed) as Atoms;
    (low, high.saturating_add(1))
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
                    let most = amounts.iter().copied().max().unwrap_or(0);
                    let found = level(&amounts, capacity, most, &mut Search::default());
                    assert_eq!(found, plainly(&amounts, capacity), "{capacity} among {rows} in case {case}");
                }
            }
        }
    }
}
