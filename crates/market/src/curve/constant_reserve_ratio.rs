//! The constant reserve ratio curve of Bancor.

use walras_catalog::entry;
use walras_numerics::elementary::{exp_m1, ln_1p};

use super::{Curve, Point};

entry! {
    /// The reserve is always the same share of the market's worth S·P.
    ///
    /// The price depends on the reserve that is really held, so the market must open with a supply and a reserve.
    /// With either at zero there is no price: it reads zero, and no buy can be filled.
    pub struct ConstantReserveRatio = "constant_reserve_ratio" {
        formula: "P = R/(S·F)",
        source: "M. Rosenfeld, \"Formulas for Bancor system\", 2017; Bancor protocol, BancorFormula",
        /// F: the reserve's share of the market's worth. At 1 the price never moves.
        reserve_ratio: f64, within 1e-6..=1.0;
    }
}

/// What `tokens` more cost at (`supply`, `reserve`): R·((1 + x/S)^{1/F} − 1). Bancor's `fundCost` with F the sum of
/// the pool's reserve ratios.
#[inline]
#[must_use]
pub fn purchase_cost(supply: f64, reserve: f64, ratio: f64, tokens: f64) -> f64 {
    reserve * exp_m1(ln_1p(tokens / supply) / ratio)
}

/// The tokens that `money` buys: S·((1 + m/R)^F − 1). Bancor's `purchaseTargetAmount` and `fundSupplyAmount`.
#[inline]
#[must_use]
pub fn purchase_return(supply: f64, reserve: f64, ratio: f64, money: f64) -> f64 {
    supply * exp_m1(ratio * ln_1p(money / reserve))
}

/// What selling `tokens` pays: R·(1 − (1 − x/S)^{1/F}). Bancor's `saleTargetAmount`; its
/// `liquidateReserveAmount` with F the sum of the pool's reserve ratios.
#[inline]
#[must_use]
pub fn sale_return(supply: f64, reserve: f64, ratio: f64, tokens: f64) -> f64 {
    -reserve * exp_m1(ln_1p(-tokens / supply) / ratio)
}

/// The tokens that must be sold to be paid `money`, at most R: S·(1 − (1 − m/R)^F).
#[inline]
#[must_use]
pub fn sale_amount(supply: f64, reserve: f64, ratio: f64, money: f64) -> f64 {
    -supply * exp_m1(ratio * ln_1p(-money / reserve))
}

/// What `amount` of one reserve of a pool buys of another: R₂·(1 − (R₁/(R₁ + a))^{W₁/W₂}). Bancor's
/// `crossReserveTargetAmount`: selling into one reserve for the pool's token and that token into the other.
#[must_use]
pub fn cross_reserve_return(
    source_reserve: f64,
    source_ratio: f64,
    target_reserve: f64,
    target_ratio: f64,
    amount: f64,
) -> f64 {
    -target_reserve * exp_m1(-(source_ratio / target_ratio) * ln_1p(amount / source_reserve))
}

/// The bound on the relative error that these formulas share, in units of [`f64::EPSILON`].
///
/// x/S is off by 7u and R by 3u. Of the error of y = ln(1 + x/S)/F, 10u, the exponential keeps (y + 1)
/// times as much in a cost, which is at most 45 times where a cost of 2⁶³ atoms has a reserve of one, and
/// at most once in a sale.
pub(super) const ERROR: f64 = 256.0;

/// What `cost` computes, or infinity where there is no price.
#[inline]
pub(super) fn cost_at(at: Point, ratio: f64, tokens: f64) -> f64 {
    if at.supply > 0.0 && at.reserve > 0.0 {
        purchase_cost(at.supply, at.reserve, ratio, tokens)
    } else {
        f64::INFINITY
    }
}

/// R/(S·F), zero where there is no price.
#[inline]
pub(super) fn price_at(at: Point, ratio: f64) -> f64 {
    if at.supply > 0.0 { at.reserve / at.supply / ratio } else { 0.0 }
}

impl Curve for ConstantReserveRatio {
    #[inline]
    fn price(&self, at: Point) -> f64 {
        price_at(at, self.reserve_ratio)
    }

    /// P·(1/F − 1)/S, since dR = P·dS along the curve.
    #[inline]
    fn slope(&self, at: Point) -> f64 {
        if at.supply > 0.0 { self.price(at) * (1.0 / self.reserve_ratio - 1.0) / at.supply } else { 0.0 }
    }

    #[inline]
    fn cost(&self, at: Point, tokens: f64) -> f64 {
        cost_at(at, self.reserve_ratio, tokens)
    }

    #[inline]
    fn proceeds(&self, at: Point, tokens: f64) -> f64 {
        if at.supply > 0.0 { sale_return(at.supply, at.reserve, self.reserve_ratio, tokens) } else { 0.0 }
    }

    fn tokens_bought(&self, at: Point, money: f64) -> f64 {
        if at.reserve > 0.0 { purchase_return(at.supply, at.reserve, self.reserve_ratio, money) } else { 0.0 }
    }

    fn tokens_sold(&self, at: Point, money: f64) -> f64 {
        if money < at.reserve { sale_amount(at.supply, at.reserve, self.reserve_ratio, money) } else { at.supply }
    }

    fn reserve(&self, _: f64) -> Option<f64> {
        None
    }

    fn relative_error(&self) -> f64 {
        ERROR * f64::EPSILON
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Point = Point { supply: 1000.0, reserve: 250.0 };

    /// F = ½ makes the price proportional to supply: R = P·S/2, and 10 % more supply takes 21 % more reserve.
    #[test]
    fn half_a_reserve_is_the_line_through_the_origin() {
        let curve = ConstantReserveRatio { reserve_ratio: 0.5 };
        let line = super::super::Linear { slope: 2.0 * 250.0 / 1e6, intercept: 0.0 };
        assert_eq!(curve.price(AT), 0.5);
        assert!((curve.cost(AT, 100.0) / (0.21 * 250.0) - 1.0).abs() < 1e-14);
        assert!((curve.cost(AT, 100.0) / line.cost(AT, 100.0) - 1.0).abs() < 1e-14);
        assert!((curve.proceeds(AT, 100.0) / line.proceeds(AT, 100.0) - 1.0).abs() < 1e-14);
        assert!((curve.slope(AT) / line.slope(AT) - 1.0).abs() < 1e-14);
    }

    #[test]
    fn a_full_reserve_keeps_the_price() {
        let curve = ConstantReserveRatio { reserve_ratio: 1.0 };
        assert!((curve.cost(AT, 4000.0) / 1000.0 - 1.0).abs() < 1e-15);
        assert_eq!(curve.slope(AT), 0.0);
    }

    #[test]
    fn the_whole_supply_returns_the_whole_reserve() {
        for reserve_ratio in [1e-6, 0.1, 0.5, 1.0] {
            assert_eq!(ConstantReserveRatio { reserve_ratio }.proceeds(AT, 1000.0), 250.0);
        }
    }

    #[test]
    fn an_empty_market_has_no_price() {
        let curve = ConstantReserveRatio { reserve_ratio: 0.5 };
        for at in [Point { supply: 0.0, reserve: 3.0 }, Point { supply: 3.0, reserve: 0.0 }] {
            assert_eq!(curve.price(at), 0.0);
            assert_eq!(curve.cost(at, 1.0), f64::INFINITY);
            assert_eq!(curve.proceeds(at, at.supply), 0.0);
            assert_eq!(curve.tokens_bought(at, 1.0), 0.0);
        }
    }

    /// Selling one reserve for the pool's token and that for the other reserve, step by step.
    #[test]
    fn crossing_two_reserves_is_two_trades_with_the_pool() {
        let (supply, source, target) = (1e6, 4e4, 9e4);
        let tokens = purchase_return(supply, source, 0.2, 500.0);
        let paid = sale_return(supply + tokens, target, 0.7, tokens);
        assert!((cross_reserve_return(source, 0.2, target, 0.7, 500.0) / paid - 1.0).abs() < 1e-12);
    }
}
