//! What agents say they want, and why it may not be what they want.
//!
//! An agent asks for what it lacks of what it wants, truthfully or not; what it asks for never exceeds what it could pay,
//! which the engine sees to for all.

mod hoarding;
mod inflated;
mod shaded;
mod truthful;

use std::fmt::Debug;

use walras_catalog::entries;
use walras_ledger::Atoms;

use crate::population::Setup;
use crate::request::ResourceView;

pub use hoarding::Hoarding;
pub use inflated::Inflated;
pub use shaded::Shaded;
pub use truthful::Truthful;

/// A way of reporting as a scenario describes it.
pub trait BuildReporting: Debug + Send + Sync {
    /// Draws the parameters of a cohort.
    ///
    /// # Errors
    /// Says which parameter cannot be drawn and why.
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Reporting>, String>;
}

entries! {
    /// Any way of reporting.
    pub enum AnyReporting: dyn BuildReporting = "reporting" {
        Truthful(Truthful),
        Inflated(Inflated),
        Hoarding(Hoarding),
        Shaded(Shaded),
    }
}

/// A cohort's way of reporting, with the parameters of all its agents.
pub trait Reporting: Send + Sync {
    /// Writes what the agents of one chunk ask for of asset `asset`: `wanted` is what each would use, in atoms, and `asked`
    /// what it lacks of that at first; `worth` what a unit is worth to it, numeraire per unit, and at first what it bids.
    fn report(&self, view: &ResourceView<'_>, asset: usize, wanted: &[Atoms], asked: &mut [Atoms], worth: &mut [f64]);
}
