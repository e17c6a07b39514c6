//! Any bytes as a scenario or an override: they become a tree or a problem, with every place within the text,
//! and a problem can be shown.

use walras_catalog::{Node, Span, Value};
use walras_scenario::overrides::apply;
use walras_scenario::show::{Form, show};
use walras_scenario::text::{ScenarioError, Sources, parse};

/// What the overrides apply to.
const OVERRIDDEN: &str = "seed = 1\nlist = [1, { x = 2 }]\n[market.'a.b']\nslope = 1\n";

/// Reads the bytes as TOML, as JSON and as an override.
pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    read("scenario.toml", &text);
    read("scenario.json", &text);
    read_override(&text);
}

/// Reads a text as a scenario; whether it was taken.
///
/// # Panics
/// When a place is not within the text.
pub fn read(name: &str, text: &str) -> bool {
    match parse(name, text) {
        Ok((tree, sources)) => {
            assert_places(&tree, &sources, text);
            true
        }
        Err(error) => {
            assert_placed(&error, text);
            false
        }
    }
}

/// Reads a text as an override of a small scenario; whether it was applied.
///
/// # Panics
/// When a place is not within the text.
pub fn read_override(text: &str) -> bool {
    let (mut tree, mut sources) = parse("scenario.toml", OVERRIDDEN).expect("a valid scenario");
    match apply(&mut tree, &mut sources, &[text]) {
        Ok(()) => {
            assert_places(&tree, &sources, text);
            true
        }
        Err(error) => {
            assert_placed(&error, text);
            false
        }
    }
}

fn assert_within(span: Span, sources: &Sources, of: &str) {
    assert!(sources.written(span).is_some(), "{span:?} is not in {of:?}");
}

fn assert_places(value: &Value, sources: &Sources, of: &str) {
    assert_within(value.span, sources, of);
    match &value.node {
        Node::List(items) => items.iter().for_each(|item| assert_places(item, sources, of)),
        Node::Table(table) => {
            assert_within(table.span, sources, of);
            for entry in &table.entries {
                assert_within(entry.name_span, sources, of);
                assert_places(&entry.value, sources, of);
            }
        }
        _ => {}
    }
}

fn assert_placed(error: &ScenarioError, of: &str) {
    let span = error.problem.span;
    // A text beyond the size limit is no source at all.
    if of.len() as u64 <= walras_scenario::limits::SCENARIO_BYTES_MAX {
        let span = span.unwrap_or_else(|| panic!("{of:?}: {error} has no place"));
        assert_within(span, &error.sources, of);
    }
    assert!(!error.problem.message.is_empty());
    for form in [Form::Plain, Form::Terminal { width: 80 }, Form::Json] {
        assert!(show(error, form).ends_with('\n'));
    }
}
