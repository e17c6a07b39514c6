//! Fisher's market of buyers who spend fixed shares of their budgets.

use walras_catalog::entry;
use walras_ledger::Atoms;
use walras_numerics::elementary::{exp, ln};

use super::{JointAllocation, JointGrants, JointRequests, JointScratch};
use crate::allocation::{Kept, Properties, Refusal};

entry! {
    /// Buyers spend their budgets (the weights) in fixed shares, at prices that sell all there is.
    ///
    /// The utilities are the exponents, made to add up to one in each row. A row's tasks are its utility Π x^a; atoms are
    /// shared by largest remainder. Rows without any exponent get nothing.
    pub struct CobbDouglasFisher = "cobb_douglas_fisher" {
        formula: "p_j = Σ_i w_i·a_ij/C_j,  x_ij = w_i·a_ij/p_j",
        source: "W. C. Brainard and H. E. Scarf, \"How to compute equilibrium prices in 1891\", 2000",
    }
}

impl CobbDouglasFisher {
    /// Fair and efficient; stating other exponents may pay.
    pub const PROPERTIES: Properties = Properties {
        conserves: true,
        pareto_efficient: Kept::ToAnAtom,
        envy_free: Kept::ToAnAtom,
        strategy_proof: Kept::Not,
        sharing_incentive: Kept::ToAnAtom,
        capacity_monotone: Kept::ToAnAtom,
    };
}

impl JointAllocation for CobbDouglasFisher {
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
        let utility = requests.utilities(capacity)?;
        let (rows, resources) = (requests.len(), capacity.len());
        let mut bids = std::mem::take(&mut scratch.bids);
        bids.clear();
        grants.prices.resize(resources, 0.0);
        for row in 0..rows {
            let exponents = &utility[row * resources..][..resources];
            let total: f64 = exponents.iter().sum();
            let budget = requests.weight_of(row);
            for (exponent, price) in exponents.iter().zip(grants.prices.iter_mut()) {
                let bid = if total > 0.0 { budget * (exponent / total) } else { 0.0 };
                bids.push(bid);
                *price += bid;
            }
        }
        for (price, &capacity) in grants.prices.iter_mut().zip(capacity) {
            // Nothing of what is not there is sold at any price.
            *price = if capacity > 0 { *price / capacity as f64 } else { 0.0 };
        }
        for row in 0..rows {
            let budget = requests.weight_of(row);
            let cells = bids[row * resources..][..resources].iter().zip(&grants.prices).filter(|(bid, _)| **bid > 0.0);
            let mut wants = false;
            let logarithm: f64 = cells
                .map(|(bid, price)| {
                    wants = true;
                    bid / budget * ln(bid / price)
                })
                .sum();
            // Infinite where a resource that is wanted is not there: no substitute helps.
            let got = if wants && logarithm.is_finite() { exp(logarithm) } else { 0.0 };
            grants.tasks.push(got);
        }
        grants.granted.resize(bids.len(), 0);
        for (resource, &capacity) in capacity.iter().enumerate() {
            let column = bids.iter().skip(resource).step_by(resources).copied();
            scratch.share_column(column, capacity, resource, resources, &mut grants.granted);
        }
        scratch.bids = bids;
        Ok(())
    }
}
