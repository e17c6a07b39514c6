//! The few lines of a source around a place, cut to the width of the report.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use walras_catalog::Span;

/// Columns that line numbers and frame take beside the text.
const FRAME_COLUMNS: usize = 10;

/// Lines of a source around a place, and where the place is in them.
#[derive(Debug)]
pub(super) struct Snippet {
    name: String,
    /// The lines, cut and made presentable.
    text: String,
    /// Where the place is in `text`, bytes; within one line.
    pub(super) label: Range<usize>,
    /// The number of the first line of `text` in the source, from 0.
    first_line: usize,
    /// The line and the character of the place in the source, from 0.
    place: (usize, usize),
}

impl Snippet {
    /// The line of `span` and its two neighbours. Of a span over many lines only the first is marked.
    pub(super) fn cut(name: &str, source: &str, span: Span, width: usize) -> Self {
        let range = clamped(source, span);
        let place = line_and_column(source, span);
        let room = width.saturating_sub(FRAME_COLUMNS).max(20);
        let line = line_around(source, range.start);
        let mut text = String::new();
        let mut first_line = place.0;
        if let Some(before) = line.start.checked_sub(1) {
            let line = line_around(source, before);
            append(&mut text, &source[line], 0..0, room);
            text.push('\n');
            first_line -= 1;
        }
        let within = range.start - line.start..range.end.clamp(range.start, line.end) - line.start;
        let label = append(&mut text, &source[line.start..line.end], within, room);
        let after = source[line.end..].find('\n').map(|at| line.end + at + 1).filter(|&at| at < source.len());
        if let Some(after) = after {
            text.push('\n');
            append(&mut text, &source[line_around(source, after)], 0..0, room);
        }
        if label.start == text.len() {
            // The caret needs something to stand under.
            text.push(' ');
        }
        Self { name: name.to_owned(), text, label, first_line, place }
    }

    /// In which column of the report's text the mark starts, roughly.
    pub(super) fn label_column(&self) -> usize {
        let line_start = self.text[..self.label.start].rfind('\n').map_or(0, |at| at + 1);
        self.text[line_start..self.label.start].chars().count()
    }
}

impl SourceCode for Snippet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Without context it asks where the place is, with it for the lines to draw.
        let (data, span, line, column) = if lines_before == 0 {
            (&self.text[self.label.clone()], *span, self.place.0, self.place.1)
        } else {
            (self.text.as_str(), SourceSpan::from(0..self.text.len()), self.first_line, 0)
        };
        let lines = data.lines().count();
        let name = self.name.chars().map(presentable).collect();
        Ok(Box::new(MietteSpanContents::new_named(name, data.as_bytes(), span, line, column, lines)))
    }
}

/// The line and the character in it, both from 0, at which `span` starts.
pub(super) fn line_and_column(source: &str, span: Span) -> (usize, usize) {
    let start = clamped(source, span).start;
    let line = source[..start].bytes().filter(|&byte| byte == b'\n').count();
    (line, source[line_around(source, start).start..start].chars().count())
}

/// A character that does what it looks like: controls and marks that turn the direction of writing become `�`.
pub(super) fn presentable(character: char) -> char {
    let turns = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if (character.is_control() && character != '\t') || turns { '\u{fffd}' } else { character }
}

/// `span` within `source`, at the borders of characters. A place behind the last line that holds something is
/// at the end of that line, because what is missing is missing there.
fn clamped(source: &str, span: Span) -> Range<usize> {
    let last = source.trim_end().len();
    if span.start >= last && span.start > 0 {
        return last..last;
    }
    let start = source.floor_char_boundary(span.start);
    // The line's end is no part of the line.
    let start = start.min(line_around(source, start).end);
    start..source.ceil_char_boundary(span.end.clamp(start, source.len()))
}

/// The line around byte `at`, without its end.
fn line_around(source: &str, at: usize) -> Range<usize> {
    let start = source[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = source[at..].find('\n').map_or(source.len(), |length| at + length);
    let end = if source[start..end].ends_with('\r') { end - 1 } else { end };
    start..end.max(start)
}

/// Appends `line` to `text`, cut to `room` characters such that the start of `mark` is seen; the mark's place in
/// `text` comes back.
fn append(text: &mut String, line: &str, mark: Range<usize>, room: usize) -> Range<usize> {
    let before_mark = line[..mark.start.min(line.len())].chars().count();
    let skipped = if line.chars().nth(room).is_none() || before_mark < room / 2 { 0 } else { before_mark - room / 3 };
    let mut label = None;
    let mut end = 0;
    if skipped > 0 {
        text.push('…');
    }
    let mut characters = line.char_indices().skip(skipped);
    for (at, character) in characters.by_ref().take(room) {
        if at == mark.start {
            label = Some(text.len());
        }
        text.push(presentable(character));
        if at < mark.end {
            end = text.len();
        }
    }
    let label = label.unwrap_or(text.len());
    if characters.next().is_some() {
        text.push('…');
    }
    label..end.max(label)
}
