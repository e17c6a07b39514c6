//! How prices form. Markets know nothing of agents: a trader is an index, an order a row.
//!
//! - [`order`]: what is asked of a venue, as columns
//! - [`terms`]: fees and tributes; [`arrival`]: who is served first
//! - [`curve`]: bonding curves, in exact atoms, settled one by one or all at once

pub mod arrival;
pub mod curve;
pub mod equilibrium;
pub mod order;
pub mod terms;
