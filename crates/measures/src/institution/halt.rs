//! How long nobody could trade.

use crate::MeasureDescription;
use crate::defined::quotient;

/// Describes [`time_under_halt`].
pub const TIME_UNDER_HALT: MeasureDescription = MeasureDescription {
    name: "time_under_halt",
    meaning: "share of the steps in which a market was halted",
    formula: "#{ t : halted_t } / n",
    unit: "fraction of steps",
    source: "the cost side of circuit breakers, Subrahmanyam 1994, Journal of Finance 49(1)",
};

/// The share of steps that were halted; one entry for each step.
///
/// `None` for no steps.
#[must_use]
pub fn time_under_halt(halted: &[bool]) -> Option<f64> {
    quotient(halted.iter().filter(|&&halted| halted).count() as f64, halted.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(time_under_halt(&[true, false, false, true]), Some(0.5));
        assert_eq!(time_under_halt(&[false; 7]), Some(0.0));
        assert_eq!(time_under_halt(&[]), None);
    }
}
