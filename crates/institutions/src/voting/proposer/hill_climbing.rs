//! Proposals that go on where it went well.

use walras_catalog::{Bounds, entry};

use super::{Candidate, Occasion, Proposer, due};

entry! {
    /// Proposes steps of one size in the direction that raised the goal, and turns round when the goal has fallen or a bound
    /// is reached. Several parameters take turns.
    ///
    /// What moved the goal may have been something else: the proposer cannot tell.
    pub struct HillClimbing = "hill_climbing" {
        formula: "value = Φ + d·step·(high − low);  d ← −d where the goal is lower than at the last occasion",
        source: "elementary; extremum seeking: K. B. Ariyur and M. Krstić, \"Real-time optimization by extremum-seeking control\", 2003",
        /// Steps from one proposal to the next.
        every: u32 = 10, within 1.0..=1e9, unit "step";
        /// The step, as a share of the range between the bounds.
        step: f64 = 0.05, within Bounds::above_to(0.0, 1.0);
    }
}

/// For each parameter: the direction, 0 before the first occasion, and the goal at the last one.
const DIRECTION: usize = 0;
const GOAL: usize = 1;
const EACH: usize = 2;

impl Proposer for HillClimbing {
    fn memory(&self, levers: usize) -> usize {
        EACH * levers
    }

    fn needs_goal(&self) -> bool {
        true
    }

    fn candidates(&self, occasion: &Occasion<'_>, memory: &mut [f64]) -> Vec<Candidate> {
        if !due(occasion.step, self.every) || occasion.levers.is_empty() || occasion.goal.is_nan() {
            return Vec::new();
        }
        let lever = (occasion.step / self.every) as usize % occasion.levers.len();
        let (standing, own) = (&occasion.levers[lever], &mut memory[EACH * lever..][..EACH]);
        let fell = own[DIRECTION] != 0.0 && occasion.goal < own[GOAL];
        let direction = match own[DIRECTION] {
            0.0 => 1.0,
            direction if fell => -direction,
            direction => direction,
        };
        let at_bound = standing.moved(direction * self.step) == standing.value;
        own[DIRECTION] = if at_bound { -direction } else { direction };
        own[GOAL] = occasion.goal;
        vec![Candidate { lever, value: standing.moved(own[DIRECTION] * self.step) }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voting::proposer::Standing;

    /// The goal 1 − (Φ − 0.3)² is climbed to its top from either side, and circled there.
    #[test]
    fn the_top_of_a_hill_is_found() {
        for start in [0.0, 0.9] {
            let proposer = HillClimbing { every: 1, step: 0.05 };
            let (mut value, mut memory) = (start, vec![0.0; proposer.memory(1)]);
            let mut last = Vec::new();
            for step in 1..60 {
                let goal = 1.0 - (value - 0.3) * (value - 0.3);
                let levers = [Standing { value, low: 0.0, high: 1.0 }];
                let occasion = Occasion { step, levers: &levers, goal, draws: [0.0; 2] };
                value = proposer.candidates(&occasion, &mut memory)[0].value;
                last.push(value);
            }
            assert!(last[50..].iter().all(|value| (value - 0.3_f64).abs() < 0.11), "{last:?}");
        }
    }

    #[test]
    fn a_bound_turns_it_round() {
        let proposer = HillClimbing { every: 1, step: 0.5 };
        let mut memory = vec![0.0; 2];
        let mut at = |value: f64, goal: f64| {
            let levers = [Standing { value, low: 0.0, high: 1.0 }];
            proposer.candidates(&Occasion { step: 1, levers: &levers, goal, draws: [0.0; 2] }, &mut memory)[0].value
        };
        assert_eq!((at(0.5, 1.0), at(1.0, 2.0), at(0.5, 3.0)), (1.0, 0.5, 0.0));
    }
}
