//! How far what agents try to raise and what is wanted of the economy pull together.

use serde::{Deserialize, Serialize};
use walras_engine::World;
use walras_measures::regression::correlation;
use walras_numerics::{StateError, StateVisitor};

/// How a goal went, and who pulled the same way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlignmentSummary {
    /// The goal.
    pub goal: String,
    /// Its value when it was first looked at.
    pub first: Option<f64>,
    /// Its value in the end.
    pub last: Option<f64>,
    /// How many looks it was known at.
    pub looks: u64,
    /// Each cohort, in the scenario's order.
    pub cohorts: Vec<CohortAlignment>,
}

/// How a cohort's objective went together with a goal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CohortAlignment {
    /// The cohort.
    pub cohort: String,
    /// The correlation of the change of its agents' mean utility with the goal's change, from one look to the next: 1 where
    /// they pull together, −1 where they pull apart; `None` where one of them never changed.
    pub correlation: Option<f64>,
}

/// The most looks at a run.
const LOOKS_MAX: u32 = 200;

/// What is remembered of goals and utilities.
#[derive(Debug, Clone, Default)]
pub(crate) struct RunningAlignment {
    every: u32,
    /// Each goal's values, look by look.
    goals: Vec<Vec<f64>>,
    /// Each cohort's mean utility, look by look.
    utilities: Vec<Vec<f64>>,
}

impl RunningAlignment {
    /// For a run of so many steps.
    pub(crate) fn new(world: &World, steps: u32) -> Self {
        Self {
            every: steps.div_ceil(LOOKS_MAX).max(1),
            goals: vec![Vec::new(); world.goals.len()],
            utilities: vec![Vec::new(); world.cohorts.len()],
        }
    }

    /// Whether step `step` is looked at.
    pub(crate) fn looks_at(&self, step: u32) -> bool {
        !self.goals.is_empty() && step.is_multiple_of(self.every)
    }

    /// Takes what the goals are after a step, and each cohort's mean utility, in order.
    pub(crate) fn push(&mut self, world: &World, utilities: impl Iterator<Item = f64>) {
        for (past, goal) in self.goals.iter_mut().zip(&world.goals) {
            // What has no value is not known at this look.
            past.push(world.quantities.number(&goal.value, &[]).unwrap_or(f64::NAN));
        }
        self.utilities.iter_mut().zip(utilities).for_each(|(past, utility)| past.push(utility));
    }

    /// What it came to.
    pub(crate) fn summary(&self, world: &World) -> Vec<AlignmentSummary> {
        let one = |(past, goal): (&Vec<f64>, &walras_engine::goal::Goal)| {
            let known = || past.iter().copied().filter(|value| value.is_finite());
            let cohorts = world.cohorts.iter().zip(&self.utilities);
            let cohort = |(cohort, utilities): (&walras_engine::world::Cohort, &Vec<f64>)| CohortAlignment {
                cohort: cohort.name.clone(),
                correlation: of_changes(utilities, past),
            };
            AlignmentSummary {
                goal: goal.name.clone(),
                first: known().next(),
                last: known().next_back(),
                looks: known().count() as u64,
                cohorts: cohorts.map(cohort).collect(),
            }
        };
        self.goals.iter().zip(&world.goals).map(one).collect()
    }

    /// Visits the looks.
    ///
    /// # Errors
    /// When the visitor fails.
    pub(crate) fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let columns = self.goals.iter_mut().chain(&mut self.utilities);
        columns.into_iter().try_for_each(|column| visitor.f64s("alignment", column))
    }
}

/// The correlation of two columns' changes from row to row, of those known in both.
fn of_changes(x: &[f64], y: &[f64]) -> Option<f64> {
    let change = |column: &[f64]| -> Vec<f64> { column.windows(2).map(|pair| pair[1] - pair[0]).collect() };
    let pairs = change(x).into_iter().zip(change(y)).filter(|(x, y)| x.is_finite() && y.is_finite());
    let (x, y): (Vec<f64>, Vec<f64>) = pairs.unzip();
    correlation(&x, &y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_pull_together_or_apart() {
        let goal = [0.0, 1.0, 3.0, 2.0, 2.5];
        let twice: Vec<f64> = goal.iter().map(|x| 7.0 + 2.0 * x).collect();
        let against: Vec<f64> = goal.iter().map(|x| -x).collect();
        assert!((of_changes(&twice, &goal).unwrap() - 1.0).abs() < 1e-12);
        assert!((of_changes(&against, &goal).unwrap() + 1.0).abs() < 1e-12);
        assert_eq!(of_changes(&[1.0; 5], &goal), None);
        // Of changes of 9, ?, ?, 0.5 and 1 only those known in both columns count, and they rise with 1, 0.5 and 0.7.
        let gap = [0.0, 9.0, f64::NAN, 2.0, 2.5, 3.5];
        let known = correlation(&[9.0, 0.5, 1.0], &[1.0, 0.5, 0.7]).unwrap();
        assert!((of_changes(&gap, &[0.0, 1.0, 3.0, 2.0, 2.5, 3.2]).unwrap() - known).abs() < 1e-12);
    }
}
