//! What the contracts of a section came to.

use serde::{Deserialize, Serialize};
use walras_engine::World;
use walras_engine::contract::Group;
use walras_institutions::contract::Contract;
use walras_ledger::Atoms;
use walras_measures::inequality::gini;
use walras_numerics::{StateError, StateVisitor};

/// How many of the affiliates that earned most are named.
const TOP: usize = 5;

/// The contracts of a section over a whole run, all together. Amounts are in units of the asset that is paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContractSummary {
    /// The section's name.
    pub name: String,
    /// The asset it pays in.
    pub asset: String,
    /// What it measures, as scenarios name it.
    pub contribution: String,
    /// What a contribution is counted in.
    pub unit: String,
    /// How many contracts there are.
    pub contracts: u64,
    /// Their state, or, of several, how many are in each.
    pub state: String,
    /// What was paid into escrow.
    pub funded: f64,
    /// What was paid to affiliates.
    pub paid: f64,
    /// What went back to the primaries.
    pub refunded: f64,
    /// What is still held in escrow.
    pub held: f64,
    /// What of that is promised to claims that are not paid.
    pub committed: f64,
    /// What was funded less what was paid, refunded and is held: zero.
    pub imbalance: f64,
    /// The least of what escrow held over what it had promised, at the end of any step; `None` where nothing was promised.
    pub solvency_minimum: Option<f64>,
    /// What was earned.
    pub earned: f64,
    /// What of that was taken back.
    pub clawed_back: f64,
    /// What was lost of stakes.
    pub slashed: f64,
    /// What was contributed and measured.
    pub contributed: f64,
    /// What of that affiliates did not make themselves: known to whoever runs the economy, not to the contract.
    pub verified: f64,
    /// What was paid for each unit that affiliates did not make themselves.
    pub cost_per_verified: Option<f64>,
    /// The share of what was earned that was earned by contributions of affiliates' own making.
    pub manufactured_share: Option<f64>,
    /// Affiliates who joined.
    pub affiliates: u64,
    /// Affiliates who were paid anything.
    pub affiliates_paid: u64,
    /// How unequal what affiliates were paid is, those paid nothing included.
    pub payout_gini: Option<f64>,
    /// The rows of the affiliates that were paid most, and what they were paid.
    pub top: Vec<(u64, f64)>,
}

/// What the summary of a section is made of besides the contracts themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct RunningContract {
    solvency_minimum: f64,
}

impl RunningContract {
    pub(super) fn new() -> Self {
        Self { solvency_minimum: f64::INFINITY }
    }

    pub(super) fn push(&mut self, group: &Group) {
        let sum = |of: fn(&Contract) -> Atoms| group.contracts.iter().map(|it| of(it) as f64).sum::<f64>();
        let committed = sum(|contract| contract.money().committed);
        if committed > 0.0 {
            self.solvency_minimum = self.solvency_minimum.min(sum(|contract| contract.money().held()) / committed);
        }
    }

    pub(super) fn summary(&self, world: &World, group: &Group) -> ContractSummary {
        let scale = world.assets[group.paid_in.index()].scale;
        let sum = |of: fn(&Contract) -> Atoms| {
            let atoms: i128 = group.contracts.iter().map(|contract| i128::from(of(contract))).sum();
            atoms as f64 / scale
        };
        let mut paid: Vec<(u64, f64)> = Vec::new();
        for standing in group.contracts.iter().flat_map(Contract::affiliates) {
            paid.push((standing.who.into(), standing.paid as f64 / scale));
        }
        paid.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let amounts: Vec<f64> = paid.iter().map(|&(_, amount)| amount).collect();
        let units = |atoms: Atoms| atoms as f64 / group.terms.units.contribution;
        let [contributed, manufactured] = group.contribution.map(units);
        let (earned, verified) = (sum(|contract| contract.money().earned), contributed - manufactured);
        let [funded, paid_out, refunded, held] = [
            sum(|contract| contract.money().funded),
            sum(|contract| contract.money().paid),
            sum(|contract| contract.money().refunded),
            sum(|contract| contract.money().held()),
        ];
        ContractSummary {
            name: group.name.clone(),
            asset: world.assets[group.paid_in.index()].name.clone(),
            contribution: group.plan.contribution.name().to_owned(),
            unit: unit_of(world, group),
            contracts: group.contracts.len() as u64,
            state: states(group),
            funded,
            paid: paid_out,
            refunded,
            held,
            committed: sum(|contract| contract.money().committed),
            imbalance: sum(|contract| {
                contract.money().funded - contract.money().paid - contract.money().refunded - contract.money().held()
            }),
            solvency_minimum: self.solvency_minimum.is_finite().then_some(self.solvency_minimum),
            earned,
            clawed_back: sum(|contract| contract.money().clawed_back),
            slashed: sum(|contract| contract.money().slashed),
            contributed,
            verified,
            cost_per_verified: (verified > 0.0).then(|| paid_out / verified),
            manufactured_share: (earned > 0.0).then(|| group.earned_by_manufacture as f64 / scale / earned),
            affiliates: paid.len() as u64,
            affiliates_paid: amounts.iter().filter(|&&amount| amount > 0.0).count() as u64,
            payout_gini: gini(&amounts),
            top: paid.into_iter().filter(|&(_, amount)| amount > 0.0).take(TOP).collect(),
        }
    }

    pub(super) fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visitor.f64(&format!("{name} solvency"), &mut self.solvency_minimum)
    }
}

/// What a contribution is counted in.
pub(crate) fn unit_of(world: &World, group: &Group) -> String {
    use walras_engine::contract::At;
    use walras_institutions::contract::Contribution;
    let asset = |index: usize| world.assets[index].name.clone();
    match (group.plan.contribution, group.at) {
        (Contribution::Volume | Contribution::Fees, _) => asset(0),
        (Contribution::SupplyGrowth, At::Market(venue)) => asset(world.venues[venue].asset.index()),
        (Contribution::Utilisation, At::Resource(r)) => asset(world.resources[r].supplies[0].asset.index()),
        (Contribution::Tasks, _) => "tasks".to_owned(),
        _ => "holders".to_owned(),
    }
}

/// `vesting`, or of several contracts `12 active, 3 paid`.
fn states(group: &Group) -> String {
    if let [contract] = group.contracts.as_slice() {
        return contract.state().name().to_owned();
    }
    let mut counts = std::collections::BTreeMap::new();
    for contract in &group.contracts {
        *counts.entry(contract.state()).or_insert(0_u64) += 1;
    }
    let each: Vec<String> = counts.iter().map(|(state, count)| format!("{count} {}", state.name())).collect();
    each.join(", ")
}
