//! A stock that grows again.

use walras_catalog::{Bounds, entry};

use super::{Capacity, Moment};

entry! {
    /// A renewable stock, all of which may be asked for: what is not taken grows, the most where half of what there can be
    /// is left.
    ///
    /// Taking H in every step can go on for ever where H is at most rate·maximum/4, and empties the stock where it is
    /// more. Taking the share h of what there is in every step leaves maximum·(1 − h/(rate·(1 − h))) where that is
    /// above zero, and nothing else.
    pub struct Regrowing = "regrowing" {
        formula: "S(t + 1) = S + rate·S·(1 − S/maximum),  S: what was not granted in step t",
        check: |this| if this.initial > this.maximum {
            Err(("initial", format!("begins with {}, more than the `maximum` of {}", this.initial, this.maximum)))
        } else {
            Ok(())
        },
        source: "M. Schaefer, \"Some aspects of the dynamics of populations important to the management of the commercial marine fisheries\", 1954; H. S. Gordon, \"The economic theory of a common-property resource\", Journal of Political Economy 62, 1954",
        /// Units in the first step.
        initial: f64, within 0.0..=9e18, unit "units";
        /// The share by which a small stock grows in a step.
        rate: f64, within 0.0..=1.0, unit "1/step";
        /// Units at which it grows no more.
        maximum: f64, within Bounds::above_to(0.0, 9e18), unit "units";
    }
}

impl Capacity for Regrowing {
    /// What grows; the rest is there already.
    fn at(&self, moment: &Moment<'_>, _: &mut [f64]) -> f64 {
        if moment.step == 0 {
            return self.initial;
        }
        let kept = moment.kept.min(self.maximum);
        self.rate * kept * (1.0 - kept / self.maximum)
    }
}

#[cfg(test)]
mod tests {
    use walras_numerics::{Keys, Purpose};

    use super::*;

    /// Gordon and Schaefer: the same catch for ever is rate·maximum/4 at most, from half the maximum.
    #[test]
    fn the_largest_catch_that_lasts_is_a_quarter_of_rate_times_maximum() {
        let stock = |catch: f64| {
            let regrowing = Regrowing { initial: 900.0, rate: 0.4, maximum: 1000.0 };
            let mut kept = 0.0;
            for step in 0..2000 {
                let (keys, purpose) = (Keys::new(1), Purpose::capacity(0));
                let moment = Moment { step, keys, purpose, revenue: 0.0, kept, series: &[] };
                let there = kept + regrowing.at(&moment, &mut []);
                kept = (there - catch).max(0.0);
            }
            kept
        };
        assert!(stock(99.0) > 549.0, "{}", stock(99.0));
        assert_eq!(stock(101.0), 0.0);
    }
}
