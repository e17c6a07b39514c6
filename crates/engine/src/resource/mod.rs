//! Resources of limited capacity, and the agents who request them: as a scenario declares them, and as they stand.

mod declared;
mod demand;
mod parts;
mod supply;

pub use declared::{Demand, Resource};
pub use demand::{Asker, Wanted};
pub(crate) use parts::Parts;
pub(crate) use supply::whole;
pub use supply::{Provider, Source, Supply};
