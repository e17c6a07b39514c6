//! How returns grow more normal over longer intervals.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::all_finite;
use crate::moments::kurtosis;

/// Describes [`excess_kurtosis_by_interval`].
pub const EXCESS_KURTOSIS_BY_INTERVAL: MeasureDescription = MeasureDescription {
    name: "excess_kurtosis_by_interval",
    meaning: "kurtosis beyond that of a normal, of returns over each of some intervals; falls as intervals grow",
    formula: "κ(k) − 3 of the sums of k returns each",
    unit: "none",
    source: "Cont 2001, Quantitative Finance 1(2), aggregational Gaussianity",
};

/// The excess kurtosis of sums of that many log returns, for each interval; the sums do not overlap, and what is left
/// over at the end does not count.
///
/// One entry for each interval, `None` where it is 0, leaves fewer than two sums, or these are equal; `None` altogether
/// for a return that is not finite.
#[must_use]
pub fn excess_kurtosis_by_interval(returns: &[f64], intervals: &[usize]) -> Option<Vec<Option<f64>>> {
    if !all_finite(returns) {
        return None;
    }
    let excess = |&interval: &usize| {
        let sums: Vec<f64> = (interval > 0).then(|| returns.chunks_exact(interval).map(sum::sum).collect())?;
        if sums.len() < 2 {
            return None;
        }
        kurtosis(&sums).map(|kurtosis| kurtosis - 3.0)
    };
    Some(intervals.iter().map(excess).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;
    use crate::samples::Samples;

    #[test]
    fn of_independent_returns_it_falls_with_the_interval() {
        // Laplace: excess 3, and 3/k for the sum of k, since cumulants add.
        let mut draws = Samples::new(21);
        let returns: Vec<f64> = (0..400_000)
            .map(|_| {
                let sign = if draws.uniform() < 0.5 { -1.0 } else { 1.0 };
                sign * -draws.uniform().ln()
            })
            .collect();
        let found = excess_kurtosis_by_interval(&returns, &[1, 2, 6]).unwrap();
        for (found, expected) in found.into_iter().zip([3.0, 1.5, 0.5]) {
            assert_close(found.unwrap(), expected, 0.06);
        }
    }

    #[test]
    fn by_hand_and_degenerate() {
        // Sums 3 and 7: two values have kurtosis 1.
        assert_eq!(
            excess_kurtosis_by_interval(&[1.0, 2.0, 3.0, 4.0, 9.0], &[2, 0, 3, 9]),
            Some(vec![Some(-2.0), None, None, None])
        );
        assert_eq!(excess_kurtosis_by_interval(&[f64::NAN], &[1]), None);
        assert_eq!(excess_kurtosis_by_interval(&[], &[1]), Some(vec![None]));
    }
}
