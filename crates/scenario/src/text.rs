//! From the text of a scenario file to a tree of values that know where they stand.
//!
//! The text comes from anyone. Its size and structure are checked before a parser sees it, and whatever is
//! wrong with it comes back as one [`ScenarioError`] with its place.
//!
//! *Invariant:* nothing here knows which keys a scenario has; unknown keys are the business of
//! [`walras_catalog::Read`].

mod json_tree;
mod toml_tree;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use walras_catalog::{Node, Problem, Span, Value};

use crate::limits::{self, shortened, structure};

pub(crate) use toml_tree::{parse_name, parse_value};

/// Reads and parses the scenario file at `path`.
///
/// # Errors
/// When the file cannot be read (see [`limits::read`]) or parsed (see [`parse`]).
pub fn load(path: &Path) -> Result<(Value, Sources), Box<ScenarioError>> {
    parse(&path.display().to_string(), &limits::read(path)?)
}

/// Parses the text of a scenario: JSON when `source_name` ends in `.json`, else TOML. A byte order mark at the
/// start is skipped, and is not part of the text that spans count in.
///
/// # Errors
/// When the text is beyond the [limits], is not valid TOML or JSON, or holds what a scenario has no use for: a
/// date, `null`, or a number that is beyond 64 bits.
pub fn parse(source_name: &str, text: &str) -> Result<(Value, Sources), Box<ScenarioError>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() as u64 > limits::SCENARIO_BYTES_MAX {
        let problem = limits::too_large(source_name, text.len() as u64, limits::SCENARIO_BYTES_MAX);
        return Err(ScenarioError::boxed(problem, Sources::new(source_name, "")));
    }
    let tree = if is_json(source_name) { parse_json(text) } else { parse_toml(text) };
    let sources = Sources::new(source_name, text);
    match tree {
        Ok(tree) => Ok((tree, sources)),
        Err(problem) => Err(ScenarioError::boxed(problem, sources)),
    }
}

fn is_json(source_name: &str) -> bool {
    Path::new(source_name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

fn parse_toml(text: &str) -> Result<Value, Problem> {
    refuse_nul(text)?;
    structure::check_toml(text)?;
    toml_tree::parse_document(text)
}

fn parse_json(text: &str) -> Result<Value, Problem> {
    refuse_nul(text)?;
    structure::check_json(text)?;
    json_tree::parse_document(text)
}

fn refuse_nul(text: &str) -> Result<(), Problem> {
    let Some(at) = text.bytes().position(|byte| byte == 0) else { return Ok(()) };
    let span = Span { source: 0, start: at, end: at + 1 };
    let problem = Problem::at(span, format!("byte {at} of the file is zero"), "text");
    Err(problem.help("is this a text file in UTF-8?"))
}

/// The texts a scenario was read from: the file, then each override of the command line. A [`Span`] names one
/// of them by its index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources(Vec<Source>);

/// One text and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path of the file, or `--set`.
    pub name: String,
    /// The text; empty when the file could not be read.
    pub text: Arc<str>,
}

impl Sources {
    /// The sources of a scenario that comes from one text.
    #[must_use]
    pub fn new(name: &str, text: &str) -> Self {
        Self(vec![Source { name: name.to_owned(), text: text.into() }])
    }

    /// Adds a text; the index is what its spans have as `source`.
    pub fn push(&mut self, name: &str, text: &str) -> usize {
        self.0.push(Source { name: name.to_owned(), text: text.into() });
        self.0.len() - 1
    }

    /// The source with this index.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Source> {
        self.0.get(index)
    }

    /// The sources in order, the scenario file first.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.0.iter()
    }

    /// What is written at `span`; `None` when the span is not in these sources.
    #[must_use]
    pub fn written(&self, span: Span) -> Option<&str> {
        self.get(span.source)?.text.get(span.start..span.end)
    }
}

/// What is wrong with a scenario, with the texts its place refers to. See [`crate::show`] for how it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioError {
    /// What is wrong and where.
    pub problem: Problem,
    /// The texts.
    pub sources: Sources,
}

impl ScenarioError {
    /// The error of `problem` in `sources`, on the heap to keep results small.
    #[must_use]
    pub fn boxed(problem: Problem, sources: Sources) -> Box<Self> {
        Box::new(Self { problem, sources })
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl std::error::Error for ScenarioError {}

/// Where a parsed text stands among the sources: spans of the parser plus `offset`, in source `source`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) source: usize,
    pub(crate) offset: usize,
}

impl Place {
    fn span(self, range: std::ops::Range<usize>) -> Span {
        Span { source: self.source, start: self.offset + range.start, end: self.offset + range.end }
    }
}

/// A name as it is kept, or the problem of one too long to be meant.
fn checked_name(name: String, span: Span) -> Result<String, Problem> {
    if name.len() <= limits::NAME_BYTES_MAX {
        return Ok(name);
    }
    let message = format!("a name of {} bytes is too long", name.len());
    Err(Problem::at(span, message, format!("at most {} bytes", limits::NAME_BYTES_MAX)))
}

/// A text as it is kept, or the problem of one too long to be meant.
fn checked_text(text: String, span: Span) -> Result<Node, Problem> {
    if text.len() <= limits::TEXT_BYTES_MAX {
        return Ok(Node::Text(text));
    }
    let message = format!("a text of {} bytes is too long", text.len());
    Err(Problem::at(span, message, format!("at most {} bytes", limits::TEXT_BYTES_MAX)))
}

/// The problem of a whole number that 64 bits do not hold.
fn integer_too_large(written: &str, span: Span) -> Problem {
    let message = format!("the whole number {} is beyond 64 bits", shortened(written));
    Problem::at(span, message, format!("between {} and {}", i64::MIN, i64::MAX))
}

/// The problem of a number with a fraction or exponent that no `f64` holds.
fn float_too_large(written: &str, span: Span) -> Problem {
    Problem::at(span, format!("the number {} is too large", shortened(written)), "at most 1.797e308 in size")
}
