//! The course of each market: its series, its parameters, its curve.
//!
//! A report counts steps done: at 0 stands the state before the first step, and what table rows of step t tell of
//! stands at t + 1, when it had happened.

use std::collections::BTreeMap;

use walras_catalog::words::in_words;
use walras_engine::economy::AnyMarket;
use walras_measures::reserve::reserve_ratio;
use walras_record::Run;
use walras_record::table::{Columns as _, MarketColumns, ParameterColumns};
use walras_report::data::{Market, MarketKind, MarketSeries, Parameter, Provider};
use walras_scenario::Loaded;

use super::curve;
use crate::error::RunError;
use crate::recorder::ANCHOR;
use crate::summary::{MarketSummary, Summary};

/// Rows of a market that are held in memory at once. Of a longer run only levels are shown, thinned, because sums over
/// a part of the steps would mislead.
const ROWS_MAX: u64 = 4_000_000;

/// Every market of the run, in the scenario's order.
pub(super) fn markets(run: &Run, loaded: &Loaded, summary: Option<&Summary>) -> Result<Vec<Market>, RunError> {
    let manifest = &run.manifest;
    let asset = |name: &str| manifest.assets.iter().position(|asset| asset.name == name).unwrap_or(0);
    let mut markets: Vec<Market> = manifest
        .markets
        .iter()
        .map(|market| Market {
            name: market.name.clone(),
            mechanism: format!("{}, {} settlement", market.mechanism, market.settlement),
            asset: asset(&market.asset),
            ..Market::default()
        })
        .collect();
    // Each market's venues, as many as it has assets.
    let declared = || loaded.scenario.markets.0.iter().flat_map(|named| named.item.assets().iter().map(move |_| named));
    for (market, named) in markets.iter_mut().zip(declared()) {
        market.kind = match &named.item {
            AnyMarket::Curve(_) => MarketKind::Curve,
            AnyMarket::Pool(_) | AnyMarket::SharedPool(_) => MarketKind::Pool,
            AnyMarket::OrderBook(_) => MarketKind::Book,
            AnyMarket::Auction(_) | AnyMarket::Clearing(_) | AnyMarket::Router(_) => MarketKind::Clearing,
        };
    }
    for (market, summary) in markets.iter_mut().zip(summary.into_iter().flat_map(|summary| &summary.markets)) {
        begin(&mut market.series, summary, market.kind);
        let providers = summary.provision.iter().flat_map(|provision| &provision.providers);
        market.providers = providers
            .map(|it| Provider {
                name: it.name.clone(),
                value: it.value,
                value_if_held: it.value_if_held,
                gain: it.gain,
            })
            .collect();
    }
    read_series(run, &mut markets)?;
    let changes = read_parameters(run, markets.len())?;
    // A share of a pool of several assets is a part of all of them, which no one venue shows.
    let whole = markets.iter_mut().zip(declared()).filter(|(_, named)| matches!(named.item, AnyMarket::Pool(_)));
    for (market, _) in whole {
        market.series.against_holding = against_holding(&market.series, &market.mechanism);
    }
    for ((market, changes), named) in markets.iter_mut().zip(&changes).zip(declared()) {
        let AnyMarket::Curve(item) = &named.item else { continue };
        market.curves = curve::sampled(&item.curve, &market.series, changes);
        market.parameters = parameters(loaded, &named.name, &item.curve, &market.series.step, changes);
    }
    Ok(markets)
}

fn read_series(run: &Run, markets: &mut [Market]) -> Result<(), RunError> {
    let scale = |asset: usize| {
        let decimals = run.manifest.assets.get(asset).map_or(0, |asset| asset.decimals);
        walras_numerics::elementary::pow10(decimals)
    };
    let (money, tokens): (f64, Vec<f64>) = (scale(0), markets.iter().map(|market| scale(market.asset)).collect());
    let rows = run.manifest.final_step.saturating_mul(markets.len() as u64);
    let whole = rows <= ROWS_MAX;
    for series in markets.iter_mut().map(|market| &mut market.series).filter(|_| !whole) {
        (series.volume, series.fees) = Default::default();
        (series.orders, series.filled, series.rejected) = Default::default();
    }
    let every = rows.div_ceil(ROWS_MAX).max(1);
    for columns in run.table::<MarketColumns>()? {
        let columns = columns?;
        for row in 0..columns.len() {
            let market = columns.market.ids()[row] as usize;
            let step = u64::from(columns.step[row]);
            let last = step + 1 == run.manifest.final_step;
            if market < markets.len() && (step.is_multiple_of(every) || last) {
                push(&mut markets[market].series, &columns, row, money, tokens[market], whole);
            }
        }
    }
    Ok(())
}

/// The state before the first step, in which nothing flowed yet.
fn begin(series: &mut MarketSeries, summary: &MarketSummary, kind: MarketKind) {
    let price = summary.first_price.unwrap_or(f64::NAN);
    let ratio = reserve_ratio(summary.first_reserve, price, summary.first_supply);
    let ratio = ratio.filter(|_| kind == MarketKind::Curve);
    series.step.push(0);
    series.price.push(price);
    series.supply.push(summary.first_supply);
    series.reserve.push(summary.first_reserve);
    series.reserve_ratio.push(ratio.unwrap_or(f64::NAN));
    for flow in [
        &mut series.settlement_price,
        &mut series.volume,
        &mut series.fees,
        &mut series.orders,
        &mut series.filled,
        &mut series.rejected,
        &mut series.best_bid,
        &mut series.best_ask,
        &mut series.spread,
        &mut series.effective_spread,
        &mut series.bid_depth,
        &mut series.ask_depth,
        &mut series.imbalance,
        &mut series.resting,
        &mut series.inventory,
        &mut series.shares,
    ] {
        flow.push(f64::NAN);
    }
}

fn push(series: &mut MarketSeries, columns: &MarketColumns, row: usize, money: f64, tokens: f64, flows: bool) {
    series.step.push(u64::from(columns.step[row]) + 1);
    series.price.push(columns.price[row]);
    series.settlement_price.push(columns.settlement_price.0[row]);
    series.supply.push(columns.supply[row] as f64 / tokens);
    series.reserve.push(columns.reserve[row] as f64 / money);
    series.reserve_ratio.push(columns.reserve_ratio.0[row]);
    for (column, values) in [
        (&mut series.best_bid, &columns.best_bid),
        (&mut series.best_ask, &columns.best_ask),
        (&mut series.spread, &columns.spread),
        (&mut series.effective_spread, &columns.effective_spread),
        (&mut series.bid_depth, &columns.bid_depth),
        (&mut series.ask_depth, &columns.ask_depth),
        (&mut series.imbalance, &columns.imbalance),
    ] {
        column.push(values.0[row]);
    }
    series.resting.push(f64::from(columns.resting[row]));
    series.inventory.push(columns.inventory[row] as f64 / tokens);
    series.shares.push(columns.shares[row] as f64);
    let fundamental = columns.fundamental.0[row];
    if !fundamental.is_nan() || !series.fundamental.is_empty() {
        series.fundamental.resize(series.price.len() - 1, f64::NAN);
        series.fundamental.push(fundamental);
    }
    if flows {
        series.volume.push(columns.volume[row] as f64 / money);
        series.fees.push(columns.fees[row] as f64 / money + columns.fees_tokens_worth[row]);
        series.orders.push(f64::from(columns.orders[row]));
        series.filled.push(f64::from(columns.filled[row]));
        series.rejected.push(f64::from(columns.rejected[row]));
    }
}

/// What a share of a pool is worth over what its part of the first row's holdings would be, had it been held, less 1;
/// empty where shares are not equal parts of all, as those of ranges of prices are not.
fn against_holding(series: &MarketSeries, mechanism: &str) -> Vec<f64> {
    if mechanism.starts_with("concentrated") {
        return Vec::new();
    }
    let at = |row: usize| (series.reserve[row], series.inventory[row], series.shares[row]);
    let known = |&row: &usize| {
        let (money, tokens, shares) = at(row);
        money > 0.0 && tokens > 0.0 && shares > 0.0
    };
    let Some(first) = (0..series.step.len()).find(known) else { return Vec::new() };
    let (first_money, first_tokens, first_shares) = at(first);
    let gain = |row: usize| {
        let ((money, tokens, shares), price) = (at(row), series.price[row]);
        let held = (first_money + first_tokens * price) / first_shares;
        if known(&row) && held > 0.0 { (money + tokens * price) / shares / held - 1.0 } else { f64::NAN }
    };
    (0..series.step.len()).map(gain).collect()
}

/// The values of a market's parameters, each from a step on.
pub(super) type Changes = BTreeMap<String, Vec<(u64, f64)>>;

fn read_parameters(run: &Run, markets: usize) -> Result<Vec<Changes>, RunError> {
    let mut found: Vec<Changes> = vec![Changes::new(); markets];
    for columns in run.table::<ParameterColumns>()? {
        let columns = columns?;
        for row in 0..columns.len() {
            let Some(changes) = found.get_mut(columns.market.ids()[row] as usize) else { continue };
            let (name, step, value) =
                (columns.parameter.get(row), u64::from(columns.step[row]) + 1, columns.value[row]);
            let values = match changes.get_mut(name) {
                Some(values) => values,
                None => changes.entry(name.to_owned()).or_default(),
            };
            if values.last().is_none_or(|&(_, last)| last.to_bits() != value.to_bits()) {
                values.push((step, value));
            }
        }
    }
    Ok(found)
}

/// Those parameters that changed, with a value for each step of the series.
fn parameters(
    loaded: &Loaded,
    market: &str,
    curve: &walras_market::curve::AnyCurve,
    steps: &[u64],
    changes: &Changes,
) -> Vec<Parameter> {
    let description = walras_market::curve::AnyCurve::catalog().into_iter().find(|entry| entry.name == curve.name());
    let described = description.map(|entry| entry.parameters).unwrap_or_default();
    let changed = changes.iter().filter(|(_, values)| values.len() > 1);
    let parameter = |(name, values): (&String, &Vec<(u64, f64)>)| Parameter {
        name: if name == ANCHOR { "anchor (factor on every price)".to_owned() } else { name.clone() },
        unit: described.iter().find(|it| it.name == name).map_or_else(String::new, |it| it.unit.to_owned()),
        set_by: set_by(loaded, market, name),
        values: steps.iter().map(|&step| value_at(values, step)).collect(),
    };
    changed.map(parameter).collect()
}

/// The last value at or before a step; `NaN` before the first.
fn value_at(values: &[(u64, f64)], step: u64) -> f64 {
    let after = values.partition_point(|&(from, _)| from <= step);
    after.checked_sub(1).map_or(f64::NAN, |at| values[at].1)
}

fn set_by(loaded: &Loaded, market: &str, parameter: &str) -> String {
    let controllers = &loaded.scenario.controllers.0;
    let found = controllers.iter().find(|it| {
        it.item.market.as_ref().is_some_and(|named| named.name == market) && it.item.parameter.name == parameter
    });
    match found {
        Some(control) => format!("{} ({})", control.name, in_words(control.item.controller.name())),
        None if parameter == ANCHOR => "changes of the other parameters, so that the reserve stays as it is".to_owned(),
        None => voted_by(loaded, market, parameter),
    }
}

/// The body that votes on a parameter; empty where none does.
fn voted_by(loaded: &Loaded, market: &str, parameter: &str) -> String {
    let moves = |lever: &walras_engine::governance::LeverPlan| {
        lever.aim.market.as_ref().is_some_and(|named| named.name == market) && lever.aim.parameter.name == parameter
    };
    let mut bodies = loaded.scenario.governance.0.iter();
    let body = bodies.find(|body| body.item.levers.0.iter().any(|lever| moves(&lever.item)));
    body.map_or_else(String::new, |body| format!("{} (vote: {})", body.name, in_words(body.item.rule.name())))
}

#[cfg(test)]
mod tests {
    use super::value_at;

    #[test]
    fn a_value_holds_until_the_next() {
        let values = [(2, 1.0), (5, 3.0)];
        assert!(value_at(&values, 1).is_nan());
        assert_eq!([2, 4, 5, 9].map(|step| value_at(&values, step)), [1.0, 1.0, 3.0, 3.0]);
    }
}
