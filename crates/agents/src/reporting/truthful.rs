//! Agents that say what they want.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{BuildReporting, Reporting};
use crate::population::Setup;
use crate::request::ResourceView;

entry! {
    /// Agents ask for what they lack and bid what it is worth to them.
    pub struct Truthful = "truthful" {
        formula: "asked = max(wanted − held, 0)",
        source: "elementary",
    }
}

struct Honest;

impl BuildReporting for Truthful {
    fn build(&self, _: &mut Setup<'_>) -> Result<Box<dyn Reporting>, String> {
        Ok(Box::new(Honest))
    }
}

impl Reporting for Honest {
    fn report(&self, _: &ResourceView<'_>, _: usize, _: &[Atoms], _: &mut [Atoms], _: &mut [f64]) {}
}
