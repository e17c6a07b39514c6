//! How prices form. Markets know nothing of agents: a trader is an index, an order a row.

pub mod curve;
