//! Agents that always stake the same share.

use walras_catalog::entry;
use walras_numerics::Column;

use super::{BuildStaking, Staking};
use crate::population::{PerAgent, Setup};

entry! {
    /// Agents stake the same share of their tokens, whatever it earns.
    pub struct FixedShare = "fixed" {
        formula: "share staked = s_i",
        source: "elementary",
        /// s_i: the share.
        share: PerAgent, within 0.0..=1.0;
    }
}

struct Fixed(Column);

impl BuildStaking for FixedShare {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Staking>, String> {
        Ok(Box::new(Fixed(setup.parameter("share", &self.share)?)))
    }
}

impl Staking for Fixed {
    fn wanted(&self, _: f64, _: &[f64], wanted: &mut [f64]) {
        wanted.iter_mut().enumerate().for_each(|(row, wanted)| *wanted = self.0.get(row));
    }
}
