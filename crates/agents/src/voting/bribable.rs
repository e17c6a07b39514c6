//! Agents whose votes are for sale.

use walras_catalog::entry;
use walras_numerics::Column;

use super::{BallotView, BuildVoter, Turnout, Voter};
use crate::population::{PerAgent, Setup};

entry! {
    /// Agents weigh what they are paid for their vote against what they expect the proposal to bring them, and vote for
    /// whoever pays more than that. Unpaid, they vote by what they expect.
    ///
    /// An agent counts a bribe, which it gets for sure, against the whole of its expected gain, as if its vote decided.
    /// With a `pivotal` chance below one that its vote decides, votes become as cheap as that chance is small.
    pub struct Bribable = "bribable" {
        formula: "ballot = sign(pivotal·gain + paid_for − paid_against) where that exceeds cost in size",
        source: "E. Dal Bó, \"Bribing voters\", American Journal of Political Science 51, 2007",
        /// What an agent expects to gain if the proposal passes; with a horizon this is added to what it sees ahead.
        gain: PerAgent = PerAgent::constant(0.0), within -1e15..=1e15, unit "numeraire";
        /// Steps that it looks ahead; absent where it does not.
        horizon: Option<u32>, within 1.0..=1000.0, unit "step";
        /// The chance that an agent gives its vote of deciding.
        pivotal: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// What voting costs an agent.
        cost: PerAgent = PerAgent::constant(0.0), within 0.0..=1e15, unit "numeraire";
        /// Probability of voting where it is worth it.
        turnout: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// How strongly it votes: the share of its credits where votes cost credits.
        strength: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
    }
}

struct ForSale {
    gain: Column,
    pivotal: Column,
    turnout: Turnout,
}

impl BuildVoter for Bribable {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Voter>, String> {
        Ok(Box::new(ForSale {
            gain: setup.parameter("gain", &self.gain)?,
            pivotal: setup.parameter("pivotal", &self.pivotal)?,
            turnout: Turnout::new(&self.turnout, &self.cost, &self.strength, setup)?,
        }))
    }

    fn horizon(&self) -> Option<u32> {
        self.horizon
    }
}

impl Voter for ForSale {
    fn vote(&self, view: &BallotView<'_>, ballots: &mut [f64]) {
        for (i, ballot) in ballots.iter_mut().enumerate() {
            let row = view.rows.start + i;
            let gain = self.gain.get(row) + view.gains.get(i).copied().unwrap_or(0.0);
            let paid = |offers: &[f64]| offers.get(i).copied().unwrap_or(0.0);
            let stake = self.pivotal.get(row) * gain + paid(view.paid_for) - paid(view.paid_against);
            *ballot = self.turnout.ballot(view, i, stake);
        }
    }
}
