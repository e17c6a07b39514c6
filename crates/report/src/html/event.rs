//! Events: a table, and marks on every chart over time.

use std::fmt::Write;

use serde_json::{Value, json};

use super::Section;
use super::escape::text;
use crate::data::{Event, ReportData};
use crate::number::count;

/// More rows than this are not read; the run's tables hold them all.
const ROWS_MAX: usize = 300;
const MARKERS_MAX: usize = 400;
const DETAILS_PER_MARKER_MAX: usize = 5;
const DETAIL_CHARACTERS_MAX: usize = 300;

/// The section, where anything happened.
pub(crate) fn section(data: &ReportData) -> Vec<Section> {
    if data.events.is_empty() {
        return Vec::new();
    }
    let mut rows = String::new();
    for event in data.events.iter().take(ROWS_MAX) {
        let _ = writeln!(
            rows,
            "<tr><td class=\"n\">{}</td><td><span class=\"kind\">{}</span></td><td>{}</td><td>{}</td></tr>",
            count(event.step),
            text(&event.kind),
            text(&event.subject),
            text(&shortened(&event.detail)),
        );
    }
    let caption = if data.events.len() > ROWS_MAX {
        format!("The first {ROWS_MAX} of {} events", count(data.events.len() as u64))
    } else {
        "Shocks, halts, refusals and changes of parameters".to_owned()
    };
    let body = format!(
        "<div class=\"scroll tall\" tabindex=\"0\" role=\"region\" aria-label=\"Events\"><table>\
         <caption><span>{caption}</span></caption><thead><tr><th scope=\"col\" class=\"n\">Step</th><th scope=\"col\">Kind</th>\
         <th scope=\"col\">Subject</th><th scope=\"col\">Detail</th></tr></thead>\
         <tbody>\n{rows}</tbody></table></div>\n"
    );
    vec![Section { id: "events".into(), heading: "Events".into(), body, plots: Vec::new() }]
}

/// Marks on the charts: each step with events once, with the first few events in words.
pub(crate) fn markers(events: &[Event]) -> Value {
    let mut groups: Vec<&[Event]> = events.chunk_by(|a, b| a.step == b.step).collect();
    let stride = groups.len().div_ceil(MARKERS_MAX).max(1);
    groups = groups.into_iter().step_by(stride).collect();
    groups
        .iter()
        .map(|group| {
            let words: Vec<String> = group.iter().take(DETAILS_PER_MARKER_MAX).map(in_words).collect();
            json!({"step": group[0].step, "count": group.len(), "words": words})
        })
        .collect()
}

fn in_words(event: &Event) -> String {
    let mut words = event.kind.clone();
    if !event.subject.is_empty() {
        let _ = write!(words, " · {}", event.subject);
    }
    if !event.detail.is_empty() {
        let _ = write!(words, ": {}", event.detail);
    }
    shortened(&words)
}

fn shortened(detail: &str) -> String {
    if detail.chars().count() <= DETAIL_CHARACTERS_MAX {
        return detail.to_owned();
    }
    detail.chars().take(DETAIL_CHARACTERS_MAX - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_one_step_share_a_marker() {
        let event = |step, kind: &str| Event { step, kind: kind.into(), ..Event::default() };
        let marked = markers(&[event(1, "a"), event(4, "b"), event(4, "c")]);
        assert_eq!(
            marked,
            json!([
                {"step": 1, "count": 1, "words": ["a"]},
                {"step": 4, "count": 2, "words": ["b", "c"]},
            ])
        );
    }

    #[test]
    fn a_million_events_stay_few() {
        let events: Vec<Event> = (0..1_000_000).map(|step| Event { step, ..Event::default() }).collect();
        assert!(markers(&events).as_array().unwrap().len() <= MARKERS_MAX);
    }
}
