//! decide: policies turn observations into orders, chunk by chunk, and each order locks what it could cost.

use std::ops::Range;

use walras_agents::observation::{MarketView, View};
use walras_agents::policy::{Desk, Memory, Policy};
use walras_ledger::Atoms;
use walras_market::order::OrdersPart;
use walras_numerics::{CHUNK, Column, Keys};

use super::lock::{LockRule, Purse, lock};
use super::observe::Observations;
use super::{Actions, Tally};
use crate::world::{Cohort, Place, World};

/// Chunks that one task works through at least.
const GRAIN: usize = 8;

/// Lets every cohort decide and locks its orders.
pub fn decide(world: &mut World, observations: &Observations, actions: &mut Actions) {
    let World { cohorts, venues, ledger, keys, step, assets, .. } = world;
    actions.tallies.resize_with(cohorts.len(), Vec::new);
    for (cohort, tallies) in cohorts.iter_mut().zip(&mut actions.tallies) {
        let markets = observations.of(cohort, venues);
        for place in &mut cohort.places {
            place.scale_sizes();
        }
        let Cohort { places, memory, policy, entity, id, size, .. } = cohort;
        let balances = ledger.column(*id, walras_ledger::AssetId::NUMERAIRE).unwrap_or_default();
        let holdings = |place: &Place| ledger.column(*id, venues[place.venue].asset).unwrap_or_default();
        let columns: Vec<&[Atoms]> = places.iter().map(holdings).collect();
        let mut rules = Vec::with_capacity(places.len());
        let mut desks = Vec::with_capacity(places.len());
        for (place, market) in places.iter_mut().zip(&markets) {
            let unit = assets[0].scale / market.token_scale;
            let Place { orders, shape, budget_share, demand, .. } = place;
            let shared_size = orders.size.shared();
            let (part, priority_fee) = orders.as_part(shape.priority_fee.is_none());
            rules.push(LockRule {
                shape,
                shared_size,
                priority_fee,
                seen: market.price * unit,
                unit,
                terms: venues[place.venue].terms,
                budget_share: *budget_share,
                demand: *demand,
                halted: market.halted,
            });
            desks.push(part);
        }
        let shared = Shared {
            policy: policy.as_ref(),
            keys: *keys,
            step: *step,
            entity: *entity,
            money_scale: assets[0].scale,
            balances,
            columns: &columns,
            markets: &markets,
            rules: &rules,
        };
        let memory = memory.iter_mut().map(Vec::as_mut_slice).collect();
        let found = shared.decide(Piece { rows: 0..*size, memory, desks });
        tallies.clone_from(&found);
    }
}

/// What all pieces of a cohort read.
struct Shared<'a> {
    policy: &'a dyn Policy,
    keys: Keys,
    step: u32,
    entity: u64,
    money_scale: f64,
    balances: &'a [Atoms],
    columns: &'a [&'a [Atoms]],
    markets: &'a [MarketView<'a>],
    rules: &'a [LockRule<'a>],
}

/// A run of a cohort's rows and what is written for them.
struct Piece<'a> {
    rows: Range<usize>,
    memory: Vec<&'a mut [f64]>,
    desks: Vec<OrdersPart<'a>>,
}

impl<'a> Piece<'a> {
    fn split(self, at: usize) -> (Piece<'a>, Piece<'a>) {
        let (memory_a, memory_b) = self.memory.into_iter().map(|column| column.split_at_mut(at)).unzip();
        let (desks_a, desks_b) = self.desks.into_iter().map(|desk| desk.split_at(at)).unzip();
        let middle = self.rows.start + at;
        (
            Piece { rows: self.rows.start..middle, memory: memory_a, desks: desks_a },
            Piece { rows: middle..self.rows.end, memory: memory_b, desks: desks_b },
        )
    }
}

impl Shared<'_> {
    fn decide(&self, piece: Piece<'_>) -> Vec<Tally> {
        let chunks = piece.rows.len().div_ceil(CHUNK);
        if chunks < 2 * GRAIN || rayon::current_num_threads() == 1 {
            return self.decide_in_order(piece);
        }
        let (a, b) = piece.split(chunks / 2 * CHUNK);
        let (a, b) = rayon::join(|| self.decide(a), || self.decide(b));
        a.iter().zip(&b).map(|(a, b)| a.and(b)).collect()
    }

    fn decide_in_order(&self, mut piece: Piece<'_>) -> Vec<Tally> {
        let mut tallies = vec![Tally::default(); self.rules.len()];
        let first = piece.rows.start;
        let mut commands = vec![Vec::new(); self.rules.len()];
        for start in piece.rows.clone().step_by(CHUNK) {
            let rows = start..(start + CHUNK).min(piece.rows.end);
            let within = rows.start - first..rows.end - first;
            let balances = &self.balances[rows.clone()];
            let view = View {
                step: self.step,
                keys: self.keys,
                entity: self.entity + rows.start as u64,
                rows: rows.clone(),
                balances,
                columns: self.columns,
                share_columns: &[],
                column_rows: rows.clone(),
                markets: self.markets,
                money_scale: self.money_scale,
            };
            let mut memory = Memory::new(&mut piece.memory, within.clone());
            self.policy.decide(&view, &mut memory, &mut Desk::new(&mut piece.desks, &mut commands, within.clone()));
            for (market, tally) in tallies.iter_mut().enumerate() {
                let purse = Purse { balances, holdings: &self.columns[market][rows.clone()], first: rows.start };
                let mut orders = piece.desks[market].rows(within.clone());
                *tally = tally.and(&lock(&self.rules[market], &purse, &mut orders));
            }
        }
        tallies
    }
}

impl Place {
    /// While a demand factor holds, buyers' sizes differ from sellers', so each order has its own.
    fn scale_sizes(&mut self) {
        let Some(size) = self.shape.size else { return };
        match (&mut self.orders.size, self.demand == 1.0) {
            (Column::Each(_), true) => self.orders.size = Column::constant(size),
            (Column::Each(sizes), false) => sizes.fill(size),
            (Column::Constant(..), false) => self.orders.size = Column::Each(vec![size; self.orders.side.len()]),
            (Column::Constant(..), true) => {}
        }
    }
}
