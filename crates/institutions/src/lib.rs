//! Who sets the terms of an economy: what is handed out and when, and what changes a parameter between steps.
//!
//! - [`distribution`]: who gets how much of a total
//! - [`release`]: when they get it
//! - [`control`]: what drives a declared parameter from step to step
//! - [`incentive`]: rewards and penalties by rule
//! - [`measure`]: what a controller may look at
//! - [`voting`]: how many decide together
//! - [`anchor`]: what a change of parameter does to the money that a market holds
//!
//! *Invariant:* nothing here holds or moves value. An institution says what is due; the engine posts it.

pub mod anchor;
pub mod control;
pub mod distribution;
pub mod incentive;
pub mod measure;
pub mod release;
pub mod voting;
