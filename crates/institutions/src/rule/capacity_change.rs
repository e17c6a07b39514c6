//! More or less capacity while an alert lasts.

use walras_catalog::{Reference, entry};

use super::Rule;

entry! {
    /// A resource has more or less capacity, in proportion, and the usual one again when the rule lapses.
    pub struct CapacityChange = "capacity_change" {
        formula: "C'(t) = factor·C(t)",
        source: "load shedding and reserve activation as in A. J. Wood and B. F. Wollenberg, \"Power Generation, Operation, and Control\", 2nd ed. 1996, chapter 9",
        /// The resource.
        resource: Reference;
        /// The part of its capacity that it has.
        factor: f64, within 0.0..=1e6;
        /// How long after an alert.
        steps: u32 = 10, within 1.0..=1e9, unit "step";
    }
}

impl Rule for CapacityChange {
    fn steps(&self) -> u32 {
        self.steps
    }
}
