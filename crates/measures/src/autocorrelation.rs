//! Autocorrelation: how far a series resembles its own past.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{defined, is_positive};
use crate::moments::mean;

/// Describes [`autocorrelation_function`].
pub const AUTOCORRELATION_FUNCTION: MeasureDescription = MeasureDescription {
    name: "autocorrelation_function",
    meaning: "correlation of a series with itself, for each lag up to a greatest",
    formula: "ρ_k = Σ_{t>k} (x_t − m)(x_{t−k} − m) / Σ_t (x_t − m)²",
    unit: "none",
    source: "Box and Jenkins 1976, Time Series Analysis, §2.1.5",
};

/// The autocorrelation at lags 0 to `greatest_lag`, each in [−1, 1], the first 1.
///
/// One mean and one divisor for all lags (the biased estimate), which makes the sequence positive semidefinite.
/// Work grows with length times lags. `None` for no values, a greatest lag not below their number, a value that
/// is not finite, or equal values.
#[must_use]
pub fn autocorrelation_function(values: &[f64], greatest_lag: usize) -> Option<Vec<f64>> {
    if greatest_lag >= values.len() {
        return None;
    }
    let centre = mean(values)?;
    let deviations: Vec<f64> = values.iter().map(|x| x - centre).collect();
    let largest = deviations.iter().fold(0.0_f64, |largest, d| largest.max(d.abs()));
    if !is_positive(largest) {
        return None;
    }
    // In units of the largest deviation no square can overflow, nor all of them vanish.
    let scaled: Vec<f64> = deviations.iter().map(|d| d / largest).collect();
    let product = |lag: usize| sum::sum_by(scaled.len() - lag, |t| scaled[t] * scaled[t + lag]);
    let whole = product(0);
    (0..=greatest_lag).map(|lag| defined((product(lag) / whole).clamp(-1.0, 1.0))).collect()
}

/// Describes [`autocorrelation`].
pub const AUTOCORRELATION: MeasureDescription = MeasureDescription {
    name: "autocorrelation",
    meaning: "correlation of a series with itself some steps earlier",
    formula: "ρ_k = Σ_{t>k} (x_t − m)(x_{t−k} − m) / Σ_t (x_t − m)²",
    unit: "none",
    source: "Box and Jenkins 1976, Time Series Analysis, §2.1.5",
};

/// The autocorrelation at one lag, in [−1, 1]; undefined where [`autocorrelation_function`] is.
#[must_use]
pub fn autocorrelation(values: &[f64], lag: usize) -> Option<f64> {
    autocorrelation_function(values, lag)?.last().copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;
    use crate::moments::population_variance;

    #[test]
    fn one_to_four_by_hand() {
        // Deviations −1.5, −.5, .5, 1.5, squares 5; products 1.25, −1.5, −2.25.
        let actual = autocorrelation_function(&[1.0, 2.0, 3.0, 4.0], 3).unwrap();
        for (actual, expected) in actual.iter().zip([1.0, 0.25, -0.3, -0.45]) {
            assert_close(*actual, expected, 1e-15);
        }
        assert_eq!(autocorrelation(&[1.0, 2.0, 3.0, 4.0], 1), Some(actual[1]));
    }

    #[test]
    fn a_first_order_process_has_its_coefficient_and_its_variance() {
        // x_t = 0.8 x_{t−1} + e_t: lag k has 0.8ᵏ, variance 1/(1 − 0.64) = 2.7778. Noise: twelve uniforms less six
        // (mean 0, variance 1) from SplitMix64. Sampling error of ρ₁ is √((1 − 0.64)/n) = 0.0013.
        let mut counter = 0_u64;
        let mut uniform = || {
            counter = counter.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = counter;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        };
        let mut state = 0.0;
        let series: Vec<f64> = (0..200_000)
            .map(|_| {
                state = 0.8 * state + (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
                state
            })
            .collect();
        let rho = autocorrelation_function(&series, 3).unwrap();
        for (lag, expected) in [1.0, 0.8, 0.64, 0.512].into_iter().enumerate() {
            assert_close(rho[lag], expected, 0.008);
        }
        assert_close(population_variance(&series).unwrap(), 1.0 / 0.36, 0.02);
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(autocorrelation_function(&[], 0), None);
        assert_eq!(autocorrelation_function(&[1.0, 2.0], 2), None);
        assert_eq!(autocorrelation_function(&[0.1; 7], 1), None);
        assert_eq!(autocorrelation_function(&[1.0, f64::NAN, 2.0], 1), None);
        assert_eq!(autocorrelation(&[5.0], 0), None);
        assert_eq!(autocorrelation_function(&[1e200, -1e200], 1), Some(vec![1.0, -0.5]));
    }

    proptest! {
        #[test]
        fn all_lags_together_sum_to_minus_one_half(x in prop::collection::vec(-1e3..1e3_f64, 2..60)) {
            // The deviations sum to zero, and the square of that sum is Σd² (1 + 2 Σ_{k≥1} ρ_k).
            let Some(rho) = autocorrelation_function(&x, x.len() - 1) else { return Ok(()); };
            prop_assert!(rho.iter().all(|r| (-1.0..=1.0).contains(r)));
            let spread = x.iter().fold(0.0_f64, |largest, v| largest.max((v - x[0]).abs()));
            prop_assume!(spread > 1.0);
            assert_close(rho[0], 1.0, 0.0);
            assert_close(rho[1..].iter().sum(), -0.5, 1e-9);
        }
    }
}
