//! Lines over the steps of a run.

use super::canvas::{Canvas, Dash, Pen, series_colour};
use super::figure::{Key, LEFT, RIGHT, TICKS_WIDTH};
use super::panel::{Axis, Panel};
use crate::axis::range_of;
use crate::decimate::{extremes, flow_window, level_window, moving_mean};

const BUCKETS: usize = 400;
/// Left edge of a panel of the page's width.
pub(super) const PANEL_LEFT: f64 = LEFT + TICKS_WIDTH;

/// A line over the steps: name, colour, dashes, values.
pub(super) type Line<'a> = (&'a str, usize, Dash, &'a [f64]);

/// Where a panel over the steps stands.
pub(super) struct Place {
    top: f64,
    height: f64,
    x_label: &'static str,
}

impl Place {
    pub(super) const WHOLE: Self = Self { top: 102.0, height: 380.0, x_label: "step" };
    /// Above another panel over the same steps, which names them.
    pub(super) const UPPER: Self = Self { top: 102.0, height: 160.0, x_label: "" };
    pub(super) const LOWER: Self = Self { top: 322.0, height: 160.0, x_label: "step" };
}

/// Lines over the steps in a panel of the page's width. Flows start at zero; where there are many steps they are
/// drawn faint under their moving mean.
pub(super) fn over_time(canvas: &Canvas, steps: &[u64], lines: &[Line], place: &Place, label: String, flow: bool) {
    let columns: Vec<&[f64]> = lines.iter().map(|line| line.3).collect();
    let kept = extremes(&columns, steps.len(), BUCKETS);
    let x_range = match (steps.first(), steps.last()) {
        (Some(&first), Some(&last)) if first < last => (first as f64, last as f64),
        (Some(&only), _) => (only as f64 - 0.5, only as f64 + 0.5),
        _ => (0.0, 1.0),
    };
    let y_range = range_of(columns.iter().flat_map(|column| column.iter().copied()), flow);
    let (x, y) = (Axis::new(place.x_label, x_range), Axis::new(label, y_range));
    let panel = Panel::new(canvas, (PANEL_LEFT, place.top), (RIGHT - PANEL_LEFT, place.height), x, y);
    let window = if flow { flow_window(steps.len()) } else { level_window(steps.len(), kept.len()) };
    // The first line is the chart's subject, so it is drawn last, on top.
    for &(_, colour, dash, values) in lines.iter().rev() {
        let colour = series_colour(colour);
        let pen = Pen { colour, opacity: 1.0, width: 2.0, dash };
        let over = |values: Vec<f64>| kept.iter().map(|&at| steps[at] as f64).zip(values).collect::<Vec<_>>();
        let points = over(kept.iter().map(|&at| values.get(at).copied().unwrap_or(f64::NAN)).collect());
        if let Some(window) = window {
            panel.line(points.into_iter(), Pen { opacity: 0.35, width: 0.8, dash: Dash::Solid, ..pen });
            panel.line(over(moving_mean(values, window, &kept)).into_iter(), pen);
        } else {
            if flow && lines.len() == 1 {
                panel.area(points.iter().copied(), colour, 0.15);
            }
            panel.line(points.into_iter(), pen);
        }
    }
}

/// The lines with at least one value, or none where there is no such line.
pub(super) fn recorded<'a>(lines: &[Line<'a>]) -> Option<Vec<Line<'a>>> {
    let known = |line: &&Line| line.3.iter().any(|value| value.is_finite());
    let lines: Vec<Line> = lines.iter().filter(known).copied().collect();
    (!lines.is_empty()).then_some(lines)
}

pub(super) fn keys(lines: &[Line]) -> Vec<Key> {
    lines.iter().map(|&(label, colour, dash, _)| Key::new(label, series_colour(colour), dash)).collect()
}
