//! What jobs that take of several assets at once are served for, beside the best that there was to share could serve.

use walras_engine::World;
use walras_engine::stage::allocate::Asked;
use walras_measures::allocation::{Tasks, best_value_of_tasks, price_of_anarchy};

/// The value of what jobs were granted, and the most that it could have been, over some steps.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct BestOfJobs {
    /// Numeraire.
    outcome: f64,
    optimum: f64,
}

/// What one agent lacks of each asset and was granted, and what a unit is worth to it.
struct Row {
    value: f64,
    needs: Vec<f64>,
    /// The share of all that it lacks that it can use of what it was granted.
    done: f64,
}

impl BestOfJobs {
    /// Takes what was asked of resource number `resource` in a step. What an agent lacks is one task, which can be cut;
    /// what it is granted serves it as far as the asset goes that it has least of. Nothing where not everybody who asked
    /// puts a worth on what it lacks, or the best cannot be found.
    pub fn push(&mut self, world: &World, resource: usize, asked: &Asked) {
        let assets = world.resources[resource].supplies.iter().map(|supply| supply.asset.index());
        let scales: Vec<f64> = assets.map(|asset| world.assets[asset].scale).collect();
        let Some(rows) = (0..asked.who.len()).map(|row| Row::of(asked, row, &scales)).collect::<Option<Vec<_>>>()
        else {
            return;
        };
        let capacities: Vec<f64> =
            asked.supplies.iter().zip(&scales).map(|(of, scale)| of.capacity as f64 / scale).collect();
        let tasks: Vec<Tasks<'_>> =
            rows.iter().map(|row| Tasks { value: row.value, count: 1.0, takes: &row.needs }).collect();
        if let Some(optimum) = best_value_of_tasks(&tasks, &capacities, false) {
            self.optimum += optimum;
            self.outcome += rows.iter().map(|row| row.value * row.done).sum::<f64>();
        }
    }

    /// What jobs were served for over the most that they could have been, 1 at best.
    #[must_use]
    pub fn efficiency(&self) -> f64 {
        if self.optimum > 0.0 { self.outcome / self.optimum } else { f64::NAN }
    }

    /// How many times better the best is, 1 at least.
    #[must_use]
    pub fn price_of_anarchy(&self) -> f64 {
        price_of_anarchy(self.optimum, self.outcome).unwrap_or(f64::NAN)
    }
}

impl Row {
    fn of(asked: &Asked, row: usize, scales: &[f64]) -> Option<Self> {
        let mut found = Self { value: 0.0, needs: Vec::new(), done: 1.0 };
        for (of, scale) in asked.supplies.iter().zip(scales) {
            let truth = of.truth.get(row).filter(|truth| truth.worth.is_finite() && truth.worth >= 0.0)?;
            let need = truth.need as f64;
            found.value += truth.worth * need / scale;
            found.needs.push(need / scale);
            if truth.need > 0 {
                found.done = found.done.min(of.grants.granted[row] as f64 / need);
            }
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::economy::{run, world};

    /// Nine processors and eighteen units of memory for ten tasks of (1, 4) and ten of (3, 1), each worth 1 (Ghodsi et al.
    /// 2011, section 4.1). Dominant resource fairness serves 3 and 2, the best 45/11 and 18/11: 63/55 times as much.
    #[test]
    fn a_small_machine_by_hand() {
        let text = "[run]\nname = 'machine'\nsteps = 1\n[numeraire]\ndecimals = 2\n\
                    [assets.CPU]\ndecimals = 6\nrole = 'resource'\ndecay = 1.0\n\
                    [assets.RAM]\ndecimals = 6\nrole = 'resource'\ndecay = 1.0\n\
                    [resources.machine]\ncapacity = { CPU = 9.0, RAM = 18.0 }\ntogether = 'dominant_resource_fairness'\n\
                    [cohorts.a]\nsize = 1\nbalance = 1.0\ndemand = { requests = { kind = 'fixed', \
                    need = { CPU = 10.0, RAM = 40.0 }, worth = { CPU = 0.5, RAM = 0.125 } } }\n\
                    [cohorts.b]\nsize = 1\nbalance = 1.0\ndemand = { requests = { kind = 'fixed', \
                    need = { CPU = 30.0, RAM = 10.0 }, worth = { CPU = 0.16666666666666666, RAM = 0.5 } } }\n";
        let mut best = BestOfJobs::default();
        run(&mut world(text, 1), 1, |world, happened| best.push(world, 0, &happened.allocation.sources[0]));
        assert!((best.outcome - 5.0).abs() < 1e-4, "{best:?}");
        assert!((best.price_of_anarchy() - 63.0 / 55.0).abs() < 1e-4, "{best:?}");
        assert!((best.efficiency() - 55.0 / 63.0).abs() < 1e-4, "{best:?}");
    }
}
