//! The augmented bonding curve of Zargham, Shorish and Paruch.

use walras_catalog::entry;
use walras_numerics::elementary::{exp_m1, pow};

use super::constant_reserve_ratio::{ERROR, cost_at, price_at, purchase_return, sale_amount, sale_return};
use super::{Curve, Point};

entry! {
    /// A curve that keeps V = S^κ/R, opened by a hatch and feeding a funding pool.
    ///
    /// In the hatch, contributors pay one price; a share θ of what they pay goes to the funding pool and the rest
    /// becomes the reserve. Afterwards trades move along the invariant, and a tribute of each goes to the pool.
    /// It is the constant reserve ratio curve with F = 1/κ.
    pub struct Augmented = "augmented" {
        formula: "V = S^κ/R, P = κ·R/S",
        source: "M. Zargham, J. Shorish, K. Paruch, \"From curved bonding to configuration spaces\", IEEE ICBC 2020",
        /// κ: curvature of the invariant; at 1 the price never moves.
        kappa: f64 = 2.0, within 1.0..=1e6;
        /// What a contributor to the hatch pays for one token.
        hatch_price: f64 = 1.0, within 1e-30..=1e30, unit "numeraire/token";
        /// θ: the share of the hatch's money that goes to the funding pool.
        theta: f64 = 0.0, within 0.0..1.0;
        /// Share of the money of every buy that goes to the funding pool.
        entry_tribute: f64 = 0.0, within 0.0..1.0;
        /// Share of the proceeds of every sale that goes to the funding pool.
        exit_tribute: f64 = 0.0, within 0.0..1.0;
    }
}

/// How a market opens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hatch {
    /// Tokens given to the contributors.
    pub supply: f64,
    /// Money in the reserve.
    pub reserve: f64,
    /// Money in the funding pool.
    pub funding_pool: f64,
}

/// The hatch that raises `money` at `price` a token, of which a share `theta` goes to the funding pool.
#[must_use]
pub fn hatch(money: f64, price: f64, theta: f64) -> Hatch {
    Hatch { supply: money / price, reserve: (1.0 - theta) * money, funding_pool: theta * money }
}

/// The share of a contributor's hatch tokens that is free after `time`: none until `cliff`, then all but a half for
/// each `half_life` that passes. Any unit of time.
#[must_use]
pub fn vested_share(time: f64, cliff: f64, half_life: f64) -> f64 {
    if time <= cliff { 0.0 } else { -exp_m1(-std::f64::consts::LN_2 * (time - cliff) / half_life) }
}

/// One trade and its tribute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tributed {
    /// Tokens bought, or money paid out to the seller.
    pub received: f64,
    /// Money to the funding pool.
    pub tribute: f64,
    /// Where the curve stands afterwards.
    pub at: Point,
}

impl Augmented {
    /// What the hatch leaves when `money` is raised.
    #[must_use]
    pub fn hatch(&self, money: f64) -> Hatch {
        hatch(money, self.hatch_price, self.theta)
    }

    /// V = S^κ/R, which no trade changes.
    #[must_use]
    pub fn invariant(&self, at: Point) -> f64 {
        pow(at.supply, self.kappa) / at.reserve
    }

    /// Spends `money`: the entry tribute first, the rest along the curve.
    #[must_use]
    pub fn buy(&self, at: Point, money: f64) -> Tributed {
        let tribute = self.entry_tribute * money;
        let deposit = money - tribute;
        let received = self.tokens_bought(at, deposit);
        let at = Point { supply: at.supply + received, reserve: at.reserve + deposit };
        Tributed { received, tribute, at }
    }

    /// Sells `tokens` along the curve: the exit tribute is taken from the proceeds.
    #[must_use]
    pub fn sell(&self, at: Point, tokens: f64) -> Tributed {
        let withdrawn = self.proceeds(at, tokens);
        let tribute = self.exit_tribute * withdrawn;
        let at = Point { supply: at.supply - tokens, reserve: at.reserve - withdrawn };
        Tributed { received: withdrawn - tribute, tribute, at }
    }
}

impl Curve for Augmented {
    #[inline]
    fn price(&self, at: Point) -> f64 {
        price_at(at, 1.0 / self.kappa)
    }

    /// P·(κ − 1)/S, since dR = P·dS along the curve.
    #[inline]
    fn slope(&self, at: Point) -> f64 {
        if at.supply > 0.0 { self.price(at) * (self.kappa - 1.0) / at.supply } else { 0.0 }
    }

    #[inline]
    fn cost(&self, at: Point, tokens: f64) -> f64 {
        cost_at(at, 1.0 / self.kappa, tokens)
    }

    #[inline]
    fn proceeds(&self, at: Point, tokens: f64) -> f64 {
        if at.supply > 0.0 { sale_return(at.supply, at.reserve, 1.0 / self.kappa, tokens) } else { 0.0 }
    }

    fn tokens_bought(&self, at: Point, money: f64) -> f64 {
        if at.reserve > 0.0 { purchase_return(at.supply, at.reserve, 1.0 / self.kappa, money) } else { 0.0 }
    }

    fn tokens_sold(&self, at: Point, money: f64) -> f64 {
        if money < at.reserve { sale_amount(at.supply, at.reserve, 1.0 / self.kappa, money) } else { at.supply }
    }

    fn reserve(&self, _: f64) -> Option<f64> {
        None
    }

    fn relative_error(&self) -> f64 {
        ERROR * f64::EPSILON
    }

    fn tributes(&self) -> (f64, f64) {
        (self.entry_tribute, self.exit_tribute)
    }

    fn opening(&self, supply: f64) -> Option<(f64, f64)> {
        let hatch = self.hatch(supply * self.hatch_price);
        Some((hatch.reserve, hatch.funding_pool))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURVE: Augmented =
        Augmented { kappa: 3.0, hatch_price: 0.1, theta: 0.35, entry_tribute: 0.02, exit_tribute: 0.05 };

    /// The paper's post-hatch price: κ·(1 − θ)·p₀.
    #[test]
    fn the_hatch_opens_at_the_paper_s_price() {
        let hatched = CURVE.hatch(100_000.0);
        assert_eq!(hatched.reserve + hatched.funding_pool, 100_000.0);
        let at = Point { supply: hatched.supply, reserve: hatched.reserve };
        assert!((CURVE.price(at) / (3.0 * 0.65 * 0.1) - 1.0).abs() < 1e-14);
    }

    #[test]
    fn trades_keep_the_invariant_and_money_is_conserved() {
        let start = Point { supply: 1e6, reserve: 65_000.0 };
        let bought = CURVE.buy(start, 5_000.0);
        assert!((CURVE.invariant(bought.at) / CURVE.invariant(start) - 1.0).abs() < 1e-13);
        assert!((bought.at.reserve + bought.tribute - start.reserve - 5_000.0).abs() < 1e-9);
        let sold = CURVE.sell(bought.at, bought.received);
        assert!((CURVE.invariant(sold.at) / CURVE.invariant(start) - 1.0).abs() < 1e-13);
        assert!((sold.at.reserve / start.reserve - 1.0).abs() < 1e-13);
        // A round trip loses both tributes: 1 − 0.98·0.95.
        assert!((sold.received / 5_000.0 - 0.98 * 0.95).abs() < 1e-12);
    }

    #[test]
    fn half_of_what_is_left_vests_each_half_life() {
        for (days, share) in [(0.0, 0.0), (90.0, 0.0), (180.0, 0.5), (270.0, 0.75), (360.0, 0.875)] {
            assert!((vested_share(days, 90.0, 90.0) - share).abs() < 1e-15);
        }
    }
}
