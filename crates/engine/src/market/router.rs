//! A market that routes orders over others.

use walras_catalog::{Problem, Reference, entry};
use walras_market::arrival::Arrival;

use super::{Mechanism, Opening, fees};
use crate::venue::{Market, OnRouter, Venue};

entry! {
    /// A market that cuts each order over other markets of the asset, so that all that take part end at one marginal
    /// price.
    ///
    /// An order is filled whole within its limit, which counts with every fee, or not at all. Orders of one step reach
    /// the other markets after those sent there directly. Curves, pools and order books can be routed to; agents who
    /// trade here need not name them. Books get whole lots; what is left goes to a market that takes it, and an order of
    /// which something is left is rejected as `off_grid`.
    pub struct RouterMarket = "router" {
        formula: "min Σ_v C_v(q_v) over Σ_v q_v = q;  C_v'(q_v) is the same wherever q_v > 0",
        check: |this| match this.markets.len() {
            0 => Err(("markets", "a router needs markets to send orders to".to_owned())),
            _ => Ok(()),
        },
        source: "G. Angeris, A. Evans, T. Chitra and S. Boyd, \"Optimal routing for constant function market makers\", 2022",
        /// The asset traded.
        asset: Reference;
        /// The markets that orders are sent to, declared before this one.
        markets: Vec<Reference>;
        /// Whose order is sent first.
        arrival: Arrival = Arrival::Shuffled;
    }
}

impl Mechanism for RouterMarket {
    fn assets(&self) -> &[Reference] {
        std::slice::from_ref(&self.asset)
    }

    fn open(&self, opening: &mut Opening<'_>) -> Result<Venue, Problem> {
        let mut venues = Vec::new();
        for market in &self.markets {
            let found =
                market.find("market declared before", opening.venues.iter().map(|venue| venue.name.as_str()))?;
            let venue = &opening.venues[found];
            if venue.asset != opening.asset {
                let message = format!("`{}` trades another asset", market.name);
                return Err(Problem::at(market.span, message, format!("a market of `{}`", self.asset.name)));
            }
            if !matches!(venue.market, Market::Curve(_) | Market::Pool(_) | Market::Book(_)) {
                let message = format!("`{}` quotes no price at which an order could trade at once", market.name);
                return Err(Problem::at(market.span, message, "a curve, a pool or an order book"));
            }
            if venue.takes_no_orders(found, opening.venues) {
                let message = format!("`{}` is traded through a book alone", market.name);
                return Err(Problem::at(market.span, message, "that book, or `direct = true` for its maker"));
            }
            let made = |&other: &usize| opening.venues[other].maker_curve();
            if venues.iter().any(|other| made(other) == Some(found))
                || made(&found).is_some_and(|it| venues.contains(&it))
            {
                let message =
                    format!("`{}` would be counted twice: a curve and the book that it quotes into", market.name);
                return Err(Problem::at(market.span, message, "one of the two"));
            }
            if venues.contains(&found) {
                return Err(Problem::at(market.span, format!("`{}` is named twice", market.name), "each market once"));
            }
            venues.push(found);
        }
        // What an order locks must cover the highest fees.
        let most = |fee: fn(&Venue) -> f64| venues.iter().map(|&venue| fee(&opening.venues[venue])).fold(0.0, f64::max);
        let terms = fees(most(|venue| venue.terms.buy_fee.share()), most(|venue| venue.terms.sell_fee.share()));
        let on = OnRouter { venues, price: 0.0 };
        Ok(opening.meeting_place(Market::Router(on), terms, self.arrival))
    }
}
