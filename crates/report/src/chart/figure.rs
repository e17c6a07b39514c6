//! What every chart has: a title, a line that says which run it is of, and a legend.

use plotters::style::RGBColor;

use super::canvas::{Anchor, Canvas, Dash, FAINT, INK, Pen, WIDTH, drawing, fitted, text_width};
use crate::data::ReportData;
use crate::number::count;

/// Left edge of titles.
pub(super) const LEFT: f64 = 28.0;
/// Right edge of panels.
pub(super) const RIGHT: f64 = WIDTH - 34.0;
/// Room for tick labels to the left of a panel.
pub(super) const TICKS_WIDTH: f64 = 62.0;

const TITLE_SIZE: f64 = 21.0;
const SUBTITLE_SIZE: f64 = 12.5;
const LEGEND_SIZE: f64 = 12.5;

/// One entry of a legend.
pub(super) struct Key {
    pub(super) label: String,
    pub(super) pen: Pen,
}

impl Key {
    /// A line of the palette.
    pub(super) fn new(label: impl Into<String>, colour: RGBColor, dash: Dash) -> Self {
        Self { label: label.into(), pen: Pen { colour, opacity: 1.0, width: 2.0, dash } }
    }
}

/// An SVG with the title and the run's name on top, and the rest drawn by `draw`.
pub(super) fn figure(data: &ReportData, title: &str, draw: impl FnOnce(&Canvas)) -> String {
    let run = format!("{} · seed {} · {} steps · Walras {}", data.title, data.seed, count(data.steps), data.version);
    drawing(&format!("{title}: {}", data.title), |canvas| {
        canvas.heading((LEFT, 32.0), &fitted(title, TITLE_SIZE, RIGHT - LEFT), TITLE_SIZE);
        let run = fitted(&run, SUBTITLE_SIZE, RIGHT - LEFT);
        canvas.text((LEFT, 58.0), &run, SUBTITLE_SIZE, FAINT, Anchor::Start);
        draw(canvas);
    })
}

/// A row of keys that ends at `right`, centred on `y`.
pub(super) fn legend(canvas: &Canvas, keys: &[Key], right: f64, y: f64) {
    const SWATCH: f64 = 24.0;
    const GAP: f64 = 20.0;
    let widths: Vec<f64> = keys.iter().map(|key| SWATCH + 6.0 + text_width(&key.label, LEGEND_SIZE)).collect();
    let mut x = right - widths.iter().sum::<f64>() - GAP * keys.len().saturating_sub(1) as f64;
    for (key, width) in keys.iter().zip(widths) {
        canvas.line(&[(x, y), (x + SWATCH, y)], Pen { width: 2.5, ..key.pen });
        canvas.text((x + SWATCH + 6.0, y), &key.label, LEGEND_SIZE, INK, Anchor::Start);
        x += width + GAP;
    }
}
