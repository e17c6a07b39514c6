//! Agents that keep a stock.

use walras_catalog::entry;
use walras_ledger::Atoms;
use walras_numerics::Column;

use super::{BuildReporting, Reporting};
use crate::population::{PerAgent, Setup};
use crate::request::{ResourceView, Wants};

entry! {
    /// Agents ask for enough to hold a stock beyond what they want now: so many steps' worth of it, and a fixed amount. What
    /// perishes with the step is lost to them and to everyone else.
    pub struct Hoarding = "hoarding" {
        formula: "asked = max(wanted·(1 + steps) + stock − held, 0)",
        source: "elementary",
        /// How many steps' wants are held in stock.
        steps: PerAgent = PerAgent::constant(0.0), within 0.0..=1e6, unit "steps";
        /// What is held in stock besides.
        stock: PerAgent = PerAgent::constant(0.0), within 0.0..=9e15, unit "units";
    }
}

struct Stock {
    steps: Column,
    stock: Column,
}

impl BuildReporting for Hoarding {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Reporting>, String> {
        Ok(Box::new(Stock {
            steps: setup.parameter("steps", &self.steps)?,
            stock: setup.parameter("stock", &self.stock)?,
        }))
    }
}

impl Reporting for Stock {
    fn report(&self, view: &ResourceView<'_>, asset: usize, wanted: &[Atoms], asked: &mut [Atoms], _: &mut [f64]) {
        let scale = view.assets[asset].scale;
        let (steps, stock) = (self.steps.chunk(view.rows.clone()), self.stock.chunk(view.rows.clone()));
        for (i, asked) in asked.iter_mut().enumerate() {
            if wanted[i] == Wants::NOT_A_NUMBER {
                continue;
            }
            let target = wanted[i] as f64 * (1.0 + steps[i]) + stock[i] * scale;
            *asked = Wants::atoms((target - view.assets[asset].held[i] as f64).max(0.0), 1.0);
        }
    }
}
