//! Elections: who of several candidates gets one of several seats.
//!
//! All count in whole numbers, and give what is tied to the candidate listed first.

use walras_ledger::Atoms;

/// Ballots that rank candidates.
#[derive(Debug, Clone, Copy)]
pub struct Rankings<'a> {
    /// How many candidates there are.
    pub candidates: usize,
    /// For each voter the candidates from the one it likes best to the one it likes least, each once.
    pub order: &'a [u32],
    /// What each voter's ballot counts.
    pub weights: &'a [Atoms],
}

impl Rankings<'_> {
    fn ballots(&self) -> impl Iterator<Item = (&[u32], Atoms)> {
        // Chunks of no candidates would be none at all.
        self.order.chunks_exact(self.candidates.max(1)).zip(self.weights.iter().copied())
    }
}

/// The `seats` candidates whom most voters have among the first `approved` of their ranking. With one approved this is
/// the single vote that is not transferable.
#[must_use]
pub fn approval(rankings: &Rankings<'_>, approved: usize, seats: usize) -> Vec<u32> {
    let mut votes = vec![0_i128; rankings.candidates];
    for (order, weight) in rankings.ballots() {
        for &candidate in &order[..approved.min(order.len())] {
            votes[candidate as usize] += i128::from(weight);
        }
    }
    let mut first: Vec<u32> = (0..rankings.candidates as u32).collect();
    first.sort_by_key(|&candidate| -votes[candidate as usize]);
    first.truncate(seats);
    first
}

/// The single transferable vote with the Droop quota: whoever reaches the quota is elected, and the surplus passes on to
/// the next candidate on its ballots, each at the same part of its value (the weighted inclusive Gregory method, rounded
/// down); when nobody reaches it, the candidate with the fewest votes is out and its ballots pass on in full.
#[must_use]
pub fn single_transferable(rankings: &Rankings<'_>, seats: usize) -> Vec<u32> {
    let mut count = Count::new(rankings, seats);
    let mut elected = Vec::new();
    while elected.len() < seats && count.standing() > 0 {
        if count.standing() <= seats - elected.len() {
            elected.extend(count.by_votes());
            break;
        }
        let best = count.by_votes()[0];
        if count.votes[best as usize] >= count.quota {
            elected.push(best);
            count.leave(best, count.quota);
        } else {
            let worst = *count.by_votes().last().expect("someone stands");
            count.leave(worst, 0);
        }
    }
    elected
}

/// A count under way.
struct Count<'a> {
    ballots: Vec<(&'a [u32], i128)>,
    /// Of whom each ballot counts, as a place in its ranking.
    at: Vec<usize>,
    stands: Vec<bool>,
    votes: Vec<i128>,
    quota: i128,
}

impl<'a> Count<'a> {
    fn new(rankings: &'a Rankings<'_>, seats: usize) -> Self {
        let total: i128 = rankings.weights.iter().map(|&weight| i128::from(weight)).sum();
        // Ballots are worth so many parts of an atom that all of them stay below 2⁶³, and products of two below 2¹²⁶.
        let bits = 128 - total.leading_zeros();
        let scaled = |votes: i128| if bits <= 62 { votes << (62 - bits) } else { votes >> (bits - 62) };
        let ballots: Vec<_> = rankings.ballots().map(|(order, weight)| (order, scaled(i128::from(weight)))).collect();
        let mut votes = vec![0; rankings.candidates];
        for &(order, value) in &ballots {
            votes[order[0] as usize] += value;
        }
        let quota = scaled(total / (seats as i128 + 1) + 1);
        Self { at: vec![0; ballots.len()], ballots, stands: vec![true; rankings.candidates], votes, quota }
    }

    fn standing(&self) -> usize {
        self.stands.iter().filter(|&&stands| stands).count()
    }

    /// Those who stand, the most votes first.
    fn by_votes(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.stands.len() as u32).filter(|&who| self.stands[who as usize]).collect();
        order.sort_by_key(|&who| -self.votes[who as usize]);
        order
    }

    /// Takes `who` out of the count; of its votes all but `kept` pass on.
    fn leave(&mut self, who: u32, kept: i128) {
        self.stands[who as usize] = false;
        let all = std::mem::take(&mut self.votes[who as usize]);
        for ((order, value), at) in self.ballots.iter_mut().zip(&mut self.at) {
            if order.get(*at) != Some(&who) {
                continue;
            }
            // Rounded down: what is lost elects nobody.
            *value = if all > 0 { *value * (all - kept).max(0) / all } else { 0 };
            while order.get(*at).is_some_and(|&next| !self.stands[next as usize]) {
                *at += 1;
            }
            if let Some(&next) = order.get(*at) {
                self.votes[next as usize] += *value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Twenty guests, three dishes of seven: the worked example of Wikipedia's "Single transferable vote" (Droop quota 6).
    /// Orange 0, pear 1, chocolate 2, strawberry 3, hamburger 4.
    fn party() -> (Vec<u32>, Vec<Atoms>) {
        let groups: [(&[u32], Atoms); 6] = [
            (&[0, 1, 2, 3, 4], 4),
            (&[1, 0, 2, 3, 4], 2),
            (&[2, 3, 0, 1, 4], 8),
            (&[2, 4, 0, 1, 3], 4),
            (&[3, 0, 1, 2, 4], 1),
            (&[4, 0, 1, 2, 3], 1),
        ];
        (groups.iter().flat_map(|(order, _)| order.iter().copied()).collect(), groups.map(|(_, votes)| votes).to_vec())
    }

    #[test]
    fn the_dishes_of_a_party_are_elected() {
        let (order, weights) = party();
        let rankings = Rankings { candidates: 5, order: &order, weights: &weights };
        let mut elected = single_transferable(&rankings, 3);
        elected.sort_unstable();
        assert_eq!(elected, [0, 2, 3]);
        // By single votes that do not pass on: chocolate 12, orange 4, pear 2.
        assert_eq!(approval(&rankings, 1, 3), [2, 0, 1]);
        // Approving of two each: chocolate 12, strawberry 9, orange 4 + 2 + 1 + 1.
        assert_eq!(approval(&rankings, 2, 3), [2, 3, 0]);
    }

    #[test]
    fn few_candidates_all_get_seats() {
        let rankings = Rankings { candidates: 2, order: &[1, 0, 0, 1, 1, 0], weights: &[1, 1, 1] };
        assert_eq!(single_transferable(&rankings, 3), [1, 0]);
        assert_eq!(approval(&rankings, 1, 3), [1, 0]);
        assert_eq!(single_transferable(&Rankings { candidates: 0, order: &[], weights: &[1] }, 3), [] as [u32; 0]);
    }

    proptest! {
        /// Proportionality for solid coalitions (Woodall 1994): voters with k Droop quotas who all put the same
        /// candidates first get k of them elected.
        #[test]
        fn a_solid_coalition_gets_its_share(
            ballots in prop::collection::vec((prop::bool::ANY, any::<u64>(), 1..1000_i64), 1..30),
            (seats, large) in (1..4_usize, 0..40_u32),
        ) {
            // Candidates 0, 1 and 2 are the coalition's, 3, 4 and 5 the others'; each side ranks its own in any order.
            let ranking = |&(ours, draw, _): &(bool, u64, Atoms)| {
                let turned = |first: u32, by: u64| (0..3).map(move |i| first + (i + (by % 3) as u32) % 3);
                let (own, other) = if ours { (0, 3) } else { (3, 0) };
                turned(own, draw).chain(turned(other, draw >> 8)).collect::<Vec<_>>()
            };
            let order: Vec<u32> = ballots.iter().flat_map(ranking).collect();
            let weights: Vec<Atoms> = ballots.iter().map(|&(.., weight)| weight << large).collect();
            let elected = single_transferable(&Rankings { candidates: 6, order: &order, weights: &weights }, seats);
            prop_assert_eq!(elected.len(), seats);
            let ours: Atoms = ballots.iter().zip(&weights).filter(|(ballot, _)| ballot.0).map(|(_, weight)| weight).sum();
            let quota = weights.iter().sum::<Atoms>() / (seats as Atoms + 1) + 1;
            let won = elected.iter().filter(|&&who| who < 3).count();
            prop_assert!(won >= ((ours / quota) as usize).min(3), "{} seats with {}/{}", won, ours, quota);
        }
    }
}
