//! The functions of the language: names, arguments, meaning.

use walras_catalog::problem::nearest;

use crate::arithmetic::{Binary, Ternary, Unary};

/// One function of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// The name in a formula.
    pub name: &'static str,
    /// How it is written: `clamp(x, low, high)`.
    pub signature: &'static str,
    /// What it gives, in one line.
    pub meaning: &'static str,
    pub(crate) operation: Operation,
}

/// What a function does with its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    One(Unary),
    Two(Binary),
    /// Two or more arguments, folded from the left.
    Many(Binary),
    Three(Ternary),
    Over(Window),
}

/// A function of the last values of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Window {
    Sum,
    Mean,
    Lowest,
    Highest,
    Deviation,
    Lag,
}

macro_rules! functions {
    ($($name:literal $signature:literal $operation:expr, $meaning:literal;)*) => {
        &[$(Function { name: $name, signature: $signature, meaning: $meaning, operation: $operation }),*]
    };
}

/// Every function, in the order in which documentation shows them.
pub const FUNCTIONS: &[Function] = functions! {
    "min" "min(a, b, …)" Operation::Many(Binary::Smaller), "the smallest of two or more numbers";
    "max" "max(a, b, …)" Operation::Many(Binary::Larger), "the largest of two or more numbers";
    "clamp" "clamp(x, low, high)" Operation::Three(Ternary::Clamp), "x, but at most high, and then at least low";
    "if" "if(condition, a, b)" Operation::Three(Ternary::Choose), "a where the condition holds, else b; also written if condition then a else b";
    "abs" "abs(x)" Operation::One(Unary::Absolute), "the size of x without its sign";
    "sign" "sign(x)" Operation::One(Unary::Sign), "−1, 0 or 1";
    "sqrt" "sqrt(x)" Operation::One(Unary::SquareRoot), "the square root";
    "exp" "exp(x)" Operation::One(Unary::Exponential), "e to the power x";
    "ln" "ln(x)" Operation::One(Unary::Logarithm), "the natural logarithm";
    "log2" "log2(x)" Operation::One(Unary::LogarithmTwo), "the logarithm to base two";
    "log10" "log10(x)" Operation::One(Unary::LogarithmTen), "the logarithm to base ten";
    "pow" "pow(x, y)" Operation::Two(Binary::Power), "x to the power y, the same as x ^ y";
    "floor" "floor(x)" Operation::One(Unary::Floor), "the greatest whole number that is not above x";
    "ceil" "ceil(x)" Operation::One(Unary::Ceiling), "the least whole number that is not below x";
    "round" "round(x)" Operation::One(Unary::Round), "the nearest whole number; halves go away from zero";
    "tanh" "tanh(x)" Operation::One(Unary::HyperbolicTangent), "the hyperbolic tangent, from −1 to 1";
    "logistic" "logistic(x)" Operation::One(Unary::Logistic), "1 / (1 + exp(-x)), from 0 to 1";
    "sum" "sum(series, n)" Operation::Over(Window::Sum), "the sum of the last n values, the present one among them";
    "mean" "mean(series, n)" Operation::Over(Window::Mean), "the mean of the last n values";
    "lowest" "lowest(series, n)" Operation::Over(Window::Lowest), "the smallest of the last n values";
    "highest" "highest(series, n)" Operation::Over(Window::Highest), "the largest of the last n values";
    "deviation" "deviation(series, n)" Operation::Over(Window::Deviation), "the sample standard deviation of the last n values (over n − 1), n at least 2";
    "lag" "lag(series, n)" Operation::Over(Window::Lag), "the value n steps ago; n = 0 is the present one";
};

/// What people call some of the functions elsewhere.
const ELSEWHERE: [(&str, &str); 16] = [
    ("sigmoid", "logistic"),
    ("log", "ln"),
    ("power", "pow"),
    ("ceiling", "ceil"),
    ("average", "mean"),
    ("avg", "mean"),
    ("sma", "mean"),
    ("minimum", "min"),
    ("maximum", "max"),
    ("std", "deviation"),
    ("stdev", "deviation"),
    ("stddev", "deviation"),
    ("sgn", "sign"),
    ("shift", "lag"),
    ("delay", "lag"),
    ("where", "if"),
];

impl Function {
    /// The function called `name`.
    #[must_use]
    pub fn called(name: &str) -> Option<&'static Self> {
        FUNCTIONS.iter().find(|function| function.name == name)
    }

    /// The function that `name` probably means.
    pub(crate) fn meant(name: &str) -> Option<&'static str> {
        let elsewhere = ELSEWHERE.iter().find(|(other, _)| name.eq_ignore_ascii_case(other)).map(|&(_, here)| here);
        elsewhere.or_else(|| nearest(name, FUNCTIONS.iter().map(|function| function.name)))
    }

    /// The number of arguments, in words, and whether `count` is it.
    pub(crate) fn takes(&self, count: usize) -> (&'static str, bool) {
        match self.operation {
            Operation::One(_) => ("1 argument", count == 1),
            Operation::Two(_) | Operation::Over(_) => ("2 arguments", count == 2),
            Operation::Three(_) => ("3 arguments", count == 3),
            Operation::Many(_) => ("2 or more arguments", count >= 2),
        }
    }
}

impl Window {
    /// The least and the greatest window this function takes.
    pub(crate) fn lengths(self) -> std::ops::RangeInclusive<u32> {
        match self {
            Self::Lag => 0..=crate::limit::WINDOW_MAX,
            Self::Deviation => 2..=crate::limit::WINDOW_MAX,
            Self::Sum | Self::Mean | Self::Lowest | Self::Highest => 1..=crate::limit::WINDOW_MAX,
        }
    }

    /// How many values of the series a window of `length` needs, the present one among them.
    pub(crate) fn needs(self, length: u32) -> usize {
        length as usize + usize::from(self == Self::Lag)
    }

    /// The result over exactly the values it needs, oldest first.
    pub(crate) fn apply(self, values: &[f64]) -> f64 {
        use walras_numerics::sum;
        let defined = || values.iter().map(|&value| crate::arithmetic::finite(value));
        let fold = |better: Binary| defined().reduce(|a, b| better.apply(a, b)).unwrap_or(f64::NAN);
        let result = match self {
            Self::Sum => sum::sum(values),
            Self::Mean => sum::mean(values),
            Self::Lowest => fold(Binary::Smaller),
            Self::Highest => fold(Binary::Larger),
            Self::Deviation => {
                let centre = sum::mean(values);
                let squares = sum::sum_by(values.len(), |i| (values[i] - centre) * (values[i] - centre));
                walras_numerics::elementary::sqrt(squares / (values.len() as f64 - 1.0))
            }
            Self::Lag => values.first().copied().unwrap_or(f64::NAN),
        };
        crate::arithmetic::finite(result)
    }
}
