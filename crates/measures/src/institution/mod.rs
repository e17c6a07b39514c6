//! What institutions cost and what they bring: who takes part, what is paid for what, what monitors find, how controllers
//! settle, and whether what is good for an agent is good for all.

mod alert;
mod alignment;
mod halt;
mod payout;
mod response;
mod solvency;
mod turnout;

pub use alert::{ALERT_PRECISION, ALERT_RECALL, alert_precision, alert_recall};
pub use alignment::{ALIGNMENT, alignment};
pub use halt::{TIME_UNDER_HALT, time_under_halt};
pub use payout::{COST_PER_CONTRIBUTION, MANUFACTURED_SHARE, cost_per_contribution, manufactured_share};
pub use response::{
    INTEGRAL_ABSOLUTE_ERROR, OVERSHOOT, SETTLING_TIME, integral_absolute_error, overshoot, settling_time,
};
pub use solvency::{BUDGET_BALANCE, ESCROW_SOLVENCY, budget_balance, escrow_solvency};
pub use turnout::{PARTICIPATION, participation};
