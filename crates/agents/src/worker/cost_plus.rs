//! What it costs, and something on top.

use walras_catalog::entry;
use walras_numerics::Column;

use super::{BuildWorkers, TaskView, WorkView, Workers};
use crate::population::{PerAgent, Setup};

entry! {
    /// Workers ask for what a task costs them and a markup.
    ///
    /// With a markup of 0 the ask is the truth, which is best where the winner is paid the second lowest ask.
    pub struct CostPlus = "cost_plus" {
        formula: "a = (1 + markup)·c",
        source: "W. Vickrey, \"Counterspeculation, auctions, and competitive sealed tenders\", Journal of Finance 16(1), 1961",
        /// What is asked on top, as a share of the cost.
        markup: PerAgent = PerAgent::constant(0.0), within 0.0..=1e6;
    }
}

struct Markup(Column);

impl BuildWorkers for CostPlus {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Workers>, String> {
        Ok(Box::new(Markup(setup.parameter("markup", &self.markup)?)))
    }
}

impl Workers for Markup {
    fn ask(&self, view: &WorkView<'_>, _: &TaskView, asks: &mut [f64]) {
        for ((ask, cost), &row) in asks.iter_mut().zip(view.cost).zip(view.rows) {
            *ask = cost * (1.0 + self.0.get(row as usize));
        }
    }
}
