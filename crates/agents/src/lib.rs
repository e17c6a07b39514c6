//! Who acts: agents in cohorts, their policies and objectives.
//!
//! - [`population`]: how agents of one cohort differ in their parameters
//! - [`observation`]: what a cohort may see
//! - [`policy`]: what turns observation into orders
//! - [`objective`]: what an agent tries to raise

pub mod observation;
pub mod policy;
pub mod population;
