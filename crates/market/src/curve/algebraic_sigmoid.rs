//! The algebraic sigmoid curve.

use walras_catalog::entry;

use super::{Curve, Point, newton};

entry! {
    /// A sigmoid without exponentials: its tails are long, and all its integrals are roots.
    pub struct AlgebraicSigmoid = "algebraic_sigmoid" {
        formula: "P(S) = a/2·((S − b)/√(c + (S − b)²) + 1)",
        check: |this| if this.midpoint * this.midpoint <= 1e12 * this.width_squared { Ok(()) } else {
            Err(("width_squared", "the curve is steeper than a millionth of its midpoint: raise c".to_owned()))
        },
        source: "B. Schmidt, Molecule, \"Sigmoidal bonding curves\", 2019",
        /// a: the price that the curve levels off at.
        maximum: f64, within 1e-30..=1e30, unit "numeraire/token";
        /// b: the supply at which the price is half the maximum.
        midpoint: f64, within 0.0..=1e30, unit "token";
        /// c: the square of the rise's width.
        width_squared: f64, within 1e-30..=1e60, unit "token²";
    }
}

impl AlgebraicSigmoid {
    /// (r, r + d) with d = S − b and r = √(c + d²); r + d is c/(r − d) where it would cancel.
    #[inline]
    fn radius(&self, supply: f64) -> (f64, f64) {
        let d = supply - self.midpoint;
        let r = (self.width_squared + d * d).sqrt();
        (r, if d >= 0.0 { r + d } else { self.width_squared / (r - d) })
    }

    /// ∫ from `supply` to `supply + tokens` = a/2·(x + r₁ − r₀), where r₁ − r₀ = x·(d₀ + d₁)/(r₀ + r₁).
    #[inline]
    fn integral(&self, supply: f64, tokens: f64) -> f64 {
        let (low, low_sum) = self.radius(supply);
        let (high, high_sum) = self.radius(supply + tokens);
        0.5 * self.maximum * tokens * ((low_sum + high_sum) / (low + high))
    }
}

impl Curve for AlgebraicSigmoid {
    #[inline]
    fn price(&self, at: Point) -> f64 {
        let (radius, sum) = self.radius(at.supply);
        0.5 * self.maximum * (sum / radius)
    }

    #[inline]
    fn slope(&self, at: Point) -> f64 {
        let (radius, _) = self.radius(at.supply);
        0.5 * self.maximum * (self.width_squared / radius / radius / radius)
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
        // The cost is a/2 of the growth of g = r + d, and d = (g − c/g)/2.
        let (_, low) = self.radius(at.supply);
        let high = low + 2.0 * (money / self.maximum);
        money / self.maximum * (1.0 + self.width_squared / low / high)
    }

    fn tokens_sold(&self, at: Point, money: f64) -> f64 {
        let price = |tokens: f64| self.price(Point { supply: (at.supply - tokens).max(0.0), ..at });
        newton::rising(|tokens| self.proceeds(at, tokens), price, money, money / self.price(at), at.supply)
    }

    fn reserve(&self, supply: f64) -> Option<f64> {
        Some(self.integral(0.0, supply))
    }

    fn relative_error(&self) -> f64 {
        // A relative error of S moves ln P by at most (2b/√c + 1) times as much; S is off by 4u, twenty roundings.
        (8.0 * self.midpoint / self.width_squared.sqrt() + 24.0) * f64::EPSILON
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURVE: AlgebraicSigmoid = AlgebraicSigmoid { maximum: 2.0, midpoint: 300.0, width_squared: 160_000.0 };

    fn at(supply: f64) -> Point {
        Point { supply, reserve: 0.0 }
    }

    /// c + b² = 500²: the price of the first token is 2/2·(1 − 300/500), and from there to the mirror image at 2b the
    /// average is half the maximum.
    #[test]
    fn values_by_hand() {
        assert!((CURVE.price(at(0.0)) - 0.4).abs() < 1e-15);
        assert_eq!(CURVE.price(at(300.0)), 1.0);
        assert!((CURVE.price(at(600.0)) - 1.6).abs() < 1e-15);
        assert!((CURVE.cost(at(0.0), 600.0) / 600.0 - 1.0).abs() < 1e-15);
        // a/2·(x + r₁ − r₀) = 300 + 400 − 500.
        assert!((CURVE.cost(at(0.0), 300.0) / 200.0 - 1.0).abs() < 1e-15);
        assert!((CURVE.tokens_bought(at(0.0), 200.0) / 300.0 - 1.0).abs() < 1e-15);
        assert!((CURVE.tokens_sold(at(300.0), 200.0) / 300.0 - 1.0).abs() < 1e-15);
    }

    /// In the left tail the price is a·c/(4d²) to first order: 2·10⁻¹³ here, far below the rounding of 1 − d/r.
    #[test]
    fn the_left_tail_does_not_cancel() {
        let tail = AlgebraicSigmoid { maximum: 1.0, midpoint: 1e6, width_squared: 1.0 };
        assert!((tail.price(at(0.0)) / 0.25e-12 - 1.0).abs() < 1e-11);
    }
}
