//! Agents that vote as another does.

use walras_catalog::{Reference, entry};

use super::{BallotView, BuildVoter, Turnout, Voter};
use crate::population::{PerAgent, Setup};

entry! {
    /// Agents vote as the one they follow did, at the end of the voting period. Whom they follow may follow another; a
    /// circle of followers does not vote.
    pub struct Follow = "follow" {
        formula: "ballot_i = sign(ballot of the delegate)·strength_i",
        source: "A. Downs, \"An economic theory of democracy\", 1957: voters save the cost of information",
        /// Whom they follow: a cohort's name for its first agent, or `cohort:row`.
        delegate: Reference;
        /// Probability of voting where the delegate does.
        turnout: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// How strongly it votes: the share of its credits where votes cost credits.
        strength: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
    }
}

struct Follower(Turnout);

impl BuildVoter for Follow {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Voter>, String> {
        Ok(Box::new(Follower(Turnout::new(&self.turnout, &PerAgent::constant(0.0), &self.strength, setup)?)))
    }

    fn follows(&self) -> Option<&Reference> {
        Some(&self.delegate)
    }
}

impl Voter for Follower {
    fn vote(&self, view: &BallotView<'_>, ballots: &mut [f64]) {
        for (i, ballot) in ballots.iter_mut().enumerate() {
            *ballot = self.0.ballot(view, i, view.followed);
        }
    }
}
