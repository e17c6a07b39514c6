//! Volatility: how much a price moves.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_finite, all_non_negative, defined, is_non_negative, is_positive};
use crate::moments::standard_deviation;
use crate::returns::{log_return, log_returns};

/// Describes [`price_volatility`].
pub const PRICE_VOLATILITY: MeasureDescription = MeasureDescription {
    name: "price_volatility",
    meaning: "sample standard deviation of the price itself",
    formula: "√( (1/(n−1)) Σ (P_t − mean P)² )",
    unit: "of the price",
    source: "standard",
};

/// The sample standard deviation of the price level, in the unit of the price.
///
/// `None` for fewer than two prices, or a price that is not finite or negative.
#[must_use]
pub fn price_volatility(prices: &[f64]) -> Option<f64> {
    if all_non_negative(prices) { standard_deviation(prices) } else { None }
}

/// Describes [`log_return_volatility`].
pub const LOG_RETURN_VOLATILITY: MeasureDescription = MeasureDescription {
    name: "log_return_volatility",
    meaning: "sample standard deviation of the log returns",
    formula: "√( (1/(n−1)) Σ (r_t − mean r)² ), r_t = ln(P_t / P_{t−1})",
    unit: "per square root of a step",
    source: "Hull, Options, Futures, and Other Derivatives, ch. on estimating volatility",
};

/// The sample standard deviation of the log returns, per step.
///
/// `None` for fewer than three prices (two returns), or a price that is not finite or not above zero.
#[must_use]
pub fn log_return_volatility(prices: &[f64]) -> Option<f64> {
    standard_deviation(&log_returns(prices)?)
}

/// Describes [`realised_variance`].
pub const REALISED_VARIANCE: MeasureDescription = MeasureDescription {
    name: "realised_variance",
    meaning: "sum of the squared log returns over the whole series",
    formula: "Σ r_t², r_t = ln(P_t / P_{t−1})",
    unit: "none, over the series",
    source: "Andersen, Bollerslev, Diebold and Labys 2003, Econometrica 71(2)",
};

/// The sum of squared log returns over the whole series; no mean is taken off.
///
/// `None` for fewer than two prices (no returns), or a price that is not finite or not above zero.
#[must_use]
pub fn realised_variance(prices: &[f64]) -> Option<f64> {
    let returns = log_returns(prices)?;
    if returns.is_empty() {
        return None;
    }
    defined(sum::sum_by(returns.len(), |i| returns[i] * returns[i]))
}

/// Describes [`realised_volatility`].
pub const REALISED_VOLATILITY: MeasureDescription = MeasureDescription {
    name: "realised_volatility",
    meaning: "square root of the realised variance",
    formula: "√( Σ r_t² ), r_t = ln(P_t / P_{t−1})",
    unit: "none, over the series",
    source: "Andersen, Bollerslev, Diebold and Labys 2003, Econometrica 71(2)",
};

/// The square root of [`realised_variance`]; undefined where that is.
#[must_use]
pub fn realised_volatility(prices: &[f64]) -> Option<f64> {
    realised_variance(prices).map(f64::sqrt)
}

/// Describes [`rolling_price_volatility`].
pub const ROLLING_PRICE_VOLATILITY: MeasureDescription = MeasureDescription {
    name: "rolling_price_volatility",
    meaning: "standard deviation of the price over the last `window` steps",
    formula: "√( (1/(w−1)) Σ_{s=t−w+1..t} (P_s − mean P)² )",
    unit: "of the price",
    source: "standard",
};

/// The price volatility over the last `window` prices, one entry per price, in the unit of the price.
///
/// An entry is `None` before the window is full and wherever the window holds a price that is not finite or
/// negative. All are `None` for a window below 2. Work grows with length times window.
#[must_use]
pub fn rolling_price_volatility(prices: &[f64], window: usize) -> Vec<Option<f64>> {
    rolling(prices.len(), window, |end| price_volatility(&prices[end - window..end]))
}

/// Describes [`rolling_log_return_volatility`].
pub const ROLLING_LOG_RETURN_VOLATILITY: MeasureDescription = MeasureDescription {
    name: "rolling_log_return_volatility",
    meaning: "standard deviation of the last `window` log returns",
    formula: "√( (1/(w−1)) Σ_{s=t−w+1..t} (r_s − mean r)² )",
    unit: "per square root of a step",
    source: "Hull, Options, Futures, and Other Derivatives, ch. on estimating volatility",
};

/// The volatility of the last `window` log returns, one entry per price, per step.
///
/// The first price has no return, so a window of w is first full at the (w + 1)-th price. An entry is `None`
/// before that and wherever the window reaches a price that is not finite or not above zero. All are `None`
/// for a window below 2. Work grows with length times window.
#[must_use]
pub fn rolling_log_return_volatility(prices: &[f64], window: usize) -> Vec<Option<f64>> {
    if prices.is_empty() {
        return Vec::new();
    }
    // A return that is undefined is kept as NaN, which makes every window that holds it undefined.
    let returns: Vec<f64> = prices.windows(2).map(|pair| log_return(pair[0], pair[1]).unwrap_or(f64::NAN)).collect();
    let mut volatilities = vec![None];
    volatilities.extend(rolling(returns.len(), window, |end| standard_deviation(&returns[end - window..end])));
    volatilities
}

/// `measure(end)` for every end at which a window of at least 2 is full, and `None` before that.
fn rolling(len: usize, window: usize, measure: impl Fn(usize) -> Option<f64>) -> Vec<Option<f64>> {
    (1..=len).map(|end| if window >= 2 && end >= window { measure(end) } else { None }).collect()
}

/// Describes [`annualised`].
pub const ANNUALISED: MeasureDescription = MeasureDescription {
    name: "annualised",
    meaning: "a volatility per step, scaled to a year of independent steps",
    formula: "σ_step · √(steps per year)",
    unit: "per square root of a year",
    source: "Hull, Options, Futures, and Other Derivatives, ch. on estimating volatility",
};

/// A volatility per step as a volatility per year, for the declared number of steps in a year.
///
/// `None` unless the volatility is finite and not negative and the number of steps finite and above zero.
#[must_use]
pub fn annualised(volatility_per_step: f64, steps_per_year: f64) -> Option<f64> {
    if !is_non_negative(volatility_per_step) || !is_positive(steps_per_year) {
        return None;
    }
    defined(volatility_per_step * steps_per_year.sqrt())
}

/// Describes [`ewma_volatility_series`].
pub const EWMA_VOLATILITY_SERIES: MeasureDescription = MeasureDescription {
    name: "ewma_volatility_series",
    meaning: "exponentially weighted volatility after each return",
    formula: "σ_t² = λ σ_{t−1}² + (1 − λ) r_t², σ_0² = r_0²",
    unit: "per square root of a step",
    source: "J.P. Morgan and Reuters 1996, RiskMetrics Technical Document, §5.2",
};

/// The exponentially weighted volatility after each of `returns`, one entry per return.
///
/// The decay λ lies in [0, 1): 0 keeps only the latest return; RiskMetrics uses 0.94 for daily steps. Entry t
/// includes return t, so it is the forecast for step t + 1. Empty for no returns. `None` for a decay out of
/// range or a return that is not finite.
#[must_use]
pub fn ewma_volatility_series(returns: &[f64], decay: f64) -> Option<Vec<f64>> {
    if !is_decay(decay) || !all_finite(returns) {
        return None;
    }
    let mut last = None;
    let volatility = |&value: &f64| {
        let variance = decayed_variance(last, value, decay);
        last = Some(variance);
        defined(variance.sqrt())
    };
    returns.iter().map(volatility).collect()
}

/// Whether the decay is one that lets the past fade.
pub(crate) fn is_decay(decay: f64) -> bool {
    (0.0..1.0).contains(&decay)
}

/// The exponentially weighted variance after one more return.
pub(crate) fn decayed_variance(last: Option<f64>, value: f64, decay: f64) -> f64 {
    let square = value * value;
    last.map_or(square, |last| decay * last + (1.0 - decay) * square)
}

/// Describes [`ewma_volatility`].
pub const EWMA_VOLATILITY: MeasureDescription = MeasureDescription {
    name: "ewma_volatility",
    meaning: "exponentially weighted volatility after the last return",
    formula: "σ_t² = λ σ_{t−1}² + (1 − λ) r_t², σ_0² = r_0²",
    unit: "per square root of a step",
    source: "J.P. Morgan and Reuters 1996, RiskMetrics Technical Document, §5.2",
};

/// The last entry of [`ewma_volatility_series`]; `None` for no returns and where that is undefined.
#[must_use]
pub fn ewma_volatility(returns: &[f64], decay: f64) -> Option<f64> {
    ewma_volatility_series(returns, decay)?.last().copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;

    /// The series of the reference examples.
    const PRICES: [f64; 7] = [100.0, 120.0, 90.0, 95.0, 130.0, 80.0, 110.0];

    #[test]
    fn reference_series() {
        // The published pair is (.554437, .332543). With natural logarithms Σr² itself is .554437, so that
        // figure is the realised variance; its root is .744605. The second is the sample deviation of r.
        assert_close(realised_variance(&PRICES).unwrap(), 0.554_437, 1e-6);
        assert_close(realised_volatility(&PRICES).unwrap(), 0.554_437_f64.sqrt(), 1e-6);
        assert_close(log_return_volatility(&PRICES).unwrap(), 0.332_543, 1e-6);
    }

    #[test]
    fn deviation_of_a_price_by_hand() {
        // Deviations from 3: −2, 0, 2; sum of squares 8, over n − 1 = 2.
        assert_eq!(price_volatility(&[1.0, 3.0, 5.0]), Some(2.0));
    }

    #[test]
    fn rolling_entries_stand_at_the_end_of_their_window() {
        let price = rolling_price_volatility(&PRICES, 3);
        let returns = rolling_log_return_volatility(&PRICES, 3);
        assert_eq!(price.len(), 7);
        assert_eq!(returns.len(), 7);
        assert_eq!((price[1], returns[2]), (None, None));
        assert_eq!(price[2], price_volatility(&PRICES[..3]));
        assert_eq!(returns[3], log_return_volatility(&PRICES[..4]));
        assert_eq!(price[6], price_volatility(&PRICES[4..]));
        assert_eq!(returns[6], log_return_volatility(&PRICES[3..]));
        assert!(price[2].is_some() && returns[3].is_some());
    }

    #[test]
    fn a_bad_price_leaves_a_gap_as_long_as_the_window() {
        for bad in [f64::NAN, 0.0, -1.0] {
            let mut prices = PRICES.to_vec();
            prices[2] = bad;
            let entries = rolling_log_return_volatility(&prices, 2);
            // Prices 1..=3 touch the bad one through returns 2 and 3, which windows ending at 2, 3, 4 hold.
            let defined: Vec<bool> = entries.iter().map(Option::is_some).collect();
            assert_eq!(defined, [false, false, false, false, false, true, true]);
        }
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(price_volatility(&[]), None);
        assert_eq!(price_volatility(&[1.0]), None);
        assert_eq!(price_volatility(&[0.0, 0.0]), Some(0.0));
        assert_eq!(log_return_volatility(&[1.0, 2.0]), None);
        assert_eq!(realised_variance(&[1.0]), None);
        assert_eq!(realised_volatility(&[1.0, f64::NAN]), None);
        assert_eq!(rolling_price_volatility(&PRICES, 1), vec![None; 7]);
        assert_eq!(rolling_price_volatility(&PRICES, 0), vec![None; 7]);
        assert_eq!(rolling_price_volatility(&PRICES, 8), vec![None; 7]);
        assert_eq!(rolling_log_return_volatility(&[], 3), vec![]);
        assert_eq!(ewma_volatility(&[], 0.9), None);
        assert_eq!(ewma_volatility(&[0.1], 1.0), None);
        assert_eq!(ewma_volatility(&[0.1], f64::NAN), None);
        assert_eq!(ewma_volatility(&[f64::NAN], 0.9), None);
        assert_eq!(annualised(0.1, 0.0), None);
        assert_eq!(annualised(-0.1, 252.0), None);
    }

    #[test]
    fn a_year_of_sixteen_steps_has_four_times_the_volatility() {
        assert_eq!(annualised(0.25, 16.0), Some(1.0));
    }

    #[test]
    fn ewma_by_hand() {
        // 0.01 → 0.9·0.01 + 0.1·0.04 = 0.013 → 0.9·0.013 + 0 = 0.0117.
        let series = ewma_volatility_series(&[0.1, -0.2, 0.0], 0.9).unwrap();
        for (actual, variance) in series.iter().zip([0.01, 0.013, 0.0117_f64]) {
            assert_close(*actual, variance.sqrt(), 1e-15);
        }
        assert_eq!(ewma_volatility(&[0.1, -0.2], 0.0), Some(0.2));
    }

    proptest! {
        #[test]
        fn volatility_of_returns_ignores_the_price_unit(
            prices in prop::collection::vec(0.01..100.0_f64, 3..60), unit in 0.001..1000.0_f64,
        ) {
            let other: Vec<f64> = prices.iter().map(|p| p * unit).collect();
            assert_close(log_return_volatility(&other).unwrap(), log_return_volatility(&prices).unwrap(), 1e-9);
            assert_close(realised_volatility(&other).unwrap(), realised_volatility(&prices).unwrap(), 1e-9);
        }

        #[test]
        fn ewma_stays_between_the_smallest_and_largest_return(
            returns in prop::collection::vec(-1.0..1.0_f64, 1..60), decay in 0.0..0.999_f64,
        ) {
            let sizes: Vec<f64> = returns.iter().map(|r| r.abs()).collect();
            let low = sizes.iter().copied().fold(f64::INFINITY, f64::min);
            let high = sizes.iter().copied().fold(0.0, f64::max);
            let volatility = ewma_volatility(&returns, decay).unwrap();
            prop_assert!(volatility >= low * (1.0 - 1e-12) && volatility <= high * (1.0 + 1e-12));
        }
    }
}
