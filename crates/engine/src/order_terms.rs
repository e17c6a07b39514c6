//! How a cohort's orders are carried out at order books, as a scenario declares it.

use walras_catalog::{Bounds, Problem, Span, entry};
use walras_ledger::Atoms;
use walras_market::manner::{Execution, Manner};
use walras_market::order::Shape;

use crate::venue::Venue;
use crate::world::Asset;

entry! {
    /// How a cohort's orders are carried out at order books.
    ///
    /// An order at any price never stands, whatever this says: what it does not trade at once is cancelled, in an auction
    /// what it does not trade there.
    pub struct OrderTerms = "order_terms" {
        formula: "",
        check: |this| {
            let displayed = this.displayed.map(|_| 1);
            let manner = Manner { execution: this.execution, lifetime: this.lifetime, displayed };
            manner.check(this.stop.is_some()).map_err(|(setting, why)| (setting, why.to_owned()))
        },
        source: "L. Harris, \"Trading and Exchanges\", 2003, chapter 4",
        /// What becomes of what an order does not trade at once.
        execution: Execution = Execution::Limit;
        /// Steps that an order stands or waits after the one in which it came, 0 for none; absent for what the market says.
        lifetime: Option<u32>, unit "steps";
        /// How much of an order is shown at a time, an iceberg; absent for all of it.
        displayed: Option<f64>, within Bounds::above(0.0), unit "tokens";
        /// How far, as a share of the price seen, a trade must be above it for a buyer's order and below it for a seller's
        /// to enter the market, a stop; absent to enter at once.
        stop: Option<f64>, within Bounds::between(0.0, 1.0);
    }
}

impl Default for OrderTerms {
    fn default() -> Self {
        Self { execution: Execution::Limit, lifetime: None, displayed: None, stop: None }
    }
}

impl OrderTerms {
    /// How the orders of cohort `name` are carried out at each of its markets.
    ///
    /// # Errors
    /// When a market is no order book and something is declared, or is one that cannot do it.
    pub(crate) fn at(
        &self,
        (name, span): (&str, Span),
        traded: &[usize],
        venues: &[Venue],
        assets: &[Asset],
    ) -> Result<Vec<Manner>, Problem> {
        let plain = Manner { execution: self.execution, lifetime: self.lifetime, displayed: None };
        let declared = plain != Manner::PLAIN || self.displayed.is_some() || self.stop.is_some();
        let at = |&venue: &usize| {
            let venue = &venues[venue];
            let Some(on) = venue.book() else {
                if declared {
                    let message =
                        format!("`{name}` says how orders are carried out, but `{}` is no order book", venue.name);
                    let problem = Problem::at(span, message, "a cohort that trades on order books alone");
                    return Err(problem.help("leave out `order`, or give those who trade there a cohort of their own"));
                }
                return Ok(plain);
            };
            let rules = on.book.rules();
            if self.stop.is_some() && !venue.takes_stops() {
                let message = format!("`{name}` waits for trades one by one, but `{}` is a call auction", venue.name);
                return Err(Problem::at(span, message, "no `stop`, or a market that trades continuously"));
            }
            let Some(tokens) = self.displayed else { return Ok(plain) };
            let atoms = assets[venue.asset.index()].atoms(tokens).unwrap_or(Atoms::MAX);
            let lots = atoms / rules.grid.lot();
            if lots == 0 {
                let message = format!("`{name}` shows {tokens} tokens at a time, less than a lot of `{}`", venue.name);
                return Err(Problem::at(span, message, "at least one `lot`"));
            }
            Ok(Manner { displayed: Some(atoms), ..plain })
        };
        traded.iter().map(at).collect()
    }

    /// Checks that icebergs show less than all of an order, where orders of the given shapes have a size that is known.
    ///
    /// # Errors
    /// When what is shown is more.
    pub(crate) fn check_sizes(
        (name, span): (&str, Span),
        manners: &[Manner],
        shapes: impl Iterator<Item = Shape>,
    ) -> Result<(), Problem> {
        for (manner, shape) in manners.iter().zip(shapes) {
            let (Some(shown), Some(size)) = (manner.displayed, shape.size) else { continue };
            // Those who only give quotes have a size of one atom here, and others there.
            if size > 1 && shown > size {
                let message = format!("the orders of `{name}` are {size} atoms large and would show {shown} at a time");
                return Err(Problem::at(span, message, "`displayed` at most as large as the order"));
            }
        }
        Ok(())
    }
}
