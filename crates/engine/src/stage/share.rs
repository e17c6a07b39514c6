//! share: venues of several assets that trade with one pool are served together, in one order of arrival. Part of `clear`.

use std::collections::BTreeMap;

use walras_ledger::Atoms;
use walras_numerics::Purpose;

use super::Actions;
use super::clear::{Draws, Fills, books, find, sort};
use super::serve::{commands_of, gather, mark_refused, scale, shares_held, shout};
use super::turn::Turn;
use crate::venue::{Market, Moment, Venue};
use crate::world::World;

/// Serves what the turn's agents ask of venues that share pools.
pub(super) fn share(world: &mut World, turn: &Turn, actions: &Actions, fills: &mut Fills) {
    for v in 0..world.venues.len() {
        if let Some(family) = world.venues[v].family().filter(|family| family.start == v) {
            serve_family(world, family, turn, actions, fills);
        }
    }
}

fn serve_family(world: &mut World, family: std::ops::Range<usize>, turn: &Turn, actions: &Actions, fills: &mut Fills) {
    let World { venues, cohorts, ledger, assets, keys, step, .. } = world;
    let Fills { venues: fills, tickets, spare, .. } = fills;
    let before: Vec<usize> = family.clone().map(|v| fills[v].results.refused.len()).collect();
    let mut moments: Vec<Moment> = Vec::new();
    for v in family.clone() {
        let moment = Moment::of(&venues[v], *step, ledger, assets);
        if turn.first {
            venues[v].open(&moment);
        }
        moments.push(moment);
    }
    // One queue: the traders of each venue stand after those of the venues before.
    let (mut queue, mut all, mut starts, mut start) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for v in family.clone() {
        let mut books = books(v, cohorts);
        starts.push(start);
        books.iter_mut().for_each(|book| book.first += start);
        start += cohorts.iter().flat_map(|c| c.places.iter().filter(|at| at.venue == v).map(|_| c.size)).sum::<usize>();
        let draws = Draws { keys: *keys, purpose: Purpose::arrival(v as u16), step: *step };
        gather(&books, cohorts, actions, turn, draws, tickets);
        queue.append(tickets);
        all.append(&mut books);
    }
    sort(&all, &venues[family.start], &mut queue, spare);
    let (mut at, mut returned) = (family.start, BTreeMap::new());
    for &ticket in &queue {
        let (book, trader) = find(&all, ticket);
        let member = starts.partition_point(|&start| start <= ticket.place as usize) - 1;
        let (v, place) = (family.start + member, ticket.place - starts[member] as u32);
        hand_over(venues, &mut at, v);
        let (venue, results, moment) = (&mut venues[v], &mut fills[v].results, &mut moments[member]);
        for command in commands_of(actions, book, trader) {
            // What it gave back at another asset's venue in this turn it no longer has.
            let gone = returned.entry((book.cohort, trader)).or_insert(0);
            let held = shares_held(venue, cohorts, book, trader, ledger) - *gone;
            let before = results.liquidity.len();
            venue.obey(place, command, &book.declared, held, moment, results);
            *gone += results.liquidity[before..].iter().map(|moved| moved.shares.max(0)).sum::<Atoms>();
        }
        if book.orders.side[trader].unsigned_abs() == 1 {
            let (order, traded) = (book.order(place, trader), results.trades.len());
            venue.arrive(&order, &book.declared, moment, results);
            if venue.tape.length_max() > 0 {
                let shout = shout(&order, results, traded, moment.unit, scale(venue));
                venue.tape.push(shout);
            }
        }
    }
    if !queue.is_empty() {
        agree(venues, at);
    }
    for (v, before) in family.zip(before) {
        mark_refused(v, cohorts, &fills[v], before);
    }
}

/// Takes the pool as it stands now from the venue at `at` to the venue at `to`, which is then the one that has it.
fn hand_over(venues: &mut [Venue], at: &mut usize, to: usize) {
    let from = std::mem::replace(at, to);
    let (low, high) = (from.min(to), from.max(to));
    if low < high
        && let (before, after) = venues.split_at_mut(high)
        && let (Market::Pool(one), Market::Pool(other)) = (&mut before[low].market, &mut after[0].market)
    {
        std::mem::swap(&mut one.pool, &mut other.pool);
    }
}

/// Lets every venue that shares a pool with the one at `at` have it as it stands there.
pub(super) fn agree(venues: &mut [Venue], at: usize) {
    let Some(on) = venues[at].pool().filter(|on| on.is_shared()) else { return };
    let (family, pool) = (on.family.clone(), on.pool.clone());
    for v in family.filter(|&v| v != at) {
        if let Market::Pool(on) = &mut venues[v].market {
            on.pool = pool.clone();
        }
    }
}
