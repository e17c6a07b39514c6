//! A plot for the terminal, in braille dots.

use crate::axis::{range_of, ticks};

const WIDTH_MIN: usize = 24;
const HEIGHT_MIN: usize = 7;
/// Empty braille cell; dots are added to it as bits.
const BRAILLE: u32 = 0x2800;

/// Points joined by a line, with ticks and labels, at most `width` columns by `height` rows.
///
/// Points are (x, y) in any unit. One that is not finite breaks the line. Each character holds two by four
/// dots. The size is at least 24 by 7. Lines end in `\n` and carry no spaces at their end.
#[must_use]
pub fn ascii(points: &[(f64, f64)], width: usize, height: usize, x_label: &str, y_label: &str) -> String {
    let (width, height) = (width.max(WIDTH_MIN), height.max(HEIGHT_MIN));
    let finite = || points.iter().filter(|point| point.0.is_finite() && point.1.is_finite());
    if finite().next().is_none() {
        return "(no points to draw)\n".to_owned();
    }
    let (x_low, x_high) = tight_range(finite().map(|point| point.0));
    let (y_low, y_high) = range_of(finite().map(|point| point.1), false);
    // The y label takes the first row; the axis, its labels and the x label the last three.
    let rows = height - 4;
    let y_ticks = ticks(y_low, y_high, (rows / 3).max(2));
    let margin = y_ticks.labels.iter().map(|label| label.chars().count()).max().unwrap_or(0).min(width / 2);
    let columns = width - margin - 2;

    let mut dots = Dots::new(columns, rows);
    let place = |&(x, y): &(f64, f64)| {
        let across = (x - x_low) / (x_high - x_low) * (2 * columns - 1) as f64;
        let up = (y - y_low) / (y_high - y_low) * (4 * rows - 1) as f64;
        (across.round() as i64, (4 * rows) as i64 - 1 - up.round() as i64)
    };
    for pair in points.windows(2).filter(|pair| pair.iter().all(|point| point.0.is_finite() && point.1.is_finite())) {
        dots.join(place(&pair[0]), place(&pair[1]));
    }
    finite().map(place).for_each(|dot| dots.set(dot));

    let row_of = |value: f64| ((y_high - value) / (y_high - y_low) * (rows - 1) as f64).round() as usize;
    let mut lines = vec![format!("{y_label}")];
    for row in 0..rows {
        let tick = y_ticks.values.iter().position(|&value| row_of(value) == row);
        let label = tick.map_or("", |index| y_ticks.labels[index].as_str());
        let edge = if tick.is_some() { '┤' } else { '│' };
        lines.push(format!("{label:>margin$} {edge}{}", dots.row(row)));
    }
    lines.extend(x_axis(x_low, x_high, margin, columns, x_label));
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The axis with its marks, the labels below, and the name at the end.
fn x_axis(low: f64, high: f64, margin: usize, columns: usize, name: &str) -> [String; 3] {
    let x_ticks = ticks(low, high, (columns / 12).max(2));
    let mut marks = vec!['─'; columns];
    let mut labels = vec![' '; margin + 2 + columns];
    let mut free = 0;
    for (&value, label) in x_ticks.values.iter().zip(&x_ticks.labels) {
        let column = ((value - low) / (high - low) * (columns - 1) as f64).round() as usize;
        marks[column] = '┬';
        let length = label.chars().count();
        let start = (margin + 2 + column).saturating_sub(length / 2).min(labels.len().saturating_sub(length));
        if start >= free && length <= labels.len() {
            labels[start..start + length].iter_mut().zip(label.chars()).for_each(|(cell, digit)| *cell = digit);
            free = start + length + 1;
        }
    }
    let indent = (margin + 2 + columns).saturating_sub(name.chars().count());
    [
        format!("{:>margin$} └{}", "", marks.iter().collect::<String>()),
        labels.iter().collect(),
        format!("{:indent$}{name}", ""),
    ]
}

/// From the lowest to the highest, without margin; one unit wide where they are equal.
fn tight_range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    if low < high { (low, high) } else { (low - 0.5, high + 0.5) }
}

struct Dots {
    columns: usize,
    rows: usize,
    cells: Vec<u8>,
}

impl Dots {
    fn new(columns: usize, rows: usize) -> Self {
        Self { columns, rows, cells: vec![0; columns * rows] }
    }

    fn set(&mut self, (x, y): (i64, i64)) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x >= 2 * self.columns || y >= 4 * self.rows {
            return;
        }
        // Unicode numbers the dots of a cell 1 2 3 7 down the left and 4 5 6 8 down the right.
        let bit = [[0, 3], [1, 4], [2, 5], [6, 7]][y % 4][x % 2];
        self.cells[y / 4 * self.columns + x / 2] |= 1 << bit;
    }

    /// Straight line of dots between two dots (Bresenham 1965).
    fn join(&mut self, (mut x, mut y): (i64, i64), end: (i64, i64)) {
        let (dx, dy) = ((end.0 - x).abs(), -(end.1 - y).abs());
        let (right, down) = ((end.0 - x).signum(), (end.1 - y).signum());
        let mut error = dx + dy;
        while (x, y) != end {
            self.set((x, y));
            let twice = 2 * error;
            if twice >= dy {
                error += dy;
                x += right;
            }
            if twice <= dx {
                error += dx;
                y += down;
            }
        }
        self.set(end);
    }

    fn row(&self, row: usize) -> String {
        let cells = &self.cells[row * self.columns..(row + 1) * self.columns];
        let character = |&dots: &u8| match dots {
            0 => ' ',
            dots => char::from_u32(BRAILLE + u32::from(dots)).unwrap_or(' '),
        };
        cells.iter().map(character).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::ascii;

    #[test]
    fn a_line_climbs_from_corner_to_corner() {
        let picture = ascii(&[(0.0, 0.0), (10.0, 5.0)], 40, 12, "supply (TOKEN)", "price (CREDIT)");
        let rows: Vec<&str> = picture.lines().collect();
        assert_eq!(rows.len(), 12, "{picture}");
        assert_eq!(rows[0], "price (CREDIT)");
        assert!(rows[11].ends_with("supply (TOKEN)"));
        assert!(rows.iter().all(|row| row.chars().count() <= 40), "{picture}");
        let first_dot = |row: &str| row.chars().position(|c| ('\u{2801}'..='\u{28ff}').contains(&c));
        let starts: Vec<usize> = rows[1..9].iter().filter_map(|row| first_dot(row)).collect();
        assert!(starts.len() >= 7 && starts.windows(2).all(|pair| pair[0] > pair[1]), "{picture}");
    }

    #[test]
    fn odd_input_still_gives_a_picture() {
        assert_eq!(ascii(&[], 40, 10, "x", "y"), "(no points to draw)\n");
        assert_eq!(ascii(&[(f64::NAN, 1.0)], 40, 10, "x", "y"), "(no points to draw)\n");
        for points in [
            vec![(1.0, 1.0)],
            vec![(0.0, 7.0), (9.0, 7.0)],
            vec![(0.0, 1.0), (1.0, f64::INFINITY), (2.0, 3.0)],
            vec![(-1e300, -1e300), (1e300, 1e300)],
            vec![(0.0, 1e-12), (1.0, 2e-12)],
        ] {
            let picture = ascii(&points, 0, 0, "a label far too long for so small a plot", "price");
            assert!(picture.contains(|c| ('\u{2801}'..='\u{28ff}').contains(&c)), "{picture}");
            assert_eq!(picture, ascii(&points, 0, 0, "a label far too long for so small a plot", "price"));
        }
    }

    #[test]
    fn a_gap_is_not_joined() {
        let dots = |points: &[(f64, f64)]| {
            let picture = ascii(points, 60, 12, "", "");
            picture.chars().filter(|c| ('\u{2801}'..='\u{28ff}').contains(c)).count()
        };
        let whole = dots(&[(0.0, 0.0), (1.0, 1.0), (2.0, 0.0), (3.0, 1.0)]);
        let broken = dots(&[(0.0, 0.0), (1.0, 1.0), (1.5, f64::NAN), (2.0, 0.0), (3.0, 1.0)]);
        assert!(broken < whole);
    }
}
