//! The world and the step: the only place where ledger, markets, agents and institutions meet.
//!
//! - [`economy`]: what an economy is made of, as a scenario declares it
//! - [`order_terms`]: how a cohort's orders are carried out at order books
//! - [`mod@build`]: from that description to a world, checked
//! - [`world`]: all state, and the one visit that hashes, saves and loads it
//! - [`price`]: what an asset's price is when several markets trade it
//! - [`market`]: markets as a scenario declares them; [`venue`]: as the engine hosts them, one file for each kind
//! - [`goal`]: what is wanted of the economy
//! - [`incentive`]: rewards and penalties; [`staking`]: stakes; [`lever`]: parameters that may change between steps; [`quantity`]: what formulas
//!   look at; [`entry`]: what institutions did, for the log
//! - [`governance`]: bodies that vote and rounds that match gifts; [`utility`]: what agents' utility is
//! - [`monitor`]: what watches, and the rules that follow; [`restraint`]: what rules in force forbid agents
//! - [`task`]: boards of tasks and who works for them; [`steering`]: affiliates who point to idle capacity
//! - [`production`]: what agents make of goods, as it stands while an economy runs
//! - [`mod@step`]: the order of events in a step, written down once
//! - [`stage`]: one file for each event of the step
//!
//! *Invariant:* no clock, no file, no socket, no thread of its own: a pure function from (state, inputs) to
//! (state, record). Parallel stages use whatever thread pool they are called in and give the same bits in any.

pub mod build;
pub mod contract;
pub mod economy;
pub mod entry;
pub mod goal;
pub mod governance;
pub mod incentive;
pub mod lever;
pub mod market;
pub mod monitor;
pub mod order_terms;
pub mod price;
pub mod production;
pub mod quantity;
pub mod resource;
pub mod restraint;
pub mod shock;
pub mod stage;
pub mod staking;
pub mod steering;
pub mod step;
pub mod task;
pub mod utility;
pub mod venue;
pub mod world;

pub use build::build;
pub use step::{Scratch, advance, step};
pub use world::World;
