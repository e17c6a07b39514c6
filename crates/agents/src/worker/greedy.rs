//! Whatever pays most for the work.

use walras_catalog::entry;
use walras_numerics::Column;

use super::{BuildWorkers, TaskView, WorkView, Workers};
use crate::population::{PerAgent, Setup};

entry! {
    /// Workers take the task that pays most for a unit of work, if that covers what it costs them and their own least.
    pub struct Greedy = "greedy" {
        formula: "a = max(c, least·work);  the task with the greatest reward/work",
        source: "G. B. Dantzig, \"Discrete-variable extremum problems\", Operations Research 5(2), 1957",
        /// The least that is taken for a unit of work.
        least: PerAgent = PerAgent::constant(0.0), within 0.0..=1e15, unit "numeraire/work";
    }
}

struct Least(Column);

impl BuildWorkers for Greedy {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Workers>, String> {
        Ok(Box::new(Least(setup.parameter("least", &self.least)?)))
    }
}

impl Workers for Least {
    fn ask(&self, view: &WorkView<'_>, task: &TaskView, asks: &mut [f64]) {
        for ((ask, cost), &row) in asks.iter_mut().zip(view.cost).zip(view.rows) {
            *ask = cost.max(self.0.get(row as usize) * task.work);
        }
    }

    fn appeal(&self, _: &WorkView<'_>, task: &TaskView, _: &[f64], appeal: &mut [f64]) {
        appeal.fill(task.reward / task.work);
    }
}
