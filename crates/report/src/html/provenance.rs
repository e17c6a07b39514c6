//! How to run it again: the command, the hash that it must end with, and the scenario.

use std::fmt::Write;

use super::Section;
use super::escape::text;
use crate::data::ReportData;
use crate::number::count;

const SCENARIO_CHARACTERS_MAX: usize = 400_000;

/// The section; always there.
pub(crate) fn section(data: &ReportData) -> Vec<Section> {
    let mut body = String::new();
    if !data.reproduce.is_empty() {
        let _ = writeln!(
            body,
            "<p>This command gives the same run again, bit for bit:</p>\n<div class=\"command\">\
             <pre id=\"command\" tabindex=\"0\"><code>{}</code></pre>\
             <button type=\"button\" class=\"copy\" data-copy=\"command\" hidden>Copy</button></div>",
            text(&data.reproduce)
        );
    }
    if !data.state_hash.is_empty() {
        let _ = writeln!(
            body,
            "<p>Its final state has the hash <code class=\"hash long\">{}</code>.</p>",
            text(&data.state_hash)
        );
    }
    if !data.scenario_text.is_empty() {
        let lines = count(data.scenario_text.lines().count() as u64);
        let shown: String = data.scenario_text.chars().take(SCENARIO_CHARACTERS_MAX).collect();
        let cut = if shown.len() < data.scenario_text.len() {
            "<p class=\"note\">Cut here; the run’s manifest holds the whole scenario.</p>"
        } else {
            ""
        };
        let _ = writeln!(
            body,
            "<details><summary>The scenario <span class=\"unit\">{lines} lines</span></summary>\
             <div class=\"command\"><pre id=\"scenario\" tabindex=\"0\"><code>{}</code></pre>\
             <button type=\"button\" class=\"copy\" data-copy=\"scenario\" hidden>Copy</button></div>{cut}</details>",
            text(&shown)
        );
    }
    vec![Section { id: "again".into(), heading: "Run it again".into(), body, plots: Vec::new() }]
}
