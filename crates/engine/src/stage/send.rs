//! send: routers cut orders over other markets. Part of `clear`, after the orders sent there directly.

use walras_ledger::Atoms;
use walras_market::arrival::Ticket;
use walras_market::order::Rejection;
use walras_numerics::Purpose;

use super::Actions;
use super::clear::{Draws, Fills, VenueFills, books, find, sort};
use super::serve::{gather, mark_refused};
use super::share::agree;
use super::turn::Turn;
use crate::venue::{Arrived, Declared, Market, Moment, OnMaker, OnRouter, Venue};
use crate::world::{Cohort, World};

/// Sends the turn's orders to routers on to other markets, one after another. What was sent there directly must have been
/// posted.
pub fn send(world: &mut World, turn: &Turn, actions: &Actions, fills: &mut Fills) {
    let World { venues, cohorts, ledger, assets, keys, step, .. } = world;
    let Fills { venues: fills, tickets, spare, .. } = fills;
    // One for each market, for all routers: what one sends moves the market for the next.
    let mut all: Vec<Moment> = venues.iter().map(|venue| Moment::of(venue, *step, ledger, assets)).collect();
    for v in 0..venues.len() {
        let Some(router) = venues[v].router().cloned() else { continue };
        let draws = Draws { keys: *keys, purpose: Purpose::arrival(v as u16), step: *step };
        let orders = orders_to(v, cohorts, &venues[v], (turn, actions), draws, (tickets, spare));
        let mut moments: Vec<Moment> = router.venues.iter().map(|&venue| all[venue]).collect();
        let before = fills[v].results.refused.len();
        for order in orders {
            let halted = venues[v].halted;
            let plan = if halted { Err(Rejection::Halted) } else { router.plan(&order.arrived, venues, &moments) };
            match plan {
                Err(why) => fills[v].results.refuse(order.arrived.place, why),
                Ok(parts) => {
                    fills[v].results.filled += 1;
                    carry_out(&order, &parts, &router, cohorts, venues, fills, &mut moments);
                }
            }
        }
        mark_refused(v, cohorts, &fills[v], before);
        for (&venue, moment) in router.venues.iter().zip(moments) {
            all[venue] = moment;
        }
        align(&router, venues, fills, &mut all);
    }
}

/// Where a router traded at a curve, the book that it makes follows; where it traded in such a book, so does the curve.
fn align(router: &OnRouter, venues: &mut [Venue], fills: &mut [VenueFills], moments: &mut [Moment]) {
    for v in 0..venues.len() {
        let Some(book) = venues[v].book_mut() else { continue };
        let Some(maker) = &book.maker else { continue };
        let curve = maker.curve;
        if router.venues.contains(&v) {
            moments[curve].standing = maker.standing().unwrap_or(moments[curve].standing);
        } else if router.venues.contains(&curve) {
            book.follow(moments[curve].standing, &mut fills[v].results);
            moments[curve].standing =
                book.maker.as_ref().and_then(OnMaker::standing).unwrap_or(moments[curve].standing);
            venues[v].reckon(&mut fills[v].results);
        }
    }
}

/// An order to a router, and whose it is.
struct Routed {
    cohort: usize,
    row: usize,
    arrived: Arrived,
}

fn orders_to(
    router: usize,
    cohorts: &[Cohort],
    venue: &Venue,
    (turn, actions): (&Turn, &Actions),
    draws: Draws,
    (tickets, spare): (&mut Vec<Ticket>, &mut Vec<Ticket>),
) -> Vec<Routed> {
    let books = books(router, cohorts);
    gather(&books, cohorts, actions, turn, draws, tickets);
    sort(&books, venue, tickets, spare);
    let found = tickets.iter().map(|&ticket| (ticket, find(&books, ticket)));
    let plain = found.filter(|(_, (book, trader))| book.orders.side[*trader].unsigned_abs() == 1);
    plain
        .map(|(ticket, (book, row))| Routed { cohort: book.cohort, row, arrived: book.order(ticket.place, row) })
        .collect()
}

/// Trades each market's part of an order there.
fn carry_out(
    order: &Routed,
    parts: &[Atoms],
    router: &OnRouter,
    cohorts: &[Cohort],
    venues: &mut [Venue],
    fills: &mut [VenueFills],
    moments: &mut [Moment],
) {
    let mut priority_fee = order.arrived.priority_fee;
    for ((&venue, &part), moment) in router.venues.iter().zip(parts).zip(moments) {
        let places = &cohorts[order.cohort].places;
        let place = places.iter().find(|place| place.venue == venue).map(|place| place.first + order.row);
        let (Some(place), true) = (place, part > 0) else { continue };
        // The order as a whole is within its limit, whatever a part costs.
        let limit = if order.arrived.side > 0 { f64::INFINITY } else { 0.0 };
        let priority_fee = std::mem::take(&mut priority_fee);
        let part = Arrived { place: place as u32, size: part, limit, priority_fee, ..order.arrived };
        let results = &mut fills[venue].results;
        let refused = results.refused.len();
        if let Market::Book(book) = &mut venues[venue].market {
            book.take(&part, results);
        } else {
            venues[venue].arrive(&part, &Declared::default(), moment, results);
            agree(venues, venue);
        }
        // What was refused was sent by the router, which found it to be possible.
        let others = results.refused.split_off(refused).into_iter().filter(|one| one.place != part.place);
        results.refused.extend(others);
        venues[venue].reckon(&mut fills[venue].results);
    }
}

/// Sets every router's price halfway between those of its markets.
pub(crate) fn reprice_routers(world: &mut World) {
    for v in 0..world.venues.len() {
        let Some(router) = world.venues[v].router() else { continue };
        let prices: Vec<f64> = router.venues.iter().map(|&venue| world.venues[venue].price(&world.ledger)).collect();
        let price = walras_numerics::sum::sum(&prices) / prices.len() as f64;
        if let Market::Router(router) = &mut world.venues[v].market {
            router.price = price;
        }
    }
}
