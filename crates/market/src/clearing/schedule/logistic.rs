//! A smooth threshold.

use walras_catalog::entry;
use walras_numerics::elementary::{exp, ln_1p, logistic};

use super::{Direction, Schedule};

entry! {
    /// Many who each take one unit below a price of their own, these prices being spread as a logistic distribution.
    #[derive(Copy, PartialEq)]
    pub struct Logistic = "logistic" {
        formula: "Q(P) = q/(1 + e^(k·(P − P₀)))",
        check: |this| if this.steepness == 0.0 {
            Err(("steepness", "without steepness the quantity is constant: use `constant`".to_owned()))
        } else { Ok(()) },
        source: "D. McFadden, \"Conditional logit analysis of qualitative choice behavior\", 1974",
        /// q: the most that is ever taken or offered.
        maximum: f64, within 0.0..=1e30, unit "token";
        /// k: how abrupt the threshold is; positive for a demand, negative for a supply.
        steepness: f64, within -1e6..=1e6, unit "token/numeraire";
        /// P₀: the price at which it is half of that.
        midpoint: f64, within 0.0..=1e30, unit "numeraire/token";
    }
}

/// ln(1 + e^x), without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + ln_1p(exp(-x.abs()))
}

impl Schedule for Logistic {
    fn quantity(&self, price: f64) -> f64 {
        self.maximum * logistic(-self.steepness * (price - self.midpoint))
    }

    fn direction(&self) -> Direction {
        if self.steepness > 0.0 { Direction::Falling } else { Direction::Rising }
    }

    fn area(&self, low: f64, high: f64) -> f64 {
        let above = |price: f64| softplus(-self.steepness * (price - self.midpoint));
        self.maximum * (above(low) - above(high)) / self.steepness
    }
}
