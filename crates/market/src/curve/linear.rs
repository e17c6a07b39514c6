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
