//! produce: what agents earn and spend outside the markets.

use walras_ledger::Reason;
use walras_numerics::Column;

use crate::world::Cohort;

/// Money that flows to or from one cohort's agents, in atoms for each agent.
pub struct Flow<'a> {
    /// The cohort, an index into [`crate::World::cohorts`].
    pub cohort: usize,
    /// Income or expense.
    pub reason: Reason,
    /// How much each agent receives or owes.
    pub amounts: &'a Column,
}

/// What is due in this step.
#[must_use]
pub fn produce(cohorts: &[Cohort]) -> Vec<Flow<'_>> {
    let mut flows = Vec::new();
    for (c, cohort) in cohorts.iter().enumerate() {
        for (reason, amounts) in [(Reason::Income, &cohort.income), (Reason::Expense, &cohort.expenses)] {
            if amounts.shared() != Some(0.0) {
                flows.push(Flow { cohort: c, reason, amounts });
            }
        }
    }
    flows
}
