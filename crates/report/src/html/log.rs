//! The log of what institutions did: its root, and what was entered how often.

use std::fmt::Write;

use super::Section;
use super::escape::text;
use crate::data::{Act, Log, ReportData};
use crate::number::count;

/// More rows than this are not read; `walras log` lists every entry.
const ROWS_MAX: usize = 300;

/// The section, where anything was entered.
pub(crate) fn section(data: &ReportData) -> Vec<Section> {
    let Some(log) = data.log.as_ref().filter(|log| log.size > 0) else { return Vec::new() };
    let body = format!("{}{}", provenance(log), table(log));
    vec![Section { id: "log".into(), heading: "What institutions did".into(), body, plots: Vec::new() }]
}

fn provenance(log: &Log) -> String {
    let entries = if log.size == 1 { "The one entry".to_owned() } else { format!("The {} entries", count(log.size)) };
    format!(
        "<p>{entries} of the log are under the Merkle root <code class=\"hash long\">{}</code>: \
         <code>walras prove</code> proves any of them.</p>\n",
        text(&log.root)
    )
}

fn table(log: &Log) -> String {
    let mut rows = String::new();
    for Act { institution, act, entries, first_step, last_step, amount } in log.acts.iter().take(ROWS_MAX) {
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\">{}</th><td><span class=\"kind\">{}</span></td><td class=\"n\">{}</td>\
             <td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            text(institution),
            text(act),
            count(*entries),
            count(*first_step),
            count(*last_step),
            text(amount),
        );
    }
    let caption = if log.acts.len() > ROWS_MAX {
        format!("The first {ROWS_MAX} of {} kinds of entries", count(log.acts.len() as u64))
    } else {
        "Entries by institution and act".to_owned()
    };
    let heads = ["Entries", "First step", "Last step", "Amount"];
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\" class=\"n\">{head}</th>")).collect();
    format!(
        "<div class=\"scroll tall\" tabindex=\"0\" role=\"region\" aria-label=\"Log\"><table>\
         <caption><span>{caption}</span></caption><thead><tr><th scope=\"col\">Institution</th>\
         <th scope=\"col\">Act</th>{heads}</tr></thead><tbody>\n{rows}</tbody></table></div>\n"
    )
}
