//! Dominant resource fairness.

use walras_catalog::{choice, entry};
use walras_ledger::Atoms;

use super::filling::fill;
use super::whole_tasks::take_turns;
use super::{JointAllocation, JointGrants, JointRequests, JointScratch};
use crate::allocation::{Kept, Properties, Refusal};

choice! {
    /// Whether tasks can be cut.
    pub enum Tasks {
        /// Into any parts.
        Divisible = "divisible",
        /// They are granted one by one.
        Whole = "whole",
    }
}

entry! {
    /// Everybody's share of the resource that they use most of is as equal as can be, by weight.
    ///
    /// Divisible: all dominant shares rise together until a resource is used up; who does not need it goes on. Whole: the
    /// next task goes to the lowest dominant share, equal ones by row, as long as it fits; shares are compared exactly.
    pub struct DominantResourceFairness = "dominant_resource_fairness" {
        formula: "greatest λ with x_i·s_i = λ·w_i,  s_i = max_j a_ij/C_j,  Σ x_i·a_ij ≤ C_j",
        source: "A. Ghodsi, M. Zaharia, B. Hindman, A. Konwinski, S. Shenker and I. Stoica, \"Dominant resource fairness: fair allocation of multiple resource types\", NSDI 2011",
        /// Whether tasks can be cut.
        tasks: Tasks = Tasks::Divisible;
    }
}

impl DominantResourceFairness {
    /// Of divisible tasks.
    pub const DIVISIBLE: Properties = Properties {
        conserves: false,
        pareto_efficient: Kept::ToAnAtom,
        envy_free: Kept::ToAnAtom,
        strategy_proof: Kept::ToAnAtom,
        sharing_incentive: Kept::ToAnAtom,
        capacity_monotone: Kept::Not,
    };
}

impl JointAllocation for DominantResourceFairness {
    /// Those of divisible tasks hold for whole ones up to a task.
    fn properties(&self) -> Properties {
        Self::DIVISIBLE
    }

    fn share(
        &self,
        capacity: &[Atoms],
        requests: &JointRequests<'_>,
        scratch: &mut JointScratch,
        grants: &mut JointGrants,
    ) -> Result<(), Refusal> {
        let demand = requests.demands(capacity)?;
        match self.tasks {
            Tasks::Divisible => {
                fill(capacity, requests, demand, |needs| dominant_share(needs, capacity), scratch, grants);
                grants.grant_tasks(capacity, demand);
            }
            Tasks::Whole => take_turns(capacity, requests, demand, scratch, grants),
        }
        Ok(())
    }
}

/// The greatest share of a resource that one task takes; zero for who needs nothing.
pub(super) fn dominant_share(needs: &[Atoms], capacity: &[Atoms]) -> f64 {
    let share = |(&need, &capacity): (&Atoms, &Atoms)| if need > 0 { need as f64 / capacity as f64 } else { 0.0 };
    needs.iter().zip(capacity).map(share).fold(0.0, f64::max)
}
