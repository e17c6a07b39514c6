//! What bodies voted on: their proposals in a table, and where their levers went.

use std::fmt::Write;

use super::Section;
use super::escape::text;
use super::plot::{Plot, grid};
use super::resource::{LINES_MAX, STROKES};
use super::series::{BUCKETS_MAX, Column, Kind, Place, Source};
use crate::chart::{along, merged};
use crate::data::{Body, Proposal, ReportData};
use crate::number::{count, people, percent};

/// More proposals than this are not read; the run's tables hold them all.
const ROWS_MAX: usize = 300;

/// The section, where bodies vote.
pub(crate) fn section(data: &ReportData) -> Vec<Section> {
    if data.governance.is_empty() {
        return Vec::new();
    }
    let (mut body, mut plots) = (String::new(), Vec::new());
    for (number, of) in data.governance.iter().enumerate() {
        let _ = writeln!(body, "<h3>{}</h3>", text(&of.name));
        let about = format!("{} voters, by the rule {}", count(of.voters), of.rule);
        body.push_str(&table(data, of, &about));
        let drawn: Vec<Plot> = path(number, of).into_iter().collect();
        body.push_str(&grid(&drawn));
        plots.extend(drawn);
    }
    vec![Section { id: "governance".into(), heading: "Votes".into(), body, plots }]
}

/// The values of a body's levers over the run.
fn path(number: usize, body: &Body) -> Option<Plot> {
    let paths = &body.paths[..body.paths.len().min(LINES_MAX)];
    let all = merged(paths.iter().map(|path| path.step.as_slice()));
    let values: Vec<Vec<f64>> = paths.iter().map(|path| along(&all, &path.step, &path.value)).collect();
    let each = paths.iter().zip(&values).enumerate();
    let columns: Vec<Column> = each
        .map(|(at, (path, values))| (path.parameter.as_str(), at + 1, STROKES[at % STROKES.len()], values.as_slice()))
        .collect();
    let prefix = format!("governance-{number}");
    let place = Place { prefix: &prefix, subject: &body.name, step: &all, buckets: BUCKETS_MAX };
    let source =
        Source { id: "levers", title: "What votes set", unit: "value in force", kind: Kind::Level, columns: &columns };
    place.thinned(&source)
}

fn table(data: &ReportData, body: &Body, about: &str) -> String {
    let requested = body.proposals.iter().any(|proposal| proposal.requested > 0.0);
    let cell = |value: f64, shown: String| {
        let key = if value.is_nan() { String::new() } else { format!(" data-key=\"{value:e}\"") };
        format!("<td class=\"n\"{key}>{shown}</td>")
    };
    let share = |value: f64| cell(value, if value.is_finite() { percent(value) } else { "–".to_owned() });
    let row = |it: &Proposal| {
        let value = if it.value.is_nan() { "–".to_owned() } else { people(it.value) };
        let asked = if requested { cell(it.requested, people(it.requested)) } else { String::new() };
        format!(
            "<tr>{}<td>{}</td>{}{asked}<td><span class=\"kind\">{}</span></td>{}{}{}{}</tr>\n",
            cell(it.number as f64, count(it.number)),
            text(&it.subject),
            cell(it.value, value),
            text(&it.status),
            cell(it.ended as f64, count(it.ended)),
            share(it.yes_share),
            share(it.turnout),
            cell(it.voters as f64, count(it.voters)),
        )
    };
    let rows: String = body.proposals.iter().take(ROWS_MAX).map(row).collect();
    let cut = if body.proposals.len() > ROWS_MAX {
        format!(" The first {ROWS_MAX} of {} proposals.", count(body.proposals.len() as u64))
    } else {
        String::new()
    };
    let asked = if requested {
        format!("<th scope=\"col\" class=\"n\">Asks for, {}</th>", text(data.asset_name(0)))
    } else {
        String::new()
    };
    format!(
        "<div class=\"scroll tall\" tabindex=\"0\" role=\"region\" aria-label=\"Proposals\"><table class=\"sortable\">\
         <caption><span>{}.{cut}</span></caption><thead><tr><th scope=\"col\" class=\"n\">No.</th>\
         <th scope=\"col\">Proposal</th><th scope=\"col\" class=\"n\">Value</th>{asked}<th scope=\"col\">Status</th>\
         <th scope=\"col\" class=\"n\">Last step</th><th scope=\"col\" class=\"n\">For</th>\
         <th scope=\"col\" class=\"n\">Turnout</th><th scope=\"col\" class=\"n\">Voters</th></tr></thead>\
         <tbody>\n{rows}</tbody></table></div>\n",
        text(about),
    )
}
