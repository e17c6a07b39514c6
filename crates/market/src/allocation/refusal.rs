//! Why nothing was shared.

use std::fmt;

use walras_ledger::Atoms;

/// Why nothing was shared. A value for the record; nobody gets anything.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Refusal {
    /// There are more rows than 2³² − 1.
    Rows(usize),
    /// A column has another length than the amounts.
    Length {
        /// Which.
        column: &'static str,
        /// Its length.
        found: usize,
        /// How many rows there are.
        rows: usize,
    },
    /// The rule reads a column that is not there.
    Missing(&'static str),
    /// The capacity is negative.
    Capacity(Atoms),
    /// The reserve is negative or not finite.
    Reserve(f64),
    /// The posted price is negative or not finite.
    Price(f64),
    /// An amount is negative.
    Amount {
        /// Where.
        row: usize,
        /// How much.
        amount: Atoms,
    },
    /// A weight is not above zero and finite.
    Weight {
        /// Where.
        row: usize,
        /// How much.
        weight: f64,
    },
    /// A bid is negative or not finite.
    Bid {
        /// Where.
        row: usize,
        /// How much.
        bid: f64,
    },
    /// A quota is negative.
    Quota {
        /// Where.
        row: usize,
        /// How much.
        quota: Atoms,
    },
    /// A payment does not fit an amount of money.
    TooMuch(usize),
    /// A utility is negative or not finite.
    Utility {
        /// Where.
        row: usize,
        /// How much.
        utility: f64,
    },
    /// There are more resources than the rule solves for.
    Resources {
        /// How many.
        found: usize,
        /// The most.
        most: usize,
    },
    /// The best choice of bundles takes too much work to find.
    Bundles {
        /// How many rows bid.
        rows: usize,
        /// The most work, in steps.
        most: u64,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Rows(rows) => write!(f, "{rows} requests are too many: at most {} can be served at once", u32::MAX),
            Self::Length { column, found, rows } => {
                write!(
                    f,
                    "the column `{column}` has {found} rows where there are {rows} requests: give one each, or none"
                )
            }
            Self::Missing(column) => write!(f, "the rule reads the column `{column}`, which is empty: give it"),
            Self::Capacity(capacity) => write!(f, "the capacity is {capacity}: it must not be negative"),
            Self::Reserve(reserve) => write!(f, "the reserve is {reserve}: it must be finite and not negative"),
            Self::Price(price) => write!(f, "the posted price is {price}: it must be finite and not negative"),
            Self::Amount { row, amount } => write!(f, "request {row} asks for {amount}: it must not be negative"),
            Self::Weight { row, weight } => {
                write!(f, "request {row} has the weight {weight}: it must be finite and above zero")
            }
            Self::Bid { row, bid } => write!(f, "request {row} bids {bid}: it must be finite and not negative"),
            Self::Quota { row, quota } => write!(f, "request {row} has the quota {quota}: it must not be negative"),
            Self::Utility { row, utility } => {
                write!(f, "request {row} has the utility {utility}: it must be finite and not negative")
            }
            Self::Resources { found, most } => {
                write!(f, "{found} resources are too many for this rule: it takes up to {most}")
            }
            Self::Bundles { rows, most } => write!(
                f,
                "the best of {rows} bundles takes more than {most} steps to find: bid for fewer bundles, or offer fewer \
                 atoms of fewer resources"
            ),
            Self::TooMuch(row) => write!(f, "what request {row} would pay does not fit an amount of money"),
        }
    }
}

impl std::error::Error for Refusal {}
