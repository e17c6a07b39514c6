//! Any bytes as a formula: it is refused at a place of the text, or it gives the same for one row and for many, and a
//! value that is missing is blamed on a part of the text.

use walras_catalog::Problem;
use walras_formula::{Evaluation, Formula, Input, Program, Scope};

/// Values that a formula meets: whole, large, tiny, and not finite.
const VALUES: [f64; 9] = [0.0, 1.0, -1.0, 0.5, 3.75, 1e300, 5e-324, f64::NAN, f64::INFINITY];

/// What a formula may name here.
fn scope() -> Scope {
    Scope::default().number("x", "", "").number("price", "", "").flag("open", "").series("s", "", "")
}

/// Reads the bytes as a formula and evaluates it.
pub fn run(bytes: &[u8]) {
    read(&String::from_utf8_lossy(bytes));
}

/// Reads a text as a formula and evaluates it; whether it was taken.
///
/// # Panics
/// When a place is not within the text, or one row and many differ.
pub fn read(text: &str) -> bool {
    let formula = match Formula::parse(text) {
        Ok(formula) => formula,
        Err(problem) => {
            assert_placed(&problem, text);
            return false;
        }
    };
    let number = formula.number(&scope());
    let condition = formula.condition(&scope());
    assert!(number.is_err() || condition.is_err(), "{text:?} is a number and a condition");
    for problem in [number.as_ref().err(), condition.as_ref().err()].into_iter().flatten() {
        assert_placed(problem, text);
    }
    let program = number.ok().or(condition.ok().map(|condition| condition.program().clone()));
    program.as_ref().map(evaluate);
    program.is_some()
}

fn assert_placed(problem: &Problem, text: &str) {
    let span = problem.span.unwrap_or_else(|| panic!("{text:?}: {problem} has no place"));
    assert!(text.get(span.start..span.end).is_some(), "{span:?} is not in {text:?}");
    assert!(!problem.message.is_empty() && !problem.expected.is_empty(), "{problem:?}");
}

fn evaluate(program: &Program) {
    let columns =
        [1, 2, 3].map(|step| VALUES.map(|value| VALUES[(value.to_bits() as usize / 7 + step) % VALUES.len()]));
    let inputs = columns.each_ref().map(|column| Input::Each(column));
    for series in [&VALUES[..0], &VALUES[..1], &VALUES[..7], &VALUES] {
        let mut together = [0.0; VALUES.len()];
        let undefined = program.evaluate_column(&inputs, &[series], &mut together);
        let mut missing = 0;
        for (row, together) in together.into_iter().enumerate() {
            match program.evaluate(&columns.each_ref().map(|column| column[row]), &[series]) {
                Ok(value) => {
                    assert!(value.is_finite(), "{program}: {value}");
                    assert_eq!(value.to_bits(), together.to_bits(), "{program}");
                }
                Err(why) => {
                    let (Evaluation::NotFinite { at } | Evaluation::TooShort { at, .. }) = &why;
                    assert!(program.text().get(at.clone()).is_some_and(|part| !part.is_empty()), "{program}: {why:?}");
                    assert!(together.is_nan() && !program.describe(&why).is_empty(), "{program}");
                    missing += 1;
                }
            }
        }
        assert_eq!(missing, undefined, "{program}");
    }
}
