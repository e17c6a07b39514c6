//! The one level at which requests are cut.

use walras_ledger::Atoms;

use super::requests::sums;

/// Where requests are cut: those up to `base` are met, of the others the first `more` get `base` + 1, the rest `base`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) base: Atoms,
    pub(super) more: usize,
}

/// From how many amounts on a sample is worth it.
const MANY: usize = 1 << 14;

/// One block of so many is sampled.
const ONE_IN: usize = 16;

/// Neighbours that are sampled together.
const BLOCK: usize = 256;

/// Amounts that stay in the nearest cache while they are read twice.
const CHUNK: usize = 1024;

/// Amounts that are looked through where one of them lies in the band.
const RUN: usize = 64;

/// So many times its standard error, the band reaches to either side of the sample's level.
const ERRORS: f64 = 4.0;

/// The level at which `amounts` share `capacity`; they are not negative, and more than it together.
///
/// Where there are many, a sample tells a band in which the level should lie. One sweep over all sums up what is filled
/// below it and keeps the amounts in it, among which the level is found. Where it lies elsewhere, all are swept until it
/// is found.
pub(super) fn level(amounts: &[Atoms], capacity: Atoms, kept: &mut Vec<Atoms>) -> Level {
    let all = Cut { near: amounts, far: 0, capacity: i128::from(capacity) };
    // An equal share of the capacity is never above the level.
    let equal = capacity / amounts.len().max(1) as Atoms;
    let Some(band) = band(amounts, capacity, kept) else { return all.level(equal) };
    let below = filled_keeping(amounts, band, kept);
    if below.filled > all.capacity {
        return all.level(equal);
    }
    if kept.len() > most_kept(amounts) {
        return all.level(band.low);
    }
    // Without what those get that the band's lower end meets.
    let capacity = all.capacity - below.filled + i128::from(band.low) * below.above as i128;
    let found = Cut { near: kept, far: below.above - kept.len(), capacity }.level(band.low);
    if found.base <= band.high { found } else { all.level(found.base) }
}

/// Amounts that share a capacity, with so many others that are greater than any level of interest.
struct Cut<'a> {
    near: &'a [Atoms],
    far: usize,
    capacity: i128,
}

/// F(t) = Σ min(d, t), what all get at a level t, and the number of amounts above it.
struct Filled {
    filled: i128,
    above: usize,
}

/// From above `low` up to `high`.
#[derive(Clone, Copy)]
struct Band {
    low: Atoms,
    high: Atoms,
}

impl Cut<'_> {
    /// The level, from `start`, which is not above it.
    ///
    /// F is concave and rises by the number of amounts above t, so that Newton's step t + ⌊(C − F(t))/#{d > t}⌋ leads up
    /// to the base, where it stays in place. On the way somebody is always cut, as there is not enough for all.
    fn level(&self, start: Atoms) -> Level {
        let mut base = start;
        loop {
            let Filled { filled, above } = self.filled(base);
            let left = self.capacity - filled;
            let step = left.div_euclid(above as i128);
            if step == 0 {
                return Level { base, more: left as usize };
            }
            base = (i128::from(base) + step) as Atoms;
        }
    }

    fn filled(&self, level: Atoms) -> Filled {
        let (low_halves, high_halves, above) = cut_sums(self.near, level);
        let near = (i128::from(high_halves) << 32) + i128::from(low_halves);
        Filled { filled: near + i128::from(level) * self.far as i128, above: above + self.far }
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

/// Where the level should lie, as a sample of blocks in even steps has it. Nothing where there are few amounts, or the
/// sampled ones could all be met.
fn band(amounts: &[Atoms], capacity: Atoms, sample: &mut Vec<Atoms>) -> Option<Band> {
    if amounts.len() < MANY {
        return None;
    }
    sample.clear();
    for block in amounts.chunks(BLOCK).step_by(ONE_IN) {
        sample.extend_from_slice(block);
    }
    let share = i128::from(capacity) * sample.len() as i128 / amounts.len() as i128;
    if sums(sample).0 <= share {
        return None;
    }
    let equal = capacity / amounts.len() as Atoms;
    let sampled = Cut { near: sample, far: 0, capacity: share };
    let middle = sampled.level((share / sample.len() as i128) as Atoms).base;
    let Filled { filled, above } = sampled.filled(middle);
    // The variance of what lies between 0 and t is at most its mean times the mean of what it lacks of t.
    let (mean, top) = (filled as f64 / sample.len() as f64, middle as f64);
    let error = (mean * (top - mean).max(0.0) * sample.len() as f64).sqrt() / above as f64;
    let reach = (ERRORS * error).ceil() as Atoms;
    Some(Band { low: middle.saturating_sub(reach).max(equal), high: middle.saturating_add(reach).max(equal) })
}

/// The most that are kept of a band: no more than were sampled.
fn most_kept(amounts: &[Atoms]) -> usize {
    amounts.len() / ONE_IN
}

/// What is filled up to the lower end of the band; and the amounts in it, of which the last may be missing where more are
/// kept than are of use.
fn filled_keeping(amounts: &[Atoms], band: Band, kept: &mut Vec<Atoms>) -> Filled {
    kept.clear();
    let mut all = Filled { filled: 0, above: 0 };
    for chunk in amounts.chunks(CHUNK) {
        let Filled { filled, above } = Cut { near: chunk, far: 0, capacity: 0 }.filled(band.low);
        all.filled += filled;
        all.above += above;
        if kept.len() <= most_kept(amounts) {
            keep(chunk, band, kept);
        }
    }
    all
}

/// Keeps those in the band.
#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn keep(chunk: &[Atoms], band: Band, kept: &mut Vec<Atoms>) {
    let is_within = |amount: Atoms| (amount > band.low) & (amount <= band.high);
    for run in chunk.chunks(RUN) {
        // Few runs have any.
        if run.iter().fold(0_u64, |within, &amount| within | u64::from(is_within(amount))) != 0 {
            kept.extend(run.iter().copied().filter(|&amount| is_within(amount)));
        }
    }
}

/// Writes what everybody gets at this level.
pub(super) fn cut_at(amounts: &[Atoms], level: Level, granted: &mut [Atoms]) {
    // Up to the row that gets the last atom left, whoever is cut is cut one higher.
    let mut left = level.more;
    for (chunk, granted) in amounts.chunks(CHUNK).zip(granted.chunks_mut(CHUNK)) {
        let above = if left > 0 { cut_sums(chunk, level.base).2 } else { 0 };
        let rows = if left == 0 {
            0
        } else if above <= left {
            chunk.len()
        } else {
            let last = chunk.iter().enumerate().filter(|(_, amount)| **amount > level.base).take(left).last();
            last.map_or(0, |(row, _)| row + 1)
        };
        left -= above.min(left);
        at_most(&chunk[..rows], level.base.saturating_add(1), &mut granted[..rows]);
        at_most(&chunk[rows..], level.base, &mut granted[rows..]);
    }
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

    /// Amounts of the given shape: some that a sample follows, and some that it is misled by.
    fn amounts(shape: u32, rows: u64, most: Atoms, word: impl Fn(u64) -> Atoms) -> Vec<Atoms> {
        let is_sampled = |row: u64| (row as usize / BLOCK).is_multiple_of(ONE_IN);
        let heavy = |row: u64| word(row) >> (word(row + rows) % 63);
        let of = |row: u64| match shape {
            0 => word(row) % most,
            1 => heavy(row),
            // In rising order.
            2 => (row as Atoms).saturating_mul(most / rows as Atoms),
            // All equal.
            3 => most,
            // Two values, then one giant, which not even one block has.
            4 => [most / 3, most][word(row) as usize % 2],
            5 if row == rows / 2 => i64::MAX,
            5 => 1,
            // What is sampled is smaller, greater, or nothing.
            6 => word(row) % most / if is_sampled(row) { 8 } else { 1 },
            7 => word(row) % most / if is_sampled(row) { 1 } else { 8 },
            8 => {
                if is_sampled(row) {
                    0
                } else {
                    heavy(row)
                }
            }
            // Most lie close to one value, as close as the band.
            _ => most / 2 + word(row) % (most / 1000 + 1),
        };
        (0..rows).map(of).collect()
    }

    #[test]
    fn the_level_equals_that_by_sorting() {
        let keys = Keys::new(9);
        let mut kept = Vec::new();
        for case in 0..800_u32 {
            let rows = if case % 20 == 0 { 40_000 } else { 1 + u64::from(case % 13) };
            let word = |row: u64| {
                let (high, low) =
                    (keys.word(Purpose::sample(22), 2 * row, case), keys.word(Purpose::sample(22), 2 * row + 1, case));
                i64::from(high >> 1) << 32 | i64::from(low)
            };
            let most = [4, 1000, 1 << 40, i64::MAX][case as usize / 20 % 4];
            let amounts = amounts(case / 80, rows, most, word);
            let total: i128 = amounts.iter().map(|&amount| i128::from(amount)).sum();
            for thousandths in [0, 1, 100, 500, 900, 999] {
                let capacity = (total * thousandths / 1000).min(i128::from(i64::MAX)) as Atoms;
                if i128::from(capacity) < total {
                    let found = level(&amounts, capacity, &mut kept);
                    assert_eq!(found, plainly(&amounts, capacity), "{capacity} among {rows} in case {case}");
                }
            }
        }
    }

    /// What is written is at most what is asked, and the capacity together, whichever row gets the last atom.
    #[test]
    fn the_last_atom_goes_to_the_last_row_that_the_level_says() {
        let amounts: Vec<Atoms> = (0..5000).map(|row| row % 7).collect();
        let cut = amounts.iter().filter(|&&amount| amount > 3).count();
        let mut granted = vec![0; amounts.len()];
        for more in [0, 1, 437, 438, 439, 1000, cut - 1, cut] {
            cut_at(&amounts, Level { base: 3, more }, &mut granted);
            let mut left = more;
            for (row, (&amount, &granted)) in amounts.iter().zip(&granted).enumerate() {
                let one = usize::from(amount > 3 && left > 0);
                left -= one;
                assert_eq!(granted, amount.min(3) + one as Atoms, "row {row}, {more} more");
            }
        }
    }
}
