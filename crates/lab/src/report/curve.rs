//! A market's curve as points: price against supply.

use walras_catalog::read::with_number;
use walras_market::curve::{AnyCurve, Point};
use walras_report::data::{MarketSeries, SampledCurve};

use super::course::Changes;
use crate::recorder::ANCHOR;

/// Points of a sampled curve.
const POINTS: u32 = 160;
/// How far beyond the largest supply a curve is drawn.
const BEYOND: f64 = 1.15;

/// The curve at the start and, where a parameter changed, at the end.
pub(super) fn sampled(curve: &AnyCurve, series: &MarketSeries, changes: &Changes) -> Vec<SampledCurve> {
    let most = series.supply.iter().copied().filter(|supply| supply.is_finite()).fold(0.0, f64::max) * BEYOND;
    let at = |row: usize| Point { supply: series.supply[row], reserve: series.reserve[row] };
    let Some(last) = series.step.len().checked_sub(1).filter(|_| most > 0.0) else { return Vec::new() };
    let mut now = curve.clone();
    let mut anchor = 1.0;
    for (name, values) in changes {
        let Some(&(_, value)) = values.last() else { continue };
        if name == ANCHOR {
            anchor = value;
        } else if let Ok(changed) = with_number(&now, name, value) {
            now = changed;
        }
    }
    let points = |curve: &AnyCurve, anchor: f64, at: Point| points(curve, anchor, at, most);
    let (start, end) = (points(curve, 1.0, at(0)), points(&now, anchor, at(last)));
    let changed = changes.values().any(|values| values.len() > 1) || anchor != 1.0;
    if !changed {
        return vec![SampledCurve { label: "curve".to_owned(), points: end }];
    }
    vec![
        SampledCurve { label: "curve at the start".to_owned(), points: start },
        SampledCurve { label: "curve at the end".to_owned(), points: end },
    ]
}

/// The price at supplies from 0 to `most` if all trade went along the curve from where it stands.
fn points(curve: &AnyCurve, anchor: f64, at: Point, most: f64) -> Vec<(f64, f64)> {
    let price = |supply: f64| {
        let reserve = if supply >= at.supply {
            at.reserve + curve.cost(at, supply - at.supply)
        } else {
            at.reserve - curve.proceeds(at, at.supply - supply)
        };
        anchor * curve.price(Point { supply, reserve: reserve.max(0.0) })
    };
    let supplies = (0..=POINTS).map(|point| most * f64::from(point) / f64::from(POINTS));
    supplies.map(|supply| (supply, price(supply))).filter(|(_, price)| price.is_finite()).collect()
}
