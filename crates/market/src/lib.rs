//! How prices form. Markets know nothing of agents: a trader is an index, an order a row.
//!
//! - [`order`]: what is asked of a venue, as columns; [`command`]: what else may be asked
//! - [`terms`]: fees and tributes; [`arrival`]: who is served first
//! - [`curve`]: bonding curves, in exact atoms, settled one by one or all at once
//! - [`pool`]: pools that quote from what they hold; [`route`]: orders over several venues, and arbitrage

pub mod arrival;
pub mod command;
pub mod curve;
pub mod order;
pub mod pool;
pub mod route;
pub mod terms;
