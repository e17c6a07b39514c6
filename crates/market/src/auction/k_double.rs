//! The k-double auction.

use walras_catalog::entry;

use super::double::{PARTS, Quotes};
use super::{Auction, Bids, Budget, Conditions, Outcome, Price, Properties, Refusal, Truthful, Weakness};

entry! {
    /// Buyers and sellers of one lot each; one price in the interval of those that clear the market, k of the way up.
    ///
    /// With one buyer and one seller this is Chatterjee and Samuelson's bargaining: they trade when the bid b is at
    /// least the ask s, at k·b + (1 − k)·s. At k = 1 the price is no seller's doing and sellers are truthful; at k = 0
    /// buyers are. In between both sides shade, and trades that should happen do not.
    pub struct KDouble = "k_double" {
        formula: "P = k·min(b_(K), s_(K+1)) + (1 − k)·max(s_(K), b_(K+1)),  K = the most trades with b_(K) ≥ s_(K)",
        source: "K. Chatterjee and W. Samuelson, \"Bargaining under incomplete information\", Operations Research 31(5), 1983; M. A. Satterthwaite and S. R. Williams, \"Bilateral trade with the sealed bid k-double auction\", Journal of Economic Theory 48, 1989",
        /// k: how far up the interval the price is, in steps of one billionth.
        k: f64 = 0.5, within 0.0..=1.0;
    }
}

impl KDouble {
    /// For k strictly between 0 and 1.
    pub const PROPERTIES: Properties = Properties {
        individually_rational: true,
        budget: Budget::Balanced,
        truthful: Truthful::Nobody,
        efficient: true,
        weaknesses: &[Weakness::Shading],
    };
}

impl Auction for KDouble {
    fn properties(&self) -> Properties {
        let truthful = match (self.k * PARTS as f64).round() as i64 {
            0 => Truthful::Buyers,
            PARTS => Truthful::Sellers,
            _ => Truthful::Nobody,
        };
        Properties { truthful, ..Self::PROPERTIES }
    }

    fn hold(&self, bids: &Bids<'_>, conditions: &Conditions) -> Result<Outcome, Refusal> {
        let quotes = Quotes::new(bids)?;
        let trades = quotes.trades();
        let Some((low, high)) = quotes.clearing_prices(trades) else { return Ok(Outcome::nothing(bids.len())) };
        let k = (self.k * PARTS as f64).round() as i128;
        let numerator = k * i128::from(high) + (i128::from(PARTS) - k) * i128::from(low);
        let price = Price { numerator, denominator: PARTS };
        quotes.trade(trades, (price, price), conditions.tick)
    }
}
