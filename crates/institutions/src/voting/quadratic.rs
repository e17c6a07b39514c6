//! Votes that cost their square.

use walras_catalog::{choice, entry};
use walras_numerics::elementary::sqrt;
use walras_numerics::sum;

use super::{Ballots, Credits, Tally, Voting};

choice! {
    /// What credits are given for.
    pub enum CreditsBy {
        /// Every agent gets the same.
        Agent = "agent",
        /// Every token that an agent holds brings as many.
        Token = "token",
    }
}

entry! {
    /// Voters buy votes with credits: v votes cost v² of them, so that what one more vote costs is in proportion to the
    /// votes bought, and votes to how much a voter cares.
    ///
    /// A ballot's strength, between 0 and 1, says which share of the credits left it spends on the proposal. Credits that
    /// are not spent by the time new ones are given are lost. Splitting credits over m accounts buys √m times the votes.
    pub struct Quadratic = "quadratic" {
        formula: "v = √(spent);  passes ⇔ Σ_{yes} v − Σ_{no} v > margin·Σ v and voters ≥ quorum·n",
        source: "S. P. Lalley and E. G. Weyl, \"Quadratic voting: how mechanism design can radicalize democracy\", AEA Papers and Proceedings 108, 2018",
        /// Credits given at a time.
        credits: f64 = 100.0, within 0.0..=1e12, unit "credits";
        /// What they are given for.
        by: CreditsBy = CreditsBy::Agent;
        /// Steps from one gift of credits to the next.
        every: u32 = 1, within 1.0..=1e9, unit "step";
        /// The share of all agents that must vote, for or against.
        quorum: f64 = 0.0, within 0.0..=1.0;
        /// The share of all votes by which those for must lead those against.
        margin: f64 = 0.0, within 0.0..=1.0;
    }
}

impl Voting for Quadratic {
    fn mark(&self, strength: f64, credits: &mut f64) -> f64 {
        let spent = strength.abs().min(1.0) * *credits;
        // What is left is never below zero: the product is at most `credits`.
        *credits -= spent;
        sqrt(spent).copysign(strength)
    }

    fn credits(&self) -> Option<Credits> {
        let for_each_token = self.by == CreditsBy::Token;
        Some(Credits { given: self.credits, for_each_token, every: self.every })
    }

    fn count(&self, ballots: &Ballots<'_>, _: &mut [f64]) -> Tally {
        let marks = ballots.marks;
        let yes = sum::sum_by(marks.len(), |row| marks[row].max(0.0));
        let no = sum::sum_by(marks.len(), |row| (-marks[row]).max(0.0));
        let voters = marks.iter().filter(|&&mark| mark != 0.0).count();
        let enough = voters > 0 && voters as f64 >= self.quorum * marks.len() as f64;
        let lead = yes - no > self.margin * (yes + no);
        // yes − no > m·(yes + no) is yes > no·(1 + m)/(1 − m).
        let needed = if self.margin < 1.0 { no * (1.0 + self.margin) / (1.0 - self.margin) } else { f64::INFINITY };
        Tally { yes, no, electorate: 0.0, needed, voters: voters as u32, carried: enough && lead }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> Quadratic {
        Quadratic { credits: 100.0, by: CreditsBy::Agent, every: 10, quorum: 0.0, margin: 0.0 }
    }

    /// Four votes cost sixteen credits, five cost twenty-five.
    #[test]
    fn votes_cost_their_square() {
        let mut credits = 100.0;
        assert_eq!(rule().mark(0.16, &mut credits), 4.0);
        assert_eq!(credits, 84.0);
        assert_eq!(rule().mark(-1.0, &mut credits), -sqrt(84.0));
        assert_eq!(credits, 0.0);
        assert_eq!(rule().mark(1.0, &mut credits), 0.0);
    }

    /// One who cares with 100 credits, ten votes, outvotes nine who spend one each, and not eleven.
    #[test]
    fn intensity_counts() {
        let count = |against: usize| {
            let mut marks = vec![10.0];
            marks.resize(against + 1, -1.0);
            rule().count(&Ballots { marks: &marks, ..Ballots::default() }, &mut [])
        };
        assert!(count(9).carried && !count(10).carried && !count(11).carried);
        assert_eq!((count(9).yes, count(9).no, count(9).voters), (10.0, 9.0, 10));
    }

    /// The same credits in m accounts buy √m times the votes.
    #[test]
    fn splitting_buys_more_votes() {
        let (mut whole, mut quarter) = (100.0, 25.0);
        assert_eq!(4.0 * rule().mark(1.0, &mut quarter), 2.0 * rule().mark(1.0, &mut whole));
    }
}
