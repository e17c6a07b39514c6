//! One section per market: price, supply and reserve, volume and orders, the curve, parameters.

use std::fmt::Write;

use super::Section;
use super::escape::text;
use super::plot::{Line, Path, Plot, Stroke, course, grid};
use super::sampled::{common_x, interpolate};
use super::series::{BUCKETS_MAX, BUCKETS_MIN, Column, Kind, NUMBERS_ON_PAGE, Place, Source};
use crate::data::{Market, MarketKind, Parameter, ReportData, SampledCurve};
use crate::decimate::extremes;
use crate::number::people;

const CURVES_MAX: usize = 5;

/// A section for every market.
pub(crate) fn sections(data: &ReportData) -> Vec<Section> {
    let buckets = buckets_per_chart(data);
    data.markets.iter().enumerate().map(|(index, market)| section(data, index, market, buckets)).collect()
}

fn section(data: &ReportData, index: usize, market: &Market, buckets: usize) -> Section {
    let charts = Charts { data, market, index, buckets };
    let mut plots: Vec<Plot> = charts.over_time();
    plots.extend(charts.curve());
    plots.extend(charts.parameters());
    let heading = if data.markets.len() == 1 { "Market".to_owned() } else { format!("Market: {}", market.name) };
    let body = format!(
        "<p class=\"sub\">{name}{mechanism}. Prices are in {unit}.</p>\n{providers}{charts}",
        name = if data.markets.len() == 1 { format!("{}: ", text(&market.name)) } else { String::new() },
        mechanism = text(&market.mechanism),
        unit = text(&data.price_unit(market)),
        charts = grid(&plots),
        providers = providers(data, market),
    );
    Section { id: format!("market-{index}"), heading, body, plots }
}

/// What providers of liquidity came to, or nothing where there are none.
fn providers(data: &ReportData, market: &Market) -> String {
    if market.providers.is_empty() {
        return String::new();
    }
    let mut rows = String::new();
    for provider in &market.providers {
        let (class, sign) = if provider.gain < 0.0 { ("loss", "") } else { ("gain", "+") };
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td>\
             <td class=\"n {class}\">{sign}{}</td></tr>",
            text(&provider.name),
            people(provider.value),
            people(provider.value_if_held),
            people(provider.gain),
        );
    }
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Providers\"><table>\
         <caption><span>Providers of liquidity, {money}, at the prices of the end</span></caption><thead><tr>\
         <th scope=\"col\">Who</th><th scope=\"col\" class=\"n\">Liquidity</th>\
         <th scope=\"col\" class=\"n\">Deposits less withdrawals, held</th><th scope=\"col\" class=\"n\">Gain</th></tr></thead>\
         <tbody>{rows}</tbody></table></div>\n",
        money = text(data.asset_name(market.money)),
    )
}

/// Buckets such that the whole page keeps within [`NUMBERS_ON_PAGE`].
fn buckets_per_chart(data: &ReportData) -> usize {
    // A chart of k lines keeps at most 2k points in each bucket, each of k values, k means and the step: 42
    // numbers for price and for orders, 6 for each of the other charts and of the parameters. The path on the
    // curve has 12, and so do charts of two lines, of which only a book has any.
    let per_bucket = |market: &Market| {
        let others = match market.kind {
            MarketKind::Curve | MarketKind::Pool => 7 * 6,
            MarketKind::Book => 4 * 6 + 2 * 20,
            MarketKind::Clearing => 2 * 6,
        };
        2 * 56 + others + 6 * market.parameters.len()
    };
    let per_bucket: usize = data.markets.iter().map(per_bucket).sum();
    (NUMBERS_ON_PAGE / per_bucket.max(1)).clamp(BUCKETS_MIN, BUCKETS_MAX)
}

struct Charts<'a> {
    data: &'a ReportData,
    market: &'a Market,
    index: usize,
    buckets: usize,
}

impl Charts<'_> {
    fn over_time(&self) -> Vec<Plot> {
        let series = &self.market.series;
        let money = self.data.asset_name(self.market.money);
        let asset = self.data.asset_name(self.market.asset);
        let price_unit = self.data.price_unit(self.market);
        let money_per_step = format!("{money} per step");
        let orders = self.thinned(&Source {
            id: "orders",
            title: "Orders",
            unit: "per step",
            kind: Kind::Flow,
            columns: &[
                ("placed", 1, Stroke::Dotted, &series.orders),
                ("filled", 3, Stroke::Solid, &series.filled),
                ("rejected", 2, Stroke::Solid, &series.rejected),
            ],
        });
        let one = |id, title, unit, kind, colour, values| {
            let label = str::to_lowercase(title);
            let columns: &[Column] = &[(&label, colour, Stroke::Solid, values)];
            self.thinned(&Source { id, title, unit, kind, columns })
        };
        let any = |values: &[f64]| values.iter().any(|&value| value != 0.0);
        let volume = one("volume", "Volume", &money_per_step, Kind::Flow, 1, &series.volume);
        let fees = one("fees", "Fees", &money_per_step, Kind::Flow, 5, &series.fees);
        let ratio_unit = "reserve ÷ (supply × price)";
        let own = match self.market.kind {
            MarketKind::Curve => vec![
                one("supply", "Supply", asset, Kind::Level, 1, &series.supply),
                one("reserve", "Reserve", money, Kind::Level, 3, &series.reserve),
                volume,
                orders,
                fees,
                one("ratio", "Reserve ratio", ratio_unit, Kind::Level, 4, &series.reserve_ratio),
            ],
            MarketKind::Pool => vec![
                one("reserve", "Money in the pool", money, Kind::Level, 3, &series.reserve),
                // A pool that issues what it sells holds none of it.
                if any(&series.inventory) {
                    one("inventory", "Tokens in the pool", asset, Kind::Level, 1, &series.inventory)
                } else {
                    one("supply", "Supply", asset, Kind::Level, 1, &series.supply)
                },
                any(&series.shares)
                    .then(|| one("shares", "Liquidity shares", "shares out", Kind::Level, 4, &series.shares))
                    .flatten(),
                self.against_holding(),
                one("effective", "Effective spread", &price_unit, Kind::Level, 2, &series.effective_spread),
                volume,
                orders,
                fees,
            ],
            MarketKind::Book => vec![
                self.spread(),
                self.depth(),
                one("imbalance", "Imbalance", "bids alone 1, asks alone −1", Kind::Level, 4, &series.imbalance),
                one("resting", "Orders at rest", "orders", Kind::Level, 6, &series.resting),
                volume,
                orders,
                fees,
            ],
            MarketKind::Clearing => vec![volume, orders, fees],
        };
        std::iter::once(self.price()).chain(own).flatten().collect()
    }

    /// Price, with what it is held against: the fundamental value, and where orders rest the best of them.
    fn price(&self) -> Option<Plot> {
        let series = &self.market.series;
        let mut columns: Vec<Column> = vec![("price", 1, Stroke::Solid, series.price.as_slice())];
        let quoted = series.best_bid.iter().chain(&series.best_ask).any(|quote| quote.is_finite());
        if quoted {
            // Trades lie on bid and ask, so that their average says no more than the band.
            columns.push(("best ask", 2, Stroke::Hidden, &series.best_ask));
            columns.push(("best bid", 2, Stroke::Hidden, &series.best_bid));
        } else if self.market.kind != MarketKind::Clearing {
            columns.push(("settlement price", 2, Stroke::Dotted, &series.settlement_price));
        }
        columns.push(("fundamental value", 3, Stroke::Dashed, &series.fundamental));
        let unit = self.data.price_unit(self.market);
        let source = Source { id: "price", title: "Price", unit: &unit, kind: Kind::Level, columns: &columns };
        let plot = self.thinned(&source)?;
        let at = |label: &str| plot.lines.iter().position(|line| line.label == label);
        let bands = at("best ask").zip(at("best bid")).into_iter().collect();
        Some(Plot { wide: true, log_switch: true, bands, ..plot })
    }

    fn spread(&self) -> Option<Plot> {
        let series = &self.market.series;
        self.thinned(&Source {
            id: "spread",
            title: "Spread",
            unit: &self.data.price_unit(self.market),
            kind: Kind::Level,
            columns: &[
                ("quoted", 1, Stroke::Solid, &series.spread),
                ("effective", 2, Stroke::Dotted, &series.effective_spread),
            ],
        })
    }

    fn depth(&self) -> Option<Plot> {
        let series = &self.market.series;
        self.thinned(&Source {
            id: "depth",
            title: "Depth at the best prices",
            unit: self.data.asset_name(self.market.asset),
            kind: Kind::Level,
            columns: &[
                ("wanted at the bid", 3, Stroke::Solid, &series.bid_depth),
                ("offered at the ask", 2, Stroke::Solid, &series.ask_depth),
            ],
        })
    }

    /// A pool's provider against one who held, both at the pool's price.
    fn against_holding(&self) -> Option<Plot> {
        let plot = self.thinned(&Source {
            id: "holding",
            title: "Provider against holder",
            unit: "of what was held",
            kind: Kind::Level,
            columns: &[("a share, fees included", 2, Stroke::Solid, &self.market.series.against_holding)],
        })?;
        let note = format!("Below zero the first provider would have done better to hold. {}", plot.note);
        Some(Plot { fractions: true, note, ..plot })
    }

    fn parameters(&self) -> Vec<Plot> {
        let chart = |(number, parameter): (usize, &Parameter)| {
            let plot = self.thinned(&Source {
                id: &format!("parameter-{number}"),
                title: &format!("Parameter {}", parameter.name),
                unit: &parameter.unit,
                kind: Kind::Level,
                columns: &[(&parameter.name, 6, Stroke::Solid, &parameter.values)],
            })?;
            let set_by = match parameter.set_by.as_str() {
                "" => String::new(),
                name => format!("Set by {name}. "),
            };
            Some(Plot { note: set_by + &plot.note, ..plot })
        };
        self.market.parameters.iter().enumerate().filter_map(chart).collect()
    }

    /// A chart over time of the lines that were recorded, or none.
    fn thinned(&self, source: &Source) -> Option<Plot> {
        let place = Place {
            prefix: &format!("market-{}", self.index),
            subject: &self.market.name,
            step: &self.market.series.step,
            buckets: self.buckets,
        };
        place.thinned(source)
    }

    /// Price against supply, with the path that the run travelled.
    fn curve(&self) -> Option<Plot> {
        let series = &self.market.series;
        let kept: Vec<usize> = extremes(&[&series.supply, &series.price], series.step.len(), self.buckets)
            .into_iter()
            .filter(|&at| at < series.supply.len().min(series.price.len()))
            .filter(|&at| series.supply[at].is_finite() && series.price[at].is_finite())
            .collect();
        let curves = chosen_curves(&self.market.curves);
        if curves.is_empty() {
            return None;
        }
        let x = common_x(curves.iter().map(|curve| curve.points.as_slice()));
        let lines = curves.iter().enumerate().map(|(number, curve)| Line {
            label: curve.label.clone(),
            colour: number % 6 + 1,
            stroke: if number == 0 { Stroke::Solid } else { Stroke::Dashed },
            values: x.iter().map(|&supply| interpolate(&curve.points, supply)).collect(),
            ..Line::default()
        });
        let asset = self.data.asset_name(self.market.asset);
        Some(Plot {
            id: format!("market-{}-curve", self.index),
            title: "Price against supply".into(),
            unit: self.data.price_unit(self.market),
            x_label: format!("supply, {asset}"),
            wide: true,
            lines: lines.collect(),
            x,
            path: Some(Path {
                step: kept.iter().map(|&at| series.step[at] as f64).collect(),
                x: kept.iter().map(|&at| series.supply[at]).collect(),
                y: kept.iter().map(|&at| series.price[at]).collect(),
            }),
            description: format!(
                "The curve of {} as price against supply, with the path of the run on it. Supply: {} Price: {}",
                self.market.name,
                course(&series.supply, asset),
                course(&series.price, &self.data.price_unit(self.market)),
            ),
            note: "The path runs from the ring (first step) to the dot (last step). Point at it for the step.".into(),
            ..Plot::default()
        })
    }
}

/// Curves for the picture: all of a few, else some of them with the first and the last.
fn chosen_curves(curves: &[SampledCurve]) -> Vec<&SampledCurve> {
    let drawable: Vec<&SampledCurve> = curves.iter().filter(|curve| curve.points.len() > 1).collect();
    let last = drawable.len().saturating_sub(1);
    let chosen = |number: usize| drawable[number * last / (CURVES_MAX - 1)];
    if drawable.len() <= CURVES_MAX { drawable } else { (0..CURVES_MAX).map(chosen).collect() }
}
