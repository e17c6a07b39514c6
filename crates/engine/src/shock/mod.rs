//! Outside events: what can happen to an economy that nobody in it decided.

mod capacity;
mod demand;
mod halt;
mod resolution;
mod transfer;
mod valuation;

use std::fmt::Debug;

use walras_catalog::{Problem, entries};
use walras_ledger::Broken;

use crate::stage::Events;
use crate::world::World;

pub use capacity::CapacityShock;
pub use demand::Demand;
pub use halt::Halt;
pub use resolution::Resolution;
pub use transfer::TransferShock;
pub use valuation::Valuation;

/// An event that acts on the world while it holds.
pub trait Shock: Debug + Send + Sync {
    /// Finds what the event names.
    ///
    /// # Errors
    /// At a name that does not exist.
    fn bind(&self, world: &World) -> Result<Box<dyn Happen>, Problem>;
}

/// An event whose names have been found. Called at each step from its first to its last.
pub trait Happen: Send + Sync {
    /// Acts on the world at one step; `first` tells the event's first step, and what is worth telling goes to `events`.
    ///
    /// # Errors
    /// When an invariant breaks.
    fn happen(&self, world: &mut World, first: bool, events: &mut Events) -> Result<(), Broken>;
}

entries! {
    /// Any outside event.
    pub enum AnyShock: dyn Shock = "shock" {
        Transfer(TransferShock),
        Valuation(Valuation),
        Demand(Demand),
        Halt(Halt),
        Capacity(CapacityShock),
        Resolution(Resolution),
    }
}
