//! Agents that ask for more than they want.

use walras_catalog::{Bounds, entry};
use walras_ledger::Atoms;
use walras_numerics::Column;

use super::{BuildReporting, Reporting};
use crate::population::{PerAgent, Setup};
use crate::request::{ResourceView, Wants};

entry! {
    /// Agents ask for a multiple of what they lack: the way to get more where capacity is shared in proportion to what is
    /// asked for. Below 1 they ask for less.
    pub struct Inflated = "inflated" {
        formula: "asked = factor·max(wanted − held, 0)",
        source: "H. Lee, V. Padmanabhan and S. Whang, \"Information distortion in a supply chain: the bullwhip effect\", Management Science 43, 1997: the rationing game",
        /// What the truth is multiplied by.
        factor: PerAgent, within Bounds::above_to(0.0, 1e6);
    }
}

struct Multiple(Column);

impl BuildReporting for Inflated {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Reporting>, String> {
        Ok(Box::new(Multiple(setup.parameter("factor", &self.factor)?)))
    }
}

impl Reporting for Multiple {
    fn report(&self, view: &ResourceView<'_>, _: usize, _: &[Atoms], asked: &mut [Atoms], _: &mut [f64]) {
        for (asked, factor) in asked.iter_mut().zip(self.0.chunk(view.rows.clone())) {
            if *asked > 0 {
                *asked = Wants::atoms(*asked as f64 * factor, 1.0);
            }
        }
    }
}
