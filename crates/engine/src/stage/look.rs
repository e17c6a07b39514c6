//! What monitors and controllers may look at, at the end of a step.

use walras_institutions::measure::{MeasureSpec, Measured};
use walras_ledger::Ledger;
use walras_ledger::exchange::Posted;
use walras_measures::moments::standard_deviation;
use walras_measures::returns::log_return;
use walras_measures::volatility::log_return_volatility;

use crate::world::{Asset, Venue};

/// One market at the end of a step, before its new price enters the history.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The market.
    pub venue: &'a Venue,
    /// The accounts.
    pub ledger: &'a Ledger,
    /// The assets, the numeraire first.
    pub assets: &'a [Asset],
    /// What was posted at the market in the step.
    pub posted: &'a Posted,
}

impl Look<'_> {
    /// The measure's value, `NaN` where it is not defined (yet).
    #[must_use]
    pub fn at(&self, spec: &MeasureSpec) -> f64 {
        let Self { venue, ledger, assets, posted } = self;
        let (supply, reserve) = venue.standing(ledger);
        let price = venue.price(ledger);
        let (money_scale, token_scale) = (assets[0].scale, assets[venue.asset.index()].scale);
        let (tokens, held) = (supply as f64 / token_scale, reserve as f64 / money_scale);
        let capitalisation = price * tokens;
        let volume = venue.volume(posted) as f64 / money_scale;
        let window = spec.window as usize;
        let over = |a: f64, b: f64| if b > 0.0 { a / b } else { f64::NAN };
        match spec.measure {
            Measured::Price => price,
            Measured::LogReturn => log_return(venue.history.price(0), price).unwrap_or(f64::NAN),
            Measured::LogReturnVolatility => {
                self.prices(window, price).and_then(|prices| log_return_volatility(&prices)).unwrap_or(f64::NAN)
            }
            Measured::PriceVolatility => {
                self.prices(window - 1, price).and_then(|prices| standard_deviation(&prices)).unwrap_or(f64::NAN)
            }
            Measured::ReserveRatio => over(held, capitalisation),
            Measured::Coverage => {
                let owed = venue.exact().and_then(|exact| exact.required_reserve(supply, reserve));
                owed.map_or(f64::NAN, |owed| over(reserve as f64, owed as f64))
            }
            Measured::Reserve => held,
            Measured::Supply => tokens,
            Measured::Capitalisation => capitalisation,
            Measured::Volume => volume,
            Measured::Turnover if venue.volumes.len() + 1 < window => f64::NAN,
            Measured::Turnover => {
                let before = venue.volumes.average(window - 1) * (window - 1) as f64;
                over((before + volume) / window as f64, capitalisation)
            }
            Measured::NetDemand => (posted.bought - posted.sold) as f64 / token_scale,
        }
    }

    /// The price now and the `back` prices before it, oldest first; `None` when there are not so many yet.
    fn prices(&self, back: usize, now: f64) -> Option<Vec<f64>> {
        let history = &self.venue.history;
        let past = (0..back).rev().map(|lag| history.price(lag));
        (history.len() >= back).then(|| past.chain([now]).collect())
    }
}
