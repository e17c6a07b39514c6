//! A pair of axes on a canvas: grid, ticks, labels, and what is drawn between them.

use plotters::style::RGBColor;

use super::canvas::{AXIS, Anchor, Canvas, FAINT, GRID, INK, Pen};
use crate::axis::{Ticks, decades, percentages, ticks};

const TICK_SIZE: f64 = 11.5;
const LABEL_SIZE: f64 = 12.0;

/// One axis.
pub(super) struct Axis {
    /// Name with its unit.
    pub(super) label: String,
    /// Lowest and highest value shown.
    pub(super) range: (f64, f64),
    /// Whether values are fractions, written as percentages.
    pub(super) fractions: bool,
    /// Whether equal ratios are equally far apart; then the range is above zero.
    pub(super) logarithmic: bool,
}

impl Axis {
    /// An axis of plain numbers.
    pub(super) fn new(label: impl Into<String>, range: (f64, f64)) -> Self {
        Self { label: label.into(), range, fractions: false, logarithmic: false }
    }

    /// An axis of fractions.
    pub(super) fn of_fractions(label: impl Into<String>, range: (f64, f64)) -> Self {
        Self { label: label.into(), range, fractions: true, logarithmic: false }
    }

    fn ticks(&self, wanted: usize) -> Ticks {
        let make = match (self.logarithmic, self.fractions) {
            (true, _) => decades,
            (false, true) => percentages,
            (false, false) => ticks,
        };
        make(self.range.0, self.range.1, wanted)
    }

    fn fraction(&self, value: f64) -> f64 {
        let (low, high) = self.range;
        if self.logarithmic { libm::log(value / low) / libm::log(high / low) } else { (value - low) / (high - low) }
    }
}

/// Axes around a rectangle of the canvas.
pub(super) struct Panel<'c, 'b> {
    canvas: &'c Canvas<'b>,
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    x: Axis,
    y: Axis,
}

impl<'c, 'b> Panel<'c, 'b> {
    /// Draws grid and labels around the rectangle from (`left`, `top`) of `size` (width, height).
    ///
    /// The y axis needs 60 units to the left and its label 24 above; the x axis needs 44 below.
    pub(super) fn new(canvas: &'c Canvas<'b>, (left, top): (f64, f64), size: (f64, f64), x: Axis, y: Axis) -> Self {
        let panel = Self { canvas, left, top, width: size.0, height: size.1, x, y };
        panel.draw_grid();
        panel
    }

    /// Position on the canvas of a point in the axes' units.
    pub(super) fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.left + self.x.fraction(x) * self.width, self.top + (1.0 - self.y.fraction(y)) * self.height)
    }

    /// A line through points in the axes' units.
    pub(super) fn line(&self, points: impl Iterator<Item = (f64, f64)>, pen: Pen) {
        self.canvas.line(&points.map(|point| self.place(point)).collect::<Vec<_>>(), pen);
    }

    /// The tinted area between a line and zero, or the lowest value shown.
    pub(super) fn area(&self, points: impl Iterator<Item = (f64, f64)>, colour: RGBColor, opacity: f64) {
        let base = self.place((0.0, self.y.range.0.max(0.0))).1;
        self.canvas.area(&points.map(|point| self.place(point)).collect::<Vec<_>>(), base, colour, opacity);
    }

    /// The tinted area between two lines over the same x.
    pub(super) fn band(&self, low: impl Iterator<Item = (f64, f64)>, high: &[(f64, f64)], colour: RGBColor) {
        let back = high.iter().rev().copied();
        let outline: Vec<(f64, f64)> = low.chain(back).map(|point| self.place(point)).collect();
        if outline.iter().all(|point| point.0.is_finite() && point.1.is_finite()) {
            self.canvas.polygon(&outline, colour, 0.13);
        }
    }

    fn draw_grid(&self) {
        let (right, bottom) = (self.left + self.width, self.top + self.height);
        let grid = Pen::solid(GRID, 1.0);
        let across = self.x.ticks((self.width / 62.0) as usize);
        for (&value, label) in across.values.iter().zip(&across.labels) {
            let (x, _) = self.place((value, 0.0));
            self.canvas.line(&[(x, self.top), (x, bottom)], grid);
            self.canvas.text((x, bottom + 13.0), label, TICK_SIZE, FAINT, Anchor::Middle);
        }
        let up = self.y.ticks((self.height / 34.0) as usize);
        for (&value, label) in up.values.iter().zip(&up.labels) {
            let (_, y) = self.place((0.0, value));
            self.canvas.line(&[(self.left, y), (right, y)], grid);
            self.canvas.text((self.left - 8.0, y), label, TICK_SIZE, FAINT, Anchor::End);
        }
        self.canvas.line(&[(self.left, bottom), (right, bottom)], Pen::solid(AXIS, 1.0));
        self.canvas.text((right, bottom + 32.0), &self.x.label, LABEL_SIZE, INK, Anchor::End);
        self.canvas.text((self.left, self.top - 14.0), &self.y.label, LABEL_SIZE, INK, Anchor::Start);
    }
}
