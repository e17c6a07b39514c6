//! Monitors, and the rules that follow from their alerts: as a scenario declares them, and as they stand while an
//! economy runs.
//!
//! - [`MonitorPlan`]: the section `[monitors.NAME]`; [`Watcher`]: the monitor with what it remembers
//! - [`Groups`]: whose holdings and trades are rows of what it watches
//! - [`InForce`]: a rule with what it names, and how long it still holds

mod groups;
mod in_force;
mod watcher;

use walras_catalog::{Reference, entry};
use walras_formula::Formula;
use walras_institutions::monitor::AnyMonitor;
use walras_institutions::rule::AnyRule;

pub use groups::{By, Groups};
pub use in_force::{InForce, Target};
pub use watcher::{Alert, Columns, Source, Watcher};

entry! {
    /// A monitor: what it watches, and what follows from its alerts.
    ///
    /// It looks at the end of a step, after everything of the step has been posted. What follows holds from the next step
    /// on.
    pub struct MonitorPlan = "monitor_plan" {
        formula: "",
        source: "",
        /// How it tells what is out of the ordinary.
        monitor: AnyMonitor;
        /// The market whose quantities formulas may call by their plain names, and whose trades it watches.
        market: Option<Reference>;
        /// The resource whose quantities formulas may call by their plain names.
        resource: Option<Reference>;
        /// The number that it watches: a formula over named quantities.
        watch: Option<Formula>;
        /// The asset whose holders it watches; absent for the market's.
        asset: Option<Reference>;
        /// Whose holdings or trades it watches; absent for everyone's.
        cohorts: Option<Vec<Reference>>;
        /// Whether each agent is watched by itself.
        by: By = By::Agent;
        /// Steps from one look to the next; the first look is at the end of the first step in which `every` steps are over.
        /// Windows count looks, and a look at trades sees all since the last.
        every: u32 = 1, within 1.0..=1e9, unit "steps";
        /// How many looks in a row must find something for an alert.
        consecutive: u32 = 1, within 1.0..=1e9, unit "looks";
        /// What follows from an alert.
        then: Vec<AnyRule> = Vec::new();
    }
}
