//! A market where demand meets supply.

use walras_catalog::{Bounds, Problem, Reference, entry};
use walras_market::arrival::Arrival;
use walras_market::clearing::AnyClearing;

use super::{Mechanism, Opening, fees};
use crate::venue::{Market, OnClearing, Venue};

entry! {
    /// A market where each step's orders trade among each other at one price: the one at which demand meets supply, or
    /// one that was posted before and answers to the difference of the two.
    ///
    /// Orders last for one step. What rounding leaves stays in the account `clearing_house:NAME`.
    pub struct ClearingMarket = "clearing" {
        formula: "D(P) = O(P), or P' = P + g(D(P) − O(P), S)",
        source: "L. Walras, \"Éléments d'économie politique pure\", 1874",
        /// The asset traded.
        asset: Reference;
        /// How orders settle and the price moves.
        rule: AnyClearing;
        /// The price of a token before the first step.
        price: f64, within Bounds::above(0.0), unit "numeraire/token";
        /// Fee on what bought tokens cost, paid on top.
        buy_fee: f64 = 0.0, within 0.0..1.0;
        /// Fee on what sold tokens return, kept back.
        sell_fee: f64 = 0.0, within 0.0..1.0;
        /// Who comes first among equals.
        arrival: Arrival = Arrival::Shuffled;
    }
}

impl Mechanism for ClearingMarket {
    fn assets(&self) -> &[Reference] {
        std::slice::from_ref(&self.asset)
    }

    fn open(&self, opening: &mut Opening<'_>) -> Result<Venue, Problem> {
        let on = OnClearing::new(self.rule.clone(), self.price);
        let terms = fees(self.buy_fee, self.sell_fee);
        Ok(opening.meeting_place(Market::Clearing(on), terms, self.arrival))
    }
}
