//! A chart as data for `assets/script/`, and the figure that it is drawn in.

use std::fmt::Write;

use serde_json::{Map, Number, Value, json};

use super::escape::text;
use crate::number;

/// One chart: lines over a common, increasing x.
#[derive(Default)]
pub(crate) struct Plot {
    /// Identifier in the page, unique.
    pub(crate) id: String,
    /// Shown above the chart.
    pub(crate) title: String,
    /// Unit of the y axis; empty where dimensionless.
    pub(crate) unit: String,
    /// Name of the x axis with its unit.
    pub(crate) x_label: String,
    /// Whether x is the step: such charts share cursor, zoom and event markers.
    pub(crate) over_time: bool,
    /// Whether the y axis starts at zero.
    pub(crate) from_zero: bool,
    /// Whether x is drawn on a logarithmic scale.
    pub(crate) log_x: bool,
    /// Whether the reader may switch y to a logarithmic scale.
    pub(crate) log_switch: bool,
    /// Whether values are fractions, written as percentages.
    pub(crate) fractions: bool,
    /// Whether the chart takes the page's full width.
    pub(crate) wide: bool,
    /// Common x of the lines, increasing.
    pub(crate) x: Vec<f64>,
    /// The lines.
    pub(crate) lines: Vec<Line>,
    /// Filled between line `.0` and line `.1`.
    pub(crate) bands: Vec<(usize, usize)>,
    /// A path travelled on the chart, drawn over the lines.
    pub(crate) path: Option<Path>,
    /// Vertical marks, each (x, label).
    pub(crate) verticals: Vec<(f64, String)>,
    /// What the chart shows in words, for readers who do not see it.
    pub(crate) description: String,
    /// Small print below the chart; may be empty.
    pub(crate) note: String,
}

/// One line of a chart.
#[derive(Default)]
pub(crate) struct Line {
    /// Name in the legend.
    pub(crate) label: String,
    /// Unit in the legend, where it differs from the chart's.
    pub(crate) unit: String,
    /// Colour of the palette, from 1.
    pub(crate) colour: usize,
    /// How it is stroked.
    pub(crate) stroke: Stroke,
    /// Whether the area below is tinted.
    pub(crate) filled: bool,
    /// Whether it is drawn as steps (a histogram).
    pub(crate) stepped: bool,
    /// Values over the chart's x; NaN leaves a gap.
    pub(crate) values: Vec<f64>,
    /// Moving mean, drawn bold over the values, which then are drawn faint; empty where there is none.
    pub(crate) mean: Vec<f64>,
}

/// How a line is stroked.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Stroke {
    /// Unbroken.
    #[default]
    Solid,
    /// Long dashes.
    Dashed,
    /// Dots.
    Dotted,
    /// Not drawn: the edge of a band.
    Hidden,
}

/// Points in order of step.
#[derive(Default)]
pub(crate) struct Path {
    /// Step of each point.
    pub(crate) step: Vec<f64>,
    /// Horizontal positions.
    pub(crate) x: Vec<f64>,
    /// Vertical positions.
    pub(crate) y: Vec<f64>,
}

impl Plot {
    /// The figure that the chart is drawn in.
    fn figure(&self, spans: bool) -> String {
        let mut markup = format!(
            "<figure class=\"plot{wide}\" id=\"{id}\"><figcaption><span class=\"plot-title\">{title}</span>",
            wide = match (self.wide, spans) {
                (true, _) => " wide",
                (false, true) => " span",
                (false, false) => "",
            },
            id = text(&self.id),
            title = text(&self.title),
        );
        if !self.unit.is_empty() {
            let _ = write!(markup, " <span class=\"unit\">{}</span>", text(&self.unit));
        }
        let _ = write!(
            markup,
            "<span class=\"plot-tools\"></span></figcaption>\
             <div class=\"canvas\" role=\"img\" tabindex=\"0\" aria-label=\"{}\"></div>\
             <div class=\"legend\"></div>",
            text(&self.description)
        );
        if !self.note.is_empty() {
            let _ = write!(markup, "<p class=\"note\">{}</p>", text(&self.note));
        }
        markup.push_str("</figure>\n");
        markup
    }

    /// The chart as `assets/script/` reads it.
    pub(crate) fn to_json(&self) -> Value {
        let mut plot = Map::new();
        plot.insert("id".into(), json!(self.id));
        plot.insert("unit".into(), json!(self.unit));
        plot.insert("xLabel".into(), json!(self.x_label));
        for (key, on) in [
            ("overTime", self.over_time),
            ("fromZero", self.from_zero),
            ("logX", self.log_x),
            ("logSwitch", self.log_switch),
            ("fractions", self.fractions),
        ] {
            if on {
                plot.insert(key.into(), json!(true));
            }
        }
        plot.insert("x".into(), numbers(&self.x));
        plot.insert("lines".into(), self.lines.iter().map(Line::to_json).collect());
        plot.insert("bands".into(), json!(self.bands));
        plot.insert("verticals".into(), json!(self.verticals));
        if let Some(path) = &self.path {
            let columns = json!({
                "step": numbers(&path.step), "x": numbers(&path.x), "y": numbers(&path.y),
            });
            plot.insert("path".into(), columns);
        }
        Value::Object(plot)
    }
}

impl Line {
    fn to_json(&self) -> Value {
        let stroke = match self.stroke {
            Stroke::Solid => "solid",
            Stroke::Dashed => "dashed",
            Stroke::Dotted => "dotted",
            Stroke::Hidden => "hidden",
        };
        json!({
            "label": self.label,
            "unit": self.unit,
            "colour": self.colour,
            "stroke": stroke,
            "filled": self.filled,
            "stepped": self.stepped,
            "values": numbers(&self.values),
            "mean": numbers(&self.mean),
        })
    }
}

/// Figures side by side where there is room. The last of an odd run spans both columns, so that no hole
/// is left.
pub(crate) fn grid(plots: &[Plot]) -> String {
    let mut figures = String::new();
    for run in plots.chunk_by(|before, after| before.wide == after.wide) {
        for (index, plot) in run.iter().enumerate() {
            let alone = index + 1 == run.len() && index % 2 == 0;
            figures.push_str(&plot.figure(alone));
        }
    }
    format!("<div class=\"plots\">\n{figures}</div>\n")
}

/// `It starts at a, ends at b, with lowest c and highest d.`, or nothing where there are no values.
pub(crate) fn course(values: &[f64], unit: &str) -> String {
    let known = || values.iter().copied().filter(|value| !value.is_nan());
    let (Some(first), Some(last)) = (known().next(), known().next_back()) else {
        return "No values were recorded.".to_owned();
    };
    let lowest = known().fold(f64::INFINITY, f64::min);
    let highest = known().fold(f64::NEG_INFINITY, f64::max);
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    format!(
        "It starts at {} and ends at {}{unit}; its lowest is {}, its highest {}.",
        number::people(first),
        number::people(last),
        number::people(lowest),
        number::people(highest),
    )
}

/// Numbers with seven significant digits, which is more than a screen can show. NaN becomes null.
fn numbers(values: &[f64]) -> Value {
    values.iter().copied().map(seven_digits).collect()
}

fn seven_digits(value: f64) -> Value {
    if !value.is_finite() {
        return Value::Null;
    }
    let rounded: f64 = format!("{value:.6e}").parse().unwrap_or(value);
    let whole = rounded as i64;
    if rounded.abs() < 1e15 && (whole as f64 - rounded).abs() == 0.0 {
        return Value::from(whole);
    }
    Number::from_f64(rounded).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_close() {
        let written = numbers(&[0.0, -0.0, 1.0, 0.1 + 0.2, 123_456_789.0, 1e-12, 1e300, f64::NAN]);
        assert_eq!(written.to_string(), "[0,0,1,0.3,123456800,1e-12,1e+300,null]");
    }

    #[test]
    fn a_course_tells_ends_and_extremes() {
        assert_eq!(
            course(&[f64::NAN, 2.0, 1.0, 4.0, 3.0], "CREDIT"),
            "It starts at 2 and ends at 3 CREDIT; its lowest is 1, its highest 4."
        );
        assert_eq!(course(&[f64::NAN], ""), "No values were recorded.");
    }
}
