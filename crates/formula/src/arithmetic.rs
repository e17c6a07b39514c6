//! What each operation computes: one definition for folding, single evaluations and columns alike.
//!
//! A flag is 1.0 for true and 0.0 for false. An operand that is undefined is `NaN`, and so is every result that is not
//! finite: being undefined spreads to whatever needs the value, and to nothing else.

use walras_numerics::elementary;

/// An operation on one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unary {
    Negate,
    Not,
    Absolute,
    SquareRoot,
    Exponential,
    Logarithm,
    LogarithmTwo,
    LogarithmTen,
    Floor,
    Ceiling,
    Round,
    Sign,
    HyperbolicTangent,
    Logistic,
}

/// An operation on two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Smaller,
    Larger,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    And,
    Or,
}

/// An operation on three values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ternary {
    Choose,
    Clamp,
}

/// The number itself when it is finite, else undefined.
#[inline(always)]
pub(crate) fn finite(x: f64) -> f64 {
    if x.is_finite() { x } else { f64::NAN }
}

/// A flag as a number.
#[inline(always)]
pub(crate) fn flag(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// Undefined when either operand is, else `result`.
#[inline(always)]
fn where_defined(a: f64, b: f64, result: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { result }
}

impl Unary {
    /// The result for one operand.
    #[inline(always)]
    pub(crate) fn apply(self, a: f64) -> f64 {
        let result = match self {
            Self::Negate => -a,
            Self::Not => 1.0 - a,
            Self::Absolute => a.abs(),
            Self::SquareRoot => elementary::sqrt(a),
            Self::Exponential => elementary::exp(a),
            Self::Logarithm => elementary::ln(a),
            Self::LogarithmTwo => elementary::log2(a),
            Self::LogarithmTen => elementary::log10(a),
            Self::Floor => a.floor(),
            Self::Ceiling => a.ceil(),
            Self::Round => a.round(),
            Self::Sign => sign(a),
            Self::HyperbolicTangent => elementary::tanh(a),
            Self::Logistic => elementary::logistic(a),
        };
        finite(result)
    }
}

/// −1, 0 or 1; undefined for what is undefined.
#[inline(always)]
fn sign(a: f64) -> f64 {
    if a > 0.0 {
        1.0
    } else if a < 0.0 {
        -1.0
    } else if a == 0.0 {
        0.0
    } else {
        f64::NAN
    }
}

impl Binary {
    /// The result for two operands.
    #[inline(always)]
    pub(crate) fn apply(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Add => finite(a + b),
            Self::Subtract => finite(a - b),
            Self::Multiply => finite(a * b),
            Self::Divide => finite(a / b),
            // IEEE 754 lets 1 to the power NaN, and NaN to the power 0, be 1.
            Self::Power => where_defined(a, b, finite(elementary::pow(a, b))),
            Self::Smaller => where_defined(a, b, if b < a { b } else { a }),
            Self::Larger => where_defined(a, b, if b > a { b } else { a }),
            Self::Less => where_defined(a, b, flag(a < b)),
            Self::LessOrEqual => where_defined(a, b, flag(a <= b)),
            Self::Greater => where_defined(a, b, flag(a > b)),
            Self::GreaterOrEqual => where_defined(a, b, flag(a >= b)),
            Self::Equal => where_defined(a, b, flag(a == b)),
            Self::NotEqual => where_defined(a, b, flag(a != b)),
            // The right side counts only where the left does not decide.
            Self::And => Ternary::Choose.apply(a, b, 0.0),
            Self::Or => Ternary::Choose.apply(a, 1.0, b),
        }
    }
}

impl Ternary {
    /// The result for three operands.
    #[inline(always)]
    pub(crate) fn apply(self, a: f64, b: f64, c: f64) -> f64 {
        match self {
            Self::Choose => {
                let chosen = if a == 0.0 { c } else { b };
                if a.is_nan() { f64::NAN } else { chosen }
            }
            Self::Clamp => Binary::Larger.apply(Binary::Smaller.apply(a, c), b),
        }
    }

    /// Which operands the result needs, given the first.
    #[inline(always)]
    pub(crate) fn needs(self, a: f64) -> [bool; 3] {
        match self {
            Self::Choose => [true, a != 0.0, a == 0.0],
            Self::Clamp => [true; 3],
        }
    }
}

impl Binary {
    /// Whether the result needs the second operand, given the first.
    #[inline(always)]
    pub(crate) fn needs_second(self, a: f64) -> bool {
        match self {
            Self::And => a != 0.0,
            Self::Or => a == 0.0,
            _ => true,
        }
    }
}
