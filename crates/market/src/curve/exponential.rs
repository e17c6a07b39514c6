//! The exponential curve.

use walras_catalog::entry;
use walras_numerics::elementary::{exp, exp_m1, ln_1p};

use super::{Curve, Point, newton};

entry! {
    /// Each further token raises the price by the same factor.
    ///
    /// Where e^{kS} would exceed any number the market simply has no price: such a buy is refused.
    pub struct Exponential = "exponential" {
        formula: "P(S) = a·e^(k·S) + b",
        source: "D. Balasanov, \"Bonding curves in depth: intuition and parametrization\", 2018",
        /// a: price of the first token above the offset.
        base: f64, within 1e-30..=1e30, unit "numeraire/token";
        /// k: relative growth of the price, the offset aside, for one more token out.
        growth: f64, within 1e-30..=1e30, unit "1/token";
        /// b: a floor added to every price.
        offset: f64 = 0.0, within 0.0..=1e30, unit "numeraire/token";
    }
}

impl Exponential {
    /// ∫ from `supply` to `supply + tokens`; every term is positive, so nothing cancels.
    #[inline]
    fn integral(&self, supply: f64, tokens: f64) -> f64 {
        let rising = self.base * exp(self.growth * supply) * (exp_m1(self.growth * tokens) / self.growth);
        rising + self.offset * tokens
    }
}

impl Curve for Exponential {
    #[inline]
    fn price(&self, at: Point) -> f64 {
        self.base * exp(self.growth * at.supply) + self.offset
    }

    #[inline]
    fn slope(&self, at: Point) -> f64 {
        self.base * self.growth * exp(self.growth * at.supply)
    }

    #[inline]
    fn cost(&self, at: Point, tokens: f64) -> f64 {
        self.integral(at.supply, tokens)
    }

    #[inline]
    fn proceeds(&self, at: Point, tokens: f64) -> f64 {
        self.integral((at.supply - tokens).max(0.0), tokens)
    }

    fn tokens_bought(&self, at: Point, money: f64) -> f64 {
        let rising = self.base * exp(self.growth * at.supply);
        let unbounded = ln_1p(self.growth * money / rising) / self.growth;
        if self.offset == 0.0 {
            return unbounded;
        }
        // Both guesses ignore a positive part of the price, so the root is below either.
        let guess = unbounded.min(money / (rising + self.offset));
        let price = |tokens: f64| self.price(Point { supply: at.supply + tokens, ..at });
        newton::rising(|tokens| self.integral(at.supply, tokens), price, money, guess, f64::INFINITY)
    }

    fn tokens_sold(&self, at: Point, money: f64) -> f64 {
        let rising = self.base * exp(self.growth * at.supply);
        if self.offset == 0.0 {
            let share = (self.growth * money / rising).min(1.0);
            return (-ln_1p(-share) / self.growth).min(at.supply);
        }
        let price = |tokens: f64| self.price(Point { supply: (at.supply - tokens).max(0.0), ..at });
        let guess = money / (rising + self.offset);
        newton::rising(|tokens| self.proceeds(at, tokens), price, money, guess, at.supply)
    }

    fn reserve(&self, supply: f64) -> Option<f64> {
        Some(self.integral(0.0, supply))
    }

    fn relative_error(&self) -> f64 {
        // An error of 4u in S or x (two conversions, the product with k) becomes k·S·4u of e^{kS} and at most
        // (k·x + 1)·4u of e^{kx} − 1; k·(S + x) is at most 710 where the result is finite.
        2048.0 * f64::EPSILON
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_every_ln_2_over_k() {
        let curve = Exponential { base: 3.0, growth: std::f64::consts::LN_2 / 100.0, offset: 0.0 };
        for doublings in 0..20_i32 {
            let price = curve.price(Point { supply: 100.0 * f64::from(doublings), reserve: 0.0 });
            assert!((price / (3.0 * 2.0_f64.powi(doublings)) - 1.0).abs() < 1e-14);
        }
    }

    /// A trade of 10⁻¹⁸ tokens at a supply of a million costs the price times the amount: e^x − 1 does not cancel.
    #[test]
    fn tiny_trades_at_huge_supply_cost_the_price() {
        let curve = Exponential { base: 1e-3, growth: 1e-5, offset: 0.25 };
        let at = Point { supply: 1e6, reserve: 0.0 };
        assert!((curve.cost(at, 1e-18) / (1e-18 * curve.price(at)) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn beyond_any_number_the_cost_is_infinite() {
        let curve = Exponential { base: 1.0, growth: 1.0, offset: 0.0 };
        assert_eq!(curve.cost(Point { supply: 0.0, reserve: 0.0 }, 1e4), f64::INFINITY);
    }
}
