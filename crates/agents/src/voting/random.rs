//! Agents that vote by chance.

use walras_catalog::entry;
use walras_numerics::Column;

use super::{BallotView, BuildVoter, Turnout, Voter};
use crate::population::{PerAgent, Setup};

entry! {
    /// Agents vote for a proposal with a given probability, whatever it says, and against it otherwise.
    pub struct Random = "random" {
        formula: "Pr(vote) = turnout,  Pr(for | vote) = support",
        source: "elementary",
        /// Probability that a vote is for the proposal.
        support: PerAgent = PerAgent::constant(0.5), within 0.0..=1.0;
        /// Probability of voting at all.
        turnout: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// How strongly it votes: the share of its credits where votes cost credits.
        strength: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
    }
}

struct Coin {
    support: Column,
    turnout: Turnout,
}

impl BuildVoter for Random {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Voter>, String> {
        let support = setup.parameter("support", &self.support)?;
        let turnout = Turnout::new(&self.turnout, &PerAgent::constant(0.0), &self.strength, setup)?;
        Ok(Box::new(Coin { support, turnout }))
    }
}

impl Voter for Coin {
    fn vote(&self, view: &BallotView<'_>, ballots: &mut [f64]) {
        for (i, ballot) in ballots.iter_mut().enumerate() {
            let side = if view.unit(i, 1) < self.support.get(view.rows.start + i) { 1.0 } else { -1.0 };
            *ballot = self.turnout.ballot(view, i, side);
        }
    }
}
