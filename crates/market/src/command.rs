//! What a trader may ask of a market beyond one plain order a step: quotes on both sides, cancelling, liquidity.

use walras_ledger::Atoms;

use crate::manner::{Execution, Manner};
use crate::order::Side;

/// One trader's wish.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Command {
    /// The trader, a row in its group.
    pub trader: u32,
    /// What it asks.
    pub action: Action,
    /// Atoms of money and of the asset that were locked for it out of what its trader is free to spend, besides what it
    /// takes over from orders at rest.
    pub locked: [Atoms; 2],
}

impl Command {
    /// A wish for which nothing is locked yet.
    #[must_use]
    pub const fn new(trader: u32, action: Action) -> Self {
        Self { trader, action, locked: [0, 0] }
    }
}

/// A price and a size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quote {
    /// Limit price, numeraire per token.
    pub price: f64,
    /// Atoms of the asset.
    pub size: Atoms,
}

/// One order, with everything that a book can do with it.
///
/// ```
/// use walras_market::command::Placement;
/// use walras_market::manner::Execution;
///
/// // Sells 5 tokens of six decimals should the price fall to 95, for at least 94 each, within the next ten steps.
/// let stop = Placement::sell(5_000_000).stopped_at(95.0).at(94.0).standing(10);
/// // Buys at 90 and shows a token at a time.
/// let iceberg = Placement::buy(5_000_000).at(90.0).showing(1_000_000);
/// // Buys at once and in full, or not at all.
/// let whole = Placement::buy(5_000_000).at(101.0).executed(Execution::FillOrKill);
/// # assert!([stop, iceberg, whole].iter().all(|order| order.manner.check(order.stop.is_some()).is_ok()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// [`Side::BUY`] or [`Side::SELL`].
    pub side: i8,
    /// Atoms of the asset.
    pub size: Atoms,
    /// The worst acceptable price, numeraire per token; `None` for any, so that nothing of it stands. A buyer at any
    /// price is limited by the money it can still spend at the market.
    pub limit: Option<f64>,
    /// The price of a trade that lets the order enter the market, numeraire per token: this or a higher one for a buyer,
    /// this or a lower one for a seller. `None` to enter at once.
    pub stop: Option<f64>,
    /// How it is carried out.
    pub manner: Manner,
}

impl Placement {
    /// Buys `size` atoms at any price.
    #[must_use]
    pub const fn buy(size: Atoms) -> Self {
        Self { side: Side::BUY, size, limit: None, stop: None, manner: Manner::PLAIN }
    }

    /// Sells `size` atoms at any price.
    #[must_use]
    pub const fn sell(size: Atoms) -> Self {
        Self { side: Side::SELL, ..Self::buy(size) }
    }

    /// At this price or a better one, numeraire per token.
    #[must_use]
    pub const fn at(mut self, limit: f64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Once a trade is at this price or beyond, numeraire per token.
    #[must_use]
    pub const fn stopped_at(mut self, stop: f64) -> Self {
        self.stop = Some(stop);
        self
    }

    /// With this execution.
    #[must_use]
    pub const fn executed(mut self, execution: Execution) -> Self {
        self.manner.execution = execution;
        self
    }

    /// Showing so many atoms at a time.
    #[must_use]
    pub const fn showing(mut self, displayed: Atoms) -> Self {
        self.manner.displayed = Some(displayed);
        self
    }

    /// For so many steps after the one in which it comes.
    #[must_use]
    pub const fn standing(mut self, lifetime: u32) -> Self {
        self.manner.lifetime = Some(lifetime);
        self
    }
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
    /// Adds one order to what the trader has at the market, whether or not plain orders replace each other there.
    Place(Placement),
    /// Takes back one order.
    CancelOrder {
        /// Its number, which the trader sees among its own orders.
        id: u64,
    },
    /// Gives a standing order another price and quantity. It keeps its place in the queue where the price is the same and
    /// the quantity not larger; otherwise it arrives anew, and may trade.
    ReplaceOrder {
        /// Its number, which it keeps.
        id: u64,
        /// The new limit, numeraire per token.
        price: f64,
        /// Atoms of the asset that it may still trade from now on.
        size: Atoms,
    },
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
