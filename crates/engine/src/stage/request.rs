//! request: cohorts say what they want of resources.
//!
//! An agent asks for at most what it can pay for at the prices posted and the cost of the way, and for nothing that costs
//! more than it says a unit is worth. Where all it asks for would cost more than it may spend, all is cut by the same
//! share. Where there are bids, it bids what a unit is worth to it, as far as what it may spend covers that.

use std::ops::Range;

use walras_agents::policy::Memory;
use walras_agents::request::{AssetView, ResourceView, Wants};
use walras_ledger::{AgentAddress, AssetId, Atoms, CohortId};
use walras_market::allocation::Charge;
use walras_numerics::{CHUNK, Keys, Purpose};

use super::allocate::{Asked, Truth};
use crate::production::{Good, Workplace};
use crate::resource::{Asker, Carriage, Choice, Source, Wanted};
use crate::steering::Standing as Steering;
use crate::world::{Asset, Cohort, World};

/// Writes down what everybody asks of every resource.
pub(super) fn request(world: &mut World, asked: &mut [Asked], chunk: &mut Chunk) {
    let producing = world.cohorts.iter().any(|cohort| cohort.producer.is_some());
    let prices = if producing { world.goods_prices() } else { Vec::new() };
    let World { cohorts, resources, carriage, ledger, keys, step, assets, tasks, steering, .. } = world;
    for (asked, source) in asked.iter_mut().zip(resources.iter()) {
        asked.begin(source, cohorts);
    }
    for (c, cohort) in cohorts.iter_mut().enumerate() {
        let Cohort { demand: Some(asker), producer, id, entity, size, restraint, .. } = cohort else { continue };
        let needed = crate::task::needed(tasks, c, *size);
        let balances = ledger.column(*id, AssetId::NUMERAIRE).unwrap_or_default();
        let held: Vec<&[Atoms]> =
            asker.assets.iter().map(|wanted| ledger.column(*id, wanted.asset).unwrap_or_default()).collect();
        if let Some(producer) = producer {
            let (step, keys, entity, prices) = (*step, *keys, *entity, &prices);
            let at = Workplace { cohort: *id, size: *size, step, keys, entity, ledger, assets, prices };
            producer.look_ahead(&at);
        }
        let input = |wanted: &Wanted| -> Option<&Good> {
            let made_of = producer.as_ref().and_then(|producer| producer.good(wanted.asset));
            made_of.or_else(|| needed.iter().find(|good| good.asset == wanted.asset))
        };
        let inputs: Vec<Option<&Good>> = asker.assets.iter().map(input).collect();
        for start in (0..*size).step_by(CHUNK) {
            let rows = start..(start + CHUNK).min(*size);
            let moment = Moment {
                step: *step,
                keys: *keys,
                entity: *entity + start as u64,
                assets,
                resources,
                carriage: carriage.as_ref(),
                steering,
            };
            chunk.begin(rows.clone(), asker, &moment);
            let own = Own { balances: &balances[rows.clone()], held: &held, inputs: &inputs };
            chunk.fill(&moment, asker, &own);
            if !restraint.is_idle() {
                chunk.withdraw(|row| restraint.is_frozen(row));
            }
            for g in 0..asker.groups.len() {
                chunk.hand_in(*id, asker, g, &moment, asked);
            }
            chunk.tally(asker, asked);
        }
    }
}

/// What is the same for all of a chunk.
struct Moment<'a> {
    step: u32,
    keys: Keys,
    entity: u64,
    assets: &'a [Asset],
    resources: &'a [Source],
    carriage: Option<&'a Carriage>,
    steering: &'a [Steering],
}

/// What the agents have: money of the chunk's; and of the whole cohort what they hold of each asset that they may request,
/// and what it is to their production.
struct Own<'a> {
    balances: &'a [Atoms],
    held: &'a [&'a [Atoms]],
    inputs: &'a [Option<&'a Good>],
}

/// Room for what one chunk asks; columns by asset.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    rows: Range<usize>,
    /// Which of each group's resources each agent turns to, by group.
    chosen: Vec<Vec<u32>>,
    /// What a unit costs, the way included, numeraire.
    prices: Vec<Vec<f64>>,
    /// Of which the way.
    ways: Vec<Vec<f64>>,
    budgets: Vec<f64>,
    factors: Vec<f64>,
    /// What is wanted, then what is asked for.
    wanted: Vec<Vec<Atoms>>,
    amounts: Vec<Vec<Atoms>>,
    /// What a unit is worth, then numeraire atoms bid for an atom.
    bids: Vec<Vec<f64>>,
    since: Vec<f64>,
    /// In how many whole tasks all is wanted.
    tasks: Vec<Atoms>,
    /// What is lacked and what a unit of it is worth, by asset; empty where nobody of the chunk puts a worth on it.
    truths: Vec<Vec<Truth>>,
    /// Requests cut to what can be paid, and not counted, by asset and by which of its group's resources they are of.
    cut: Vec<Vec<u64>>,
    quarantined: Vec<Vec<u64>>,
}

fn reset<T: Copy>(columns: &mut Vec<Vec<T>>, many: usize, len: usize, value: T) {
    columns.resize_with(many, Vec::new);
    for column in columns {
        column.clear();
        column.resize(len, value);
    }
}

impl Chunk {
    fn begin(&mut self, rows: Range<usize>, asker: &Asker, moment: &Moment<'_>) {
        let (assets, len) = (asker.assets.len(), rows.len());
        self.rows = rows;
        reset(&mut self.chosen, asker.groups.len(), len, 0);
        reset(&mut self.prices, assets, len, 0.0);
        reset(&mut self.ways, assets, len, 0.0);
        reset(&mut self.bids, assets, len, f64::INFINITY);
        reset(&mut self.wanted, assets, len, 0);
        reset(&mut self.amounts, assets, len, 0);
        self.truths.resize_with(assets, Vec::new);
        let step = f64::from(moment.step);
        for (column, value) in [(&mut self.budgets, 0.0), (&mut self.factors, 1.0), (&mut self.since, step)] {
            column.clear();
            column.resize(len, value);
        }
        self.tasks.clear();
        self.tasks.resize(len, 1);
        let sources = asker.groups.iter().map(|group| group.sources.len()).max().unwrap_or(0);
        reset(&mut self.cut, assets, sources, 0);
        reset(&mut self.quarantined, assets, sources, 0);
        self.choose(asker, moment);
    }

    /// Writes to which resource each agent turns and what a unit costs it there.
    fn choose(&mut self, asker: &Asker, moment: &Moment<'_>) {
        for (g, group) in asker.groups.iter().enumerate() {
            if let ([source], None) = (&group.sources[..], moment.carriage) {
                for k in group.assets.clone() {
                    self.prices[k].fill(moment.resources[*source].price_seen(asker.assets[k].supply));
                }
                continue;
            }
            for (i, row) in self.rows.clone().enumerate() {
                let place = asker.place(row);
                if group.sources.len() > 1 {
                    self.chosen[g][i] = moment.choice(asker, g, place, moment.entity + i as u64) as u32;
                }
                let source = group.sources[self.chosen[g][i] as usize];
                let way = moment.carriage.map_or(0.0, |carriage| carriage.cost(source, place));
                for k in group.assets.clone() {
                    self.ways[k][i] = way;
                    self.prices[k][i] = moment.resources[source].price_seen(asker.assets[k].supply) + way;
                }
            }
        }
    }

    /// Writes what the agents want, what they ask for, and what they bid.
    fn fill(&mut self, moment: &Moment<'_>, asker: &mut Asker, own: &Own<'_>) {
        let money_scale = moment.assets[0].scale;
        for (budget, &balance) in self.budgets.iter_mut().zip(own.balances) {
            *budget = balance as f64 / money_scale * asker.budget;
        }
        let scale = |wanted: &Wanted| moment.assets[wanted.asset.index()].scale;
        let capacity = |k: usize| {
            let group = asker.groups.iter().find(|group| group.assets.contains(&k));
            let sources = group.map_or(&[] as &[usize], |group| &group.sources);
            let supply = asker.assets[k].supply;
            sources.iter().map(|&source| moment.resources[source].supplies[supply].units).sum()
        };
        let views: Vec<AssetView<'_>> = asker
            .assets
            .iter()
            .enumerate()
            .map(|(k, wanted)| AssetView {
                price: &self.prices[k],
                held: &own.held[k][self.rows.clone()],
                scale: scale(wanted),
                capacity: capacity(k),
                input: own.inputs[k].map(|good| good.seen(self.rows.clone())).unwrap_or_default(),
            })
            .collect();
        let Moment { step, keys, entity, .. } = *moment;
        let view = ResourceView { step, keys, entity, rows: self.rows.clone(), budgets: &self.budgets, assets: &views };
        let Asker { requests, need, reporting, memory, own, .. } = asker;
        let (request_memory, need_memory) = memory.split_at_mut(*own);
        let mut columns: Vec<&mut [f64]> = need_memory.iter_mut().map(Vec::as_mut_slice).collect();
        need.factors(&view, &mut Memory::new(&mut columns, self.rows.clone()), &mut self.factors);
        let mut columns: Vec<&mut [f64]> = request_memory.iter_mut().map(Vec::as_mut_slice).collect();
        let mut amounts: Vec<&mut [Atoms]> = self.wanted.iter_mut().map(Vec::as_mut_slice).collect();
        let mut worth: Vec<&mut [f64]> = self.bids.iter_mut().map(Vec::as_mut_slice).collect();
        let mut wants =
            Wants { amounts: &mut amounts, worth: &mut worth, since: &mut self.since, tasks: &mut self.tasks };
        let mut memory = Memory::new(&mut columns, self.rows.clone());
        requests.want(&view, &self.factors, &mut memory, &mut wants);
        for (k, asset) in views.iter().enumerate() {
            for ((asked, &wanted), &held) in self.amounts[k].iter_mut().zip(&self.wanted[k]).zip(asset.held) {
                *asked = if wanted == Wants::NOT_A_NUMBER { wanted } else { (wanted - held).max(0) };
            }
            let truths = &mut self.truths[k];
            truths.clear();
            if self.bids[k].iter().any(|worth| worth.is_finite()) {
                let both = self.amounts[k].iter().zip(&self.bids[k]);
                truths.extend(both.map(|(&lacked, &worth)| Truth { need: lacked.max(0), worth }));
            }
            reporting.report(&view, k, &self.wanted[k], &mut self.amounts[k], &mut self.bids[k]);
        }
        let scales: Vec<f64> = asker.assets.iter().map(scale).collect();
        for (wanted, amounts) in asker.assets.iter_mut().zip(&self.wanted) {
            wanted.amounts[self.rows.clone()].copy_from_slice(amounts);
        }
        self.afford(asker, moment, &scales);
    }

    /// Lets those who may not act ask for nothing.
    fn withdraw(&mut self, frozen: impl Fn(usize) -> bool) {
        let Self { rows, amounts, .. } = self;
        for (i, _) in rows.clone().enumerate().filter(|&(_, row)| frozen(row)) {
            amounts.iter_mut().for_each(|column| column[i] = 0);
        }
    }

    /// Cuts what is asked for to what can be paid, and what is bid to what covers it.
    fn afford(&mut self, asker: &Asker, moment: &Moment<'_>, scales: &[f64]) {
        let money_scale = moment.assets[0].scale;
        // Resources with the same assets may charge differently.
        let charge = |source: usize| moment.resources[source].rule.charges();
        let free = moment.carriage.is_none()
            && asker.groups.iter().flat_map(|group| &group.sources).all(|&source| charge(source) == Charge::Nothing);
        if free {
            return;
        }
        let mut charges = vec![Charge::Nothing; scales.len()];
        let mut turned_to = vec![0; scales.len()];
        for i in 0..self.rows.len() {
            for (g, group) in asker.groups.iter().enumerate() {
                let chosen = self.chosen[g][i] as usize;
                turned_to[group.assets.clone()].fill(chosen);
                charges[group.assets.clone()].fill(charge(group.sources[chosen]));
            }
            // Whole atoms: each payment, and each for the way, is rounded up, to an atom more than its price at most.
            let purse = ((self.budgets[i] * money_scale).floor() - 2.0 * charges.len() as f64).max(0.0);
            let bids = |k: usize| charges[k] == Charge::Bids;
            // Nobody asks for what costs more than it is worth.
            for k in (0..charges.len()).filter(|&k| !bids(k)) {
                if self.prices[k][i] > self.bids[k][i] && self.amounts[k][i] > 0 {
                    self.amounts[k][i] = 0;
                }
            }
            let cost = |k: usize| self.amounts[k][i].max(0) as f64 / scales[k] * self.prices[k][i] * money_scale;
            let total: f64 = (0..charges.len()).filter(|&k| !bids(k)).map(cost).sum();
            if total > purse {
                let share = purse / total;
                for k in (0..charges.len()).filter(|&k| !bids(k)) {
                    let amount = &mut self.amounts[k][i];
                    if *amount > 0 && self.prices[k][i] > 0.0 {
                        // A hair below, so that the rounding of the product cannot bring it above.
                        *amount = (*amount as f64 * share * (1.0 - 1e-12)).floor() as Atoms;
                        self.cut[k][turned_to[k]] += 1;
                    }
                }
            }
            let bidden = (0..charges.len()).filter(|&k| bids(k)).count().max(1) as f64;
            let left = (purse - total.min(purse)) / bidden;
            for k in (0..charges.len()).filter(|&k| bids(k)) {
                let (amount, per_atom) = (self.amounts[k][i], money_scale / scales[k]);
                let way = self.ways[k][i] * per_atom;
                let covered = if amount > 0 { left / amount as f64 * (1.0 - 1e-12) - way } else { 0.0 };
                let worth = self.bids[k][i] * per_atom - way;
                if covered < 0.0 {
                    // Not even the way could be paid for.
                    self.cut[k][turned_to[k]] += u64::from(amount > 0);
                    self.amounts[k][i] = 0;
                }
                // Not a number is no bid at all.
                self.bids[k][i] = if worth.is_nan() { 0.0 } else { worth.clamp(0.0, covered.max(0.0)) };
            }
        }
    }

    /// Puts what the chunk's agents ask of the resources of group number `g` on their lists.
    fn hand_in(&mut self, cohort: CohortId, asker: &Asker, g: usize, moment: &Moment<'_>, asked: &mut [Asked]) {
        let group = &asker.groups[g];
        for k in group.assets.clone() {
            for (amount, &chosen) in self.amounts[k].iter_mut().zip(&self.chosen[g]).filter(|(amount, _)| **amount < 0)
            {
                self.quarantined[k][chosen as usize] += 1;
                *amount = 0;
            }
        }
        for i in 0..self.rows.len() {
            if group.assets.clone().all(|k| self.amounts[k][i] == 0) {
                continue;
            }
            let source = group.sources[self.chosen[g][i] as usize];
            let who = AgentAddress { cohort, row: (self.rows.start + i) as u32 };
            let lot = moment.keys.word(Purpose::lottery(source as u16), moment.entity + i as u64, moment.step);
            asked[source].push(who, asker, self.since[i], self.tasks[i], lot);
            for k in group.assets.clone() {
                let bid = asked[source].takes_bids.then_some(self.bids[k][i]);
                let own = asker.quota.get(k).map_or(Atoms::MAX, |quota| quota.get(who.row as usize));
                let quota = asked[source].has_quotas.then_some(own);
                let truth = self.truths[k].get(i).copied();
                asked[source].supplies[asker.assets[k].supply].push(self.amounts[k][i], bid, quota, truth);
            }
        }
    }

    /// Counts what was cut and what was not counted, at the resources that were turned to.
    fn tally(&self, asker: &Asker, asked: &mut [Asked]) {
        for group in &asker.groups {
            for k in group.assets.clone() {
                for (chosen, &source) in group.sources.iter().enumerate() {
                    let of = &mut asked[source].supplies[asker.assets[k].supply];
                    of.cut += self.cut[k][chosen];
                    of.quarantined += self.quarantined[k][chosen];
                }
            }
        }
    }
}

impl Moment<'_> {
    /// Which of the resources of a cohort's group number `g` an agent at `place` turns to.
    fn choice(&self, asker: &Asker, g: usize, place: usize, entity: u64) -> usize {
        let group = &asker.groups[g];
        if let Some(advice) = asker.advice.filter(|advice| advice.is_heard(self.keys, entity, self.step)) {
            let shares = &self.steering[usize::from(advice.number)].shares;
            return advice.point(&group.sources, (self.resources, shares), self.keys, entity, self.step);
        }
        // Lower is better; the second tells those apart that the first does not.
        let preference = |source: usize| -> (f64, f64) {
            let way = || {
                self.carriage.map_or((0.0, 0.0), |it| (it.cost(source, place), f64::from(it.latency(source, place))))
            };
            match asker.choice {
                Choice::Nearest => way(),
                Choice::LeastLoaded => (self.resources[source].load, 0.0),
                Choice::Any => (0.0, 0.0),
                Choice::Cheapest => {
                    let prices =
                        group.assets.clone().map(|k| self.resources[source].price_seen(asker.assets[k].supply));
                    (prices.sum::<f64>() + way().0 * group.assets.len() as f64, 0.0)
                }
            }
        };
        let rank = |source: usize| -> (bool, f64, f64) {
            // Nobody turns to what has nothing while another has something.
            let empty = self.resources[source].supplies.iter().all(|supply| supply.units == 0.0);
            let (first, second) = preference(source);
            (empty, first, second)
        };
        let mut best = (true, f64::INFINITY, f64::INFINITY);
        let mut equals = 0;
        for &source in &group.sources {
            let found = rank(source);
            if found < best {
                (best, equals) = (found, 1);
            } else if found == best {
                equals += 1;
            }
        }
        let unit = self.keys.unit(Purpose::lottery(u16::MAX - g as u16), entity, self.step);
        let drawn = ((unit * f64::from(equals)) as usize).min(equals as usize - 1);
        let equal = group.sources.iter().enumerate().filter(|(_, source)| rank(**source) == best);
        equal.map(|(at, _)| at).nth(drawn).unwrap_or_default()
    }
}
