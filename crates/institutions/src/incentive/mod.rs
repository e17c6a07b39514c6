//! Rewards and penalties by rule: what agents get from a treasury, and what they owe it, for what they did and what they
//! hold.
//!
//! An incentive looks at one market or asset and at the agents of some cohorts, after everything of a step has been posted.
//! It says what is due to each; the treasury pays what it has, and agents pay what they have.

mod transaction_tax;

#[cfg(test)]
mod laws;

use std::fmt::Debug;

use walras_catalog::entries;
use walras_ledger::Atoms;

pub use transaction_tax::TransactionTax;

/// What agents get or owe for what they did and hold.
pub trait Incentive: Debug + Send + Sync {
    /// What it looks at.
    fn looks_at(&self) -> Looks;

    /// Whether it is reckoned in money and can be paid in nothing else.
    fn in_money(&self) -> bool {
        false
    }

    /// What is due to each agent, in atoms of what is paid: above zero from the treasury, below zero to it. `due` has an entry
    /// for each row and holds zeros.
    fn due(&self, moment: &Moment, agents: &Agents<'_>, due: &mut [Atoms]);
}

entries! {
    /// A reward or penalty.
    pub enum AnyIncentive: dyn Incentive = "incentive" {
        TransactionTax(TransactionTax),
    }
}

/// What an incentive looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Looks {
    /// What each agent traded in the step: a pass over all trades.
    pub trades: bool,
}

/// What holds for all agents in a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// The step.
    pub step: u32,
    /// Atoms of what is paid in one unit of it.
    pub scale: f64,
    /// Atoms of the asset in one token.
    pub token_scale: f64,
    /// The price at the end of the step, numeraire per token; `NaN` where there is none.
    pub price: f64,
    /// What the treasury holds of what is paid, atoms.
    pub treasury: Atoms,
}

/// Some agents, in columns of equal length. What is not looked at is empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct Agents<'a> {
    /// Of what is paid, atoms held; empty where the agents cannot hold it.
    pub purse: &'a [Atoms],
    /// Of the asset, atoms held; empty where the agents cannot hold it.
    pub holding: &'a [Atoms],
    /// Liquidity shares held of the market's pool; empty where it has none.
    pub shares: &'a [Atoms],
    /// What each traded in the step.
    pub traded: &'a [Traded],
}

/// What one agent traded in a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traded {
    /// Trades.
    pub count: u64,
    /// Money paid and received for tokens, fees apart, atoms.
    pub volume: i128,
    /// Tokens bought less tokens sold, atoms.
    pub net: i128,
}

/// `share` of `amount`, rounded down: what a treasury pays, or an agent owes.
#[must_use]
pub fn share_of(share: f64, amount: Atoms) -> Atoms {
    // From there on a float no longer tells neighbouring whole numbers apart; then a little less is due, never more.
    let part = (share * amount as f64).floor();
    if part <= 0.0 { 0 } else { (part as Atoms).min(amount) }
}
