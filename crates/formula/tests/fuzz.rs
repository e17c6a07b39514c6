//! What the fuzz target does, over texts that are not chosen by a fuzzer.

// The fuzz target's own code, which is public there.
#[path = "../../../fuzz/src/formula.rs"]
#[expect(unreachable_pub)]
mod formula;

use walras_numerics::{Keys, Purpose};

/// Pieces that mean something in a formula, and some that do not.
const PIECES: [&str; 48] = [
    "x",
    "price",
    "open",
    "s",
    "1",
    "0",
    "2.5",
    "1e3",
    "5%",
    "+",
    "-",
    "*",
    "/",
    "^",
    "(",
    ")",
    "(",
    ")",
    ",",
    "<",
    ">=",
    "==",
    "!=",
    " and ",
    " or ",
    "not ",
    "if ",
    " then ",
    " else ",
    "if(",
    "min(",
    "max(",
    "clamp(",
    "exp(",
    "ln(",
    "sqrt(",
    "pow(",
    "mean(s, 2)",
    "lag(s, 1)",
    "sum(s,",
    "true",
    "false",
    "é",
    "\0",
    ".",
    "_",
    "$",
    "\u{feff}",
];

#[test]
fn random_bytes_and_random_pieces_are_taken_or_refused() {
    let keys = Keys::new(7);
    let mut taken = 0;
    for case in 0..60_000_u64 {
        let mut stream = keys.stream(Purpose::sample(1), case, 0);
        let length = 1 + stream.word() % 24;
        if case % 6 == 0 {
            let bytes: Vec<u8> = (0..length).map(|_| stream.word() as u8).collect();
            formula::run(&bytes);
        } else {
            let piece = |_| PIECES[stream.word() as usize % PIECES.len()];
            let text: String = (0..length).map(piece).collect();
            taken += u32::from(formula::read(&text));
        }
    }
    assert!(taken > 400, "only {taken} formulas were whole");
}

/// Every text one change away from a formula that uses all there is.
#[test]
fn all_small_changes_of_a_formula_are_taken_or_refused() {
    let text =
        "if open and not x > 2 then min(x, 3, -price ^ 2) else clamp(mean(s, 2) * 50%, 0, exp(1.5e2)) / lag(s, 1)";
    assert!(formula::read(text));
    for at in 0..text.len() {
        formula::read(&text[..at]);
        formula::read(&text[at..]);
        formula::read(&format!("{}{}", &text[..at], &text[at + 1..]));
        for piece in PIECES {
            formula::read(&format!("{}{piece}{}", &text[..at], &text[at..]));
            formula::read(&format!("{}{piece}{}", &text[..at], &text[at + 1..]));
        }
    }
}
