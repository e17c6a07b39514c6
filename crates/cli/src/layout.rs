//! Text in columns and paragraphs of a given width. Colours take no room.

use console::measure_text_width;

/// `text` in lines of at most `width` columns, each behind `indent` spaces. An empty line parts paragraphs; single
/// line breaks are kept.
pub(crate) fn paragraphs(text: &str, indent: usize, width: usize) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { wrapped(line, indent, width) }).collect()
}

/// One paragraph in lines of at most `width` columns, each behind `indent` spaces.
pub(crate) fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let room = width.saturating_sub(indent).max(20);
    let mut lines = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let columns = measure_text_width(word);
        if used > 0 && used + 1 + columns > room {
            lines.push('\n');
            used = 0;
        }
        if used == 0 {
            lines.extend(std::iter::repeat_n(' ', indent));
        } else {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        used += columns;
    }
    lines + "\n"
}

/// How the cells of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// At the left.
    Left,
    /// At the right, for numbers.
    Right,
}

/// Rows of equally many cells in columns two spaces apart, behind `indent` spaces. No spaces end a line.
pub(crate) fn table(rows: &[Vec<String>], align: &[Align], indent: usize) -> String {
    let width = |column: usize| rows.iter().map(|row| measure_text_width(&row[column])).max().unwrap_or(0);
    let widths: Vec<usize> = (0..align.len()).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = " ".repeat(indent);
        for (column, cell) in row.iter().enumerate() {
            let blank = " ".repeat(widths[column] - measure_text_width(cell));
            let gap = if column == 0 { "" } else { "  " };
            match align[column] {
                Align::Left => line.extend([gap, cell, &blank]),
                Align::Right => line.extend([gap, &blank, cell]),
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Pairs of a label and what it says, the second aligned, behind `indent` spaces.
pub(crate) fn pairs(rows: &[(&str, String)], indent: usize) -> String {
    let rows: Vec<Vec<String>> = rows.iter().map(|(label, said)| vec![(*label).to_owned(), said.clone()]).collect();
    table(&rows, &[Align::Left, Align::Left], indent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped_and_long_ones_left_whole() {
        assert_eq!(wrapped("one two three four five six", 2, 22), "  one two three four\n  five six\n");
        let long = "x".repeat(30);
        assert_eq!(wrapped(&format!("a {long} b"), 0, 20), format!("a\n{long}\nb\n"));
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_whatever_its_colour() {
        let rows = vec![
            vec!["\u{1b}[1mab\u{1b}[0m".to_owned(), "1".to_owned(), "x".to_owned()],
            vec!["c".to_owned(), "10".to_owned(), String::new()],
        ];
        let text = table(&rows, &[Align::Left, Align::Right, Align::Left], 1);
        assert_eq!(text, " \u{1b}[1mab\u{1b}[0m   1  x\n c   10\n");
    }
}
