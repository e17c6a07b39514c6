//! What resources shared: for each asset its capacity, requests, prices and fairness, and a table of all resources.

use std::fmt::Write;

use super::Section;
use super::escape::text;
use super::plot::{Plot, Stroke, grid};
use super::series::{BUCKETS_MAX, BUCKETS_MIN, Column, Kind, NUMBERS_ON_PAGE, Place, Source};
use crate::data::{ReportData, Resource, ResourceSeries};
use crate::number::{people, percent};

/// Lines that can be told apart in one chart.
pub(super) const LINES_MAX: usize = 7;
/// Requests beyond this many times the capacity have a chart of their own, or they would press the rest flat.
const TOGETHER_MAX: f64 = 3.0;
/// Capacity beyond this many times the requests is no limit, and would press them flat.
const NEAR_MAX: f64 = 20.0;
/// Where everybody is always served in the same share to within this, there is nothing to see.
const FAIR: f64 = 0.9995;

/// The section, where there are resources.
pub(crate) fn section(data: &ReportData) -> Vec<Section> {
    if data.resources.is_empty() {
        return Vec::new();
    }
    let mut assets: Vec<usize> = data.resources.iter().map(|resource| resource.asset).collect();
    assets.sort_unstable();
    assets.dedup();
    // A chart of one asset has about ten lines, one of several resources a line for each, with its mean.
    let lines = 2 * 9 * data.resources.len();
    let buckets = (NUMBERS_ON_PAGE / (4 * lines)).clamp(BUCKETS_MIN, BUCKETS_MAX);
    let mut body = String::new();
    let mut plots = Vec::new();
    for &asset in &assets {
        let of_asset: Vec<&Resource> = data.resources.iter().filter(|resource| resource.asset == asset).collect();
        let charts = Charts { data, asset, resources: largest(&of_asset), buckets };
        let drawn = charts.all();
        if assets.len() > 1 {
            let _ = writeln!(body, "<h3>{}</h3>", text(data.asset_name(asset)));
        }
        if of_asset.len() > charts.resources.len() {
            let (shown, all) = (charts.resources.len(), of_asset.len());
            let _ = writeln!(body, "<p class=\"sub\">The {shown} resources with most capacity of {all} are drawn.</p>");
        }
        body.push_str(&grid(&drawn));
        plots.extend(drawn);
    }
    vec![Section { id: "resources".into(), heading: "Resources".into(), body, plots }]
}

/// As many resources as can be told apart, those with most capacity, in their order.
fn largest<'a>(resources: &[&'a Resource]) -> Vec<&'a Resource> {
    let capacity = |at: usize| resources[at].series.capacity.iter().sum::<f64>();
    let mut order: Vec<usize> = (0..resources.len()).collect();
    order.sort_by(|&a, &b| capacity(b).total_cmp(&capacity(a)));
    order.truncate(LINES_MAX);
    order.sort_unstable();
    order.into_iter().map(|at| resources[at]).collect()
}

/// A row for each asset of each resource.
pub(super) fn table(data: &ReportData) -> String {
    let money = text(data.asset_name(0));
    let mut rows = String::new();
    let charged = data.resources.iter().any(|resource| resource.price_mean.is_finite());
    let cell = |shown: String| format!("<td class=\"n\">{shown}</td>");
    for resource in &data.resources {
        let _ = write!(
            rows,
            "<tr><th scope=\"row\">{}<span class=\"about\">{} · {}</span></th>",
            text(&resource.name),
            text(data.asset_name(resource.asset)),
            text(&resource.rule),
        );
        let shares = [resource.utilisation, resource.granted_share, resource.wasted_share];
        rows.extend(shares.map(|share| cell(percent(share))));
        rows.push_str(&cell(people(resource.fairness)));
        rows.push_str(&cell(percent(resource.envious)));
        if charged {
            rows.push_str(&cell(people(resource.price_mean)));
            rows.push_str(&cell(people(resource.revenue)));
        }
        rows.push_str("</tr>\n");
    }
    let mut headings = vec!["Utilisation", "Granted", "Waste", "Jain’s index", "Envious"];
    let (mean, revenue) = (format!("Mean price, {money}"), format!("Revenue, {money}"));
    if charged {
        headings.extend([mean.as_str(), revenue.as_str()]);
    }
    let headings: String =
        headings.iter().map(|heading| format!("<th scope=\"col\" class=\"n\">{heading}</th>")).collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Resources\"><table class=\"sortable\">\
         <caption><span>What each resource shared. Utilisation is what was granted of the capacity, step by step; \
         granted is the part of what was asked for, where what is asked for in vain and again counts again; waste is what perished unused, of all of the asset; \
         Jain’s index is 1 where all are granted the same share of their requests; the envious would rather have had \
         what another was granted.</span></caption><thead><tr><th scope=\"col\">Resource</th>\
         {headings}</tr></thead><tbody>\n{rows}</tbody></table></div>\n",
    )
}

/// The charts of one asset.
struct Charts<'a> {
    data: &'a ReportData,
    asset: usize,
    resources: Vec<&'a Resource>,
    buckets: usize,
}

impl Charts<'_> {
    fn all(&self) -> Vec<Plot> {
        let capacity = match self.resources.as_slice() {
            [only] => self.capacity_of(only),
            _ => vec![
                self.each("granted", "Granted", "", Kind::Flow, |series| series.granted.clone()),
                self.each("capacity", "Capacity", "", Kind::Flow, |series| series.capacity.clone()),
                self.each("pressure", "Requests over capacity", "times", Kind::Flow, ResourceSeries::pressure)
                    .map(log_switch),
            ],
        };
        let near = self.resources.iter().any(|resource| is_near(&resource.series));
        let utilisation =
            self.each("utilisation", "Utilisation", "granted of capacity", Kind::Flow, ResourceSeries::utilisation);
        let price_unit = format!("{} per {}", self.data.asset_name(0), self.data.asset_name(self.asset));
        let price = self.each("price", "Price", &price_unit, Kind::Level, |series| series.price.clone());
        let rest =
            [utilisation.filter(|_| near).map(fractions), price.map(log_switch), self.fairness(), self.whereabouts()];
        capacity.into_iter().chain(rest).flatten().collect()
    }

    /// What there was, what was asked for and what was granted, of one resource.
    fn capacity_of(&self, resource: &Resource) -> Vec<Option<Plot>> {
        let ResourceSeries { capacity, requested, granted, .. } = &resource.series;
        let asset = self.data.asset_name(self.asset);
        let columns: [Column; 3] = [
            ("granted", 1, Stroke::Solid, granted),
            ("capacity", 8, Stroke::Dashed, capacity),
            ("requested", 2, Stroke::Dotted, requested),
        ];
        let together = highest(requested) <= TOGETHER_MAX * highest(capacity);
        let unit = format!("{asset} per step");
        let chart = |id, title, columns: &[Column]| {
            self.thinned(resource, &Source { id, title, unit: &unit, kind: Kind::Flow, columns })
        };
        let wide = |plot: Plot| Plot { wide: true, ..plot };
        if !is_near(&resource.series) {
            let note = format!("There was far more than was asked for: up to {} per step.", people(highest(capacity)));
            let demand = chart("granted", "Requests and grants", &[columns[0], columns[2]]);
            vec![demand.map(|plot| Plot { note: format!("{note} {}", plot.note), ..wide(plot) })]
        } else if together {
            vec![chart("capacity", "Requests, capacity and grants", &columns).map(wide)]
        } else {
            let requests = chart("requested", "Requests and capacity", &[columns[2], columns[1]]);
            vec![chart("capacity", "Capacity and grants", &columns[..2]).map(wide), requests.map(log_switch)]
        }
    }

    /// Jain's index, and beside it who envies where one resource leaves room for a second line.
    fn fairness(&self) -> Option<Plot> {
        let unit = "1 where all are served alike";
        let all = |values: fn(&ResourceSeries) -> &Vec<f64>| {
            self.resources.iter().flat_map(move |resource| values(&resource.series)).copied()
        };
        let lowest = all(|series| &series.fairness).fold(1.0, f64::min);
        let envied = all(|series| &series.envious).any(|envious| envious > 0.0);
        if lowest > FAIR && !envied {
            return None;
        }
        // Where all are served nearly alike, what differs would be lost at the upper edge of a scale from zero.
        let kind = if lowest > 0.5 && !envied { Kind::Level } else { Kind::Flow };
        let [only] = self.resources.as_slice() else {
            return self.each("fairness", "Jain’s index of fairness", unit, kind, |series| series.fairness.clone());
        };
        let columns: [Column; 2] = [
            ("Jain’s index", 3, Stroke::Solid, &only.series.fairness),
            ("envious, share of requesters", 2, Stroke::Dotted, &only.series.envious),
        ];
        let columns = if envied { &columns[..] } else { &columns[..1] };
        self.thinned(only, &Source { id: "fairness", title: "Fairness", unit, kind, columns })
    }

    /// What became of the asset: all resources that share it say the same.
    fn whereabouts(&self) -> Option<Plot> {
        let first = self.resources.first()?;
        let ResourceSeries { used, decayed, .. } = &first.series;
        let columns: [Column; 2] = [("used", 3, Stroke::Solid, used), ("perished", 2, Stroke::Dotted, decayed)];
        let any = |values: &[f64]| values.iter().any(|&value| value > 0.0);
        let unit = format!("{} per step", self.data.asset_name(self.asset));
        // What is made into something else is neither.
        let (title, columns) = match (any(used), any(decayed)) {
            (true, true) => ("Used and perished", &columns[..]),
            (true, false) => ("Used", &columns[..1]),
            (false, true) => ("Perished", &columns[1..]),
            (false, false) => return None,
        };
        self.thinned(first, &Source { id: "used", title, unit: &unit, kind: Kind::Flow, columns })
    }

    /// A line for each resource; `unit` is the asset a step where it is empty.
    fn each(
        &self,
        id: &str,
        title: &str,
        unit: &str,
        kind: Kind,
        values: impl Fn(&ResourceSeries) -> Vec<f64>,
    ) -> Option<Plot> {
        let first = self.resources.first()?;
        let values: Vec<Vec<f64>> = self.resources.iter().map(|resource| values(&resource.series)).collect();
        let alone = title.to_lowercase();
        let label = |at: usize| if self.resources.len() == 1 { alone.as_str() } else { &self.resources[at].name };
        let columns: Vec<Column> = (0..values.len())
            .map(|at| (label(at), at + 1, STROKES[at % STROKES.len()], values[at].as_slice()))
            .collect();
        let per_step = format!("{} per step", self.data.asset_name(self.asset));
        let unit = if unit.is_empty() { &per_step } else { unit };
        self.thinned(first, &Source { id, title, unit, kind, columns: &columns })
    }

    fn thinned(&self, resource: &Resource, source: &Source) -> Option<Plot> {
        let place = Place {
            prefix: &format!("resource-{}", self.asset),
            subject: self.data.asset_name(self.asset),
            step: &resource.series.step,
            buckets: self.buckets,
        };
        place.thinned(source)
    }
}

/// So that lines of many resources differ in more than their colour.
pub(super) const STROKES: [Stroke; 2] = [Stroke::Solid, Stroke::Dashed];

/// Whether requests ever come anywhere near the capacity.
fn is_near(series: &ResourceSeries) -> bool {
    highest(&series.capacity) <= NEAR_MAX * highest(&series.requested)
}

fn highest(values: &[f64]) -> f64 {
    values.iter().copied().filter(|value| value.is_finite()).fold(0.0, f64::max)
}

fn fractions(plot: Plot) -> Plot {
    Plot { fractions: true, ..plot }
}

fn log_switch(plot: Plot) -> Plot {
    Plot { log_switch: true, ..plot }
}
