//! How many it takes to decide.

use super::Distribution;
use crate::MeasureDescription;

/// Describes [`nakamoto_coefficient`].
pub const NAKAMOTO_COEFFICIENT: MeasureDescription = MeasureDescription {
    name: "nakamoto_coefficient",
    meaning: "the least number of owners who together own more than a share of the total: with 0.5, how few can outvote all others",
    formula: "min k: Σ_{i≤k} x_(i) > share·Σ x, x_(i) from the largest",
    unit: "owners",
    source: "B. Srinivasan and L. Lee, \"Quantifying decentralization\", 2017",
};

/// The least number of owners who together own more than `share` of the total.
///
/// The share lies in [0, 1). `None` for a share out of range, no amounts, an amount that is not finite or negative, or a
/// total of zero.
#[must_use]
pub fn nakamoto_coefficient(amounts: &[f64], share: f64) -> Option<usize> {
    Distribution::new(amounts.to_vec())?.nakamoto_coefficient(share)
}

pub(super) fn of_ascending(ascending: &[f64], total: f64, share: f64) -> Option<usize> {
    if !(0.0..1.0).contains(&share) {
        return None;
    }
    let mut owned = 0.0;
    let enough = |&amount: &f64| {
        owned += amount;
        owned > share * total
    };
    // All own everything: where roundings hide that, it takes all.
    Some(ascending.iter().rev().position(enough).map_or(ascending.len(), |place| place + 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn by_hand() {
        // Of 10: 4 is no majority, 4 + 3 is.
        assert_eq!(nakamoto_coefficient(&[4.0, 2.0, 1.0, 3.0], 0.5), Some(2));
        // Exactly half is not more than half.
        assert_eq!(nakamoto_coefficient(&[1.0; 10], 0.5), Some(6));
        assert_eq!(nakamoto_coefficient(&[51.0, 49.0], 0.5), Some(1));
        assert_eq!(nakamoto_coefficient(&[1.0; 3], 0.0), Some(1));
        for bad in [-0.1, 1.0, f64::NAN] {
            assert_eq!(nakamoto_coefficient(&[1.0], bad), None);
        }
        assert_eq!(nakamoto_coefficient(&[], 0.5), None);
    }

    proptest! {
        /// As many of the richest own more than the share, and one fewer do not.
        #[test]
        fn is_the_least_number(x in prop::collection::vec(0..1000_u32, 1..40), share in 0.0..0.99_f64) {
            let x: Vec<f64> = x.into_iter().map(f64::from).collect();
            let total: f64 = x.iter().sum();
            prop_assume!(total > 0.0);
            let k = nakamoto_coefficient(&x, share).unwrap();
            let mut sorted = x.clone();
            sorted.sort_by(|a, b| b.total_cmp(a));
            let first = |k: usize| sorted[..k].iter().sum::<f64>();
            prop_assert!(first(k) > share * total && first(k - 1) <= share * total);
        }
    }
}
