//! A schedule of the user's own.

use walras_catalog::{Bounds, choice, entry};
use walras_formula::{Names, Over, Scope, Way};

use super::{Direction, Schedule};

/// What a formula for a quantity at a price may speak of.
#[derive(Debug, Clone, Copy)]
pub struct QuantityAt;

impl Names for QuantityAt {
    fn scope() -> Scope {
        Scope::default().number("price", "the price", "numeraire/token")
    }
}

choice! {
    /// Which way a quantity must go with the price.
    pub enum MustGo {
        /// It never rises, as a demand.
        Falling = "falling",
        /// It never falls, as a supply.
        Rising = "rising",
        /// Either.
        Anyhow = "anyhow",
    }
}

entry! {
    /// A quantity by a formula of your own over `price`.
    ///
    /// Where it comes to less than nothing the quantity is 0. It must have a value at every price from `lowest` to
    /// `highest`, and go there as `goes` says: some two thousand prices are looked at, and a pair between which it goes the
    /// other way refuses it. Outside that range it is what the formula says, or no number.
    pub struct Formula = "formula" {
        formula: "Q(P) = max(0, f(P))",
        check: Formula::check,
        source: "the user's",
        /// Q, as a formula.
        quantity: Over<QuantityAt>, unit "token";
        /// Which way it goes.
        goes: MustGo;
        /// The lowest price that matters.
        lowest: f64 = 0.0, within 0.0..=1e30, unit "numeraire/token";
        /// The highest price that matters.
        highest: f64, within Bounds::above_to(0.0, 1e30), unit "numeraire/token";
    }
}

impl Formula {
    fn check(&self) -> Result<(), (&'static str, String)> {
        let (low, high) = (self.lowest, self.highest);
        if low >= high {
            return Err(("highest", format!("the highest price {high} is not above the lowest, {low}")));
        }
        let program = &self.quantity.program();
        // What goes anyhow must still have a value everywhere.
        let way = if self.goes == MustGo::Rising { Way::Rising } else { Way::Falling };
        let witness = program
            .wrong_way(way, 0, (low, high), &[0.0], &[])
            .map_err(|(price, why)| ("quantity", format!("at a price of {price} {}", program.describe(&why))))?;
        let Some(witness) = witness.filter(|_| self.goes != MustGo::Anyhow) else { return Ok(()) };
        let (goes, must) = if way == Way::Rising { ("falls", "rise") } else { ("rises", "fall") };
        Err((
            "quantity",
            format!(
                "it must {must} with the price, but {goes} from {} at {} to {} at {}",
                witness.value_from, witness.from, witness.value_to, witness.to
            ),
        ))
    }
}

impl Schedule for Formula {
    fn quantity(&self, price: f64) -> f64 {
        // Not a number rather than nothing: whoever looks for an equilibrium there is told.
        self.quantity.program().evaluate(&[price], &[]).map_or(f64::NAN, |quantity| quantity.max(0.0))
    }

    fn direction(&self) -> Direction {
        match self.goes {
            MustGo::Falling => Direction::Falling,
            MustGo::Rising => Direction::Rising,
            MustGo::Anyhow => Direction::Mixed,
        }
    }
}

#[cfg(test)]
mod tests {
    use walras_catalog::{Node, Problem, Read, Span, Table, Value};

    use super::*;

    fn read(quantity: &str, goes: &str, lowest: f64) -> Result<Formula, Problem> {
        let mut table = Table::default();
        for (key, text) in [("quantity", quantity), ("goes", goes)] {
            table.set(key, Span::default(), Value::made(Node::Text(text.to_owned())));
        }
        for (key, number) in [("lowest", lowest), ("highest", 10.0)] {
            table.set(key, Span::default(), Value::made(Node::Float(number)));
        }
        Formula::read(&Value::made(Node::Table(table)), None)
    }

    #[test]
    fn it_is_what_the_formula_says_and_never_less_than_nothing() {
        let demand = read("100 - 20 * price", "falling", 0.0).unwrap();
        assert_eq!([0.0, 2.0, 7.0].map(|price| demand.quantity(price)), [100.0, 60.0, 0.0]);
        assert_eq!(demand.direction(), Direction::Falling);
    }

    /// (P − 5)² falls until 5 and rises from there.
    #[test]
    fn a_formula_that_goes_the_wrong_way_is_refused_with_a_pair_of_prices() {
        let problem = read("(price - 5)^2", "falling", 0.0).unwrap_err();
        assert!(problem.message.starts_with("it must fall with the price, but rises from "), "{problem:?}");
        assert!(problem.message.ends_with(" at 10"), "{problem:?}");
        assert!(read("(price - 5)^2", "rising", 5.0).is_ok());
        assert!(read("(price - 5)^2", "anyhow", 0.0).is_ok());
    }

    #[test]
    fn a_formula_without_a_value_in_its_range_is_refused_with_the_price() {
        let problem = read("8 / price", "falling", 0.0).unwrap_err();
        assert_eq!(problem.message, "at a price of 0 `8 / price` is not a finite number");
        assert!(read("8 / price", "falling", 0.5).is_ok());
    }
}
