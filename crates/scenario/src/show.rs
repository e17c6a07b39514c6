//! An error in a scenario, as a person or a program reads it.

mod snippet;

use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use crate::text::ScenarioError;
use snippet::Snippet;

/// How an error is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In colour and with drawn lines, for a terminal this many columns wide.
    Terminal {
        /// Columns of the terminal.
        width: usize,
    },
    /// Without colour and in plain characters, for files and pipes.
    Plain,
    /// One line of JSON: `{"message", "file", "line", "column", "expected", "help"}`, with `null` for what there
    /// is not. Lines, and characters in a line, count from 1.
    Json,
}

/// How wide a report without a terminal is, columns.
const PLAIN_WIDTH: usize = 100;
/// The least width a report is made for, columns.
const WIDTH_MIN: usize = 40;
/// How much of one message is shown on a terminal, characters.
const MESSAGE_CHARACTERS_MAX: usize = 600;

/// The error with the line it is on, a caret under the place, what was expected there, and advice. Ends with the
/// end of a line.
#[must_use]
pub fn show(error: &ScenarioError, form: Form) -> String {
    match form {
        Form::Terminal { width } => drawn(error, GraphicalTheme::unicode(), width.max(WIDTH_MIN)),
        Form::Plain => drawn(error, GraphicalTheme::none(), PLAIN_WIDTH),
        Form::Json => json(error),
    }
}

/// Where in the sources an error is: the name of the source, the line and the character in it, from 1.
#[must_use]
pub fn place(error: &ScenarioError) -> Option<(&str, usize, usize)> {
    let span = error.problem.span?;
    let source = error.sources.get(span.source)?;
    let (line, column) = snippet::line_and_column(&source.text, span);
    Some((&source.name, line + 1, column + 1))
}

fn json(error: &ScenarioError) -> String {
    let problem = &error.problem;
    let place = place(error);
    let file = place.map(|(file, ..)| file).or_else(|| Some(error.sources.get(0)?.name.as_str()));
    let expected = Some(&problem.expected).filter(|expected| !expected.is_empty());
    let object = serde_json::json!({
        "message": problem.message,
        "file": file,
        "line": place.map(|(_, line, _)| line),
        "column": place.map(|(_, _, column)| column),
        "expected": expected,
        "help": problem.help,
    });
    format!("{object}\n")
}

fn drawn(error: &ScenarioError, theme: GraphicalTheme, width: usize) -> String {
    let problem = &error.problem;
    let source = problem.span.and_then(|span| Some((error.sources.get(span.source)?, span)));
    let snippet = source.map(|(source, span)| Snippet::cut(&source.name, &source.text, span, width));
    let report = Report {
        message: presentable(&problem.message),
        help: problem.help.as_deref().map(presentable),
        expected: Some(presentable(&problem.expected)).filter(|expected| !expected.is_empty()),
        snippet,
        width,
    };
    let mut drawing = String::new();
    let handler = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false);
    match handler.render_report(&mut drawing, &report) {
        Ok(()) => drawing.lines().flat_map(|line| [line.trim_end(), "\n"]).collect(),
        Err(fmt::Error) => format!("{}\n", report.message),
    }
}

/// A message without what could confuse a terminal, and not longer than anyone reads.
fn presentable(message: &str) -> String {
    let mut characters = message.chars().map(snippet::presentable);
    let mut text: String = characters.by_ref().take(MESSAGE_CHARACTERS_MAX).collect();
    if characters.next().is_some() {
        text.push('…');
    }
    text
}

/// An error as the drawing library wants it.
#[derive(Debug)]
struct Report {
    message: String,
    help: Option<String>,
    expected: Option<String>,
    snippet: Option<Snippet>,
    width: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl Diagnostic for Report {
    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|snippet| snippet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let snippet = self.snippet.as_ref()?;
        let room = self.width.saturating_sub(snippet.label_column() + 12).max(30);
        let label = self.expected.as_deref().map(|expected| wrapped(expected, room));
        let label = LabeledSpan::new_primary_with_span(label, snippet.label.clone());
        Some(Box::new(std::iter::once(label)))
    }
}

/// `text` in lines of at most `room` characters, where its words allow.
fn wrapped(text: &str, room: usize) -> String {
    let mut lines = String::new();
    let mut length = 0;
    for word in text.split(' ') {
        let characters = word.chars().count();
        if length > 0 && length + 1 + characters > room {
            lines.push('\n');
            length = 0;
        } else if length > 0 {
            lines.push(' ');
            length += 1;
        }
        lines.push_str(word);
        length += characters;
    }
    lines
}
