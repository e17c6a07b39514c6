//! Cohorts: a table that can be sorted, profit and loss as bars, and the spread of wealth over time.

use std::fmt::Write;

use super::Section;
use super::escape::text;
use super::plot::{Line, Plot, Stroke, course, grid};
use crate::data::{Cohort, ReportData, WealthQuantiles};
use crate::decimate::extremes;
use crate::number::{count, people};

const FANS_MAX: usize = 24;
const FAN_BUCKETS: usize = 100;

/// The section, where there are cohorts.
pub(crate) fn section(data: &ReportData) -> Vec<Section> {
    // Those who only spend money on what they use are told of where resources are.
    let traders: Vec<&Cohort> = data.cohorts.iter().filter(|cohort| !cohort.only_requests).collect();
    if traders.is_empty() {
        return Vec::new();
    }
    let money = data.asset_name(0);
    let plots: Vec<Plot> = traders
        .iter()
        .enumerate()
        .filter(|(_, cohort)| cohort.fan.len() > 1)
        .take(FANS_MAX)
        .map(|(index, cohort)| fan(index, cohort, money))
        .collect();
    let mut body = format!("{}{}", table(&traders, money), bars(&traders, money));
    if !plots.is_empty() {
        let _ = write!(
            body,
            "<h3>Wealth per agent over time</h3>\n<p class=\"sub\">Median, the middle half and the middle nine \
             tenths of each cohort’s agents.</p>\n{}",
            grid(&plots)
        );
    }
    vec![Section { id: "cohorts".into(), heading: "Cohorts".into(), body, plots }]
}

fn table(cohorts: &[&Cohort], money: &str) -> String {
    let rows: String = cohorts.iter().map(|cohort| row(cohort)).collect();
    let headings: String = ["Cohort", "Agents", "Start", "End", "Mean", "Profit", "Utility", "Sharpe ratio", "Regret"]
        .iter()
        .map(|name| {
            let class = if *name == "Cohort" { "" } else { " class=\"n\"" };
            format!("<th scope=\"col\"{class}>{name}</th>")
        })
        .collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Cohorts\"><table class=\"sortable\">\
         <caption><span>Wealth at the start, at the end and in the mean over the run, profit and regret are means per \
         agent, in {}. Regret is what buying and holding would have earned beyond the cohort’s profit.</span></caption>\
         <thead><tr>{headings}</tr></thead><tbody>\n{rows}</tbody></table></div>\n",
        text(money),
    )
}

fn row(cohort: &Cohort) -> String {
    let about: Vec<String> =
        [&cohort.policy, &cohort.objective].iter().filter(|words| !words.is_empty()).map(|words| text(words)).collect();
    let mut row = format!(
        "<tr><th scope=\"row\">{}<span class=\"about\">{}</span></th>{}",
        text(&cohort.name),
        about.join(" · "),
        number_cell(cohort.size as f64, &count(cohort.size), ""),
    );
    for value in [cohort.wealth_start, cohort.wealth_end, cohort.wealth_mean] {
        row.push_str(&number_cell(value, &people(value), ""));
    }
    row.push_str(&number_cell(cohort.profit, &signed(cohort.profit), direction(cohort.profit)));
    for value in [cohort.utility, cohort.sharpe, cohort.regret] {
        let value = value.unwrap_or(f64::NAN);
        row.push_str(&number_cell(value, &people(value), ""));
    }
    row + "</tr>\n"
}

/// Profit and loss as bars from a common zero, drawn with plain markup.
fn bars(cohorts: &[&Cohort], money: &str) -> String {
    let known = || cohorts.iter().map(|cohort| cohort.profit).filter(|profit| profit.is_finite());
    let lowest = known().fold(0.0, f64::min);
    let highest = known().fold(0.0, f64::max);
    let width = highest - lowest;
    if width <= 0.0 {
        return String::new();
    }
    let zero = -lowest / width * 100.0;
    let mut rows = String::new();
    for cohort in cohorts {
        let profit = if cohort.profit.is_finite() { cohort.profit } else { 0.0 };
        let length = profit.abs() / width * 100.0;
        let left = if profit < 0.0 { zero - length } else { zero };
        let _ = writeln!(
            rows,
            "<li><span class=\"bar-name\">{}</span><span class=\"bar-track\" aria-hidden=\"true\">\
             <span class=\"bar {}\" style=\"left:{left:.2}%;width:{length:.2}%\"></span>\
             <span class=\"bar-zero\" style=\"left:{zero:.2}%\"></span></span>\
             <span class=\"bar-value\">{}</span></li>",
            text(&cohort.name),
            direction(profit),
            signed(cohort.profit),
        );
    }
    format!(
        "<figure class=\"bars\"><figcaption><span class=\"plot-title\">Profit and loss</span> \
         <span class=\"unit\">{} per agent</span></figcaption><ul>\n{rows}</ul></figure>\n",
        text(money)
    )
}

fn fan(index: usize, cohort: &Cohort, money: &str) -> Plot {
    let quantiles: [fn(&WealthQuantiles) -> f64; 5] = [|at| at.p05, |at| at.p25, |at| at.p50, |at| at.p75, |at| at.p95];
    let columns = quantiles.map(|quantile| cohort.fan.iter().map(quantile).collect::<Vec<f64>>());
    let views: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let kept = extremes(&views, cohort.fan.len(), FAN_BUCKETS);
    let labels = ["5 %", "25 %", "median", "75 %", "95 %"];
    let lines = columns.iter().zip(labels).map(|(column, label)| Line {
        label: label.to_owned(),
        colour: index % 6 + 1,
        stroke: if label == "median" { Stroke::Solid } else { Stroke::Hidden },
        values: kept.iter().map(|&at| column[at]).collect(),
        ..Line::default()
    });
    Plot {
        id: format!("cohort-{index}"),
        title: cohort.name.clone(),
        unit: format!("{money} per agent"),
        x_label: "step".into(),
        over_time: true,
        x: kept.iter().map(|&at| cohort.fan[at].step as f64).collect(),
        lines: lines.collect(),
        bands: vec![(4, 0), (3, 1)],
        description: format!("Wealth of cohort {}. Median: {}", cohort.name, course(&columns[2], money)),
        ..Plot::default()
    }
}

fn number_cell(value: f64, shown: &str, class: &str) -> String {
    let key = if value.is_nan() { String::new() } else { format!(" data-key=\"{value:e}\"") };
    format!("<td class=\"n {class}\"{key}>{shown}</td>")
}

fn signed(value: f64) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{}", people(value))
}

fn direction(value: f64) -> &'static str {
    if value < 0.0 { "loss" } else { "gain" }
}
