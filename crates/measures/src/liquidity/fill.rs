//! How much of what was asked was done.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_non_negative, quotient};

/// Describes [`fill_ratio`].
pub const FILL_RATIO: MeasureDescription = MeasureDescription {
    name: "fill_ratio",
    meaning: "amount filled over amount ordered",
    formula: "Σ filled_i / Σ ordered_i",
    unit: "fraction",
    source: "standard",
};

/// The part of all orders that was filled, in [0, 1].
///
/// `None` for columns of unequal length, an amount that is not finite or negative, an order that got more than it asked
/// for, or nothing ordered at all.
#[must_use]
pub fn fill_ratio(filled: &[f64], ordered: &[f64]) -> Option<f64> {
    if filled.len() != ordered.len() || !all_non_negative(filled) || !all_non_negative(ordered) {
        return None;
    }
    if filled.iter().zip(ordered).any(|(filled, ordered)| filled > ordered) {
        return None;
    }
    // Rounding of the two sums cannot leave the range that the rows keep.
    quotient(sum::sum(filled), sum::sum(ordered)).map(|ratio| ratio.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(fill_ratio(&[5.0, 0.0, 1.0], &[5.0, 3.0, 4.0]), Some(0.5));
        assert_eq!(fill_ratio(&[0.0], &[2.0]), Some(0.0));
        assert_eq!(fill_ratio(&[3.0], &[2.0]), None);
        assert_eq!(fill_ratio(&[0.0], &[0.0]), None);
        assert_eq!(fill_ratio(&[], &[1.0]), None);
    }
}
