//! What volatility goes with: volume, and earlier losses.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_finite, all_non_negative, defined, is_positive};
use crate::regression::correlation;

/// Describes [`volume_volatility_correlation`].
pub const VOLUME_VOLATILITY_CORRELATION: MeasureDescription = MeasureDescription {
    name: "volume_volatility_correlation",
    meaning: "correlation of volume with the size of returns",
    formula: "corr(V_t, |r_t|)",
    unit: "none",
    source: "Karpoff 1987, Journal of Financial and Quantitative Analysis 22(1)",
};

/// The correlation of volume and the size of the return of the same step, in [−1, 1].
///
/// `None` for a negative volume, and where [`correlation`] is undefined.
#[must_use]
pub fn volume_volatility_correlation(volumes: &[f64], returns: &[f64]) -> Option<f64> {
    if !all_non_negative(volumes) {
        return None;
    }
    correlation(volumes, &returns.iter().map(|r| r.abs()).collect::<Vec<f64>>())
}

/// Describes [`leverage_effect`].
pub const LEVERAGE_EFFECT: MeasureDescription = MeasureDescription {
    name: "leverage_effect",
    meaning: "how volatility follows returns: below zero where losses raise it",
    formula: "L(τ) = ⟨r_t r²_{t+τ}⟩ / ⟨r²⟩²",
    unit: "1 / return",
    source: "Bouchaud, Matacz and Potters 2001, Physical Review Letters 87(22)",
};

/// The leverage correlation at lags 1 to `greatest_lag`.
///
/// `None` for a greatest lag of 0 or not below the number of returns, a return that is not finite, returns all zero, or
/// a result beyond an `f64`.
#[must_use]
pub fn leverage_effect(returns: &[f64], greatest_lag: usize) -> Option<Vec<f64>> {
    if greatest_lag == 0 || greatest_lag >= returns.len() || !all_finite(returns) {
        return None;
    }
    let scale = returns.iter().fold(0.0_f64, |largest, r| largest.max(r.abs()));
    if !is_positive(scale) {
        return None;
    }
    // In units of the largest return nothing overflows; the result is per unit of return.
    let scaled: Vec<f64> = returns.iter().map(|r| r / scale).collect();
    let square = |t: usize| scaled[t] * scaled[t];
    let variance = sum::sum_by(scaled.len(), square) / scaled.len() as f64;
    let at = |lag: usize| {
        let count = scaled.len() - lag;
        let mean = sum::sum_by(count, |t| scaled[t] * square(t + lag)) / count as f64;
        defined(mean / (variance * variance) / scale)
    };
    (1..=greatest_lag).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;
    use crate::samples::Samples;

    #[test]
    fn losses_that_raise_volatility_for_one_step() {
        // r_t = (1 − a e_{t−1}) e_t: ⟨r_t r²_{t+1}⟩ = −2a and ⟨r²⟩ = 1 + a², nothing at longer lags.
        let noise = Samples::new(23).normals(400_001);
        let returns: Vec<f64> = noise.windows(2).map(|pair| (1.0 - 0.2 * pair[0]) * pair[1]).collect();
        let found = leverage_effect(&returns, 3).unwrap();
        assert_close(found[0], -0.4 / 1.04_f64.powi(2), 0.02);
        assert!(found[1].abs() < 0.02 && found[2].abs() < 0.02, "{found:?}");
    }

    #[test]
    fn by_hand_and_degenerate() {
        // Products 1·4, 2·1 and −1 mean; squares (1 + 4 + 1)/3 = 2.
        assert_close(leverage_effect(&[1.0, 2.0, -1.0], 1).unwrap()[0], 3.0 / 4.0, 1e-15);
        assert_eq!(leverage_effect(&[1.0, 2.0], 2), None);
        assert_eq!(leverage_effect(&[0.0; 5], 1), None);
        assert_eq!(volume_volatility_correlation(&[1.0, 2.0, 3.0], &[-1.0, 2.0, -3.0]), Some(1.0));
        assert_eq!(volume_volatility_correlation(&[-1.0, 2.0], &[1.0, 2.0]), None);
    }
}
