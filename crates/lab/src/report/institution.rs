//! What incentives and goals came to, for the report.

use walras_report::data::{Alignment, Incentive};

use crate::summary::{IncentiveBalance, Summary};

/// Who gained and who paid.
pub(super) fn incentives(summary: &Summary) -> Vec<Incentive> {
    let balance = |it: &IncentiveBalance| (it.cohort.clone(), it.gained, it.paid);
    let of = |it: &crate::summary::IncentiveSummary| Incentive {
        name: it.name.clone(),
        rule: it.rule.clone(),
        asset: it.asset.clone(),
        treasury: it.treasury.clone(),
        treasury_end: it.treasury_end,
        cohorts: it.cohorts.iter().map(balance).collect(),
    };
    summary.incentives.iter().map(of).collect()
}

/// How far goals and objectives pull together.
pub(super) fn alignment(summary: &Summary) -> Vec<Alignment> {
    let known = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let of = |it: &crate::summary::AlignmentSummary| Alignment {
        goal: it.goal.clone(),
        first: known(it.first),
        last: known(it.last),
        cohorts: it.cohorts.iter().map(|cohort| (cohort.cohort.clone(), known(cohort.correlation))).collect(),
    };
    summary.alignment.iter().map(of).collect()
}
