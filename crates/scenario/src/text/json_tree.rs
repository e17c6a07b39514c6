//! JSON text to a tree of values, in the order of the file.
//!
//! The JSON library says whether the text is valid but not where its values stand. So it judges first, and the
//! [`Walk`] then goes over a text known to be valid, which makes it short.

use std::collections::BTreeSet;

use walras_catalog::value::TableEntry;
use walras_catalog::{Node, Problem, Span, Table, Value};

use super::{checked_name, checked_text, float_too_large, integer_too_large};

/// The tree of a whole document, which must be an object.
pub(super) fn parse_document(text: &str) -> Result<Value, Problem> {
    serde_json::from_str::<serde_json::Value>(text).map_err(|error| problem_of(&error, text))?;
    let mut walk = Walk { text, at: 0 };
    walk.skip_blank();
    let value = walk.value()?;
    match value.node {
        Node::Table(_) => Ok(value),
        _ => Err(Problem::at(value.span, format!("expected a scenario, found {}", value.form()), "an object: { … }")),
    }
}

/// A place in a text that is valid JSON.
struct Walk<'a> {
    text: &'a str,
    at: usize,
}

impl Walk<'_> {
    /// The value that starts here.
    fn value(&mut self) -> Result<Value, Problem> {
        let start = self.at;
        let node = match self.byte() {
            b'{' => self.table()?,
            b'[' => self.list()?,
            b'"' => {
                let text = self.string();
                checked_text(text, self.span_from(start))?
            }
            b't' | b'f' | b'n' => self.word()?,
            _ => self.number()?,
        };
        Ok(Value { node, span: self.span_from(start) })
    }

    fn table(&mut self) -> Result<Node, Problem> {
        let start = self.at;
        let mut entries = Vec::new();
        let mut names = BTreeSet::new();
        self.step();
        while self.byte() == b'"' {
            let name_start = self.at;
            let name = self.string();
            let name_span = self.span_from(name_start);
            let name = checked_name(name, name_span)?;
            if !names.insert(name.clone()) {
                return Err(Problem::at(name_span, format!("`{name}` is given twice"), "this is the second time"));
            }
            self.skip_blank();
            self.step(); // the colon
            let value = self.value()?;
            entries.push(TableEntry { name, name_span, value });
            self.skip_separator();
        }
        self.at += 1;
        Ok(Node::Table(Table { entries, span: self.span_from(start) }))
    }

    fn list(&mut self) -> Result<Node, Problem> {
        let mut items = Vec::new();
        self.step();
        while self.byte() != b']' && self.at < self.text.len() {
            items.push(self.value()?);
            self.skip_separator();
        }
        self.at += 1;
        Ok(Node::List(items))
    }

    /// The text in quotes that starts here, its escapes undone.
    fn string(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        while self.at < self.text.len() && self.byte() != b'"' {
            self.at += if self.byte() == b'\\' { 2 } else { 1 };
        }
        self.at = (self.at + 1).min(self.text.len());
        serde_json::from_str(&self.text[start..self.at]).unwrap_or_default()
    }

    fn word(&mut self) -> Result<Node, Problem> {
        let start = self.at;
        let written = self.take_while(|byte| byte.is_ascii_alphabetic());
        match written {
            "true" => Ok(Node::Flag(true)),
            "false" => Ok(Node::Flag(false)),
            _ => {
                let problem = Problem::at(self.span_from(start), "`null` means nothing in a scenario", "a value");
                Err(problem.help("leave the key out to have its default"))
            }
        }
    }

    fn number(&mut self) -> Result<Node, Problem> {
        let start = self.at;
        let written = self.take_while(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
        if !written.contains(['.', 'e', 'E']) {
            return written.parse().map(Node::Integer).map_err(|_| integer_too_large(written, self.span_from(start)));
        }
        match written.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Node::Float(number)),
            _ => Err(float_too_large(written, self.span_from(start))),
        }
    }
}

impl<'a> Walk<'a> {
    /// The byte here; zero, which valid JSON never holds, past the end.
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Past one byte and the blanks after it.
    fn step(&mut self) {
        self.at += 1;
        self.skip_blank();
    }

    fn skip_blank(&mut self) {
        self.take_while(|byte| byte.is_ascii_whitespace());
    }

    fn skip_separator(&mut self) {
        self.skip_blank();
        if self.byte() == b',' {
            self.step();
        }
    }

    /// The bytes from here on that `hold`, which are ASCII.
    fn take_while(&mut self, hold: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while self.at < self.text.len() && hold(self.byte()) {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    fn span_from(&self, start: usize) -> Span {
        Span { source: 0, start, end: self.at }
    }
}

/// The library's own error. It counts lines and, in bytes, columns from 1.
fn problem_of(error: &serde_json::Error, text: &str) -> Problem {
    let whole = error.to_string();
    let message = whole.split(" at line ").next().unwrap_or(&whole);
    let line_start = match error.line() {
        0 | 1 => 0,
        line => text.match_indices('\n').nth(line - 2).map_or(text.len(), |(at, _)| at + 1),
    };
    let start = text.floor_char_boundary((line_start + error.column().saturating_sub(1)).min(text.len()));
    let end = text[start..].chars().next().map_or(start, |char| start + char.len_utf8());
    let span = Span { source: 0, start, end };
    if message.starts_with("number out of range") {
        return Problem::at(span, "this number is too large", "at most 1.797e308 in size");
    }
    if message == "recursion limit exceeded" {
        return crate::limits::structure::too_deep(span);
    }
    let message = match message {
        "expected ident" => "expected true, false or null".to_owned(),
        _ => message.replace("EOF while parsing", "the text ends inside"),
    };
    Problem::at(span, format!("this is not valid JSON: {message}"), "up to here it could have been")
}
