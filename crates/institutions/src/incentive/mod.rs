//! Rewards and penalties by rule: what agents get from a treasury, and what they owe it, for what they did and what they
//! hold.
//!
//! An incentive looks at one market or asset and at the agents of some cohorts, after everything of a step has been posted.
//! It says what is due to each; the treasury pays what it has, and agents pay what they have.

mod action_reward;
mod demurrage;
mod holding_reward;
mod liquidity_reward;
mod price_band;
mod progressive_fee;
mod transaction_tax;

#[cfg(test)]
mod laws;

use std::fmt::Debug;

use walras_catalog::entries;
use walras_ledger::Atoms;

pub use action_reward::ActionReward;
pub use demurrage::Demurrage;
pub use holding_reward::HoldingReward;
pub use liquidity_reward::LiquidityReward;
pub use price_band::PriceBand;
pub use progressive_fee::ProgressiveFee;
pub use transaction_tax::TransactionTax;

/// What agents get or owe for what they did and hold.
pub trait Incentive: Debug + Send + Sync {
    /// What it looks at.
    fn looks_at(&self) -> Looks;

    /// Whether it is reckoned in money and can be paid in nothing else.
    fn in_money(&self) -> bool {
        false
    }

    /// Whether it remembers one number of atoms for each agent from one time to the next; it starts at zero.
    fn remembers(&self) -> bool {
        false
    }

    /// What is due to each agent, in atoms of what is paid: above zero from the treasury, below zero to it. `due` has an entry
    /// for each row and holds zeros; `memory` has one for each row where it remembers anything, else it is empty.
    fn due(&self, moment: &Moment, agents: &Agents<'_>, memory: &mut [Atoms], due: &mut [Atoms]);
}

entries! {
    /// A reward or penalty.
    pub enum AnyIncentive: dyn Incentive = "incentive" {
        TransactionTax(TransactionTax),
        ProgressiveFee(ProgressiveFee),
        Demurrage(Demurrage),
        ActionReward(ActionReward),
        HoldingReward(HoldingReward),
        LiquidityReward(LiquidityReward),
        PriceBand(PriceBand),
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
    /// Liquidity shares of the market's pool that agents hold, all together; 0 where it has none.
    pub shares: i128,
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
