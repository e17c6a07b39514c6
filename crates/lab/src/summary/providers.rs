//! What those who provide liquidity to a pool came to.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use walras_engine::World;
use walras_engine::stage::clear::VenueFills;
use walras_engine::venue::Venue;
use walras_measures::running::RunningProvision;
use walras_numerics::{StateError, StateVisitor};

use crate::books::visit_wide;

/// A pool's providers over a whole run; where several venues share a pool, at the first of them. What a scoring rule has
/// sold counts as held less than nothing, and its provider is the first deposit alone. Amounts are in numeraire; tokens count at the fundamental value where there is
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
    /// The venues of the pool.
    venues: Range<usize>,
    /// The pool's first balances, in units, money first.
    first: Vec<f64>,
    /// What each cohort put in less what it took out, in atoms: for each money, then the token of each venue.
    provided: Vec<i128>,
}

impl RunningProviders {
    /// Begins with a market before the first step; `None` where it is no pool, a pool that issues all that it sells
    /// against no promise, or not the first venue of its pool.
    pub(super) fn new(world: &World, v: usize) -> Option<Self> {
        let venue = &world.venues[v];
        let on = venue.pool()?;
        let venues = on.family.clone();
        let issues = venue.accounts.tokens == world.ledger.issuer(venue.asset);
        if venues.start != v || issues && on.name != "lmsr" {
            return None;
        }
        let first = holds(world, &venues);
        let mut all = RunningProvision::default();
        all.push(&prices(world, &venues), &first, &first);
        let provided = vec![0; first.len() * world.cohorts.len()];
        Some(Self { all, venues, first, provided })
    }

    /// Takes a step; `fills` are those of all venues.
    pub(super) fn push(&mut self, world: &World, fills: &[VenueFills]) {
        let width = self.first.len();
        let mut deposited = vec![0_i128; width];
        for (number, fills) in fills[self.venues.clone()].iter().enumerate() {
            for moved in &fills.results.liquidity {
                let (cohort, ..) = fills.traders.at(moved.place);
                for (asset, atoms) in [(0, i128::from(moved.money)), (number + 1, i128::from(moved.tokens))] {
                    deposited[asset] += atoms;
                    self.provided[width * cohort + asset] += atoms;
                }
            }
        }
        let deposited = units(&deposited, &scales(world, &self.venues));
        self.all.push(&prices(world, &self.venues), &holds(world, &self.venues), &deposited);
    }

    pub(super) fn summary(&self, world: &World) -> ProvisionSummary {
        let (value, held) = (self.all.value(), self.all.value_if_held());
        let (prices, scales) = (prices(world, &self.venues), scales(world, &self.venues));
        let worth = |amounts: &[f64]| {
            amounts[1..].iter().zip(&prices).fold(amounts[0], |sum, (tokens, price)| sum + tokens * price)
        };
        let mut providers = Vec::new();
        let mut first = worth(&holds(world, &self.venues));
        for ((c, cohort), provided) in world.cohorts.iter().enumerate().zip(self.provided.chunks(self.first.len())) {
            let returns = returns(world, &self.venues, c);
            if provided.iter().chain(&returns).all(|&atoms| atoms == 0) {
                continue;
            }
            let (value, value_if_held) = (worth(&units(&returns, &scales)), worth(&units(provided, &scales)));
            first -= value;
            let (name, gain) = (cohort.name.clone(), value - value_if_held);
            providers.push(ProviderSummary { name, value, value_if_held, gain });
        }
        let value_if_held = worth(&self.first);
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

/// Atoms in a unit of money and of each venue's asset.
fn scales(world: &World, venues: &Range<usize>) -> Vec<f64> {
    let tokens = venues.clone().map(|v| world.assets[world.venues[v].asset.index()].scale);
    std::iter::once(world.assets[0].scale).chain(tokens).collect()
}

fn units(atoms: &[i128], scales: &[f64]) -> Vec<f64> {
    atoms.iter().zip(scales).map(|(&atoms, scale)| atoms as f64 / scale).collect()
}

/// What a pool holds, in units, money first and the tokens in the order of its venues; of what it issued, what is out
/// with a minus.
fn holds(world: &World, venues: &Range<usize>) -> Vec<f64> {
    let balances = world.venues[venues.start].pool().map(|on| on.pool.balances()).unwrap_or_default();
    let tokens = venues.clone().filter_map(|v| world.venues[v].pool().map(|on| balances[on.token]));
    let atoms: Vec<i128> = balances.first().copied().into_iter().chain(tokens).map(i128::from).collect();
    units(&atoms, &scales(world, venues))
}

/// The prices at which a pool's tokens are valued.
fn prices(world: &World, venues: &Range<usize>) -> Vec<f64> {
    let price =
        |venue: &Venue| world.assets[venue.asset.index()].fundamental.unwrap_or_else(|| venue.price(&world.ledger));
    world.venues[venues.clone()].iter().map(price).collect()
}

/// What a cohort's liquidity at a pool would return, in atoms, money first.
fn returns(world: &World, venues: &Range<usize>, c: usize) -> Vec<i128> {
    let cohort = &world.cohorts[c];
    let mut all = vec![0; venues.len() + 1];
    // An agent's shares are the same at all venues of a pool: they count at the first that it trades at.
    let Some(place) = cohort.places.iter().find(|place| venues.contains(&place.venue)) else { return all };
    let venue = &world.venues[place.venue];
    let shares = venue.share_asset().and_then(|asset| world.ledger.column(cohort.id, asset)).unwrap_or_default();
    for (row, &held) in shares.iter().enumerate().filter(|(_, held)| **held > 0) {
        let [money, tokens] = venue.committed((place.first + row) as u32, held);
        all[0] += i128::from(money);
        all[1 + place.venue - venues.start] += i128::from(tokens);
    }
    all
}
