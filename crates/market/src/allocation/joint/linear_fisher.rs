//! Fisher's market of buyers for whom goods can stand in for each other.

use walras_catalog::entry;
use walras_ledger::Atoms;
use walras_numerics::elementary::ln;

use super::{JointAllocation, JointGrants, JointRequests, JointScratch};
use crate::allocation::{Kept, Properties, Refusal};

entry! {
    /// Buyers spend their budgets (the weights) on what gives them most for the money, at prices that sell all there is.
    ///
    /// Found by proportional response: everybody bids for each resource in proportion to the utility got from it, until the
    /// duality gap is small. The gap is measured in every round, so that the answer carries its own proof. A row's tasks
    /// are its utility; atoms are shared by largest remainder. Rows without any utility get nothing.
    pub struct LinearFisher = "linear_fisher" {
        formula: "p_j = Σ_i b_ij/C_j, x_ij = b_ij/p_j, u_i = Σ_j a_ij·x_ij; b_ij ← w_i·a_ij·x_ij/u_i",
        source: "L. Zhang, \"Proportional response dynamics in the Fisher market\", Theoretical Computer Science 412, 2011; B. Birnbaum, N. R. Devanur and L. Xiao, \"Distributed algorithms via gradient descent for Fisher markets\", EC 2011",
        /// The greatest duality gap left, as a share of all money.
        tolerance: f64 = 1e-9, within 1e-15..=1.0;
        /// The most rounds of bids. What gap is then left is reported.
        rounds_max: u64 = 100_000, within 1.0..=1e12, unit "rounds";
    }
}

impl LinearFisher {
    /// Fair and efficient; stating other utilities may pay.
    pub const PROPERTIES: Properties = Properties {
        conserves: true,
        pareto_efficient: Kept::ToAnAtom,
        envy_free: Kept::ToAnAtom,
        strategy_proof: Kept::Not,
        sharing_incentive: Kept::ToAnAtom,
        capacity_monotone: Kept::Not,
    };
}

impl JointAllocation for LinearFisher {
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
        let resources = capacity.len();
        let mut bids = std::mem::take(&mut scratch.bids);
        // At first everybody bids the same for all that is of use.
        bids.clear();
        for row in 0..requests.len() {
            let of_use = |resource: usize| utility[row * resources + resource] > 0.0 && capacity[resource] > 0;
            let count = (0..resources).filter(|&resource| of_use(resource)).count().max(1) as f64;
            let bid = requests.weight_of(row) / count;
            bids.extend((0..resources).map(|resource| if of_use(resource) { bid } else { 0.0 }));
        }
        grants.prices.resize(resources, 0.0);
        grants.tasks.resize(requests.len(), 0.0);
        for round in 0.. {
            price(capacity, &bids, &mut grants.prices);
            grants.gap = respond(requests, utility, &grants.prices, &bids, &mut grants.tasks);
            if grants.gap <= self.tolerance || round == self.rounds_max {
                break;
            }
            for (row, bids) in bids.chunks_exact_mut(resources).enumerate() {
                bid_anew(requests.weight_of(row), &utility[row * resources..], &grants.prices, grants.tasks[row], bids);
            }
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

/// Prices at which the bids buy all there is.
fn price(capacity: &[Atoms], bids: &[f64], prices: &mut [f64]) {
    prices.fill(0.0);
    for bids in bids.chunks_exact(prices.len().max(1)) {
        for (price, bid) in prices.iter_mut().zip(bids) {
            *price += bid;
        }
    }
    for (price, &capacity) in prices.iter_mut().zip(capacity) {
        *price = if *price > 0.0 { *price / capacity as f64 } else { 0.0 };
    }
}

/// Writes everybody's utility at these prices and bids, and returns the duality gap, as a share of all money: by how much
/// the logarithms of what budgets could buy exceed those of what they do, weighted by budgets (all money is spent).
fn respond(requests: &JointRequests<'_>, utility: &[f64], prices: &[f64], bids: &[f64], utilities: &mut [f64]) -> f64 {
    let resources = prices.len();
    let (mut gap, mut money) = (0.0, 0.0);
    for (row, got) in utilities.iter_mut().enumerate() {
        let cells = utility[row * resources..][..resources].iter().zip(&bids[row * resources..]).zip(prices);
        *got = 0.0;
        let mut best: f64 = 0.0;
        for ((&utility, &bid), &price) in cells.filter(|(_, price)| **price > 0.0) {
            *got += utility * (bid / price);
            best = best.max(utility / price);
        }
        if *got > 0.0 {
            let budget = requests.weight_of(row);
            gap += budget * ln(budget * best / *got);
            money += budget;
        }
    }
    if money > 0.0 { gap / money } else { 0.0 }
}

/// Bids in proportion to the utility got, and the whole budget.
fn bid_anew(budget: f64, utility: &[f64], prices: &[f64], got: f64, bids: &mut [f64]) {
    if got <= 0.0 {
        return;
    }
    let mut total = 0.0;
    for ((bid, utility), price) in bids.iter_mut().zip(utility).zip(prices) {
        if *price > 0.0 {
            *bid *= utility / price / got;
        }
        total += *bid;
    }
    bids.iter_mut().for_each(|bid| *bid *= budget / total);
}
