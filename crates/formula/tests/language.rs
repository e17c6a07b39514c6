//! The language as its page describes it: precedence, functions, laziness, what a formula says of itself.

use walras_catalog::{Kind, Node, Read, Table, Value, entry};
use walras_formula::{Evaluation, FUNCTIONS, Formula, Program, Scope, Type, Way, Witness};

fn scope() -> Scope {
    Scope::default().number("x", "", "").number("y", "", "").flag("f", "").series("s", "", "")
}

fn number(text: &str) -> Program {
    Formula::parse(text)
        .and_then(|formula| formula.number(&scope()))
        .unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

fn value(text: &str) -> f64 {
    number(text).evaluate(&[3.0, 4.0, 1.0], &[&[1.0, 2.0, 4.0, 8.0]]).unwrap_or_else(|why| panic!("{text}: {why:?}"))
}

fn holds(text: &str) -> bool {
    let condition = Formula::parse(text).and_then(|formula| formula.condition(&scope()));
    condition
        .unwrap_or_else(|problem| panic!("{text}: {problem}"))
        .holds(&[3.0, 4.0, 1.0], &[&[1.0, 2.0, 4.0, 8.0]])
        .unwrap()
}

/// Python's precedence, whose values these are, but for `^`, which is `**` there.
#[test]
fn operators_hold_as_tightly_as_in_python() {
    let table = [
        ("2 + 3 * 4", 14.0),
        ("2 * 3 + 4", 10.0),
        ("10 - 4 - 3", 3.0),
        ("100 / 10 / 5", 2.0),
        ("100 / 10 * 5", 50.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("-2 ^ 2", -4.0),
        ("2 ^ -1", 0.5),
        ("2 ^ -2 ^ 2", 0.0625),
        ("2 * -3", -6.0),
        ("1 - -2", 3.0),
        ("--2", 2.0),
        ("-x * y", -12.0),
        ("6 / 2 * (1 + 2)", 9.0),
        ("2 * 3 ^ 2", 18.0),
        ("if x > 2 then 1 else 2 + 10", 1.0),
        ("(if x > 2 then 1 else 2) + 10", 11.0),
        ("1 + if x > 9 then 1 else 2 * 10", 21.0),
        ("if x > 9 then 1 else if y > 9 then 2 else 3", 3.0),
        ("if x < 9 then if y > 9 then 1 else 2 else 3", 2.0),
        ("if (x > 2) and (y > 9) then 1 else 2", 2.0),
        ("if(x > 2, 5, 6)", 5.0),
        ("if (x > 2, 5, 6) * 2", 10.0),
        ("min(if f then x else y, 7)", 3.0),
    ];
    for (text, expected) in table {
        assert_eq!(value(text), expected, "{text}");
    }
    let flags = [
        ("true or false and false", true),
        ("(true or false) and false", false),
        ("not false and false", false),
        ("not (false and false)", true),
        ("not x > 5", true),
        ("not not f", true),
        ("x + 1 == y and y - 1 == x", true),
        ("f != (x > y)", true),
        ("f == not f", false),
    ];
    for (text, expected) in flags {
        assert_eq!(holds(text), expected, "{text}");
    }
}

#[test]
fn functions_give_what_the_page_says() {
    let table = [
        ("min(3, 1, 2)", 1.0),
        ("max(3, 1, 2, 9)", 9.0),
        ("clamp(5, 0, 2)", 2.0),
        ("clamp(-5, 0, 2)", 0.0),
        ("clamp(5, 4, 2)", 4.0),
        ("abs(-3)", 3.0),
        ("sign(-3) + sign(0) + sign(9) * 10", 9.0),
        ("sqrt(16)", 4.0),
        ("exp(0)", 1.0),
        ("ln(exp(1))", 1.0),
        ("log2(8)", 3.0),
        ("log10(1000)", 3.0),
        ("pow(2, 10)", 1024.0),
        ("floor(-1.5)", -2.0),
        ("ceil(-1.5)", -1.0),
        ("round(0.5) + 10 * round(-0.5) + 100 * round(2.5)", 291.0),
        ("tanh(0)", 0.0),
        ("logistic(0)", 0.5),
        ("sum(s, 3)", 14.0),
        ("mean(s, 2)", 6.0),
        ("lowest(s, 2)", 4.0),
        ("highest(s, 4)", 8.0),
        // Mean 6, squares 4 + 4, over one.
        ("deviation(s, 2) ^ 2", 8.0),
        ("lag(s, 0)", 8.0),
        ("lag(s, 3)", 1.0),
        ("s - lag(s, 1)", 4.0),
    ];
    for (text, expected) in table {
        assert!((value(text) - expected).abs() <= 1e-14 * expected.abs(), "{text}: {}", value(text));
    }
    let called = |name: &str| table.iter().any(|(text, _)| text.contains(&format!("{name}(")));
    assert!(FUNCTIONS.iter().all(|function| called(function.name) || function.name == "if"));
}

#[test]
fn numbers_are_the_nearest_floats() {
    let table = [
        ("1_000", 1000.0),
        ("0.1", 0.1),
        ("2.5e-3", 2.5e-3),
        ("1E+2", 100.0),
        ("0.3%", 0.003),
        ("7%", 0.07),
        ("1.5e1%", 0.15),
        ("1e-999", 0.0),
    ];
    for (text, expected) in table {
        assert_eq!(value(text).to_bits(), f64::to_bits(expected), "{text}");
    }
}

#[test]
fn only_what_is_needed_can_fail() {
    let inputs: (&[f64], &[&[f64]]) = (&[0.0, 4.0, 0.0], &[&[1.0]]);
    let outcome = |text: &str| number(text).evaluate(inputs.0, inputs.1);
    assert_eq!(outcome("if x == 0 then 0 else 1 / x"), Ok(0.0));
    assert_eq!(outcome("if x != 0 and 1 / x > 2 then 1 else 2"), Ok(2.0));
    assert_eq!(outcome("if x == 0 or 1 / x > 2 then 1 else 2"), Ok(1.0));
    assert_eq!(outcome("if 1 / x > 2 and f then 1 else 2"), Err(Evaluation::NotFinite { at: 3..8 }));
    assert_eq!(outcome("1 / (1 / x)"), Err(Evaluation::NotFinite { at: 5..10 }));
    assert_eq!(outcome("0 * ln(x) + 1"), Err(Evaluation::NotFinite { at: 4..9 }));
    assert_eq!(outcome("pow(1, sqrt(x - 1))"), Err(Evaluation::NotFinite { at: 7..18 }));
    assert_eq!(outcome("mean(s, 2)"), Err(Evaluation::TooShort { at: 0..10, needed: 2, present: 1 }));
    assert_eq!(outcome("lag(s, 1)"), Err(Evaluation::TooShort { at: 0..9, needed: 2, present: 1 }));
    assert_eq!(outcome("if f then mean(s, 2) else s"), Ok(1.0));
    assert_eq!(number("y").evaluate(&[0.0], &[]), Err(Evaluation::NotFinite { at: 0..1 }));
    assert_eq!(number("2 * s").evaluate(&[], &[]), Err(Evaluation::TooShort { at: 4..5, needed: 1, present: 0 }));
    assert_eq!(number("1 + x").evaluate(&[f64::INFINITY], &[]), Err(Evaluation::NotFinite { at: 4..5 }));
    assert_eq!(
        number("lowest(s, 2)").evaluate(&[], &[&[f64::INFINITY, 1.0]]),
        Err(Evaluation::NotFinite { at: 0..12 })
    );
    let program = number("1 / x");
    assert_eq!(program.describe(&program.evaluate(&[0.0], &[]).unwrap_err()), "`1 / x` is not a finite number");
    let program = number("1 + mean(s, 3)");
    let why = program.evaluate(&[], &[&[1.0]]).unwrap_err();
    assert_eq!(program.describe(&why), "`mean(s, 3)` reads 3 values of a series that has 1");
}

#[test]
fn a_formula_says_what_it_uses() {
    let two = Scope::default().series("p", "", "").number("x", "", "").series("q", "", "").flag("f", "");
    let formula = Formula::parse("if f then x + mean(q, 5) + x else lag(q, 6)").unwrap();
    assert_eq!(formula.names().collect::<Vec<_>>(), ["f", "x", "q"]);
    let program = formula.number(&two).unwrap();
    assert_eq!(program.names().collect::<Vec<_>>(), ["f", "x", "q"]);
    assert!(program.uses("x") && !program.uses("p"));
    assert_eq!(program.history(), [0, 7]);
    assert_eq!(number("s + 1").history(), [1]);
    let indices: Vec<(usize, Type)> = two.quantities().iter().map(|quantity| (quantity.index, quantity.form)).collect();
    assert_eq!(indices, [(0, Type::Series), (0, Type::Number), (1, Type::Series), (1, Type::Flag)]);
    assert_eq!(program.to_string(), program.text());
}

#[test]
fn constants_are_folded_and_nothing_else_is() {
    // A folded formula needs no inputs, and gives the bits that its parts give one by one.
    let folded = number("exp(0.3) * logistic(2) - pow(1.7, 0.3) / 3").evaluate(&[], &[]).unwrap();
    let inputs = number("exp(x) * logistic(2) - pow(y, x) / 3").evaluate(&[0.3, 1.7], &[]).unwrap();
    assert_eq!(folded.to_bits(), inputs.to_bits());
}

#[test]
fn a_demand_that_rises_in_the_price_is_found_out() {
    let scope = Scope::default().number("income", "", "").number("price", "", "");
    let program = |text: &str| Formula::parse(text).unwrap().number(&scope).unwrap();
    let search = |text: &str, way| program(text).wrong_way(way, 1, (0.01, 100.0), &[10.0], &[]);
    assert_eq!(search("income / price", Way::Falling), Ok(None));
    assert_eq!(search("100 - price", Way::Falling), Ok(None));
    assert_eq!(search("7", Way::Falling), Ok(None));
    assert_eq!(search("max(0, income - price)", Way::Falling), Ok(None));
    assert_eq!(search("income * price ^ 0.5", Way::Rising), Ok(None));
    for text in ["income * price", "(price - 40) ^ 2", "if price < 0.02 then 1 else if price < 0.03 then 2 else 0"] {
        let Witness { from, to, value_from, value_to } = search(text, Way::Falling).unwrap().unwrap();
        assert!(from < to && value_from < value_to, "{text}");
        assert_eq!(program(text).evaluate(&[10.0, from], &[]), Ok(value_from));
        assert_eq!(program(text).evaluate(&[10.0, to], &[]), Ok(value_to));
    }
    let (at, why) = search("1 / (price - 0.01)", Way::Falling).unwrap_err();
    assert_eq!((at, why), (0.01, Evaluation::NotFinite { at: 0..18 }));
}

#[test]
fn it_reads_from_a_scenario_value_and_is_written_back() {
    assert!(matches!(Formula::kind(), Kind::Either(..)));
    let read = |node: Node| Formula::read(&Value::made(node), None);
    let formula = read(Node::Text("2 * x".into())).unwrap();
    assert_eq!(formula.write(), Node::Text("2 * x".into()));
    assert_eq!(read(formula.write()).unwrap(), formula);
    for (node, expected) in [(Node::Integer(-5), -5.0), (Node::Float(2.5e-9), 2.5e-9), (Node::Float(-1e300), -1e300)] {
        let value = read(node).unwrap().number(&Scope::default()).unwrap().evaluate(&[], &[]);
        assert_eq!(value, Ok(expected));
    }
    for node in [Node::Float(f64::NAN), Node::Flag(true), Node::List(vec![])] {
        assert_eq!(read(node).unwrap_err().expected, "a formula in quotes, or a finite number");
    }
}

entry! {
    /// What is asked for at a price.
    pub(crate) struct Demand = "demand" {
        formula: "Q(P)",
        source: "elementary",
        /// The amount asked for.
        amount: Formula = Formula::parse("100 - price").expect("a formula"), unit "token";
    }
}

#[test]
fn an_entry_can_have_a_formula_as_a_parameter() {
    let scope = Scope::default().number("price", "", "");
    let mut table = Table::default();
    let value = |table: &Table| {
        let demand = Demand::read(&Value::made(Node::Table(table.clone())), None)?;
        demand.amount.number(&scope).map(|program| program.evaluate(&[4.0], &[]))
    };
    assert_eq!(value(&table), Ok(Ok(96.0)));
    table.set("amount", Default::default(), Value::made(Node::Text("10 / price".into())));
    assert_eq!(value(&table), Ok(Ok(2.5)));
    table.set("amount", Default::default(), Value::made(Node::Text("10 / pirce".into())));
    assert_eq!(value(&table).unwrap_err().help.as_deref(), Some("did you mean `price`?"));
    table.set("amount", Default::default(), Value::made(Node::Flag(true)));
    assert_eq!(value(&table).unwrap_err().message, "`amount`: expected a formula, found a flag (true or false)");
}
