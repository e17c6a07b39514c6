//! What a trader may ask of a market beyond one plain order a step: quotes on both sides, cancelling, liquidity.

use walras_ledger::Atoms;

/// One trader's wish.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Command {
    /// The trader, a row in its group.
    pub trader: u32,
    /// What it asks.
    pub action: Action,
}

/// A price and a size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quote {
    /// Limit price, numeraire per token.
    pub price: f64,
    /// Atoms of the asset.
    pub size: Atoms,
}

/// What may be asked. A market that has no use for an action rejects it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    /// Puts these in place of whatever of the trader's rests at the market.
    Quote {
        /// An order to buy, where there is one.
        bid: Option<Quote>,
        /// An order to sell, where there is one.
        ask: Option<Quote>,
    },
    /// Takes back whatever of the trader's rests at the market.
    Cancel,
    /// Provides liquidity to a pool: at most this much, in the pool's proportion.
    Provide {
        /// Atoms of money.
        money: Atoms,
        /// Atoms of the asset.
        tokens: Atoms,
        /// The lowest and the highest price at which it is to work, numeraire per token, where the pool has ranges.
        range: Option<(f64, f64)>,
    },
    /// Withdraws this share of the trader's liquidity, from 0 to 1, with the fees it earned.
    Withdraw {
        /// The share.
        share: f64,
    },
}
