//! The second-price auction.

use walras_catalog::entry;

use super::{Auction, Bids, Budget, Conditions, Outcome, Properties, Refusal, Truthful};

entry! {
    /// Sealed bids for one lot; the highest wins and pays the second highest, or the reserve where that is more.
    ///
    /// What a bidder pays does not depend on the own bid, so bidding the value is best whatever the others do.
    pub struct SecondPrice = "second_price" {
        formula: "winner = argmax b_i,  price = max(second highest b, reserve)",
        source: "W. Vickrey, \"Counterspeculation, auctions, and competitive sealed tenders\", Journal of Finance 16(1), 1961",
    }
}

impl SecondPrice {
    /// Truthful and efficient.
    pub const PROPERTIES: Properties = Properties {
        individually_rational: true,
        budget: Budget::Seller,
        truthful: Truthful::UnitDemand,
        efficient: true,
        weaknesses: &[],
    };
}

impl Auction for SecondPrice {
    fn properties(&self) -> Properties {
        Self::PROPERTIES
    }

    fn hold(&self, bids: &Bids<'_>, conditions: &Conditions) -> Result<Outcome, Refusal> {
        let rows = bids.bidders_for_the_lot(conditions)?;
        let Some(&winner) = rows.first() else { return Ok(Outcome::nothing(bids.len())) };
        let second = rows.get(1).map_or(conditions.reserve, |&row| bids.limit[row as usize]);
        Outcome::lot(bids, conditions, winner, second)
    }
}
