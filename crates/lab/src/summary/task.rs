//! What a board of tasks came to.

use serde::{Deserialize, Serialize};
use walras_engine::World;
use walras_engine::task::Standing;

use super::{KeyNumber, KeyValue};

/// A board of tasks over a whole run. Money is in numeraire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskSummary {
    /// The board.
    pub name: String,
    /// How tasks find their workers, as scenarios name it.
    pub assignment: String,
    /// Tasks posted.
    pub posted: u64,
    /// Tasks whose reward could not be set aside.
    pub unfunded: u64,
    /// Tasks taken.
    pub taken: u64,
    /// Right deliveries in time.
    pub completed: u64,
    /// Of the tasks posted that are over, the share that was completed.
    pub completed_share: Option<f64>,
    /// Of the deliveries due, the share that came in time, right or not.
    pub in_time_share: Option<f64>,
    /// False deliveries that were found out.
    pub found_false: u64,
    /// False deliveries that were paid.
    pub paid_false: u64,
    /// Tasks whose deadline passed in a worker's hands.
    pub late: u64,
    /// Tasks whose deadline passed in nobody's.
    pub untaken: u64,
    /// Rewards paid.
    pub paid: f64,
    /// Rewards paid for false deliveries.
    pub paid_for_nothing: f64,
    /// Paid for checks.
    pub check_costs: f64,
    /// Given back to primaries.
    pub refunded: f64,
    /// Stakes lost to primaries.
    pub slashed: f64,
    /// What workers spent on their work.
    pub spent: f64,
    /// What primaries paid, rewards and checks less stakes received, for each right delivery.
    pub cost_per_completion: Option<f64>,
    /// The share of their steps in which workers had a task in their hands.
    pub utilisation: Option<f64>,
}

impl TaskSummary {
    /// What a board came to so far.
    pub(super) fn of(world: &World, standing: &Standing) -> Self {
        let counts = &standing.board.counts;
        let money = |atoms: i128| atoms as f64 / world.assets[0].scale;
        let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        let delivered = counts.completed + counts.paid_false + counts.found_false;
        let over = delivered + counts.late + counts.untaken;
        let cost = money(counts.paid + counts.check_costs - counts.slashed);
        let could = standing.workers(&world.cohorts) as u64 * u64::from(world.step);
        Self {
            name: standing.name.clone(),
            assignment: standing.terms.assignment.name().to_owned(),
            posted: counts.posted,
            unfunded: counts.unfunded,
            taken: counts.taken,
            completed: counts.completed,
            completed_share: share(counts.completed, over),
            in_time_share: share(delivered, delivered + counts.late),
            found_false: counts.found_false,
            paid_false: counts.paid_false,
            late: counts.late,
            untaken: counts.untaken,
            paid: money(counts.paid),
            paid_for_nothing: money(counts.paid_for_nothing),
            check_costs: money(counts.check_costs),
            refunded: money(counts.refunded),
            slashed: money(counts.slashed),
            spent: money(standing.spent),
            cost_per_completion: (counts.completed > 0).then(|| cost / counts.completed as f64),
            utilisation: share(standing.busy, could),
        }
    }

    /// The numbers that a person wants first.
    pub(super) fn key_numbers(&self, prefix: &str, unit: &str, numbers: &mut Vec<KeyNumber>) {
        let mut push = |label: &str, value: Option<KeyValue>, unit: &str, explanation: &str| {
            let (label, explanation, unit) = (format!("{prefix}{label}"), explanation.to_owned(), unit.to_owned());
            numbers.extend(value.map(|value| KeyNumber { label, value, unit, explanation }));
        };
        let count = |count: u64| Some(KeyValue::Number(count as f64));
        let fraction = |value: Option<f64>| value.map(KeyValue::Fraction);
        let money = |value: Option<f64>| value.map(KeyValue::Number);
        push("Tasks posted", count(self.posted), "", "Tasks whose reward was set aside.");
        push(
            "Completed",
            fraction(self.completed_share),
            "",
            "Tasks delivered rightly and in time, of those that are over.",
        );
        push("In time", fraction(self.in_time_share), "", "Deliveries in time, right or not, of those that were due.");
        let falses = self.found_false + self.paid_false;
        if falses > 0 {
            let found = Some(self.found_false as f64 / falses as f64);
            push("False deliveries", count(falses), "", "Deliveries that were not what was asked for.");
            push("Found out", fraction(found), "of them", "False deliveries that were found out, and earned nothing.");
        }
        push("Rewards paid", money(Some(self.paid)), unit, "What workers were paid for what they delivered.");
        push(
            "Cost of a completion",
            money(self.cost_per_completion),
            unit,
            "Rewards and checks less stakes received, for each right delivery.",
        );
        push(
            "Workers at work",
            fraction(self.utilisation),
            "of their steps",
            "Steps in which workers had a task in their hands.",
        );
    }
}
