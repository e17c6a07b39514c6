//! request: cohorts say what they want of resources.
//!
//! An agent asks for at most what it can pay for at the prices posted: where all it asks for would cost more than it may
//! spend, all is cut by the same share. Where there are bids, it bids what a unit is worth to it, as far as what it may
//! spend covers that.

use std::ops::Range;

use walras_agents::policy::Memory;
use walras_agents::request::{AssetView, ResourceView, Wants};
use walras_ledger::{AgentAddress, AssetId, Atoms};
use walras_market::allocation::Charge;
use walras_numerics::{CHUNK, Keys, Purpose};

use super::allocate::Asked;
use crate::production::{Good, Workplace};
use crate::resource::{Asker, Source};
use crate::world::{Asset, Cohort, World};

/// Writes down what everybody asks of every resource.
pub(super) fn request(world: &mut World, asked: &mut [Asked], chunk: &mut Chunk) {
    let producing = world.cohorts.iter().any(|cohort| cohort.producer.is_some());
    let prices = if producing { world.goods_prices() } else { Vec::new() };
    let World { cohorts, resources, ledger, keys, step, assets, .. } = world;
    for (asked, source) in asked.iter_mut().zip(resources.iter()) {
        asked.begin(source, cohorts);
    }
    for cohort in cohorts {
        let Cohort { demand: Some(asker), producer, id, entity, size, .. } = cohort else { continue };
        let balances = ledger.column(*id, AssetId::NUMERAIRE).unwrap_or_default();
        let held: Vec<&[Atoms]> =
            asker.assets.iter().map(|wanted| ledger.column(*id, wanted.asset).unwrap_or_default()).collect();
        if let Some(producer) = producer {
            let (step, keys, entity, prices) = (*step, *keys, *entity, &prices);
            let at = Workplace { cohort: *id, size: *size, step, keys, entity, ledger, assets, prices };
            producer.look_ahead(&at);
        }
        let inputs: Vec<Option<&Good>> =
            asker.assets.iter().map(|wanted| producer.as_ref()?.good(wanted.asset)).collect();
        for start in (0..*size).step_by(CHUNK) {
            let rows = start..(start + CHUNK).min(*size);
            chunk.begin(rows.clone(), *step, asker, resources);
            let moment = Moment { step: *step, keys: *keys, entity: *entity + start as u64, assets };
            let own = Own { balances: &balances[rows.clone()], held: &held, inputs: &inputs };
            chunk.fill(&moment, asker, resources, &own);
            for (row, i) in rows.zip(0..) {
                let who = AgentAddress { cohort: *id, row: row as u32 };
                let lot = |source: usize| keys.word(Purpose::lottery(source as u16), *entity + row as u64, *step);
                chunk.hand_in(i, who, asker, asked, lot);
            }
            chunk.tally(asker, asked);
        }
    }
}

struct Moment<'a> {
    step: u32,
    keys: Keys,
    entity: u64,
    assets: &'a [Asset],
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
    prices: Vec<Vec<f64>>,
    budgets: Vec<f64>,
    factors: Vec<f64>,
    /// What is wanted, then what is asked for.
    wanted: Vec<Vec<Atoms>>,
    amounts: Vec<Vec<Atoms>>,
    /// What a unit is worth, then numeraire atoms bid for an atom.
    bids: Vec<Vec<f64>>,
    since: Vec<f64>,
    /// Requests cut to what can be paid, and not counted, by asset.
    cut: Vec<u64>,
    quarantined: Vec<u64>,
}

impl Chunk {
    fn begin(&mut self, rows: Range<usize>, step: u32, asker: &Asker, resources: &[Source]) {
        let (assets, len) = (asker.assets.len(), rows.len());
        let reset = |columns: &mut Vec<Vec<f64>>, value: f64| {
            columns.resize_with(assets, Vec::new);
            for column in columns {
                column.clear();
                column.resize(len, value);
            }
        };
        reset(&mut self.prices, 0.0);
        reset(&mut self.bids, f64::INFINITY);
        for columns in [&mut self.wanted, &mut self.amounts] {
            columns.resize_with(assets, Vec::new);
            for column in columns {
                column.clear();
                column.resize(len, 0);
            }
        }
        for (column, value) in [(&mut self.budgets, 0.0), (&mut self.factors, 1.0), (&mut self.since, f64::from(step))]
        {
            column.clear();
            column.resize(len, value);
        }
        for counts in [&mut self.cut, &mut self.quarantined] {
            counts.clear();
            counts.resize(assets, 0);
        }
        for (price, wanted) in self.prices.iter_mut().zip(&asker.assets) {
            price.fill(resources[wanted.source].price_seen(wanted.supply));
        }
        self.rows = rows;
    }

    /// Writes what the agents want, what they ask for, and what they bid.
    fn fill(&mut self, moment: &Moment<'_>, asker: &mut Asker, resources: &[Source], own: &Own<'_>) {
        let money_scale = moment.assets[0].scale;
        for (budget, &balance) in self.budgets.iter_mut().zip(own.balances) {
            *budget = balance as f64 / money_scale * asker.budget;
        }
        let scale = |wanted: &crate::resource::Wanted| moment.assets[wanted.asset.index()].scale;
        let views: Vec<AssetView<'_>> = asker
            .assets
            .iter()
            .zip(&self.prices)
            .zip(own.held.iter().zip(own.inputs))
            .map(|((wanted, price), (held, input))| AssetView {
                price,
                held: &held[self.rows.clone()],
                scale: scale(wanted),
                capacity: resources[wanted.source].supplies[wanted.supply].units,
                input: input.map(|good| good.seen(self.rows.clone())).unwrap_or_default(),
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
        let mut wants = Wants { amounts: &mut amounts, worth: &mut worth, since: &mut self.since };
        let mut memory = Memory::new(&mut columns, self.rows.clone());
        requests.want(&view, &self.factors, &mut memory, &mut wants);
        for (k, asset) in views.iter().enumerate() {
            for ((asked, &wanted), &held) in self.amounts[k].iter_mut().zip(&self.wanted[k]).zip(asset.held) {
                *asked = if wanted == Wants::NOT_A_NUMBER { wanted } else { (wanted - held).max(0) };
            }
            reporting.report(&view, k, &self.wanted[k], &mut self.amounts[k], &mut self.bids[k]);
        }
        drop(views);
        for (wanted, amounts) in asker.assets.iter_mut().zip(&self.wanted) {
            wanted.amounts[self.rows.clone()].copy_from_slice(amounts);
        }
        let charges: Vec<Charge> = asker.assets.iter().map(|wanted| resources[wanted.source].rule.charges()).collect();
        if charges.iter().any(|charge| *charge != Charge::Nothing) {
            let scales: Vec<f64> = asker.assets.iter().map(scale).collect();
            self.afford(&charges, money_scale, &scales);
        }
    }

    /// Cuts what is asked for to what can be paid, and what is bid to what covers it.
    fn afford(&mut self, charges: &[Charge], money_scale: f64, scales: &[f64]) {
        let bidden = charges.iter().filter(|charge| **charge == Charge::Bids).count().max(1) as f64;
        let posted = |k: usize| charges[k] == Charge::Posted;
        for i in 0..self.rows.len() {
            // Whole atoms: each payment is rounded up, to an atom more than its price at most.
            let purse = (self.budgets[i] * money_scale).floor() - charges.len() as f64;
            let cost = |amounts: &[Vec<Atoms>], prices: &[Vec<f64>], k: usize| {
                amounts[k][i].max(0) as f64 / scales[k] * prices[k][i] * money_scale
            };
            let total: f64 =
                (0..charges.len()).filter(|&k| posted(k)).map(|k| cost(&self.amounts, &self.prices, k)).sum();
            if total > purse {
                let share = (purse / total).max(0.0);
                for k in (0..charges.len()).filter(|&k| posted(k)) {
                    let amount = &mut self.amounts[k][i];
                    if *amount > 0 && self.prices[k][i] > 0.0 {
                        // A hair below, so that the rounding of the product cannot bring it above.
                        *amount = (*amount as f64 * share * (1.0 - 1e-12)).floor() as Atoms;
                        self.cut[k] += 1;
                    }
                }
            }
            let left = ((purse - total.min(purse)) / bidden).max(0.0);
            for k in (0..charges.len()).filter(|&k| charges[k] == Charge::Bids) {
                let amount = self.amounts[k][i];
                let worth = self.bids[k][i] * money_scale / scales[k];
                let covered = if amount > 0 { left / amount as f64 * (1.0 - 1e-12) } else { 0.0 };
                // Not a number is no bid at all.
                self.bids[k][i] = if worth.is_nan() { 0.0 } else { worth.clamp(0.0, covered) };
            }
        }
    }

    /// Puts what the chunk's agent `i` asks on the lists of the resources.
    fn hand_in(&mut self, i: usize, who: AgentAddress, asker: &Asker, asked: &mut [Asked], lot: impl Fn(usize) -> u32) {
        let mut at = 0;
        while at < asker.assets.len() {
            let source = asker.assets[at].source;
            let end = at + asker.assets[at..].iter().take_while(|wanted| wanted.source == source).count();
            for k in at..end {
                if self.amounts[k][i] < 0 {
                    self.quarantined[k] += 1;
                    self.amounts[k][i] = 0;
                }
            }
            if self.amounts[at..end].iter().any(|column| column[i] > 0) {
                asked[source].push(who, asker, self.since[i], lot(source));
                for k in at..end {
                    let bid = asked[source].takes_bids.then_some(self.bids[k][i]);
                    let own = asker.quota.get(k).map_or(Atoms::MAX, |quota| quota.get(who.row as usize));
                    let quota = asked[source].has_quotas.then_some(own);
                    asked[source].supplies[asker.assets[k].supply].push(self.amounts[k][i], bid, quota);
                }
            }
            at = end;
        }
    }

    /// Counts what was cut and what was not counted.
    fn tally(&self, asker: &Asker, asked: &mut [Asked]) {
        for (k, wanted) in asker.assets.iter().enumerate() {
            let of = &mut asked[wanted.source].supplies[wanted.supply];
            of.cut += self.cut[k];
            of.quarantined += self.quarantined[k];
        }
    }
}
