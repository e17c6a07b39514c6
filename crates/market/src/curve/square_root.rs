//! The square root curve.

use walras_catalog::entry;
use walras_numerics::elementary::ln_1p;

use super::{Curve, Point, newton};

entry! {
    /// The price rises with the root of supply, or along a hyperbola, or both.
    ///
    /// With m = 0 it is a·√S + b: rising ever more slowly. With a = 0 it is √(b² + (m·S)²): flat at b to begin
    /// with, a straight line of slope m in the end.
    pub struct SquareRoot = "square_root" {
        formula: "P(S) = a·√S + √(b² + (m·S)²)",
        check: SquareRoot::check,
        source: "P. Cotton, \"bonding\" (the hyperbola), 2025; elementary (the root)",
        /// a: what the root adds to the price when one token is out.
        coefficient: f64 = 0.0, within 0.0..=1e30, unit "numeraire/token^1.5";
        /// b: price of the first token; zero, or at least 1e-30.
        offset: f64 = 0.0, within 0.0..=1e30, unit "numeraire/token";
        /// m: the slope that the hyperbola ends with; zero, or at least 1e-30.
        growth: f64 = 0.0, within 0.0..=1e30, unit "numeraire/token²";
    }
}

impl SquareRoot {
    fn check(&self) -> Result<(), (&'static str, String)> {
        for (name, value) in [("offset", self.offset), ("growth", self.growth)] {
            if value > 0.0 && value < 1e-30 {
                return Err((name, format!("{value} is neither zero nor at least 1e-30")));
            }
        }
        if self.coefficient > 0.0 || self.offset > 0.0 || self.growth > 0.0 {
            Ok(())
        } else {
            Err(("coefficient", "a curve whose a, b and m are all zero has no price".to_owned()))
        }
    }

    /// √(b² + (m·S)²).
    #[inline]
    fn hyperbola(&self, supply: f64) -> f64 {
        let t = self.growth * supply;
        (self.offset * self.offset + t * t).sqrt()
    }

    /// ∫ √(b² + (m·s)²) ds = (t·r + b²·asinh(t/b))/2m with t = m·s and r the root. Both differences are taken
    /// apart until only positive terms are left: r₁ − r₀ = δ·(t₀ + t₁)/(r₀ + r₁) with δ = m·x.
    #[inline]
    fn hyperbola_integral(&self, supply: f64, tokens: f64) -> f64 {
        if self.growth == 0.0 {
            return self.offset * tokens;
        }
        let (low, high) = (self.growth * supply, self.growth * (supply + tokens));
        let (low_root, high_root) = (self.hyperbola(supply), self.hyperbola(supply + tokens));
        let rise = (low + high) / (low_root + high_root);
        let straight = 0.5 * tokens * (high_root + low * rise);
        if self.offset == 0.0 {
            return straight;
        }
        let bend = ln_1p(self.growth * tokens * (1.0 + rise) / (low + low_root));
        straight + self.offset * (self.offset * (bend / self.growth)) * 0.5
    }

    /// ∫ from `supply` to `supply + tokens`. T^{3/2} − S^{3/2} = x·(T + √(T·S) + S)/(√T + √S).
    #[inline]
    fn integral(&self, supply: f64, tokens: f64) -> f64 {
        if tokens <= 0.0 {
            return 0.0;
        }
        let top = supply + tokens;
        let (low, high) = (supply.sqrt(), top.sqrt());
        let root = tokens * ((top + low * high + supply) / (low + high)) * (2.0 / 3.0);
        self.coefficient * root + self.hyperbola_integral(supply, tokens)
    }
}

impl Curve for SquareRoot {
    #[inline]
    fn price(&self, at: Point) -> f64 {
        self.coefficient * at.supply.sqrt() + self.hyperbola(at.supply)
    }

    #[inline]
    fn slope(&self, at: Point) -> f64 {
        let root = if self.coefficient == 0.0 { 0.0 } else { 0.5 * self.coefficient / at.supply.sqrt() };
        // t/r is a number even where both are zero: the hyperbola is then a line from the start.
        let lean = if self.offset == 0.0 { 1.0 } else { self.growth * at.supply / self.hyperbola(at.supply) };
        root + self.growth * lean
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
        let price = |tokens: f64| self.price(Point { supply: at.supply + tokens, ..at });
        let guess = money / self.price(at);
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
        // Sums, products, quotients and roots of positive terms alone: each argument's 4u counts at most three
        // times, and there are some twenty roundings.
        32.0 * f64::EPSILON
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(supply: f64) -> Point {
        Point { supply, reserve: 0.0 }
    }

    /// ∫ 3√s + 2 ds = 2·s^{3/2} + 2s: from 4 to 9 it is 54 − 16 + 10.
    #[test]
    fn the_plain_root_integrates_by_hand() {
        let curve = SquareRoot { coefficient: 3.0, offset: 2.0, growth: 0.0 };
        assert!((curve.cost(at(4.0), 5.0) / 48.0 - 1.0).abs() < 1e-15);
        assert!((curve.proceeds(at(9.0), 5.0) / 48.0 - 1.0).abs() < 1e-15);
        assert_eq!(curve.price(at(4.0)), 8.0);
        assert_eq!(curve.slope(at(9.0)), 0.5);
        assert!((curve.tokens_bought(at(4.0), 48.0) / 5.0 - 1.0).abs() < 1e-15);
        assert_eq!(curve.slope(at(0.0)), f64::INFINITY);
    }

    /// ∫₀^{3/4} √(1 + t²) dt = (t·r + ln(t + r))/2 with r = 5/4: (15/16 + ln 2)/2.
    #[test]
    fn the_hyperbola_integrates_by_hand() {
        let curve = SquareRoot { coefficient: 0.0, offset: 1.0, growth: 1.0 };
        let expected = (0.9375 + std::f64::consts::LN_2) / 2.0;
        assert!((curve.cost(at(0.0), 0.75) / expected - 1.0).abs() < 1e-15);
        assert_eq!(curve.slope(at(0.75)), 0.6);
    }

    #[test]
    fn without_offset_the_hyperbola_is_a_line() {
        let curve = SquareRoot { coefficient: 0.0, offset: 0.0, growth: 0.5 };
        let line = super::super::Linear { slope: 0.5, intercept: 0.0 };
        assert!((curve.cost(at(0.0), 6.0) / line.cost(at(0.0), 6.0) - 1.0).abs() < 1e-15);
        assert!((curve.cost(at(7.0), 6.0) / line.cost(at(7.0), 6.0) - 1.0).abs() < 1e-15);
        assert_eq!(curve.slope(at(0.0)), 0.5);
    }
}
