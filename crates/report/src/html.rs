//! The one-file report: a page that needs nothing but itself.
//!
//! Tables and text are written here, so that they can be read, searched and printed without scripts.
//! Charts are written as data (`plot`), and drawn in the browser by uPlot and `assets/script/`. A
//! content security policy in the page forbids it to load anything.

mod cohort;
mod contract;
mod demand;
mod escape;
mod event;
mod governance;
mod headline;
mod institution;
mod log;
mod market;
mod money;
mod plot;
mod provenance;
mod resource;
mod sampled;
mod series;
mod supply;
mod task;
mod wealth;

use std::fmt::Write;

use serde_json::{Value, json};

use crate::data::ReportData;
use escape::{json_in_script, text};
use plot::Plot;

const STYLE: &str = include_str!("../assets/report.css");
const SCRIPT: &str = concat!(
    "(function () {\n\"use strict\";\n",
    include_str!("../assets/script/data.js"),
    include_str!("../assets/script/number.js"),
    include_str!("../assets/script/colour.js"),
    include_str!("../assets/script/overlay.js"),
    include_str!("../assets/script/legend.js"),
    include_str!("../assets/script/chart.js"),
    include_str!("../assets/script/page.js"),
    "})();\n",
);
const UPLOT_STYLE: &str = include_str!("../assets/uplot/uPlot.min.css");
const UPLOT_SCRIPT: &str = include_str!("../assets/uplot/uPlot.iife.min.js");
const UPLOT_LICENCE: &str = include_str!("../assets/uplot/LICENSE");

/// The report as one HTML page, complete and deterministic.
///
/// Series are thinned so that the page of a run of a million steps stays below about three megabytes; the
/// lowest and highest value of every drawn interval are kept.
#[must_use]
pub fn page(data: &ReportData) -> String {
    let sections: Vec<Section> = [
        headline::section(data),
        market::sections(data),
        resource::section(data),
        demand::section(data),
        governance::section(data),
        task::section(data),
        institution::sections(data),
        contract::section(data),
        wealth::section(data),
        cohort::section(data),
        event::section(data),
        log::section(data),
        supply::section(data),
        money::section(data),
        provenance::section(data),
    ]
    .into_iter()
    .flatten()
    .collect();
    assemble(data, &sections)
}

/// One part of the page: its heading, its markup and the charts in it.
struct Section {
    id: String,
    heading: String,
    body: String,
    plots: Vec<Plot>,
}

fn assemble(data: &ReportData, sections: &[Section]) -> String {
    let mut navigation = String::new();
    let mut main = String::new();
    let mut plots: Vec<Value> = Vec::new();
    for section in sections {
        let (id, heading) = (text(&section.id), text(&section.heading));
        let _ = writeln!(navigation, "<li><a href=\"#{id}\">{heading}</a></li>");
        let _ = writeln!(
            main,
            "<section id=\"{id}\" aria-labelledby=\"{id}-heading\">\n\
             <h2 id=\"{id}-heading\">{heading}</h2>\n{}\n</section>",
            section.body
        );
        plots.extend(section.plots.iter().map(Plot::to_json));
    }
    let embedded = json_in_script(&json!({
        "plots": plots,
        "events": event::markers(&data.events),
    }));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} – Walras report</title>\n\
         <style>{UPLOT_STYLE}</style>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#overview\">Skip to the results</a>\n\
         {masthead}\
         <nav aria-label=\"Sections\"><ul>\n{navigation}</ul>\n\
         <div class=\"controls\"><button type=\"button\" id=\"reset-zoom\" hidden>Whole run</button>\
         <button type=\"button\" id=\"theme\" hidden>Theme</button></div></nav>\n\
         <main>\n<noscript><p class=\"notice\">Charts need JavaScript. Every table and number below is \
         complete without it.</p></noscript>\n{main}</main>\n\
         <footer><p>Walras {version}. Charts drawn with uPlot.</p></footer>\n\
         <div id=\"tooltip\" role=\"status\" hidden></div>\n\
         <script type=\"application/json\" id=\"report-data\">{embedded}</script>\n\
         <script>/*\n{UPLOT_LICENCE}\n*/\n{UPLOT_SCRIPT}</script>\n<script>{SCRIPT}</script>\n\
         </body>\n</html>\n",
        title = text(&data.title),
        masthead = headline::masthead(data),
        version = text(&data.version),
    )
}
