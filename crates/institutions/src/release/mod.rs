//! When a distributed amount is released to its recipient.
//!
//! A release is a function of the step alone: how much of an amount is out by the end of it. What is paid at a step
//! is the difference from the step before, so nothing is remembered and a run may resume anywhere.

mod airdrop;
mod genesis;
mod hatch_vesting;
mod plan;
mod vesting;

#[cfg(test)]
mod laws;

use std::fmt::Debug;

use walras_catalog::entries;
use walras_ledger::Atoms;

pub use airdrop::Airdrop;
pub use genesis::Genesis;
pub use hatch_vesting::HatchVesting;
pub use plan::Plan;
pub use vesting::Vesting;

/// When amounts are released.
pub trait Release: Debug + Send + Sync {
    /// How much of `amount` is released by the end of `step`: between zero and `amount`, never less than at an
    /// earlier step, and all of it from [`Release::last_step`] on. `amount` is not negative.
    fn released(&self, step: u32, amount: Atoms) -> Atoms;

    /// Whether anything can be released at `step`; at all other steps there is nothing to do.
    fn due(&self, step: u32) -> bool;

    /// The step by whose end any amount is released in full.
    fn last_step(&self) -> u32;
}

entries! {
    /// When a distribution is released.
    pub enum AnyRelease: dyn Release = "release" {
        Genesis(Genesis),
        Airdrop(Airdrop),
        Vesting(Vesting),
        HatchVesting(HatchVesting),
    }
}

/// `amount` · `numerator` / `denominator`, rounded down; the fraction is at most one.
fn part(amount: Atoms, numerator: u32, denominator: u32) -> Atoms {
    // At most `amount`, so it fits.
    (i128::from(amount) * i128::from(numerator) / i128::from(denominator)) as Atoms
}
