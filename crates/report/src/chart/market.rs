//! Charts of one market.

use super::canvas::{Canvas, Dash, Pen, ramp_colour, series_colour};
use super::course::{self, Line, PANEL_LEFT, Place, keys, recorded};
use super::figure::{Key, RIGHT, figure, legend};
use super::panel::{Axis, Panel};
use crate::axis::range_of;
use crate::data::{Market, MarketKind, ReportData};
use crate::decimate::extremes;

const BUCKETS: usize = 400;
const CURVES_MAX: usize = 5;

/// Price, settlement price and fundamental value over the steps.
pub(super) fn price(data: &ReportData, market: &Market) -> Option<String> {
    let series = &market.series;
    let traded = ("settlement price", 2, Dash::Dotted, series.settlement_price.as_slice());
    let quotes = [
        ("best ask", 2, Dash::Dotted, series.best_ask.as_slice()),
        ("best bid", 4, Dash::Dotted, series.best_bid.as_slice()),
    ];
    let mut lines = vec![("price", 1, Dash::Solid, series.price.as_slice())];
    match market.kind {
        MarketKind::Curve | MarketKind::Pool => lines.push(traded),
        MarketKind::Book => lines.extend(quotes),
        // All trade at the price itself.
        MarketKind::Clearing => {}
    }
    lines.push(("fundamental value", 3, Dash::Dashed, &series.fundamental));
    let lines = recorded(&lines)?;
    let title = format!("Price of {}", data.asset_name(market.asset));
    Some(figure(data, &title, |canvas| {
        let unit = data.price_unit(market);
        over_time(canvas, market, &lines, &Place::WHOLE, unit, false);
        legend(canvas, &keys(&lines), RIGHT, 84.0);
    }))
}

/// What a book offers over the steps: spread above depth.
pub(super) fn liquidity(data: &ReportData, market: &Market) -> Option<String> {
    let series = &market.series;
    let spread = recorded(&[("quoted spread", 1, Dash::Solid, &series.spread)])?;
    let depth = recorded(&[
        ("depth at the bid", 3, Dash::Solid, &series.bid_depth),
        ("depth at the ask", 2, Dash::Solid, &series.ask_depth),
    ])?;
    let (unit, asset) = (data.price_unit(market), data.asset_name(market.asset));
    Some(figure(data, &format!("Spread and depth of {}", market.name), |canvas| {
        over_time(canvas, market, &spread, &Place::UPPER, format!("spread, {unit}"), true);
        over_time(canvas, market, &depth, &Place::LOWER, format!("depth, {asset}"), true);
        legend(canvas, &keys(&depth), RIGHT, 308.0);
    }))
}

/// What a pool holds over the steps: tokens above money.
fn pool(data: &ReportData, market: &Market) -> Option<String> {
    let tokens = recorded(&[("tokens", 1, Dash::Solid, &market.series.inventory)])?;
    let money = recorded(&[("money", 3, Dash::Solid, &market.series.reserve)])?;
    let (asset, unit) = (data.asset_name(market.asset), data.asset_name(market.money));
    Some(figure(data, &format!("Holdings of {}", market.name), |canvas| {
        over_time(canvas, market, &tokens, &Place::UPPER, format!("tokens held, {asset}"), false);
        over_time(canvas, market, &money, &Place::LOWER, format!("money held, {unit}"), false);
    }))
}

/// Supply above reserve, over the steps; for a pool what it holds, and nothing where traders pay each other.
pub(super) fn supply_reserve(data: &ReportData, market: &Market) -> Option<String> {
    match market.kind {
        MarketKind::Curve => {}
        MarketKind::Pool => return pool(data, market),
        MarketKind::Book | MarketKind::Clearing => return None,
    }
    let supply = recorded(&[("supply", 1, Dash::Solid, &market.series.supply)])?;
    let reserve = recorded(&[("reserve", 3, Dash::Solid, &market.series.reserve)])?;
    let (asset, money) = (data.asset_name(market.asset), data.asset_name(market.money));
    Some(figure(data, &format!("Supply and reserve of {}", market.name), |canvas| {
        over_time(canvas, market, &supply, &Place::UPPER, format!("supply, {asset}"), false);
        over_time(canvas, market, &reserve, &Place::LOWER, format!("reserve, {money}"), false);
    }))
}

/// Volume above orders, over the steps.
pub(super) fn volume(data: &ReportData, market: &Market) -> Option<String> {
    let series = &market.series;
    let volume = recorded(&[("volume", 1, Dash::Solid, &series.volume)])?;
    let orders = recorded(&[
        ("orders filled", 3, Dash::Solid, &series.filled),
        ("orders rejected", 2, Dash::Solid, &series.rejected),
    ]);
    let money = data.asset_name(market.money);
    Some(figure(data, &format!("Volume and orders of {}", market.name), |canvas| {
        let place = if orders.is_some() { Place::UPPER } else { Place::WHOLE };
        over_time(canvas, market, &volume, &place, format!("volume, {money} per step"), true);
        if let Some(orders) = orders {
            over_time(canvas, market, &orders, &Place::LOWER, "orders per step".into(), true);
            legend(canvas, &keys(&orders), RIGHT, 308.0);
        }
    }))
}

/// Price against supply with the path travelled.
pub(super) fn curve(data: &ReportData, market: &Market) -> Option<String> {
    let curves: Vec<_> = market.curves.iter().filter(|curve| curve.points.len() > 1).collect();
    let last = curves.len().checked_sub(1)?;
    let chosen: Vec<_> = if curves.len() <= CURVES_MAX {
        curves
    } else {
        (0..CURVES_MAX).map(|number| curves[number * last / (CURVES_MAX - 1)]).collect()
    };
    let series = &market.series;
    let kept = extremes(&[&series.supply, &series.price], series.step.len(), BUCKETS);
    let at = |column: &[f64], index: usize| column.get(index).copied().unwrap_or(f64::NAN);
    let path: Vec<(f64, f64)> = kept
        .iter()
        .map(|&index| (at(&series.supply, index), at(&series.price, index)))
        .filter(|point| point.0.is_finite() && point.1.is_finite())
        .collect();
    let points = || chosen.iter().flat_map(|curve| &curve.points).chain(&path);
    let x_range = range_of(points().map(|point| point.0), true);
    let y_range = range_of(points().map(|point| point.1), true);
    Some(figure(data, &format!("Price against supply of {}", data.asset_name(market.asset)), |canvas| {
        let x = Axis::new(format!("supply, {}", data.asset_name(market.asset)), x_range);
        let y = Axis::new(data.price_unit(market), y_range);
        let panel = Panel::new(canvas, (PANEL_LEFT, 102.0), (RIGHT - PANEL_LEFT, 380.0), x, y);
        let mut keys = Vec::new();
        for (number, curve) in chosen.iter().enumerate() {
            let dash = if number == 0 { Dash::Solid } else { Dash::Dashed };
            let key = Key::new(&curve.label, series_colour(number + 1), dash);
            panel.line(curve.points.iter().copied(), key.pen);
            keys.push(key);
        }
        travel(canvas, &panel, &path);
        if !path.is_empty() {
            keys.push(Key::new("path, ring to dot", ramp_colour(0.5), Dash::Solid));
        }
        legend(canvas, &keys, RIGHT, 84.0);
    }))
}

/// The path in colours that grow lighter with time, from a ring to a dot.
fn travel(canvas: &Canvas, panel: &Panel, path: &[(f64, f64)]) {
    const COLOURS: usize = 48;
    let (Some(&first), Some(&last)) = (path.first(), path.last()) else { return };
    let stride = path.len().div_ceil(COLOURS).max(1);
    for start in (0..path.len() - 1).step_by(stride) {
        let end = (start + stride + 1).min(path.len());
        let colour = ramp_colour(start as f64 / path.len() as f64);
        panel.line(path[start..end].iter().copied(), Pen::solid(colour, 2.5));
    }
    canvas.dot(panel.place(first), 6.0, ramp_colour(0.0));
    canvas.dot(panel.place(first), 3.5, plotters::style::WHITE);
    canvas.dot(panel.place(last), 6.0, ramp_colour(1.0));
}

fn over_time(canvas: &Canvas, market: &Market, lines: &[Line], place: &Place, label: String, flow: bool) {
    course::over_time(canvas, &market.series.step, lines, place, label, flow);
}
