//! Around which price orders are placed: a part of what the noise traders and the market makers say.

use walras_catalog::choice;

use crate::observation::MarketView;

choice! {
    /// The price that a limit is counted from. Where it is not there, the market's price.
    pub enum Around {
        /// The market's price.
        Price = "price",
        /// Halfway between the best bid and the best ask.
        Middle = "middle",
        /// The price of the last trade.
        Last = "last",
        /// The best order of the own side.
        SameSide = "same_side",
        /// The best order of the other side.
        OppositeSide = "opposite_side",
        /// The asset's fundamental value.
        Fundamental = "fundamental",
    }
}

impl Around {
    /// The price that a buyer's and a seller's limits are counted from.
    #[must_use]
    pub fn prices(self, seen: &MarketView<'_>) -> (f64, f64) {
        let quotes = &seen.quotes;
        let or_price = |price: Option<f64>| price.unwrap_or(seen.price);
        let same = |price: Option<f64>| (or_price(price), or_price(price));
        match self {
            Self::Price => (seen.price, seen.price),
            Self::Middle => same(quotes.middle()),
            Self::Last => same(quotes.last),
            Self::SameSide => (or_price(quotes.bid), or_price(quotes.ask)),
            Self::OppositeSide => (or_price(quotes.ask), or_price(quotes.bid)),
            Self::Fundamental => same(seen.fundamental),
        }
    }
}
