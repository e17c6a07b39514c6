//! What is watched: monitors that answer to one number, or to columns of holders and traders, once a step.
//!
//! A monitor looks at the end of a step and says whether what it sees is out of the ordinary. It acts on nothing: what
//! follows from an alert is a [`crate::rule`]'s. It never changes itself: what it remembers are numbers that the
//! engine keeps, hashes and saves.
//!
//! - one number: [`Threshold`], [`ZScore`], [`Cusum`], [`Bubble`], [`ReserveRatio`]
//! - a condition: [`Formula`]
//! - columns: [`Concentration`] of holders; [`WashTrading`] and [`Collusion`] of traders

mod bubble;
mod collusion;
mod concentration;
mod cusum;
mod explosive;
mod formula;
mod reserve_ratio;
mod threshold;
mod wash_trading;
mod window;
mod z_score;

#[cfg(test)]
mod laws;

use std::fmt::Debug;

use walras_catalog::entries;
use walras_ledger::Atoms;

pub use bubble::Bubble;
pub use collusion::Collusion;
pub use concentration::{Concentration, Index};
pub use cusum::Cusum;
pub use formula::Formula;
pub use reserve_ratio::ReserveRatio;
pub use threshold::Threshold;
pub use wash_trading::WashTrading;
pub use z_score::{Side, ZScore};

/// What watches.
pub trait Monitor: Debug + Send + Sync {
    /// What it looks at.
    fn watches(&self) -> Watches<'_>;

    /// What it remembers before the first step, when its columns have `rows` rows (none where it looks at a number).
    ///
    /// # Errors
    /// When it would have to remember more than [`MEMORY_MAX`] numbers.
    fn memory(&self, rows: usize) -> Result<Vec<f64>, String>;

    /// Looks at the end of a step. `memory` holds what [`Monitor::memory`] gave at first; `pointed` is emptied and
    /// filled with the rows to which an alert points, in order.
    ///
    /// What is not finite leaves the memory as it is and is no alert.
    fn look(&self, seen: &Seen<'_>, memory: &mut [f64], pointed: &mut Vec<u32>) -> Verdict;
}

entries! {
    /// What watches an economy.
    pub enum AnyMonitor: dyn Monitor = "monitor" {
        Threshold(Threshold),
        ReserveRatio(ReserveRatio),
        ZScore(ZScore),
        Cusum(Cusum),
        Bubble(Bubble),
        Concentration(Concentration),
        WashTrading(WashTrading),
        Collusion(Collusion),
        Formula(Formula),
    }
}

/// What a monitor looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Watches<'a> {
    /// A number that the scenario names.
    Number,
    /// The quantity of this name of a market that the scenario names.
    Quantity(&'static str),
    /// Whether a condition holds.
    Condition(&'a walras_formula::Formula),
    /// What each of a set of holders holds of an asset.
    Holdings,
    /// What each of a set of traders bought and sold on a market in the step.
    Trades,
}

/// What a monitor sees at the end of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Seen<'a> {
    /// A number, `NaN` while it is undefined; of a condition 1 where it holds and 0 where it does not.
    Number(f64),
    /// Atoms held, not negative, by row.
    Holdings(&'a [Atoms]),
    /// Atoms bought and atoms sold since the last look, not negative, by row.
    Trades {
        /// What each bought.
        bought: &'a [Atoms],
        /// What each sold.
        sold: &'a [Atoms],
    },
}

/// What a monitor says of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// Nothing out of the ordinary, or nothing that can be said.
    Quiet,
    /// Something out of the ordinary.
    Alert {
        /// The limit that was passed.
        level: f64,
        /// What passed it.
        value: f64,
    },
}

impl Verdict {
    /// An alert where a `value` is beyond a `level` above it.
    fn above(value: f64, level: f64) -> Self {
        if value > level && value.is_finite() { Self::Alert { level, value } } else { Self::Quiet }
    }

    /// Whether it is an alert.
    #[must_use]
    pub const fn is_alert(&self) -> bool {
        matches!(self, Self::Alert { .. })
    }
}

/// The most numbers that one monitor may remember.
pub const MEMORY_MAX: usize = 1 << 22;

/// A number that is watched and finite.
fn number(seen: &Seen<'_>) -> Option<f64> {
    match *seen {
        Seen::Number(number) if number.is_finite() => Some(number),
        _ => None,
    }
}

/// Memory of `rows` windows beside `others`, or why it is too large.
fn memory_of(rows: usize, window: u32, others: usize) -> Result<Vec<f64>, String> {
    match rows.checked_mul(window as usize).and_then(|all| all.checked_add(others)) {
        Some(all) if all <= MEMORY_MAX => Ok(vec![0.0; all]),
        _ => Err(format!(
            "a window of {window} steps over {rows} rows is more than the {MEMORY_MAX} numbers a monitor may remember: \
             shorten the window, or watch groups instead of agents"
        )),
    }
}
