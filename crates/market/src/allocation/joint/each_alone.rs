//! A rule for one capacity, for each of several.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{JointAllocation, JointGrants, JointRequests, JointScratch};
use crate::allocation::{AnyAllocation, Kept, Offer, Properties, Refusal, Requests};
use crate::clearing::Venue;

entry! {
    /// Each capacity is shared on its own, as if the others were not there.
    ///
    /// Rows ask what their tasks need of each. Who is short of one resource holds more of the others than the tasks that
    /// it can do need, so that something lies idle. Rules that take money, lots or priorities are for one capacity.
    pub struct EachAlone = "each_alone" {
        formula: "g_j = the rule's shares of C_j among T_i·a_ij;  x_i = min_j g_ij/a_ij",
        source: "elementary",
        /// The rule for each.
        rule: AnyAllocation;
    }
}

impl JointAllocation for EachAlone {
    /// Truth, equal shares and more capacity are as good for tasks as for each capacity; the rest is lost, since what is
    /// held beyond the tasks lies idle, and others could use it.
    fn properties(&self) -> Properties {
        let lost = Kept::Not;
        Properties { conserves: false, pareto_efficient: lost, envy_free: lost, ..self.rule.properties() }
    }

    fn share(
        &self,
        capacity: &[Atoms],
        requests: &JointRequests<'_>,
        scratch: &mut JointScratch,
        grants: &mut JointGrants,
    ) -> Result<(), Refusal> {
        let demand = requests.demands(capacity)?;
        let (rows, resources) = (requests.len(), capacity.len());
        if requests.tasks.is_empty() && rows > 0 {
            return Err(Refusal::Missing("tasks"));
        }
        grants.granted.resize(rows * resources, 0);
        let mut venue = Venue::default();
        for (resource, &capacity) in capacity.iter().enumerate() {
            let amount = &mut scratch.amount;
            amount.clear();
            // More than an amount is more than any capacity.
            let asked = |row: usize| demand[row * resources + resource].saturating_mul(requests.tasks[row]);
            amount.extend((0..rows).map(asked));
            let of_one = Requests { amount, weight: requests.weight, ..Requests::default() };
            self.rule.allocate(&Offer::of(capacity), &of_one, &mut venue, &mut scratch.one, &mut scratch.grants)?;
            for (row, &granted) in scratch.grants.granted.iter().enumerate() {
                grants.granted[row * resources + resource] = granted;
            }
        }
        for row in 0..rows {
            let cells = demand[row * resources..][..resources].iter().zip(&grants.granted[row * resources..]);
            let tasks = cells.filter(|(need, _)| **need > 0).map(|(&need, &granted)| granted as f64 / need as f64);
            let tasks = tasks.fold(f64::INFINITY, f64::min);
            grants.tasks.push(if tasks.is_finite() { tasks } else { 0.0 });
        }
        Ok(())
    }
}
