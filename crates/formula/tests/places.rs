//! A problem in a formula of a TOML file points into the file.

use toml::de::{DeTable, DeValue};
use walras_catalog::{Node, Problem, Read, Span, Value};
use walras_formula::{Formula, Scope};

/// The problem of the formula under `f`, whose text the parser gives with the place of its quotes.
fn problem_of(file: &str) -> Problem {
    let table = DeTable::parse(file).unwrap().into_inner();
    let value = table.get("f").unwrap();
    let DeValue::String(text) = value.as_ref() else { panic!("not a text") };
    let span = Span { source: 3, start: value.span().start, end: value.span().end };
    let value = Value { node: Node::Text(text.to_string()), span };
    let scope = Scope::default().number("price", "", "");
    Formula::read(&value, None).and_then(|formula| formula.number(&scope)).unwrap_err()
}

/// What the problem's span covers.
fn blamed(file: &str) -> &str {
    let span = problem_of(file).span.unwrap();
    assert_eq!(span.source, 3);
    &file[span.start..span.end]
}

#[test]
fn plain_strings_of_every_kind_are_pointed_into() {
    assert_eq!(blamed("a = 1\nf = \"2 * pirce + 1\"\n"), "pirce");
    assert_eq!(blamed("f = '2 * pirce'"), "pirce");
    assert_eq!(blamed("f = \"2 * ΔΔ + σ*(\""), "");
    assert_eq!(blamed("f = \"\"\"2 * pirce / price\"\"\""), "pirce");
    assert_eq!(blamed("f = '''2 * pirce'''"), "pirce");
    assert_eq!(blamed("f = \"\"\"\nif price > 2\n  then 1\n  else pirce\"\"\""), "pirce");
    assert_eq!(blamed("f = '''\nif price > 2 then 1\nelse pirce\n'''"), "pirce");
    assert_eq!(blamed("f = '''\r\nprice +\r\npirce'''"), "pirce");
}

#[test]
fn where_escapes_make_it_inexact_the_whole_text_is_pointed_at() {
    for file in [
        r#"f = "2 *\tpirce""#,
        r#"f = "\u0032 * pirce""#,
        r#"f = "\t\t\t\tpirce""#,
        r#"f = "\n\n\n\n\npirce""#,
        "f = \"\"\"2 * \\\n  pirce\"\"\"",
        r#"f = "2 * \"pirce""#,
        r#"f = "\\ \\ \\ \\ pirce""#,
        r#"f = "2 × \u00d7 * pirce""#,
        // As much longer as three quotes and a line break would be, which only a second line could tell apart.
        "f = '''\nprice + pirce'''",
    ] {
        assert_eq!(blamed(file), &file[4..], "{file}");
    }
}

/// JSON may escape slashes, so as many slashes as three quotes are longer than one leave it open which it was.
#[test]
fn escaped_slashes_are_not_taken_for_quotes() {
    let text = "1/1/1/1/1/pirce";
    let value = Value { node: Node::Text(text.into()), span: Span { source: 0, start: 10, end: 10 + text.len() + 6 } };
    let problem = Formula::read(&value, None).unwrap().number(&Scope::default()).unwrap_err();
    assert_eq!(problem.span, Some(value.span));
}

#[test]
fn a_number_without_quotes_is_pointed_at_as_it_stands() {
    let span = Span { source: 0, start: 7, end: 9 };
    let formula = Formula::read(&Value { node: Node::Integer(12), span }, None).unwrap();
    assert_eq!(formula.condition(&Scope::default()).unwrap_err().span, Some(span));
    assert_eq!(formula.span(0..1), span);
}
