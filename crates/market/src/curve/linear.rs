//! The linear curve.

use walras_catalog::entry;

use super::{Curve, Point};

entry! {
    /// The price rises in a straight line with supply.
    pub struct Linear = "linear" {
        formula: "P(S) = m·S + b",
        check: |this| if this.slope > 0.0 || this.intercept > 0.0 { Ok(()) } else {
            Err(("intercept", "a curve whose slope and intercept are both zero has no price".to_owned()))
        },
        source: "S. de la Rouviere, \"Tokens 2.0: curved token bonding in curation markets\", 2017",
        /// m: rise of the price for one more token out.
        slope: f64, within 0.0..=1e30, unit "numeraire/token²";
        /// b: price of the first token.
        intercept: f64 = 0.0, within 0.0..=1e30, unit "numeraire/token";
    }
}

impl Curve for Linear {
    #[inline]
    fn price(&self, at: Point) -> f64 {
        self.slope * at.supply + self.intercept
    }

    #[inline]
    fn slope(&self, _: Point) -> f64 {
        self.slope
    }

    #[inline]
    fn cost(&self, at: Point, tokens: f64) -> f64 {
        tokens * (self.slope * (at.supply + 0.5 * tokens) + self.intercept)
    }

    #[inline]
    fn proceeds(&self, at: Point, tokens: f64) -> f64 {
        tokens * (self.slope * (at.supply - 0.5 * tokens) + self.intercept)
    }

    fn tokens_bought(&self, at: Point, money: f64) -> f64 {
        // The root of ½m·x² + P·x − money that does not cancel.
        let price = self.price(at);
        2.0 * money / (price + (price * price + 2.0 * self.slope * money).sqrt())
    }

    fn tokens_sold(&self, at: Point, money: f64) -> f64 {
        let price = self.price(at);
        let discriminant = (price * price - 2.0 * self.slope * money).max(0.0);
        (2.0 * money / (price + discriminant.sqrt())).min(at.supply)
    }

    #[inline]
    fn reserve(&self, supply: f64) -> Option<f64> {
        Some(supply * (0.5 * self.slope * supply + self.intercept))
    }

    #[inline]
    fn relative_error(&self) -> f64 {
        // Five roundings of positive terms, two conversions; `S − x/2` is at least S/2, so its error at most doubles.
        16.0 * f64::EPSILON
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURVE: Linear = Linear { slope: 0.5, intercept: 2.0 };

    fn at(supply: f64) -> Point {
        Point { supply, reserve: 0.0 }
    }

    /// From 10 to 14 the price goes from 7 to 9: four tokens at 8 on average.
    #[test]
    fn the_cost_is_the_area_of_a_trapezoid() {
        assert_eq!((CURVE.price(at(10.0)), CURVE.price(at(14.0))), (7.0, 9.0));
        assert_eq!(CURVE.cost(at(10.0), 4.0), 32.0);
        assert_eq!(CURVE.proceeds(at(14.0), 4.0), 32.0);
        assert_eq!(CURVE.tokens_bought(at(10.0), 32.0), 4.0);
        assert_eq!(CURVE.tokens_sold(at(14.0), 32.0), 4.0);
        assert_eq!(CURVE.reserve(14.0), Some(49.0 + 28.0));
    }

    /// √(P² + 2m·x) − P would lose all its digits here.
    #[test]
    fn little_money_at_a_huge_supply_buys_its_worth() {
        let tokens = CURVE.tokens_bought(at(1e15), 1e-6);
        assert!((tokens * CURVE.price(at(1e15)) / 1e-6 - 1.0).abs() < 1e-15);
        let tokens = CURVE.tokens_sold(at(1e15), 1e-6);
        assert!((tokens * CURVE.price(at(1e15)) / 1e-6 - 1.0).abs() < 1e-15);
    }

    #[test]
    fn a_flat_curve_has_one_price_and_a_bare_slope_starts_at_none() {
        let flat = Linear { slope: 0.0, intercept: 3.0 };
        assert_eq!((flat.cost(at(1e9), 7.0), flat.tokens_bought(at(1e9), 21.0)), (21.0, 7.0));
        let bare = Linear { slope: 2.0, intercept: 0.0 };
        assert_eq!((bare.cost(at(0.0), 5.0), bare.tokens_bought(at(0.0), 25.0)), (25.0, 5.0));
        assert_eq!(bare.tokens_sold(at(5.0), 25.0), 5.0);
    }
}
