//! Who takes part in a vote.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_non_negative, defined, quotient};

/// Describes [`participation`].
pub const PARTICIPATION: MeasureDescription = MeasureDescription {
    name: "participation",
    meaning: "share of the votes there are that were cast",
    formula: "Σ_i v_i / Σ_i w_i",
    unit: "fraction of the votes",
    source: "turnout, Lijphart 1997, American Political Science Review 91(1)",
};

/// The votes `cast` over the votes that their owners `held`, one of each for each agent.
///
/// `None` for columns of unequal length, a negative or non-finite number, more cast than held, or no votes at all.
#[must_use]
pub fn participation(cast: &[f64], held: &[f64]) -> Option<f64> {
    let beyond = || cast.iter().zip(held).any(|(cast, held)| cast > held);
    if cast.len() != held.len() || !all_non_negative(cast) || !all_non_negative(held) || beyond() {
        return None;
    }
    quotient(sum::sum(cast), defined(sum::sum(held))?).map(|share| share.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(participation(&[10.0, 0.0, 5.0], &[10.0, 20.0, 30.0]), Some(0.25));
        assert_eq!(participation(&[2.0], &[2.0]), Some(1.0));
        assert_eq!(participation(&[0.0], &[0.0]), None);
        assert_eq!(participation(&[3.0], &[2.0]), None);
        assert_eq!(participation(&[1.0], &[2.0, 2.0]), None);
    }
}
