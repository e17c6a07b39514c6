//! Charts of agents: how wealth is spread, and how each cohort fared.

use super::canvas::{AXIS, Anchor, Canvas, Dash, FAINT, INK, Pen, fitted, series_colour};
use super::figure::{Key, LEFT, RIGHT, TICKS_WIDTH, figure, legend};
use super::panel::{Axis, Panel};
use crate::axis::range_of;
use crate::data::{Cohort, Histogram, ReportData, Wealth};
use crate::number::people;

const MIDDLE: f64 = 480.0;
const COHORTS_MAX: usize = 12;
const FANS_MAX: usize = 6;

/// Lorenz curves beside histograms, at the start and at the end.
pub(super) fn wealth(data: &ReportData) -> Option<String> {
    let wealth = data.wealth.as_ref().filter(|wealth| wealth.end.lorenz.len() > 1)?;
    Some(figure(data, "Distribution of wealth", |canvas| {
        lorenz(canvas, wealth);
        histogram(canvas, wealth);
        let keys = [
            Key::new(format!("start, Gini {}", people(wealth.start.gini)), series_colour(2), Dash::Dashed),
            Key::new(format!("end, Gini {}", people(wealth.end.gini)), series_colour(1), Dash::Solid),
        ];
        legend(canvas, &keys, RIGHT, 78.0);
    }))
}

fn lorenz(canvas: &Canvas, wealth: &Wealth) {
    let lowest = wealth.end.lorenz.iter().chain(&wealth.start.lorenz).fold(0.0, |low: f64, point| low.min(point.1));
    let x = Axis::of_fractions("share of agents, poorest first", (0.0, 1.0));
    let y = Axis::of_fractions("share of wealth", (lowest, 1.0));
    let left = LEFT + TICKS_WIDTH;
    let panel = Panel::new(canvas, (left, 118.0), (MIDDLE - 30.0 - left, 364.0), x, y);
    let equality = Pen { colour: AXIS, opacity: 1.0, width: 1.5, dash: Dash::Dotted };
    panel.line([(0.0, 0.0), (1.0, 1.0)].into_iter(), equality);
    let pen = |number, dash| Pen { colour: series_colour(number), opacity: 1.0, width: 2.0, dash };
    panel.line(wealth.start.lorenz.iter().copied(), pen(2, Dash::Dashed));
    panel.line(wealth.end.lorenz.iter().copied(), pen(1, Dash::Solid));
}

fn histogram(canvas: &Canvas, wealth: &Wealth) {
    let (start, end) = (outline(&wealth.start.histogram), outline(&wealth.end.histogram));
    let highest = |points: &[(f64, f64)]| points.iter().fold(0.0, |high: f64, point| high.max(point.1));
    // All agents in one bin, as after equal endowments, would flatten the rest; that bar is cut at the top.
    let top = if highest(&start) > 3.0 * highest(&end) && !end.is_empty() {
        highest(&end)
    } else {
        highest(&start).max(highest(&end))
    };
    let edges = || start.iter().chain(&end).map(|point| point.0);
    let label = format!("wealth, {}", wealth.unit);
    let logarithmic = wealth.end.histogram.logarithmic && edges().all(|edge| edge > 0.0);
    let x = if logarithmic {
        let range = edges().fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), x| (low.min(x), high.max(x)));
        Axis { logarithmic, ..Axis::new(label, range) }
    } else {
        Axis::new(label, range_of(edges(), false))
    };
    let y = Axis::of_fractions("share of agents per bin", (0.0, if top > 0.0 { top * 1.06 } else { 1.0 }));
    let left = MIDDLE + 30.0 + TICKS_WIDTH;
    let panel = Panel::new(canvas, (left, 118.0), (RIGHT - left, 364.0), x, y);
    let cut = |points: &[(f64, f64)]| points.iter().map(|&(x, y)| (x, y.min(top * 1.06))).collect::<Vec<_>>();
    panel.area(end.iter().copied(), series_colour(1), 0.15);
    panel.line(cut(&start).into_iter(), Pen { dash: Dash::Dashed, ..Pen::solid(series_colour(2), 1.5) });
    panel.line(end.into_iter(), Pen::solid(series_colour(1), 2.0));
}

/// The outline of a histogram's bars as shares of all agents.
fn outline(bins: &Histogram) -> Vec<(f64, f64)> {
    if bins.edges.len() != bins.counts.len() + 1 {
        return Vec::new();
    }
    let total = bins.counts.iter().sum::<u64>().max(1) as f64;
    let tops = bins.edges.windows(2).zip(&bins.counts);
    let tops = tops.flat_map(|(edges, &agents)| [(edges[0], agents as f64 / total), (edges[1], agents as f64 / total)]);
    let (Some(&low), Some(&high)) = (bins.edges.first(), bins.edges.last()) else { return Vec::new() };
    std::iter::once((low, 0.0)).chain(tops).chain([(high, 0.0)]).collect()
}

/// Profit and loss as bars, beside the spread of wealth over time where it was sampled.
pub(super) fn cohorts(data: &ReportData) -> Option<String> {
    let traders: Vec<&Cohort> = data.cohorts.iter().filter(|cohort| !cohort.only_requests).collect();
    if traders.is_empty() {
        return None;
    }
    let fans: Vec<&Cohort> = traders.iter().copied().filter(|cohort| cohort.fan.len() > 1).take(FANS_MAX).collect();
    Some(figure(data, "Cohorts", |canvas| {
        let right = if fans.is_empty() { RIGHT } else { MIDDLE - 10.0 };
        bars(canvas, &traders, data.asset_name(0), right);
        if !fans.is_empty() {
            spread(canvas, data, &fans);
        }
    }))
}

fn bars(canvas: &Canvas, cohorts: &[&Cohort], money: &str, right: f64) {
    const VALUE_WIDTH: f64 = 76.0;
    const NAME_SIZE: f64 = 12.5;
    let shown = &cohorts[..cohorts.len().min(COHORTS_MAX)];
    let profit = |cohort: &Cohort| if cohort.profit.is_finite() { cohort.profit } else { 0.0 };
    let (low, high) = shown
        .iter()
        .map(|cohort| profit(cohort))
        .fold((0.0, 0.0), |(low, high): (f64, f64), x| (low.min(x), high.max(x)));
    let width = if high > low { high - low } else { 1.0 };
    let place = |value: f64| LEFT + (value - low) / width * (right - VALUE_WIDTH - LEFT);
    canvas.text((LEFT, 92.0), &format!("profit and loss, {money} per agent"), 12.0, INK, Anchor::Start);
    let pitch = (400.0 / shown.len() as f64).min(64.0);
    for (row, cohort) in shown.iter().enumerate() {
        let top = 112.0 + row as f64 * pitch;
        let name = fitted(&cohort.name, NAME_SIZE, right - LEFT - VALUE_WIDTH);
        canvas.text((LEFT, top + 7.0), &name, NAME_SIZE, INK, Anchor::Start);
        let (bar_top, bar_end) = (top + 16.0, top + (pitch - 6.0).min(36.0));
        let value = profit(cohort);
        let colour = if value < 0.0 { series_colour(2) } else { series_colour(1) };
        canvas.rectangle((place(value.min(0.0)), bar_top), (place(value.max(0.0)), bar_end), colour, 1.0);
        canvas.line(&[(place(0.0), bar_top - 3.0), (place(0.0), bar_end + 3.0)], Pen::solid(AXIS, 1.0));
        let sign = if value > 0.0 { "+" } else { "" };
        let words = format!("{sign}{}", people(cohort.profit));
        canvas.text((right, f64::midpoint(bar_top, bar_end)), &words, NAME_SIZE, INK, Anchor::End);
    }
    if cohorts.len() > COHORTS_MAX {
        let words = format!("{} more cohorts are not shown", cohorts.len() - COHORTS_MAX);
        canvas.text((LEFT, 524.0), &words, 11.5, FAINT, Anchor::Start);
    }
}

fn spread(canvas: &Canvas, data: &ReportData, fans: &[&Cohort]) {
    let values = fans.iter().flat_map(|cohort| &cohort.fan).flat_map(|at| [at.p05, at.p95]);
    let steps = fans.iter().flat_map(|cohort| &cohort.fan).map(|at| at.step as f64);
    let (first, last) =
        steps.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), step| (low.min(step), high.max(step)));
    let label = format!("wealth, {} per agent: median and middle nine tenths", data.asset_name(0));
    let x = Axis::new("step", (first, if first < last { last } else { first + 1.0 }));
    let left = MIDDLE + 20.0 + TICKS_WIDTH;
    let keys: Vec<Key> = fans
        .iter()
        .enumerate()
        .map(|(number, cohort)| Key::new(fitted(&cohort.name, 12.5, 130.0), series_colour(number + 1), Dash::Solid))
        .collect();
    // Two keys a row, so that names of any length have room.
    let key_rows = keys.len().div_ceil(2) as f64;
    let top = 106.0 + key_rows * 20.0;
    let panel =
        Panel::new(canvas, (left, top), (RIGHT - left, 482.0 - top), x, Axis::new(label, range_of(values, false)));
    for (number, cohort) in fans.iter().enumerate() {
        let colour = series_colour(number + 1);
        let over = |quantile: fn(&crate::data::WealthQuantiles) -> f64| {
            cohort.fan.iter().map(move |at| (at.step as f64, quantile(at)))
        };
        panel.band(over(|at| at.p05), &over(|at| at.p95).collect::<Vec<_>>(), colour);
    }
    for (number, cohort) in fans.iter().enumerate() {
        panel.line(cohort.fan.iter().map(|at| (at.step as f64, at.p50)), Pen::solid(series_colour(number + 1), 2.2));
    }
    for (row, pair) in keys.chunks(2).enumerate() {
        legend(canvas, pair, RIGHT, 84.0 + row as f64 * 20.0);
    }
}
