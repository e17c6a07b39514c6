//! Agents that vote for what moves a quantity their way.

use walras_catalog::{Reference, choice, entry};
use walras_numerics::Column;

use super::{BallotView, BuildVoter, Turnout, Voter};
use crate::population::{PerAgent, Setup};

choice! {
    /// Which way a quantity is expected to answer to the parameter.
    pub enum Response {
        /// It rises with the parameter.
        Rises = "rises",
        /// It falls as the parameter rises.
        Falls = "falls",
    }
}

choice! {
    /// What an agent wants of a quantity.
    pub enum Wants {
        /// As much as possible.
        More = "more",
        /// As little as possible.
        Less = "less",
    }
}

entry! {
    /// Agents vote for a change of the parameter that, by its sign, moves a quantity the way they want it: up, down, or
    /// towards a level that they think best. They have no model of the economy beyond that sign.
    ///
    /// A change of one unit of the parameter is `worth` so much to an agent; it votes where the whole change is worth more
    /// than voting costs.
    pub struct SelfInterestRule = "self_interest_rule" {
        formula: "ballot = sign(r·w·(value − before)) where worth·|value − before| > cost,  r = ±1 by `response`, w = ±1 by `wants` or sign(ideal − quantity)",
        source: "A. Downs, \"An economic theory of democracy\", 1957",
        /// The quantity that matters to the agents; absent where it is the parameter itself.
        quantity: Option<Reference>;
        /// Which way the quantity is expected to answer to the parameter.
        response: Response = Response::Rises;
        /// What agents want of the quantity.
        wants: Wants = Wants::More;
        /// The level that they think best instead; below it they want more, above it less.
        ideal: Option<PerAgent>, within -1e300..=1e300, unit "quantity";
        /// What a change of the parameter by one is worth to an agent.
        worth: PerAgent = PerAgent::constant(1.0), within 0.0..=1e15, unit "numeraire/parameter";
        /// What voting costs an agent.
        cost: PerAgent = PerAgent::constant(0.0), within 0.0..=1e15, unit "numeraire";
        /// Probability of voting where it is worth it.
        turnout: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// How strongly it votes: the share of its credits where votes cost credits.
        strength: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
    }
}

struct BySign {
    response: f64,
    wants: f64,
    /// Whether the quantity is another than the parameter.
    looks: bool,
    ideal: Option<Column>,
    worth: Column,
    turnout: Turnout,
}

impl BuildVoter for SelfInterestRule {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Voter>, String> {
        Ok(Box::new(BySign {
            response: if self.response == Response::Rises { 1.0 } else { -1.0 },
            wants: if self.wants == Wants::More { 1.0 } else { -1.0 },
            looks: self.quantity.is_some(),
            ideal: self.ideal.as_ref().map(|ideal| setup.parameter("ideal", ideal)).transpose()?,
            worth: setup.parameter("worth", &self.worth)?,
            turnout: Turnout::new(&self.turnout, &self.cost, &self.strength, setup)?,
        }))
    }

    fn quantity(&self) -> Option<&Reference> {
        self.quantity.as_ref()
    }
}

impl Voter for BySign {
    fn vote(&self, view: &BallotView<'_>, ballots: &mut [f64]) {
        let change = view.value - view.before;
        for (i, ballot) in ballots.iter_mut().enumerate() {
            let row = view.rows.start + i;
            let wanted = match &self.ideal {
                None => self.wants * change,
                // With the parameter itself the change can be judged by how near it comes; of another quantity only the
                // sign is known.
                Some(ideal) if !self.looks => {
                    let (ideal, response) = (ideal.get(row), self.response);
                    response * ((view.before - ideal).abs() - (view.value - ideal).abs())
                }
                Some(ideal) => match ideal.get(row) - view.quantity {
                    gap if gap > 0.0 => change,
                    gap if gap < 0.0 => -change,
                    _ => 0.0,
                },
            };
            *ballot = self.turnout.ballot(view, i, self.response * self.worth.get(row) * wanted);
        }
    }
}
