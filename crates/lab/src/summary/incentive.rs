//! Who gained and who paid by each incentive and each pool of stakes.

use serde::{Deserialize, Serialize};
use walras_engine::World;
use walras_ledger::Atoms;

/// What an incentive or a pool of stakes came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncentiveSummary {
    /// Its name.
    pub name: String,
    /// Its rule, as scenarios name it; `staking` for a pool of stakes.
    pub rule: String,
    /// What was paid and owed.
    pub asset: String,
    /// The account it paid from.
    pub treasury: String,
    /// What that account holds in the end.
    pub treasury_end: f64,
    /// Each cohort concerned.
    pub cohorts: Vec<IncentiveBalance>,
}

/// What an incentive came to for one cohort, in units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncentiveBalance {
    /// The cohort.
    pub cohort: String,
    /// What its agents were paid.
    pub gained: f64,
    /// What its agents paid, or lost of their stakes.
    pub paid: f64,
}

impl IncentiveSummary {
    /// Of every incentive and every pool, in the scenario's order.
    pub(super) fn all(world: &World) -> Vec<Self> {
        let balance = |cohort: usize, asset: walras_ledger::AssetId, atoms: [Atoms; 2]| {
            let [gained, paid] = atoms.map(|atoms| atoms as f64 / world.assets[asset.index()].scale);
            IncentiveBalance { cohort: world.cohorts[cohort].name.clone(), gained, paid }
        };
        let of = |name: &str, rule: &str, asset: walras_ledger::AssetId, treasury, cohorts| {
            let it = &world.assets[asset.index()];
            Self {
                name: name.to_owned(),
                rule: rule.to_owned(),
                asset: it.name.clone(),
                treasury: world.ledger.name(treasury).to_owned(),
                treasury_end: world.ledger.held(treasury, asset) as f64 / it.scale,
                cohorts,
            }
        };
        let incentives = world.incentives.iter().map(|it| {
            let cohorts =
                it.cohorts.iter().zip(&it.balance).map(|(&cohort, &found)| balance(cohort, it.paid_in, found));
            of(&it.name, it.rule.name(), it.paid_in, it.treasury, cohorts.collect())
        });
        let pools = world.pools.iter().map(|it| {
            let cohorts = it.members.iter().map(|member| balance(member.cohort, it.asset, member.balance));
            of(&it.name, "staking", it.asset, it.treasury, cohorts.collect())
        });
        incentives.chain(pools).collect()
    }
}
