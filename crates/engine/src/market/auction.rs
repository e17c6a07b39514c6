//! A market that holds auctions.

use walras_catalog::{Bounds, Problem, Reference, entry};
use walras_ledger::exchange::Counterparties;
use walras_market::arrival::Arrival;
use walras_market::auction::AnyAuction;
use walras_market::book::Side;

use super::{Mechanism, Opening, fees};
use crate::build::countable;
use crate::venue::{Market, OnAuction, Venue};

entry! {
    /// A market whose orders are bids in an auction at the end of each step, or of every few.
    ///
    /// In an auction of buyers and sellers agents trade with each other. In a sale the market issues what it `offered`
    /// and its account `revenue:NAME` receives what is paid. Orders last for one auction. What rounding leaves stays in
    /// the market's account.
    pub struct AuctionMarket = "auction" {
        formula: "see each auction",
        source: "see each auction",
        /// The asset traded.
        asset: Reference;
        /// The auction.
        auction: AnyAuction;
        /// The price of a token before the first auction.
        reference: f64, within Bounds::above(0.0), unit "numeraire/token";
        /// The smallest step of prices.
        tick: f64 = 0.01, within Bounds::above(0.0), unit "numeraire/token";
        /// The smallest step of sizes.
        lot: f64 = 1.0, within Bounds::above(0.0), unit "tokens";
        /// What the market issues and sells at each auction, where it sells.
        offered: Option<f64>, within Bounds::above(0.0), unit "tokens";
        /// The least price at which it sells.
        reserve_price: f64 = 0.0, within Bounds::from(0.0..), unit "numeraire/token";
        /// Steps from one auction to the next.
        every: u32 = 1, within 1.0..=1e9, unit "steps";
        /// Fee on what bought tokens cost, paid on top.
        buy_fee: f64 = 0.0, within 0.0..1.0;
        /// Fee on what sold tokens return, kept back.
        sell_fee: f64 = 0.0, within 0.0..1.0;
        /// Who comes first among equals.
        arrival: Arrival = Arrival::Shuffled;
    }
}

impl Mechanism for AuctionMarket {
    fn assets(&self) -> &[Reference] {
        std::slice::from_ref(&self.asset)
    }

    fn open(&self, opening: &mut Opening<'_>) -> Result<Venue, Problem> {
        let grid = opening.grid(self.tick, self.lot)?;
        let unit = opening.assets[0].scale / opening.assets[opening.asset.index()].scale;
        let mut on = OnAuction::new(self.auction.clone(), grid, self.reference * unit);
        on.every = self.every;
        on.reserve = grid.ticks_within(Side::Sell, self.reserve_price * unit).unwrap_or(0);
        let terms = fees(self.buy_fee, self.sell_fee);
        match (on.is_sale(), self.offered) {
            (false, None) => Ok(opening.meeting_place(Market::Auction(on), terms, self.arrival)),
            (false, Some(_)) => {
                Err(opening.problem("its agents sell to each other", "`offered` only where the market itself sells"))
            }
            (true, None) => Err(opening.problem("it sells what it issues", "needs `offered`")),
            (true, Some(offered)) => {
                let asset = &opening.assets[opening.asset.index()];
                on.offered = countable(asset, offered, opening.span)? / grid.lot() * grid.lot();
                if let Some(other) =
                    opening.venues.iter().find(|venue| venue.asset == opening.asset && venue.curve().is_some())
                {
                    let message = format!("`{}` already issues `{}` along a curve", other.name, asset.name);
                    return Err(opening.problem(&message, "an asset with no curve"));
                }
                let (revenue, charged) = (opening.account("revenue"), opening.account("fees"));
                let (asset, tokens) = (opening.asset, opening.ledger.issuer(opening.asset));
                let accounts = Counterparties {
                    asset,
                    tokens,
                    money: revenue,
                    fees: charged,
                    priority_fees: charged,
                    tributes: charged,
                };
                Ok(opening.venue(Market::Auction(on), terms, self.arrival, accounts))
            }
        }
    }
}
