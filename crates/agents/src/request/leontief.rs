//! Assets in fixed proportions.

use walras_catalog::entry;
use walras_numerics::Column;

use super::{BuildRequests, Requests, ResourceView, Wants};
use crate::policy::Memory;
use crate::population::{PerAgent, PerAsset, Setup};

entry! {
    /// Assets are of use in fixed proportions alone, as processors are with their memory: an agent wants as many whole sets
    /// as it needs and can pay for.
    pub struct Leontief = "leontief" {
        formula: "q_k = a_k·m,  m = min(n·tasks, B/Σ_l a_l·P_l)",
        source: "W. Leontief, \"The Structure of American Economy\", 1941; A. Ghodsi et al., \"Dominant resource fairness\", NSDI 2011, for tasks of a cluster",
        /// a: what one task takes of each asset.
        per_task: PerAsset, within 0.0..=9e15, unit "units";
        /// How many tasks an agent has.
        tasks: PerAgent, within 0.0..=9e15, unit "tasks/step";
        /// Whether only whole tasks are wanted.
        whole: bool = false;
    }
}

struct Sets {
    per_task: Vec<Column>,
    tasks: Column,
    whole: bool,
}

impl BuildRequests for Leontief {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Requests>, String> {
        let per_task = self.per_task.parameters("per_task", setup)?;
        Ok(Box::new(Sets { per_task, tasks: setup.parameter("tasks", &self.tasks)?, whole: self.whole }))
    }
}

impl Requests for Sets {
    fn want(&self, view: &ResourceView<'_>, needs: &[f64], _: &mut Memory<'_, '_>, wants: &mut Wants<'_, '_>) {
        for (i, row) in view.rows.clone().enumerate() {
            let cost: f64 = view.assets.iter().zip(&self.per_task).map(|(asset, a)| asset.price[i] * a.get(row)).sum();
            let affordable = if cost > 0.0 { view.budgets[i] / cost } else { f64::INFINITY };
            let tasks = (needs[i] * self.tasks.get(row)).min(affordable);
            let tasks = if self.whole { tasks.floor() } else { tasks };
            if self.whole {
                wants.tasks[i] = Wants::atoms(tasks, 1.0).max(1);
            }
            for (k, asset) in view.assets.iter().enumerate() {
                wants.amounts[k][i] = Wants::atoms(tasks * self.per_task[k].get(row), asset.scale);
            }
        }
    }
}
