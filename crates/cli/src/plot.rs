//! A curve drawn: its points with sample parameters, and a figure of them.

use std::fmt::Write as _;

use walras_catalog::{Node, Read as _};
use walras_market::curve::{AnyCurve, Point};
use walras_report::number::people;
use walras_scenario::text;

use crate::starter::curve::{Sample, sample};

/// Points of a drawn curve.
const POINTS: usize = 240;

/// A curve with sample parameters.
pub(crate) struct Drawn {
    /// The curve as it would stand in a scenario.
    pub(crate) scenario: String,
    /// (supply in tokens, price in the numeraire), supply rising.
    pub(crate) points: Vec<(f64, f64)>,
}

/// The curve `name` with its sample parameters, over twice the usual `supply`.
pub(crate) fn drawn(name: &str, supply: f64) -> Option<Drawn> {
    let sample = sample(name, supply)?;
    let scenario = format!("curve = {}", sample.inline(name));
    let (tree, _) = text::parse("sample", &scenario).ok()?;
    let Node::Table(table) = tree.node else { return None };
    let curve = AnyCurve::read(table.get("curve")?, None).ok()?;
    Some(Drawn { scenario, points: points(&curve, &sample, 2.0 * supply) })
}

/// The price at each supply. A curve that reads its reserve is followed along its own trades from where it opens.
fn points(curve: &AnyCurve, sample: &Sample, supply_max: f64) -> Vec<(f64, f64)> {
    let opening = sample.opening.map_or((0.0, 0.0), |opening| (opening.supply, opening.reserve));
    let opening = Point { supply: opening.0, reserve: opening.1 };
    let at = |supply: f64| {
        let reserve = if supply >= opening.supply {
            opening.reserve + curve.cost(opening, supply - opening.supply)
        } else {
            (opening.reserve - curve.proceeds(opening, opening.supply - supply)).max(0.0)
        };
        (supply, curve.price(Point { supply, reserve }))
    };
    (0..=POINTS).map(|index| at(supply_max * index as f64 / POINTS as f64)).collect()
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 450.0;
/// Left, top, right and bottom edge of the axes.
const FRAME: (f64, f64, f64, f64) = (80.0, 78.0, 690.0, 390.0);

/// The points as an SVG figure with axes, the title above and the formula below it.
pub(crate) fn svg(drawn: &Drawn, title: &str, formula: &str) -> String {
    let (left, top, right, bottom) = FRAME;
    let most = |value: fn(&(f64, f64)) -> f64| drawn.points.iter().map(value).fold(0.0, f64::max);
    let (x_ticks, y_ticks) = (ticks(most(|point| point.0)), ticks(most(|point| point.1)));
    let end = |ticks: &[f64]| ticks.last().copied().unwrap_or(1.0);
    let (x_end, y_end) = (end(&x_ticks), end(&y_ticks));
    let place = |(x, y): (f64, f64)| (left + x / x_end * (right - left), bottom - y / y_end * (bottom - top));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"Inter, system-ui, sans-serif\" font-size=\"12\" fill=\"#16202c\">\n\
         <title>{title}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"28\" y=\"34\" font-size=\"19\" font-weight=\"600\">{title}</text>\n\
         <text x=\"28\" y=\"56\" fill=\"#606e80\">{formula}</text>\n",
        title = escaped(title),
        formula = escaped(formula),
    );
    for &tick in &x_ticks {
        let (x, _) = place((tick, 0.0));
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {top}V{bottom}\" stroke=\"#e6e9ee\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#606e80\">{}</text>",
            bottom + 18.0,
            people(tick)
        );
    }
    for &tick in &y_ticks {
        let (_, y) = place((0.0, tick));
        let _ = writeln!(
            svg,
            "<path d=\"M{left} {y:.1}H{right}\" stroke=\"#e6e9ee\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#606e80\">{}</text>",
            left - 8.0,
            y + 4.0,
            people(tick)
        );
    }
    let line: Vec<String> = drawn
        .points
        .iter()
        .filter(|point| point.1.is_finite())
        .map(|&point| place(point))
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    let _ = write!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#0072b2\" stroke-width=\"2.5\" stroke-linejoin=\"round\"/>\n\
         <text x=\"{right}\" y=\"{:.1}\" text-anchor=\"end\">supply, tokens</text>\n\
         <text x=\"{left}\" y=\"{:.1}\">price, numeraire per token</text>\n</svg>\n",
        line.join(" "),
        bottom + 40.0,
        top - 6.0
    );
    svg
}

/// From zero in steps of 1, 2 or 5 times a power of ten, to at least `most`; three to seven of them.
fn ticks(most: f64) -> Vec<f64> {
    let wanted = if most.is_finite() && most > 0.0 { most / 5.0 } else { 0.2 };
    let power: f64 = format!("1e{}", exponent(wanted)).parse().unwrap_or(1.0);
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|&step| step >= wanted);
    let step = step.unwrap_or(wanted);
    let count = (5.0 * wanted / step).ceil() as usize;
    (0..=count).map(|index| index as f64 * step).collect()
}

/// The power of ten below or at `value`.
fn exponent(value: f64) -> i32 {
    let text = format!("{value:e}");
    text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_curve_is_drawn_rising() {
        for entry in AnyCurve::catalog() {
            let drawn = drawn(entry.name, 125_000.0).expect("a sample of every curve");
            assert!(drawn.points.windows(2).all(|pair| pair[0].1 <= pair[1].1 * (1.0 + 1e-9)), "{}", entry.name);
            assert!(drawn.points.iter().all(|point| point.1.is_finite()), "{}", entry.name);
            // The figure is well-formed enough to be drawn.
            let svg = svg(&drawn, entry.name, entry.formula);
            assert!(walras_report::chart::png(&svg, 1.0).is_ok(), "{}", entry.name);
        }
    }

    /// By definition (P = R/(S·F)) the price at twice the supply is (2)^(1/F − 1) times as high.
    #[test]
    fn a_curve_that_reads_its_reserve_is_followed_along_its_trades() {
        let points = drawn("constant_reserve_ratio", 1000.0).unwrap().points;
        let price_at = |supply: f64| points.iter().find(|point| (point.0 - supply).abs() < 1e-6).unwrap().1;
        assert!((price_at(1000.0) / price_at(500.0) - 2.0).abs() < 1e-9);
        assert!((price_at(250.0) / price_at(500.0) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn ticks_are_round_and_cover() {
        assert_eq!(ticks(3.0), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ticks(250_000.0), [0.0, 50_000.0, 100_000.0, 150_000.0, 200_000.0, 250_000.0]);
        assert!(ticks(0.0).len() > 1 && ticks(f64::NAN).len() > 1);
    }
}
