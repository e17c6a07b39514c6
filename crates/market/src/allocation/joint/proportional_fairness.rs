//! Proportional fairness over several capacities.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::newton::Choices;
use super::{JointAllocation, JointGrants, JointRequests, JointScratch};
use crate::allocation::{Kept, Properties, Refusal};

entry! {
    /// The weighted sum of the logarithms of tasks is greatest, which is where prices of the capacities clear all of them
    /// when everybody spends their weight.
    ///
    /// With equal weights, over resources that tasks need: the competitive equilibrium from equal incomes. Over links, a
    /// row needing one atom of each link of its route: Kelly's proportional fairness. The gap says how far the sum may be
    /// from the greatest, as a share of all weights; it is some 10⁻¹⁴ for each resource.
    pub struct ProportionalFairness = "proportional_fairness" {
        formula: "greatest Σ w_i·ln x_i with Σ x_i·a_ij ≤ C_j, x ≤ T:  x_i = min(T_i, w_i/Σ_j p_j·a_ij)",
        source: "F. P. Kelly, A. K. Maulloo and D. K. H. Tan, \"Rate control for communication networks\", Journal of the Operational Research Society 49(3), 1998; E. Eisenberg and D. Gale, \"Consensus of subjective probabilities: the pari-mutuel method\", 1959",
    }
}

impl ProportionalFairness {
    /// Fair and efficient; stating other needs may pay.
    pub const PROPERTIES: Properties = Properties {
        conserves: false,
        pareto_efficient: Kept::ToAnAtom,
        envy_free: Kept::ToAnAtom,
        strategy_proof: Kept::Not,
        sharing_incentive: Kept::ToAnAtom,
        capacity_monotone: Kept::Not,
    };

    /// The most resources: the method solves linear equations of that size.
    pub const RESOURCES_MAX: usize = 512;
}

impl JointAllocation for ProportionalFairness {
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
        let (rows, resources) = (requests.len(), capacity.len());
        if resources > Self::RESOURCES_MAX {
            return Err(Refusal::Resources { found: resources, most: Self::RESOURCES_MAX });
        }
        grants.prices.resize(resources, 0.0);
        let JointScratch { rate: weight, limit, bids: needs, newton, used: taken, .. } = scratch;
        let total = take_part(capacity, requests, demand, weight, limit);
        // Resources that nobody needs have no price.
        taken.clear();
        taken.resize(resources, 0.0);
        for row in (0..rows).filter(|&row| weight[row] > 0.0) {
            for (taken, &need) in taken.iter_mut().zip(&demand[row * resources..]) {
                *taken += need as f64;
            }
        }
        let needed = || (0..resources).filter(|&resource| taken[resource] > 0.0);
        needs.clear();
        for row in 0..rows {
            let share = |resource: usize| demand[row * resources + resource] as f64 / capacity[resource] as f64;
            needs.extend(needed().map(|resource| if weight[row] > 0.0 { share(resource) } else { 0.0 }));
        }
        let count = needed().count();
        if total > 0.0 {
            grants.gap = newton.solve(&Choices { needs, weight, limit }, count);
        }
        for (resource, &price) in needed().zip(&newton.price) {
            grants.prices[resource] = price * total / capacity[resource] as f64;
        }
        let over = if total > 0.0 { newton.used.iter().copied().fold(1.0, f64::max) } else { 1.0 };
        for row in 0..rows {
            let cost: f64 =
                needs[row * count..][..count].iter().zip(&newton.price).map(|(need, price)| need * price).sum();
            let tasks = if weight[row] > 0.0 { (weight[row] / cost).min(limit[row]) / over } else { 0.0 };
            grants.tasks.push(tasks);
        }
        grants.grant_tasks(capacity, demand);
        Ok(())
    }
}

/// Weights, adding up to one, and most tasks of who takes part: who needs something, of nothing that is not there, and
/// wants a task. Returns the sum of their weights before.
fn take_part(
    capacity: &[Atoms],
    requests: &JointRequests<'_>,
    demand: &[Atoms],
    weight: &mut Vec<f64>,
    limit: &mut Vec<f64>,
) -> f64 {
    let resources = capacity.len();
    weight.clear();
    limit.clear();
    for row in 0..requests.len() {
        let needs = &demand[row * resources..][..resources];
        let possible = needs.iter().zip(capacity).all(|(&need, &capacity)| need == 0 || capacity > 0);
        let takes_part = possible && needs.iter().any(|&need| need > 0) && requests.tasks_of(row) > 0.0;
        weight.push(if takes_part { requests.weight_of(row) } else { 0.0 });
        limit.push(requests.tasks_of(row));
    }
    let total = walras_numerics::sum::sum(weight);
    if total > 0.0 {
        weight.iter_mut().for_each(|weight| *weight /= total);
    }
    total
}
