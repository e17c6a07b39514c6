//! Whether an institution takes in what it pays out, and holds what it owes.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_non_negative, defined, quotient};

/// Describes [`budget_balance`].
pub const BUDGET_BALANCE: MeasureDescription = MeasureDescription {
    name: "budget_balance",
    meaning: "what an institution took in less what it paid out: 0 balanced, above 0 a surplus",
    formula: "Σ collected_t − Σ paid_t",
    unit: "money",
    source: "Green and Laffont 1979, Incentives in Public Decision-Making",
};

/// What was `collected` less what was `paid`, each by step or by agent.
///
/// `None` for a negative or non-finite number, or a sum too large.
#[must_use]
pub fn budget_balance(collected: &[f64], paid: &[f64]) -> Option<f64> {
    if !all_non_negative(collected) || !all_non_negative(paid) {
        return None;
    }
    defined(defined(sum::sum(collected))? - defined(sum::sum(paid))?)
}

/// Describes [`escrow_solvency`].
pub const ESCROW_SOLVENCY: MeasureDescription = MeasureDescription {
    name: "escrow_solvency",
    meaning: "least cover that an escrow gave to what could become due from it: 1 or more is solvent",
    formula: "min { held_t / owed_t : owed_t > 0 }",
    unit: "none",
    source: "as a funding ratio, Bodie 1990, Journal of Portfolio Management 16(3)",
};

/// The least of what was `held` over what was `owed`, one of each for each step; steps that owe nothing are left out.
///
/// `None` for columns of unequal length, a negative or non-finite number, or nothing owed in any step.
#[must_use]
pub fn escrow_solvency(held: &[f64], owed: &[f64]) -> Option<f64> {
    if held.len() != owed.len() || !all_non_negative(held) || !all_non_negative(owed) {
        return None;
    }
    let steps = held.iter().zip(owed).filter(|(_, owed)| **owed > 0.0);
    // Where the quotient is beyond an f64 the step is not the least.
    steps.filter_map(|(&held, &owed)| quotient(held, owed)).min_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(budget_balance(&[3.0, 4.0], &[5.0]), Some(2.0));
        assert_eq!(budget_balance(&[], &[]), Some(0.0));
        assert_eq!(escrow_solvency(&[10.0, 6.0, 0.0], &[5.0, 8.0, 0.0]), Some(0.75));
        assert_eq!(escrow_solvency(&[10.0], &[0.0]), None);
    }

    #[test]
    fn what_cannot_be_is_undefined() {
        assert_eq!(budget_balance(&[-1.0], &[]), None);
        assert_eq!(budget_balance(&[f64::MAX, f64::MAX], &[]), None);
        assert_eq!(escrow_solvency(&[1.0], &[1.0, 2.0]), None);
        assert_eq!(escrow_solvency(&[f64::NAN], &[1.0]), None);
    }
}
