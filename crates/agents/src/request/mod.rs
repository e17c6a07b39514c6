//! Requests: what agents ask of resources, Q_ij(t) = q(P_j, needs_i, preferences_i).
//!
//! A cohort that requests resources says so by four entries: how its needs move ([`crate::need`]), what it wants by them
//! (here), what it says it wants ([`crate::reporting`]), and what it gets from what it uses ([`crate::satisfaction`]).
//! As policies, all see a chunk of the cohort at once and remember in columns that the engine keeps.

mod ces;
mod cobb_douglas;
mod elastic;
mod fixed;
mod inputs;
mod jobs;
mod leontief;
mod order_up_to;
mod quasi_linear;
mod view;

pub mod arrivals;

use std::fmt::Debug;

use walras_catalog::entries;
use walras_ledger::Atoms;

use crate::policy::Memory;
use crate::population::Setup;

pub use ces::Ces;
pub use cobb_douglas::CobbDouglas;
pub use elastic::Elastic;
pub use fixed::Fixed;
pub use inputs::Inputs;
pub use jobs::Jobs;
pub use leontief::Leontief;
pub use order_up_to::OrderUpTo;
pub use quasi_linear::QuasiLinear;
pub use view::{AssetView, InputView, ResourceView};

/// A way of requesting as a scenario describes it: draws its agents' parameters and becomes [`Requests`]. In the setup the
/// assets that the cohort may request stand in the place of markets.
pub trait BuildRequests: Debug + Send + Sync {
    /// Draws the parameters of a cohort.
    ///
    /// # Errors
    /// Says which parameter cannot be drawn and why.
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Requests>, String>;
}

entries! {
    /// Any way of requesting resources.
    pub enum AnyRequests: dyn BuildRequests = "request" {
        Fixed(Fixed),
        Elastic(Elastic),
        CobbDouglas(CobbDouglas),
        Ces(Ces),
        Leontief(Leontief),
        QuasiLinear(QuasiLinear),
        Jobs(Jobs),
        Inputs(Inputs),
        OrderUpTo(OrderUpTo),
    }
}

/// What one chunk wants, asset by asset: written by [`Requests::want`].
#[derive(Debug)]
pub struct Wants<'a, 'b> {
    /// What each agent would use in this step, in atoms, one column for each asset; [`Wants::NOT_A_NUMBER`] for what cannot
    /// be counted. Zero at first.
    pub amounts: &'a mut [&'b mut [Atoms]],
    /// What a unit is worth to each agent, numeraire per unit, one column for each asset: the most it would pay, so
    /// that it asks for none at a higher price. Infinite at first, which means that it pays what it can.
    pub worth: &'a mut [&'b mut [f64]],
    /// Since which step each agent has waited. The step itself at first.
    pub since: &'a mut [f64],
    /// In how many whole tasks each agent wants what it wants, under rules that share several assets at once. One at first,
    /// of which parts are wanted, too.
    pub tasks: &'a mut [Atoms],
}

impl Wants<'_, '_> {
    /// Stands for an amount that cannot be counted: the agent's request is quarantined, and nobody else's.
    pub const NOT_A_NUMBER: Atoms = Atoms::MIN;

    /// `units` of an asset in whole atoms of which there are `scale` in a unit, rounded down: nobody asks for a part of an
    /// atom.
    #[inline]
    #[must_use]
    pub fn atoms(units: f64, scale: f64) -> Atoms {
        let atoms = units * scale;
        if (0.0..9.2e18).contains(&atoms) { atoms as Atoms } else { Self::NOT_A_NUMBER }
    }
}

/// A cohort's way of requesting, with the parameters of all its agents.
pub trait Requests: Send + Sync {
    /// What agents remember: the initial value of each memory column.
    fn memory(&self) -> Vec<f64> {
        Vec::new()
    }

    /// Writes what the agents of one chunk want. `needs` is the factor on each agent's needs in this step.
    fn want(&self, view: &ResourceView<'_>, needs: &[f64], memory: &mut Memory<'_, '_>, wants: &mut Wants<'_, '_>);

    /// Whether agents use up what they want of what they hold. Where they do not, they keep it, for production or for sale.
    fn consumes(&self) -> bool {
        true
    }

    /// Sees what the agents of a chunk used in this step, in atoms, one column for each asset, and may add to the utility
    /// that they got from it. Where this returns `true` it has said all of it, else the cohort's satisfaction says it.
    fn used(
        &self,
        _view: &ResourceView<'_>,
        _used: &[&[Atoms]],
        _memory: &mut Memory<'_, '_>,
        _utility: &mut [f64],
    ) -> bool {
        false
    }

    /// How its jobs stand, where it has any, from the memory of the whole cohort.
    fn backlog(&self, _memory: &[Vec<f64>]) -> Option<Backlog> {
        None
    }
}

/// How the jobs of a cohort stand, from the beginning of the run.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Backlog {
    /// Jobs that have arrived.
    pub arrived: f64,
    /// Jobs that are neither finished nor given up.
    pub waiting: f64,
    /// Jobs that were finished, late ones included.
    pub finished: f64,
    /// Jobs with a deadline that were finished by it.
    pub in_time: f64,
    /// Jobs whose deadline passed before they were finished.
    pub late: f64,
    /// Steps from arrival to the end of the step in which the job was finished, over all finished jobs.
    pub waited: f64,
}
