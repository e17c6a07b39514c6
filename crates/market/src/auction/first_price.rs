//! The first-price auction.

use walras_catalog::entry;

use super::{Auction, Bids, Conditions, Outcome, Properties, Refusal};

entry! {
    /// Sealed bids for one lot; the highest wins and pays what it bid.
    ///
    /// Strategically the same as the Dutch clock: in both a bidder chooses one number, knowing nothing of the others'.
    /// With n bidders whose values are uniform on [0, 1] the equilibrium bid is (n − 1)/n of the value.
    pub struct FirstPrice = "first_price" {
        formula: "winner = argmax b_i,  price = max b_i",
        source: "W. Vickrey, \"Counterspeculation, auctions, and competitive sealed tenders\", Journal of Finance 16(1), 1961",
    }
}

impl FirstPrice {
    /// Truthful for nobody: who bids the value never gains.
    pub const PROPERTIES: Properties = Properties::PAY_YOUR_BID;
}

impl Auction for FirstPrice {
    fn properties(&self) -> Properties {
        Self::PROPERTIES
    }

    fn hold(&self, bids: &Bids<'_>, conditions: &Conditions) -> Result<Outcome, Refusal> {
        match bids.bidders_for_the_lot(conditions)?.first() {
            Some(&winner) => Outcome::lot(bids, conditions, winner, bids.limit[winner as usize]),
            None => Ok(Outcome::nothing(bids.len())),
        }
    }
}
