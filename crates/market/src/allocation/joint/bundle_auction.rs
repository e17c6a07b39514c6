//! Vickrey, Clarke and Groves over bundles.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{JointAllocation, JointGrants, JointRequests, JointScratch};
use crate::allocation::{Charge, Kept, Properties, Refusal};

entry! {
    /// Bids are for whole bundles; those win that are worth most together, and each winner pays what the others lose by it.
    ///
    /// Of several rows of one requester at most one wins. The choice is the best there is, found exactly, which takes work
    /// that grows with the product of the capacities; where it would be too much, the auction is refused. Of equally good
    /// choices the one that serves earlier requesters, and their earlier rows, is taken. Bidding true values is best
    /// whatever the others do; yet revenue may be nothing, and more bidders may lower it.
    pub struct BundleAuction = "bundle_auction" {
        formula: "greatest Σ b_i·y_i with Σ y_i·a_ij ≤ C_j, y ∈ {0, 1};  i pays (best of the others without i) − (theirs now)",
        source: "L. M. Ausubel and P. Milgrom, \"The lovely but lonely Vickrey auction\", in Combinatorial auctions, 2006",
    }
}

impl BundleAuction {
    /// Truthful and efficient.
    pub const PROPERTIES: Properties = Properties {
        conserves: false,
        pareto_efficient: Kept::Exactly,
        envy_free: Kept::Not,
        strategy_proof: Kept::Exactly,
        sharing_incentive: Kept::Not,
        capacity_monotone: Kept::Not,
    };

    /// The most steps that the search may take.
    pub const STEPS_MAX: u64 = 1 << 28;
    /// The most values that the search may keep.
    pub const VALUES_MAX: u64 = 1 << 24;
}

impl JointAllocation for BundleAuction {
    fn properties(&self) -> Properties {
        Self::PROPERTIES
    }

    fn charges(&self) -> Charge {
        Charge::Bids
    }

    fn share(
        &self,
        capacity: &[Atoms],
        requests: &JointRequests<'_>,
        scratch: &mut JointScratch,
        grants: &mut JointGrants,
    ) -> Result<(), Refusal> {
        let demand = requests.demands(capacity)?;
        if requests.bid.is_empty() && !requests.is_empty() {
            return Err(Refusal::Missing("bid"));
        }
        let (rows, resources) = (requests.len(), capacity.len());
        grants.nothing(rows, resources);
        grants.paid.resize(rows, 0);
        let JointScratch { bundles: Room { order, starts, stride, winners, best }, .. } = scratch;
        order.clear();
        order.extend((0..rows as u32).filter(|&row| requests.bid[row as usize] > 0));
        order.sort_unstable_by_key(|&row| (requests.requester_of(row as usize), row));
        let bundles = Bundles::new(capacity, requests, demand, order, (starts, stride))?;
        let worth = bundles.fill(None, best);
        bundles.winners(best, winners);
        for &(owner, row) in &*winners {
            grants.tasks[row] = 1.0;
            grants.granted[row * resources..][..resources].copy_from_slice(&demand[row * resources..][..resources]);
            let without = bundles.fill(Some(owner), best);
            // At most the row's own bid, which is an amount.
            grants.paid[row] = (without - (worth - i128::from(requests.bid[row]))) as Atoms;
        }
        Ok(())
    }
}

/// Where the search works.
#[derive(Debug, Clone, Default)]
pub(super) struct Room {
    order: Vec<u32>,
    starts: Vec<usize>,
    stride: Vec<usize>,
    /// Owners that win, and their rows.
    winners: Vec<(usize, usize)>,
    /// Best values by owner and what is left.
    best: Vec<i128>,
}

/// Bids by owner, and what may be left of the capacities, as one number: Σ left_j·stride_j.
struct Bundles<'a> {
    capacity: &'a [Atoms],
    requests: &'a JointRequests<'a>,
    demand: &'a [Atoms],
    /// Rows with a bid, by requester.
    order: &'a [u32],
    /// Where each owner's rows start in the order, and where the last end.
    starts: &'a [usize],
    stride: &'a [usize],
    states: usize,
}

impl<'a> Bundles<'a> {
    fn new(
        capacity: &'a [Atoms],
        requests: &'a JointRequests<'a>,
        demand: &'a [Atoms],
        order: &'a [u32],
        (starts, stride): (&'a mut Vec<usize>, &'a mut Vec<usize>),
    ) -> Result<Self, Refusal> {
        let of = |at: usize| requests.requester_of(order[at] as usize);
        starts.clear();
        starts.extend((0..order.len()).filter(|&at| at == 0 || of(at) != of(at - 1)));
        starts.push(order.len());
        stride.clear();
        let mut states = 1_u64;
        let too_many = Refusal::Bundles { rows: order.len(), most: BundleAuction::STEPS_MAX };
        for &capacity in capacity {
            stride.push(states as usize);
            states = states.checked_mul(capacity.unsigned_abs() + 1).ok_or(too_many)?;
            if states > BundleAuction::VALUES_MAX {
                return Err(too_many);
            }
        }
        let owners = starts.len() as u64;
        let steps = states.saturating_mul(order.len() as u64).saturating_mul(owners + 1);
        if steps > BundleAuction::STEPS_MAX || states.saturating_mul(owners) > BundleAuction::VALUES_MAX {
            return Err(too_many);
        }
        Ok(Self { capacity, requests, demand, order, starts, stride, states: states as usize })
    }

    fn owners(&self) -> usize {
        self.starts.len() - 1
    }

    /// The state that a row's bundle leaves of `state`; `None` when it does not fit.
    fn after(&self, state: usize, row: usize) -> Option<usize> {
        let resources = self.capacity.len();
        let mut left = state;
        for (resource, &need) in self.demand[row * resources..][..resources].iter().enumerate() {
            let there = state / self.stride[resource] % (self.capacity[resource] as usize + 1);
            if need > there as Atoms {
                return None;
            }
            left -= need as usize * self.stride[resource];
        }
        Some(left)
    }

    /// Fills `best[owner·states + state]`: the most that this owner and those after it can be worth with what the state
    /// leaves, one of them left out where asked. Returns the value of all with everything.
    fn fill(&self, without: Option<usize>, best: &mut Vec<i128>) -> i128 {
        let states = self.states;
        best.clear();
        best.resize((self.owners() + 1) * states, 0);
        for owner in (0..self.owners()).rev() {
            let (now, later) = best[owner * states..].split_at_mut(states);
            now.copy_from_slice(&later[..states]);
            if without == Some(owner) {
                continue;
            }
            for &row in &self.order[self.starts[owner]..self.starts[owner + 1]] {
                let bid = i128::from(self.requests.bid[row as usize]);
                for (state, now) in now.iter_mut().enumerate() {
                    if let Some(left) = self.after(state, row as usize) {
                        *now = (*now).max(bid + later[left]);
                    }
                }
            }
        }
        best[states - 1]
    }

    /// The owners that win and their rows, by what [`Bundles::fill`] filled for all: the first row that keeps the best.
    fn winners(&self, best: &[i128], winners: &mut Vec<(usize, usize)>) {
        let mut state = self.states - 1;
        winners.clear();
        for owner in 0..self.owners() {
            let (now, later) = (&best[owner * self.states..], &best[(owner + 1) * self.states..]);
            for &row in &self.order[self.starts[owner]..self.starts[owner + 1]] {
                let left = self.after(state, row as usize);
                let keeps = |left: usize| i128::from(self.requests.bid[row as usize]) + later[left] == now[state];
                if let Some(left) = left.filter(|&left| keeps(left)) {
                    winners.push((owner, row as usize));
                    state = left;
                    break;
                }
            }
        }
    }
}
