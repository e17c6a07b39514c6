//! Asset fairness.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::filling::fill;
use super::{JointAllocation, JointGrants, JointRequests, JointScratch};
use crate::allocation::{Kept, Properties, Refusal};

entry! {
    /// Everybody's shares of all resources, added up, are as equal as can be, by weight.
    ///
    /// A share of any resource counts the same, so that somebody may get less than an equal part of everything gives.
    pub struct AssetFairness = "asset_fairness" {
        formula: "greatest λ with x_i·Σ_j a_ij/C_j = λ·w_i,  Σ x_i·a_ij ≤ C_j",
        source: "A. Ghodsi, M. Zaharia, B. Hindman, A. Konwinski, S. Shenker and I. Stoica, \"Dominant resource fairness: fair allocation of multiple resource types\", NSDI 2011, section 5.1",
    }
}

impl AssetFairness {
    /// Without the sharing incentive.
    pub const PROPERTIES: Properties = Properties {
        conserves: false,
        pareto_efficient: Kept::ToAnAtom,
        envy_free: Kept::ToAnAtom,
        strategy_proof: Kept::ToAnAtom,
        sharing_incentive: Kept::Not,
        capacity_monotone: Kept::Not,
    };
}

impl JointAllocation for AssetFairness {
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
        let share = |(&need, &capacity): (&Atoms, &Atoms)| if need > 0 { need as f64 / capacity as f64 } else { 0.0 };
        let measure = |needs: &[Atoms]| needs.iter().zip(capacity).map(share).sum();
        fill(capacity, requests, demand, measure, scratch, grants);
        grants.grant_tasks(capacity, demand);
        Ok(())
    }
}
