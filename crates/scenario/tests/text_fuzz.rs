//! Whatever bytes come in, a text either becomes a tree or a problem with a place in it; nothing panics.

use walras_catalog::{Node, Span, Value};
use walras_scenario::overrides::apply;
use walras_scenario::show::{Form, show};
use walras_scenario::text::{ScenarioError, Sources, parse};

const TOML: &str = r#"# An économy
seed = 0x2A
name = 'tokens "日本"'
steps = 1_000
text = """
many "" lines \
"""
[market.token]
curve = { kind = "linear", slope = 1e-3, points = [[0, 1.5], [2, +inf]] }
"quoted.name".x = true
[[shock]]
at = [1, 2, 3,]
[[shock]]
on = true
[agents]
n = -9223372036854775808
"#;

const JSON: &str = r#"{"seed": 42, "name": "tokens \"\u65e5\" é", "steps": 1e3,
 "market": {"token": {"curve": {"kind": "linear", "slope": -0.5}, "points": [[0, 1.5], [2, 3]]}},
 "shock": [{"at": [1, 2, 3]}, {"on": true, "off": false}], "agents": {"n": -9223372036854775808}}"#;

/// Fragments that mean something to a parser.
const FRAGMENTS: [&str; 24] = [
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "\\",
    "\\u",
    ".",
    "=",
    ",",
    "#",
    "\n",
    "\r",
    "\0",
    "\u{feff}",
    "é",
    "null",
    "nan",
    "1e999",
    "99999999999999999999",
    "2020-01-01",
];

/// SplitMix64 (Steele, Lea and Flood 2014): enough to choose mutations.
struct Choices(u64);

impl Choices {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound.max(1) as u64) as usize
    }
}

/// `text` truncated, with bytes flipped, pieces put in, taken out or doubled.
fn mutated(text: &str, choices: &mut Choices) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=choices.below(4) {
        let at = choices.below(bytes.len() + 1);
        let to = (at + choices.below(12)).min(bytes.len());
        match choices.below(6) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] ^= 1 << choices.below(8),
            2 => drop(bytes.drain(at..to)),
            3 => {
                let piece = bytes[at..to].to_vec();
                let at = choices.below(bytes.len() + 1);
                drop(bytes.splice(at..at, piece));
            }
            _ => drop(bytes.splice(at..at, FRAGMENTS[choices.below(FRAGMENTS.len())].bytes())),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
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
    let span = error.problem.span.unwrap_or_else(|| panic!("{of:?}: {error} has no place"));
    assert_within(span, &error.sources, of);
    assert!(!error.problem.message.is_empty());
    for form in [Form::Plain, Form::Terminal { width: 80 }, Form::Json] {
        assert!(show(error, form).ends_with('\n'));
    }
}

#[test]
fn mutated_scenarios_are_parsed_or_refused_with_a_place() {
    for (name, text) in [("s.toml", TOML), ("s.json", JSON)] {
        let (mut taken, mut refused) = (0, 0);
        let mut choices = Choices(2);
        for _ in 0..4000 {
            let text = mutated(text, &mut choices);
            match parse(name, &text) {
                Ok((tree, sources)) => {
                    assert_places(&tree, &sources, &text);
                    taken += 1;
                }
                Err(error) => {
                    assert_placed(&error, &text);
                    refused += 1;
                }
            }
        }
        assert!(taken > 100 && refused > 100, "{name}: {taken} taken, {refused} refused");
    }
}

#[test]
fn mutated_overrides_are_applied_or_refused_with_a_place() {
    let (mut applied, mut refused) = (0, 0);
    let mut choices = Choices(3);
    let file = "seed = 1\nlist = [1, { x = 2 }]\n[market.'a.b']\nslope = 1\n";
    for text in ["market.\"a.b\".slope=2.5", "list.1.x = [1, { y = 'z' }]", "market.'a.b' = { kind = \"power\" }"] {
        for _ in 0..2000 {
            let text = mutated(text, &mut choices);
            let (mut tree, mut sources) = parse("s.toml", file).expect("valid");
            match apply(&mut tree, &mut sources, &[&text]) {
                Ok(()) => {
                    assert_places(&tree, &sources, &text);
                    applied += 1;
                }
                Err(error) => {
                    assert_placed(&error, &text);
                    refused += 1;
                }
            }
        }
    }
    assert!(applied > 1000 && refused > 1000, "{applied} applied, {refused} refused");
}
