//! How a controller brings what it controls to its target: how soon, how far beyond, at what error on the way.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_finite, defined, is_non_negative, quotient};

/// Describes [`settling_time`].
pub const SETTLING_TIME: MeasureDescription = MeasureDescription {
    name: "settling_time",
    meaning: "steps until a value stays within a band around its target",
    formula: "min { t : |y_s − r| ≤ b for all s ≥ t }",
    unit: "steps",
    source: "Åström and Murray 2008, Feedback Systems, §5.3",
};

/// The first step from which on all `values` are within `band` of the `target`.
///
/// `None` for no values, a number that is not finite, a negative band, or a last value outside: it did not settle.
#[must_use]
pub fn settling_time(values: &[f64], target: f64, band: f64) -> Option<usize> {
    if !all_finite(values) || !target.is_finite() || !is_non_negative(band) {
        return None;
    }
    let settled = values.iter().rev().take_while(|&value| (value - target).abs() <= band).count();
    (settled > 0).then(|| values.len() - settled)
}

/// Describes [`overshoot`].
pub const OVERSHOOT: MeasureDescription = MeasureDescription {
    name: "overshoot",
    meaning: "how far a value went beyond its target, against how far it had to go",
    formula: "max_t (y_t − r) / (r − y_0), at least 0",
    unit: "fraction of the way from the first value to the target",
    source: "Åström and Murray 2008, Feedback Systems, §5.3",
};

/// The farthest that `values` went beyond the `target`, seen from the first of them, over the way from there to the target.
///
/// `None` for no values, a number that is not finite, or a first value at the target.
#[must_use]
pub fn overshoot(values: &[f64], target: f64) -> Option<f64> {
    let &first = values.first()?;
    if !all_finite(values) || !target.is_finite() {
        return None;
    }
    let way = defined(target - first)?;
    let beyond = values.iter().fold(0.0_f64, |beyond, value| beyond.max((value - target) * way.signum()));
    quotient(defined(beyond)?, way.abs())
}

/// Describes [`integral_absolute_error`].
pub const INTEGRAL_ABSOLUTE_ERROR: MeasureDescription = MeasureDescription {
    name: "integral_absolute_error",
    meaning: "distance of a value from its target, summed over the steps",
    formula: "Σ_t |y_t − r_t|",
    unit: "unit of the value times steps",
    source: "Graham and Lathrop 1953, Transactions of the AIEE 72(5)",
};

/// The sum of the distances of `values` from `targets`, one of each for each step.
///
/// `None` for columns that are empty or of unequal length, a number that is not finite, or a sum too large.
#[must_use]
pub fn integral_absolute_error(values: &[f64], targets: &[f64]) -> Option<f64> {
    if values.is_empty() || values.len() != targets.len() || !all_finite(values) || !all_finite(targets) {
        return None;
    }
    defined(sum::sum_by(values.len(), |t| (values[t] - targets[t]).abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;

    /// The unit step response of ω² / (s² + 2ζωs + ω²) with ω = 1, at times k·dt.
    fn second_order(damping: f64, dt: f64, steps: usize) -> Vec<f64> {
        let damped = (1.0 - damping * damping).sqrt();
        let at = |t: f64| 1.0 - (-damping * t).exp() * ((damped * t).cos() + damping / damped * (damped * t).sin());
        (0..steps).map(|step| at(step as f64 * dt)).collect()
    }

    /// The textbook: overshoot e^(−πζ/√(1−ζ²)), 16.3 % at ζ = .5 and 4.6 % at ζ = .7, at the time π/√(1−ζ²).
    #[test]
    fn a_second_order_system_overshoots_by_the_formula() {
        for (damping, published) in [(0.5, 0.163), (0.7, 0.046), (0.2, 0.527)] {
            let damped = (1.0_f64 - damping * damping).sqrt();
            // The peak falls on a step.
            let values = second_order(damping, std::f64::consts::PI / damped / 500.0, 3000);
            let found = overshoot(&values, 1.0).unwrap();
            assert_close(found, (-std::f64::consts::PI * damping / damped).exp(), 1e-12);
            assert!((found - published).abs() < 5e-4, "{found}");
        }
    }

    /// A first-order lag e^(−t/τ) is within 2 % after τ ln 50 = 3.912 τ, and its error sums to a geometric series.
    #[test]
    fn a_first_order_lag_settles_and_errs_by_the_formula() {
        let (tau, steps) = (50.0_f64, 2000);
        let values: Vec<f64> = (0..steps).map(|t| 1.0 - (-f64::from(t) / tau).exp()).collect();
        assert_eq!(settling_time(&values, 1.0, 0.02), Some((tau * 50.0_f64.ln()).ceil() as usize));
        let ratio = (-1.0 / tau).exp();
        let expected = (1.0 - ratio.powi(steps)) / (1.0 - ratio);
        assert_close(integral_absolute_error(&values, &vec![1.0; steps as usize]).unwrap(), expected, 1e-12);
        assert_eq!(overshoot(&values, 1.0), Some(0.0));
    }

    #[test]
    fn from_above_and_below_alike() {
        let below = [0.0, 6.0, 12.0, 11.0, 9.5, 10.1];
        let above = below.map(|value| 20.0 - value);
        for values in [below, above] {
            assert_close(overshoot(&values, 10.0).unwrap(), 0.2, 1e-15);
            assert_eq!(settling_time(&values, 10.0, 1.0), Some(3));
            assert_eq!(settling_time(&values, 10.0, 0.2), Some(5));
            assert_eq!(settling_time(&values, 10.0, 0.05), None);
            assert_close(integral_absolute_error(&values, &[10.0; 6]).unwrap(), 17.6, 1e-12);
        }
    }

    #[test]
    fn what_cannot_be_is_undefined() {
        assert_eq!(overshoot(&[1.0, 2.0], 1.0), None);
        assert_eq!(overshoot(&[], 1.0), None);
        assert_eq!(overshoot(&[f64::MAX], f64::MIN), None);
        assert_eq!(settling_time(&[], 1.0, 1.0), None);
        assert_eq!(settling_time(&[1.0], 1.0, -1.0), None);
        assert_eq!(integral_absolute_error(&[1.0], &[1.0, 2.0]), None);
        assert_eq!(integral_absolute_error(&[f64::MAX], &[f64::MIN]), None);
    }
}
