//! Laws that every capacity keeps: it is finite and never negative, and the same again from the same state.

use walras_catalog::{Node, Read, Span, Table, Value};
use walras_market::capacity::{AnyCapacity, Moment};
use walras_numerics::{Keys, Purpose};

fn read(pairs: &[(&str, Node)]) -> AnyCapacity {
    let mut table = Table::default();
    for (name, node) in pairs {
        table.set(name, Span::default(), Value::made(node.clone()));
    }
    AnyCapacity::read(&Value::made(Node::Table(table)), None).unwrap()
}

fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

fn list(numbers: &[f64]) -> Node {
    Node::List(numbers.iter().map(|&number| Value::made(Node::Float(number))).collect())
}

/// Samples of every entry; a new entry without one fails the test.
fn samples(kind: &str) -> Vec<AnyCapacity> {
    let number = Node::Float;
    let steps = Node::List([0, 3, 10].map(|step| Value::made(Node::Integer(step))).into());
    let schedule = [("kind", text(kind)), ("steps", steps), ("amounts", list(&[4.0, 0.0, 1e18]))];
    match kind {
        "constant" => [0.0, 2.5, 9e18].map(|amount| read(&[("kind", text(kind)), ("amount", number(amount))])).into(),
        "schedule" => {
            let mut repeated = schedule.to_vec();
            repeated.push(("period", Node::Integer(12)));
            vec![read(&schedule), read(&repeated)]
        }
        "series" => ["hold", "repeat"]
            .map(|after| {
                let (file, column) = (text("capacity.csv"), text("units"));
                read(&[
                    ("kind", text(kind)),
                    ("file", file),
                    ("column", column),
                    ("after_end", text(after)),
                    ("every", Node::Integer(3)),
                ])
            })
            .into(),
        "failing" => vec![read(&[
            ("kind", text(kind)),
            ("nodes", Node::Integer(7)),
            ("each", number(1.5)),
            ("up", number(4.0)),
            ("down", number(2.0)),
        ])],
        "growing" => [0.0, 0.3, 1.0]
            .map(|wear| {
                read(&[
                    ("kind", text(kind)),
                    ("initial", number(5.0)),
                    ("share", number(0.5)),
                    ("cost", number(2.0)),
                    ("wear", number(wear)),
                ])
            })
            .into(),
        "regrowing" => vec![read(&[
            ("kind", text(kind)),
            ("initial", number(500.0)),
            ("rate", number(0.2)),
            ("maximum", number(1000.0)),
        ])],
        other => panic!("give a sample of `{other}`"),
    }
}

#[test]
fn capacities_are_finite_and_the_same_again() {
    let series = [3.0, 0.0, 7.25];
    for entry in AnyCapacity::catalog() {
        for capacity in samples(entry.name) {
            let series: &[f64] = if capacity.file().is_some() { &series } else { &[] };
            capacity.check(series).unwrap();
            let course = || -> Vec<f64> {
                let mut memory = capacity.memory();
                let at = |step: u32| {
                    let (keys, purpose) = (Keys::new(4), Purpose::capacity(2));
                    let kept = [0.0, 400.0, 9e18][step as usize % 3];
                    let revenue = [0.0, 10.0, 1e15][step as usize % 3];
                    capacity.at(&Moment { step, keys, purpose, revenue, kept, series }, &mut memory)
                };
                (0..60).map(at).collect()
            };
            let found = course();
            assert!(found.iter().all(|units| (0.0..=9e18).contains(units)), "{}: {found:?}", entry.name);
            assert_eq!(found, course(), "{}", entry.name);
        }
    }
}

#[test]
fn a_series_that_is_no_capacity_is_refused_with_its_row() {
    let [capacity, _] = <[AnyCapacity; 2]>::try_from(samples("series")).unwrap();
    let why = capacity.check(&[3.0, -1.0]).unwrap_err();
    assert!(why.contains("data row 2") && why.contains("-1"), "{why}");
}
