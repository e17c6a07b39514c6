//! Max–min fairness of tasks, or of flows over links.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::filling::fill;
use super::{JointAllocation, JointGrants, JointRequests, JointScratch};
use crate::allocation::{Kept, Properties, Refusal};

entry! {
    /// The smallest number of tasks, per weight, is as large as it can be, then the second smallest, and so on.
    ///
    /// Where resources are links and a row needs one atom of each link of its route, this is max–min fairness of flows.
    /// Between tasks of different sizes it is not fair: whoever calls two tasks one gets more.
    pub struct MaxMinTasks = "max_min_tasks" {
        formula: "x_i = min(T_i, λ·w_i), λ rising until Σ x_i·a_ij = C_j stops who needs j",
        source: "D. Bertsekas and R. Gallager, \"Data networks\", 2nd edition, 1992, section 6.5.2",
    }
}

impl MaxMinTasks {
    /// Efficient; fair only where tasks are alike.
    pub const PROPERTIES: Properties = Properties {
        conserves: false,
        pareto_efficient: Kept::ToAnAtom,
        envy_free: Kept::Not,
        strategy_proof: Kept::Not,
        sharing_incentive: Kept::Not,
        capacity_monotone: Kept::Not,
    };
}

impl JointAllocation for MaxMinTasks {
    fn properties(&self) -> Properties {
        Self::PROPERTIES
    }

    fn share(
        &self,
        capacity: &[Atoms],
        requests: &JointRequests<'_>,
        scratch: &mut JointScratch,
        grants: &mut JointGrants,
    ) -> Result<(), Refusal> {
        let demand = requests.demands(capacity)?;
        let measure = |needs: &[Atoms]| if needs.iter().any(|&need| need > 0) { 1.0 } else { 0.0 };
        fill(capacity, requests, demand, measure, scratch, grants);
        grants.grant_tasks(capacity, demand);
        Ok(())
    }
}
