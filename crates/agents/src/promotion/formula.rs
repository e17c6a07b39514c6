//! An effort of the user's own.

use walras_catalog::entry;
use walras_formula::{Names, Over, Program, Scope};

use super::{BuildPromotion, Promotion, Seen, bounded};
use crate::population::Setup;

/// What a formula for an effort may speak of.
#[derive(Debug, Clone, Copy)]
pub struct EffortFormula;

impl Names for EffortFormula {
    fn scope() -> Scope {
        Scope::default()
            .number("effort", "contacts approached in each step of the period before", "contacts/step")
            .number("earned", "what the agent earned by contracts in the period before", "numeraire")
            .number("cost", "what approaching a contact costs", "numeraire")
            .number("balance", "money that the agent holds", "numeraire")
            .number("step", "number of the step, the first being 0", "step")
    }
}

entry! {
    /// Effort by a formula over `effort`, `earned`, `cost`, `balance` and `step`.
    ///
    /// Where it comes to less than nothing or has no value the agent approaches nobody.
    pub struct Formula = "formula" {
        formula: "e' = max(0, f(effort, earned, cost, balance, step))",
        source: "the user's",
        /// Contacts approached in a step.
        effort: Over<EffortFormula>, unit "contacts/step";
    }
}

impl BuildPromotion for Formula {
    fn build(&self, _: &mut Setup<'_>) -> Result<Box<dyn Promotion>, String> {
        Ok(Box::new(ByFormula(self.effort.program().clone())))
    }
}

struct ByFormula(Program);

impl Promotion for ByFormula {
    fn efforts(&self, seen: &Seen<'_>, efforts: &mut [f64]) {
        for (row, effort) in efforts.iter_mut().enumerate() {
            let balance = seen.balances[row] as f64 / seen.money_scale;
            let numbers = [*effort, seen.earned[row], seen.cost, balance, f64::from(seen.step)];
            *effort = bounded(self.0.evaluate(&numbers, &[]).unwrap_or(0.0));
        }
    }
}
