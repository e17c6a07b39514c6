//! A limit on what one agent may hold.

use walras_catalog::{Reference, entry};

use super::Rule;

entry! {
    /// No agent may buy beyond a holding: orders that could bring it there are rejected. What agents hold already they keep.
    pub struct PositionLimit = "position_limit" {
        formula: "a buy of q is rejected where held + q > most",
        source: "Commodity Exchange Act, section 4a, on speculative position limits",
        /// The asset that is limited.
        asset: Reference;
        /// The most that an agent may come to hold by buying.
        most: f64, within 0.0..=9e15, unit "token";
        /// Whose agents; absent for all.
        cohorts: Option<Vec<Reference>>;
        /// How long the limit holds after an alert.
        steps: u32 = 1, within 1.0..=1e9, unit "step";
    }
}

impl Rule for PositionLimit {
    fn steps(&self) -> u32 {
        self.steps
    }
}
