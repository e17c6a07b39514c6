//! What a book allows, as data.

use std::fmt;

use super::grid::Grid;

/// What happens when an arriving order meets a standing order of its own trader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SelfTrade {
    /// They trade.
    #[default]
    Allowed,
    /// What is left of the arriving order is cancelled.
    CancelNewest,
    /// The standing order is cancelled and the arriving one goes on.
    CancelOldest,
    /// Both are cancelled.
    CancelBoth,
}

/// How far from its reference a band reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// So many ticks to each side.
    Ticks(u32),
    /// So many millionths of the reference to each side, rounded towards it.
    Millionths(u32),
}

/// What a band lies around.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The price last given to [`Book::set_reference`](super::Book::set_reference).
    Reference,
    /// The price of the last trade; before the first, that price too.
    LastTrade,
}

/// The prices that orders may name. Before there is a reference every price is within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// What it lies around.
    pub anchor: Anchor,
    /// How far it reaches.
    pub width: Width,
}

impl Band {
    /// The lowest and the highest price within, around `reference`.
    pub(super) fn around(self, reference: i64) -> (i64, i64) {
        let reach = match self.width {
            Width::Ticks(ticks) => i64::from(ticks),
            Width::Millionths(share) => reference * i64::from(share) / 1_000_000,
        };
        (reference - reach, reference + reach)
    }
}

/// How trading is arranged over the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Session {
    /// Orders trade when they arrive.
    #[default]
    Continuous,
    /// Orders are collected in each step and the book is uncrossed at its end.
    CallAuction,
    /// Orders are collected in the first `steps` steps; then the book is uncrossed and trading is continuous.
    OpeningAuction {
        /// How many steps; at least one.
        steps: u32,
    },
}

/// An interruption of trading, which ends with an auction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Halt {
    /// Steps, this one included, in which orders can only be taken back.
    pub closed: u32,
    /// Steps after these in which orders are collected; at least one. The book is uncrossed at the end of the last.
    pub auction: u32,
}

/// What a book allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// What ticks and lots are worth.
    pub grid: Grid,
    /// The highest price, in ticks; prices start at 1.
    pub price_max: i32,
    /// The most lots an order may have.
    pub lots_max: u32,
    /// The most orders that may stand or wait.
    pub orders_max: u32,
    /// How many traders there are, where their orders are to be found without looking at everyone's; `None` for any
    /// trader, and a search over the whole book.
    pub traders: Option<u32>,
    /// What happens when a trader would trade with itself.
    pub self_trade: SelfTrade,
    /// The prices that orders may name; `None` for all.
    pub band: Option<Band>,
    /// How trading is arranged.
    pub session: Session,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            grid: Grid::ATOMS,
            price_max: PRICE_MAX,
            lots_max: u32::MAX,
            orders_max: ORDERS_MAX,
            traders: None,
            self_trade: SelfTrade::Allowed,
            band: None,
            session: Session::Continuous,
        }
    }
}

/// The highest price that a book can have, in ticks.
pub const PRICE_MAX: i32 = i32::MAX - 1;

/// The most orders that a book can hold.
pub const ORDERS_MAX: u32 = (1 << 28) - 2;

/// The most slices that an iceberg may come to. Each is a trade of its own, so two orders could otherwise ask for
/// thousands of millions of trades.
pub const SLICES_MAX: u32 = 1000;

/// Why rules are no rules for a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RulesError {
    /// The highest price is not from 1 to [`PRICE_MAX`].
    PriceMax,
    /// The largest quantity is zero.
    LotsMax,
    /// The number of orders is not from 1 to [`ORDERS_MAX`].
    OrdersMax,
    /// The largest order at the highest price is worth more money, or is more of the asset, than can be counted.
    ValueMax,
    /// An opening auction has no step.
    Session,
}

impl fmt::Display for RulesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PriceMax => "the highest price must be from 1 to 2147483646 ticks",
            Self::LotsMax => "the largest order must be of at least one lot",
            Self::OrdersMax => "the book must hold from 1 to 536870910 orders",
            Self::ValueMax => "the largest order at the highest price must be worth fewer than 2^63 atoms",
            Self::Session => "an opening auction takes at least one step",
        })
    }
}

impl std::error::Error for RulesError {}

impl Rules {
    /// Whether a book can keep to them.
    ///
    /// # Errors
    /// The first that it cannot keep.
    pub fn check(&self) -> Result<(), RulesError> {
        let holds = |right: bool, wrong| if right { Ok(()) } else { Err(wrong) };
        holds((1..=PRICE_MAX).contains(&self.price_max), RulesError::PriceMax)?;
        holds(self.lots_max > 0, RulesError::LotsMax)?;
        holds((1..=ORDERS_MAX).contains(&self.orders_max), RulesError::OrdersMax)?;
        let (price, lots) = (i64::from(self.price_max), i64::from(self.lots_max));
        let fits = self.grid.value(price, lots).is_some() && self.grid.amount(lots).is_some();
        holds(fits, RulesError::ValueMax)?;
        holds(self.session != Session::OpeningAuction { steps: 0 }, RulesError::Session)
    }
}
