//! Loss versus rebalancing: a pool's provider against one who holds what the pool holds, but trades at market prices.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_finite, all_positive, defined, is_non_negative, is_positive};

/// Describes [`loss_versus_rebalancing`].
pub const LOSS_VERSUS_REBALANCING: MeasureDescription = MeasureDescription {
    name: "loss_versus_rebalancing",
    meaning: "what a pool's provider loses to arbitrage: against holding the pool's assets, traded at market prices",
    formula: "Σ_t x_{t−1} (P_t − P_{t−1}) − (V_T − V_0)",
    unit: "money; above 0 is a loss",
    source: "Milionis, Moallemi, Roughgarden and Zhang 2022, arXiv 2208.06046, §4",
};

/// The loss of a pool against the strategy that rebalances to the pool's own holdings at market prices.
///
/// At each step: `prices` of the asset outside, `holdings` of the asset in the pool, `values` of the whole pool at that
/// price, in money. Fees that stay in the pool make its value higher and the loss smaller, and can make it negative.
/// `None` for columns of unequal length, fewer than two steps, or a number that is not finite, a price not above zero.
#[must_use]
pub fn loss_versus_rebalancing(prices: &[f64], holdings: &[f64], values: &[f64]) -> Option<f64> {
    let count = prices.len();
    if count < 2 || holdings.len() != count || values.len() != count {
        return None;
    }
    if !all_positive(prices) || !all_finite(holdings) || !all_finite(values) {
        return None;
    }
    let rebalancing = sum::sum_by(count - 1, |t| holdings[t] * (prices[t + 1] - prices[t]));
    defined(rebalancing - (values[count - 1] - values[0]))
}

/// Describes [`loss_versus_rebalancing_rate`].
pub const LOSS_VERSUS_REBALANCING_RATE: MeasureDescription = MeasureDescription {
    name: "loss_versus_rebalancing_rate",
    meaning: "expected loss versus rebalancing of a constant-product pool without fees, for one unit of time and value",
    formula: "σ² / 8",
    unit: "fraction of the pool's value, per unit of time",
    source: "Milionis, Moallemi, Roughgarden and Zhang 2022, arXiv 2208.06046, example 3",
};

/// The rate at which a constant-product pool without fees loses to arbitrage, for that volatility per √time.
///
/// `None` for a volatility that is not finite or negative.
#[must_use]
pub fn loss_versus_rebalancing_rate(volatility: f64) -> Option<f64> {
    if is_non_negative(volatility) { defined(volatility * volatility / 8.0) } else { None }
}

/// Describes [`arbitrage_share_poisson_blocks`].
pub const ARBITRAGE_SHARE_POISSON_BLOCKS: MeasureDescription = MeasureDescription {
    name: "arbitrage_share_poisson_blocks",
    meaning: "part of the loss versus rebalancing that arbitrage still takes when it pays a fee, blocks at random times",
    formula: "1 / (1 + √2 f/s), f the fee in logarithms, s the volatility of a mean block",
    unit: "fraction",
    source: "Milionis, Moallemi and Roughgarden 2023, arXiv 2305.14604, fast blocks",
};

/// The share of arbitrage when blocks come as a Poisson process, in (0, 1]. Exact as blocks grow fast against the
/// volatility.
///
/// `None` for a fee that is not finite or negative, or a block volatility not above zero.
#[must_use]
pub fn arbitrage_share_poisson_blocks(log_fee: f64, block_volatility: f64) -> Option<f64> {
    share(std::f64::consts::SQRT_2, log_fee, block_volatility)
}

/// Describes [`arbitrage_share_fixed_blocks`].
pub const ARBITRAGE_SHARE_FIXED_BLOCKS: MeasureDescription = MeasureDescription {
    name: "arbitrage_share_fixed_blocks",
    meaning: "part of the loss versus rebalancing that arbitrage still takes when it pays a fee, blocks at equal distances",
    formula: "1 / (1 + √(2π)/|ζ(½)| · f/s) = 1 / (1 + 1.7164 f/s)",
    unit: "fraction",
    source: "arXiv 2505.05113; ζ(½) as in Chernoff 1965 and Broadie, Glasserman and Kou 1997",
};

/// √(2π) / |ζ(½)|, by which discrete steps overshoot a barrier.
const OVERSHOOT: f64 = 2.506_628_274_631_000_5 / 1.460_354_508_809_586_8;

/// The share of arbitrage when blocks come at equal distances, in (0, 1].
///
/// `None` for a fee that is not finite or negative, or a block volatility not above zero.
#[must_use]
pub fn arbitrage_share_fixed_blocks(log_fee: f64, block_volatility: f64) -> Option<f64> {
    share(OVERSHOOT, log_fee, block_volatility)
}

fn share(factor: f64, log_fee: f64, block_volatility: f64) -> Option<f64> {
    if !is_non_negative(log_fee) || !is_positive(block_volatility) {
        return None;
    }
    // A ratio beyond the range leaves nothing for arbitrage.
    defined(1.0 / (1.0 + factor * (log_fee / block_volatility)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;
    use crate::regression::mean_estimate;
    use crate::samples::Samples;

    #[test]
    fn one_move_by_hand() {
        // xy = 100 from (10, 10): at price 4 the pool holds (5, 20), worth 40. Rebalancing gains 10·3, the pool 20.
        assert_eq!(loss_versus_rebalancing(&[1.0, 4.0], &[10.0, 5.0], &[20.0, 40.0]), Some(10.0));
        assert_eq!(loss_versus_rebalancing(&[1.0], &[10.0], &[20.0]), None);
        assert_eq!(loss_versus_rebalancing(&[1.0, 0.0], &[10.0; 2], &[20.0; 2]), None);
        assert_eq!(arbitrage_share_poisson_blocks(0.1, 0.0), None);
        assert_eq!(arbitrage_share_fixed_blocks(0.0, 0.5), Some(1.0));
    }

    #[test]
    fn a_constant_product_pool_loses_an_eighth_of_the_variance() {
        // A martingale price over one unit of time in 250 steps: E[LVR]/V₀ is σ²/8 (1 + O(σ²)) for V = 2√P.
        let mut draws = Samples::new(31);
        for volatility in [0.05_f64, 0.2] {
            let step = volatility / 250.0_f64.sqrt();
            let losses: Vec<f64> = (0..3000)
                .map(|_| {
                    let mut prices = vec![1.0_f64];
                    for t in 0..250 {
                        prices.push(prices[t] * (step * draws.normal() - step * step / 2.0).exp());
                    }
                    let holdings: Vec<f64> = prices.iter().map(|price| 1.0 / price.sqrt()).collect();
                    let values: Vec<f64> = prices.iter().map(|price| 2.0 * price.sqrt()).collect();
                    loss_versus_rebalancing(&prices, &holdings, &values).unwrap() / 2.0
                })
                .collect();
            let found = mean_estimate(&losses).unwrap();
            // E[√P] shrinks as exp(−σ²t/8): the loss over the unit of time is 1 − exp(−σ²/8).
            let expected = 1.0 - (-loss_versus_rebalancing_rate(volatility).unwrap()).exp();
            assert!((found.value - expected).abs() < 4.0 * found.standard_error, "{found:?}, not {expected}");
        }
    }

    /// Mispricing in logarithms walks by the block's volatility; beyond the fee arbitrage brings it back to the fee and
    /// earns an eighth of the squared excess, for one unit of value.
    fn simulated(log_fee: f64, block_volatility: f64, poisson: bool) -> crate::regression::Estimate {
        let mut draws = Samples::new(32);
        let mut mispricing = 0.0_f64;
        let batches: Vec<f64> = (0..100)
            .map(|_| {
                let profit: f64 = (0..10_000)
                    .map(|_| {
                        let time = if poisson { -draws.uniform().ln() } else { 1.0 };
                        mispricing += block_volatility * time.sqrt() * draws.normal();
                        let excess = (mispricing.abs() - log_fee).max(0.0);
                        mispricing = mispricing.clamp(-log_fee, log_fee);
                        excess * excess / 8.0
                    })
                    .sum();
                profit / 10_000.0 / (block_volatility * block_volatility / 8.0)
            })
            .collect();
        mean_estimate(&batches).unwrap()
    }

    #[test]
    fn with_a_fee_arbitrage_takes_its_share() {
        for (fee, volatility) in [(0.0005, 0.001), (0.003, 0.002)] {
            for (poisson, closed) in [
                (true, arbitrage_share_poisson_blocks(fee, volatility).unwrap()),
                (false, arbitrage_share_fixed_blocks(fee, volatility).unwrap()),
            ] {
                let found = simulated(fee, volatility, poisson);
                let allowed = 4.0 * found.standard_error + 0.01 * closed;
                assert!((found.value - closed).abs() < allowed, "{found:?}, not {closed} ({poisson})");
            }
        }
        assert_close(arbitrage_share_poisson_blocks(0.003, 0.002).unwrap(), 0.320_377_241_017_040_7, 1e-15);
    }
}
