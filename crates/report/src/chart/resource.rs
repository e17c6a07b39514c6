//! Charts of what resources shared and of who got what.

use super::canvas::Dash;
use super::course::{Line, Place, keys, over_time, recorded};
use super::figure::{RIGHT, figure, legend};
use crate::data::{DemandSeries, ReportData, Resource, ResourceSeries};

/// Lines whose names fit above a panel.
const LINES_MAX: usize = 6;
/// Capacity beyond this many times the grants is left out.
const NEAR_MAX: f64 = 20.0;
const DASHES: [Dash; 2] = [Dash::Solid, Dash::Dashed];

/// A chart of each asset that resources share: what was granted above its price, or its use where nothing is charged.
pub(super) fn resources(data: &ReportData) -> Vec<(usize, String)> {
    let mut assets: Vec<usize> = data.resources.iter().map(|resource| resource.asset).collect();
    assets.sort_unstable();
    assets.dedup();
    let one = |asset: usize| {
        let of_asset = data.resources.iter().filter(|resource| resource.asset == asset);
        let of_asset: Vec<&Resource> = of_asset.take(LINES_MAX).collect();
        Some((asset, resource(data, asset, &of_asset)?))
    };
    assets.into_iter().filter_map(one).collect()
}

fn resource(data: &ReportData, asset: usize, resources: &[&Resource]) -> Option<String> {
    let step = &resources.first()?.series.step;
    let name = data.asset_name(asset);
    let granted = match resources {
        [only] => {
            let ResourceSeries { granted, capacity, .. } = &only.series;
            let highest = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
            // Capacity that is no limit would press the grants flat.
            let near = highest(capacity) <= NEAR_MAX * highest(granted);
            let lines = [("granted", 1, Dash::Solid, granted.as_slice()), ("capacity", 7, Dash::Dashed, capacity)];
            recorded(if near { &lines } else { &lines[..1] })?
        }
        _ => recorded(&each(resources, |series| &series.granted))?,
    };
    let used: Vec<Vec<f64>> = resources.iter().map(|resource| resource.series.utilisation()).collect();
    let prices = recorded(&each(resources, |series| &series.price));
    let used: Vec<Line> =
        resources.iter().zip(&used).enumerate().map(|(at, (it, used))| line(at, &it.name, used)).collect();
    let (lower, unit, flow) = match prices {
        Some(prices) => (prices, format!("price, {} per {name}", data.asset_name(0)), false),
        None => (recorded(&used)?, "utilisation, granted over capacity".to_owned(), true),
    };
    Some(figure(data, &format!("What was granted of {name}"), |canvas| {
        over_time(canvas, step, &granted, &Place::UPPER, format!("granted, {name} per step"), true);
        over_time(canvas, step, &lower, &Place::LOWER, unit, flow);
        legend(canvas, &keys(&granted), RIGHT, 84.0);
    }))
}

/// Jobs that wait above the utility of each cohort, or the utility alone.
pub(super) fn demand(data: &ReportData) -> Option<String> {
    let shown = &data.demand[..data.demand.len().min(LINES_MAX)];
    let step = &shown.first()?.series.step;
    let of = |values: fn(&DemandSeries) -> &Vec<f64>| {
        let each = shown.iter().enumerate();
        each.map(|(at, demand)| line(at, &demand.cohort, values(&demand.series))).collect::<Vec<Line>>()
    };
    let waiting = recorded(&of(|series| &series.waiting));
    let a_step: Vec<Vec<f64>> = shown.iter().map(|demand| demand.series.utility_per_step()).collect();
    let each = shown.iter().zip(&a_step).enumerate();
    let a_step: Vec<Line> = each.map(|(at, (demand, values))| line(at, &demand.cohort, values)).collect();
    let utility = recorded(&if waiting.is_some() { of(|series| &series.utility) } else { a_step })?;
    Some(figure(data, "Who got what", |canvas| {
        match &waiting {
            Some(waiting) => {
                over_time(canvas, step, waiting, &Place::UPPER, "jobs that wait".to_owned(), true);
                let unit = "utility since the beginning, per agent".to_owned();
                over_time(canvas, step, &utility, &Place::LOWER, unit, false);
            }
            None => {
                over_time(canvas, step, &utility, &Place::WHOLE, "utility, per agent and step".to_owned(), true);
            }
        }
        legend(canvas, &keys(&utility), RIGHT, 84.0);
    }))
}

fn each<'a>(resources: &[&'a Resource], values: fn(&'a ResourceSeries) -> &'a Vec<f64>) -> Vec<Line<'a>> {
    let each = resources.iter().enumerate();
    each.map(|(at, resource)| line(at, &resource.name, values(&resource.series))).collect()
}

fn line<'a>(at: usize, name: &'a str, values: &'a [f64]) -> Line<'a> {
    (name, at + 1, DASHES[at % DASHES.len()], values)
}
