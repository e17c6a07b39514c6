//! What a board says is due.

use walras_ledger::Atoms;

use super::By;

/// What one account is to pay another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Out of which pool.
    pub from: Pool,
    /// To whom.
    pub to: Party,
    /// How much, above 0.
    pub amount: Atoms,
    /// Why.
    pub why: Why,
}

/// What a board's accounts hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pool {
    /// Rewards, and what checks cost.
    Escrow,
    /// Stakes.
    Stakes,
}

/// Who gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// The primary in this row.
    Primary(u32),
    /// A worker.
    Worker(By),
    /// Whoever checks.
    Checker,
}

/// Why it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The reward of what was delivered.
    Reward,
    /// What is left of a reward.
    Refund,
    /// A check.
    Check,
    /// A stake goes back.
    Returned,
    /// A stake is lost.
    Slashed,
}
