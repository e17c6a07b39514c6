//! A reward or penalty for each action.

use walras_catalog::{choice, entry};
use walras_ledger::Atoms;

use super::{Agents, Incentive, Looks, Moment};

choice! {
    /// Which trades count.
    pub enum Counted {
        /// Every trade.
        Any = "any",
        /// Those of who bought more than it sold in the step.
        Buying = "buying",
        /// Those of who sold more than it bought in the step.
        Selling = "selling",
    }
}

entry! {
    /// Each agent gets an amount for each of its trades in the step, or owes it where the amount is below zero.
    ///
    /// Whoever trades in many small orders gets more: a flat reward for actions is not proof against splitting them.
    pub struct ActionReward = "action_reward" {
        formula: "R_i = a·(trades of i)",
        source: "elementary",
        /// a: what one trade gets; below zero for what it costs.
        amount: f64, within -9e15..=9e15, unit "units/trade";
        /// Which trades count.
        trades: Counted = Counted::Any;
    }
}

impl Incentive for ActionReward {
    fn looks_at(&self) -> Looks {
        Looks { trades: true }
    }

    fn due(&self, moment: &Moment, agents: &Agents<'_>, _: &mut [Atoms], due: &mut [Atoms]) {
        // Toward zero: neither side is asked for a part of an atom.
        let each = (self.amount * moment.scale) as Atoms;
        for (due, traded) in due.iter_mut().zip(agents.traded) {
            let counts = match self.trades {
                Counted::Any => true,
                Counted::Buying => traded.net > 0,
                Counted::Selling => traded.net < 0,
            };
            if counts {
                *due = each.saturating_mul(Atoms::try_from(traded.count).unwrap_or(Atoms::MAX));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::MOMENT;
    use super::*;
    use crate::incentive::Traded;

    #[test]
    fn each_trade_that_counts_gets_the_same() {
        let of = |count, net| Traded { count, volume: 10, net };
        let traded = [of(3, 5), of(1, -5), of(2, 0)];
        let due = |amount, trades| {
            let mut due = [0; 3];
            let reward = ActionReward { amount, trades };
            reward.due(&MOMENT, &Agents { traded: &traded, ..Agents::default() }, &mut [], &mut due);
            due
        };
        assert_eq!(due(0.25, Counted::Any), [750, 250, 500]);
        assert_eq!(due(0.25, Counted::Buying), [750, 0, 0]);
        assert_eq!(due(-0.002_9, Counted::Selling), [0, -2, 0]);
    }
}
