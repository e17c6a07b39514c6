//! How wealth is spread over agents, at the start and at the end, and the Gini coefficient between.

use std::fmt::Write;

use super::Section;
use super::escape::text;
use super::plot::{Line, Plot, Stroke, course, grid};
use super::sampled::{common_x, interpolate};
use crate::data::{Histogram, ReportData, Wealth, WealthSnapshot};
use crate::number::{count, people, percent};

/// A bin with this share of the agents or more is marked by a line: as a bar it would flatten all others.
const ONE_BIN_SHARE: f64 = 0.9;

/// The section, where wealth was sampled.
pub(crate) fn section(data: &ReportData) -> Vec<Section> {
    let Some(wealth) = &data.wealth else {
        return Vec::new();
    };
    let plots: Vec<Plot> = [lorenz(wealth), histogram(wealth), over_time(wealth)].into_iter().flatten().collect();
    vec![Section {
        id: "wealth".into(),
        heading: "Wealth".into(),
        body: format!("{}{}", table(wealth), grid(&plots)),
        plots,
    }]
}

fn table(wealth: &Wealth) -> String {
    let (start, end) = (&wealth.start, &wealth.end);
    type Show = fn(&WealthSnapshot) -> String;
    let shares: [(&str, Show); 5] = [
        ("Gini coefficient", |snapshot| people(snapshot.gini)),
        ("Share of the richest 1 %", |snapshot| percent(snapshot.top_1_percent)),
        ("Share of the richest 10 %", |snapshot| percent(snapshot.top_10_percent)),
        ("Mean wealth", |snapshot| people(snapshot.mean)),
        ("Median wealth", |snapshot| people(snapshot.median)),
    ];
    let mut rows = String::new();
    for (label, show) in shares {
        let unit = if label.ends_with("wealth") { wealth.unit.as_str() } else { "" };
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\">{label} <span class=\"unit\">{}</span></th>\
             <td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            text(unit),
            show(start),
            show(end),
        );
    }
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Inequality\"><table>\
         <caption><span>Wealth per agent, marked to market</span></caption><thead><tr><th scope=\"col\">Measure</th>\
         <th scope=\"col\" class=\"n\">Start (step {})</th><th scope=\"col\" class=\"n\">End (step {})</th>\
         </tr></thead><tbody>{rows}</tbody></table></div>\n",
        count(start.step),
        count(end.step),
    )
}

fn lorenz(wealth: &Wealth) -> Option<Plot> {
    let (start, end) = (&wealth.start.lorenz, &wealth.end.lorenz);
    if end.len() < 2 {
        return None;
    }
    let x = common_x([start.as_slice(), end.as_slice()].into_iter());
    let line = |label: &str, colour, stroke, points: &[(f64, f64)]| Line {
        label: label.to_owned(),
        colour,
        stroke,
        values: x.iter().map(|&share| interpolate(points, share)).collect(),
        ..Line::default()
    };
    let poorer_half = |points: &[(f64, f64)]| percent(interpolate(points, 0.5));
    Some(Plot {
        id: "lorenz".into(),
        title: "Lorenz curve".into(),
        unit: "share of wealth".into(),
        x_label: "share of agents, poorest first".into(),
        from_zero: true,
        fractions: true,
        description: format!(
            "Lorenz curves. The poorer half of the agents held {} of wealth at the start and {} at the end.",
            poorer_half(start),
            poorer_half(end),
        ),
        lines: vec![
            line("equality", 8, Stroke::Dotted, &[(0.0, 0.0), (1.0, 1.0)]),
            line("start", 2, Stroke::Dashed, start),
            line("end", 1, Stroke::Solid, end),
        ],
        x,
        ..Plot::default()
    })
}

fn histogram(wealth: &Wealth) -> Option<Plot> {
    let mut x = Vec::new();
    let mut verticals = Vec::new();
    let mut drawn = Vec::new();
    for (label, colour, stroke, snapshot) in
        [("start", 2, Stroke::Dashed, &wealth.start), ("end", 1, Stroke::Solid, &wealth.end)]
    {
        let bins = &snapshot.histogram;
        if bins.counts.is_empty() || bins.edges.len() != bins.counts.len() + 1 {
            continue;
        }
        if let Some((share, low, high)) = crowded_bin(bins) {
            let middle = if bins.logarithmic { (low * high).sqrt() } else { f64::midpoint(low, high) };
            verticals.push((
                middle,
                format!("{label}: {} agents", if share < 1.0 { percent(share) + " of" } else { "all".into() }),
            ));
        } else {
            x.extend_from_slice(&bins.edges);
            drawn.push((label, colour, stroke, bins));
        }
    }
    if drawn.is_empty() {
        return None;
    }
    x.sort_by(f64::total_cmp);
    x.dedup();
    let lines = drawn.iter().map(|(label, colour, stroke, bins)| Line {
        label: (*label).to_owned(),
        colour: *colour,
        stroke: *stroke,
        stepped: true,
        filled: *stroke == Stroke::Solid,
        values: x.iter().map(|&at| share_at(bins, at)).collect(),
        ..Line::default()
    });
    Some(Plot {
        id: "histogram".into(),
        title: "Agents by wealth".into(),
        unit: "share of agents per bin".into(),
        x_label: format!("wealth, {}", wealth.unit),
        from_zero: true,
        fractions: true,
        log_x: drawn.iter().all(|(.., bins)| bins.logarithmic),
        lines: lines.collect(),
        x,
        verticals,
        description: format!(
            "Histogram of wealth. At the end the mean is {} and the median {} {}.",
            people(wealth.end.mean),
            people(wealth.end.median),
            wealth.unit,
        ),
        ..Plot::default()
    })
}

/// Share and edges of a bin with nearly all agents.
fn crowded_bin(bins: &Histogram) -> Option<(f64, f64, f64)> {
    let total: u64 = bins.counts.iter().sum();
    let (at, &most) = bins.counts.iter().enumerate().max_by_key(|(_, agents)| **agents)?;
    let share = most as f64 / total as f64;
    (share >= ONE_BIN_SHARE).then(|| (share, bins.edges[at], bins.edges[at + 1]))
}

/// Share of agents in the bin that begins at or before `at`; zero outside the bins.
fn share_at(bins: &Histogram, at: f64) -> f64 {
    let total: u64 = bins.counts.iter().sum();
    let bin = bins.edges.partition_point(|&edge| edge <= at).checked_sub(1);
    bin.and_then(|bin| bins.counts.get(bin)).map_or(0.0, |&agents| agents as f64 / total.max(1) as f64)
}

fn over_time(wealth: &Wealth) -> Option<Plot> {
    if wealth.gini.len() < 2 {
        return None;
    }
    let step: Vec<f64> = wealth.gini.iter().map(|point| point.0 as f64).collect();
    let gini: Vec<f64> = wealth.gini.iter().map(|point| point.1).collect();
    let description = format!("Line chart of the Gini coefficient. {}", course(&gini, ""));
    let mut lines = vec![Line { label: "Gini coefficient".into(), colour: 1, values: gini, ..Line::default() }];
    if !wealth.top_10_percent.is_empty() {
        let at_step = |step: &f64| {
            let found = wealth.top_10_percent.binary_search_by(|point| (point.0 as f64).total_cmp(step));
            found.map_or(f64::NAN, |index| wealth.top_10_percent[index].1)
        };
        lines.push(Line {
            label: "share of the richest 10 %".into(),
            colour: 2,
            stroke: Stroke::Dashed,
            values: step.iter().map(at_step).collect(),
            ..Line::default()
        });
    }
    Some(Plot {
        id: "gini".into(),
        title: "Inequality".into(),
        unit: "0 to 1".into(),
        x_label: "step".into(),
        over_time: true,
        from_zero: true,
        x: step,
        lines,
        description,
        ..Plot::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_holds_from_its_lower_edge_to_its_upper() {
        let bins = Histogram { edges: vec![0.0, 1.0, 3.0], counts: vec![1, 3], logarithmic: false };
        for (at, share) in [(-1.0, 0.0), (0.0, 0.25), (0.9, 0.25), (1.0, 0.75), (2.9, 0.75), (3.0, 0.0)] {
            assert!((share_at(&bins, at) - share).abs() < 1e-12, "{at}");
        }
    }

    #[test]
    fn equal_wealth_is_marked_and_not_drawn_as_a_bar() {
        let bins = |counts: Vec<u64>| Histogram { edges: vec![0.0, 1.0, 2.0, 3.0], counts, logarithmic: false };
        let snapshot = |counts| WealthSnapshot { histogram: bins(counts), ..WealthSnapshot::default() };
        let wealth = Wealth { start: snapshot(vec![0, 100, 0]), end: snapshot(vec![40, 30, 30]), ..Wealth::default() };
        let plot = histogram(&wealth).unwrap();
        assert_eq!(plot.lines.len(), 1);
        assert!((plot.verticals[0].0 - 1.5).abs() < 1e-12);
    }
}
