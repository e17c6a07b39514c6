//! Clearing: demand meets supply among traders, without anyone who makes the market.
//!
//! - [`schedule`]: how much is demanded and supplied at each price; [`equilibrium`]: where they meet
//! - [`adjustment`]: how a posted price answers to excess demand
//! - [`rationing`]: who gets how much when there is less than is asked
//! - [`Clearing`]: a venue's rule for one step: [`Clear`] finds the price of the step's orders, [`Posted`] trades at the
//!   price that stands and then adjusts it
//! - [`competitive`]: the equilibrium of private values and costs, as a measure; [`payment`]: exact money at any price

pub mod adjustment;
mod clear;
pub mod competitive;
pub mod equilibrium;
mod orders;
pub mod payment;
mod posted;
pub mod rationing;
pub mod schedule;

use std::fmt::Debug;

use walras_catalog::entries;

pub use clear::Clear;
pub use competitive::{Competitive, competitive_equilibrium};
pub use orders::{Setting, Settled, StepOrders, Unpayable, Venue};
pub use posted::Posted;

/// How a venue settles one step's orders among traders, all at one price.
///
/// What buyers get is what sellers give, to the atom; no order trades at a price worse than its limit; buyers pay at
/// least what sellers receive.
pub trait Clearing: Debug + Send + Sync {
    /// Settles the step and sets the venue's price for the next. A function of its arguments alone.
    ///
    /// # Errors
    /// When a payment does not fit; nobody trades and the venue stays as it was.
    fn settle(&self, orders: &StepOrders<'_>, setting: &Setting, venue: &mut Venue) -> Result<Settled, Unpayable>;

    /// How many numbers [`Venue::memory`] holds, all zero at first.
    fn memory(&self) -> usize {
        0
    }
}

entries! {
    /// Any rule of clearing.
    pub enum AnyClearing: dyn Clearing = "clearing" {
        Clear(Clear),
        Posted(Posted),
    }
}
