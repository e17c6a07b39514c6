//! Resources of limited capacity, and the agents who request them: as a scenario declares them, and as they stand.

mod carriage;
mod declared;
mod demand;
mod parts;
mod rule;
mod supply;

pub use carriage::{Carriage, Shipment};
pub use declared::{Choice, Demand, NetworkPlan, Resource};
pub use demand::{Asker, Group, Wanted};
pub(crate) use parts::Parts;
pub use rule::Rule;
pub(crate) use supply::whole;
pub use supply::{Provider, Source, Supply};
