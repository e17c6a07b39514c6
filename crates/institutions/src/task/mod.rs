//! Tasks that some agents post and others do.
//!
//! - [`TaskBoard`], [`Workforce`]: what a scenario says of a board and of those who work for it
//! - [`Board`]: the tasks that stand, from posting to payment, and what was ever paid, refunded and slashed
//! - [`lowest_ask`]: who gets a task that is auctioned, and at what price
//!
//! A task goes *open* → *taken* → *delivered* → paid or found false; or its deadline passes. The board holds nothing: it says
//! what is due out of the escrow and the stakes ([`Due`]), and the engine posts it.

mod auction;
mod board;
mod due;
mod terms;

#[cfg(test)]
mod laws;

pub use auction::{Ask, lowest_ask};
pub use board::{Board, By, Counts, Delivery, Refusal, Taken, Task};
pub use due::{Due, Party, Pool, Why};
pub use terms::{Assignment, Pays, TaskBoard, Workforce};

/// Atoms in one unit of work: skills and sizes are counted in millionths.
pub const WORK_SCALE: f64 = 1e6;
