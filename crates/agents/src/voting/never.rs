//! Agents that do not vote.

use walras_catalog::entry;

use super::{BallotView, BuildVoter, Voter};
use crate::population::Setup;

entry! {
    /// Agents never vote: what one vote can change is not worth the trouble of finding out what to vote for.
    pub struct Never = "never" {
        formula: "ballot = 0",
        source: "A. Downs, \"An economic theory of democracy\", 1957: rational ignorance",
    }
}

struct Apathetic;

impl BuildVoter for Never {
    fn build(&self, _: &mut Setup<'_>) -> Result<Box<dyn Voter>, String> {
        Ok(Box::new(Apathetic))
    }
}

impl Voter for Apathetic {
    fn vote(&self, _: &BallotView<'_>, _: &mut [f64]) {}
}
