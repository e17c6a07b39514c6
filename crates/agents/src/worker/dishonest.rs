//! Lies where lies are cheaper than work.

use walras_catalog::entry;
use walras_numerics::Column;

use super::{BuildWorkers, TaskView, WorkView, Workers};
use crate::population::{PerAgent, Setup};

entry! {
    /// Workers deliver at once without having worked, where that costs them less than the work.
    ///
    /// A lie that is found out with probability q is paid with 1 − q and costs the stake with q, so that it pays above
    /// q·stake/(1 − q): that is what a lie costs. They ask for whichever is less, and a markup, and so undercut everyone who
    /// works, unless the stake is high enough or lies are found out often enough.
    pub struct Dishonest = "dishonest" {
        formula: "lies if L < c,  L = q·stake/(1 − q);  a = (1 + markup)·min(c, L)",
        source: "G. S. Becker, \"Crime and punishment: an economic approach\", Journal of Political Economy 76(2), 1968",
        /// What is asked on top, as a share of the cost.
        markup: PerAgent = PerAgent::constant(0.0), within 0.0..=1e6;
    }
}

struct Opportunists(Column);

/// What a lie costs in expectation, for each time that it is paid.
fn lie(task: &TaskView) -> f64 {
    if task.detection < 1.0 { task.detection * task.stake / (1.0 - task.detection) } else { f64::INFINITY }
}

impl BuildWorkers for Dishonest {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Workers>, String> {
        Ok(Box::new(Opportunists(setup.parameter("markup", &self.markup)?)))
    }
}

impl Workers for Opportunists {
    fn ask(&self, view: &WorkView<'_>, task: &TaskView, asks: &mut [f64]) {
        for ((ask, cost), &row) in asks.iter_mut().zip(view.cost).zip(view.rows) {
            *ask = cost.min(lie(task)) * (1.0 + self.0.get(row as usize));
        }
    }

    fn lies(&self, view: &WorkView<'_>, task: &TaskView, i: usize) -> bool {
        lie(task) < view.cost[i]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::built;

    /// At what it asks without a markup, a liar gains just as much as it loses: (1 − q)·a = q·stake.
    #[test]
    fn a_lie_costs_what_is_lost_by_it() {
        let workers = built(&Dishonest { markup: PerAgent::constant(0.0) }, 1);
        let (rows, steps, cost) = (&[0_u32][..], &[3.0][..], &[8.0][..]);
        let view = WorkView { rows, steps, cost };
        let ask = |detection, stake| {
            let (task, mut asks) = (TaskView { work: 8.0, reward: 20.0, stake, detection }, [0.0]);
            workers.ask(&view, &task, &mut asks);
            (asks[0], workers.lies(&view, &task, 0))
        };
        let (price, lies) = ask(0.25, 12.0);
        assert!(lies && ((1.0 - 0.25) * price - 0.25 * 12.0).abs() < 1e-12, "{price}");
        // Nothing to fear, too much to fear, and sure to be found out.
        assert_eq!(ask(0.25, 0.0), (0.0, true));
        assert_eq!(ask(0.25, 24.0), (8.0, false));
        assert_eq!(ask(1.0, 0.0), (8.0, false));
    }
}
