//! A rule of the user's own.

use walras_catalog::{Bounds, entry};
use walras_formula::{Names, Over, Scope};

use super::{Adjustment, Seen, bounded, ordered};

/// What a formula for the next price may speak of.
#[derive(Debug, Clone, Copy)]
pub struct NextPrice;

impl Names for NextPrice {
    fn scope() -> Scope {
        Scope::default()
            .number("price", "the price of this step", "numeraire/token")
            .number("demand", "what was demanded at it", "token")
            .number("supply", "what was offered at it", "token")
            .number("excess", "what was demanded beyond what was offered", "token")
            .number("previous_excess", "the excess of the step before, 0 at first", "token")
            .number("outstanding", "tokens that are out", "token")
    }
}

entry! {
    /// The next price by a formula of your own over `price`, `demand`, `supply`, `excess`, `previous_excess` and
    /// `outstanding`.
    ///
    /// Where the formula has no value, as when it divides by an offer of nothing, the price stays. Whether the price
    /// rests without excess and follows its sign is the formula's own affair.
    pub struct Formula = "formula" {
        formula: "P' = f(P, D, O, D − O, the D − O before, S)",
        check: |this| ordered(this.floor, this.ceiling),
        source: "the user's",
        /// P', as a formula.
        next: Over<NextPrice>, unit "numeraire/token";
        /// The lowest price.
        floor: f64 = 1e-9, within Bounds::above_to(0.0, 1e30), unit "numeraire/token";
        /// The highest price.
        ceiling: f64 = 1e30, within Bounds::above_to(0.0, 1e30), unit "numeraire/token";
    }
}

impl Adjustment for Formula {
    fn next(&self, seen: &Seen, memory: &mut [f64]) -> f64 {
        let excess = seen.demand - seen.supply;
        let before = std::mem::replace(&mut memory[0], excess);
        let values = [seen.price, seen.demand, seen.supply, excess, before, seen.outstanding];
        let next = self.next.program().evaluate(&values, &[]).unwrap_or(f64::NAN);
        bounded(next, seen.price, self.bounds())
    }

    fn memory(&self) -> usize {
        1
    }

    fn bounds(&self) -> (f64, f64) {
        (self.floor, self.ceiling)
    }
}

#[cfg(test)]
mod tests {
    use walras_catalog::{Node, Problem, Read, Span, Table, Value};

    use super::*;

    fn read(next: &str) -> Result<Formula, Problem> {
        let mut table = Table::default();
        table.set("next", Span::default(), Value::made(Node::Text(next.to_owned())));
        Formula::read(&Value::made(Node::Table(table)), None)
    }

    #[test]
    fn a_formula_may_look_at_the_excess_before() {
        let rule = read("price + 0.5 * (excess - previous_excess)").unwrap();
        let mut memory = vec![0.0; rule.memory()];
        let mut next = |price, demand| rule.next(&Seen { price, demand, supply: 4.0, outstanding: 0.0 }, &mut memory);
        // Excess 2 after 0, then 1 after 2.
        assert_eq!(next(10.0, 6.0), 11.0);
        assert_eq!(next(11.0, 5.0), 10.5);
    }

    #[test]
    fn where_it_has_no_value_the_price_stays() {
        let rule = read("price * demand / supply").unwrap();
        let seen = Seen { price: 3.0, demand: 1.0, supply: 0.0, outstanding: 0.0 };
        assert_eq!(rule.next(&seen, &mut [0.0]), 3.0);
    }

    #[test]
    fn names_that_it_does_not_know_are_refused() {
        assert_eq!(read("price + exces").unwrap_err().help.as_deref(), Some("did you mean `excess`?"));
    }
}
