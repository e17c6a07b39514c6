//! As much more as rivals allow.

use walras_catalog::{Bounds, entry};
use walras_numerics::Column;

use super::{BuildWorkers, TaskView, WorkView, Workers};
use crate::population::{PerAgent, Setup};

entry! {
    /// Workers ask for more than a task costs them, the less so the more rivals they expect: what is best against rivals
    /// who do the same, where the winner is paid what it asked and costs are spread evenly up to a highest.
    ///
    /// Who has a cost above the highest asks for its cost.
    pub struct Shading = "shading" {
        formula: "a = c + (highest·work − c)/(rivals + 1)",
        source: "V. Krishna, \"Auction Theory\", 2nd ed. 2010, section 2.3, for the lowest of uniform costs",
        /// How many others are expected to ask.
        rivals: PerAgent, within 0.0..=1e9, unit "workers";
        /// The highest cost that anyone is expected to have for a unit of work.
        highest: PerAgent, within Bounds::above_to(0.0, 1e15), unit "numeraire/work";
    }
}

struct Shade {
    rivals: Column,
    highest: Column,
}

impl BuildWorkers for Shading {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Workers>, String> {
        let rivals = setup.parameter("rivals", &self.rivals)?;
        Ok(Box::new(Shade { rivals, highest: setup.parameter("highest", &self.highest)? }))
    }
}

impl Workers for Shade {
    fn ask(&self, view: &WorkView<'_>, task: &TaskView, asks: &mut [f64]) {
        for ((ask, &cost), &row) in asks.iter_mut().zip(view.cost).zip(view.rows) {
            let room = (self.highest.get(row as usize) * task.work - cost).max(0.0);
            *ask = cost + room / (self.rivals.get(row as usize) + 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::built;

    /// No other ask is better against rivals who shade: the expected gain (a − c)·P(all rivals ask more) over a fine grid.
    #[test]
    fn shading_is_an_equilibrium() {
        let rivals = 3.0;
        let workers = built(&Shading { rivals: PerAgent::constant(rivals), highest: PerAgent::constant(1.0) }, 1);
        let task = TaskView { work: 1.0, reward: 1.0, stake: 0.0, detection: 0.0 };
        for cost in [0.0, 0.2, 0.5, 0.9] {
            let mut asks = [0.0];
            workers.ask(&WorkView { rows: &[0], cost: &[cost], steps: &[1.0] }, &task, &mut asks);
            // A rival with cost x asks x + (1 − x)/4, above a if x is above (4a − 1)/3.
            let gain = |ask: f64| {
                let beaten = (((rivals + 1.0) * ask - 1.0) / rivals).clamp(0.0, 1.0);
                (ask - cost) * (1.0 - beaten).powi(3)
            };
            let best = (0..=1000).map(|k| gain(f64::from(k) / 1000.0)).fold(0.0, f64::max);
            assert!(gain(asks[0]) >= best - 1e-12, "cost {cost}: {} gains {}, not {best}", asks[0], gain(asks[0]));
        }
    }

    #[test]
    fn the_dearest_ask_for_their_cost() {
        let workers = built(&Shading { rivals: PerAgent::constant(1.0), highest: PerAgent::constant(2.0) }, 1);
        let task = TaskView { work: 10.0, reward: 99.0, stake: 0.0, detection: 0.0 };
        let mut asks = [0.0; 2];
        workers.ask(&WorkView { rows: &[0, 0], cost: &[10.0, 30.0], steps: &[1.0; 2] }, &task, &mut asks);
        assert_eq!(asks, [15.0, 30.0]);
    }
}
