//! serve: markets that serve orders one by one, or collect them for the end of the step.
//!
//! This is `clear` for every market but a curve in a step in which all act at once. When agents act one after another,
//! every market is served here, one agent at a time.

use std::ops::Range;

use walras_agents::observation::Shout;
use walras_ledger::{Atoms, CohortId, Ledger};
use walras_market::arrival::Ticket;
use walras_market::command::Command;
use walras_market::order::{Rejection, Side};
use walras_numerics::CHUNK;

use super::Actions;
use super::clear::{Book, Draws, VenueFills, books, find, gather_plain, sort};
use super::turn::{Turn, Who};
use crate::venue::{Arrived, Market, Moment, Results, Venue};
use crate::world::Cohort;

/// Orders are looked up so many at a time: they lie scattered, and so many of the reads are under way at once.
const AT_ONCE: usize = 64;

/// What serving a market reads and what it works in.
pub(super) struct Counter<'a> {
    /// The market's number.
    pub(super) number: usize,
    pub(super) turn: &'a Turn,
    pub(super) actions: &'a Actions,
    pub(super) ledger: &'a Ledger,
    pub(super) draws: Draws,
    pub(super) moment: Moment,
    pub(super) tickets: &'a mut Vec<Ticket>,
    pub(super) spare: &'a mut Vec<Ticket>,
}

/// Serves what the turn's agents ask of one market.
pub(super) fn serve(venue: &mut Venue, cohorts: &mut [Cohort], fills: &mut VenueFills, counter: Counter<'_>) {
    let Counter { number, turn, actions, ledger, draws, mut moment, tickets, spare } = counter;
    let results = &mut fills.results;
    let before = results.refused.len();
    if turn.first {
        venue.open(&moment);
    }
    let books = books(number, cohorts);
    gather(&books, cohorts, actions, turn, draws, tickets);
    sort(&books, venue, tickets, spare);
    let collects = matches!(venue.market, Market::Auction(_) | Market::Clearing(_));
    let listened_to = venue.tape.length_max() > 0;
    let commanded = books.iter().any(|book| !commands_at(book, actions).is_empty());
    let mut ahead = Vec::with_capacity(AT_ONCE);
    for block in tickets.chunks(AT_ONCE) {
        ahead.clear();
        ahead.extend(block.iter().map(|&ticket| {
            let (book, trader) = find(&books, ticket);
            book.order(ticket.place, trader)
        }));
        venue.look_ahead(&ahead);
        for (&ticket, order) in block.iter().zip(&ahead) {
            let (book, trader) = find(&books, ticket);
            if commanded {
                let held = shares_held(venue, cohorts, book, trader, ledger);
                for command in commands_of(actions, book, trader) {
                    venue.obey(ticket.place, command, &book.declared, held, &moment, results);
                }
            }
            if order.side.unsigned_abs() != 1 {
                continue;
            }
            let traded = results.trades.len();
            venue.arrive(order, &book.declared, &mut moment, results);
            if listened_to && !collects {
                let shout = shout(order, results, traded, moment.unit, scale(venue));
                venue.tape.push(shout);
            }
            if listened_to && collects {
                fills.collected.push(*order);
            }
        }
    }
    if turn.last {
        let traded = results.trades.len();
        venue.close(&moment, results);
        results.trades[traded..].sort_by_key(|trade| trade.place);
        for order in fills.collected.drain(..) {
            let shout = shout(&order, results, traded, moment.unit, scale(venue));
            venue.tape.push(shout);
        }
    }
    venue.reckon(results);
    mark_refused(number, cohorts, fills, before);
}

/// What an agent holds of a market's liquidity shares, in atoms.
pub(super) fn shares_held(venue: &Venue, cohorts: &[Cohort], book: &Book<'_>, trader: usize, ledger: &Ledger) -> Atoms {
    let column = venue.share_asset().and_then(|asset| ledger.column(cohorts[book.cohort].id, asset));
    column.map_or(0, |column| column[trader])
}

/// Atoms in one token.
pub(super) fn scale(venue: &Venue) -> f64 {
    walras_numerics::elementary::pow10(venue.decimals.1)
}

/// Collects whose turn it is and who asks anything of the market, with the keys of their arrival.
pub(super) fn gather(
    books: &[Book<'_>],
    cohorts: &[Cohort],
    actions: &Actions,
    turn: &Turn,
    draws: Draws,
    tickets: &mut Vec<Ticket>,
) {
    tickets.clear();
    let mut words = [0; CHUNK];
    for book in books {
        let rows: Range<usize> = match turn.who {
            Who::All => 0..book.orders.side.len(),
            Who::One { cohort, row } if cohort == book.cohort => row..row + 1,
            Who::One { .. } => continue,
        };
        let (tally, commands) = (&actions.asked[book.cohort].tallies[book.market], commands_at(book, actions));
        if tally.bought == 0 && tally.sold == 0 && commands.is_empty() {
            continue;
        }
        let entity = cohorts[book.cohort].entity;
        if commands.is_empty() && turn.who == Who::All {
            gather_plain(book, entity, draws, &mut words, tickets);
            continue;
        }
        let mut commanding = commands.iter().map(|command| command.trader as usize).peekable();
        for row in rows {
            let mut asks = book.orders.side[row].unsigned_abs() == 1;
            while commanding.next_if(|&trader| trader <= row).is_some_and(|trader| {
                asks |= trader == row;
                true
            }) {}
            if asks {
                tickets.push(Ticket { key: draws.key(entity + row as u64), place: (book.first + row) as u32 });
            }
        }
    }
}

/// What a cohort asks of a market besides plain orders.
fn commands_at<'a>(book: &Book<'_>, actions: &'a Actions) -> &'a [Command] {
    &actions.asked[book.cohort].commands[book.market]
}

/// What a trader asks of a market besides its plain order.
pub(super) fn commands_of<'a>(actions: &'a Actions, book: &Book<'_>, trader: usize) -> &'a [Command] {
    // In the order of the traders.
    let commands = commands_at(book, actions);
    let first = commands.partition_point(|command| (command.trader as usize) < trader);
    let count = commands[first..].partition_point(|command| command.trader as usize == trader);
    &commands[first..first + count]
}

/// What others hear of an order: its price, and the size and average price of what it traded since trade number `from`.
pub(super) fn shout(order: &Arrived, results: &Results, from: usize, unit: f64, scale: f64) -> Shout {
    let (mut money, mut tokens): (i128, i128) = (0, 0);
    for trade in results.trades[from..].iter().filter(|trade| trade.place == order.place) {
        // A taker's own trades: what it had at rest is on the other side.
        if trade.payment.tokens.signum() == Atoms::from(order.side) {
            money += i128::from(trade.payment.trade.unsigned_abs());
            tokens += i128::from(trade.payment.tokens.unsigned_abs());
        }
    }
    let traded = (tokens > 0).then(|| money as f64 / tokens as f64 / unit);
    let (size, traded_size) = (order.size as f64 / scale, tokens as f64 / scale);
    Shout { side: order.side, price: order.limit, size, traded, traded_size }
}

/// Marks refused plain orders in their traders' columns.
pub(super) fn mark_refused(venue: usize, cohorts: &mut [Cohort], fills: &VenueFills, from: usize) {
    for refused in fills.results.refused[from..].iter().filter(|refused| refused.plain) {
        let (cohort, _, row) = fills.traders.at(refused.place);
        for at in cohorts[cohort].places.iter_mut().filter(|at| at.venue == venue) {
            at.orders.side[row] = Side::rejected(at.orders.side[row], refused.why);
        }
    }
}

/// Where the traders of a market are: the place of each cohort's first agent, in rising order.
#[derive(Debug, Clone, Default)]
pub struct Traders {
    firsts: Vec<(usize, usize, CohortId)>,
}

impl Traders {
    /// The traders of market number `venue`.
    pub(super) fn find(&mut self, venue: usize, cohorts: &[Cohort]) {
        self.firsts.clear();
        for (c, cohort) in cohorts.iter().enumerate() {
            let places = cohort.places.iter().filter(|place| place.venue == venue);
            self.firsts.extend(places.map(|place| (place.first, c, cohort.id)));
        }
    }

    /// The cohort, its accounts, and the row in it of the trader at `place`.
    #[inline]
    #[must_use]
    pub fn at(&self, place: u32) -> (usize, CohortId, usize) {
        let place = place as usize;
        let after = self.firsts.partition_point(|&(first, ..)| first <= place);
        let (first, cohort, id) = self.firsts[after - 1];
        (cohort, id, place - first)
    }
}

/// Why orders that reached a market were refused there, plain ones and commands.
pub(super) fn count_refused(results: &Results, counts: &mut [u64; Rejection::ALL.len()]) {
    for refused in &results.refused {
        counts[refused.why as usize] += 1;
    }
}
