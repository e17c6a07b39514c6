//! Contracts: a primary sets a goal and escrows what it is worth to it, and affiliates who contribute are paid.
//!
//! - [`ContractTerms`]: what a scenario states; [`Terms`] are the same in whole atoms
//! - [`reward`]: what a contribution earns
//! - [`Contract`]: the state machine. Money in, contributions, challenges, churn and time go in; what is due, and what
//!   has changed, comes out
//!
//! A contract goes proposed → escrowed → active → vesting → paid or expired; each claim under it, what one affiliate
//! earned in one epoch, goes measured → vesting → paid, or is disputed on the way, or clawed back.
//!
//! *Invariants:* nothing is earned before the escrow covers the cap; what is paid and promised is never more than the
//! escrow had; each atom that was paid in has been paid out once, went back, or is still held.

mod act;
mod claims;
mod measure;
mod members;
pub mod reward;
mod state;
mod terms;

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod laws;

pub use act::{Act, AffiliateId, Due, Outcome, Party, Refusal, Why};
pub use claims::{Claim, ClaimState};
pub use state::{Contract, Money, Standing, State};
pub use terms::{Chain, Charged, Clawback, ContractTerms, Contribution, Dispute, RewardVesting, Terms, names};
