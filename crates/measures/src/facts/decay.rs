//! How slowly correlations fade.

use crate::MeasureDescription;
use crate::defined::all_finite;
use crate::regression::{Estimate, log_log_regression};

/// Describes [`decay_exponent`].
pub const DECAY_EXPONENT: MeasureDescription = MeasureDescription {
    name: "decay_exponent",
    meaning: "exponent of the power law by which an autocorrelation function fades",
    formula: "ln ρ_k = a − β ln k, least squares over the lags at which ρ_k > 0",
    unit: "none",
    source: "Cont 2001, Quantitative Finance 1(2): β from 0.2 to 0.4 for absolute returns",
};

/// The exponent β of ρ_k ~ k^(−β) with its standard error.
///
/// `correlations` start with lag 0, as [`crate::autocorrelation::autocorrelation_function`] gives them; lags below
/// `first_lag` do not count, nor lag 0, nor correlations that are not above zero, which have no logarithm. `None` when
/// fewer than three are left, or one is not finite.
#[must_use]
pub fn decay_exponent(correlations: &[f64], first_lag: usize) -> Option<Estimate> {
    if !all_finite(correlations) {
        return None;
    }
    let kept = || correlations.iter().enumerate().skip(first_lag.max(1)).filter(|(_, rho)| **rho > 0.0);
    let lags: Vec<f64> = kept().map(|(lag, _)| lag as f64).collect();
    let values: Vec<f64> = kept().map(|(_, &rho)| rho).collect();
    let line = log_log_regression(&lags, &values)?;
    Estimate::defined(0.0 - line.slope, line.slope_error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::autocorrelation::autocorrelation_function;
    use crate::closeness::assert_close;
    use crate::samples::Samples;

    #[test]
    fn of_an_exact_power_law() {
        let correlations: Vec<f64> =
            (0..50).map(|k| if k == 0 { 1.0 } else { 0.4 * f64::from(k).powf(-0.3) }).collect();
        let found = decay_exponent(&correlations, 1).unwrap();
        assert_close(found.value, 0.3, 1e-13);
        assert!(found.standard_error < 1e-12);
    }

    #[test]
    fn of_a_process_with_long_memory() {
        // Fractional noise with d = 0.3 (Hosking 1981): ρ_k ~ k^(2d − 1) = k^(−0.4). As a moving average of 3000
        // terms, ψ_k = ψ_{k−1} (k − 1 + d)/k.
        let mut weights = vec![1.0_f64];
        for k in 1..3000 {
            weights.push(weights[k - 1] * (k as f64 - 0.7) / k as f64);
        }
        let noise = Samples::new(22).normals(23_000);
        let series: Vec<f64> =
            noise.windows(3000).map(|window| window.iter().rev().zip(&weights).map(|(e, w)| e * w).sum()).collect();
        let correlations = autocorrelation_function(&series, 60).unwrap();
        assert_close(decay_exponent(&correlations, 1).unwrap().value, 0.4, 0.1);
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(decay_exponent(&[], 1), None);
        assert_eq!(decay_exponent(&[1.0, 0.5, 0.4], 1), None);
        assert_eq!(decay_exponent(&[1.0, 0.5, -0.4, 0.3], 0), None);
        assert_eq!(decay_exponent(&[1.0, 0.5, f64::NAN, 0.3, 0.2], 0), None);
        assert!(decay_exponent(&[1.0, 0.5, -0.1, 0.3, 0.2], 0).is_some());
    }
}
