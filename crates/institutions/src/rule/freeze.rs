//! Agents who may not act.

use walras_catalog::{Reference, entry};

use super::Rule;

entry! {
    /// Agents may neither trade nor transfer: those of the named cohorts, or those to whom the alert pointed.
    ///
    /// Their orders and requests are rejected, with the reason. What rests already of their orders stays.
    pub struct Freeze = "freeze" {
        formula: "no orders or requests of the frozen in steps t + 1 … t + steps after an alert at the end of step t",
        source: "Financial Action Task Force, \"International Standards on Combating Money Laundering\", 2012, recommendation 4",
        /// Whose agents are frozen; absent for those to whom the alert pointed.
        cohorts: Option<Vec<Reference>>;
        /// How long they are frozen.
        steps: u32 = 10, within 1.0..=1e9, unit "step";
    }
}

impl Rule for Freeze {
    fn steps(&self) -> u32 {
        self.steps
    }
}
