//! Proposals by chance.

use walras_catalog::{Bounds, entry};

use super::{Candidate, Occasion, Proposer, due};

entry! {
    /// Proposes to move one of the parameters, drawn at random, by a random step up or down.
    pub struct RandomStep = "random_step" {
        formula: "value = Φ + u·step·(high − low),  u uniform on [−1, 1), held within [low, high]",
        source: "elementary",
        /// Steps from one proposal to the next.
        every: u32 = 10, within 1.0..=1e9, unit "step";
        /// The greatest step, as a share of the range between the bounds.
        step: f64 = 0.1, within Bounds::above_to(0.0, 1.0);
    }
}

impl Proposer for RandomStep {
    fn candidates(&self, occasion: &Occasion<'_>, _: &mut [f64]) -> Vec<Candidate> {
        let [which, how_far] = occasion.draws;
        // A draw below one times a number of levers is below that number.
        let lever = (which * occasion.levers.len() as f64) as usize;
        match occasion.levers.get(lever).filter(|_| due(occasion.step, self.every)) {
            Some(standing) => vec![Candidate { lever, value: standing.moved((2.0 * how_far - 1.0) * self.step) }],
            None => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voting::proposer::Standing;

    #[test]
    fn the_draws_say_which_and_how_far() {
        let levers = [Standing { value: 0.5, low: 0.0, high: 1.0 }, Standing { value: 10.0, low: 0.0, high: 20.0 }];
        let proposer = RandomStep { every: 5, step: 0.1 };
        let at = |step, draws| proposer.candidates(&Occasion { step, levers: &levers, goal: f64::NAN, draws }, &mut []);
        assert_eq!(at(5, [0.9, 0.75]), [Candidate { lever: 1, value: 11.0 }]);
        assert_eq!(at(10, [0.1, 0.0]), [Candidate { lever: 0, value: 0.4 }]);
        assert_eq!(at(6, [0.1, 0.0]), []);
    }
}
