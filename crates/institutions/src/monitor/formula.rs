//! A condition of the user's own.

use walras_catalog::entry;

use super::{Monitor, Seen, Verdict, Watches, number};

entry! {
    /// An alert while a condition over the economy's quantities holds.
    ///
    /// Where the condition has no value, as when it divides by zero or looks further back than the run is old, there is no
    /// alert.
    pub struct Formula = "formula" {
        formula: "alert where the condition holds",
        source: "the user's",
        /// The condition: `price > 1.5 * mean(price, 50)`, for instance.
        when: walras_formula::Formula;
    }
}

impl Monitor for Formula {
    fn watches(&self) -> Watches<'_> {
        Watches::Condition(&self.when)
    }

    fn memory(&self, _: usize) -> Result<Vec<f64>, String> {
        Ok(Vec::new())
    }

    fn look(&self, seen: &Seen<'_>, _: &mut [f64], pointed: &mut Vec<u32>) -> Verdict {
        pointed.clear();
        match number(seen) {
            Some(value) if value != 0.0 => Verdict::Alert { level: 0.0, value },
            _ => Verdict::Quiet,
        }
    }
}
