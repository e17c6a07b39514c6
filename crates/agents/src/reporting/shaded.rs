//! Agents that bid less than it is worth to them.

use walras_catalog::entry;
use walras_ledger::Atoms;
use walras_numerics::Column;

use super::{BuildReporting, Reporting};
use crate::population::{PerAgent, Setup};
use crate::request::ResourceView;

entry! {
    /// Agents bid a share of what a unit is worth to them, as pays where one pays what one bids.
    pub struct Shaded = "shaded" {
        formula: "bid = share·worth",
        source: "W. Vickrey, \"Counterspeculation, auctions, and competitive sealed tenders\", Journal of Finance 16, 1961: (n − 1)/n against n − 1 rivals with uniform values",
        /// The share of the worth that is bid; above 1 agents bid more than it is worth to them.
        share: PerAgent, within 0.0..=1000.0;
    }
}

struct Share(Column);

impl BuildReporting for Shaded {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Reporting>, String> {
        Ok(Box::new(Share(setup.parameter("share", &self.share)?)))
    }
}

impl Reporting for Share {
    fn report(&self, view: &ResourceView<'_>, _: usize, _: &[Atoms], _: &mut [Atoms], worth: &mut [f64]) {
        for (worth, share) in worth.iter_mut().zip(self.0.chunk(view.rows.clone())) {
            *worth *= share;
        }
    }
}
