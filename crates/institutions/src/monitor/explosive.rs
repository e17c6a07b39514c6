//! Whether a series grows faster than it should: the right-tailed Dickey–Fuller test, recursively backwards.

use walras_numerics::elementary::sqrt;
use walras_numerics::{Keys, Purpose};

/// The sums of a regression of changes on the levels before them, levels counted from the newest of all.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    count: f64,
    level: f64,
    level_squared: f64,
    change: f64,
    change_squared: f64,
    product: f64,
}

impl Sums {
    fn take(&mut self, level: f64, change: f64) {
        self.count += 1.0;
        self.level += level;
        self.level_squared += level * level;
        self.change += change;
        self.change_squared += change * change;
        self.product += level * change;
    }

    /// The square of the t statistic of β in Δy = α + β·y₋₁ + e, with β's sign; `NaN` where levels or residuals do not vary.
    ///
    /// With S, P and C the sums of squares and products about the means, β = P/S and t² = (n − 2)·P²/(S·C − P²). All are
    /// taken n times, which spares divisions.
    fn signed_square(&self) -> f64 {
        let squares = self.count * self.level_squared - self.level * self.level;
        let products = self.count * self.product - self.level * self.change;
        let changes = self.count * self.change_squared - self.change * self.change;
        let unexplained = squares * changes - products * products;
        // What rounding leaves of sums that cancel is not a variance.
        let varies = squares > 1e-13 * self.count * self.level_squared
            && unexplained > 1e-13 * squares * self.count * self.change_squared;
        if varies { (self.count - 2.0) * products * products.abs() / unexplained } else { f64::NAN }
    }
}

/// The greatest statistic over all stretches of at least `least` levels that end at the newest, with which `levels` begin:
/// the backward sup ADF statistic without lags. `None` where there are too few, or where no stretch has a statistic.
///
/// Each stretch is one longer than the last, so that all of them cost as much as one.
pub(super) fn backward_sup(mut levels: impl Iterator<Item = f64>, least: usize) -> Option<f64> {
    let newest = levels.next()?;
    let (mut sums, mut greatest, mut after) = (Sums::default(), f64::NAN, 0.0);
    let first = (least.max(LEAST) - 1) as f64;
    for level in levels {
        let before = level - newest;
        sums.take(before, after - before);
        after = before;
        if sums.count >= first {
            // The greatest of a number and one that is undefined is the number.
            greatest = greatest.max(sums.signed_square());
        }
    }
    greatest.is_finite().then(|| if greatest < 0.0 { -sqrt(-greatest) } else { sqrt(greatest) })
}

/// The fewest levels that have a statistic: three changes, of which one is free.
pub(super) const LEAST: usize = 4;

/// How many lengths the critical values are computed for; those between are interpolated.
pub(super) const SIZES: usize = 12;

/// The lengths, from `least` to `most`, in nearly constant proportion.
fn sizes(least: usize, most: usize) -> [usize; SIZES] {
    let mut sizes = [most; SIZES];
    let mut size = least;
    for (place, slot) in sizes.iter_mut().enumerate() {
        *slot = size.min(most);
        // What is left of the way in even proportions: the root of the ratio, by the steps that remain.
        let steps = (SIZES - 1 - place).max(1) as f64;
        let ratio = walras_numerics::elementary::pow(most as f64 / size as f64, 1.0 / steps);
        size = ((size as f64 * ratio).round() as usize).max(size + 1).min(most);
    }
    sizes[SIZES - 1] = most;
    sizes
}

/// The seed of the paths. It is the test's own, so that a run's draws and its critical values have nothing in common.
const SEED: u64 = 0x2015_1034;

/// For lengths from `least` to `most` the statistic that a random walk exceeds with probability 1 − `confidence`, as
/// pairs of a length and a value: by Monte Carlo over `paths` walks with normal steps and the drift 1/most.
pub(super) fn critical_values(least: usize, most: usize, confidence: f64, paths: u32) -> Vec<f64> {
    let sizes = sizes(least, most);
    let mut statistics: Vec<Vec<f64>> = vec![Vec::new(); SIZES];
    let mut walk = Vec::with_capacity(most);
    for path in 0..u64::from(paths) {
        fill_walk(&mut walk, most, path);
        for (size, found) in sizes.iter().zip(&mut statistics) {
            found.extend(backward_sup(walk[..*size].iter().rev().copied(), least));
        }
    }
    let pair = |(size, found): (&usize, &mut Vec<f64>)| {
        found.sort_unstable_by(f64::total_cmp);
        let rank = (confidence * found.len() as f64) as usize;
        [*size as f64, found.get(rank).or(found.last()).copied().unwrap_or(f64::INFINITY)]
    };
    sizes.iter().zip(&mut statistics).flat_map(pair).collect()
}

/// A random walk of the null hypothesis.
fn fill_walk(walk: &mut Vec<f64>, length: usize, path: u64) {
    let mut stream = Keys::new(SEED).stream(Purpose::parameter(0), path, 0);
    let mut level = 0.0;
    walk.clear();
    walk.resize_with(length, || {
        level += 1.0 / length as f64 + stream.normal();
        level
    });
}

/// The critical value of a length, between those of [`critical_values`].
pub(super) fn critical_value(pairs: &[f64], size: usize) -> f64 {
    let size = size as f64;
    let mut before = (pairs[0], pairs[1]);
    for pair in pairs.chunks_exact(2) {
        if size <= pair[0] {
            let share = if pair[0] > before.0 { (size - before.0).max(0.0) / (pair[0] - before.0) } else { 1.0 };
            return before.1 + share * (pair[1] - before.1);
        }
        before = (pair[0], pair[1]);
    }
    before.1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The t statistic of one stretch, oldest level first, by the normal equations and the residuals themselves.
    fn direct(levels: &[f64]) -> f64 {
        let rows: Vec<(f64, f64)> = levels.windows(2).map(|pair| (pair[0], pair[1] - pair[0])).collect();
        let count = rows.len() as f64;
        let mean_x = rows.iter().map(|row| row.0).sum::<f64>() / count;
        let mean_y = rows.iter().map(|row| row.1).sum::<f64>() / count;
        let squares: f64 = rows.iter().map(|row| (row.0 - mean_x) * (row.0 - mean_x)).sum();
        let slope = rows.iter().map(|row| (row.0 - mean_x) * (row.1 - mean_y)).sum::<f64>() / squares;
        let residual = |row: &(f64, f64)| row.1 - mean_y - slope * (row.0 - mean_x);
        let variance = rows.iter().map(|row| residual(row) * residual(row)).sum::<f64>() / (count - 2.0);
        slope / (variance / squares).sqrt()
    }

    #[test]
    fn it_equals_every_regression_done_by_itself() {
        let mut walk = Vec::new();
        for path in 0..30 {
            fill_walk(&mut walk, 80, path);
            // Far from zero, as the logarithms of prices are, and once explosive.
            let growth = if path % 3 == 0 { 1.04 } else { 1.0 };
            let mut factor = 1.0;
            walk.iter_mut().for_each(|level| {
                factor *= growth;
                *level = 30.0 + 0.1 * *level + 0.05 * factor;
            });
            for least in [4, 12, 40, 80] {
                let expected = (0..=80 - least).map(|start| direct(&walk[start..])).fold(f64::NEG_INFINITY, f64::max);
                let found = backward_sup(walk.iter().rev().copied(), least).unwrap();
                assert!((found - expected).abs() < 1e-7 * expected.abs().max(1.0), "{found} is not {expected}");
            }
        }
    }

    #[test]
    fn what_does_not_vary_has_no_statistic() {
        assert_eq!(backward_sup([7.0; 50].into_iter(), 10), None);
        let line = (0..50).map(|back| -0.1 * f64::from(back));
        assert_eq!(backward_sup(line, 10), None, "a straight line leaves no residuals");
        assert_eq!(backward_sup((0..9).map(f64::from), 10), None);
    }

    /// The generalised sup statistic of 100 levels with stretches of at least 19 changes, which is the greatest backward
    /// one over all ends: its quantiles against the response surface of I. Caspi, "Empirical distribution functions for right-tailed unit
    /// root tests for exuberance", 2018 (rtadfr, `gsadfSurfaceCoefs.csv`): 1.664, 1.962, 2.589 at 90, 95 and 99 %.
    #[test]
    fn quantiles_are_those_published() {
        let mut walk = Vec::new();
        let mut statistics: Vec<f64> = (0..2000)
            .map(|path| {
                fill_walk(&mut walk, 100, path);
                let at = |end: usize| backward_sup(walk[..end].iter().rev().copied(), 20).unwrap();
                (20..=100).map(at).fold(f64::NEG_INFINITY, f64::max)
            })
            .collect();
        statistics.sort_unstable_by(f64::total_cmp);
        for (rank, published, room) in [(1800, 1.664, 0.06), (1900, 1.962, 0.08), (1980, 2.589, 0.2)] {
            let found = statistics[rank];
            assert!((found - published).abs() < room, "{found} is not {published}");
        }
    }

    /// Paths drawn anew pass the critical values as often as they say, also at lengths between those computed.
    #[test]
    fn critical_values_have_their_size() {
        let pairs = critical_values(19, 100, 0.95, 2000);
        assert!(pairs.chunks_exact(2).all(|pair| (-0.1..3.0).contains(&pair[1])), "{pairs:?}");
        let mut walk = Vec::new();
        for size in [19, 33, 71, 100] {
            let limit = critical_value(&pairs, size);
            let mut above = 0;
            for path in 5000..7000 {
                fill_walk(&mut walk, 100, path);
                above += u32::from(backward_sup(walk[..size].iter().rev().copied(), 19).unwrap() > limit);
            }
            // Five standard errors of a count, with as many paths on either side.
            assert!((f64::from(above) - 100.0).abs() < 5.0 * (2.0 * 95.0_f64).sqrt(), "{above} of 2000 at {size}");
        }
    }

    #[test]
    fn lengths_rise_from_the_least_to_the_most() {
        for (least, most) in [(19, 100), (4, 2048), (10, 10), (30, 33)] {
            let sizes = sizes(least, most);
            assert_eq!((sizes[0], sizes[SIZES - 1]), (least, most));
            assert!(sizes.windows(2).all(|pair| pair[0] <= pair[1]), "{sizes:?}");
        }
    }
}
