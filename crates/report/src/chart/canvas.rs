//! A drawing in units of a screen's pixel, kept as an SVG.
//!
//! The SVG backend of plotters rounds every coordinate to a whole number. So everything is drawn four times as large,
//! and the SVG says that it is shown at a quarter of that.

use plotters::element::{DashedPathElement, Drawable, PointCollection};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Width of every chart.
pub(super) const WIDTH: f64 = 960.0;
/// Height of every chart.
pub(super) const HEIGHT: f64 = 540.0;

const SCALE: f64 = 4.0;
/// plotters divides font sizes by this number.
const FONT_SCALE: f64 = 1.24;
const FONT: &str = "Inter, system-ui, Roboto, Helvetica, Arial, sans-serif";

/// Colours of series, from 1: Okabe and Ito, ordered so that neighbours differ in lightness too.
const SERIES: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
];
/// Text.
pub(super) const INK: RGBColor = RGBColor(22, 32, 44);
/// Text of less weight.
pub(super) const FAINT: RGBColor = RGBColor(96, 110, 128);
/// Grid lines.
pub(super) const GRID: RGBColor = RGBColor(230, 233, 238);
/// Axes and zero lines.
pub(super) const AXIS: RGBColor = RGBColor(150, 160, 174);

/// A colour of the palette, from 1.
pub(super) fn series_colour(number: usize) -> RGBColor {
    SERIES[number.saturating_sub(1) % SERIES.len()]
}

/// Colour of a path at a fraction of its length: cividis, whose lightness grows.
pub(super) fn ramp_colour(fraction: f64) -> RGBColor {
    const STOPS: [[f64; 3]; 5] =
        [[0.0, 52.0, 110.0], [75.0, 85.0, 108.0], [124.0, 123.0, 120.0], [180.0, 164.0, 109.0], [234.0, 204.0, 72.0]];
    let at = fraction.clamp(0.0, 1.0) * 4.0;
    let low = (at.floor() as usize).min(3);
    let mix = |channel: usize| {
        let (from, to) = (STOPS[low][channel], STOPS[low + 1][channel]);
        (from + (to - from) * (at - low as f64)).round() as u8
    };
    RGBColor(mix(0), mix(1), mix(2))
}

/// How a line is stroked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dash {
    /// Unbroken.
    Solid,
    /// Long dashes.
    Dashed,
    /// Short dashes.
    Dotted,
}

/// Which end of a text stands at its position.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// A line's colour, opacity, width and dashes.
#[derive(Clone, Copy)]
pub(super) struct Pen {
    pub(super) colour: RGBColor,
    pub(super) opacity: f64,
    pub(super) width: f64,
    pub(super) dash: Dash,
}

impl Pen {
    /// An opaque, unbroken line.
    pub(super) fn solid(colour: RGBColor, width: f64) -> Self {
        Self { colour, opacity: 1.0, width, dash: Dash::Solid }
    }
}

/// Something to draw on.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, plotters::coord::Shift>,
}

/// The SVG of what `draw` draws, with a title for readers who do not see it.
pub(super) fn drawing(title: &str, draw: impl FnOnce(&Canvas)) -> String {
    let mut body = String::new();
    let size = ((WIDTH * SCALE) as u32, (HEIGHT * SCALE) as u32);
    {
        let area = SVGBackend::with_string(&mut body, size).into_drawing_area();
        let canvas = Canvas { area };
        canvas.rectangle((0.0, 0.0), (WIDTH, HEIGHT), RGBColor(255, 255, 255), 1.0);
        draw(&canvas);
        canvas.finish();
    }
    let large = format!("width=\"{}\" height=\"{}\" viewBox", size.0, size.1);
    let shown = format!("role=\"img\" stroke-linejoin=\"round\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox");
    let titled = format!(">\n<title>{}</title>\n", escaped(title));
    body.replacen(&large, &shown, 1).replacen(">\n", &titled, 1)
}

impl<'a> Canvas<'a> {
    /// A line through points; a point that is not finite breaks it.
    pub(super) fn line(&self, points: &[(f64, f64)], pen: Pen) {
        let style = pen.colour.mix(pen.opacity).stroke_width((pen.width * SCALE).round() as u32);
        for run in points.split(|point| !(point.0.is_finite() && point.1.is_finite())) {
            let pixels: Vec<(i32, i32)> = run.iter().copied().map(pixel).collect();
            let dash = |length: f64| (length * SCALE) as i32;
            match (pixels.len(), pen.dash) {
                (0, _) => {}
                (1, _) => self.dot(run[0], pen.width, pen.colour),
                (_, Dash::Solid) => self.draw(&PathElement::new(pixels, style)),
                (_, Dash::Dashed) => self.draw(&DashedPathElement::new(pixels, dash(7.0), dash(4.0), style)),
                (_, Dash::Dotted) => self.draw(&DashedPathElement::new(pixels, dash(2.0), dash(2.5), style)),
            }
        }
    }

    /// The area between a line through finite points and a horizontal line at `base`.
    pub(super) fn area(&self, points: &[(f64, f64)], base: f64, colour: RGBColor, opacity: f64) {
        for run in points.split(|point| !(point.0.is_finite() && point.1.is_finite())) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            let corners = [(last.0, base), (first.0, base)];
            self.polygon(&run.iter().copied().chain(corners).collect::<Vec<_>>(), colour, opacity);
        }
    }

    /// A filled shape.
    pub(super) fn polygon(&self, points: &[(f64, f64)], colour: RGBColor, opacity: f64) {
        let pixels: Vec<(i32, i32)> = points.iter().copied().map(pixel).collect();
        self.draw(&Polygon::new(pixels, colour.mix(opacity)));
    }

    /// A filled rectangle from one corner to the opposite.
    pub(super) fn rectangle(&self, from: (f64, f64), to: (f64, f64), colour: RGBColor, opacity: f64) {
        self.draw(&Rectangle::new([pixel(from), pixel(to)], colour.mix(opacity).filled()));
    }

    /// A filled dot.
    pub(super) fn dot(&self, at: (f64, f64), radius: f64, colour: RGBColor) {
        self.draw(&Circle::new(pixel(at), (radius * SCALE) as i32, colour.filled()));
    }

    /// One line of text, centred vertically on its position. Control characters are replaced.
    pub(super) fn text(&self, at: (f64, f64), words: &str, size: f64, colour: RGBColor, anchor: Anchor) {
        self.write(at, words, FontStyle::Normal, size, colour, anchor);
    }

    /// Bold text.
    pub(super) fn heading(&self, at: (f64, f64), words: &str, size: f64) {
        self.write(at, words, FontStyle::Bold, size, INK, Anchor::Start);
    }

    fn write(&self, at: (f64, f64), words: &str, weight: FontStyle, size: f64, colour: RGBColor, anchor: Anchor) {
        let horizontal = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let style = TextStyle::from((FONT, size * SCALE * FONT_SCALE, weight))
            .color(&colour)
            .pos(Pos::new(horizontal, VPos::Center));
        self.draw(&Text::new(printable(words), pixel(at), style));
    }

    /// Draws into memory, which cannot fail.
    fn draw<E>(&self, element: &E)
    where
        for<'e> &'e E: PointCollection<'e, (i32, i32)>,
        E: Drawable<SVGBackend<'a>>,
    {
        self.area.draw(element).expect("drawing into memory");
    }

    fn finish(&self) {
        self.area.present().expect("drawing into memory");
    }
}

/// About how wide a text is: Inter's mean advances by kind of letter.
pub(super) fn text_width(words: &str, size: f64) -> f64 {
    let advance = |letter: char| match letter {
        'i' | 'j' | 'l' | '.' | ',' | ':' | '\'' | '|' | ' ' | '\u{202f}' | 'I' | 't' | 'f' | 'r' | '(' | ')' => 0.33,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.88,
        letter if letter.is_uppercase() || letter.is_ascii_digit() => 0.66,
        _ => 0.58,
    };
    words.chars().map(advance).sum::<f64>() * size
}

/// The text, cut with an ellipsis where it would be wider than `width`.
pub(super) fn fitted(words: &str, size: f64, width: f64) -> String {
    if text_width(words, size) <= width {
        return words.to_owned();
    }
    let mut kept = String::new();
    for letter in words.chars() {
        kept.push(letter);
        if text_width(&kept, size) > width - size {
            kept.pop();
            break;
        }
    }
    kept.trim_end().to_owned() + "…"
}

fn pixel((x, y): (f64, f64)) -> (i32, i32) {
    ((x * SCALE).round() as i32, (y * SCALE).round() as i32)
}

/// Characters that XML does not allow become the replacement character.
fn printable(words: &str) -> String {
    let allowed = |letter: char| !letter.is_control() && !matches!(letter, '\u{fffe}' | '\u{ffff}');
    words.chars().map(|letter| if allowed(letter) { letter } else { char::REPLACEMENT_CHARACTER }).collect()
}

fn escaped(words: &str) -> String {
    printable(words).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_to_fit() {
        let name = "a very long name of a cohort that nobody should have given";
        let cut = fitted(name, 12.0, 120.0);
        assert!(cut.ends_with('…') && text_width(&cut, 12.0) <= 120.0);
        assert_eq!(fitted("short", 12.0, 120.0), "short");
    }

    #[test]
    fn hostile_text_stays_text() {
        let svg = drawing("</title><script>\u{0}", |canvas| {
            canvas.heading((10.0, 10.0), "</text><script>alert(1)</script>&\u{1}\u{ffff}", 12.0);
        });
        assert!(!svg.contains("<script") && !svg.contains('\u{1}'));
        resvg::usvg::Tree::from_str(&svg, &resvg::usvg::Options::default()).expect("well-formed");
    }
}
