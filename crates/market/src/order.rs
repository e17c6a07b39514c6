//! Orders: what traders ask of a venue, as columns.

use std::ops::Range;

use walras_ledger::Atoms;
use walras_numerics::Column;

use crate::sides::Sides;

/// One group of traders' orders at one venue, at most one for each trader.
#[derive(Debug, Clone)]
pub struct Orders {
    /// What each trader asks, and what became of it; see [`Side`].
    pub side: Sides,
    /// How many atoms of the asset.
    pub size: Column<Atoms>,
    /// The worst acceptable price.
    pub limit: Limit,
    /// What is offered, in atoms of the numeraire, to be served earlier where arrival is by priority fee.
    pub priority_fee: Column<Atoms>,
    /// Which orders take any price that their traders can pay, where orders can rest: of buyers the limit then says how
    /// much that is. Empty at other markets, and where no order says.
    pub at_any_price: Vec<bool>,
}

/// How orders are limited in price, numeraire per token before fees.
#[derive(Debug, Clone, PartialEq)]
pub enum Limit {
    /// At most this share worse than the price seen when deciding, 0.05 for five per cent.
    Slippage(f64),
    /// One limit price for each.
    Each(Vec<f64>),
}

/// Which columns a policy fills and which its agents share.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// The size all orders share, or `None` when each has its own.
    pub size: Option<Atoms>,
    /// How orders are limited.
    pub limit: LimitShape,
    /// The priority fee all orders share unless the cohort declares one, or `None` when the policy sets each.
    pub priority_fee: Option<Atoms>,
}

/// The form of a policy's limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LimitShape {
    /// None: at any price that the trader can pay, which is found when the order is locked.
    Market,
    /// As [`Limit::Slippage`].
    Slippage(f64),
    /// As [`Limit::Each`].
    Each,
}

/// The codes of [`Orders::side`]: 0 is no order, 1 buy, −1 sell; a rejected order keeps its sign with a magnitude
/// from 2 that says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side;

impl Side {
    /// No order.
    pub const NONE: i8 = 0;
    /// An order to buy.
    pub const BUY: i8 = 1;
    /// An order to sell.
    pub const SELL: i8 = -1;

    /// The code of an order of sign `side` rejected for `why`.
    #[inline]
    #[must_use]
    pub const fn rejected(side: i8, why: Rejection) -> i8 {
        side.signum() * (2 + why as i8)
    }

    /// Why an order was rejected, if it was.
    #[must_use]
    pub fn rejection(side: i8) -> Option<Rejection> {
        Rejection::ALL.get((side.unsigned_abs() as usize).checked_sub(2)?).copied()
    }
}

/// Why an order was not carried out. A value in the record, never an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i8)]
pub enum Rejection {
    /// The buyer's money does not cover what the order could cost.
    InsufficientBalance,
    /// The seller holds less than the order's size.
    InsufficientHolding,
    /// The price was worse than the order's limit.
    LimitNotReached,
    /// The venue was halted.
    Halted,
    /// The asset's maximum supply would be passed.
    MaximumSupply,
    /// The policy gave a number that is not finite.
    NotFinite,
    /// The size was not above zero, or too large to be counted.
    BadSize,
    /// The price or the size came to less than one step of the market's grid, or to more than it counts.
    OffGrid,
    /// Nobody was there to trade with.
    Unfilled,
    /// The limit was outside the prices that the market allows.
    OutsideBand,
    /// The market does not offer what was asked.
    NotOffered,
    /// What the market holds does not suffice.
    NoLiquidity,
    /// The order was to stand and would have traded at once.
    WouldTake,
    /// The order was to trade in full at once and could not.
    CannotFill,
    /// No live order has the number.
    UnknownOrder,
    /// The order is another's.
    NotOwned,
    /// The purchase could bring the agent's holding beyond a limit in force.
    PositionLimit,
    /// The agent may not act while a rule is in force.
    Frozen,
}

impl Rejection {
    /// Every reason, in order.
    pub const ALL: [Rejection; 18] = [
        Self::InsufficientBalance,
        Self::InsufficientHolding,
        Self::LimitNotReached,
        Self::Halted,
        Self::MaximumSupply,
        Self::NotFinite,
        Self::BadSize,
        Self::OffGrid,
        Self::Unfilled,
        Self::OutsideBand,
        Self::NotOffered,
        Self::NoLiquidity,
        Self::WouldTake,
        Self::CannotFill,
        Self::UnknownOrder,
        Self::NotOwned,
        Self::PositionLimit,
        Self::Frozen,
    ];

    /// The name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InsufficientBalance => "insufficient_balance",
            Self::InsufficientHolding => "insufficient_holding",
            Self::LimitNotReached => "limit_not_reached",
            Self::Halted => "halted",
            Self::MaximumSupply => "maximum_supply",
            Self::NotFinite => "not_finite",
            Self::BadSize => "bad_size",
            Self::OffGrid => "off_grid",
            Self::Unfilled => "unfilled",
            Self::OutsideBand => "outside_band",
            Self::NotOffered => "not_offered",
            Self::NoLiquidity => "no_liquidity",
            Self::WouldTake => "would_take",
            Self::CannotFill => "cannot_fill",
            Self::UnknownOrder => "unknown_order",
            Self::NotOwned => "not_owned",
            Self::PositionLimit => "position_limit",
            Self::Frozen => "frozen",
        }
    }
}

impl Orders {
    /// Room for the orders of `traders` traders in the form of `shape`.
    #[must_use]
    pub fn new(traders: usize, shape: &Shape) -> Self {
        let column = |shared: Option<Atoms>| shared.map_or_else(|| Column::Each(vec![0; traders]), Column::constant);
        Self {
            side: Sides::none(traders),
            size: column(shape.size),
            limit: match shape.limit {
                LimitShape::Slippage(share) => Limit::Slippage(share),
                // An order without a limit is limited by what its trader can pay, which differs.
                LimitShape::Market | LimitShape::Each => Limit::Each(vec![0.0; traders]),
            },
            priority_fee: column(shape.priority_fee),
            at_any_price: Vec::new(),
        }
    }

    /// The same for a market at which orders can rest, which must know whether an order has a limit of its own.
    #[must_use]
    pub fn telling_limits(mut self) -> Self {
        if matches!(self.limit, Limit::Each(_)) {
            self.at_any_price = vec![false; self.side.len()];
        }
        self
    }

    /// The worst price acceptable to the order of `trader`, given the price seen when deciding.
    #[inline]
    #[must_use]
    pub fn limit_of(&self, trader: usize, seen: f64) -> f64 {
        let buys = self.side[trader] > 0;
        match &self.limit {
            Limit::Slippage(share) if buys => seen * (1.0 + share),
            Limit::Slippage(share) => seen * (1.0 - share),
            Limit::Each(limits) => limits[trader],
        }
    }

    /// All of these orders, to be written by pieces. Where the policy does not write priority fees of its own
    /// they are returned beside, to be read.
    pub fn as_part(&mut self, writes_priority_fee: bool) -> (OrdersPart<'_>, Option<&Column<Atoms>>) {
        let limit = match &mut self.limit {
            Limit::Each(limits) => limits.as_mut_slice(),
            _ => &mut [],
        };
        let (priority_fee, given): (&mut [Atoms], _) = if writes_priority_fee {
            (each(&mut self.priority_fee), None)
        } else {
            (&mut [], Some(&self.priority_fee))
        };
        let at_any_price = &mut self.at_any_price[..];
        (OrdersPart { side: &mut self.side, size: each(&mut self.size), limit, priority_fee, at_any_price }, given)
    }
}

fn each(column: &mut Column<Atoms>) -> &mut [Atoms] {
    match column {
        Column::Constant(..) => &mut [],
        Column::Each(values) => values,
    }
}

/// A run of neighbouring traders' orders, to be written. Columns that are shared are empty.
#[derive(Debug)]
pub struct OrdersPart<'a> {
    /// See [`Side`]; the policy writes 0, 1 or −1 for every trader.
    pub side: &'a mut [i8],
    /// Atoms of the asset, where sizes differ.
    pub size: &'a mut [Atoms],
    /// Limit prices, where they differ.
    pub limit: &'a mut [f64],
    /// Priority fees in atoms of the numeraire, where they differ.
    pub priority_fee: &'a mut [Atoms],
    /// See [`Orders::at_any_price`]; written when orders are locked, not by policies.
    pub at_any_price: &'a mut [bool],
}

impl<'a> OrdersPart<'a> {
    /// Cuts off the first `at` traders.
    #[must_use]
    pub fn split_at(self, at: usize) -> (OrdersPart<'a>, OrdersPart<'a>) {
        fn cut<T>(slice: &mut [T], at: usize) -> (&mut [T], &mut [T]) {
            let at = at.min(slice.len());
            slice.split_at_mut(at)
        }
        let (side, size) = (cut(self.side, at), cut(self.size, at));
        let (limit, priority_fee) = (cut(self.limit, at), cut(self.priority_fee, at));
        let any = cut(self.at_any_price, at);
        (
            OrdersPart {
                side: side.0,
                size: size.0,
                limit: limit.0,
                priority_fee: priority_fee.0,
                at_any_price: any.0,
            },
            OrdersPart {
                side: side.1,
                size: size.1,
                limit: limit.1,
                priority_fee: priority_fee.1,
                at_any_price: any.1,
            },
        )
    }

    /// The traders in `rows`.
    #[inline]
    pub fn rows(&mut self, rows: Range<usize>) -> OrdersPart<'_> {
        fn pick<T>(slice: &mut [T], rows: Range<usize>) -> &mut [T] {
            if slice.is_empty() { slice } else { &mut slice[rows] }
        }
        OrdersPart {
            side: &mut self.side[rows.clone()],
            size: pick(self.size, rows.clone()),
            limit: pick(self.limit, rows.clone()),
            priority_fee: pick(self.priority_fee, rows.clone()),
            at_any_price: pick(self.at_any_price, rows),
        }
    }
}
