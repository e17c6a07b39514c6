//! Jain's index of fairness.

use crate::MeasureDescription;
use crate::running::RunningJain;

/// Describes [`jain_index`].
pub const JAIN_INDEX: MeasureDescription = MeasureDescription {
    name: "jain_index",
    meaning: "how alike the amounts are: 1 when all are, 1/n when one has everything",
    formula: "(Σ x)² / (n Σ x²)",
    unit: "none, from 1/n to 1",
    source: "Jain, Chiu and Hawe 1984, DEC Research Report TR-301, equation 1",
};

/// Jain's index of amounts, or of the shares of their requests that users were granted.
///
/// 1 when all amounts are zero, which are alike. `None` for no amounts, an amount that is not finite or negative, or
/// squares out of range.
#[must_use]
pub fn jain_index(amounts: &[f64]) -> Option<f64> {
    let mut index = RunningJain::default();
    amounts.iter().for_each(|&amount| index.push(amount));
    index.index()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;

    /// Section 2 of the report: when a resource is shared alike by k of n users and the others get nothing, it is k/n.
    #[test]
    fn k_of_n_users_served_alike_give_k_over_n() {
        for (k, n) in [(1, 2), (20, 100), (1, 1000), (7, 7)] {
            let amounts: Vec<f64> = (0..n).map(|i| if i < k { 0.3 } else { 0.0 }).collect();
            assert_close(jain_index(&amounts).unwrap(), f64::from(k) / f64::from(n), 1e-14);
        }
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(jain_index(&[]), None);
        assert_eq!(jain_index(&[0.0, 0.0]), Some(1.0));
        for bad in [-1.0, f64::NAN, f64::INFINITY, f64::MAX] {
            assert_eq!(jain_index(&[1.0, bad]), None);
        }
    }

    proptest! {
        /// The report's desired properties: bounds, no dependence on the unit, and 1/(1 + c²) of the coefficient of
        /// variation c.
        #[test]
        fn it_is_bounded_free_of_units_and_one_over_one_and_the_squared_variation(
            x in prop::collection::vec(0.01..1e3_f64, 1..40), unit in 0.001..1000.0_f64,
        ) {
            let n = x.len() as f64;
            let index = jain_index(&x).unwrap();
            prop_assert!(index >= 1.0 / n - 1e-12 && index <= 1.0 + 1e-12);
            let other: Vec<f64> = x.iter().map(|v| v * unit).collect();
            assert_close(jain_index(&other).unwrap(), index, 1e-12);
            let mean = x.iter().sum::<f64>() / n;
            let variance = x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
            assert_close(index, 1.0 / (1.0 + variance / (mean * mean)), 1e-9);
        }
    }
}
