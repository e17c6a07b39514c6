//! Overrides from the command line: `--set markets.token.curve.slope=0.5`.
//!
//! The path has dots between its parts. A part with a dot in it stands in quotes; a part that is a number picks
//! an item of a list, counted from 0. The value is a TOML value, or else a bare word, which is a text:
//! `curve.kind=linear`. Keys that are not there are made, so that the strict reading of the scenario judges
//! them as it judges the file's, with the caret under the override.

use walras_catalog::value::TableEntry;
use walras_catalog::{Node, Problem, Span, Table, Value};

use crate::limits::{DEPTH_MAX, NAME_BYTES_MAX, OVERRIDE_BYTES_MAX};
use crate::text::{Place, ScenarioError, Sources, parse_name, parse_value};

/// Applies the overrides to `tree` in order, so that a later one sees what an earlier one set. Each becomes a
/// source of its own.
///
/// # Errors
/// At the first override that has no path or no value, whose value is not valid, or whose path leads through
/// something that is not a table or past the end of a list. `tree` then holds the overrides before it.
pub fn apply<S: AsRef<str>>(
    tree: &mut Value,
    sources: &mut Sources,
    overrides: &[S],
) -> Result<(), Box<ScenarioError>> {
    for given in overrides {
        let source = sources.push("--set", given.as_ref());
        apply_one(tree, given.as_ref(), source).map_err(|problem| ScenarioError::boxed(problem, sources.clone()))?;
    }
    Ok(())
}

fn apply_one(tree: &mut Value, text: &str, source: usize) -> Result<(), Problem> {
    if text.len() > OVERRIDE_BYTES_MAX {
        let message = format!("an override of {} bytes is too long", text.len());
        return Err(Problem::at(Span { source, start: 0, end: 1 }, message, format!("at most {OVERRIDE_BYTES_MAX}")));
    }
    let (path, value_start) = parse_path(text, source)?;
    let value = parse_override_value(text, value_start, source)?;
    let Some((last, through)) = path.split_last() else {
        return Err(Problem::nowhere("an override needs a path"));
    };
    let mut here = tree;
    for (depth, step) in through.iter().enumerate() {
        here = descend(here, step, &path[..depth])?;
    }
    put(here, last, &path[..through.len()], value)
}

/// One part of a path.
struct Step {
    name: String,
    span: Span,
}

/// The parts left of the `=`, and where the text right of it starts.
fn parse_path(text: &str, source: usize) -> Result<(Vec<Step>, usize), Problem> {
    let mut path = Vec::new();
    let mut at = 0;
    loop {
        let start = at + (text[at..].len() - text[at..].trim_start().len());
        let end = end_of_step(text, start);
        let written = text[start..end].trim_end();
        let span = Span { source, start, end: start + written.len() };
        path.push(Step { name: step_name(written, span)?, span });
        if path.len() > DEPTH_MAX {
            return Err(Problem::at(span, format!("the path has more than {DEPTH_MAX} parts"), "too deep"));
        }
        match text.as_bytes().get(end) {
            Some(b'.') => at = end + 1,
            Some(b'=') => return Ok((path, end + 1)),
            _ => {
                let span = Span { source, start: 0, end: text.len() };
                return Err(Problem::at(span, "an override needs a value", "expected path=value"));
            }
        }
    }
}

/// Where the part that starts at `start` ends: at the next `.` or `=` outside quotes, or at the end of the text.
fn end_of_step(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let quote = bytes.get(start).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let mut at = start;
    if let Some(quote) = quote {
        at += 1;
        while at < bytes.len() && bytes[at] != quote {
            at += if bytes[at] == b'\\' && quote == b'"' { 2 } else { 1 };
        }
    }
    bytes.iter().skip(at).position(|byte| matches!(byte, b'.' | b'=')).map_or(bytes.len(), |more| at + more)
}

fn step_name(written: &str, span: Span) -> Result<String, Problem> {
    if written.starts_with(['"', '\'']) {
        return parse_name(written, Place { source: span.source, offset: span.start });
    }
    if written.is_empty() {
        return Err(Problem::at(span, "a part of the path is empty", "a name"));
    }
    if written.len() > NAME_BYTES_MAX {
        let message = format!("a name of {} bytes is too long", written.len());
        return Err(Problem::at(span, message, format!("at most {NAME_BYTES_MAX} bytes")));
    }
    Ok(written.to_owned())
}

/// The value right of the `=`: TOML, or else a bare word.
fn parse_override_value(text: &str, start: usize, source: usize) -> Result<Value, Problem> {
    let written = text[start..].trim();
    let start = start + (text[start..].len() - text[start..].trim_start().len());
    let span = Span { source, start, end: start + written.len() };
    if written.is_empty() {
        let problem = Problem::at(span, "an override needs a value", "a number, a text, a list…");
        return Err(problem.help("write \"\" for an empty text"));
    }
    if is_bare_word(written) {
        return Ok(Value { node: Node::Text(written.to_owned()), span });
    }
    parse_value(written, Place { source, offset: start })
}

/// Whether no TOML value can be meant: it starts as none does, or it starts as a number and is not one.
fn is_bare_word(written: &str) -> bool {
    if written.starts_with(['"', '\'', '[', '{']) || matches!(written, "true" | "false" | "nan" | "inf") {
        return false;
    }
    toml::de::DeValue::parse(written).is_err()
}

/// One step along the path; a missing key becomes an empty table.
fn descend<'a>(here: &'a mut Value, step: &Step, before: &[Step]) -> Result<&'a mut Value, Problem> {
    let form = here.form();
    match &mut here.node {
        Node::Table(table) => {
            let at = table.entries.iter().position(|entry| entry.name == step.name).unwrap_or_else(|| {
                let made = Table { entries: Vec::new(), span: step.span };
                let value = Value { node: Node::Table(made), span: step.span };
                table.entries.push(TableEntry { name: step.name.clone(), name_span: step.span, value });
                table.entries.len() - 1
            });
            Ok(&mut table.entries[at].value)
        }
        Node::List(items) => item(items, step, before),
        _ => Err(not_a_table(form, step, before)),
    }
}

/// Puts the value where the last step leads.
fn put(here: &mut Value, step: &Step, before: &[Step], value: Value) -> Result<(), Problem> {
    let form = here.form();
    match &mut here.node {
        Node::Table(table) => table.set(&step.name, step.span, value),
        Node::List(items) => *item(items, step, before)? = value,
        _ => return Err(not_a_table(form, step, before)),
    }
    Ok(())
}

fn item<'a>(items: &'a mut [Value], step: &Step, before: &[Step]) -> Result<&'a mut Value, Problem> {
    let count = items.len();
    let place = step.name.parse::<usize>().ok();
    place.and_then(|place| items.get_mut(place)).ok_or_else(|| {
        let list = written_path(before);
        let message = format!("`{list}` is a list of {count} with no item `{}`", step.name);
        let expected = match count {
            0 => format!("set `{list}` as a whole"),
            1 => "expected 0, the only item".to_owned(),
            _ => format!("expected a number from 0 to {}", count - 1),
        };
        Problem::at(step.span, message, expected)
    })
}

fn not_a_table(form: &str, step: &Step, before: &[Step]) -> Problem {
    let place = written_path(before);
    let problem = Problem::at(step.span, format!("`{place}` is {form}, not a table"), "nothing can be set inside it");
    problem.help(format!("set it as a whole: '{place}={{ … }}'"))
}

/// The path as it would be written.
fn written_path(path: &[Step]) -> String {
    let parts = path.iter().map(|step| {
        if step.name.contains(['.', '=', '"', '\'', ' ']) { format!("\"{}\"", step.name) } else { step.name.clone() }
    });
    parts.collect::<Vec<_>>().join(".")
}
