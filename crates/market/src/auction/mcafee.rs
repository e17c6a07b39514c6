//! McAfee's double auction.

use walras_catalog::entry;

use super::double::Quotes;
use super::{Auction, Bids, Budget, Conditions, Outcome, Price, Properties, Refusal, Truthful};

entry! {
    /// Buyers and sellers of one lot each; truthful for both, at the price of at most the least valuable trade.
    ///
    /// Where the middle of the first pair that does not trade suits the last pair that could, all K trade at it.
    /// Otherwise K − 1 trade: buyers pay what the K-th buyer bid, sellers receive what the K-th seller asked, and the
    /// venue keeps the difference. The share of surplus lost falls as 1/K.
    pub struct McAfee = "mcafee" {
        formula: "p = (b_(K+1) + s_(K+1))/2;  s_(K) ≤ p ≤ b_(K): K trade at p;  else K − 1 trade, buyers at b_(K), sellers at s_(K)",
        source: "R. P. McAfee, \"A dominant strategy double auction\", Journal of Economic Theory 56(2), 1992",
    }
}

impl McAfee {
    /// Truthful, never in deficit, and almost efficient.
    pub const PROPERTIES: Properties = Properties {
        individually_rational: true,
        budget: Budget::Surplus,
        truthful: Truthful::UnitDemand,
        efficient: false,
        weaknesses: &[],
    };
}

impl Auction for McAfee {
    fn properties(&self) -> Properties {
        Self::PROPERTIES
    }

    fn hold(&self, bids: &Bids<'_>, conditions: &Conditions) -> Result<Outcome, Refusal> {
        let quotes = Quotes::new(bids)?;
        let trades = quotes.trades();
        if trades == 0 {
            return Ok(Outcome::nothing(bids.len()));
        }
        let (bid, ask) = (quotes.bid(trades - 1), quotes.ask(trades - 1));
        // Without a further buyer and a further seller there is no price that nobody who trades has made.
        if let (Some(next_bid), Some(next_ask)) = (quotes.next_bid(trades), quotes.next_ask(trades)) {
            let price = Price::middle(next_bid, next_ask);
            if price.at_most(bid) && price.at_least(ask) {
                return quotes.trade(trades, (price, price), conditions.tick);
            }
        }
        let mut outcome = quotes.trade(trades - 1, (Price::ticks(bid), Price::ticks(ask)), conditions.tick)?;
        outcome.price = None;
        Ok(outcome)
    }
}
