//! decide: policies turn observations into orders, chunk by chunk, and each order locks what it could cost.

use std::ops::Range;

use walras_agents::observation::{MarketView, View};
use walras_agents::policy::{Desk, Memory, Policy};
use walras_ledger::carry::{Accounts, Delivered};
use walras_ledger::{AssetId, Atoms, Broken};
use walras_market::order::OrdersPart;
use walras_numerics::{CHUNK, Column, Keys};

use super::lock::{LockRule, Purse, lock};
use super::observe::Observations;
use super::{Actions, Asked};
use crate::world::{Cohort, Place, World};

/// Chunks that one task works through at least.
const GRAIN: usize = 8;

/// A cohort's markets for whose columns no room is allocated.
const FEW: usize = 8;

/// Lets every cohort decide and locks its orders. What is carried to a cohort's accounts is delivered on the way.
///
/// # Errors
/// When a delivery breaks an invariant.
pub fn decide(world: &mut World, observations: &Observations, actions: &mut Actions) -> Result<(), Broken> {
    let World { cohorts, venues, ledger, keys, step, assets, .. } = world;
    actions.asked.resize_with(cohorts.len(), Asked::default);
    for (cohort, asked) in cohorts.iter_mut().zip(&mut actions.asked) {
        let markets = observations.of(cohort, venues);
        for place in &mut cohort.places {
            place.scale_sizes();
        }
        let Cohort { places, memory, policy, entity, id, .. } = cohort;
        let mut rules = Vec::with_capacity(places.len());
        let mut desks = Vec::with_capacity(places.len());
        for (place, market) in places.iter_mut().zip(&markets) {
            let unit = assets[0].scale / market.token_scale;
            let Place { orders, shape, budget_share, demand, .. } = place;
            let shared_size = orders.size.shared();
            let (part, priority_fee) = orders.as_part(shape.priority_fee.is_none());
            rules.push(LockRule {
                asset: venues[place.venue].asset,
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
            markets: &markets,
            rules: &rules,
        };
        let memory = memory.iter_mut().map(Vec::as_mut_slice).collect();
        asked.reset(rules.len());
        ledger.visit(*id, |accounts| ((), shared.decide(Piece { accounts, memory, desks }, asked)))?;
    }
    Ok(())
}

/// What all pieces of a cohort read.
struct Shared<'a> {
    policy: &'a dyn Policy,
    keys: Keys,
    step: u32,
    entity: u64,
    money_scale: f64,
    markets: &'a [MarketView<'a>],
    rules: &'a [LockRule<'a>],
}

/// A run of a cohort's rows and what is written for them.
struct Piece<'a> {
    accounts: Accounts<'a>,
    memory: Vec<&'a mut [f64]>,
    desks: Vec<OrdersPart<'a>>,
}

impl<'a> Piece<'a> {
    fn split(self, at: usize) -> (Piece<'a>, Piece<'a>) {
        let (accounts_a, accounts_b) = self.accounts.split_at(at);
        let (memory_a, memory_b) = self.memory.into_iter().map(|column| column.split_at_mut(at)).unzip();
        let (desks_a, desks_b) = self.desks.into_iter().map(|desk| desk.split_at(at)).unzip();
        (
            Piece { accounts: accounts_a, memory: memory_a, desks: desks_a },
            Piece { accounts: accounts_b, memory: memory_b, desks: desks_b },
        )
    }
}

impl Shared<'_> {
    /// Adds what the piece's agents ask for to `asked`.
    fn decide(&self, piece: Piece<'_>, asked: &mut Asked) -> Delivered {
        let chunks = piece.accounts.rows().len().div_ceil(CHUNK);
        if chunks < 2 * GRAIN || rayon::current_num_threads() == 1 {
            return self.decide_in_order(piece, asked);
        }
        let (a, b) = piece.split(chunks / 2 * CHUNK);
        let mut more = Asked::of(self.rules.len());
        let (a, b) = rayon::join(|| self.decide(a, asked), || self.decide(b, &mut more));
        asked.append(more);
        a.and(b)
    }

    fn decide_in_order(&self, piece: Piece<'_>, asked: &mut Asked) -> Delivered {
        let Asked { tallies, commands } = asked;
        let Piece { mut accounts, mut memory, mut desks } = piece;
        let mut delivered = Delivered::default();
        let Range { start: first, end } = accounts.rows();
        for start in (first..end).step_by(CHUNK) {
            let rows = start..(start + CHUNK).min(end);
            let within = rows.start - first..rows.end - first;
            accounts.deliver(within.clone(), &mut delivered);
            let balances = accounts.column(AssetId::NUMERAIRE, within.clone());
            let mut few = [&[] as &[Atoms]; FEW];
            let mut many = Vec::new();
            let holdings = self.rules.iter().map(|rule| accounts.column(rule.asset, within.clone()));
            let columns = if self.rules.len() <= FEW {
                few.iter_mut().zip(holdings).for_each(|(place, column)| *place = column);
                &few[..self.rules.len()]
            } else {
                many.extend(holdings);
                &many
            };
            let view = View {
                step: self.step,
                keys: self.keys,
                entity: self.entity + rows.start as u64,
                rows: rows.clone(),
                balances,
                columns,
                share_columns: &[],
                column_rows: 0..rows.len(),
                markets: self.markets,
                money_scale: self.money_scale,
            };
            let mut memory = Memory::new(&mut memory, within.clone());
            self.policy.decide(&view, &mut memory, &mut Desk::new(&mut desks, commands, first, within.clone()));
            for (market, tally) in tallies.iter_mut().enumerate() {
                let purse = Purse { balances, holdings: columns[market], first: rows.start };
                let mut orders = desks[market].rows(within.clone());
                *tally = tally.and(&lock(&self.rules[market], &purse, &mut orders));
            }
        }
        delivered
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
