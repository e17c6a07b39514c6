//! Random formulas against a slow twin: a tree, walked lazily, that shares no code with the language.

#[path = "twin/tree.rs"]
mod tree;

use proptest::prelude::*;
use tree::{Draws, Tree, Type};
use walras_formula::{Evaluation, Formula, Input, Program, Scope};

/// `a`, `b`, `c` and the flag `f` are the values, `s` the series.
fn scope() -> Scope {
    Scope::default().number("a", "", "").number("b", "", "").flag("f", "").number("c.d", "", "").series("s", "", "")
}

const ROWS: usize = 150;

struct Inputs {
    columns: [Vec<f64>; 4],
    series: Vec<f64>,
}

impl Inputs {
    fn draw(draws: &mut Draws) -> Self {
        let column = |draws: &mut Draws, flag: bool| {
            (0..ROWS).map(|_| if flag { f64::from(draws.below(2)) } else { draws.number() }).collect()
        };
        let columns = [false, false, true, false].map(|flag| column(draws, flag));
        let length = draws.below(7) as usize;
        Self { columns, series: (0..length).map(|_| draws.number()).collect() }
    }

    fn row(&self, row: usize) -> Vec<f64> {
        self.columns.iter().map(|column| column[row]).collect()
    }
}

fn check(program: &Program, tree: &Tree, places: &tree::Places, inputs: &Inputs) -> Result<(), TestCaseError> {
    let text = program.text();
    let columns: Vec<Input> = inputs.columns.iter().map(|column| Input::Each(column)).collect();
    let mut together = vec![0.0; ROWS];
    let undefined = program.evaluate_column(&columns, &[&inputs.series], &mut together);
    prop_assert_eq!(undefined, together.iter().filter(|value| value.is_nan()).count());
    for (row, together) in together.into_iter().enumerate() {
        let values = inputs.row(row);
        let found = program.evaluate(&values, &[&inputs.series]);
        let expected = tree.value(&values, &inputs.series);
        match (found, expected) {
            (Ok(found), Ok(expected)) => {
                prop_assert_eq!(
                    found.to_bits(),
                    expected.to_bits(),
                    "{} is not {} in {} of {:?}",
                    found,
                    expected,
                    text,
                    values
                );
                prop_assert_eq!(together.to_bits(), expected.to_bits());
            }
            (Err(Evaluation::NotFinite { at } | Evaluation::TooShort { at, .. }), Err(node)) => {
                let written = &text[places[node].clone()];
                prop_assert_eq!(&text[at], written, "{} of {:?} {:?}", text, values, &inputs.series);
                prop_assert_eq!(together.to_bits(), f64::NAN.to_bits());
            }
            (found, expected) => prop_assert!(false, "{found:?} is not {expected:?} in {text} of {values:?}"),
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn every_formula_is_what_its_tree_is(seed in any::<u64>()) {
        let mut draws = Draws(seed);
        let wanted = if draws.below(3) == 0 { Type::Flag } else { Type::Number };
        let tree = Tree::draw(&mut draws, 5, wanted);
        let (text, places) = tree.print(&mut draws);
        let formula = Formula::parse(&text);
        prop_assume!(text.len() <= walras_formula::limit::LENGTH_MAX);
        let formula = match formula {
            Ok(formula) => formula,
            Err(problem) => return Err(TestCaseError::fail(format!("{problem}: {text}"))),
        };
        let program = match wanted {
            Type::Number => formula.number(&scope()),
            Type::Flag => formula.condition(&scope()).map(|condition| condition.program().clone()),
        };
        match (program, tree.first_impossible()) {
            (Ok(program), None) => {
                for _ in 0..3 {
                    check(&program, &tree, &places, &Inputs::draw(&mut draws))?;
                }
            }
            (Err(problem), Some(node)) => {
                let span = problem.span.unwrap();
                prop_assert_eq!(&text[span.start..span.end], &text[places[node].clone()], "{}", problem.message);
            }
            (Ok(_), Some(node)) => prop_assert!(false, "{} of {text} is no number", &text[places[node].clone()]),
            (Err(problem), None) => prop_assert!(false, "{problem}: {text}"),
        }
    }
}

#[test]
fn shared_values_and_short_columns_are_columns_too() {
    let program = Formula::parse("a / b + (if f then 1 else 0)").unwrap().number(&scope()).unwrap();
    let column: Vec<f64> = (0..100).map(f64::from).collect();
    let mut out = vec![0.0; 130];
    let undefined =
        program.evaluate_column(&[Input::Each(&column), Input::Shared(4.0), Input::Shared(1.0)], &[], &mut out);
    assert_eq!(undefined, 30);
    assert!((0..100).all(|row| out[row] == row as f64 / 4.0 + 1.0) && out[100..].iter().all(|value| value.is_nan()));
    assert_eq!(program.evaluate_column(&[], &[], &mut out), 130);
    assert_eq!(program.evaluate_column(&[], &[], &mut []), 0);
}
