//! The discriminatory auction.

use walras_catalog::entry;

use super::{Auction, Bids, Conditions, Margin, Outcome, Price, Properties, Refusal};

entry! {
    /// Sealed bids for many units; the highest are served and each pays what it bid.
    ///
    /// Who knew the lowest price that wins would bid just that, so bids bunch there: what treasuries see when they sell
    /// bonds this way.
    pub struct PayAsBid = "pay_as_bid" {
        formula: "the Q highest units win,  unit i pays b_i",
        source: "V. Krishna, \"Auction theory\", 2nd edition, 2010, section 12.1",
        /// Who is served at the lowest winning price when not all can be.
        margin: Margin = Margin::Time;
    }
}

impl PayAsBid {
    /// Truthful for nobody.
    pub const PROPERTIES: Properties = Properties::PAY_YOUR_BID;
}

impl Auction for PayAsBid {
    fn properties(&self) -> Properties {
        Self::PROPERTIES
    }

    fn hold(&self, bids: &Bids<'_>, conditions: &Conditions) -> Result<Outcome, Refusal> {
        let rows = bids.bidders(conditions)?;
        let (filled, _) = self.margin.sell(bids, &rows, conditions.offered);
        let mut outcome = Outcome::nothing(bids.len());
        for &row in &rows {
            let price = Price::ticks(bids.limit[row as usize]);
            outcome.award(row, filled[row as usize], price, conditions.tick)?;
        }
        Ok(outcome)
    }
}
