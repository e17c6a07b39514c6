//! A name that refers to something defined elsewhere in the scenario, with its place for messages.

use crate::parameter::{Bounds, Kind};
use crate::problem::{Problem, nearest, one_of};
use crate::read::Read;
use crate::value::{Node, Span, Value};

/// The name of an asset, market, cohort … and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// The name.
    pub name: String,
    /// Where it was written.
    pub span: Span,
}

impl Reference {
    /// A reference made by the program.
    #[must_use]
    pub fn to(name: &str) -> Self {
        Self { name: name.to_owned(), span: Span::default() }
    }

    /// The index of this name among `known`, which are `what`s.
    ///
    /// # Errors
    /// When there is no such name, with the nearest.
    pub fn find<'a>(&self, what: &str, known: impl IntoIterator<Item = &'a str>) -> Result<usize, Problem> {
        let known: Vec<&str> = known.into_iter().collect();
        if let Some(index) = known.iter().position(|name| *name == self.name) {
            return Ok(index);
        }
        let message = format!("there is no {what} called `{}`", self.name);
        let problem = Problem::at(self.span, message, format!("expected {}", one_of(known.iter().copied())));
        Err(match nearest(&self.name, known.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem,
        })
    }
}

impl Read for Reference {
    fn kind() -> Kind {
        Kind::Text
    }

    fn read(value: &Value, bounds: Option<&Bounds>) -> Result<Self, Problem> {
        Ok(Self { name: String::read(value, bounds)?, span: value.span })
    }

    fn write(&self) -> Node {
        Node::Text(self.name.clone())
    }
}
