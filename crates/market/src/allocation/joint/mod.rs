//! Several capacities at once, where what a requester wants of one depends on what it gets of the others.
//!
//! - [`JointRequests`] → [`JointAllocation::allocate`] → [`JointGrants`]
//! - tasks that need so much of each: [`DominantResourceFairness`], [`AssetFairness`], [`MaxMinTasks`],
//!   [`ProportionalFairness`], which is also the competitive equilibrium from equal incomes and, over links and routes,
//!   Kelly's
//! - Fisher's markets: [`LinearFisher`], [`CobbDouglasFisher`]
//! - all or nothing, for money: [`BundleAuction`]
//! - [`EachAlone`]: a rule for one capacity, for each of them

mod asset_fairness;
mod band;
mod bundle_auction;
mod cobb_douglas_fisher;
mod dominant_resource_fairness;
mod each_alone;
mod filling;
mod linear_fisher;
mod max_min_tasks;
mod newton;
#[cfg(test)]
mod one_by_one;
mod outcome;
mod proportional_fairness;
mod requests;
mod takers;
mod turns;
mod whole_tasks;

use std::fmt::Debug;

use walras_catalog::entries;
use walras_ledger::Atoms;

pub use asset_fairness::AssetFairness;
pub use bundle_auction::BundleAuction;
pub use cobb_douglas_fisher::CobbDouglasFisher;
pub use dominant_resource_fairness::{DominantResourceFairness, Tasks};
pub use each_alone::EachAlone;
pub use linear_fisher::LinearFisher;
pub use max_min_tasks::MaxMinTasks;
pub use outcome::{JointGrants, JointScratch};
pub use proportional_fairness::ProportionalFairness;
pub use requests::JointRequests;

use super::{Charge, Properties, Refusal};

/// A rule that shares several capacities.
pub trait JointAllocation: Debug + Send + Sync {
    /// What it promises, for requesters who want as many tasks as they can get.
    fn properties(&self) -> Properties;

    /// What those who are granted something pay for it.
    fn charges(&self) -> Charge {
        Charge::Nothing
    }

    /// Writes `grants`, which are empty, from requests that are checked. Called by [`JointAllocation::allocate`].
    ///
    /// # Errors
    /// When a column that the rule reads is missing or out of range, or the problem is too large for it.
    fn share(
        &self,
        capacity: &[Atoms],
        requests: &JointRequests<'_>,
        scratch: &mut JointScratch,
        grants: &mut JointGrants,
    ) -> Result<(), Refusal>;

    /// Shares `capacity`, atoms of each resource, among the requests. A function of its arguments alone: ties go by row.
    ///
    /// # Errors
    /// When a column is too short, missing or out of range, or the problem is too large for the rule; then nobody gets
    /// anything.
    fn allocate(
        &self,
        capacity: &[Atoms],
        requests: &JointRequests<'_>,
        scratch: &mut JointScratch,
        grants: &mut JointGrants,
    ) -> Result<(), Refusal> {
        grants.clear();
        let result = requests.check(capacity).and_then(|()| match capacity {
            [] => {
                grants.nothing(requests.len(), 0);
                Ok(())
            }
            _ => self.share(capacity, requests, scratch, grants),
        });
        if let Err(why) = result {
            grants.nothing(requests.len(), capacity.len());
            return Err(why);
        }
        Ok(())
    }
}

entries! {
    /// Any rule that shares several capacities.
    pub enum AnyJointAllocation: dyn JointAllocation = "joint_allocation" {
        DominantResourceFairness(DominantResourceFairness),
        AssetFairness(AssetFairness),
        MaxMinTasks(MaxMinTasks),
        ProportionalFairness(ProportionalFairness),
        LinearFisher(LinearFisher),
        CobbDouglasFisher(CobbDouglasFisher),
        BundleAuction(BundleAuction),
        EachAlone(EachAlone),
    }
}
