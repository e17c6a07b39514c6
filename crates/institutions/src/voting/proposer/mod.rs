//! What is proposed, where nobody has written it down beforehand.
//!
//! A proposer moves one parameter by at most a share of the range between its bounds, so that no proposal is refused for
//! its value. What it remembers are numbers that the engine keeps, hashes and saves.

mod hill_climbing;
mod largest_gain;
mod random_step;

use std::fmt::Debug;

use walras_catalog::entries;

pub use hill_climbing::HillClimbing;
pub use largest_gain::LargestGain;
pub use random_step::RandomStep;

/// A parameter that a body may set, as it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Its value.
    pub value: f64,
    /// The least value that may be proposed.
    pub low: f64,
    /// The greatest value that may be proposed.
    pub high: f64,
}

impl Standing {
    /// The value moved by the share `by` of the range, no further than the bounds.
    #[must_use]
    pub fn moved(&self, by: f64) -> f64 {
        (self.value + by * (self.high - self.low)).clamp(self.low, self.high)
    }
}

/// What a proposer sees.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// The step.
    pub step: u32,
    /// The body's parameters.
    pub levers: &'a [Standing],
    /// What proposals are to raise, where that is declared; else `NaN`.
    pub goal: f64,
    /// Two uniform numbers in [0, 1), drawn for this step.
    pub draws: [f64; 2],
}

/// A value proposed for a parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The parameter, by its number in the body.
    pub lever: usize,
    /// The value.
    pub value: f64,
}

/// Who proposes.
pub trait Proposer: Debug + Send + Sync {
    /// How many numbers it remembers for a body with `levers` parameters, all zero at first.
    fn memory(&self, _levers: usize) -> usize {
        0
    }

    /// Whether the body must say what proposals are to raise.
    fn needs_goal(&self) -> bool {
        false
    }

    /// How many steps ahead voters compare the candidates, where they do: of several, the one from which some voter gains
    /// most is then proposed, by that voter.
    fn horizon(&self) -> Option<u32> {
        None
    }

    /// What may be proposed in this step. A candidate that is the parameter's value already is none.
    fn candidates(&self, occasion: &Occasion<'_>, memory: &mut [f64]) -> Vec<Candidate>;
}

entries! {
    /// Any proposer.
    pub enum AnyProposer: dyn Proposer = "proposer" {
        RandomStep(RandomStep),
        HillClimbing(HillClimbing),
        LargestGain(LargestGain),
    }
}

/// Whether something is proposed at `step`, once every `every` steps and never in the first.
fn due(step: u32, every: u32) -> bool {
    step > 0 && step.is_multiple_of(every)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn every_entry() -> Vec<AnyProposer> {
        let every = 1;
        vec![
            AnyProposer::RandomStep(RandomStep { every, step: 0.1 }),
            AnyProposer::HillClimbing(HillClimbing { every, step: 0.1 }),
            AnyProposer::LargestGain(LargestGain { every, step: 0.1, horizon: 5 }),
        ]
    }

    #[test]
    fn every_entry_is_tested() {
        let tested: Vec<_> = every_entry().iter().map(AnyProposer::name).collect();
        let listed: Vec<_> = AnyProposer::catalog().into_iter().map(|entry| entry.name).collect();
        assert_eq!(tested, listed);
    }

    proptest! {
        /// No proposal leaves the bounds or moves by more than the step, whatever has been seen before.
        #[test]
        fn candidates_stay_within_bounds_and_steps(
            goals in prop::collection::vec(prop_oneof![any::<f64>(), Just(f64::NAN), -1.0..1.0], 1..30),
            draws in prop::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 30),
            start in 0.0..=1.0_f64,
        ) {
            for proposer in every_entry() {
                let mut levers = [Standing { value: start, low: 0.0, high: 1.0 }, Standing { value: 5.0, low: 4.0, high: 8.0 }];
                let mut memory = vec![0.0; proposer.memory(2)];
                for (step, &goal) in goals.iter().enumerate() {
                    let (a, b) = draws[step];
                    let occasion = Occasion { step: step as u32, levers: &levers, goal, draws: [a, b] };
                    let candidates = proposer.candidates(&occasion, &mut memory);
                    prop_assert!(step > 0 || candidates.is_empty());
                    for Candidate { lever, value } in &candidates {
                        let at = levers[*lever];
                        prop_assert!((at.low..=at.high).contains(value));
                        prop_assert!((value - at.value).abs() <= 0.1 * (at.high - at.low) + 1e-12);
                    }
                    if let Some(Candidate { lever, value }) = candidates.last() {
                        levers[*lever].value = *value;
                    }
                }
            }
        }
    }
}
