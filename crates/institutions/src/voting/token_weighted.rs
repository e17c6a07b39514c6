//! One token, one vote.

use walras_catalog::entry;

use super::tally::by_majority;
use super::{Ballots, Tally, Voting};

entry! {
    /// Every token is a vote: a proposal passes when enough tokens took part, and more than the threshold of these said
    /// yes.
    ///
    /// Splitting one's tokens over several accounts changes nothing. Whoever holds the tokens when they are counted
    /// decides, so that borrowed tokens vote unless the weights were noted when the proposal was opened.
    pub struct TokenWeighted = "token_weighted" {
        formula: "passes ⇔ Y + N ≥ quorum·S and Y > threshold·(Y + N),  Y = Σ_{yes} w_i",
        source: "Compound Finance, GovernorBravo, 2021; OpenZeppelin, Governor",
        /// The share of all votes that must be cast, for or against.
        quorum: f64 = 0.0, within 0.0..=1.0;
        /// The share of the votes cast that those for must exceed.
        threshold: f64 = 0.5, within 0.0..=1.0;
    }
}

impl Voting for TokenWeighted {
    fn count(&self, ballots: &Ballots<'_>, _: &mut [f64]) -> Tally {
        let (mut yes, mut no, mut all, mut voters) = (0_i128, 0_i128, 0_i128, 0);
        for (&mark, &weight) in ballots.marks.iter().zip(ballots.weights) {
            let weight = i128::from(weight);
            all += weight;
            voters += u32::from(mark != 0.0);
            yes += if mark > 0.0 { weight } else { 0 };
            no += if mark < 0.0 { weight } else { 0 };
        }
        by_majority(yes, no, all, voters, self.quorum, self.threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those who hold 30 of 100 outvote those who hold 29, however many they are; with a quorum of 60 % nobody does.
    #[test]
    fn tokens_decide_and_not_heads() {
        let marks = [1.0, -1.0, -1.0, 0.0];
        let weights = [30, 15, 14, 41];
        let ballots = Ballots { marks: &marks, weights: &weights, ..Ballots::default() };
        let tally = TokenWeighted { quorum: 0.59, threshold: 0.5 }.count(&ballots, &mut []);
        assert_eq!((tally.yes, tally.no, tally.electorate, tally.voters), (30.0, 29.0, 100.0, 3));
        assert!(tally.carried && tally.turnout() == 0.59);
        assert!(!TokenWeighted { quorum: 0.6, threshold: 0.5 }.count(&ballots, &mut []).carried);
    }
}
