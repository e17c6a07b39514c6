//! Who sets the terms of an economy: what is handed out and when, and what changes a parameter between steps.
//!
//! - [`distribution`]: who gets how much of a total
//! - [`release`]: when they get it
//! - [`task`]: boards on which tasks are posted, taken, delivered and paid
//! - [`attribution`]: who gets the credit for what an agent did
//! - [`control`]: what drives a declared parameter from step to step
//! - [`contract`]: who is paid for contributing to whose goal
//! - [`incentive`]: rewards and penalties by rule
//! - [`monitor`]: what watches, and [`rule`]: what follows from an alert
//! - [`stake`]: tokens in custody that earn and can be slashed
//! - [`measure`]: what a controller may look at
//! - [`voting`]: how many decide together
//! - [`anchor`]: what a change of parameter does to the money that a market holds
//!
//! *Invariant:* nothing here holds or moves value. An institution says what is due; the engine posts it.

pub mod anchor;
pub mod attribution;
pub mod contract;
pub mod control;
pub mod distribution;
pub mod incentive;
pub mod measure;
pub mod monitor;
pub mod release;
pub mod rule;
pub mod stake;
pub mod task;
pub mod voting;
