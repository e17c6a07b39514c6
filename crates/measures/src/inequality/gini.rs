//! The Gini coefficient.

use walras_numerics::sum;

use super::Distribution;
use crate::MeasureDescription;

/// Describes [`gini`].
pub const GINI: MeasureDescription = MeasureDescription {
    name: "gini",
    meaning: "Gini coefficient: 0 when all own the same, (n − 1)/n when one owns everything",
    formula: "Σ_i Σ_j |x_i − x_j| / (2 n Σ x) = Σ (2i − n − 1) x_(i) / (n Σ x)",
    unit: "none",
    source: "Gini 1912; Sen 1973, On Economic Inequality, ch. 2",
};

/// The Gini coefficient of a whole population (divisor n, no small-sample correction), in [0, 1), in O(n log n).
///
/// Exactly 0 for equal amounts and for one owner. `None` for no amounts, an amount that is not finite or
/// negative, or a total of zero.
#[must_use]
pub fn gini(amounts: &[f64]) -> Option<f64> {
    Distribution::new(amounts.to_vec()).map(|distribution| distribution.gini())
}

pub(super) fn of_ascending(ascending: &[f64], total: f64) -> f64 {
    let n = ascending.len();
    // The two ends of each rank taken together: no term is negative, so equal amounts give exactly zero.
    let spread = |i: usize| {
        let weight = (n - 1 - 2 * i) as f64;
        // The share first: a weight times an amount could leave the range of an f64.
        weight * ((ascending[n - 1 - i] - ascending[i]) / total)
    };
    sum::sum_by(n / 2, spread) / n as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn reference_values() {
        assert_close(gini(&[1.0, 2.0, 3.0, 4.0]).unwrap(), 0.25, 1e-15);
        assert_close(gini(&[0.0, 0.0, 0.0, 1.0]).unwrap(), 0.75, 1e-15);
    }

    #[test]
    fn equal_amounts_and_one_owner_give_exactly_zero() {
        assert_eq!(gini(&[0.1; 7]), Some(0.0));
        assert_eq!(gini(&[42.0]), Some(0.0));
    }

    #[test]
    fn one_owner_among_a_million_stays_below_one() {
        let mut x = vec![0.0; 1_000_000];
        x[3] = 5.0;
        assert_close(gini(&x).unwrap(), 0.999_999, 1e-15);
    }

    #[test]
    fn the_uniform_ladder_has_its_closed_form() {
        // For 1, 2, …, n: (n² − 1)/(3n) over (n + 1) = (n − 1)/(3n).
        let x: Vec<f64> = (1..=1001).map(f64::from).collect();
        assert_close(gini(&x).unwrap(), 1000.0 / 3003.0, 1e-14);
    }

    proptest! {
        #[test]
        fn equals_the_mean_absolute_difference_over_twice_the_mean(
            x in prop::collection::vec(prop_oneof![Just(0.0), 0.001..1e6_f64], 1..40),
        ) {
            let total: f64 = x.iter().sum();
            prop_assume!(total > 0.0);
            let differences: f64 = x.iter().map(|a| x.iter().map(|b| (a - b).abs()).sum::<f64>()).sum();
            let actual = gini(&x).unwrap();
            prop_assert!((0.0..1.0).contains(&actual));
            assert_close(actual, differences / (2.0 * x.len() as f64 * total), 1e-12);
        }
    }
}
