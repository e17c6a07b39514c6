//! Agents that stake as long as it pays.

use walras_catalog::entry;
use walras_numerics::Column;

use super::{BuildStaking, Staking};
use crate::population::{PerAgent, Setup};

entry! {
    /// Agents stake more while a stake earned at least what they require in the last step, and less while it did not.
    pub struct YieldSeeking = "yield_seeking" {
        formula: "share staked moves by `adjustment` up where earned ≥ required, else down, within 0 and `most`",
        source: "elementary; a partial adjustment as in M. Nerlove, \"The Dynamics of Supply\", 1958",
        /// What a token staked must earn in a step, in tokens.
        required: PerAgent, within -1.0..=1e6, unit "tokens/(token·step)";
        /// The greatest share that is staked.
        most: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// By how much the share moves in a step.
        adjustment: f64 = 0.1, within 0.0..=1.0, unit "1/step";
    }
}

struct Seeking {
    required: Column,
    most: Column,
    adjustment: f64,
}

impl BuildStaking for YieldSeeking {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Staking>, String> {
        let required = setup.parameter("required", &self.required)?;
        let most = setup.parameter("most", &self.most)?;
        Ok(Box::new(Seeking { required, most, adjustment: self.adjustment }))
    }
}

impl Staking for Seeking {
    fn wanted(&self, earned: f64, staked: &[f64], wanted: &mut [f64]) {
        for (row, (wanted, staked)) in wanted.iter_mut().zip(staked).enumerate() {
            let way = if earned >= self.required.get(row) { self.adjustment } else { -self.adjustment };
            *wanted = (staked + way).clamp(0.0, self.most.get(row));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stakes_follow_what_they_earn() {
        let seeking =
            Seeking { required: Column::Each(vec![0.01, 0.02]), most: Column::constant(0.8), adjustment: 0.25 };
        let mut wanted = [0.0; 2];
        seeking.wanted(0.015, &[0.5, 0.5], &mut wanted);
        assert_eq!(wanted, [0.75, 0.25]);
        seeking.wanted(0.02, &[0.75, 0.1], &mut wanted);
        assert_eq!(wanted, [0.8, 0.35]);
        seeking.wanted(0.0, &[0.1, 0.0], &mut wanted);
        assert_eq!(wanted, [0.0, 0.0]);
    }
}
