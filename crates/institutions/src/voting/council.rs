//! An elected council.

use walras_catalog::{choice, entry};
use walras_ledger::Atoms;

use super::election::{Rankings, approval, single_transferable};
use super::{Ballots, CreditsBy, Tally, Voting};

choice! {
    /// How a council is elected.
    pub enum Election {
        /// Each voter votes for the candidate it likes best; the most votes win.
        Plurality = "plurality",
        /// Each voter votes for every candidate that it approves of; the most votes win.
        Approval = "approval",
        /// Each voter ranks the candidates, and votes that a candidate does not need pass on.
        SingleTransferable = "single_transferable",
    }
}

entry! {
    /// Voters elect a council for a term, and only its members vote: a proposal passes when more than half of all seats say
    /// yes.
    ///
    /// How voters rank the candidates is the body's to say. Where there are fewer candidates than seats, the rest stays
    /// empty and counts against every proposal.
    pub struct Council = "council" {
        formula: "passes ⇔ #{seats: yes} > seats/2",
        source: "single transferable vote: N. Tideman, \"The single transferable vote\", Journal of Economic Perspectives 9, 1995; approval: S. J. Brams and P. C. Fishburn, 1978",
        /// How many are elected.
        seats: u32 = 5, within 1.0..=1000.0;
        /// How they are elected.
        election: Election = Election::SingleTransferable;
        /// Candidates that a voter approves of, for elections by approval.
        approved: u32 = 2, within 1.0..=1000.0;
        /// Steps from one election to the next; the first is before the first proposal.
        every: u32 = 100, within 1.0..=1e9, unit "step";
        /// Whether every agent's ballot counts the same in elections, or every token's.
        electors: CreditsBy = CreditsBy::Token;
    }
}

impl Council {
    /// Elects the council: the candidates who get the seats, by their place among the candidates. `order` ranks the
    /// `candidates` for each voter, as in [`Rankings`], and `weights` are the voters' tokens.
    #[must_use]
    pub fn elect(&self, candidates: usize, order: &[u32], weights: &[Atoms]) -> Vec<u32> {
        let ones;
        let weights = match self.electors {
            CreditsBy::Token => weights,
            CreditsBy::Agent => {
                ones = vec![1; weights.len()];
                &ones
            }
        };
        let (rankings, seats) = (Rankings { candidates, order, weights }, self.seats as usize);
        match self.election {
            Election::Plurality => approval(&rankings, 1, seats),
            Election::Approval => approval(&rankings, self.approved as usize, seats),
            Election::SingleTransferable => single_transferable(&rankings, seats),
        }
    }
}

impl Voting for Council {
    fn council(&self) -> Option<&Council> {
        Some(self)
    }

    fn count(&self, ballots: &Ballots<'_>, _: &mut [f64]) -> Tally {
        let mark = |seat: &&u32| ballots.marks[**seat as usize];
        let yes = ballots.seats.iter().filter(|seat| mark(seat) > 0.0).count() as u32;
        let no = ballots.seats.iter().filter(|seat| mark(seat) < 0.0).count() as u32;
        Tally {
            yes: f64::from(yes),
            no: f64::from(no),
            electorate: f64::from(self.seats),
            needed: f64::from(self.seats) / 2.0,
            voters: yes + no,
            carried: 2 * yes > self.seats,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn council(election: Election, electors: CreditsBy) -> Council {
        Council { seats: 3, election, approved: 2, every: 10, electors }
    }

    /// Two of three seats pass a proposal whatever the many outside say; half of the seats does not.
    #[test]
    fn only_seats_vote() {
        let rule = council(Election::Plurality, CreditsBy::Agent);
        let carried =
            |marks: &[f64], seats: &[u32]| rule.count(&Ballots { marks, seats, ..Ballots::default() }, &mut []).carried;
        assert!(carried(&[1.0, 1.0, -1.0, -1.0, -1.0], &[0, 1, 2]));
        assert!(!carried(&[1.0, 0.0, 0.0, 1.0, 1.0], &[0, 1, 2]));
        // One seat empty.
        assert!(!carried(&[1.0, -1.0], &[0, 1]) && carried(&[1.0, 1.0], &[0, 1]));
    }

    /// Tokens elect their owner's favourites; heads elect the favourites of the many.
    #[test]
    fn electors_are_tokens_or_agents() {
        let order = [0, 1, 2, 3, 3, 2, 1, 0, 3, 2, 1, 0];
        let weights = [10, 2, 2];
        let first = |electors| council(Election::Plurality, electors).elect(4, &order, &weights)[0];
        assert_eq!(first(CreditsBy::Token), 0);
        assert_eq!(first(CreditsBy::Agent), 3);
    }
}
