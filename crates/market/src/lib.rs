//! How prices form. Markets know nothing of agents: a trader is an index, an order a row.
//!
//! - [`order`]: what is asked of a venue, as columns; [`command`]: what else may be asked; [`manner`]: how an order is
//!   carried out where orders can rest
//! - [`taken`]: what trading at once costs
//! - [`terms`]: fees and tributes; [`arrival`]: who is served first
//! - [`book`]: limit order books: price and time priority, stops, icebergs, auctions
//! - [`capacity`]: how much of a resource there is to share
//! - [`allocation`]: who gets how much of a capacity
//! - [`auction`]: bids are collected and settled at once
//! - [`clearing`]: demand meets supply, or a posted price answers to their difference
//! - [`equilibrium`]: the prices of many goods at once
//! - [`curve`]: bonding curves, in exact atoms, settled one by one or all at once
//! - [`network`]: places, the links between them, and the ways over these
//! - [`series`]: numbers from outside, followed row by row
//! - [`pool`]: pools that quote from what they hold; [`route`]: orders over several venues, and arbitrage

pub mod allocation;
pub mod arrival;
pub mod auction;
pub mod book;
pub mod capacity;
pub mod clearing;
pub mod command;
pub mod curve;
pub mod equilibrium;
pub mod manner;
pub mod network;
pub mod order;
pub mod pool;
pub mod route;
pub mod series;
pub mod sides;
pub mod taken;
pub mod terms;
