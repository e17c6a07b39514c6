//! What became of a capacity: shared, used, lost, kept.

use crate::MeasureDescription;
use crate::defined::{all_non_negative, is_non_negative, quotient};
use walras_numerics::sum;

/// Describes [`utilisation`].
pub const UTILISATION: MeasureDescription = MeasureDescription {
    name: "utilisation",
    meaning: "what was granted over what there was to share",
    formula: "Σ g / C",
    unit: "fraction of the capacity",
    source: "Kleinrock 1975, Queueing Systems, volume 1",
};

/// What was granted over the capacity. `None` for a negative or not finite amount, or a capacity not above zero.
#[must_use]
pub fn utilisation(granted: f64, capacity: f64) -> Option<f64> {
    if is_non_negative(granted) { quotient(granted, capacity) } else { None }
}

/// Describes [`waste_share`].
pub const WASTE_SHARE: MeasureDescription = MeasureDescription {
    name: "waste_share",
    meaning: "what perished unused over that and what was used",
    formula: "wasted / (wasted + used)",
    unit: "fraction",
    source: "standard",
};

/// What perished over what perished or was used. `None` for negative or not finite amounts, and where both are zero.
#[must_use]
pub fn waste_share(wasted: f64, used: f64) -> Option<f64> {
    if is_non_negative(wasted) && is_non_negative(used) { quotient(wasted, wasted + used) } else { None }
}

/// Describes [`hoarded_share`].
pub const HOARDED_SHARE: MeasureDescription = MeasureDescription {
    name: "hoarded_share",
    meaning: "what holders held beyond what they used, over what they held",
    formula: "Σ max(h_i − u_i, 0) / Σ h_i",
    unit: "fraction of what was held",
    source: "standard",
};

/// What holders held beyond what they used, over all they held. What one uses from elsewhere makes up for no other's
/// hoard.
///
/// `None` for columns of unequal length, negative or not finite amounts, and where nobody held anything.
#[must_use]
pub fn hoarded_share(held: &[f64], used: &[f64]) -> Option<f64> {
    if held.len() != used.len() || !all_non_negative(held) || !all_non_negative(used) {
        return None;
    }
    quotient(sum::sum_by(held.len(), |i| (held[i] - used[i]).max(0.0)), sum::sum(held))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(utilisation(3.0, 4.0), Some(0.75));
        assert_eq!(waste_share(1.0, 3.0), Some(0.25));
        // The second uses more than it holds, which does not undo that the first keeps 6.
        assert_eq!(hoarded_share(&[8.0, 4.0], &[2.0, 9.0]), Some(0.5));
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(utilisation(1.0, 0.0), None);
        assert_eq!(utilisation(-1.0, 1.0), None);
        assert_eq!(waste_share(0.0, 0.0), None);
        assert_eq!(hoarded_share(&[], &[]), None);
        assert_eq!(hoarded_share(&[1.0], &[]), None);
        assert_eq!(hoarded_share(&[f64::NAN], &[1.0]), None);
    }
}
