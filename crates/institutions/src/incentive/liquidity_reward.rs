//! A reward for those who provide liquidity.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Agents, Incentive, Looks, Moment};

entry! {
    /// An amount is shared each time among those who hold the pool's liquidity shares, in proportion to them.
    pub struct LiquidityReward = "liquidity_reward" {
        formula: "R_i = A·L_i/Σ_k L_k",
        source: "liquidity mining as begun by Synthetix in 2019; Curve DAO, \"Liquidity gauges\", 2020",
        /// A: what is shared each time.
        amount: f64, within 0.0..=9e18, unit "units";
    }
}

impl Incentive for LiquidityReward {
    fn looks_at(&self) -> Looks {
        Looks::default()
    }

    fn due(&self, moment: &Moment, agents: &Agents<'_>, _: &mut [Atoms], due: &mut [Atoms]) {
        if moment.shares <= 0 {
            return;
        }
        let each = self.amount * moment.scale / moment.shares as f64;
        for (due, &shares) in due.iter_mut().zip(agents.shares) {
            *due = (each * shares as f64).floor().min(9e18) as Atoms;
        }
    }
}
