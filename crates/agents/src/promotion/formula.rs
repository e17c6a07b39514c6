//! An effort of the user's own.

use walras_catalog::{Bounds, Kind, Node, Problem, Read, Value, entry};
use walras_formula::{Program, Scope};

use super::{BuildPromotion, Promotion, Seen, bounded};
use crate::population::Setup;

/// A formula for an effort, its names looked up.
#[derive(Debug, Clone)]
pub struct EffortFormula {
    formula: walras_formula::Formula,
    program: Program,
}

impl EffortFormula {
    /// What the formula may speak of.
    #[must_use]
    pub fn scope() -> Scope {
        Scope::default()
            .number("effort", "contacts approached in each step of the period before", "contacts/step")
            .number("earned", "what the agent earned by contracts in the period before", "numeraire")
            .number("cost", "what approaching a contact costs", "numeraire")
            .number("balance", "money that the agent holds", "numeraire")
            .number("step", "number of the step, the first being 0", "step")
    }
}

impl Read for EffortFormula {
    fn kind() -> Kind {
        walras_formula::Formula::kind()
    }

    fn read(value: &Value, bounds: Option<&Bounds>) -> Result<Self, Problem> {
        let formula = walras_formula::Formula::read(value, bounds)?;
        let program = formula.number(&Self::scope())?;
        Ok(Self { formula, program })
    }

    fn write(&self) -> Node {
        self.formula.write()
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
        effort: EffortFormula, unit "contacts/step";
    }
}

impl BuildPromotion for Formula {
    fn build(&self, _: &mut Setup<'_>) -> Result<Box<dyn Promotion>, String> {
        Ok(Box::new(ByFormula(self.effort.program.clone())))
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
