//! Vickrey's auction of many units.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Auction, Bids, Budget, Conditions, Margin, Outcome, Properties, Refusal, Truthful};

entry! {
    /// Sealed bids for many units; the highest are served, and each bidder pays what the others lose by that.
    ///
    /// Who wins k units pays for them the k highest bids of others that lost, or the reserve where there are none. For
    /// one unit this is the second-price auction; bidders of several units at falling values, too, do best with the
    /// truth. Each row pays rounded up.
    pub struct Vickrey = "vickrey" {
        formula: "the Q highest units win,  bidder i with k_i units pays Σ over the k_i highest losing b of others, each at least the reserve",
        source: "W. Vickrey, \"Counterspeculation, auctions, and competitive sealed tenders\", Journal of Finance 16(1), 1961",
    }
}

impl Vickrey {
    /// Truthful for everyone, and efficient.
    pub const PROPERTIES: Properties = Properties {
        individually_rational: true,
        budget: Budget::Seller,
        truthful: Truthful::Everyone,
        efficient: true,
        weaknesses: &[],
    };
}

impl Auction for Vickrey {
    fn properties(&self) -> Properties {
        Self::PROPERTIES
    }

    fn hold(&self, bids: &Bids<'_>, conditions: &Conditions) -> Result<Outcome, Refusal> {
        let rows = bids.bidders(conditions)?;
        let (filled, _) = Margin::Time.sell(bids, &rows, conditions.offered);
        let mut losing: Vec<(u32, i64, Atoms)> = Vec::new();
        for &row in &rows {
            let lost = bids.quantity[row as usize] - filled[row as usize];
            if lost > 0 {
                losing.push((bids.trader[row as usize], bids.limit[row as usize], lost));
            }
        }
        let mut winners: Vec<u32> = rows.into_iter().filter(|&row| filled[row as usize] > 0).collect();
        // By trader, and each trader's rows best first, as they were ranked.
        winners.sort_by_key(|&row| bids.trader[row as usize]);
        let mut outcome = Outcome { filled, ..Outcome::nothing(bids.len()) };
        for rows in winners.chunk_by(|&a, &b| bids.trader[a as usize] == bids.trader[b as usize]) {
            let trader = bids.trader[rows[0] as usize];
            let others = losing.iter().filter(|(other, ..)| *other != trader).map(|&(_, limit, lost)| (limit, lost));
            charge(&mut outcome, rows, Displaced { conditions, losing: others, at: (0, 0) })?;
        }
        Ok(outcome)
    }
}

/// Charges each of a bidder's rows for what its units displace.
fn charge<I: Iterator<Item = (i64, Atoms)>>(
    outcome: &mut Outcome,
    rows: &[u32],
    mut displaced: Displaced<I>,
) -> Result<(), Refusal> {
    for &row in rows {
        let money = displaced.value(outcome.filled[row as usize]).ok_or(Refusal::TooMuch)?;
        // Ticks times atoms, then up, in the seller's favour.
        let price = super::Price { numerator: money, denominator: 1 };
        outcome.paid[row as usize] = displaced.conditions.tick.owed(price, 1).ok_or(Refusal::TooMuch)?;
    }
    Ok(())
}

/// What a bidder's units take from others, dearest first. Units that nobody else bid for are worth the reserve.
struct Displaced<'a, I> {
    conditions: &'a Conditions,
    losing: I,
    /// Limit and what is left of the losing bid at hand.
    at: (i64, Atoms),
}

impl<I: Iterator<Item = (i64, Atoms)>> Displaced<'_, I> {
    /// The value in ticks times atoms of the next `quantity` displaced; `None` when it cannot be counted.
    fn value(&mut self, quantity: Atoms) -> Option<i128> {
        let (mut left, mut value) = (quantity, 0_i128);
        while left > 0 {
            if self.at.1 == 0 {
                match self.losing.next() {
                    Some(next) => self.at = next,
                    None => return value.checked_add(i128::from(left) * i128::from(self.conditions.reserve)),
                }
            }
            let part = left.min(self.at.1);
            value = value.checked_add(i128::from(part) * i128::from(self.at.0))?;
            self.at.1 -= part;
            left -= part;
        }
        Some(value)
    }
}
