//! Every message with its place: what is wrong, where, what was expected, and what to do.

use walras_catalog::{Problem, Span};
use walras_formula::{Formula, Scope};

fn scope() -> Scope {
    Scope::default().number("price", "", "").number("supply", "", "").flag("open", "").series("volume", "", "")
}

/// The problem of a formula that should give a number.
fn problem_of(text: &str) -> Problem {
    match Formula::parse(text).and_then(|formula| formula.number(&scope())) {
        Err(problem) => problem,
        Ok(program) => panic!("{program} was taken"),
    }
}

/// The formula, the carets under it, message, expectation and help.
fn shown(text: &str, problem: &Problem) -> [String; 5] {
    let Span { start, end, .. } = problem.span.unwrap();
    let carets =
        format!("{}{}", " ".repeat(text[..start].chars().count()), "^".repeat(text[start..end].chars().count().max(1)));
    [
        text.to_owned(),
        carets,
        problem.message.clone(),
        problem.expected.clone(),
        problem.help.clone().unwrap_or_default(),
    ]
}

#[track_caller]
fn assert_shown(expected: [&str; 5]) {
    assert_eq!(shown(expected[0], &problem_of(expected[0])), expected);
}

const VALUE: &str = "expected a number, a name, a function or `(`";

#[test]
#[rustfmt::skip]
fn names() {
    assert_shown(["2 * pirce", "    ^^^^^", "there is nothing called `pirce` here", "expected price, supply, open or volume", "did you mean `price`?"]);
    assert_shown(["2 * demand_of_all", "    ^^^^^^^^^^^^^", "there is nothing called `demand_of_all` here", "expected price, supply, open or volume", ""]);
    assert_shown(["price + mean", "        ^^^^", "there is nothing called `mean` here", "expected price, supply, open or volume", "`mean` is a function: mean(series, n)"]);
    assert_shown(["2 * epx(price)", "    ^^^", "there is no function `epx`", "expected a function's name", "did you mean `exp`?"]);
    assert_shown(["sigmoid(price)", "^^^^^^^", "there is no function `sigmoid`", "expected a function's name", "did you mean `logistic`?"]);
    assert_shown(["supply(1 + price)", "^^^^^^", "there is no function `supply`", "expected a function's name", "write `*` to multiply"]);
    let problem = Formula::parse("x").unwrap().number(&Scope::default()).unwrap_err();
    assert_eq!(problem.expected, "no names can be used here");
}

#[test]
#[rustfmt::skip]
fn missing_values_and_operators() {
    assert_shown(["", "^", "the formula is empty", VALUE, ""]);
    assert_shown(["  ", "  ^", "the formula is empty", VALUE, ""]);
    assert_shown(["price *", "       ^", "the formula ends where a value is due", VALUE, ""]);
    assert_shown(["price * / 2", "        ^", "a value is missing before `/`", VALUE, ""]);
    assert_shown(["(price + )", "         ^", "a value is missing before `)`", VALUE, ""]);
    assert_shown(["+price", "^", "`+` stands only between two values", VALUE, ""]);
    assert_shown(["price supply", "      ^^^^^^", "`supply` follows a value without an operator", "expected an operator", "write `*` to multiply"]);
    assert_shown(["2 (price)", "  ^", "`(` follows a value without an operator", "expected an operator", "write `*` to multiply"]);
    assert_shown(["2price", " ^", "`p` cannot follow a number", "expected an operator", "write `*` to multiply"]);
    assert_shown(["if open then 1 else 2 not 3", "                      ^^^", "`not` follows a value without an operator", "expected an operator", "write `*` to multiply"]);
}

#[test]
#[rustfmt::skip]
fn parentheses_and_commas() {
    assert_shown(["2 * (price + 1", "    ^", "this parenthesis is never closed", "needs a `)`", ""]);
    assert_shown(["2 * exp(price", "    ^^^", "the parenthesis of `exp` is never closed", "expected exp(x)", ""]);
    assert_shown(["(price + 1)) * 2", "           ^", "this parenthesis closes nothing", "no `(` is open", ""]);
    assert_shown(["1,5 * price", " ^", "a comma stands only between the arguments of a function", "no function is open", "fractions are written with a point: `0.5`"]);
    assert_shown(["(1,5) * price", "  ^", "a comma stands only between the arguments of a function", "no function is open", "fractions are written with a point: `0.5`"]);
    assert_shown(["exp()", "^^^^^", "`exp` takes 1 argument, this has none", "expected exp(x)", ""]);
    assert_shown(["1 + exp(1, 2)", "    ^^^^^^^^^", "`exp` takes 1 argument, this has 2", "expected exp(x)", ""]);
    assert_shown(["min(price)", "^^^^^^^^^^", "`min` takes 2 or more arguments, this has 1", "expected min(a, b, …)", ""]);
    assert_shown(["clamp(price, 0)", "^^^^^^^^^^^^^^^", "`clamp` takes 3 arguments, this has 2", "expected clamp(x, low, high)", ""]);
    assert_shown(["if(open, 2)", "^^^^^^^^^^^", "`if` takes 3 arguments, this has 2", "expected if(condition, a, b)", ""]);
}

#[test]
#[rustfmt::skip]
fn choices() {
    let expected = "expected if condition then a else b";
    assert_shown(["1 + if open", "    ^^", "this `if` has no `then`", expected, ""]);
    assert_shown(["if open then 1", "^^", "this `if` has no `else`", expected, ""]);
    assert_shown(["if open else 1", "^^", "this `if` has no `then`", expected, ""]);
    assert_shown(["(if open) then 1 else 2", " ^^", "this `if` has no `then`", expected, ""]);
    assert_shown(["max(if open, 2)", "    ^^", "this `if` has no `then`", expected, ""]);
    assert_shown(["if open then if open else 1", "             ^^", "this `if` has no `then`", expected, ""]);
    assert_shown(["1 then 2", "  ^^^^", "`then` stands outside an `if`", "no `if` is open", ""]);
    assert_shown(["if (open then 1 else 2)", "         ^^^^", "`then` stands outside an `if`", "a parenthesis is still open", ""]);
    assert_shown(["if price then 1 else 2", "   ^^^^^", "`if` needs true or false, and `price` is a number", "expected true or false", "a comparison such as `x > 0` makes a condition of a number"]);
    assert_shown(["if open then 1 else open", "                    ^^^^", "one side of this `if` is a number, the other true or false", "expected a number", ""]);
}

#[test]
#[rustfmt::skip]
fn types() {
    let number = "`if condition then 1 else 0` makes a number of a condition";
    let flag = "a comparison such as `x > 0` makes a condition of a number";
    assert_shown(["price + open", "        ^^^^", "`+` needs a number, and `open` is true or false", "expected a number", number]);
    assert_shown(["-open", " ^^^^", "`-` needs a number, and `open` is true or false", "expected a number", number]);
    assert_shown(["exp(price > 2)", "    ^^^^^^^^^", "`exp` needs a number, and `price > 2` is true or false", "expected a number", number]);
    assert_shown(["min(1, 2, open)", "          ^^^^", "`min` needs a number, and `open` is true or false", "expected a number", number]);
    assert_shown(["clamp(open, 1, 2)", "      ^^^^", "`clamp` needs a number, and `open` is true or false", "expected a number", number]);
    assert_shown(["if not price then 1 else 2", "       ^^^^^", "`not` needs true or false, and `price` is a number", "expected true or false", flag]);
    assert_shown(["if open and price then 1 else 2", "            ^^^^^", "`and` needs true or false, and `price` is a number", "expected true or false", flag]);
    assert_shown(["if open == 1 then 1 else 2", "           ^", "`==` needs true or false, and `1` is a number", "expected true or false", flag]);
    assert_shown(["if open < 1 then 1 else 2", "   ^^^^", "`<` needs a number, and `open` is true or false", "expected a number", number]);
    assert_shown(["if 1 < price < 3 then 1 else 2", "             ^", "comparisons do not chain", "this is the second comparison", "write `a < b and b < c`"]);
    assert_shown(["price > 2", "^^^^^^^^^", "the formula gives true or false, not a number", "expected a number", ""]);
    let problem = Formula::parse("price + 1").unwrap().condition(&scope()).unwrap_err();
    assert_eq!(problem.message, "the formula gives a number, not true or false");
}

#[test]
#[rustfmt::skip]
fn windows() {
    assert_shown(["mean(price, 3)", "     ^^^^^", "`price` is a number and has no past", "expected the name of a series", ""]);
    assert_shown(["1 + mean(volume + 1, 3)", "                ^", "the length of the window is missing", "expected mean(series, n)", ""]);
    assert_shown(["mean(2, 3)", "     ^", "`mean` works on the past of a named series", "expected mean(series, n)", ""]);
    assert_shown(["mean(exp(volume), 3)", "     ^^^", "`mean` works on the past of a named series", "expected mean(series, n)", ""]);
    assert_shown(["mean(volume, price)", "             ^^^^^", "the window of `mean` is a whole number, written out", "expected 1 to 4096", ""]);
    assert_shown(["mean(volume, 0)", "             ^", "the window of `mean` is a whole number, written out", "expected 1 to 4096", ""]);
    assert_shown(["lag(volume, 1.5)", "            ^^^", "the window of `lag` is a whole number, written out", "expected 0 to 4096", ""]);
    assert_shown(["deviation(volume, 1)", "                  ^", "the window of `deviation` is a whole number, written out", "expected 2 to 4096", ""]);
    assert_shown(["sum(volume, 5000)", "            ^^^^", "the window of `sum` is a whole number, written out", "expected 1 to 4096", ""]);
    assert_shown(["sum(volume, 3 + 1)", "              ^", "`sum` takes a series and a whole number", "expected `)`", ""]);
    assert_shown(["sum(volume)", "          ^", "the length of the window is missing", "expected sum(series, n)", ""]);
    let many = ["sum(volume, 4000)"; 5].join(" + ");
    assert_eq!(problem_of(&many).message, "the windows of this formula read 20000 values in all");
}

#[test]
#[rustfmt::skip]
fn numbers_and_signs() {
    assert_shown([".5 + price", "^", "a point stands alone", "expected a digit before the point", "write `0.5`, not `.5`"]);
    assert_shown(["1. + price", "  ^", "this number is cut short", "expected a digit after the point", ""]);
    assert_shown(["1.", "  ^", "this number is cut short", "expected a digit after the point", ""]);
    assert_shown(["1e+ * 2", "   ^", "this number is cut short", "expected a digit of the exponent", ""]);
    assert_shown(["1__0", " ^", "an underscore stands between digits only", "expected a digit", ""]);
    assert_shown(["1_ + 2", " ^", "an underscore stands between digits only", "expected a digit", ""]);
    assert_shown(["1.2.3", "   ^", "`.` cannot follow a number", "expected an operator", ""]);
    assert_shown(["2 * 1e999", "    ^^^^^", "this number is too large", "at most 1.7976931348623157e308", ""]);
    assert_shown(["price ** 2", "      ^^", "`**` is not an operator", "expected `^`", "write `^`"]);
    assert_shown(["if open && open then 1 else 2", "        ^^", "`&&` is not an operator", "expected `and`", "write `and`"]);
    assert_shown(["if open || open then 1 else 2", "        ^^", "`||` is not an operator", "expected `or`", "write `or`"]);
    assert_shown(["if !open then 1 else 2", "   ^", "`!` is not an operator", "expected `not`", "write `not`"]);
    assert_shown(["if price = 1 then 1 else 2", "         ^", "`=` is not an operator", "expected `==`", "write `==`"]);
    assert_shown(["if price ≤ 1 then 1 else 2", "         ^", "`≤` is not an operator", "expected `<=`", "write `<=`"]);
    assert_shown(["2 − price", "  ^", "`−` is not an operator", "expected `-`", "write `-`"]);
    assert_shown(["2 $ price", "  ^", "`$` means nothing in a formula", "expected a value or an operator", ""]);
    assert_shown(["2 \u{7} 3", "  ^", "`\\u{7}` means nothing in a formula", "expected a value or an operator", ""]);
}

#[test]
#[rustfmt::skip]
fn parts_that_are_never_numbers() {
    let expected = "this is the same whatever the names are";
    assert_shown(["price + 1 / (2 - 2)", "        ^^^^^^^^^^^", "`1 / (2 - 2)` is not a finite number", expected, ""]);
    assert_shown(["ln(-1) * price", "^^^^^^", "`ln(-1)` is not a finite number", expected, ""]);
    assert_shown(["1e200 * 1e200", "^^^^^^^^^^^^^", "`1e200 * 1e200` is not a finite number", expected, ""]);
}
