//! Trading over several venues at once, and against them: routes, arbitrage, sandwiches.
//!
//! - [`mod@split`]: one order over venues at one marginal price
//! - [`venue`]: pools, curves and ladders of prices as venues
//! - [`arbitrage`]: between pools, around a cycle of them, and against a price outside
//! - [`sandwich`], [`manipulation`]: what others can do to a trader, and to who reads a price

pub mod arbitrage;
pub mod manipulation;
pub mod sandwich;
pub mod split;
pub mod venue;

pub use split::{Split, split};
pub use venue::{Ladder, Level, OnCurve, OnPool, Venue};
