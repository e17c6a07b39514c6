//! One market says what the asset is worth.

use walras_catalog::{Reference, entry};

use super::{PriceRule, of_market};
use crate::venue::Venue;

entry! {
    /// The price of one market.
    pub struct MarketPrice = "market" {
        formula: "P = P_v",
        source: "elementary",
        /// The market; absent for the first that trades the asset.
        market: Option<Reference>;
    }
}

impl PriceRule for MarketPrice {
    fn price(&self, venues: &[&Venue]) -> f64 {
        venues[of_market(self.market.as_ref(), venues)].history.price(0)
    }

    fn market(&self) -> Option<&Reference> {
        self.market.as_ref()
    }
}
