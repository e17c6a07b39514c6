//! A controller of the user's own.

use walras_catalog::entry;
use walras_formula::{Names, Over, Scope};

use super::{Controller, Input};

/// What a formula for a parameter's next value may speak of.
#[derive(Debug, Clone, Copy)]
pub struct NextValue;

impl Names for NextValue {
    fn scope() -> Scope {
        Scope::default()
            .number("value", "the parameter in the step that ends", "parameter")
            .number("initial", "the parameter in the scenario", "parameter")
            .number("measure", "the measure at the end of the step", "measure")
            .number("previous_measure", "the measure before, at first the same", "measure")
            .number("step", "the step that ends, from 0", "step")
    }
}

entry! {
    /// The next value by a formula of your own over `value`, `initial`, `measure`, `previous_measure` and `step`, held within
    /// bounds.
    ///
    /// Where the formula has no value, as when it divides by zero, the parameter stays; so it does while a measure that the
    /// formula uses is undefined.
    pub struct Formula = "formula" {
        formula: "Φ' = f(Φ, Φ₀, x, x₋, t), held within [low, high]",
        check: |this| if this.low < this.high { Ok(()) } else {
            Err(("high", format!("the bounds are empty: {} is not above {}", this.high, this.low)))
        },
        source: "the user's",
        /// Φ', as a formula.
        next: Over<NextValue>, unit "parameter";
        /// The least value the parameter is set to.
        low: f64, unit "parameter";
        /// The greatest value the parameter is set to.
        high: f64, unit "parameter";
    }
}

/// What is remembered: the last measure, and 1 once there is one.
const MEASURE: usize = 0;
const OBSERVED: usize = 1;

impl Controller for Formula {
    fn memory(&self) -> usize {
        2
    }

    fn needs_measure(&self) -> bool {
        let program = &self.next.program();
        program.uses("measure") || program.uses("previous_measure")
    }

    fn next(&self, input: &Input, memory: &mut [f64]) -> Option<f64> {
        let measure = input.measure;
        if self.needs_measure() && !measure.is_finite() {
            return None;
        }
        let previous = if memory[OBSERVED] == 1.0 { memory[MEASURE] } else { measure };
        if measure.is_finite() {
            memory.copy_from_slice(&[measure, 1.0]);
        }
        let values = [input.current, input.initial, measure, previous, f64::from(input.step)];
        let value = self.next.program().evaluate(&values, &[]).ok()?.clamp(self.low, self.high);
        (value != input.current).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use walras_catalog::{Node, Problem, Read, Table, Value};

    use super::*;
    use crate::control::plant::respond;

    fn read(next: &str) -> Result<Formula, Problem> {
        let mut table = Table::default();
        table.set("next", Default::default(), Value::made(Node::Text(next.to_owned())));
        table.set("low", Default::default(), Value::made(Node::Integer(0)));
        table.set("high", Default::default(), Value::made(Node::Integer(100)));
        Formula::read(&Value::made(Node::Table(table)), None)
    }

    #[test]
    fn the_formula_gives_the_next_value() {
        let controller = read("value + 0.5 * (measure - previous_measure)").unwrap();
        assert!(controller.needs_measure());
        assert_eq!(respond(&controller, &[4.0, 6.0, f64::NAN, 2.0, 900.0]), [10.0, 11.0, 11.0, 9.0, 100.0]);
        let blind = read("initial * 2 ^ (-step)").unwrap();
        assert!(!blind.needs_measure());
        assert_eq!(respond(&blind, &[f64::NAN; 3]), [10.0, 5.0, 2.5]);
    }

    #[test]
    fn where_it_has_no_value_the_parameter_stays() {
        assert_eq!(respond(&read("1 / measure").unwrap(), &[4.0, 0.0, 2.0]), [0.25, 0.25, 0.5]);
    }

    #[test]
    fn names_that_it_does_not_know_are_refused() {
        assert_eq!(read("value + mesure").unwrap_err().help.as_deref(), Some("did you mean `measure`?"));
    }
}
