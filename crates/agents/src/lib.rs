//! Who acts: agents in cohorts, their policies and objectives.
//!
//! - [`population`]: how agents of one cohort differ in their parameters
//! - [`observation`]: what a cohort may see
//! - [`policy`]: what turns observation into orders
//! - [`objective`]: what an agent tries to raise
//! - [`request`]: what agents ask of resources; [`need`]: how what they need changes; [`reporting`]: what they say of it;
//!   [`satisfaction`]: what they get from what they use
//! - [`promotion`]: how much agents do to make something known
//! - [`production`]: what agents make of goods
//! - [`worker`]: how agents take tasks and do them
//! - [`staking`]: how much of what they hold they stake
//! - [`voting`]: how agents vote

#[cfg(test)]
extern crate self as walras_agents;

#[cfg(test)]
#[path = "../tests/bench/mod.rs"]
mod bench;

pub mod need;
pub mod objective;
pub mod observation;
pub mod policy;
pub mod population;
pub mod production;
pub mod promotion;
pub mod reporting;
pub mod request;
pub mod satisfaction;
pub mod staking;
pub mod voting;
pub mod worker;
