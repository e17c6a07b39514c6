//! allocate: each resource shares its capacity among those who request it.
//!
//! What cohorts ask is gathered into lists, one for each resource, of those who ask for anything; the resource's rule
//! shares each asset's capacity among them, and grants and payments are posted. Lists are kept from step to step, so that
//! a steady step needs no new memory.

use walras_ledger::exchange::Counterparties;
use walras_ledger::{AgentAddress, AssetId, Atoms, Broken, CohortId, Ledger, NamedId, Reason, Transfer};
use walras_market::allocation::{Charge, Grants};

use super::Events;
use super::apportion::{Bench, apportion};
use super::carry::{admit, arrive};
use super::request::{Chunk, request};
use super::steer::steer;
use crate::resource::{Asker, Parts, Shipment, Source};
use crate::world::{Cohort, World};

/// What is asked of each resource and what it grants.
#[derive(Debug, Default)]
pub struct Allocation {
    /// One for each resource.
    pub sources: Vec<Asked>,
    bench: Bench,
    chunk: Chunk,
}

/// What is asked of one resource, one row for each agent who asks for anything.
#[derive(Debug, Default)]
pub struct Asked {
    /// Who asks, cohort by cohort and row by row.
    pub who: Vec<AgentAddress>,
    /// How much each counts beside others.
    pub weight: Vec<f64>,
    /// Since when each has waited.
    pub arrival: Vec<u64>,
    /// Who goes first.
    pub priority: Vec<i64>,
    /// A draw for each.
    pub lot: Vec<u32>,
    /// In how many whole tasks each asks for what it asks for.
    pub tasks: Vec<Atoms>,
    /// By asset.
    pub supplies: Vec<AskedOf>,
    /// Whether the rule takes bids.
    pub takes_bids: bool,
    /// Whether anybody has a quota.
    pub has_quotas: bool,
}

impl Asked {
    /// What is asked for as a part of what there is, of the asset where that is most.
    fn load(&self) -> f64 {
        let asked = |of: &AskedOf| of.amount.iter().map(|&atoms| atoms as f64).sum::<f64>();
        let load = |of: &AskedOf| if of.capacity > 0 { asked(of) / of.capacity as f64 } else { f64::INFINITY };
        self.supplies.iter().map(load).fold(0.0, f64::max)
    }

    /// A step begins: nobody has asked for anything.
    pub(super) fn begin(&mut self, source: &Source, cohorts: &[Cohort]) {
        let askers = || cohorts.iter().filter_map(|cohort| cohort.demand.as_ref());
        self.takes_bids = source.rule.charges() == Charge::Bids;
        self.has_quotas = source.cap.share < 1.0 || askers().any(|asker| !asker.quota.is_empty());
        for of in &mut self.supplies {
            of.cap = source.cap.of(of.capacity);
        }
        self.who.clear();
        self.weight.clear();
        self.arrival.clear();
        self.priority.clear();
        self.lot.clear();
        self.tasks.clear();
        self.supplies.iter_mut().for_each(AskedOf::begin);
    }

    /// An agent of `asker` asks for something.
    pub(super) fn push(&mut self, who: AgentAddress, asker: &Asker, since: f64, tasks: Atoms, lot: u32) {
        self.who.push(who);
        self.weight.push(asker.weight.get(who.row as usize));
        self.arrival.push(since as u64);
        self.priority.push(asker.priority);
        self.lot.push(lot);
        self.tasks.push(tasks);
    }
}

impl AskedOf {
    fn begin(&mut self) {
        self.amount.clear();
        self.bid.clear();
        self.quota.clear();
        self.truth.clear();
        (self.cut, self.quarantined, self.blocked) = (0, 0, 0);
    }

    /// What the agent last pushed asks of this asset.
    pub(super) fn push(&mut self, amount: Atoms, bid: Option<f64>, quota: Option<Atoms>, truth: Option<Truth>) {
        // Most economies put no worth on anything: the column begins with the first who does.
        if truth.is_some() || !self.truth.is_empty() {
            self.truth.resize(self.amount.len(), Truth::UNSAID);
            self.truth.push(truth.unwrap_or(Truth::UNSAID));
        }
        self.amount.push(amount);
        self.bid.extend(bid);
        self.quota.extend(quota.map(|own| own.min(self.cap)));
    }
}

/// What an agent lacks of an asset, and what it is worth to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth {
    /// Atoms that it lacks.
    pub need: Atoms,
    /// Numeraire per unit; infinite where it puts no worth on it.
    pub worth: f64,
}

impl Truth {
    /// Of who puts no worth on what it lacks.
    const UNSAID: Self = Self { need: 0, worth: f64::INFINITY };
}

/// What is asked of one asset of a resource.
#[derive(Debug, Default)]
pub struct AskedOf {
    /// Atoms that there are to share.
    pub capacity: Atoms,
    /// Atoms that one agent is granted at most.
    cap: Atoms,
    /// Atoms asked, one row each.
    pub amount: Vec<Atoms>,
    /// Numeraire atoms bid for an atom; empty where the rule takes no bids.
    pub bid: Vec<f64>,
    /// The most that each may get; empty where nobody has a quota.
    pub quota: Vec<Atoms>,
    /// What each truly lacks and what a unit of it is worth to it, whatever it says; empty where nobody puts a worth on it.
    pub truth: Vec<Truth>,
    /// Who gets how much and pays how much.
    pub grants: Grants,
    /// Requests that were cut because they would have cost more than there was to spend.
    pub cut: u64,
    /// Requests that could not be counted.
    pub quarantined: u64,
    /// Requests that links could not carry in full.
    pub blocked: u64,
    /// The price at which it was shared, numeraire per unit.
    pub price: f64,
    /// What each of the provider's agents has to give, in atoms; empty where there is no provider.
    pub available: Vec<Atoms>,
    /// Room for what each of them gives and gets.
    parts: Parts,
}

/// Shares all resources among those who request them.
///
/// # Errors
/// When a posting breaks an invariant, a capacity cannot be counted, or a rule refuses what it was asked.
pub fn allocate(world: &mut World, allocation: &mut Allocation, events: &mut Events) -> Result<(), Broken> {
    if world.resources.is_empty() {
        return Ok(());
    }
    world.ledger.deliver()?;
    arrive(world)?;
    supply(world, allocation)?;
    let Allocation { sources, bench, chunk } = allocation;
    request(world, sources, chunk);
    if let World { carriage: Some(carriage), resources, cohorts, assets, .. } = world {
        admit(carriage, resources, cohorts, assets, sources, &mut bench.alone)?;
    }
    for (s, asked) in sources.iter_mut().enumerate() {
        if world.cohorts.iter().filter_map(|cohort| cohort.demand.as_ref()).any(|asker| asker.compares_load(s)) {
            world.resources[s].load = asked.load();
        }
        let World { resources, assets, cohorts, step, .. } = &mut *world;
        apportion(&mut resources[s], asked, (assets, cohorts), *step, bench, events)?;
        settle(world, s, asked)?;
        for (supply, of) in world.resources[s].supplies.iter().zip(&asked.supplies) {
            let asset = &world.assets[supply.asset.index()].name;
            let told = [
                ("cut_to_budget", of.cut, "requests of"),
                ("quarantined", of.quarantined, "not a number:"),
                ("blocked", of.blocked, "links could not carry all of"),
            ];
            for (kind, count, what) in told.into_iter().filter(|(_, count, _)| *count > 0) {
                let detail = format!("{what} {asset}");
                events.push(kind, &world.resources[s].name, &detail, Some(count as Atoms));
            }
        }
    }
    steer(world, allocation);
    Ok(())
}

impl AskedOf {
    /// Writes down what of `held` each agent has to give that keeps `keep` atoms; how much of it is offered, `most` at most.
    fn provide(&mut self, held: &[Atoms], keep: f64, most: Atoms) -> Atoms {
        let keep = keep.ceil() as Atoms;
        self.available.clear();
        self.available.extend(held.iter().map(|held| (held - keep).max(0)));
        let all: i128 = self.available.iter().map(|&atoms| i128::from(atoms)).sum();
        all.min(i128::from(most)) as Atoms
    }
}

/// Issues this step's capacity, or counts what the provider has to give. What was left of the last one's is shared again.
fn supply(world: &mut World, allocation: &mut Allocation) -> Result<(), Broken> {
    let World { resources, ledger, assets, step, keys, cohorts, .. } = world;
    allocation.sources.resize_with(resources.len(), Asked::default);
    for (source, asked) in resources.iter_mut().zip(&mut allocation.sources) {
        asked.supplies.resize_with(source.supplies.len(), AskedOf::default);
        for (supply, of) in source.supplies.iter_mut().zip(&mut asked.supplies) {
            let asset = &assets[supply.asset.index()];
            let broken = |why: String| Broken(format!("the capacity of {} at {}: {why}", asset.name, source.name));
            let kept = ledger.held(source.account, supply.asset) as f64 / asset.scale;
            let units = supply.capacity_at(*step, *keys, kept);
            let amount = crate::resource::whole(units, asset.scale).map_err(broken)?;
            if let Some(provider) = &source.provider {
                let held = ledger.column(cohorts[provider.cohort].id, supply.asset).unwrap_or_default();
                of.capacity = of.provide(held, provider.keep * asset.scale, amount);
                supply.units = of.capacity as f64 / asset.scale;
                continue;
            }
            let (from, to) = (ledger.issuer(supply.asset).into(), source.account.into());
            let transfer = Transfer { asset: supply.asset, from, to, amount, reason: Reason::Capacity };
            ledger.post(transfer).map_err(|why| broken(why.to_string()))?;
            of.capacity = ledger.held(source.account, supply.asset);
            supply.units = of.capacity as f64 / asset.scale;
        }
    }
    Ok(())
}

/// Posts what is granted, what is paid for it, and what is paid for the way; what takes time is on its way then.
fn settle(world: &mut World, s: usize, asked: &mut Asked) -> Result<(), Broken> {
    let World { resources, carriage, cohorts, ledger, assets, step, .. } = world;
    let source = &mut resources[s];
    let provider = source.provider.as_ref().map(|provider| cohorts[provider.cohort].id);
    let mut shipments = Vec::new();
    let place = |who: &AgentAddress| {
        cohorts[who.cohort.index()].demand.as_ref().map_or(0, |asker| asker.place(who.row as usize))
    };
    let Asked { who: askers, supplies, .. } = asked;
    for (supply, of) in source.supplies.iter_mut().zip(supplies) {
        if let Some(provider) = provider {
            collect(ledger, provider, source.account, supply.asset, of)?;
        }
        let Grants { granted, paid, .. } = &of.grants;
        let paid = |row: usize| paid.get(row).copied().unwrap_or(0);
        let latency = |who: &AgentAddress| carriage.as_ref().map_or(0, |it| it.latency(s, place(who)));
        let rows = askers.iter().enumerate().filter(|(row, _)| granted[*row] != 0 || paid(*row) != 0);
        let at_once = |row: usize, who: &AgentAddress| if latency(who) == 0 { granted[row] } else { 0 };
        let posted = rows.clone().map(|(row, who)| (*who, [-paid(row), at_once(row, who)]));
        let name = &source.name;
        let broken = |Broken(why)| Broken(format!("{name}, {}: {why}", assets[supply.asset.index()].name));
        let with = counterparties(supply.asset, source.account, source.account);
        ledger.move_rows(&with, Reason::Grant, posted).map_err(broken)?;
        supply.revenue = of.grants.revenue() as f64 / assets[0].scale;
        let Some(carriage) = carriage.as_ref() else {
            pay_out(ledger, provider, source.account, of)?;
            continue;
        };
        let per_atom = assets[0].scale / assets[supply.asset.index()].scale;
        let fare =
            |row: usize, who: &AgentAddress| (carriage.cost(s, place(who)) * per_atom * granted[row] as f64).ceil();
        let fares = rows.clone().map(|(row, who)| (*who, [-(fare(row, who) as Atoms), 0]));
        let with = counterparties(supply.asset, carriage.account, source.account);
        ledger.move_rows(&with, Reason::Fee, fares.filter(|(_, [fare, _])| *fare != 0)).map_err(broken)?;
        let mut sent = 0;
        for (row, who) in rows.filter(|(row, who)| granted[*row] != 0 && latency(who) > 0) {
            sent += granted[row];
            let (arrives, amount) = (step.saturating_add(latency(who)), granted[row]);
            let way = carriage.ways[s].as_ref();
            debug_assert!(way.is_some_and(|ways| ways.exists(place(who))), "what is granted can be carried");
            shipments.push(Shipment { arrives, asset: supply.asset.0, to: *who, amount });
        }
        let (from, to) = (source.account.into(), carriage.transit.into());
        let transfer = Transfer { asset: supply.asset, from, to, amount: sent, reason: Reason::Grant };
        ledger.post(transfer).map_err(|why| broken(Broken(why.to_string())))?;
        pay_out(ledger, provider, source.account, of)?;
    }
    if let Some(carriage) = carriage {
        carriage.shipments.append(&mut shipments);
    }
    Ok(())
}

fn counterparties(asset: AssetId, money: NamedId, tokens: NamedId) -> Counterparties {
    Counterparties { asset, tokens, money, fees: money, priority_fees: money, tributes: money }
}

/// Takes what is granted of `asset` from the provider's agents, in proportion to what each has to give.
fn collect(
    ledger: &mut Ledger,
    provider: CohortId,
    account: NamedId,
    asset: AssetId,
    of: &mut AskedOf,
) -> Result<(), Broken> {
    let granted: i128 = of.grants.granted.iter().map(|&atoms| i128::from(atoms)).sum();
    of.parts.split(granted, &of.available);
    let given = &of.parts.given;
    ledger.post_column(provider, asset, account, Reason::Grant, |row, _| -given[row])?;
    Ok(())
}

/// Passes what was paid on to the provider's agents, where there are any, in proportion to what each gave.
fn pay_out(ledger: &mut Ledger, provider: Option<CohortId>, account: NamedId, of: &mut AskedOf) -> Result<(), Broken> {
    let Some(provider) = provider else { return Ok(()) };
    let given = std::mem::take(&mut of.parts.given);
    of.parts.split(of.grants.revenue(), &given);
    let received = &of.parts.given;
    ledger.post_column(provider, AssetId::NUMERAIRE, account, Reason::Grant, |row, _| received[row])?;
    Ok(())
}
