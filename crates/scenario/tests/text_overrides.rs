//! `--set path=value` changes the tree as if the file had said so, and its mistakes are shown under its own text.

use serde_json::json;
use walras_catalog::{TableReader, Value};
use walras_scenario::overrides::apply;
use walras_scenario::show::{Form, show};
use walras_scenario::text::{ScenarioError, Sources, parse};

const FILE: &str = "steps = 10\nlist = [1, { x = 2 }]\n[market.\"a.b\"]\ncurve = \"linear\"\n[agents]\nn = 5\n";

fn with(overrides: &[&str]) -> Result<(Value, Sources), Box<ScenarioError>> {
    let (mut tree, mut sources) = parse("s.toml", FILE).expect("valid");
    apply(&mut tree, &mut sources, overrides)?;
    Ok((tree, sources))
}

fn shown(overrides: &[&str]) -> String {
    show(&with(overrides).expect_err("a mistake"), Form::Plain)
}

#[test]
fn values_are_toml_or_bare_words() {
    let cases = [
        ("agents.n=7", "/agents/n", json!(7)),
        ("agents.n = -2.5e3 ", "/agents/n", json!(-2500.0)),
        ("agents.n=true", "/agents/n", json!(true)),
        ("agents.n=\"a = b\"", "/agents/n", json!("a = b")),
        ("agents.n=logistic", "/agents/n", json!("logistic")),
        ("agents.n=data/prices 2021.csv", "/agents/n", json!("data/prices 2021.csv")),
        ("agents.n=a=b", "/agents/n", json!("a=b")),
        ("agents.n=1.2.3", "/agents/n", json!("1.2.3")),
        ("agents={ kind = 'x', of = [1, 2] }", "/agents", json!({ "kind": "x", "of": [1, 2] })),
        ("list.0=3", "/list", json!([3, { "x": 2 }])),
        ("list.1.x=3", "/list", json!([1, { "x": 3 }])),
        ("market.\"a.b\".curve=power", "/market", json!({ "a.b": { "curve": "power" } })),
        ("market.'a.b'.fee=1", "/market", json!({ "a.b": { "curve": "linear", "fee": 1 } })),
        ("new.table.key=1", "/new", json!({ "table": { "key": 1 } })),
    ];
    for (text, pointer, expected) in cases {
        let (tree, _) = with(&[text]).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(tree.node.to_json().pointer(pointer), Some(&expected), "{text}");
    }
}

#[test]
fn the_last_override_of_a_key_holds() {
    let (tree, _) = with(&["agents.n=1", "agents={ m = 2 }", "agents.n=3"]).expect("valid");
    assert_eq!(tree.node.to_json()["agents"], json!({ "m": 2, "n": 3 }));
}

#[test]
fn an_unknown_key_is_shown_under_the_override() {
    let (tree, sources) = with(&["steps=20", "agent.n=6"]).expect("unknown keys are for the reader to judge");
    let reader = TableReader::new(&tree).expect("a table");
    let problem = reader.only(&["steps", "list", "market", "agents"]).expect_err("unknown");
    let error = ScenarioError { problem, sources };
    let expected = "  x unknown key `agent`
   ,-[--set:1:1]
 1 | agent.n=6
   : ^^|^^
   :   `-- expected steps, list, market or agents
   `----
  help: did you mean `agents`?
";
    assert_eq!(show(&error, Form::Plain), expected);
}

#[test]
fn a_path_through_what_is_no_table_is_refused() {
    let expected = "  x `market.\"a.b\".curve` is a text, not a table
   ,-[--set:1:20]
 1 | market.\"a.b\".curve.slope=2
   :                    ^^|^^
   :                      `-- nothing can be set inside it
   `----
  help: set it as a whole: 'market.\"a.b\".curve={ … }'
";
    assert_eq!(shown(&["market.\"a.b\".curve.slope=2"]), expected);
    assert!(shown(&["steps.a.b=2"]).contains("`steps` is a whole number, not a table"));
}

#[test]
fn a_place_past_the_end_of_a_list_is_refused() {
    let expected = "  x `list` is a list of 2 with no item `2`
   ,-[--set:1:6]
 1 | list.2=7
   :      |
   :      `-- expected a number from 0 to 1
   `----
";
    assert_eq!(shown(&["list.2=7"]), expected);
    for text in ["list.x=7", "list.-1=7", "list.99999999999999999999=7"] {
        assert!(shown(&[text]).contains("is a list of 2 with no item"), "{text}");
    }
}

#[test]
fn what_is_no_override_is_refused() {
    let cases = [
        ("agents.n", "an override needs a value"),
        ("", "a part of the path is empty"),
        ("agents.n=", "an override needs a value"),
        ("=3", "a part of the path is empty"),
        ("agents..n=3", "a part of the path is empty"),
        ("agents.\"n=3", "not valid TOML"),
        ("agents.\"n\"m=3", "not valid TOML"),
        ("agents.n=[1, 2", "not valid TOML"),
        ("agents.n='x", "not valid TOML"),
        ("agents.n=2020-01-01", "a date or time means nothing"),
        ("agents.n=1e999", "the number 1e999 is too large"),
        ("agents.n=9223372036854775808", "beyond 64 bits"),
    ];
    for (text, message) in cases {
        let Err(error) = with(&["steps=1", text]) else { panic!("{text} was taken") };
        assert!(error.to_string().contains(message), "{text}: {error}");
        let span = error.problem.span.expect("a place");
        assert_eq!(span.source, 2, "{text}: the second override");
        assert!(error.sources.written(span).is_some(), "{text}: the place is in the text");
    }
}

#[test]
fn deep_and_long_overrides_are_refused() {
    let million = 1_000_000;
    for (text, message) in [
        (format!("a{}=1", ".a".repeat(1000)), "the path has more than 64 parts"),
        (format!("a={}", "[".repeat(1000)), "tables and lists are nested deeper than 64"),
        (format!("a={}", "{a.b=".repeat(1000)), "tables and lists are nested deeper than 64"),
        (format!("a={}", "[".repeat(million)), "an override of 1000002 bytes is too long"),
        (format!("{}=1", "n".repeat(1000)), "a name of 1000 bytes is too long"),
    ] {
        let error = with(&[&text]).expect_err("too much");
        assert_eq!(error.to_string(), message);
    }
}
