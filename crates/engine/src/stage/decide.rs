//! decide: policies turn observations into orders, chunk by chunk, and each order locks what it could cost.

use std::ops::Range;

use walras_agents::observation::{MarketView, View};
use walras_agents::policy::{Desk, Memory, Policy};
use walras_ledger::carry::{Accounts, Delivered};
use walras_ledger::{AssetId, Atoms, Broken};
use walras_market::command::Command;
use walras_market::order::{OrdersPart, Side};
use walras_numerics::{CHUNK, Column, Keys};

use super::lock::{LockRule, Purse, lock};
use super::observe::Observations;
use super::purse::Purses;
use super::spendable::Spendable;
use super::turn::{Turn, Who};
use super::{Actions, Asked};
use crate::contract::Awareness;
use crate::venue::{Moment, Offer};
use crate::world::{Cohort, Place, World};

/// Chunks that one task works through at least.
const GRAIN: usize = 8;

/// A cohort's markets for whose columns no room is allocated.
const FEW: usize = 8;

/// Lets the cohorts whose turn it is decide, and locks their orders. What is carried to a cohort's accounts is
/// delivered on the way.
///
/// # Errors
/// When a delivery breaks an invariant.
pub fn decide(
    world: &mut World,
    turn: &Turn,
    observations: &Observations,
    actions: &mut Actions,
) -> Result<(), Broken> {
    let World { cohorts, venues, ledger, keys, step, assets, contacts, .. } = world;
    actions.asked.resize_with(cohorts.len(), Asked::default);
    let offer = |venue| Offer::new(venue, Moment::of(venue, *step, ledger, assets));
    let offers: Vec<Offer<'_>> = venues.iter().map(offer).collect();
    for (c, (cohort, asked)) in cohorts.iter_mut().zip(&mut actions.asked).enumerate() {
        asked.begin(cohort.visible, turn.first);
        if cohort.visible == 0 && cohort.memory.is_empty() {
            continue;
        }
        if turn.is_only_one() {
            // Nobody else writes over what was asked for in earlier steps.
            cohort.places.iter_mut().for_each(|place| place.orders.side.fill(Side::NONE));
        }
        let acting = match turn.who {
            Who::All => 0..cohort.size,
            Who::One { cohort, row } if cohort == c => row..row + 1,
            Who::One { .. } => continue,
        };
        let markets = observations.of(cohort, venues, &offers, |venue| assets[venue.asset.index()].scale);
        for (place, market) in cohort.places.iter_mut().zip(&markets) {
            place.scale_sizes();
            place.seen = market.price;
        }
        let Cohort { places, visible, memory, policy, entity, id, size, restraint, .. } = cohort;
        let places = &mut places[..*visible];
        let mut rules = Vec::with_capacity(places.len());
        let mut desks = Vec::with_capacity(places.len());
        for (place, market) in places.iter_mut().zip(&markets) {
            let unit = assets[0].scale / market.token_scale;
            let venue = &venues[place.venue];
            let Place { orders, shape, budget_share, demand, first, .. } = place;
            let shared_size = orders.size.shared();
            if turn.who == Who::All {
                orders.side.renew();
            }
            let (part, priority_fee) = orders.as_part(shape.priority_fee.is_none());
            let traders = *first..*first + *size;
            rules.push(Rule {
                share_asset: venue.share_asset(),
                at_rest: venue.kept_aside(traders.clone()),
                aside: venue.replaced_aside(traders.clone()),
                lock: LockRule {
                    asset: venue.asset,
                    shape,
                    shared_size,
                    priority_fee,
                    seen: market.price * unit,
                    unit,
                    terms: venue.terms,
                    budget_share: *budget_share,
                    demand: *demand,
                    halted: market.halted,
                    restraint: (!restraint.is_idle()).then_some(&*restraint),
                    rounding: venue.rounding(),
                    grid: venue.grid(),
                    book: venue.book().map(|on| (on, on.aside(traders.clone()))),
                },
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
            awareness: contacts.as_ref().and_then(|contacts| contacts.awareness(c)),
        };
        let memory = memory.iter_mut().map(Vec::as_mut_slice).collect();
        ledger.visit(*id, |accounts| ((), shared.decide(Piece { accounts, memory, desks }, acting, asked)))?;
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
    rules: &'a [Rule<'a>],
    /// Who of them knows of the markets; `None` where all do.
    awareness: Option<Awareness<'a>>,
}

/// What is needed to know of a cohort's place at a market.
struct Rule<'a> {
    lock: LockRule<'a>,
    /// The asset that the market's liquidity shares are.
    share_asset: Option<AssetId>,
    /// What the agents' orders at rest there have set aside of the asset and new ones cannot spend; empty for nothing.
    at_rest: &'a [Atoms],
    /// What the agents' orders there have set aside, where new ones take their place.
    aside: Option<[&'a [Atoms]; 2]>,
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

impl<'a> Shared<'a> {
    /// Lets the agents at the cohort's rows `acting` decide and adds what they ask for to `asked`.
    fn decide(&self, piece: Piece<'_>, acting: Range<usize>, asked: &mut Asked) -> Delivered {
        let chunks = acting.len().div_ceil(CHUNK);
        if chunks < 2 * GRAIN || rayon::current_num_threads() == 1 {
            return self.decide_in_order(piece, acting, asked);
        }
        // All act, so the piece is what acts.
        let at = chunks / 2 * CHUNK;
        let (a, b) = piece.split(at);
        let (acting_a, acting_b) = (acting.start..acting.start + at, acting.start + at..acting.end);
        let mut more = Asked::of(self.rules.len());
        let (a, b) = rayon::join(|| self.decide(a, acting_a, asked), || self.decide(b, acting_b, &mut more));
        asked.append(more);
        a.and(b)
    }

    fn decide_in_order(&self, piece: Piece<'_>, acting: Range<usize>, asked: &mut Asked) -> Delivered {
        let Asked { tallies, commands } = asked;
        let Piece { mut accounts, mut memory, mut desks } = piece;
        let mut delivered = Delivered::default();
        let mut purses = Purses::default();
        let first = accounts.rows().start;
        for start in acting.clone().step_by(CHUNK) {
            let rows = start..(start + CHUNK).min(acting.end);
            let within = rows.start - first..rows.end - first;
            accounts.deliver(within.clone(), &mut delivered);
            let balances = accounts.column(AssetId::NUMERAIRE, within.clone());
            let mut few = [&[] as &[Atoms]; 3 * FEW];
            let mut many = Vec::new();
            let holdings = self.rules.iter().map(|rule| accounts.column(rule.lock.asset, within.clone()));
            let share = |rule: &Rule<'_>| {
                rule.share_asset.map_or(&[] as &[Atoms], |shares| accounts.column(shares, within.clone()))
            };
            let at_rest = |rule: &Rule<'a>| rule.at_rest.get(rows.clone()).unwrap_or_default();
            let all = holdings.chain(self.rules.iter().map(share)).chain(self.rules.iter().map(at_rest));
            let columns = if self.rules.len() <= FEW {
                few.iter_mut().zip(all).for_each(|(place, column)| *place = column);
                &few[..3 * self.rules.len()]
            } else {
                many.extend(all);
                &many
            };
            let (columns, more) = columns.split_at(self.rules.len());
            let (share_columns, aside_columns) = more.split_at(self.rules.len());
            let aside = |rule: &Rule<'a>| rule.aside.map(|aside| aside.map(|column| &column[rows.clone()]));
            let asides = self.rules.iter().map(aside);
            let spendable = Spendable::of(balances, columns, asides);
            let (seen_balances, seen_columns) = spendable.over(balances, columns);
            let view = View {
                step: self.step,
                keys: self.keys,
                entity: self.entity + rows.start as u64,
                rows: rows.clone(),
                balances: seen_balances,
                columns: &seen_columns,
                share_columns,
                aside_columns,
                column_rows: 0..rows.len(),
                upcoming: accounts.upcoming(within.end..(within.end + CHUNK).min(acting.end - first)),
                markets: self.markets,
                money_scale: self.money_scale,
            };
            let mut memory = Memory::new(&mut memory, within.clone());
            purses.begin(rows.len(), commands);
            let asked: Vec<usize> = match self.awareness {
                Some(_) => commands.iter().map(Vec::len).collect(),
                None => Vec::new(),
            };
            let mut desk = Desk::new(&mut desks, commands, first, within.clone());
            self.policy.decide(&view, &mut memory, &mut desk);
            if let Some(awareness) = self.awareness {
                withdraw(awareness, (&mut desks, commands), &asked, rows.clone(), within.clone());
            }
            let commanded = purses.sort_new(commands);
            for (market, tally) in tallies.iter_mut().enumerate() {
                let Rule { lock: rule, aside, .. } = &self.rules[market];
                let shared = self.rules[..market].iter().any(|rule| rule.lock.asset == self.rules[market].lock.asset);
                let mut orders = desks[market].rows(within.clone());
                if let Some(restraint) = rule.restraint {
                    restraint.mark(rule.asset, rows.start, columns[market], rule.shared_size, &mut orders);
                }
                if !commanded && aside.is_none() && !shared {
                    let purse = Purse { balances, holdings: columns[market], first: rows.start };
                    *tally = tally.and(&lock(rule, &purse, &mut orders));
                    purses.spend(rule, market, &mut orders, rows.start, self.rules.len() > 1);
                    continue;
                }
                let aside = aside.map(|aside| aside.map(|column| &column[rows.clone()]));
                let earlier = |earlier: usize| self.rules[earlier].lock.asset == rule.asset;
                purses.fill(rule, market, (balances, columns[market]), aside, earlier);
                let own = LockRule { budget_share: 1.0, ..*rule };
                let purse = Purse { balances: &purses.money, holdings: &purses.tokens, first: rows.start };
                *tally = tally.and(&lock(&own, &purse, &mut orders));
                if commanded || self.rules.len() > 1 {
                    let (asked, replaces) = (&mut commands[market], aside.is_some());
                    purses.lock_commands(&own, market, &mut orders, rows.start, replaces, asked, tally);
                }
            }
        }
        delivered
    }
}

/// Takes back what those of `rows` ask who do not know of the markets: `asked` is how long the lists were before.
fn withdraw(
    awareness: Awareness<'_>,
    (desks, commands): (&mut [OrdersPart<'_>], &mut [Vec<Command>]),
    asked: &[usize],
    rows: Range<usize>,
    within: Range<usize>,
) {
    for desk in desks {
        let orders = desk.rows(within.clone());
        for (side, row) in orders.side.iter_mut().zip(rows.clone()) {
            *side = if awareness.knows(row) { *side } else { Side::NONE };
        }
    }
    for (commands, &asked) in commands.iter_mut().zip(asked) {
        let mut position = 0;
        commands.retain(|command| {
            position += 1;
            position <= asked || awareness.knows(command.trader as usize)
        });
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
