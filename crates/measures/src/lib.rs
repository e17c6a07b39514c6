//! Measures of an economy: pure functions over series and distributions.
//!
//! They know nothing of agents, markets or the engine: they take slices of numbers and give numbers back.
//!
//! # When a measure is undefined
//!
//! One convention holds throughout. A measure returns `Option`, and `None` means that it is undefined:
//! too few observations, a number that is not finite (`NaN` or infinite) in the input, a value outside
//! the measure's domain (a negative wealth, a price of zero under a logarithm), columns of unequal
//! length, a parameter out of its range, or a result too large for an `f64`. No function returns `NaN`
//! or an infinity, and none panics on any input. A rolling measure returns one `Option` per input
//! element, so that the gaps stay where they are.
//!
//! # Layout
//!
//! Each file holds one subject. Beside each function stands a [`MeasureDescription`] with its meaning,
//! formula, unit and source; [`list`] gives all of them. [`running`] holds one-pass accumulators that
//! give the same results in bounded memory and are part of a checkpoint.
//!
//! *Invariant:* no function here reads or keeps anything but its arguments; float sums have the one
//! fixed order of `walras_numerics::sum`, and elementary functions are the pinned ones.

mod catalogue;
mod defined;

pub mod allocation;
pub mod autocorrelation;
pub mod discovery;
pub mod drawdown;
pub mod efficiency;
pub mod facts;
pub mod inequality;
pub mod institution;
pub mod liquidity;
pub mod moments;
pub mod performance;
pub mod provision;
pub mod quantile;
pub mod regression;
pub mod reserve;
pub mod returns;
pub mod running;
pub mod slippage;
pub mod tail;
pub mod turnover;
pub mod volatility;

#[cfg(test)]
mod closeness;
#[cfg(test)]
mod samples;

pub use catalogue::{MeasureDescription, find, list};
