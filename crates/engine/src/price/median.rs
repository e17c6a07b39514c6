//! The market in the middle counts.

use walras_catalog::entry;

use super::PriceRule;
use crate::venue::Venue;

entry! {
    /// The median of the prices of all markets; halfway between the two in the middle where their number is even.
    pub struct Median = "median" {
        formula: "P = median of P_v",
        source: "elementary",
    }
}

impl PriceRule for Median {
    fn price(&self, venues: &[&Venue]) -> f64 {
        let mut prices: Vec<f64> = venues.iter().map(|venue| venue.history.price(0)).collect();
        prices.sort_by(f64::total_cmp);
        let middle = prices.len() / 2;
        if prices.len() % 2 == 1 { prices[middle] } else { 0.5 * (prices[middle - 1] + prices[middle]) }
    }
}
