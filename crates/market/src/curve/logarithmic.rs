//! The logarithmic curve.

use walras_catalog::entry;
use walras_numerics::elementary::ln_1p;

use super::{Curve, Point, newton};

entry! {
    /// The price rises ever more slowly, with the logarithm of supply.
    pub struct Logarithmic = "logarithmic" {
        formula: "P(S) = a·ln(1 + k·S) + b",
        check: |this| if this.coefficient > 0.0 || this.offset > 0.0 { Ok(()) } else {
            Err(("coefficient", "a curve whose a and b are both zero has no price".to_owned()))
        },
        source: "D. Balasanov, \"Bonding curves in depth: intuition and parametrization\", 2018",
        /// a: how much the price rises while 1 + k·S grows e-fold.
        coefficient: f64, within 0.0..=1e30, unit "numeraire/token";
        /// k: one over the supply at which the logarithm begins to bend.
        growth: f64, within 1e-30..=1e30, unit "1/token";
        /// b: price of the first token.
        offset: f64 = 0.0, within 0.0..=1e30, unit "numeraire/token";
    }
}

/// ∫₀^z ln(1 + w) dw = (1 + z)·ln(1 + z) − z, without the cancellation near zero.
#[inline]
fn log_area(z: f64) -> f64 {
    if z > 0.125 {
        return (1.0 + z) * ln_1p(z) - z;
    }
    // With t = z/(2 + z) it is 2·(t² + (1 + t)·(t³/3 + t⁵/5 + …))/(1 − t); t ≤ 1/17, so seven terms are enough.
    let t = z / (2.0 + z);
    let square = t * t;
    let series = (1..=7).rev().fold(0.0, |tail, i| (tail + 1.0 / f64::from(2 * i + 1)) * square);
    2.0 * (square + (1.0 + t) * (t * series)) / (1.0 - t)
}

impl Logarithmic {
    /// ∫ from `supply` to `supply + tokens` = a·x·ln u + (a/k)·u·h(k·x/u) + b·x with u = 1 + k·S and h the area under
    /// ln(1 + w): all terms are positive.
    #[inline]
    fn integral(&self, supply: f64, tokens: f64) -> f64 {
        let position = self.growth * supply;
        let bend = 1.0 + position;
        let curved = bend / self.growth * log_area(self.growth * tokens / bend);
        self.coefficient * (tokens * ln_1p(position) + curved) + self.offset * tokens
    }
}

impl Curve for Logarithmic {
    #[inline]
    fn price(&self, at: Point) -> f64 {
        self.coefficient * ln_1p(self.growth * at.supply) + self.offset
    }

    #[inline]
    fn slope(&self, at: Point) -> f64 {
        self.coefficient * self.growth / (1.0 + self.growth * at.supply)
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
        // From an empty market without offset, h(z) ≥ z²/(2 + z) bounds the root.
        let h = money / self.coefficient * self.growth;
        let bound = 0.5 * (h + (h * h + 8.0 * h).sqrt()) / self.growth;
        let guess = bound.min(money / self.price(at));
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
        // The worst part is h at z = 1/8, where its subtraction costs 35u and z's own 9u count twice.
        64.0 * f64::EPSILON
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without cancellation the area is as good as its Taylor series z²/2 − z³/6 + z⁴/12 − … for a small z, and
    /// meets the plain formula where both are good.
    #[test]
    fn the_area_under_the_logarithm_is_smooth_across_its_two_forms() {
        for z in [1e-12, 1e-6, 1e-3] {
            let taylor = z * z * (0.5 - z * (1.0 / 6.0 - z * (1.0 / 12.0 - z * (1.0 / 20.0 - z / 30.0))));
            assert!((log_area(z) / taylor - 1.0).abs() < 2e-15);
        }
        for z in [0.11, 0.12, 0.125, 0.13] {
            let plain = (1.0 + z) * ln_1p(z) - z;
            assert!((log_area(z) / plain - 1.0).abs() < 1e-14);
        }
    }

    /// ∫₀^{e − 1} ln(1 + s) ds = 1.
    #[test]
    fn the_unit_area_by_hand() {
        let curve = Logarithmic { coefficient: 1.0, growth: 1.0, offset: 0.0 };
        let (none, tokens) = (Point { supply: 0.0, reserve: 0.0 }, std::f64::consts::E - 1.0);
        assert!((curve.cost(none, tokens) - 1.0).abs() < 1e-15);
        assert!((curve.tokens_bought(none, 1.0) / tokens - 1.0).abs() < 1e-15);
        assert!((curve.proceeds(Point { supply: tokens, reserve: 0.0 }, tokens) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn tiny_trades_at_huge_supply_cost_the_price() {
        let curve = Logarithmic { coefficient: 2.0, growth: 1e-3, offset: 0.0 };
        let at = Point { supply: 1e15, reserve: 0.0 };
        assert!((curve.cost(at, 1e-18) / (1e-18 * curve.price(at)) - 1.0).abs() < 1e-15);
    }
}
