//! Who takes the trouble to vote.

use walras_numerics::Column;

use super::BallotView;
use crate::population::{PerAgent, Setup};

/// The chance of each agent of a cohort to take part, what it costs, and how strongly it votes if it does.
pub struct Turnout {
    chance: Column,
    cost: Column,
    strength: Column,
}

impl Turnout {
    /// Draws `turnout`, `cost` and `strength`.
    ///
    /// # Errors
    /// As [`Setup::parameter`].
    pub fn new(chance: &PerAgent, cost: &PerAgent, strength: &PerAgent, setup: &mut Setup<'_>) -> Result<Self, String> {
        Ok(Self {
            chance: setup.parameter("turnout", chance)?,
            cost: setup.parameter("cost", cost)?,
            strength: setup.parameter("strength", strength)?,
        })
    }

    /// The ballot of the chunk's agent `i` that would gain `gain` if the proposal passed: with its strength for what it
    /// gains by, if that is more than voting costs and it takes part; a gain that is undefined is none.
    #[must_use]
    pub fn ballot(&self, view: &BallotView<'_>, i: usize, gain: f64) -> f64 {
        let row = view.rows.start + i;
        // Where voting costs nothing, whatever is at stake is worth it.
        let worth_it = gain.abs() > self.cost.get(row);
        if worth_it && view.unit(i, 0) < self.chance.get(row) { self.strength.get(row) * gain.signum() } else { 0.0 }
    }
}
