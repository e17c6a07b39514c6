//! What was paid for contributions, and how much of it for contributions that were made for the pay.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_non_negative, defined, is_non_negative, quotient};

/// Describes [`cost_per_contribution`].
pub const COST_PER_CONTRIBUTION: MeasureDescription = MeasureDescription {
    name: "cost_per_contribution",
    meaning: "what was paid for each unit of contribution that turned out to be real",
    formula: "Σ paid / Σ verified",
    unit: "money per unit of contribution",
    source: "cost per acquisition, Farris et al. 2010, Marketing Metrics, ch. 5",
};

/// What was `paid` over what was `verified` of the contributions.
///
/// `None` for a negative or non-finite number, or when nothing was verified.
#[must_use]
pub fn cost_per_contribution(paid: f64, verified: f64) -> Option<f64> {
    if is_non_negative(paid) { quotient(paid, verified) } else { None }
}

/// Describes [`manufactured_share`].
pub const MANUFACTURED_SHARE: MeasureDescription = MeasureDescription {
    name: "manufactured_share",
    meaning: "share of payouts earned by contributions made for the pay: wash trades, invented referrals",
    formula: "Σ p_i · m_i / c_i  /  Σ p_i",
    unit: "fraction of payouts",
    source: "as the share of wash trades in volume, Cong et al. 2023, Management Science 69(11)",
};

/// The share of the `payouts` that manufactured contributions earned: one row for each who was paid, with what it
/// contributed and how much of that was manufactured; what a row was paid is laid to its contributions in proportion.
///
/// `None` for columns of unequal length, a negative or non-finite number, more manufactured than contributed, pay without
/// contribution, or no pay at all.
#[must_use]
pub fn manufactured_share(payouts: &[f64], contributions: &[f64], manufactured: &[f64]) -> Option<f64> {
    let columns = [payouts, contributions, manufactured];
    if columns.iter().any(|column| column.len() != payouts.len() || !all_non_negative(column)) {
        return None;
    }
    let mut earned = Vec::with_capacity(payouts.len());
    for ((&paid, &contributed), &made) in payouts.iter().zip(contributions).zip(manufactured) {
        if made > contributed || (paid > 0.0 && contributed == 0.0) {
            return None;
        }
        earned.push(if paid > 0.0 { defined(paid * (made / contributed))? } else { 0.0 });
    }
    quotient(sum::sum(&earned), defined(sum::sum(payouts))?).map(|share| share.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn by_hand() {
        assert_eq!(cost_per_contribution(30.0, 12.0), Some(2.5));
        assert_eq!(cost_per_contribution(30.0, 0.0), None);
        // 6 of 8 from the first's half, all of the second's.
        assert_eq!(manufactured_share(&[4.0, 4.0], &[10.0, 3.0], &[5.0, 3.0]), Some(0.75));
        assert_eq!(manufactured_share(&[4.0, 0.0], &[10.0, 0.0], &[0.0, 0.0]), Some(0.0));
    }

    /// The chain reward of the reference: a finder alone earns 2000, and 3750 with three sybils of its own in the chain;
    /// what the sybils hold is then 1750 of 3750.
    #[test]
    fn a_chain_of_own_sybils() {
        let halves = [2000.0, 1000.0, 500.0, 250.0];
        let share = manufactured_share(&halves, &[1.0; 4], &[0.0, 1.0, 1.0, 1.0]).unwrap();
        assert_close(share, 1750.0 / 3750.0, 1e-15);
    }

    #[test]
    fn what_cannot_be_is_undefined() {
        assert_eq!(manufactured_share(&[1.0], &[1.0], &[2.0]), None);
        assert_eq!(manufactured_share(&[1.0], &[0.0], &[0.0]), None);
        assert_eq!(manufactured_share(&[0.0], &[1.0], &[1.0]), None);
        assert_eq!(manufactured_share(&[1.0, 2.0], &[1.0], &[1.0]), None);
        assert_eq!(cost_per_contribution(-1.0, 1.0), None);
    }
}
