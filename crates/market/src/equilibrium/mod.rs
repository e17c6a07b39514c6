//! Several goods at once: exchange economies and their competitive equilibria.
//!
//! Pure functions that know nothing of agents: a consumer is a row, what it wants and what it owns.
//!
//! - [`preference`]: what consumers want, one file for each; demand at prices and an income
//! - [`economy`]: consumers together, their excess demand z(p), and Walras's law; [`named`]: economies that have a name
//! - [`solver`]: ways to prices at which z(p) = 0, one file for each, with honest endings
//! - [`uniqueness`]: gross substitutes and the index of an equilibrium; [`search`]: all equilibria many starts find
//! - [`fisher`]: buyers with budgets: proportional response and the programme of Eisenberg and Gale
//! - [`whole_atoms`]: an equilibrium's allocation in whole atoms
//! - [`excess_demand`]: what solvers see; [`matrix`]: small linear systems

pub mod economy;
pub mod excess_demand;
pub mod fisher;
pub mod matrix;
pub mod named;
pub mod preference;
pub mod search;
pub mod solver;
pub mod uniqueness;
pub mod whole_atoms;

pub use economy::{Allocation, Consumer, Economy, GOODS_MAX};
pub use excess_demand::{ExcessDemand, Undefined};
pub use preference::{AnyPreference, Preference};
pub use solver::{AnySolver, Ending, Outcome, Solver};
