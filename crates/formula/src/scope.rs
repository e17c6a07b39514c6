//! The names a formula may use, each with its meaning and unit.

use std::fmt;

use walras_catalog::Problem;
use walras_catalog::problem::nearest;

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A finite number.
    Number,
    /// True or false.
    Flag,
    /// A number with a past: used plainly it is its present value, and functions over windows read its past.
    Series,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "a number",
            Self::Flag => "true or false",
            Self::Series => "a series",
        })
    }
}

/// One name in scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// The name in a formula.
    pub name: String,
    /// Its type.
    pub form: Type,
    /// What it means, in one line.
    pub meaning: String,
    /// Its unit; empty for pure numbers and flags.
    pub unit: String,
    /// Where its value stands among the inputs: numbers and flags are counted together, series on their own.
    pub index: usize,
}

/// The names a formula may use, in the order in which their values are handed in.
///
/// ```
/// use walras_formula::{Formula, Scope};
///
/// let scope = Scope::default()
///     .number("supply", "tokens that are out", "token")
///     .series("price", "price of one token at the end of each step", "numeraire/token");
/// let program = Formula::parse("price * supply / mean(price, 3)").unwrap().number(&scope).unwrap();
/// assert_eq!(program.evaluate(&[10.0], &[&[1.0, 2.0, 3.0]]), Ok(15.0));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    quantities: Vec<Quantity>,
    /// How many inputs there are: numbers and flags, then series.
    inputs: [usize; 2],
}

impl Scope {
    /// The same names and a number.
    #[must_use]
    pub fn number(self, name: &str, meaning: &str, unit: &str) -> Self {
        self.with(name, Type::Number, meaning, unit)
    }

    /// The same names and a flag, whose value is handed in as 1 for true and 0 for false.
    #[must_use]
    pub fn flag(self, name: &str, meaning: &str) -> Self {
        self.with(name, Type::Flag, meaning, "")
    }

    /// The same names and a series.
    #[must_use]
    pub fn series(self, name: &str, meaning: &str, unit: &str) -> Self {
        self.with(name, Type::Series, meaning, unit)
    }

    /// The same names and another for what is called `of` already; the same alone where nothing is.
    #[must_use]
    pub fn alias(mut self, name: &str, of: &str) -> Self {
        if let Some(quantity) = self.get(of) {
            self.quantities.push(Quantity { name: name.to_owned(), ..quantity.clone() });
        }
        self
    }

    /// How many series are handed in.
    pub(crate) fn series_count(&self) -> usize {
        self.inputs[1]
    }

    /// A name that is there already keeps its first meaning: the later one could not be reached.
    fn with(mut self, name: &str, form: Type, meaning: &str, unit: &str) -> Self {
        let inputs = &mut self.inputs[usize::from(form == Type::Series)];
        let index = *inputs;
        *inputs += 1;
        self.quantities.push(Quantity {
            name: name.to_owned(),
            form,
            meaning: meaning.to_owned(),
            unit: unit.to_owned(),
            index,
        });
        self
    }

    /// The quantity called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Quantity> {
        self.quantities.iter().find(|quantity| quantity.name == name)
    }

    /// Every name, in order.
    #[must_use]
    pub fn quantities(&self) -> &[Quantity] {
        &self.quantities
    }

    /// The problem of a name that is not in scope, at a place of the formula.
    pub(crate) fn unknown(&self, name: &str, at: std::ops::Range<usize>) -> Problem {
        let known = || self.quantities.iter().map(|quantity| quantity.name.as_str());
        let expected = match self.quantities.len() {
            0 => "no names can be used here".to_owned(),
            _ => format!("expected {}", walras_catalog::problem::one_of(known())),
        };
        let problem = crate::token::problem(at, format!("there is nothing called `{name}` here"), expected);
        match nearest(name, known()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => match crate::Function::called(name) {
                Some(function) => problem.help(format!("`{name}` is a function: {}", function.signature)),
                None => problem,
            },
        }
    }
}
