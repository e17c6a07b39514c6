//! Liquid democracy.

use walras_catalog::entry;

use super::delegation::{NOWHERE, casters};
use super::tally::by_majority;
use super::{Ballots, Tally, Voting};

entry! {
    /// Every token is a vote, and who does not vote itself is voted for by its delegate, or by its delegate's delegate, and
    /// so on: the whole weight flows to the first along the chain who votes.
    ///
    /// A scenario's delegations may have no circle. Where circles arise while an economy runs, and where a chain ends at
    /// one who does not vote, the tokens count as not cast.
    pub struct Delegated = "delegated" {
        formula: "passes ⇔ Y + N ≥ quorum·S and Y > threshold·(Y + N),  Y = Σ_i w_i·[d(i) votes yes],  d(i) the first along i's chain who votes",
        source: "C. Blum and C. I. Zuber, \"Liquid democracy: potentials, problems, and perspectives\", Journal of Political Philosophy 24, 2016",
        /// The share of all votes that must be cast, for or against.
        quorum: f64 = 0.0, within 0.0..=1.0;
        /// The share of the votes cast that those for must exceed.
        threshold: f64 = 0.5, within 0.0..=1.0;
    }
}

impl Voting for Delegated {
    fn count(&self, ballots: &Ballots<'_>, _: &mut [f64]) -> Tally {
        let marks = ballots.marks;
        let own = || (0..marks.len() as u32).map(|row| if marks[row as usize] == 0.0 { NOWHERE } else { row });
        let ends = if ballots.delegates.is_empty() {
            own().collect()
        } else {
            casters(ballots.delegates, |row| marks[row] != 0.0)
        };
        let (mut yes, mut no, mut all) = (0_i128, 0_i128, 0_i128);
        for (&end, &weight) in ends.iter().zip(ballots.weights) {
            let weight = i128::from(weight);
            all += weight;
            let mark = if end == NOWHERE { 0.0 } else { marks[end as usize] };
            yes += if mark > 0.0 { weight } else { 0 };
            no += if mark < 0.0 { weight } else { 0 };
        }
        let voters = own().filter(|&row| row != NOWHERE).count() as u32;
        by_majority(yes, no, all, voters, self.quorum, self.threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The third voter's 10 tokens decide with the 60 that are delegated to it, until their owner votes itself.
    #[test]
    fn a_delegate_votes_for_all_behind_it() {
        let rule = Delegated { quorum: 0.5, threshold: 0.5 };
        let (delegates, weights) = ([1, 2, 2, 3], [50, 10, 10, 30]);
        let count = |marks: &[f64]| {
            let ballots = Ballots { marks, weights: &weights, delegates: &delegates, ..Ballots::default() };
            rule.count(&ballots, &mut [])
        };
        let tally = count(&[0.0, 0.0, 1.0, -1.0]);
        assert_eq!((tally.yes, tally.no, tally.voters, tally.carried), (70.0, 30.0, 2, true));
        let tally = count(&[-1.0, 0.0, 1.0, -1.0]);
        assert_eq!((tally.yes, tally.no, tally.voters, tally.carried), (20.0, 80.0, 3, false));
    }

    #[test]
    fn tokens_in_a_circle_are_not_cast() {
        let rule = Delegated { quorum: 0.0, threshold: 0.5 };
        let ballots =
            Ballots { marks: &[0.0, 0.0, 1.0], weights: &[5, 6, 7], delegates: &[1, 0, 2], ..Ballots::default() };
        let tally = rule.count(&ballots, &mut []);
        assert_eq!((tally.yes, tally.no, tally.electorate), (7.0, 0.0, 18.0));
    }
}
