//! The power curve.

use walras_catalog::entry;
use walras_numerics::elementary::{exp_m1, ln_1p, pow};

use super::{Curve, Point, newton};

entry! {
    /// The price rises as a power of supply.
    ///
    /// An exponent of 1 is the linear curve; below 1 the curve is concave and its slope at no supply infinite.
    pub struct Power = "power" {
        formula: "P(S) = m·S^n + b",
        check: |this| if this.offset > 0.0 || this.coefficient > 0.0 { Ok(()) } else {
            Err(("coefficient", "a curve whose coefficient and offset are both zero has no price".to_owned()))
        },
        source: "S. de la Rouviere, \"Tokens 2.0: curved token bonding in curation markets\", 2017",
        /// m: the price above the offset when one token is out.
        coefficient: f64, within 0.0..=1e30, unit "numeraire/token^(n+1)";
        /// n: how steeply the price rises.
        exponent: f64 = 2.0, within 0.0..=16.0;
        /// b: price of the first token.
        offset: f64 = 0.0, within 0.0..=1e30, unit "numeraire/token";
    }
}

impl Power {
    /// ∫ from `supply` to `supply + tokens` = m·T^{n+1}·(1 − (S/T)^{n+1})/(n + 1) + b·x with T = S + x. The bracket
    /// goes through `exp_m1` and `ln_1p`, so nothing cancels for a small x, and no power of a tiny S underflows.
    #[inline]
    fn integral(&self, supply: f64, tokens: f64) -> f64 {
        if tokens <= 0.0 {
            return 0.0;
        }
        let (n, top) = (self.exponent, supply + tokens);
        let share = -exp_m1(-(n + 1.0) * ln_1p(tokens / supply));
        self.coefficient * pow(top, n) * top * (share / (n + 1.0)) + self.offset * tokens
    }
}

impl Curve for Power {
    #[inline]
    fn price(&self, at: Point) -> f64 {
        self.coefficient * pow(at.supply, self.exponent) + self.offset
    }

    #[inline]
    fn slope(&self, at: Point) -> f64 {
        let n = self.exponent;
        if n == 0.0 || self.coefficient == 0.0 { 0.0 } else { self.coefficient * n * pow(at.supply, n - 1.0) }
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
        // Without the offset, (1 + x/S)^{n+1} = 1 + Q/S^{n+1}; that root is too high when there is one.
        let power = self.exponent + 1.0;
        let quotient = power * money / self.coefficient;
        let ratio = quotient / pow(at.supply, power);
        let pure = if ratio < 1e100 {
            at.supply * exp_m1(ln_1p(ratio) / power)
        } else {
            pow(quotient, 1.0 / power) - at.supply
        };
        let guess = pure.min(money / self.price(at));
        let price = |tokens: f64| self.price(Point { supply: at.supply + tokens, ..at });
        newton::rising(|tokens| self.integral(at.supply, tokens), price, money, guess, f64::INFINITY)
    }

    fn tokens_sold(&self, at: Point, money: f64) -> f64 {
        let price = |tokens: f64| self.price(Point { supply: (at.supply - tokens).max(0.0), ..at });
        newton::rising(|tokens| self.proceeds(at, tokens), price, money, money / self.price(at), at.supply)
    }

    fn reserve(&self, supply: f64) -> Option<f64> {
        Some(self.integral(0.0, supply))
    }

    fn relative_error(&self) -> f64 {
        // T is off by 4u, so T^{n+1} by 4(n + 1)u and pow's own 2u; x/S by 7u, which the bracket never enlarges;
        // eight more roundings. Doubled for room.
        (4.0 * self.exponent + 24.0) * f64::EPSILON
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ∫ of 3s² is s³: 13³ − 10³ = 1197.
    #[test]
    fn a_square_integrates_to_a_cube() {
        let curve = Power { coefficient: 3.0, exponent: 2.0, offset: 0.0 };
        let at = |supply| Point { supply, reserve: 0.0 };
        assert!((curve.cost(at(10.0), 3.0) / 1197.0 - 1.0).abs() < 1e-15);
        assert!((curve.proceeds(at(13.0), 3.0) / 1197.0 - 1.0).abs() < 1e-15);
        assert!((curve.cost(at(0.0), 13.0) / 2197.0 - 1.0).abs() < 1e-15);
        assert!((curve.tokens_bought(at(10.0), 1197.0) / 3.0 - 1.0).abs() < 1e-15);
        assert!((curve.tokens_sold(at(13.0), 1197.0) / 3.0 - 1.0).abs() < 1e-15);
    }

    #[test]
    fn exponents_of_zero_and_one_are_the_constant_and_the_line() {
        let at = Point { supply: 40.0, reserve: 0.0 };
        let constant = Power { coefficient: 2.0, exponent: 0.0, offset: 0.5 };
        assert!((constant.cost(at, 8.0) / 20.0 - 1.0).abs() < 1e-15);
        let power = Power { coefficient: 0.25, exponent: 1.0, offset: 0.5 };
        let line = super::super::Linear { slope: 0.25, intercept: 0.5 };
        assert!((power.cost(at, 8.0) / line.cost(at, 8.0) - 1.0).abs() < 1e-15);
        assert_eq!(power.slope(at), 0.25);
    }

    /// The steepest power of the smallest and the greatest supply stays a number.
    #[test]
    fn extremes_neither_underflow_nor_overflow() {
        let curve = Power { coefficient: 1e-30, exponent: 16.0, offset: 0.0 };
        let tiny = Point { supply: 1e-18, reserve: 0.0 };
        let cost = curve.cost(tiny, 1e18);
        assert!((cost / (1e-30 * 1e306 / 17.0) - 1.0).abs() < 1e-12);
        assert!(curve.cost(Point { supply: 0.0, reserve: 0.0 }, 9.2e18).is_finite());
    }
}
