//! A formula as it was written: its syntax is right, its names are not looked up yet.

use std::ops::Range;

use walras_catalog::{Bounds, Kind, Node, Problem, Read, Span, Value};

use crate::compile::compile;
use crate::program::{Condition, Program};
use crate::scope::{Scope, Type};
use crate::syntax::{Syntax, parse};

/// A formula of which only the syntax has been checked.
///
/// It reads from a text of a scenario, so that an entry can have a parameter of this type. Its names are looked up when
/// [`Formula::number`] or [`Formula::condition`] is given a [`Scope`], usually when the thing is built that holds it.
#[derive(Debug, Clone)]
pub struct Formula {
    text: String,
    syntax: Syntax,
    written: Written,
}

/// The same text is the same formula, wherever it is written.
impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Formula {
    /// Reads a formula that stands in no file.
    ///
    /// # Errors
    /// When its syntax is wrong; the problem's span is a place in `text`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let written = Written { span: Span { source: 0, start: 0, end: text.len() }, offset: Some(0) };
        Self::written(text, written)
    }

    fn written(text: &str, written: Written) -> Result<Self, Problem> {
        let syntax = parse(text).map_err(|problem| written.place(problem))?;
        Ok(Self { text: text.to_owned(), syntax, written })
    }

    /// The text as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names it uses, each once, in order of appearance.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.syntax.names.iter().map(|(name, _)| name.as_str())
    }

    /// Where part of the text stands in the file: the whole formula where escapes make that inexact.
    #[must_use]
    pub fn span(&self, part: Range<usize>) -> Span {
        self.written.span_of(part)
    }

    /// Looks the names up and makes a formula that gives a number.
    ///
    /// # Errors
    /// At a name that is not in scope, at an operand of the wrong type, at a part that is no finite number whatever
    /// the names are, and when the whole is not a number.
    pub fn number(&self, scope: &Scope) -> Result<Program, Problem> {
        compile(&self.text, &self.syntax, scope, Type::Number).map_err(|problem| self.written.place(problem))
    }

    /// Looks the names up and makes a formula that holds or does not.
    ///
    /// # Errors
    /// As [`Formula::number`], and when the whole is not true or false.
    pub fn condition(&self, scope: &Scope) -> Result<Condition, Problem> {
        let program = compile(&self.text, &self.syntax, scope, Type::Flag);
        program.map(Condition::new).map_err(|problem| self.written.place(problem))
    }
}

impl Read for Formula {
    fn kind() -> Kind {
        Kind::Either(Box::new(Kind::Text), Box::new(Kind::Number))
    }

    /// Reads a text, or a plain number as the formula that is always that number. Bounds do not apply: what a
    /// formula gives is not known here.
    fn read(value: &Value, _: Option<&Bounds>) -> Result<Self, Problem> {
        match &value.node {
            Node::Text(text) => Self::written(text, Written::around(text, value.span)),
            Node::Integer(number) => Self::written(&number.to_string(), Written { span: value.span, offset: None }),
            Node::Float(number) if number.is_finite() => {
                Self::written(&format!("{number:?}"), Written { span: value.span, offset: None })
            }
            _ => {
                let message = format!("expected a formula, found {}", value.form());
                Err(Problem::at(value.span, message, "a formula in quotes, or a finite number"))
            }
        }
    }

    fn write(&self) -> Node {
        Node::Text(self.text.clone())
    }
}

/// How a formula stands in a file.
#[derive(Debug, Clone, Copy)]
struct Written {
    /// All of it, with its quotes.
    span: Span,
    /// How far behind the start of the span its first byte stands; `None` where escapes make places inexact.
    offset: Option<usize>,
}

impl Written {
    /// How `text` stands in quotes at `span`, told from the two lengths alone.
    ///
    /// Each escape makes the text shorter than what is written, so two bytes more than the text are one quote on each
    /// side and nothing else. Six more are three quotes on each side, and seven or eight three quotes and a line break
    /// after the first ones, which is no part of the text; unless as many escapes could account for them.
    fn around(text: &str, span: Span) -> Self {
        let more = span.end.saturating_sub(span.start).checked_sub(text.len());
        let quotes = match more {
            Some(2) => Some(1),
            Some(more @ 6..=8) if !could_be_escaped(text, more - 2) => Some(more - 3),
            _ => None,
        };
        Self { span, offset: quotes }
    }

    /// A problem at a place of the text, moved to the file.
    fn place(&self, mut problem: Problem) -> Problem {
        problem.span = problem.span.map(|span| self.span_of(span.start..span.end));
        problem
    }

    fn span_of(&self, part: Range<usize>) -> Span {
        let Some(offset) = self.offset else { return self.span };
        let start = self.span.start + offset;
        Span { source: self.span.source, start: start + part.start, end: start + part.end }
    }
}

/// Whether a text between single quotes could be `extra` bytes longer as written, by escapes.
fn could_be_escaped(text: &str, extra: usize) -> bool {
    // These have no place in a formula, or could stand for an escape of several bytes.
    if text.contains(['"', '\\']) || !text.is_ascii() {
        return true;
    }
    // Line breaks and tabs must be escaped there and slashes may be in JSON, each by one byte; `\u` is five longer.
    let must = text.bytes().filter(u8::is_ascii_control).count();
    let may = text.bytes().filter(|&byte| byte == b'/').count();
    let Some(rest) = extra.checked_sub(must) else { return false };
    rest <= may || (5..=5 + may).contains(&rest)
}
