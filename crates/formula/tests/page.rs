//! The language's page says what the language is.

use walras_formula::FUNCTIONS;
use walras_formula::limit::{DEPTH_MAX, LENGTH_MAX, WINDOW_MAX, WINDOWS_TOTAL_MAX};

const PAGE: &str = include_str!("../../../docs/formulas.md");

#[test]
fn every_function_has_its_row() {
    for function in FUNCTIONS {
        let row = format!("| `{}` | {} |", function.signature, function.meaning);
        assert!(PAGE.lines().any(|line| line == row), "{row}");
    }
    let rows = PAGE.lines().filter(|line| line.starts_with("| `") && line.contains('(')).count();
    assert_eq!(rows, FUNCTIONS.len());
}

#[test]
fn limits_are_the_ones_in_force() {
    let thousands = |number: usize| match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", number / 1000, number % 1000),
    };
    let text = PAGE.replace('\n', " ");
    for limit in [LENGTH_MAX, DEPTH_MAX, WINDOW_MAX as usize, WINDOWS_TOTAL_MAX] {
        assert!(text.contains(&format!("at most {}", thousands(limit))), "{limit}");
    }
}
