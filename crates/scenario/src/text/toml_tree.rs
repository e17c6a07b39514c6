//! TOML text to a tree of values, in the order of the file.

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};
use walras_catalog::value::TableEntry;
use walras_catalog::{Node, Problem, Span, Table, Value};

use super::{Place, checked_name, checked_text, float_too_large, integer_too_large};
use crate::limits::{DEPTH_MAX, shortened, structure};

/// The tree of a whole document.
pub(super) fn parse_document(text: &str) -> Result<Value, Problem> {
    let place = Place { source: 0, offset: 0 };
    let table = DeTable::parse(text).map_err(|error| problem_of(&error, text, place))?;
    let node = table_node(table.into_inner(), Span::default(), place, 0)?;
    Ok(Value { node, span: Span::default() })
}

/// The tree of one value, as it stands right of an `=`.
pub(crate) fn parse_value(text: &str, place: Place) -> Result<Value, Problem> {
    structure::check_toml_value(text).map_err(|mut problem| {
        problem.span = problem.span.map(|span| place.span(span.start..span.end));
        problem
    })?;
    let value = DeValue::parse(text).map_err(|error| problem_of(&error, text, place))?;
    value_of(value, place, 1)
}

/// A name in quotes, without them.
pub(crate) fn parse_name(quoted: &str, place: Place) -> Result<String, Problem> {
    match parse_value(quoted, place)? {
        Value { node: Node::Text(name), span } => checked_name(name, span),
        other => Err(Problem::at(other.span, "this is not a name", "a name in quotes")),
    }
}

fn value_of(value: Spanned<DeValue<'_>>, place: Place, depth: usize) -> Result<Value, Problem> {
    let span = place.span(value.span());
    if depth > DEPTH_MAX && matches!(value.as_ref(), DeValue::Array(_) | DeValue::Table(_)) {
        return Err(structure::too_deep(span));
    }
    let node = match value.into_inner() {
        DeValue::Boolean(flag) => Node::Flag(flag),
        DeValue::Integer(integer) => Node::Integer(integer_of(&integer, span)?),
        DeValue::Float(float) => Node::Float(float_of(float.as_str(), span)?),
        DeValue::String(text) => checked_text(text.into_owned(), span)?,
        DeValue::Datetime(_) => {
            let problem = Problem::at(span, "a date or time means nothing in a scenario", "a number, a text, a list…");
            return Err(problem.help("time is counted in steps; put quotes around it if it is meant as a text"));
        }
        DeValue::Array(items) => {
            Node::List(items.into_iter().map(|item| value_of(item, place, depth + 1)).collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => table_node(table, span, place, depth)?,
    };
    Ok(Value { node, span })
}

fn table_node(table: DeTable<'_>, span: Span, place: Place, depth: usize) -> Result<Node, Problem> {
    let entry = |(name, value): (Spanned<_>, Spanned<_>)| {
        let name_span = place.span(name.span());
        let name: std::borrow::Cow<'_, str> = name.into_inner();
        let name = checked_name(name.into_owned(), name_span)?;
        Ok(TableEntry { name, name_span, value: value_of(value, place, depth + 1)? })
    };
    let mut entries = table.into_iter().map(entry).collect::<Result<Vec<_>, Problem>>()?;
    // The parser appends a table when its header ends, so `[a.b] … [c] … [a]` would come out with `a` last.
    entries.sort_by_key(|entry| entry.name_span.start);
    Ok(Node::Table(Table { entries, span }))
}

fn integer_of(integer: &DeInteger<'_>, span: Span) -> Result<i64, Problem> {
    i64::from_str_radix(integer.as_str(), integer.radix()).map_err(|_| integer_too_large(&integer.to_string(), span))
}

/// `nan` and `inf` are numbers of TOML and pass here: [`walras_catalog::Read`] refuses them where a number is due.
fn float_of(written: &str, span: Span) -> Result<f64, Problem> {
    match written.parse::<f64>() {
        Ok(number) if number.is_infinite() && !written.contains("inf") => Err(float_too_large(written, span)),
        Ok(number) => Ok(number),
        Err(_) => Err(Problem::at(span, format!("`{}` is not a number", shortened(written)), "a number")),
    }
}

/// The parser's own error, its expectation parted from its message.
fn problem_of(error: &toml::de::Error, text: &str, place: Place) -> Problem {
    let (message, expected) = match error.message().split_once(", expected ") {
        Some((message, "nothing")) => (message, String::new()),
        Some((message, "literal string")) => (message, "expected a number, or a text in quotes".to_owned()),
        Some((message, expected)) => (message, format!("expected {expected}")),
        None => (error.message(), String::new()),
    };
    let range = error.span().unwrap_or(0..0);
    let range = range.start.min(text.len())..range.end.min(text.len());
    if message == "recursion limit" {
        return structure::too_deep(place.span(range));
    }
    if message == "duplicate key" {
        let name = shortened(&text[range.clone()]);
        return Problem::at(place.span(range), format!("`{name}` is given twice"), "this is the second time");
    }
    Problem::at(place.span(range), format!("this is not valid TOML: {message}"), expected)
}
