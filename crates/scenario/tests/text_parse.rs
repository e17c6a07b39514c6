//! TOML and JSON texts become the same tree, with the place of each value; what is wrong is shown at its place.

use walras_catalog::{Node, Problem, Read, Value};
use walras_scenario::text::{Sources, parse};

fn tree(text: &str) -> (Value, Sources) {
    parse("scenario.toml", text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// The problem with a text, and what is written at its place.
fn problem(name: &str, text: &str) -> (Problem, String) {
    let Err(error) = parse(name, text) else { panic!("{text:?} was taken") };
    let written = error.problem.span.and_then(|span| error.sources.written(span)).expect("a place in the text");
    (error.problem.clone(), written.to_owned())
}

/// Every value and name of a tree as `path: what is written there`.
fn places(value: &Value, sources: &Sources, path: &str, out: &mut Vec<String>) {
    let written = sources.written(value.span).expect("a span in the text");
    out.push(format!("{path}: {written}"));
    match &value.node {
        Node::List(items) => {
            for (place, item) in items.iter().enumerate() {
                places(item, sources, &format!("{path}[{place}]"), out);
            }
        }
        Node::Table(table) => {
            for entry in &table.entries {
                assert!(sources.written(entry.name_span).is_some_and(|written| written.contains(&entry.name)));
                places(&entry.value, sources, &format!("{path}/{}", entry.name), out);
            }
        }
        _ => {}
    }
}

#[test]
fn every_value_knows_what_was_written_for_it() {
    let text = r#"
seed = 0x2A
name = 'the é economy'

[market]
curve.kind = "linear" # dotted
curve.slope = 1_000.5
points = [[0, 1], [2, 3.5]]

[[shock]]
step = 3
[[shock]]
step = -4

[agents.noise]
draw = { kind = "normal", on = true }
"#;
    let (value, sources) = tree(text);
    let mut out = Vec::new();
    places(&value, &sources, "", &mut out);
    let expected = [
        ": ",
        "/seed: 0x2A",
        "/name: 'the é economy'",
        "/market: [market]",
        "/market/curve: curve",
        "/market/curve/kind: \"linear\"",
        "/market/curve/slope: 1_000.5",
        "/market/points: [[0, 1], [2, 3.5]]",
        "/market/points[0]: [0, 1]",
        "/market/points[0][0]: 0",
        "/market/points[0][1]: 1",
        "/market/points[1]: [2, 3.5]",
        "/market/points[1][0]: 2",
        "/market/points[1][1]: 3.5",
        "/shock: [[shock]]",
        "/shock[0]: [[shock]]",
        "/shock[0]/step: 3",
        "/shock[1]: [[shock]]",
        "/shock[1]/step: -4",
        "/agents: agents",
        "/agents/noise: [agents.noise]",
        "/agents/noise/draw: { kind = \"normal\", on = true }",
        "/agents/noise/draw/kind: \"normal\"",
        "/agents/noise/draw/on: true",
    ];
    assert_eq!(out, expected);
}

#[test]
fn values_are_what_toml_says() {
    let (value, _) = tree("a = 0x2A\nb = 1_000.5\nc = '''x\ny'''\nd = \"\\u00e9\"\ne = 0b11\n");
    let expected = serde_json::json!({ "a": 42, "b": 1000.5, "c": "x\ny", "d": "é", "e": 3 });
    assert_eq!(value.node.to_json(), expected);
}

#[test]
fn the_order_of_the_file_is_kept() {
    // `a` comes first by its first mention or by its own header, wherever the parser made it.
    let (value, _) = tree("[z]\n[m.inner]\n[b]\n[m]\nx = 1\n[a]\n");
    let Node::Table(table) = &value.node else { panic!("a table") };
    let names: Vec<&str> = table.entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["z", "b", "m", "a"]);
}

#[test]
fn json_is_the_same_tree_as_toml() {
    let toml = "seed = 7\nname = \"é\\\"\"\nlist = [1, -2.5, true]\nempty = []\n[market.curve]\nslope = 1e3\n";
    let json = r#" {"seed": 7, "name": "\u00e9\"", "list": [1, -2.5, true ] , "empty": [ ],
        "market": {"curve": {"slope": 1e3}}} "#;
    let (from_json, sources) = parse("scenario.json", json).expect("valid");
    assert_eq!(tree(toml).0.node.to_json(), from_json.node.to_json());
    let mut out = Vec::new();
    places(&from_json, &sources, "", &mut out);
    assert!(out.contains(&r#"/name: "\u00e9\"""#.to_owned()), "{out:?}");
    assert!(out.contains(&"/list[1]: -2.5".to_owned()), "{out:?}");
    assert!(out.contains(&r#"/market/curve: {"slope": 1e3}"#.to_owned()), "{out:?}");
}

#[test]
fn what_a_scenario_has_no_use_for_is_refused_at_its_place() {
    let cases = [
        ("s.toml", "a = 1\nday = 2020-01-01\n", "2020-01-01", "a date or time means nothing in a scenario"),
        ("s.toml", "a = [1, 07:30:00]", "07:30:00", "a date or time means nothing in a scenario"),
        (
            "s.toml",
            "n = 9223372036854775808",
            "9223372036854775808",
            "the whole number 9223372036854775808 is beyond 64 bits",
        ),
        (
            "s.toml",
            "n = 0x8000000000000000",
            "0x8000000000000000",
            "the whole number 0x8000000000000000 is beyond 64 bits",
        ),
        ("s.toml", "x = 1e999", "1e999", "the number 1e999 is too large"),
        ("s.json", "{\"a\": null}", "null", "`null` means nothing in a scenario"),
        (
            "s.json",
            "{\"n\": -9223372036854775809}",
            "-9223372036854775809",
            "the whole number -9223372036854775809 is beyond 64 bits",
        ),
        ("s.json", "[1]", "[1]", "expected a scenario, found a list"),
    ];
    for (name, text, written, message) in cases {
        let (problem, place) = problem(name, text);
        assert_eq!((place.as_str(), problem.message.as_str()), (written, message), "{text:?}");
    }
    let (value, _) = tree("least = -9223372036854775808\nmost = 9223372036854775807\n");
    assert_eq!(value.node.to_json(), serde_json::json!({ "least": i64::MIN, "most": i64::MAX }));
}

#[test]
fn a_key_given_twice_is_shown_at_the_second() {
    let cases = [
        ("s.toml", "x = 1\nx = 2\n", 6),
        ("s.toml", "[a]\nx = 1\n[b]\n[a]\n", 15),
        ("s.toml", "a = { x = 1, x = 2 }\n", 13),
        ("s.toml", "a.x = 1\na.x = 2\n", 10),
        ("s.json", "{\"x\": 1, \"x\": 2}", 9),
    ];
    for (name, text, start) in cases {
        let (problem, _) = problem(name, text);
        assert!(problem.message.ends_with("is given twice"), "{text:?}: {problem}");
        assert_eq!(problem.span.map(|span| span.start), Some(start), "{text:?}");
    }
}

#[test]
fn numbers_that_are_none_are_refused_where_a_number_is_due() {
    for written in ["nan", "-nan", "inf", "+inf", "-inf"] {
        let text = format!("a = 1\nprice = {written}\n");
        let (value, sources) = tree(&text);
        let Node::Table(table) = &value.node else { panic!("a table") };
        let price = table.get("price").expect("the price");
        assert!(matches!(price.node, Node::Float(number) if !number.is_finite()));
        let problem = f64::read(price, None).expect_err("not finite");
        assert!(problem.message.ends_with("is not a finite number"), "{problem}");
        assert_eq!(problem.span.and_then(|span| sources.written(span)), Some(written));
    }
}

#[test]
fn a_broken_text_is_shown_where_it_breaks() {
    let cases = [
        ("s.toml", "a = 1\nb = linear\n", 10),
        ("s.toml", "a = [1, 2\n", 9),
        ("s.toml", "a = \"x\nb = 2\n", 6),
        ("s.toml", "[a\nx = 1\n", 2),
        ("s.json", "{\n \"a\": 1,\n}", 11),
        ("s.json", "{\n \"a\": 1 \"b\": 2}", 10),
    ];
    for (name, text, start) in cases {
        let (problem, _) = problem(name, text);
        assert!(problem.message.starts_with("this is not valid"), "{text:?}: {problem}");
        assert_eq!(problem.span.map(|span| span.start), Some(start), "{text:?}: {problem}");
    }
}

#[test]
fn a_byte_order_mark_is_skipped_and_not_counted() {
    for (name, text) in [("s.toml", "\u{feff}a = 1\n"), ("s.json", "\u{feff}{\"a\": 1}")] {
        let (value, sources) = parse(name, text).expect("valid");
        assert_eq!(value.node.to_json(), serde_json::json!({ "a": 1 }));
        let Node::Table(table) = &value.node else { panic!("a table") };
        assert_eq!(sources.written(table.entries[0].value.span), Some("1"));
    }
}

#[test]
fn a_zero_byte_is_named_with_its_place() {
    for name in ["s.toml", "s.json"] {
        let (problem, _) = problem(name, "a = 1\n# \0\n");
        assert_eq!(problem.message, "byte 8 of the file is zero");
        assert_eq!(problem.span.map(|span| (span.start, span.end)), Some((8, 9)));
    }
}
