//! One-pass accumulators: the measures of a long run in bounded memory.
//!
//! Each takes one observation a step with `push` and gives at any time what the whole-series function gives for
//! all observations so far: the same bits where the arithmetic is the same (extremes, drawdowns, rolling windows),
//! the same number to rounding where a sum is taken in another order. What makes the whole-series function
//! undefined (a number that is not finite, or out of the measure's domain) makes the accumulator undefined from
//! then on; a rolling one recovers when its window has passed.
//!
//! They live inside the state of a run: `visit_state` names every number that they hold, under a prefix, so that
//! they are hashed, saved and loaded with it. Parameters (a window, a decay) are not state: an accumulator is
//! loaded into one built with the same parameters.

mod congestion;
mod drawdown;
mod error;
mod ewma;
mod extent;
mod illiquidity;
mod jain;
mod moments;
mod provision;
mod regression;
mod reserve;
mod returns;
mod rolling;
mod signature;
mod slippage;
mod turnover;

pub use congestion::RunningCongestion;
pub use drawdown::RunningDrawdown;
pub use error::RunningError;
pub use ewma::RunningEwmaVolatility;
pub use extent::RunningExtent;
pub use illiquidity::RunningIlliquidity;
pub use jain::RunningJain;
pub use moments::RunningMoments;
pub use provision::RunningProvision;
pub use regression::RunningRegression;
pub use reserve::RunningReserveRatio;
pub use returns::{RollingReturnVolatility, RunningReturns};
pub use rolling::RollingDeviation;
pub use signature::RunningSignature;
pub use slippage::RunningSlippage;
pub use turnover::RunningTurnover;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_markets;
