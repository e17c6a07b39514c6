//! The logistic sigmoid curve.

use walras_catalog::entry;
use walras_numerics::elementary::{exp, exp_m1, ln, ln_1p, logistic};

use super::{Curve, Point, newton};

entry! {
    /// The price starts low, rises fastest at a midpoint and levels off at a maximum: the logistic function.
    pub struct Sigmoid = "sigmoid" {
        formula: "P(S) = K/(1 + e^(−k·(S − S0)))",
        check: |this| if this.steepness * this.midpoint <= 600.0 { Ok(()) } else {
            Err(("steepness", "k·S0 is above 600: the first token would have no price".to_owned()))
        },
        source: "P.-F. Verhulst, \"Notice sur la loi que la population suit dans son accroissement\", 1838",
        /// K: the price that the curve levels off at.
        maximum: f64, within 1e-30..=1e30, unit "numeraire/token";
        /// k: how sharply it rises.
        steepness: f64, within 1e-30..=1e30, unit "1/token";
        /// S0: the supply at which the price is half the maximum.
        midpoint: f64, within 0.0..=1e30, unit "token";
    }
}

/// e^y stays finite up to here.
const Y_MAX: f64 = 700.0;

impl Sigmoid {
    #[inline]
    fn position(&self, supply: f64) -> f64 {
        self.steepness * (supply - self.midpoint)
    }

    /// ∫ from `supply` to `supply + tokens` = K/k·ln((1 + e^{z + kx})/(1 + e^z)) = K/k·ln(1 + σ(z)·(e^{kx} − 1)).
    #[inline]
    fn integral(&self, supply: f64, tokens: f64) -> f64 {
        let share = logistic(self.position(supply));
        let y = self.steepness * tokens;
        let area = if y < Y_MAX {
            ln_1p(share * exp_m1(y))
        } else {
            // 1 − σ vanishes next to e^y·σ unless σ is tiny, and then it is one.
            y + ln(share + exp(-y))
        };
        area / self.steepness * self.maximum
    }
}

impl Curve for Sigmoid {
    #[inline]
    fn price(&self, at: Point) -> f64 {
        self.maximum * logistic(self.position(at.supply))
    }

    #[inline]
    fn slope(&self, at: Point) -> f64 {
        let z = self.position(at.supply);
        self.maximum * self.steepness * logistic(z) * logistic(-z)
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
        // ln(1 + σ·(e^{kx} − 1)) = y, so e^{kx} − 1 = (e^y − 1)/σ.
        let y = money / self.maximum * self.steepness;
        let share = logistic(self.position(at.supply));
        let kx = if y < 1.0 { ln_1p(exp_m1(y) / share) } else { y + ln(exp(-y) - exp_m1(-y) / share) };
        kx / self.steepness
    }

    fn tokens_sold(&self, at: Point, money: f64) -> f64 {
        let price = |tokens: f64| self.price(Point { supply: (at.supply - tokens).max(0.0), ..at });
        newton::rising(|tokens| self.proceeds(at, tokens), price, money, money / self.price(at), at.supply)
    }

    fn reserve(&self, supply: f64) -> Option<f64> {
        Some(self.integral(0.0, supply))
    }

    fn relative_error(&self) -> f64 {
        // z is off by at most 5u·k·max(S, S0), which moves σ(z) by at most (k·S0 + 1)·5u; e^{kx} − 1 by (kx + 1)·4u,
        // of which the logarithm keeps at most (k·S0 + 1)·4u; fifteen more roundings.
        (5.0 * self.steepness * self.midpoint + 24.0) * f64::EPSILON
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURVE: Sigmoid = Sigmoid { maximum: 8.0, steepness: 0.05, midpoint: 200.0 };

    fn at(supply: f64) -> Point {
        Point { supply, reserve: 0.0 }
    }

    #[test]
    fn half_the_maximum_at_the_midpoint_and_symmetric_about_it() {
        assert_eq!(CURVE.price(at(200.0)), 4.0);
        assert_eq!(CURVE.slope(at(200.0)), 8.0 * 0.05 / 4.0);
        for distance in [1.0, 10.0, 100.0, 200.0] {
            let pair = CURVE.price(at(200.0 + distance)) + CURVE.price(at(200.0 - distance));
            assert!((pair - 8.0).abs() < 1e-14);
            // By the same symmetry the average price over [S0 − d, S0 + d] is half the maximum.
            assert!((CURVE.cost(at(200.0 - distance), 2.0 * distance) / (8.0 * distance) - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn far_beyond_the_midpoint_every_token_costs_the_maximum() {
        assert!((CURVE.cost(at(1e9), 1e9) / 8e9 - 1.0).abs() < 1e-14);
        assert!((CURVE.cost(at(0.0), 1e12) / 8e12 - 1.0).abs() < 1e-9);
        assert!((CURVE.tokens_bought(at(1e9), 8e9) / 1e9 - 1.0).abs() < 1e-14);
    }

    #[test]
    fn the_first_token_of_the_steepest_curve_still_has_a_price() {
        let steep = Sigmoid { maximum: 1.0, steepness: 6e-4, midpoint: 1e6 };
        assert!(steep.price(at(0.0)) > 1e-261);
        let tokens = steep.tokens_bought(at(0.0), 1e-250);
        assert!((steep.cost(at(0.0), tokens) / 1e-250 - 1.0).abs() < 1e-11);
    }
}
