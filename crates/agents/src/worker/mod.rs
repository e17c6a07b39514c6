//! Workers: agents who take tasks that others post, what they ask for them, and whether they do them.
//!
//! A worker sees the tasks on offer that it could finish in time. Where tasks are auctioned it asks a price for each; where
//! they are claimed it takes the one that appeals to it most. It asks nothing for what it would not do.

mod cost_plus;
mod dishonest;
mod greedy;
mod shading;

use std::fmt::Debug;

use walras_catalog::entries;

use crate::population::Setup;

pub use cost_plus::CostPlus;
pub use dishonest::Dishonest;
pub use greedy::Greedy;
pub use shading::Shading;

/// A way of working as a scenario describes it.
pub trait BuildWorkers: Debug + Send + Sync {
    /// Draws the parameters of a cohort.
    ///
    /// # Errors
    /// Says which parameter cannot be drawn and why.
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Workers>, String>;
}

entries! {
    /// Any way of working.
    pub enum AnyWorkers: dyn BuildWorkers = "worker" {
        CostPlus(CostPlus),
        Shading(Shading),
        Greedy(Greedy),
        Dishonest(Dishonest),
    }
}

/// A cohort's way of working, with the parameters of all its agents. A pure function: what workers remember is what they
/// are at work on, which the board keeps.
pub trait Workers: Send + Sync {
    /// Writes the least that each worker would do the task for, numeraire; not a number where it would not for any.
    fn ask(&self, view: &WorkView<'_>, task: &TaskView, asks: &mut [f64]);

    /// Writes how much the task appeals to each worker beside others, at what it pays; only compared, and only where that
    /// is at least what the worker asks. By default what it leaves beyond that for a step of work.
    fn appeal(&self, view: &WorkView<'_>, task: &TaskView, asks: &[f64], appeal: &mut [f64]) {
        for ((appeal, ask), steps) in appeal.iter_mut().zip(asks).zip(view.steps) {
            *appeal = (task.reward - ask) / steps;
        }
    }

    /// Whether worker number `i` of the view, who has the task at `task.reward`, delivers without having worked.
    fn lies(&self, _view: &WorkView<'_>, _task: &TaskView, _i: usize) -> bool {
        false
    }
}

/// Workers of one cohort who look at a task. All slices have one place for each.
#[derive(Debug, Clone, Copy)]
pub struct WorkView<'a> {
    /// Their rows in the cohort, the index into parameter columns.
    pub rows: &'a [u32],
    /// What the task would cost each, goods included, numeraire.
    pub cost: &'a [f64],
    /// How many steps it would take each.
    pub steps: &'a [f64],
}

/// A task on offer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TaskView {
    /// How much work it is.
    pub work: f64,
    /// What is paid for it: the posted reward, or the most that is paid in an auction, numeraire.
    pub reward: f64,
    /// What a worker sets aside for it, numeraire.
    pub stake: f64,
    /// How likely a false delivery is found out.
    pub detection: f64,
}

#[cfg(test)]
fn built(worker: &dyn BuildWorkers, size: usize) -> Box<dyn Workers> {
    use walras_numerics::Keys;

    let mut data = crate::population::NoData;
    let setup =
        &mut Setup { keys: Keys::new(1), entity: 0, size, markets: &[], money_scale: 1e6, data: &mut data, drawn: 0 };
    worker.build(setup).unwrap()
}
