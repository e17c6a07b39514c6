//! What the price P of an asset is when several markets trade it.
//!
//! Every rule looks at the prices and volumes at the end of the last steps, so that it needs no state of its own.

mod market_price;
mod median;
mod time_weighted;
mod volume_weighted;

use std::fmt::Debug;

use walras_catalog::{Problem, Reference, entries};

use crate::venue::Venue;

pub use market_price::MarketPrice;
pub use median::Median;
pub use time_weighted::TimeWeighted;
pub use volume_weighted::VolumeWeighted;

/// Makes one price of the prices of an asset's markets.
pub trait PriceRule: Debug + Send + Sync {
    /// The price at the end of the last step, numeraire per token. `venues` are the markets that trade the asset, at
    /// least one, in the order declared; each has a price in its history.
    fn price(&self, venues: &[&Venue]) -> f64;

    /// How many past prices and volumes of each market it looks back on.
    fn window(&self) -> usize {
        1
    }

    /// The market it names, if it names one.
    fn market(&self) -> Option<&Reference> {
        None
    }
}

entries! {
    /// Any rule for an asset's price.
    pub enum AnyPriceRule: dyn PriceRule = "price" {
        MarketPrice(MarketPrice),
        VolumeWeighted(VolumeWeighted),
        Median(Median),
        TimeWeighted(TimeWeighted),
    }
}

/// Checks that the market a rule names trades the asset.
///
/// # Errors
/// When it does not exist or trades another asset.
pub(crate) fn check(rule: &AnyPriceRule, asset: &str, venues: &[&Venue]) -> Result<(), Problem> {
    let Some(market) = rule.market() else { return Ok(()) };
    let names = venues.iter().map(|venue| venue.name.as_str());
    market.find(&format!("market that trades `{asset}`"), names).map(|_| ())
}

/// The price of the market named, or of the first.
fn of_market(market: Option<&Reference>, venues: &[&Venue]) -> usize {
    market.and_then(|market| venues.iter().position(|venue| venue.name == market.name)).unwrap_or(0)
}
