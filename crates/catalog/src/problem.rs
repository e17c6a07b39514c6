//! One clear message about one place: what is wrong, where, what was expected, what to do.

use std::fmt;

use crate::value::Span;

/// What is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where; `None` when no single place is to blame.
    pub span: Option<Span>,
    /// What stands under the caret: what was expected here.
    pub expected: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    /// A problem at `span` where `expected` should stand.
    pub fn at(span: Span, message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { message: message.into(), span: Some(span), expected: expected.into(), help: None }
    }

    /// A problem that no single place in a file is to blame for.
    pub fn nowhere(message: impl Into<String>) -> Self {
        Self { message: message.into(), span: None, expected: String::new(), help: None }
    }

    /// The same problem with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

/// The nearest of `known` to `name`, when it is near enough to be a slip of the finger.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|&(distance, candidate)| distance <= 1 + candidate.len().max(name.len()) / 4)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// `a, b or c`, for messages that list what is known; long lists are cut with their number.
#[must_use]
pub fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [only] => (*only).to_owned(),
        [first @ .., last] if first.len() < 16 => format!("{} or {last}", first.join(", ")),
        many => format!("{} and {} more", many[..16].join(", "), many.len() - 16),
    }
}
