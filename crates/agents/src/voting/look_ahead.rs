//! Agents that try out both outcomes before they vote.

use walras_catalog::entry;

use super::{BallotView, BuildVoter, Turnout, Voter};
use crate::population::{PerAgent, Setup};

entry! {
    /// Agents vote for what raises their utility, as a copy of the economy shows it: one goes on for some steps with the
    /// proposal carried out, one without, and each agent compares its own utility at their ends.
    ///
    /// Both copies meet the same chance and the same outside events as the economy itself will, and agents in them vote
    /// on nothing: voters see exactly what the proposal alone would change, which is more than anybody could.
    pub struct LookAhead = "look_ahead" {
        formula: "ballot = sign(U_i(passed) − U_i(failed)) where |U_i(passed) − U_i(failed)| > cost",
        source: "elementary: backward induction over one decision",
        /// Steps that the copies go on for.
        horizon: u32 = 10, within 1.0..=1000.0, unit "step";
        /// What voting costs an agent.
        cost: PerAgent = PerAgent::constant(0.0), within 0.0..=1e15, unit "utility";
        /// Probability of voting where it is worth it.
        turnout: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// How strongly it votes: the share of its credits where votes cost credits.
        strength: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
    }
}

struct Foresight(Turnout);

impl BuildVoter for LookAhead {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Voter>, String> {
        Ok(Box::new(Foresight(Turnout::new(&self.turnout, &self.cost, &self.strength, setup)?)))
    }

    fn horizon(&self) -> Option<u32> {
        Some(self.horizon)
    }
}

impl Voter for Foresight {
    fn vote(&self, view: &BallotView<'_>, ballots: &mut [f64]) {
        for (i, (ballot, &gain)) in ballots.iter_mut().zip(view.gains).enumerate() {
            *ballot = self.0.ballot(view, i, gain);
        }
    }
}
