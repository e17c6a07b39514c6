//! What traders ask of a book.

/// A step, the unit of time: see [`Order::until`].
pub type Step = u64;

/// An order's number, given by whoever places it. Numbers that are dense and rise are found fastest; any will do.
pub type OrderId = u64;

/// Which side of the book an order is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Side {
    /// To buy lots for money.
    Buy = 0,
    /// To sell lots for money.
    Sell = 1,
}

impl Side {
    /// Both, buyers first.
    pub const BOTH: [Self; 2] = [Self::Buy, Self::Sell];

    /// The other side.
    #[inline]
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// Whether an order of this side with the limit `limit` may trade at `price`, both in ticks.
    #[inline]
    #[must_use]
    pub const fn accepts(self, limit: i64, price: i64) -> bool {
        match self {
            Self::Buy => price <= limit,
            Self::Sell => price >= limit,
        }
    }
}

/// How an order trades. Prices are in ticks, quantities in lots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Trades what it can within `price`; the rest stands in the book.
    Limit {
        /// The worst acceptable price.
        price: i64,
    },
    /// Trades what it can at any price within the band; the rest is cancelled. In an auction it stands before every
    /// limit until the book is uncrossed.
    Market,
    /// Trades what it can within `price`; the rest is cancelled.
    ImmediateOrCancel {
        /// The worst acceptable price.
        price: i64,
    },
    /// Trades in full within `price`, or is rejected.
    FillOrKill {
        /// The worst acceptable price.
        price: i64,
    },
    /// A limit order that is rejected if it would trade on arrival.
    PostOnly {
        /// The worst acceptable price.
        price: i64,
    },
    /// A limit order of which at most `display` lots are shown at a time. Each further slice goes to the end of the
    /// queue at its price.
    Iceberg {
        /// The worst acceptable price.
        price: i64,
        /// Lots shown at a time: at least one of [`SLICES_MAX`](super::rules::SLICES_MAX) parts of all.
        display: i64,
    },
    /// Becomes a market order when a trade is at `stop` or beyond: above it for a buyer, below it for a seller.
    Stop {
        /// The price that triggers it.
        stop: i64,
    },
    /// Becomes a limit order when a trade is at `stop` or beyond.
    StopLimit {
        /// The price that triggers it.
        stop: i64,
        /// The worst acceptable price from then on.
        price: i64,
    },
    /// Becomes an immediate-or-cancel order when a trade is at `stop` or beyond: a stop that never stands, and whose cost
    /// is bounded. Where an auction is on when it is triggered, it is cancelled.
    StopImmediate {
        /// The price that triggers it.
        stop: i64,
        /// The worst acceptable price from then on.
        price: i64,
    },
}

/// An order as it arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Its number; no live order of the book may have it.
    pub id: OrderId,
    /// Who places it.
    pub trader: u32,
    /// To buy or to sell.
    pub side: Side,
    /// How it trades.
    pub kind: Kind,
    /// How much, in lots.
    pub lots: i64,
    /// The last step in which it may stand or wait; [`Order::FOREVER`] until it is cancelled. Orders that never stand
    /// do not use it.
    pub until: Step,
}

impl Order {
    /// Good till cancelled.
    pub const FOREVER: Step = Step::MAX;

    /// An order that is good till it is cancelled.
    #[must_use]
    pub const fn new(id: OrderId, trader: u32, side: Side, kind: Kind, lots: i64) -> Self {
        Self { id, trader, side, kind, lots, until: Self::FOREVER }
    }
}

/// What a trader asks of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Place an order.
    Place(Order),
    /// Take an order back.
    Cancel {
        /// The order's number.
        id: OrderId,
        /// Who asks; only the order's own trader may.
        trader: u32,
    },
    /// Give a standing order another price or quantity. It keeps its place in the queue when the price is the same and
    /// the quantity not larger; otherwise it arrives anew, and may trade.
    Replace {
        /// The order's number, which it keeps.
        id: OrderId,
        /// Who asks; only the order's own trader may.
        trader: u32,
        /// The new price, in ticks.
        price: i64,
        /// The new open quantity, in lots: what it may still trade from now on.
        lots: i64,
    },
    /// Take back everything that a trader has in the book, in the order of the numbers.
    CancelAll {
        /// Whose orders.
        trader: u32,
    },
}
