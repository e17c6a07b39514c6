//! What those who provide liquidity to a pool came to.

use serde::{Deserialize, Serialize};
use walras_engine::World;
use walras_engine::stage::clear::VenueFills;
use walras_engine::venue::pool::MONEY;
use walras_measures::running::RunningProvision;
use walras_numerics::{StateError, StateVisitor};

use crate::books::visit_wide;

/// A pool's providers over a whole run. Amounts are in numeraire; tokens count at the fundamental value where there is
/// one, as a price at which they trade elsewhere, and at the pool's own price where there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProvisionSummary {
    /// What the pool holds is worth at the end.
    pub value: Option<f64>,
    /// What all deposits less withdrawals would be worth, had they been held.
    pub value_if_held: Option<f64>,
    /// What the providers have beyond holding, as a fraction of it: impermanent loss, fees included.
    pub against_holding: Option<f64>,
    /// What the providers lost against trading the pool's holdings at market prices, less the fees that stayed.
    pub loss_versus_rebalancing: Option<f64>,
    /// The first deposit, then each cohort that provided.
    pub providers: Vec<ProviderSummary>,
}

/// One provider, or all of a cohort, at the prices of the end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProviderSummary {
    /// `first deposit`, or the cohort's name.
    pub name: String,
    /// What its liquidity would return.
    pub value: f64,
    /// What it put in less what it took out would be worth, had it been held.
    pub value_if_held: f64,
    /// The one less the other: what providing gained, fees included, numeraire.
    pub gain: f64,
}

/// What it is made of.
#[derive(Debug)]
pub(super) struct RunningProviders {
    all: RunningProvision,
    /// The pool's first balances, in units, money first.
    first: [f64; 2],
    /// What each cohort put in less what it took out, in atoms: money and tokens by turns.
    provided: Vec<i128>,
}

impl RunningProviders {
    /// Begins with a market before the first step; `None` where it is no pool that holds what it sells.
    pub(super) fn new(world: &World, v: usize) -> Option<Self> {
        let first = holds(world, v)?;
        let mut all = RunningProvision::default();
        all.push(price(world, v), first, first);
        Some(Self { all, first, provided: vec![0; 2 * world.cohorts.len()] })
    }

    /// Takes a step.
    pub(super) fn push(&mut self, world: &World, v: usize, fills: &VenueFills) {
        let mut deposited = [0_i128; 2];
        for moved in &fills.results.liquidity {
            let (cohort, ..) = fills.traders.at(moved.place);
            for (asset, atoms) in [i128::from(moved.money), i128::from(moved.tokens)].into_iter().enumerate() {
                deposited[asset] += atoms;
                self.provided[2 * cohort + asset] += atoms;
            }
        }
        let scales = scales(world, v);
        let deposited = [0, 1].map(|asset| deposited[asset] as f64 / scales[asset]);
        self.all.push(price(world, v), holds(world, v).unwrap_or([0.0; 2]), deposited);
    }

    pub(super) fn summary(&self, world: &World, v: usize) -> ProvisionSummary {
        let (value, held) = (self.all.value(), self.all.value_if_held());
        let price = price(world, v);
        let worth = |[money, tokens]: [f64; 2]| money + tokens * price;
        let mut providers = Vec::new();
        let mut first = holds(world, v).map_or(0.0, worth);
        for (c, cohort) in world.cohorts.iter().enumerate() {
            let provided = &self.provided[2 * c..2 * c + 2];
            let returns = returns(world, v, c);
            if provided == [0, 0] && returns == [0, 0] {
                continue;
            }
            let units = |atoms: [i128; 2]| {
                let scales = scales(world, v);
                worth([0, 1].map(|asset| atoms[asset] as f64 / scales[asset]))
            };
            let (value, value_if_held) = (units(returns), units([provided[0], provided[1]]));
            first -= value;
            providers.push(ProviderSummary {
                name: cohort.name.clone(),
                value,
                value_if_held,
                gain: value - value_if_held,
            });
        }
        let value_if_held = worth(self.first);
        let name = "first deposit".to_owned();
        providers.insert(0, ProviderSummary { name, value: first, value_if_held, gain: first - value_if_held });
        ProvisionSummary {
            value,
            value_if_held: held,
            against_holding: value.zip(held).filter(|(_, held)| *held > 0.0).map(|(value, held)| value / held - 1.0),
            loss_versus_rebalancing: self.all.loss_versus_rebalancing(),
            providers,
        }
    }

    pub(super) fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        self.all.visit_state(&format!("{name} provision"), visitor)?;
        let len = self.provided.len();
        visit_wide(&format!("{name} provided"), &mut self.provided, visitor)?;
        if self.provided.len() != len {
            return Err(StateError(format!("{name} provided: of another economy")));
        }
        Ok(())
    }
}

/// Atoms in a unit of money and of the market's asset.
fn scales(world: &World, v: usize) -> [f64; 2] {
    [world.assets[0].scale, world.assets[world.venues[v].asset.index()].scale]
}

/// What a pool holds, in units, money first; `None` where it issues what it sells or trades several assets.
fn holds(world: &World, v: usize) -> Option<[f64; 2]> {
    let on = world.venues[v].pool().filter(|on| !on.is_shared())?;
    let (balances, token) = (on.pool.balances(), on.token);
    let scales = scales(world, v);
    (balances[token] >= 0 && world.venues[v].accounts.tokens != world.ledger.issuer(world.venues[v].asset))
        .then(|| [balances[MONEY] as f64 / scales[0], balances[token] as f64 / scales[1]])
}

/// The price at which a pool's tokens are valued.
fn price(world: &World, v: usize) -> f64 {
    let venue = &world.venues[v];
    world.assets[venue.asset.index()].fundamental.unwrap_or_else(|| venue.price(&world.ledger))
}

/// What a cohort's liquidity at a market would return, in atoms, money first.
fn returns(world: &World, v: usize, c: usize) -> [i128; 2] {
    let (venue, cohort) = (&world.venues[v], &world.cohorts[c]);
    let shares = venue.share_asset().and_then(|asset| world.ledger.column(cohort.id, asset)).unwrap_or_default();
    let mut all = [0; 2];
    for place in cohort.places.iter().filter(|place| place.venue == v) {
        for (row, &held) in shares.iter().enumerate().filter(|(_, held)| **held > 0) {
            let [money, tokens] = venue.committed((place.first + row) as u32, held);
            all[0] += i128::from(money);
            all[1] += i128::from(tokens);
        }
    }
    all
}
