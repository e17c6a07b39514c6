//! What counts as a defined number, stated once for every measure.

/// The value itself when it is finite.
pub(crate) fn defined(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// Every value is finite.
pub(crate) fn all_finite(values: &[f64]) -> bool {
    values.iter().all(|value| value.is_finite())
}

/// The value is finite and not negative. Minus zero counts as zero.
pub(crate) fn is_non_negative(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

/// Every value is finite and not negative.
pub(crate) fn all_non_negative(values: &[f64]) -> bool {
    values.iter().all(|&value| is_non_negative(value))
}

/// The value is finite and above zero.
pub(crate) fn is_positive(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

/// Every value is finite and above zero.
pub(crate) fn all_positive(values: &[f64]) -> bool {
    values.iter().all(|&value| is_positive(value))
}

/// The quotient, when the divisor is above zero and the result finite.
pub(crate) fn quotient(numerator: f64, divisor: f64) -> Option<f64> {
    if is_positive(divisor) { defined(numerator / divisor) } else { None }
}
