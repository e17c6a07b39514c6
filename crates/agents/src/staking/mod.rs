//! How much of what they hold agents stake.
//!
//! An agent sees what a stake earned it in the last step and says which share of its tokens, staked and at hand, it wants
//! staked from then on.

mod fixed;
mod yield_seeking;

use std::fmt::Debug;

use walras_catalog::entries;

use crate::population::Setup;

pub use fixed::FixedShare;
pub use yield_seeking::YieldSeeking;

/// A way of staking as a scenario describes it.
pub trait BuildStaking: Debug + Send + Sync {
    /// Draws the parameters of a cohort.
    ///
    /// # Errors
    /// Says which parameter cannot be drawn and why.
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Staking>, String>;
}

entries! {
    /// Any way of staking.
    pub enum AnyStaking: dyn BuildStaking = "staking" {
        FixedShare(FixedShare),
        YieldSeeking(YieldSeeking),
    }
}

/// A cohort's way of staking, with the parameters of all its agents.
pub trait Staking: Send + Sync {
    /// Writes the share of its tokens that each agent wants staked, from 0 to 1. `earned` is what a token staked earned in
    /// the last step, in tokens and slashes counted, and `staked` the share that each has staked now.
    fn wanted(&self, earned: f64, staked: &[f64], wanted: &mut [f64]);
}
