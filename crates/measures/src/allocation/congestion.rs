//! How prices move while there is not enough for all.

use crate::MeasureDescription;
use crate::defined::all_non_negative;
use crate::running::RunningCongestion;

/// Describes [`congested_volatility`].
pub const CONGESTED_VOLATILITY: MeasureDescription = MeasureDescription {
    name: "congested_volatility",
    meaning: "standard deviation of the price's log returns over the steps in which more was asked for than there was",
    formula: "√( (1/(n−1)) Σ (r_t − mean r)² ) over t with Q_t > C_t, r_t = ln(P_t / P_{t−1})",
    unit: "per square root of a step",
    source: "Hull, Options, Futures, and Other Derivatives, ch. on estimating volatility, of chosen steps",
};

/// The volatility of a price over the steps of congestion, by the log returns that end in one.
///
/// One entry per step: the price, what was requested and what there was. `None` for fewer than two such returns, columns
/// of unequal length, an amount that is not finite or negative, or a price not above zero.
#[must_use]
pub fn congested_volatility(prices: &[f64], requested: &[f64], capacity: &[f64]) -> Option<f64> {
    let lengths = prices.len() == requested.len() && prices.len() == capacity.len();
    if !lengths || !all_non_negative(requested) || !all_non_negative(capacity) {
        return None;
    }
    let mut running = RunningCongestion::default();
    for ((&price, requested), capacity) in prices.iter().zip(requested).zip(capacity) {
        running.push(price, requested > capacity);
    }
    running.volatility()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;
    use crate::volatility::log_return_volatility;

    #[test]
    fn calm_steps_do_not_count() {
        let prices = [1.0, 2.0, 2.0, 3.0, 1.5];
        // Returns into steps 1, 3 and 4 count: ln 2, ln 1.5, −ln 2.
        let returns = [2.0_f64.ln(), 1.5_f64.ln(), -(2.0_f64.ln())];
        let mean = returns.iter().sum::<f64>() / 3.0;
        let expected = (returns.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / 2.0).sqrt();
        let actual = congested_volatility(&prices, &[9.0, 9.0, 1.0, 9.0, 9.0], &[5.0; 5]).unwrap();
        assert_close(actual, expected, 1e-14);
    }

    #[test]
    fn where_all_steps_are_congested_it_is_the_volatility_of_returns() {
        let prices = [100.0, 120.0, 90.0, 95.0, 130.0, 80.0, 110.0];
        let always = congested_volatility(&prices, &[2.0; 7], &[1.0; 7]).unwrap();
        assert_close(always, log_return_volatility(&prices).unwrap(), 1e-13);
        assert_eq!(congested_volatility(&prices, &[1.0; 7], &[1.0; 7]), None);
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(congested_volatility(&[1.0, 2.0], &[1.0], &[1.0, 1.0]), None);
        assert_eq!(congested_volatility(&[1.0, 0.0, 1.0, 2.0], &[2.0; 4], &[1.0; 4]), None);
        assert_eq!(congested_volatility(&[1.0, 2.0, 3.0], &[f64::NAN; 3], &[1.0; 3]), None);
    }
}
