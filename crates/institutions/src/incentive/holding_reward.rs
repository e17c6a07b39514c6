//! A reward for holding.

use walras_catalog::{choice, entry};
use walras_ledger::Atoms;

use super::{Agents, Incentive, Looks, Moment};

choice! {
    /// What a reward for holding is a share of.
    pub enum Basis {
        /// The tokens held: interest in kind.
        Tokens = "tokens",
        /// Their worth at the price at the end of the step.
        Worth = "worth",
    }
}

entry! {
    /// Each agent gets a share of what it has held of the market's token since the last time, the least of then and now:
    /// what is bought for the day of reckoning alone earns nothing.
    pub struct HoldingReward = "holding_reward" {
        formula: "R_i = ρ·min(H_i(t), H_i(t − every)), in tokens or times P(t)",
        source: "elementary",
        /// ρ: the share paid each time.
        rate: f64, within 0.0..=1.0;
        /// What it is a share of.
        of: Basis = Basis::Worth;
    }
}

impl Incentive for HoldingReward {
    fn looks_at(&self) -> Looks {
        Looks::default()
    }

    fn remembers(&self) -> bool {
        true
    }

    fn due(&self, moment: &Moment, agents: &Agents<'_>, memory: &mut [Atoms], due: &mut [Atoms]) {
        // Units paid for an atom held, in atoms of what is paid.
        let worth = match self.of {
            Basis::Tokens => 1.0,
            Basis::Worth if moment.price.is_finite() => moment.price,
            Basis::Worth => 0.0,
        };
        let each = self.rate * worth * moment.scale / moment.token_scale;
        for ((due, before), &now) in due.iter_mut().zip(memory).zip(agents.holding) {
            let held = std::mem::replace(before, now).min(now);
            let reward = (each * held as f64).floor();
            *due = if reward > 0.0 { reward.min(9e18) as Atoms } else { 0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::MOMENT;
    use super::*;

    /// At a price of 2, tokens of hundredths and money of thousandths.
    #[test]
    fn what_is_held_for_a_moment_earns_nothing() {
        let reward = HoldingReward { rate: 0.1, of: Basis::Worth };
        let (mut memory, mut due) = ([0; 3], [0; 3]);
        let mut after = |holding: &[Atoms]| {
            reward.due(&MOMENT, &Agents { holding, ..Agents::default() }, &mut memory, &mut due);
            due
        };
        assert_eq!(after(&[1_000, 0, 500]), [0, 0, 0]);
        assert_eq!(after(&[1_000, 9_000, 100]), [2_000, 0, 200]);
        assert_eq!(after(&[0, 9_000, 900]), [0, 18_000, 200]);
    }
}
