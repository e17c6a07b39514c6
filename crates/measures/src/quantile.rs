//! Quantiles.

use crate::MeasureDescription;
use crate::defined::{all_finite, defined};

/// Describes [`quantile`].
pub const QUANTILE: MeasureDescription = MeasureDescription {
    name: "quantile",
    meaning: "value below which the given part of the values lies",
    formula: "x_(⌊h⌋) + (h − ⌊h⌋)(x_(⌊h⌋+1) − x_(⌊h⌋)), h = (n − 1)p + 1",
    unit: "of the values",
    source: "Hyndman and Fan 1996, The American Statistician 50(4), type 7",
};

/// The quantile at a probability in [0, 1], of type 7 (straight between order statistics; 0 gives the smallest
/// value, 1 the largest).
///
/// `None` for no values, a value that is not finite, or a probability out of range.
#[must_use]
pub fn quantile(values: &[f64], probability: f64) -> Option<f64> {
    quantiles(values, &[probability])?.first().copied()
}

/// Describes [`quantiles`].
pub const QUANTILES: MeasureDescription = MeasureDescription {
    name: "quantiles",
    meaning: "several quantiles of the same values, with one sort",
    formula: "as quantile, for each probability",
    unit: "of the values",
    source: "Hyndman and Fan 1996, The American Statistician 50(4), type 7",
};

/// The [`quantile`] at each of `probabilities`, in their order; undefined where any of them is.
#[must_use]
pub fn quantiles(values: &[f64], probabilities: &[f64]) -> Option<Vec<f64>> {
    if values.is_empty() || !all_finite(values) {
        return None;
    }
    let mut ascending = values.to_vec();
    ascending.sort_unstable_by(f64::total_cmp);
    probabilities.iter().map(|&probability| quantile_of_ascending(&ascending, probability)).collect()
}

/// The quantile of values already in ascending order and finite.
pub(crate) fn quantile_of_ascending(ascending: &[f64], probability: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    if !(0.0..=1.0).contains(&probability) {
        return None;
    }
    let rank = last as f64 * probability;
    let below = (rank.floor() as usize).min(last);
    let (low, high) = (ascending[below], ascending[(below + 1).min(last)]);
    let part = rank - below as f64;
    // Rounding must not carry the result past the upper neighbour, or quantiles would not be in order.
    defined(low + part * (high - low)).map(|value| value.min(high))
}

/// Describes [`median`].
pub const MEDIAN: MeasureDescription = MeasureDescription {
    name: "median",
    meaning: "middle value, or the mean of the two middle values",
    formula: "quantile at p = ½",
    unit: "of the values",
    source: "Hyndman and Fan 1996, The American Statistician 50(4), type 7",
};

/// The quantile at one half.
///
/// `None` for no values or a value that is not finite.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn type_seven_by_hand() {
        // n = 4: h − 1 = 3p. p = .1 → 0.3 of the way from the first to the second.
        let x = [40.0, 10.0, 30.0, 20.0];
        let actual = quantiles(&x, &[0.0, 0.1, 0.5, 0.75, 1.0]).unwrap();
        for (actual, expected) in actual.iter().zip([10.0, 13.0, 25.0, 32.5, 40.0]) {
            assert_close(*actual, expected, 1e-15);
        }
        assert_eq!(median(&[3.0, -1.0, 2.0]), Some(2.0));
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[1.0, f64::NAN], 0.5), None);
        assert_eq!(quantile(&[7.0], 0.3), Some(7.0));
        for bad in [-0.1, 1.1, f64::NAN] {
            assert_eq!(quantile(&[1.0, 2.0], bad), None);
        }
        assert_eq!(quantiles(&[1.0], &[]), Some(vec![]));
    }

    proptest! {
        #[test]
        fn quantiles_are_in_order_and_within_the_values(
            x in prop::collection::vec(-1e6..1e6_f64, 1..50), p in 0.0..=1.0_f64, q in 0.0..=1.0_f64,
        ) {
            let all = quantiles(&x, &[0.0, p.min(q), p.max(q), 1.0]).unwrap();
            prop_assert!(all.windows(2).all(|pair| pair[0] <= pair[1]));
        }

        #[test]
        fn at_a_whole_rank_it_is_that_value(x in prop::collection::vec(-1e6..1e6_f64, 9..=9), rank in 0..9_usize) {
            // Eighths are exact, so rank/8 of nine values is the (rank + 1)-th.
            let mut ascending = x.clone();
            ascending.sort_by(f64::total_cmp);
            prop_assert_eq!(quantile(&x, rank as f64 / 8.0).unwrap().to_bits(), ascending[rank].to_bits());
        }
    }
}
