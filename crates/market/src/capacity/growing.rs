//! Capacity that is built from what is earned.

use walras_catalog::{Bounds, entry};

use super::{Capacity, Moment};

entry! {
    /// A share of what was earned in the step before is invested, and what there is wears out: capital accumulation with
    /// capacity as the capital.
    ///
    /// It settles where investment replaces what wears out: C* = share·revenue/(cost·wear).
    pub struct Growing = "growing" {
        formula: "C(t + 1) = min((1 − wear)·C(t) + share·revenue(t)/cost, maximum)",
        source: "R. Solow, \"A contribution to the theory of economic growth\", Quarterly Journal of Economics 70, 1956",
        /// Units in the first step.
        initial: f64, within 0.0..=9e18, unit "units/step";
        /// The share of what is earned that is invested.
        share: f64, within 0.0..=1.0;
        /// What a unit of capacity costs to build.
        cost: f64, within Bounds::above_to(0.0, 1e18), unit "numeraire/unit";
        /// The share of capacity that wears out in a step.
        wear: f64 = 0.0, within 0.0..=1.0;
        /// The most there can be.
        maximum: f64 = 9e18, within 0.0..=9e18, unit "units/step";
    }
}

impl Capacity for Growing {
    fn at(&self, moment: &Moment<'_>, memory: &mut [f64]) -> f64 {
        if moment.step > 0 {
            memory[0] = (memory[0] * (1.0 - self.wear) + self.share * moment.revenue / self.cost).min(self.maximum);
        }
        memory[0]
    }

    fn memory(&self) -> Vec<f64> {
        vec![self.initial.min(self.maximum)]
    }
}

#[cfg(test)]
mod tests {
    use walras_numerics::{Keys, Purpose};

    use super::*;

    #[test]
    fn it_settles_where_investment_replaces_wear() {
        let growing = Growing { initial: 1.0, share: 0.5, cost: 10.0, wear: 0.1, maximum: 9e18 };
        let mut memory = growing.memory();
        let (keys, purpose) = (Keys::new(1), Purpose::capacity(0));
        let mut at =
            |step| growing.at(&Moment { step, keys, purpose, revenue: 40.0, kept: 0.0, series: &[] }, &mut memory);
        assert_eq!(at(0), 1.0);
        let last = (1..500).map(&mut at).last().unwrap();
        assert!((last - 0.5 * 40.0 / (10.0 * 0.1)).abs() < 1e-9);
    }
}
