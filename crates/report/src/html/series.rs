//! Charts over the steps of a run, thinned so that a long run can still be drawn.

use super::plot::{Line, Plot, Stroke, course};
use crate::decimate::{extremes, flow_window, level_window, moving_mean};
use crate::number::count;

/// Numbers that the charts of one family may hold together; about nine bytes each.
pub(super) const NUMBERS_ON_PAGE: usize = 150_000;
/// More buckets than this cannot be told apart on a screen.
pub(super) const BUCKETS_MAX: usize = 1_000;
/// With fewer nothing of the course can be seen.
pub(super) const BUCKETS_MIN: usize = 20;

/// What the charts of one thing have in common.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// What their identifiers begin with.
    pub(super) prefix: &'a str,
    /// What they are of, in words.
    pub(super) subject: &'a str,
    /// The steps, increasing.
    pub(super) step: &'a [u64],
    /// Pieces of the run, of each of which a chart keeps the extremes.
    pub(super) buckets: usize,
}

/// A chart over time before thinning.
pub(super) struct Source<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) unit: &'a str,
    pub(super) kind: Kind,
    pub(super) columns: &'a [Column<'a>],
}

/// Label, colour, stroke and values of a line.
pub(super) type Column<'a> = (&'a str, usize, Stroke, &'a [f64]);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A state at the end of the step, with a moving mean where not every step is drawn.
    Level,
    /// An amount per step: drawn from zero, with a moving mean where there are many steps.
    Flow,
}

impl Place<'_> {
    /// A chart over time of the lines that were recorded, or none.
    pub(super) fn thinned(&self, source: &Source) -> Option<Plot> {
        let known = |column: &&Column| column.3.iter().any(|value| !value.is_nan());
        let recorded: Vec<&Column> = source.columns.iter().filter(known).collect();
        let (first_label, .., first_values) = recorded.first()?;
        let steps = self.step;
        let columns: Vec<&[f64]> = recorded.iter().map(|column| column.3).collect();
        let kept = extremes(&columns, steps.len(), self.buckets);
        let window = match source.kind {
            Kind::Flow => flow_window(steps.len()),
            Kind::Level => level_window(steps.len(), kept.len()),
        };
        let lines = recorded.iter().map(|&&(label, colour, stroke, values)| Line {
            label: label.to_owned(),
            colour,
            stroke,
            filled: source.kind == Kind::Flow && recorded.len() == 1,
            values: kept.iter().map(|&at| values.get(at).copied().unwrap_or(f64::NAN)).collect(),
            mean: match window.filter(|_| stroke != Stroke::Hidden) {
                Some(window) => moving_mean(values, window, &kept),
                None => Vec::new(),
            },
            ..Line::default()
        });
        Some(Plot {
            id: format!("{}-{}", self.prefix, source.id),
            title: source.title.to_owned(),
            unit: source.unit.to_owned(),
            x_label: "step".into(),
            over_time: true,
            from_zero: source.kind == Kind::Flow,
            x: kept.iter().map(|&at| steps[at] as f64).collect(),
            lines: lines.collect(),
            description: format!(
                "Line chart of {} of {} over {} recorded steps. For the {first_label}: {}",
                source.title.to_lowercase(),
                self.subject,
                count(steps.len() as u64),
                course(first_values, source.unit),
            ),
            note: reading_note(kept.len(), steps.len(), self.buckets, window),
            ..Plot::default()
        })
    }
}

/// What the reader must know of how the lines were drawn.
fn reading_note(kept: usize, length: usize, buckets: usize, window: Option<usize>) -> String {
    let mut note = String::new();
    if kept < length {
        let every = count(length.div_ceil(buckets) as u64);
        note = format!("Lowest and highest of every {every} steps are drawn. ");
    }
    if let Some(window) = window {
        note += &format!("Bold: mean over {} steps.", count(window as u64));
    }
    note
}
