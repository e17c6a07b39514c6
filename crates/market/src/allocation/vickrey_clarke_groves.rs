//! Vickrey, Clarke and Groves: everyone pays what the others lose.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::sale::sell;
use super::serve::Ranked;
use super::{Allocation, Asked, Charge, Grants, Kept, Properties, Refusal, Requests, Scratch};
use crate::clearing::Venue;
use crate::clearing::payment::{AtomPrice, Money};

entry! {
    /// The highest bids are served, and each requester pays what the others lose by that.
    ///
    /// Who wins k atoms pays for them the k highest bids of others that lost, or the reserve where there are none. Bidding
    /// falling true values is best whatever the others do. A requester's payment is rounded up once.
    pub struct VickreyClarkeGroves = "vickrey_clarke_groves" {
        formula: "the C highest atoms win,  requester i with k_i atoms pays Σ over the k_i highest losing b of others, each at least the reserve",
        source: "W. Vickrey, \"Counterspeculation, auctions, and competitive sealed tenders\", Journal of Finance 16(1), 1961",
    }
}

impl VickreyClarkeGroves {
    /// Truthful and efficient.
    pub const PROPERTIES: Properties = Properties {
        conserves: true,
        pareto_efficient: Kept::Exactly,
        envy_free: Kept::Not,
        strategy_proof: Kept::ToAnAtom,
        sharing_incentive: Kept::Not,
        capacity_monotone: Kept::Exactly,
    };
}

impl Allocation for VickreyClarkeGroves {
    fn properties(&self) -> Properties {
        Self::PROPERTIES
    }

    fn charges(&self) -> Charge {
        Charge::Bids
    }

    fn share(
        &self,
        asked: &Asked<'_>,
        _: &mut Venue,
        scratch: &mut Scratch,
        grants: &mut Grants,
    ) -> Result<(), Refusal> {
        let bids = asked.bids()?;
        sell(asked, bids, scratch, grants);
        let (requests, ranked) = (&asked.requests, &mut scratch.ranked);
        grants.paid.resize(requests.len(), 0);
        // Winners by requester, each one's best row first; and losers, best first. A row may be both.
        let winners = &mut scratch.winners;
        winners.clear();
        winners.extend(ranked.iter().filter(|&&(.., row)| grants.granted[row as usize] > 0));
        winners.sort_unstable_by_key(|&(bid, arrival, row)| (requests.requester_of(row as usize), bid, arrival, row));
        ranked.retain(|&(.., row)| grants.granted[row as usize] < requests.amount[row as usize]);
        ranked.sort_unstable();
        let of = |winner: &Ranked| requests.requester_of(winner.2 as usize);
        for rows in winners.chunk_by(|a, b| of(a) == of(b)) {
            let others = ranked.iter().filter(|loser| of(loser) != of(&rows[0])).map(|&(.., row)| row as usize);
            charge(asked, rows, others, grants)?;
        }
        Ok(())
    }
}

/// Charges one requester's winning rows for the bids that they displace, the dearest first.
fn charge(
    asked: &Asked<'_>,
    rows: &[Ranked],
    mut others: impl Iterator<Item = usize>,
    grants: &mut Grants,
) -> Result<(), Refusal> {
    let Requests { amount, bid, .. } = asked.requests;
    let (mut due, mut charged) = (Money::default(), 0);
    // What is left of the losing bid at hand, and its price. After the last, the reserve holds for any amount.
    let (mut at_hand, mut price): (Atoms, f64) = (0, asked.offer.reserve);
    for &(.., row) in rows {
        let row = row as usize;
        let mut left = grants.granted[row];
        while left > 0 {
            if at_hand == 0 {
                (at_hand, price) = match others.next() {
                    Some(loser) => (amount[loser] - grants.granted[loser], bid[loser]),
                    None => (Atoms::MAX, asked.offer.reserve),
                };
            }
            let part = left.min(at_hand);
            let added = AtomPrice::new(price).and_then(|price| due.add(price, part));
            due = added.ok_or(Refusal::TooMuch(row))?;
            (left, at_hand) = (left - part, at_hand - part);
        }
        // The rows together pay what is due in all, rounded up once.
        let owed = due.up().ok_or(Refusal::TooMuch(row))?;
        grants.paid[row] = owed - charged;
        charged = owed;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocation::Offer;

    /// Values (10, 9) and a rival's 8 for two atoms: the first wins both and pays 8 for the one that the rival loses.
    #[test]
    fn a_winner_pays_what_the_others_lose() {
        let requests =
            Requests { amount: &[1, 1, 1], requester: &[0, 0, 1], bid: &[10.0, 9.0, 8.0], ..Requests::default() };
        let mut grants = Grants::default();
        let (venue, scratch) = (&mut Venue::default(), &mut Scratch::default());
        VickreyClarkeGroves {}.allocate(&Offer::of(2), &requests, venue, scratch, &mut grants).unwrap();
        assert_eq!((&grants.granted[..], grants.revenue()), (&[1, 1, 0][..], 8));
        // 0.3 and 0.3 for the two displaced are 0.6, rounded up once.
        let requests =
            Requests { amount: &[1, 1, 5], requester: &[0, 0, 1], bid: &[10.0, 9.0, 0.3], ..Requests::default() };
        VickreyClarkeGroves {}.allocate(&Offer::of(2), &requests, venue, scratch, &mut grants).unwrap();
        assert_eq!(grants.paid, [1, 0, 0]);
    }
}
