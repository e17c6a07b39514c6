//! The uniform-price auction.

use walras_catalog::{choice, entry};

use super::{Auction, Bids, Budget, Conditions, Margin, Outcome, Price, Properties, Refusal, Truthful, Weakness};

choice! {
    /// Which bid sets the one price.
    pub enum Pricing {
        /// The lowest bid that wins anything.
        LowestWinning = "lowest_winning",
        /// The highest bid that is not served in full, or the reserve when there is none.
        HighestLosing = "highest_losing",
    }
}

entry! {
    /// Sealed bids for many units; the highest are served, and all pay one price.
    ///
    /// At the highest losing bid, bidders of one unit cannot influence what they pay, so truth is best for them; a
    /// bidder of several units can, by bidding less for the last of them (demand reduction). At the lowest winning bid
    /// even the bidder of one unit may be the one who sets the price.
    pub struct UniformPrice = "uniform_price" {
        formula: "the Q highest units win,  price = b_(Q) or max(b_(Q+1), reserve)",
        source: "L. M. Ausubel, P. Cramton, M. Pycia, M. Rostek and M. Weretka, \"Demand reduction and inefficiency in multi-unit auctions\", Review of Economic Studies 81(4), 2014",
        /// Which bid sets the price.
        pricing: Pricing = Pricing::HighestLosing;
        /// Who is served at the lowest winning price when not all can be.
        margin: Margin = Margin::Time;
    }
}

impl UniformPrice {
    /// At the highest losing bid.
    pub const HIGHEST_LOSING: Properties = Properties {
        individually_rational: true,
        budget: Budget::Seller,
        truthful: Truthful::UnitDemand,
        efficient: true,
        weaknesses: &[Weakness::DemandReduction],
    };

    /// At the lowest winning bid.
    pub const LOWEST_WINNING: Properties = Properties {
        truthful: Truthful::Nobody,
        weaknesses: &[Weakness::Shading, Weakness::DemandReduction],
        ..Self::HIGHEST_LOSING
    };
}

impl Auction for UniformPrice {
    fn properties(&self) -> Properties {
        match self.pricing {
            Pricing::HighestLosing => Self::HIGHEST_LOSING,
            Pricing::LowestWinning => Self::LOWEST_WINNING,
        }
    }

    fn hold(&self, bids: &Bids<'_>, conditions: &Conditions) -> Result<Outcome, Refusal> {
        let rows = bids.bidders(conditions)?;
        let (filled, losing) = self.margin.sell(bids, &rows, conditions.offered);
        let winning = rows.iter().rev().find(|&&row| filled[row as usize] > 0).map(|&row| bids.limit[row as usize]);
        let Some(winning) = winning else { return Ok(Outcome::nothing(bids.len())) };
        let price = Price::ticks(match self.pricing {
            Pricing::LowestWinning => winning,
            Pricing::HighestLosing => losing.unwrap_or(conditions.reserve),
        });
        let mut outcome = Outcome { price: Some(price), ..Outcome::nothing(bids.len()) };
        for &row in &rows {
            outcome.award(row, filled[row as usize], price, conditions.tick)?;
        }
        Ok(outcome)
    }
}
