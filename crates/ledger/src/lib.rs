//! Exact money: who holds what, every movement double entry, nothing appears or vanishes.
//!
//! Amounts are whole numbers of an asset's smallest unit. Minting debits the asset's issuer and burning
//! credits it, so the supply of an asset *is* minus its issuer's balance and the sum over all accounts is
//! zero, always. Every movement has a [`Reason`], so the change of any account can be shown item by item.
//!
//! - [`Ledger`]: the accounts, single transfers, and the check
//! - [`exchange`]: columns of payments, "these agents pay these amounts to that account"
//! - [`carry`]: column postings whose agents get theirs when they are next visited
//! - [`statement`]: the decomposition of an agent's change by reason
//!
//! *Invariant:* no balance changes except through `post` and the column postings of this crate.

mod accounts;
pub mod carry;
pub mod exchange;
mod ledger;
mod moves;
mod reason;
pub mod statement;

pub use accounts::{Account, AgentAddress, AssetId, CohortId, NamedId};
pub use ledger::{Broken, Ledger, PostError, Transfer};
pub use reason::{Category, Reason};

/// An amount: a whole number of an asset's smallest unit.
pub type Atoms = i64;
