//! A chart of what contracts paid and what was contributed.

use super::canvas::Dash;
use super::course::{Line, Place, keys, over_time, recorded};
use super::figure::{RIGHT, figure, legend};
use crate::data::{ContractSeries, ReportData};

/// Lines whose names fit above a panel.
const LINES_MAX: usize = 6;
const DASHES: [Dash; 2] = [Dash::Solid, Dash::Dashed];

/// What was paid above who knows of the markets, or above what was contributed where nobody promotes.
pub(super) fn contracts(data: &ReportData) -> Option<String> {
    let shown = &data.contracts[..data.contracts.len().min(LINES_MAX)];
    let first = shown.first()?;
    let of = |values: fn(&ContractSeries) -> &Vec<f64>| {
        let each = shown.iter().enumerate();
        each.map(|(at, it)| (it.name.as_str(), at + 1, DASHES[at % DASHES.len()], values(&it.series).as_slice()))
            .collect::<Vec<Line>>()
    };
    let paid = recorded(&of(|series| &series.paid))?;
    let aware = recorded(&[("know of the markets", 1, Dash::Solid, first.series.aware.as_slice())]);
    let (lower, unit) = match aware {
        Some(aware) => (aware, "share who know of the markets"),
        None => (recorded(&of(|series| &series.contribution))?, "contributed since the beginning"),
    };
    let step = &first.series.step;
    let asset = data.asset_name(first.asset);
    Some(figure(data, "What contracts paid", |canvas| {
        over_time(canvas, step, &paid, &Place::UPPER, format!("paid since the beginning, {asset}"), false);
        over_time(canvas, step, &lower, &Place::LOWER, unit.to_owned(), false);
        legend(canvas, &keys(&paid), RIGHT, 84.0);
    }))
}
