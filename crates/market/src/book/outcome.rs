//! What became of what was asked: outcomes, fills, and orders that closed.

use super::command::{OrderId, Side};

/// Why a command was not carried out. A value, never an error: the book is as it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Rejection {
    /// The book is closed: orders can only be taken back.
    Closed,
    /// The trader's index is beyond the number of traders.
    UnknownTrader,
    /// A live order has this number.
    DuplicateId,
    /// No live order has this number.
    UnknownId,
    /// The order is another trader's.
    NotOwned,
    /// The quantity is zero or negative.
    BadQuantity,
    /// The quantity is larger than an order may have.
    QuantityBeyondRange,
    /// A price is zero or negative.
    BadPrice,
    /// A price is higher than the book goes.
    PriceBeyondRange,
    /// The displayed quantity of an iceberg is zero or negative, or less than a thousandth of the whole.
    BadDisplay,
    /// The last step of the order has passed.
    AlreadyExpired,
    /// Such an order takes no part in an auction.
    NotInAuction,
    /// The price is outside the band.
    OutsideBand,
    /// The book holds as many orders as it may.
    BookFull,
    /// A post-only order would trade on arrival.
    WouldTake,
    /// A fill-or-kill order cannot be filled whole.
    CannotFill,
    /// A stop that waits, or a market order in an auction, has no price to replace.
    NotReplaceable,
    /// The price is not a whole number of ticks.
    OffTick,
    /// The quantity is not a whole number of lots.
    OffLot,
}

impl Rejection {
    /// Every reason, in order.
    pub const ALL: [Self; 19] = [
        Self::Closed,
        Self::UnknownTrader,
        Self::DuplicateId,
        Self::UnknownId,
        Self::NotOwned,
        Self::BadQuantity,
        Self::QuantityBeyondRange,
        Self::BadPrice,
        Self::PriceBeyondRange,
        Self::BadDisplay,
        Self::AlreadyExpired,
        Self::NotInAuction,
        Self::OutsideBand,
        Self::BookFull,
        Self::WouldTake,
        Self::CannotFill,
        Self::NotReplaceable,
        Self::OffTick,
        Self::OffLot,
    ];

    /// The name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::UnknownTrader => "unknown_trader",
            Self::DuplicateId => "duplicate_id",
            Self::UnknownId => "unknown_id",
            Self::NotOwned => "not_owned",
            Self::BadQuantity => "bad_quantity",
            Self::QuantityBeyondRange => "quantity_beyond_range",
            Self::BadPrice => "bad_price",
            Self::PriceBeyondRange => "price_beyond_range",
            Self::BadDisplay => "bad_display",
            Self::AlreadyExpired => "already_expired",
            Self::NotInAuction => "not_in_auction",
            Self::OutsideBand => "outside_band",
            Self::BookFull => "book_full",
            Self::WouldTake => "would_take",
            Self::CannotFill => "cannot_fill",
            Self::NotReplaceable => "not_replaceable",
            Self::OffTick => "off_tick",
            Self::OffLot => "off_lot",
        }
    }
}

/// Why an order, or what was left of it, ended without a trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Closure {
    /// Its trader took it back together with all others.
    Cancelled,
    /// It would have traded with its own trader.
    SelfTrade,
    /// Nobody was left on the other side, or not within its limit.
    Unfilled,
    /// A market order came to the edge of the band, or a triggered stop's limit lay outside it.
    Band,
    /// Its last step has passed.
    Expired,
}

impl Closure {
    /// The name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::SelfTrade => "self_trade",
            Self::Unfilled => "unfilled",
            Self::Band => "band",
            Self::Expired => "expired",
        }
    }
}

/// What became of an order on arrival. `filled + resting + cancelled` is what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Placed {
    /// Lots that traded.
    pub filled: u32,
    /// Lots that stand in the book.
    pub resting: u32,
    /// Lots that neither traded nor stand.
    pub cancelled: u32,
    /// Why lots were cancelled, if any were.
    pub why: Option<Closure>,
}

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The order arrived.
    Placed(Placed),
    /// The stop waits to be triggered.
    Waiting,
    /// The order, or all of the trader's orders, were taken back.
    Cancelled {
        /// Open lots that were taken back.
        lots: u64,
    },
    /// The order was replaced.
    Replaced {
        /// What became of the new one.
        placed: Placed,
        /// Whether it kept its place in the queue.
        kept_priority: bool,
    },
    /// Nothing was done.
    Rejected(Rejection),
}

/// Who brought a trade about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Aggressor {
    /// The buyer arrived and took.
    Buyer = 0,
    /// The seller arrived and took.
    Seller = 1,
    /// Nobody: the book was uncrossed. The buyer is then named as maker and the seller as taker.
    Nobody = 2,
}

/// One trade between two orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill {
    /// The order that stood in the book.
    pub maker: OrderId,
    /// The order that arrived.
    pub taker: OrderId,
    /// Who placed the maker.
    pub maker_trader: u32,
    /// Who placed the taker.
    pub taker_trader: u32,
    /// The price, in ticks.
    pub price: i32,
    /// The quantity, in lots.
    pub lots: u32,
    /// Who brought it about.
    pub aggressor: Aggressor,
}

impl Fill {
    /// The order and the trader that buy.
    #[must_use]
    pub const fn buyer(&self) -> (OrderId, u32) {
        match self.aggressor {
            Aggressor::Buyer => (self.taker, self.taker_trader),
            Aggressor::Seller | Aggressor::Nobody => (self.maker, self.maker_trader),
        }
    }

    /// The order and the trader that sell.
    #[must_use]
    pub const fn seller(&self) -> (OrderId, u32) {
        match self.aggressor {
            Aggressor::Buyer => (self.maker, self.maker_trader),
            Aggressor::Seller | Aggressor::Nobody => (self.taker, self.taker_trader),
        }
    }
}

/// A standing or waiting order that ended through something other than its own command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    /// The order.
    pub id: OrderId,
    /// Whose it was.
    pub trader: u32,
    /// To buy or to sell.
    pub side: Side,
    /// Open lots that it had.
    pub lots: u32,
    /// Why it ended.
    pub why: Closure,
}

/// A stop that was triggered, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Triggered {
    /// The order.
    pub id: OrderId,
    /// Whose it is.
    pub trader: u32,
    /// To buy or to sell.
    pub side: Side,
    /// What became of it as a market or limit order.
    pub placed: Placed,
}

/// What happened in a book, in order. A command appends to it; whoever reads it clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Events {
    /// Trades.
    pub fills: Vec<Fill>,
    /// Orders that ended through something other than their own command.
    pub closed: Vec<Closed>,
    /// Stops that were triggered.
    pub triggered: Vec<Triggered>,
}

impl Events {
    /// Forgets everything and keeps the room.
    pub fn clear(&mut self) {
        self.fills.clear();
        self.closed.clear();
        self.triggered.clear();
    }
}
