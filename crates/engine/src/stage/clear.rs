//! clear: each market matches its orders.

use walras_agents::observation::Shout;
use walras_ledger::exchange::{Payment, Posted};
use walras_ledger::{AgentAddress, Atoms, Ledger};
use walras_market::arrival::{self, Ticket};
use walras_market::curve::batch::{Batch, Cleared, Group};
use walras_market::curve::in_turn::{InTurn, Row, Standing};
use walras_market::order::{Limit, Orders, Rejection, Side};
use walras_market::terms::Terms;
use walras_numerics::{CHUNK, Keys, Purpose};

use super::Actions;
use super::make::standing_after;
use super::serve::{Counter, Traders, serve};
use super::share::share;
use super::turn::Turn;
use crate::economy::{OrderOfEvents, Settlement};
use crate::venue::{Arrived, Declared, Made, Market, Moment, Results, Venue};
use crate::world::{Cohort, World};

/// What each market's orders came to.
#[derive(Debug, Default)]
pub struct Fills {
    /// One for each venue.
    pub venues: Vec<VenueFills>,
    pub(super) tickets: Vec<Ticket>,
    pub(super) spare: Vec<Ticket>,
    words: Vec<u32>,
    entities: Vec<u64>,
}

/// What one market's orders came to.
#[derive(Debug, Default)]
pub struct VenueFills {
    /// The one price of all, where all settle at one.
    pub batch: Option<Cleared>,
    /// What the market takes from trades in this step; it may take something else from the next.
    pub terms: Terms,
    /// The orders in order of arrival, where a curve served them one after another.
    pub rows: Vec<Row>,
    /// What came of orders and commands that a market served one by one or collected.
    pub results: Results,
    /// The traders that places in the results stand for.
    pub traders: Traders,
    /// Orders whose fate is known at the end of the step.
    pub(super) collected: Vec<Arrived>,
    /// How much of the results has been posted.
    pub(super) posted: Marks,
}

/// How much of each list of [`Results`] has been posted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) trades: usize,
    pub(super) set_aside: usize,
    pub(super) liquidity: usize,
    pub(super) protocol_fees: usize,
    pub(super) made: usize,
}

impl Fills {
    /// A step begins.
    pub fn begin(&mut self, world: &World) {
        self.venues.resize_with(world.venues.len(), VenueFills::default);
        for (v, (fills, venue)) in self.venues.iter_mut().zip(&world.venues).enumerate() {
            fills.begin(v, &world.cohorts);
            fills.terms = venue.terms;
        }
    }
}

impl VenueFills {
    /// How many orders were filled, whole or in part, of which `posted` was posted.
    #[must_use]
    pub fn filled(&self, posted: &Posted) -> u64 {
        if self.batch.is_some() || !self.rows.is_empty() { posted.buyers + posted.sellers } else { self.results.filled }
    }

    /// The account of the trader at `place`.
    pub(super) fn address(&self, place: u32) -> AgentAddress {
        let (_, cohort, row) = self.traders.at(place);
        AgentAddress { cohort, row: row as u32 }
    }

    /// How much there is in each list of the results.
    pub(super) fn marks(&self) -> Marks {
        Marks {
            trades: self.results.trades.len(),
            set_aside: self.results.set_aside.len(),
            liquidity: self.results.liquidity.len(),
            protocol_fees: self.results.protocol_fees.len(),
            made: self.results.made.len(),
        }
    }

    /// A step begins at market number `venue`.
    fn begin(&mut self, venue: usize, cohorts: &[Cohort]) {
        self.batch = None;
        self.rows.clear();
        self.results.clear();
        self.traders.find(venue, cohorts);
        self.collected.clear();
        self.posted = Marks::default();
    }
}

/// Matches the orders of the turn at every market. Rejected orders are marked in the cohorts' columns.
pub fn clear(world: &mut World, turn: &Turn, actions: &Actions, fills: &mut Fills) {
    let World { venues, cohorts, ledger, assets, keys, step, order_of_events, .. } = world;
    let Fills { venues: results, tickets, spare, words, entities } = fills;
    words.resize(CHUNK, 0);
    entities.clear();
    entities.extend(cohorts.iter().map(|cohort| cohort.entity));
    for v in 0..venues.len() {
        follow((venues, v), results, cohorts, ledger);
        let (venue, result) = (&mut venues[v], &mut results[v]);
        let draws = Draws { keys: *keys, purpose: Purpose::arrival(v as u16), step: *step };
        let moment = Moment::of(venue, *step, ledger, assets);
        let Moment { unit, maximum_supply, .. } = moment;
        let at_once = *order_of_events == OrderOfEvents::Simultaneous;
        match &venue.market {
            // What is sent on by routers goes after what was sent directly: see `send`.
            Market::Router(_) => {}
            // All that share a pool are served together: see `share`.
            Market::Pool(on) if on.is_shared() => continue,
            Market::Curve(on) if at_once && on.settlement == Settlement::Batch => {
                let standing = Standing { supply: moment.standing.0, reserve: moment.standing.1 };
                let exact = on.exact(venue.decimals);
                let batch = Batch { exact, standing, maximum_supply, price_scale: 1.0 / unit };
                let mut groups = groups(v, cohorts, actions);
                let arrival = |group: u32, trader: usize| draws.key(entities[group as usize] + trader as u64);
                let before = batch.exact.price(standing.supply, standing.reserve) * unit;
                result.batch = batch.clear(&mut groups, &arrival);
                if let Some(Cleared { price, bought, sold, .. }) = result.batch {
                    for (side, tokens) in [(1, bought as f64), (-1, sold as f64)] {
                        result.results.taken.push(side, tokens, price * unit * tokens, before);
                    }
                }
            }
            Market::Curve(on) if at_once => {
                let standing = Standing { supply: moment.standing.0, reserve: moment.standing.1 };
                let books = books(v, cohorts);
                gather(&books, cohorts, actions, draws, words, tickets);
                sort(&books, venue, tickets, spare);
                fill_in(&books, unit, tickets, &mut result.rows);
                let (decimals, anchor) = (venue.decimals, on.anchor);
                let taken = result.results.taken;
                let mut turn = InTurn { rows: &mut result.rows, standing, maximum_supply, decimals, anchor, taken };
                on.curve.trade_in_turn(&mut turn);
                result.results.taken = turn.taken;
                mark_rejected(v, cohorts, &result.rows);
            }
            _ => {
                let counter = Counter { number: v, turn, actions, ledger, draws, moment, tickets, spare };
                serve(venue, cohorts, result, counter);
                continue;
            }
        }
        if venue.tape.length_max() > 0 {
            overhear(v, venue, cohorts, result, unit);
        }
    }
    share(world, turn, actions, fills);
}

/// Lets a maker quote for what its curve, which is declared before, traded in this turn.
fn follow((venues, v): (&mut [Venue], usize), fills: &mut [VenueFills], cohorts: &[Cohort], ledger: &Ledger) {
    let Some(curve) = venues[v].maker_curve() else { return };
    let standing = venues[curve].standing(ledger);
    let standing = standing_after((curve, &venues[curve]), &fills[curve], cohorts, standing);
    if let Some(book) = venues[v].book_mut() {
        book.follow(standing, &mut fills[v].results);
    }
}

/// Lets those who listen hear the orders that reached a curve, which served them together.
fn overhear(number: usize, venue: &mut Venue, cohorts: &[Cohort], fills: &VenueFills, unit: f64) {
    let scale = walras_numerics::elementary::pow10(venue.decimals.1);
    for row in &fills.rows {
        let size = row.amount.unsigned_abs() as f64;
        let traded = row.rejection.is_none().then(|| row.money as f64 / size / unit);
        let traded_size = if traded.is_some() { size / scale } else { 0.0 };
        let side = row.amount.signum() as i8;
        venue.tape.push(Shout { side, price: row.limit / unit, size: size / scale, traded, traded_size });
    }
    if !fills.rows.is_empty() {
        return;
    }
    let price = fills.batch.as_ref().map(|cleared| cleared.price);
    for book in books(number, cohorts) {
        for (trader, &side) in book.orders.side.iter().enumerate() {
            let traded = match Side::rejection(side) {
                None if side != Side::NONE => price,
                Some(Rejection::LimitNotReached | Rejection::MaximumSupply) => None,
                _ => continue,
            };
            let order = Arrived { side: side.signum(), ..book.order(0, trader) };
            let (price, size) = (order.limit, order.size as f64 / scale);
            let traded_size = if traded.is_some() { size } else { 0.0 };
            venue.tape.push(Shout { side: order.side, price, size, traded, traded_size });
        }
    }
}

/// Arrival keys of one market in one step.
#[derive(Clone, Copy)]
pub(super) struct Draws {
    pub(super) keys: Keys,
    pub(super) purpose: Purpose,
    pub(super) step: u32,
}

impl Draws {
    pub(super) fn key(self, entity: u64) -> u32 {
        self.keys.word(self.purpose, entity, self.step)
    }
}

fn groups<'a>(venue: usize, cohorts: &'a mut [Cohort], actions: &Actions) -> Vec<Group<'a>> {
    let mut groups = Vec::new();
    for (c, cohort) in cohorts.iter_mut().enumerate() {
        for (place, tally) in cohort.places.iter_mut().zip(&actions.asked[c].tallies).filter(|(p, _)| p.venue == venue)
        {
            groups.push(Group {
                orders: &mut place.orders,
                bought: tally.bought,
                sold: tally.sold,
                seen: place.seen,
                lowest_buy: tally.lowest_buy,
                highest_sell: tally.highest_sell,
                arrival_group: c as u32,
            });
        }
    }
    groups
}

/// Collects who has an order that reached the market, in column order, with the keys of their arrival.
fn gather(
    books: &[Book<'_>],
    cohorts: &[Cohort],
    actions: &Actions,
    draws: Draws,
    words: &mut [u32],
    tickets: &mut Vec<Ticket>,
) {
    tickets.clear();
    for book in books {
        let tally = &actions.asked[book.cohort].tallies[book.market];
        if tally.bought == 0 && tally.sold == 0 {
            continue;
        }
        gather_plain(book, cohorts[book.cohort].entity, draws, words, tickets);
    }
}

/// Collects who of a cohort has an order that reached the market. `words` has room for a chunk.
pub(super) fn gather_plain(book: &Book<'_>, entity: u64, draws: Draws, words: &mut [u32], tickets: &mut Vec<Ticket>) {
    for (chunk, sides) in book.orders.side.chunks(CHUNK).enumerate() {
        let first = chunk * CHUNK;
        let words = &mut words[..sides.len()];
        draws.keys.fill(draws.purpose, entity + first as u64, draws.step, words);
        // Sides are random: writing every ticket and keeping those with an order beats a branch on each.
        let mut kept = tickets.len();
        tickets.resize(kept + sides.len(), Ticket::default());
        for (i, (side, &key)) in sides.iter().zip(words.iter()).enumerate() {
            tickets[kept] = Ticket { key, place: (book.first + first + i) as u32 };
            kept += usize::from(side.unsigned_abs() == 1);
        }
        tickets.truncate(kept);
    }
}

/// One cohort's orders at a market, with what all of them share looked up beforehand.
pub(super) struct Book<'a> {
    /// The cohort, and the market's number among its markets.
    pub(super) cohort: usize,
    pub(super) market: usize,
    /// The place of the cohort's first agent among all traders of the market.
    pub(super) first: usize,
    pub(super) orders: &'a Orders,
    size: Option<Atoms>,
    priority_fee: Option<Atoms>,
    /// The limits of buyers and of sellers, where they share them.
    limits: Option<[f64; 2]>,
    seen: f64,
    /// How they are carried out where they can rest.
    pub(super) declared: Declared,
}

pub(super) fn books(venue: usize, cohorts: &[Cohort]) -> Vec<Book<'_>> {
    let mut books = Vec::new();
    for (c, cohort) in cohorts.iter().enumerate() {
        for (market, place) in cohort.seen_places().filter(|(_, place)| place.venue == venue) {
            let (orders, seen, first) = (&place.orders, place.seen, place.first);
            let limits = match orders.limit {
                Limit::Slippage(share) => Some([seen * (1.0 + share), seen * (1.0 - share)]),
                Limit::Each(_) => None,
            };
            let (size, priority_fee) = (orders.size.shared(), orders.priority_fee.shared());
            let stops = place.stop.map(|away| [seen * (1.0 + away), seen * (1.0 - away)]);
            let declared = Declared { manner: place.manner, stops };
            books.push(Book { cohort: c, market, first, orders, size, priority_fee, limits, seen, declared });
        }
    }
    books
}

impl Book<'_> {
    /// The plain order of the agent at `trader`, whose place at the market is `place`.
    pub(super) fn order(&self, place: u32, trader: usize) -> Arrived {
        let side = self.orders.side[trader];
        Arrived {
            place,
            side,
            size: self.size.unwrap_or_else(|| self.orders.size.get(trader)),
            limit: match self.limits {
                Some(limits) => limits[usize::from(side < 0)],
                None => self.orders.limit_of(trader, self.seen),
            },
            priority_fee: self.priority_fee.unwrap_or_else(|| self.orders.priority_fee.get(trader)),
            at_any_price: self.orders.at_any_price.get(trader).copied().unwrap_or_default(),
        }
    }
}

/// The book and the row in its cohort that a ticket stands for.
#[inline]
pub(super) fn find<'a, 'b>(books: &'a [Book<'b>], ticket: Ticket) -> (&'a Book<'b>, usize) {
    let place = ticket.place as usize;
    if let [book] = books {
        return (book, place - book.first);
    }
    let after = books.partition_point(|book| book.first <= place);
    let book = &books[after - 1];
    (book, place - book.first)
}

/// Puts tickets into the order in which they are served.
pub(super) fn sort(books: &[Book<'_>], venue: &Venue, tickets: &mut Vec<Ticket>, spare: &mut Vec<Ticket>) {
    let fee = |ticket: &Ticket| {
        let (book, trader) = find(books, *ticket);
        book.orders.priority_fee.get(trader)
    };
    arrival::sort(venue.arrival, tickets, spare, fee);
}

/// Looks up the order of every ticket, in order of arrival.
fn fill_in(books: &[Book<'_>], unit: f64, tickets: &[Ticket], rows: &mut Vec<Row>) {
    rows.extend(tickets.iter().map(|&ticket| {
        let (book, trader) = find(books, ticket);
        let side = book.orders.side[trader];
        let limit = match book.limits {
            Some(limits) => limits[usize::from(side < 0)],
            None => book.orders.limit_of(trader, book.seen),
        };
        Row {
            amount: Atoms::from(side) * book.size.unwrap_or_else(|| book.orders.size.get(trader)),
            limit: limit * unit,
            priority_fee: book.priority_fee.unwrap_or_else(|| book.orders.priority_fee.get(trader)),
            money: 0,
            trader: trader as u32,
            group: book.cohort as u16,
            rejection: None,
        }
    }));
}

fn mark_rejected(venue: usize, cohorts: &mut [Cohort], rows: &[Row]) {
    for row in rows {
        if let Some(why) = row.rejection {
            let places = &mut cohorts[row.group as usize].places;
            for place in places.iter_mut().filter(|place| place.venue == venue) {
                let side = &mut place.orders.side[row.trader as usize];
                *side = Side::rejected(*side, why);
            }
        }
    }
}

/// One trade of one agent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fill {
    /// The market.
    pub venue: usize,
    /// The cohort.
    pub cohort: usize,
    /// The agent's row in it.
    pub row: usize,
    /// What the trade did to the agent's account.
    pub payment: Payment,
}

/// The payment of an order of `size` on `side` in a batch.
#[must_use]
pub fn batch_payment(cleared: &Cleared, terms: &Terms, side: i8, size: Atoms, priority_fee: Atoms) -> Option<Payment> {
    match side {
        Side::BUY => terms.bought(size, cleared.buyers.up(size)?, priority_fee),
        Side::SELL => Some(terms.sold(size, cleared.sellers.down(size)?, priority_fee)),
        _ => None,
    }
}

/// The payment of an order that was served in turn; `None` when it was rejected.
#[must_use]
#[inline]
pub fn turn_payment(row: &Row, terms: &Terms) -> Option<Payment> {
    if row.rejection.is_some() {
        return None;
    }
    if *terms == Terms::default() {
        // Without deductions both sides are alike, and their random order costs no branch.
        let trade = if row.amount > 0 { -row.money } else { row.money };
        let priority_fee = -row.priority_fee;
        return Some(Payment { tokens: row.amount, trade, fee: 0, tribute: 0, priority_fee });
    }
    if row.amount > 0 {
        terms.bought(row.amount, row.money, row.priority_fee)
    } else {
        Some(terms.sold(-row.amount, row.money, row.priority_fee))
    }
}

impl Fills {
    /// Calls `each` with the market made and what its maker traded there, in order.
    pub fn each_made(&self, mut each: impl FnMut(usize, &Made)) {
        for (v, fills) in self.venues.iter().enumerate() {
            fills.results.made.iter().for_each(|made| each(v, made));
        }
    }

    /// Calls `each` for every trade: market by market, in column order or in order of arrival.
    pub fn each(&self, cohorts: &[Cohort], mut each: impl FnMut(Fill)) {
        for (v, fills) in self.venues.iter().enumerate() {
            for row in &fills.rows {
                if let Some(payment) = turn_payment(row, &fills.terms) {
                    each(Fill { venue: v, cohort: row.group as usize, row: row.trader as usize, payment });
                }
            }
            for trade in &fills.results.trades {
                let (cohort, _, row) = fills.traders.at(trade.place);
                each(Fill { venue: v, cohort, row, payment: trade.payment });
            }
            let Some(cleared) = &fills.batch else { continue };
            for (c, cohort) in cohorts.iter().enumerate() {
                for place in cohort.places.iter().filter(|place| place.venue == v) {
                    let orders = &place.orders;
                    for (row, &side) in orders.side.iter().enumerate().filter(|(_, side)| side.unsigned_abs() == 1) {
                        let (size, fee) = (orders.size.get(row), orders.priority_fee.get(row));
                        if let Some(payment) = batch_payment(cleared, &fills.terms, side, size, fee) {
                            each(Fill { venue: v, cohort: c, row, payment });
                        }
                    }
                }
            }
        }
    }
}
