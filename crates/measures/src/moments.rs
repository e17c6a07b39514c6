//! Mean, variance, skewness and kurtosis of a set of values.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_finite, defined, is_positive};

/// Describes [`mean`].
pub const MEAN: MeasureDescription = MeasureDescription {
    name: "mean",
    meaning: "arithmetic mean",
    formula: "m = (1/n) Σ x_i",
    unit: "of the values",
    source: "standard",
};

/// The arithmetic mean, in the unit of the values.
///
/// `None` for no values, a value that is not finite, or a sum beyond the range of an `f64`. It always lies
/// between the smallest and the largest value, so equal values give exactly that value.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() || !all_finite(values) {
        return None;
    }
    let (low, high) = values.iter().fold((values[0], values[0]), |(l, h), &x| (l.min(x), h.max(x)));
    // Rounding can push the quotient just outside; a constant series must have no deviation at all.
    defined(sum::mean(values)).map(|m| m.clamp(low, high))
}

/// The mean of (x − centre)^power.
fn central(values: &[f64], centre: f64, power: i32) -> f64 {
    let term = |i: usize| {
        let deviation = values[i] - centre;
        (1..power).fold(deviation, |product, _| product * deviation)
    };
    sum::sum_by(values.len(), term) / values.len() as f64
}

/// Describes [`population_variance`].
pub const POPULATION_VARIANCE: MeasureDescription = MeasureDescription {
    name: "population_variance",
    meaning: "variance of a whole population",
    formula: "(1/n) Σ (x_i − m)²",
    unit: "of the values, squared",
    source: "standard",
};

/// The variance with divisor n, in squared units of the values.
///
/// Zero for one value. `None` for no values or a value that is not finite.
#[must_use]
pub fn population_variance(values: &[f64]) -> Option<f64> {
    defined(central(values, mean(values)?, 2))
}

/// Describes [`sample_variance`].
pub const SAMPLE_VARIANCE: MeasureDescription = MeasureDescription {
    name: "sample_variance",
    meaning: "unbiased estimate of a variance from a sample",
    formula: "(1/(n−1)) Σ (x_i − m)²",
    unit: "of the values, squared",
    source: "standard (Bessel's correction)",
};

/// The variance with divisor n − 1, in squared units of the values.
///
/// `None` for fewer than two values or a value that is not finite.
#[must_use]
pub fn sample_variance(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let n = values.len() as f64;
    defined(population_variance(values)? * (n / (n - 1.0)))
}

/// Describes [`standard_deviation`].
pub const STANDARD_DEVIATION: MeasureDescription = MeasureDescription {
    name: "standard_deviation",
    meaning: "sample standard deviation",
    formula: "√( (1/(n−1)) Σ (x_i − m)² )",
    unit: "of the values",
    source: "standard",
};

/// The square root of [`sample_variance`], in the unit of the values.
///
/// `None` for fewer than two values or a value that is not finite.
#[must_use]
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    sample_variance(values).map(f64::sqrt)
}

/// Describes [`skewness`].
pub const SKEWNESS: MeasureDescription = MeasureDescription {
    name: "skewness",
    meaning: "asymmetry of a distribution; 0 when symmetric, above 0 with a long right tail",
    formula: "g₁ = m₃ / m₂^(3/2), m_k = (1/n) Σ (x_i − m)^k",
    unit: "none",
    source: "Joanes and Gill 1998, The Statistician 47(1), g₁",
};

/// The population skewness g₁.
///
/// `None` for no values, a value that is not finite, or equal values.
#[must_use]
pub fn skewness(values: &[f64]) -> Option<f64> {
    let standardised = standardised(values)?;
    defined(central(&standardised, 0.0, 3))
}

/// Describes [`kurtosis`].
pub const KURTOSIS: MeasureDescription = MeasureDescription {
    name: "kurtosis",
    meaning: "weight of the tails; 3 for a normal distribution, more for fat tails",
    formula: "m₄ / m₂², m_k = (1/n) Σ (x_i − m)^k",
    unit: "none",
    source: "Pearson 1905; Joanes and Gill 1998, g₂ + 3",
};

/// The population kurtosis, at least 1. It is not the excess: subtract 3 for that.
///
/// `None` for no values, a value that is not finite, or equal values.
#[must_use]
pub fn kurtosis(values: &[f64]) -> Option<f64> {
    let standardised = standardised(values)?;
    defined(central(&standardised, 0.0, 4))
}

/// The values less their mean, over their population standard deviation.
///
/// Higher powers of the plain deviations would overflow or vanish for values far from one.
fn standardised(values: &[f64]) -> Option<Vec<f64>> {
    let centre = mean(values)?;
    let deviation = population_variance(values)?.sqrt();
    if !is_positive(deviation) {
        return None;
    }
    Some(values.iter().map(|&x| (x - centre) / deviation).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn one_to_four_by_hand() {
        let x = [1.0, 2.0, 3.0, 4.0];
        // Deviations ∓1.5, ∓0.5: squares sum to 5, fourth powers to 2 (5.0625 + 0.0625) = 10.25.
        assert_close(mean(&x).unwrap(), 2.5, 1e-15);
        assert_close(population_variance(&x).unwrap(), 5.0 / 4.0, 1e-15);
        assert_close(sample_variance(&x).unwrap(), 5.0 / 3.0, 1e-15);
        assert_close(skewness(&x).unwrap(), 0.0, 1e-15);
        assert_close(kurtosis(&x).unwrap(), (10.25 / 4.0) / (1.25 * 1.25), 1e-15);
    }

    #[test]
    fn a_coin_with_chance_p_has_its_textbook_skewness_and_kurtosis() {
        // Bernoulli(p): skewness (1 − 2p)/√(pq), kurtosis 3 + (1 − 6pq)/(pq).
        let mut x = vec![0.0; 90];
        x.extend([1.0; 10]);
        let pq = 0.1 * 0.9_f64;
        assert_close(skewness(&x).unwrap(), 0.8 / pq.sqrt(), 1e-12);
        assert_close(kurtosis(&x).unwrap(), 3.0 + (1.0 - 6.0 * pq) / pq, 1e-12);
    }

    #[test]
    fn undefined_inputs_give_none() {
        for measure in [mean, population_variance, sample_variance, standard_deviation, skewness, kurtosis] {
            assert_eq!(measure(&[]), None);
            assert_eq!(measure(&[1.0, f64::NAN, 2.0]), None);
            assert_eq!(measure(&[1.0, f64::INFINITY]), None);
        }
        assert_eq!(mean(&[3.0]), Some(3.0));
        assert_eq!(population_variance(&[3.0]), Some(0.0));
        assert_eq!(sample_variance(&[3.0]), None);
        assert_eq!(skewness(&[3.0]), None);
        assert_eq!(kurtosis(&[0.1; 7]), None);
        assert_eq!(sample_variance(&[f64::MAX, f64::MIN]), None);
    }

    #[test]
    fn equal_values_have_exactly_no_variance() {
        // The sum of three times 0.1 is not 0.3, so a careless mean leaves a deviation of 1e-17.
        for n in 2..50 {
            assert_eq!(sample_variance(&vec![0.1; n]), Some(0.0));
        }
    }

    proptest! {
        #[test]
        fn shifting_leaves_the_variance_and_scaling_squares_it(
            x in prop::collection::vec(-1e3..1e3_f64, 2..60), shift in -1e3..1e3_f64, scale in 0.1..10.0_f64,
        ) {
            let moved: Vec<f64> = x.iter().map(|v| v * scale + shift).collect();
            let expected = scale * scale * sample_variance(&x).unwrap();
            assert_close(sample_variance(&moved).unwrap(), expected, 1e-7);
        }

        #[test]
        fn kurtosis_exceeds_the_square_of_skewness_by_one(x in prop::collection::vec(-1e3..1e3_f64, 2..60)) {
            // Pearson's inequality.
            if let (Some(g1), Some(b2)) = (skewness(&x), kurtosis(&x)) {
                prop_assert!(b2 >= (g1 * g1 + 1.0) * (1.0 - 1e-9));
            }
        }
    }
}
