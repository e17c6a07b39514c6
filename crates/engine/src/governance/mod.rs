//! Bodies that vote, and rounds that match gifts: [`plan`] as a scenario declares them, [`body`] and [`round`] as they stand
//! while an economy runs.

pub mod body;
pub mod plan;
pub mod round;

pub use body::Body;
pub use plan::{BodyPlan, BribePlan, ExitPlan, GiverPlan, LeverPlan, LoanPlan, ProjectPlan, ProposalPlan, RoundPlan};
pub use round::Round;
