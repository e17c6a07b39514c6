//! One agent, one vote.

use walras_catalog::entry;

use super::tally::by_majority;
use super::{Ballots, Tally, Voting};

entry! {
    /// Every agent has one vote, whatever it holds: a proposal passes when enough agents took part, and more than the
    /// threshold of these said yes.
    ///
    /// It counts accounts and cannot tell whether two are one person's: whoever splits into several accounts has several
    /// votes.
    pub struct OneAgentOneVote = "one_agent_one_vote" {
        formula: "passes ⇔ Y + N ≥ quorum·n and Y > threshold·(Y + N),  Y = #{i: yes}",
        source: "K. O. May, \"A set of independent necessary and sufficient conditions for simple majority decision\", Econometrica 20, 1952",
        /// The share of all agents that must vote, for or against.
        quorum: f64 = 0.0, within 0.0..=1.0;
        /// The share of the votes cast that those for must exceed.
        threshold: f64 = 0.5, within 0.0..=1.0;
    }
}

impl Voting for OneAgentOneVote {
    fn count(&self, ballots: &Ballots<'_>, _: &mut [f64]) -> Tally {
        let yes = ballots.marks.iter().filter(|&&mark| mark > 0.0).count() as i128;
        let no = ballots.marks.iter().filter(|&&mark| mark < 0.0).count() as i128;
        let agents = ballots.marks.len() as i128;
        by_majority(yes, no, agents, (yes + no) as u32, self.quorum, self.threshold)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One whale against two; then the whale comes back as three.
    #[test]
    fn whoever_splits_into_several_accounts_decides() {
        let rule = OneAgentOneVote { quorum: 0.0, threshold: 0.5 };
        let carried = |marks: &[f64], weights: &[i64]| {
            rule.count(&Ballots { marks, weights, ..Ballots::default() }, &mut []).carried
        };
        assert!(!carried(&[1.0, -1.0, -1.0], &[90, 5, 5]));
        assert!(carried(&[1.0, 1.0, 1.0, -1.0, -1.0], &[30, 30, 30, 5, 5]));
    }
}
