//! Performance: what an agent's decisions earned, and what else it could have done.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_finite, all_non_negative, defined, is_positive, quotient};
use crate::moments::{mean, standard_deviation};

/// Describes [`profit_and_loss`].
pub const PROFIT_AND_LOSS: MeasureDescription = MeasureDescription {
    name: "profit_and_loss",
    meaning: "change of wealth that was not put in or taken out",
    formula: "W_T − W_0 − net inflow",
    unit: "money",
    source: "standard",
};

/// The wealth gained between two moments, less what was put in from outside and not taken out again.
///
/// All in money; an airdrop or a grant is an inflow, a transfer out a negative one. `None` for a number that is
/// not finite.
#[must_use]
pub fn profit_and_loss(first_wealth: f64, last_wealth: f64, net_inflow: f64) -> Option<f64> {
    if !all_finite(&[first_wealth, last_wealth, net_inflow]) {
        return None;
    }
    defined(last_wealth - first_wealth - net_inflow)
}

/// Describes [`sharpe_ratio`].
pub const SHARPE_RATIO: MeasureDescription = MeasureDescription {
    name: "sharpe_ratio",
    meaning: "mean excess return for each unit of its standard deviation, per step",
    formula: "mean(r_t − r_f) / s(r_t), s with divisor n − 1",
    unit: "per square root of a step",
    source: "Sharpe 1994, Journal of Portfolio Management 21(1)",
};

/// The Sharpe ratio per step of simple returns over a constant risk-free return per step.
///
/// `None` for fewer than two returns, a number that is not finite, or returns whose standard deviation is zero
/// to within rounding (8 ε (1 + max |r|), ε = 2⁻⁵²): without risk there is no ratio.
#[must_use]
pub fn sharpe_ratio(returns: &[f64], risk_free: f64) -> Option<f64> {
    let deviation = standard_deviation(returns)?;
    let excess = mean(returns)? - risk_free;
    if is_spread(deviation, returns) { defined(excess / deviation) } else { None }
}

/// Whether a deviation of returns is more than rounding.
///
/// A return is the ratio of two wealths less one, so it carries a rounding error of the order of the machine
/// epsilon however small it is; a wealth that grows by the same part each step must not get a Sharpe ratio of 10¹⁵.
fn is_spread(deviation: f64, returns: &[f64]) -> bool {
    let largest = returns.iter().fold(0.0_f64, |largest, r| largest.max(r.abs()));
    deviation > 8.0 * f64::EPSILON * (1.0 + largest)
}

/// Describes [`annualised_sharpe_ratio`].
pub const ANNUALISED_SHARPE_RATIO: MeasureDescription = MeasureDescription {
    name: "annualised_sharpe_ratio",
    meaning: "Sharpe ratio scaled to a year of independent steps",
    formula: "√(steps per year) · mean(r_t − r_f) / s(r_t)",
    unit: "per square root of a year",
    source: "Sharpe 1994, Journal of Portfolio Management 21(1); Lo 2002, Financial Analysts Journal 58(4)",
};

/// The [`sharpe_ratio`] times the square root of the declared number of steps in a year.
///
/// The scaling holds for returns without autocorrelation. `None` where the ratio is undefined, or unless the
/// number of steps is finite and above zero.
#[must_use]
pub fn annualised_sharpe_ratio(returns: &[f64], risk_free: f64, steps_per_year: f64) -> Option<f64> {
    if !is_positive(steps_per_year) {
        return None;
    }
    defined(sharpe_ratio(returns, risk_free)? * steps_per_year.sqrt())
}

/// Describes [`sortino_ratio`].
pub const SORTINO_RATIO: MeasureDescription = MeasureDescription {
    name: "sortino_ratio",
    meaning: "mean return above a target for each unit of downside deviation, per step",
    formula: "mean(r_t − τ) / √( (1/n) Σ min(0, r_t − τ)² )",
    unit: "per square root of a step",
    source: "Sortino and Price 1994, Journal of Investing 3(3)",
};

/// The Sortino ratio per step of simple returns against a target return per step.
///
/// The downside counts all n returns in its divisor, those above the target as zero. `None` for no returns, a
/// number that is not finite, or no return below the target by more than rounding.
#[must_use]
pub fn sortino_ratio(returns: &[f64], target: f64) -> Option<f64> {
    let excess = mean(returns)? - target;
    let square = |i: usize| {
        let shortfall = (returns[i] - target).min(0.0);
        shortfall * shortfall
    };
    let downside = (sum::sum_by(returns.len(), square) / returns.len() as f64).sqrt();
    if is_spread(downside, returns) { defined(excess / downside) } else { None }
}

/// Describes [`buy_and_hold_wealth`].
pub const BUY_AND_HOLD_WEALTH: MeasureDescription = MeasureDescription {
    name: "buy_and_hold_wealth",
    meaning: "what the first wealth would be worth, held in the asset throughout",
    formula: "W_0 · P_T / P_0",
    unit: "money",
    source: "standard benchmark",
};

/// The last wealth of one who put all of `first_wealth` into the asset at the first price and waited.
///
/// Without fees and without moving the price. `None` for a wealth or last price that is negative or not finite,
/// or a first price not above zero.
#[must_use]
pub fn buy_and_hold_wealth(first_wealth: f64, first_price: f64, last_price: f64) -> Option<f64> {
    if !all_non_negative(&[first_wealth, last_price]) {
        return None;
    }
    defined(first_wealth * quotient(last_price, first_price)?)
}

/// Describes [`regret_against_buy_and_hold`].
pub const REGRET_AGAINST_BUY_AND_HOLD: MeasureDescription = MeasureDescription {
    name: "regret_against_buy_and_hold",
    meaning: "money missed by not having bought at the start and waited",
    formula: "W_0 · P_T / P_0 − W_T",
    unit: "money",
    source: "regret as in Savage 1951, JASA 46(253), against a single fixed action",
};

/// How far the last wealth falls short of [`buy_and_hold_wealth`]; below zero when it beat that.
///
/// `None` where the benchmark is undefined or the last wealth is not finite.
#[must_use]
pub fn regret_against_buy_and_hold(
    first_wealth: f64,
    last_wealth: f64,
    first_price: f64,
    last_price: f64,
) -> Option<f64> {
    defined(buy_and_hold_wealth(first_wealth, first_price, last_price)? - last_wealth)
}

/// Describes [`hit_rate`].
pub const HIT_RATE: MeasureDescription = MeasureDescription {
    name: "hit_rate",
    meaning: "part of the gains and losses that were gains",
    formula: "#{r_t > 0} / #{r_t ≠ 0}",
    unit: "fraction",
    source: "standard",
};

/// The fraction of the non-zero outcomes that are above zero, in [0, 1].
///
/// An outcome of exactly zero is neither a hit nor a miss. `None` for no outcome other than zero, or one that is
/// not finite.
#[must_use]
pub fn hit_rate(outcomes: &[f64]) -> Option<f64> {
    if !all_finite(outcomes) {
        return None;
    }
    let hits = outcomes.iter().filter(|&&r| r > 0.0).count();
    let misses = outcomes.iter().filter(|&&r| r < 0.0).count();
    quotient(hits as f64, (hits + misses) as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use walras_numerics::elementary::exp;

    use super::*;
    use crate::closeness::assert_close;
    use crate::returns::{cumulative_return, simple_returns};

    #[test]
    fn ratios_by_hand() {
        // Mean 0.1; deviations ∓0.1, sample variance 0.02/2 = 0.01. Excess over 0.05 is half a deviation.
        let r = [0.0, 0.1, 0.2];
        assert_close(sharpe_ratio(&r, 0.0).unwrap(), 1.0, 1e-14);
        assert_close(sharpe_ratio(&r, 0.05).unwrap(), 0.5, 1e-14);
        assert_close(annualised_sharpe_ratio(&r, 0.05, 256.0).unwrap(), 8.0, 1e-14);
        // Below the target of 0.1 only the first, by 0.1, of three: downside 0.1/√3, mean excess 0.
        assert_close(sortino_ratio(&r, 0.1).unwrap(), 0.0, 1e-14);
        // Shortfalls of 0 and 0.2 of two: downside 0.2/√2, mean 0.1.
        assert_close(sortino_ratio(&[0.4, -0.2], 0.0).unwrap(), 0.5_f64.sqrt(), 1e-14);
    }

    #[test]
    fn steady_growth_has_no_sharpe_ratio() {
        // Computed returns of the same growth differ in their last bits; that is not risk.
        let wealth: Vec<f64> = (0..200).map(|t| 100.0 * exp(0.03 * f64::from(t))).collect();
        let returns = simple_returns(&wealth).unwrap();
        assert!(returns.windows(2).any(|pair| pair[0].to_bits() != pair[1].to_bits()));
        assert_eq!(sharpe_ratio(&returns, 0.0), None);
        assert_eq!(sortino_ratio(&returns, 0.0), None);
        assert_eq!(sharpe_ratio(&[0.0; 5], 0.0), None);
    }

    #[test]
    fn money_by_hand() {
        assert_eq!(profit_and_loss(100.0, 130.0, 20.0), Some(10.0));
        assert_eq!(buy_and_hold_wealth(100.0, 2.0, 3.0), Some(150.0));
        assert_eq!(regret_against_buy_and_hold(100.0, 120.0, 2.0, 3.0), Some(30.0));
        assert_eq!(hit_rate(&[0.1, 0.0, -0.2, 0.3, 0.1]), Some(0.75));
    }

    #[test]
    fn degenerate_inputs() {
        for ratio in [sharpe_ratio, sortino_ratio] {
            assert_eq!(ratio(&[], 0.0), None);
            assert_eq!(ratio(&[0.1, f64::NAN], 0.0), None);
            assert_eq!(ratio(&[0.1, -0.2], f64::NAN), None);
        }
        assert_eq!(sharpe_ratio(&[0.1], 0.0), None);
        assert_eq!(sortino_ratio(&[-0.5], 0.0), Some(-1.0));
        assert_eq!(annualised_sharpe_ratio(&[0.0, 0.1], 0.0, 0.0), None);
        assert_eq!(annualised_sharpe_ratio(&[0.0, 0.1], 0.0, f64::NAN), None);
        assert_eq!(profit_and_loss(f64::NAN, 1.0, 0.0), None);
        assert_eq!(profit_and_loss(f64::MIN, f64::MAX, 0.0), None);
        assert_eq!(buy_and_hold_wealth(1.0, 0.0, 1.0), None);
        assert_eq!(buy_and_hold_wealth(-1.0, 1.0, 1.0), None);
        assert_eq!(buy_and_hold_wealth(1.0, 1.0, 0.0), Some(0.0));
        assert_eq!(regret_against_buy_and_hold(1.0, f64::INFINITY, 1.0, 1.0), None);
        assert_eq!(hit_rate(&[]), None);
        assert_eq!(hit_rate(&[0.0, -0.0]), None);
        assert_eq!(hit_rate(&[f64::NAN]), None);
    }

    proptest! {
        #[test]
        fn leverage_leaves_the_sharpe_ratio(
            r in prop::collection::vec(-0.5..0.5_f64, 2..60), leverage in 0.1..10.0_f64,
        ) {
            let levered: Vec<f64> = r.iter().map(|x| leverage * x).collect();
            if let (Some(plain), Some(other)) = (sharpe_ratio(&r, 0.0), sharpe_ratio(&levered, 0.0)) {
                assert_close(other, plain, 1e-9);
            }
        }

        #[test]
        fn one_who_buys_and_holds_has_no_regret(prices in prop::collection::vec(0.01..100.0_f64, 1..40)) {
            let last = 100.0 * (1.0 + cumulative_return(&prices).unwrap());
            let regret = regret_against_buy_and_hold(100.0, last, prices[0], prices[prices.len() - 1]).unwrap();
            assert_close(regret, 0.0, 1e-12 * last.max(1.0));
        }

        #[test]
        fn hits_and_misses_make_up_the_whole(r in prop::collection::vec(-1.0..1.0_f64, 1..40)) {
            prop_assume!(r.iter().any(|&x| x != 0.0));
            let opposite: Vec<f64> = r.iter().map(|x| -x).collect();
            assert_close(hit_rate(&r).unwrap() + hit_rate(&opposite).unwrap(), 1.0, 1e-12);
        }
    }
}
