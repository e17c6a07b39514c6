//! No text, however long or deep, does more than give a problem.

use walras_formula::limit::{DEPTH_MAX, LENGTH_MAX};
use walras_formula::{Formula, Scope};

fn value(text: &str) -> Result<f64, String> {
    let formula = Formula::parse(text).map_err(|problem| problem.message)?;
    let program = formula.number(&Scope::default().number("x", "", "")).map_err(|problem| problem.message)?;
    program.evaluate(&[1.0], &[]).map_err(|why| program.describe(&why))
}

/// Two hundred thousand of anything end in a message, on a stack of a fraction of the usual size.
#[test]
fn a_long_text_is_refused_before_it_is_read() {
    let run = || {
        for part in ["(", "-", "exp(", "if ", "1 + ", "2 ^ ", "not ", "if(", "x", ")", "min(1, ", "if x > 1 then "] {
            let message = value(&part.repeat(200_000)).unwrap_err();
            assert_eq!(message, format!("the formula is {} bytes long", 200_000 * part.len()));
        }
        let nested = format!("{}1{}", "(".repeat(200_000), ")".repeat(200_000));
        assert!(value(&nested).is_err());
    };
    std::thread::Builder::new().stack_size(256 * 1024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn as_many_parentheses_as_are_allowed_and_one_more() {
    let nested = |depth: usize| format!("{}x{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(value(&nested(DEPTH_MAX)), Ok(1.0));
    let text = nested(DEPTH_MAX + 1);
    let problem = Formula::parse(&text).unwrap_err();
    assert_eq!(problem.message, "the formula nests deeper than 100");
    assert_eq!((problem.span.unwrap().start, problem.span.unwrap().end), (DEPTH_MAX, DEPTH_MAX + 1));
}

/// Whatever nests, in whatever way makes the most values wait, the deepest that is allowed can be evaluated.
#[test]
fn everything_that_nests_is_bounded_and_evaluates() {
    let kinds = [
        ("-", "x", ""),
        ("abs(", "x", ")"),
        ("1 ^ ", "x", ""),
        ("1 + (", "0", ")"),
        ("max(1, ", "x", ")"),
        ("clamp(1, 0, ", "x", ")"),
        ("if(x > 2, 0, ", "1", ")"),
        ("if x > 2 then 0 else ", "1", ""),
        ("if x < 2 then ", "1", " else 0"),
        ("if x > 2 then 0 else 0 * 1 + 1 ^ ", "1", ""),
        ("(if x > 2 then 0 else 0 * 1 + 1 ^ ", "1", ")"),
    ];
    for (before, inside, after) in kinds {
        let nested = |depth: usize| format!("{}{inside}{}", before.repeat(depth), after.repeat(depth));
        let deepest = (1..=DEPTH_MAX).rev().find(|&depth| Formula::parse(&nested(depth)).is_ok()).unwrap();
        assert!(value(&nested(deepest)).is_ok(), "{before}: {:?}", value(&nested(deepest)));
        let problem = Formula::parse(&nested(deepest + 1)).unwrap_err();
        assert_eq!(problem.message, "the formula nests deeper than 100", "{before}");
    }
}

#[test]
fn a_formula_may_be_as_long_as_the_limit() {
    let long = format!("{}1", "1 + ".repeat((LENGTH_MAX - 1) / 4));
    assert_eq!(value(&long), Ok(((LENGTH_MAX - 1) / 4 + 1) as f64));
    let longest = format!("{long}{}", " ".repeat(LENGTH_MAX - long.len()));
    assert!(value(&longest).is_ok());
    assert_eq!(value(&format!("{longest} ")), Err(format!("the formula is {} bytes long", LENGTH_MAX + 1)));
    // A long sum waits for one value at a time.
    let names = vec!["x"; 1000].join("*");
    assert_eq!(value(&names), Ok(1.0));
}
