//! A market on a limit order book: traders meet each other, and what their resting orders could cost is set aside.

mod reckoning;

use std::ops::Range;

use walras_agents::observation::Quotes;
use walras_catalog::choice;
use walras_ledger::Atoms;
use walras_ledger::exchange::Payment;
use walras_market::book::{
    Aggressor, Book, Closure, Command, Events, Fill, Grid, Halt, Kind, Order, Outcome, Rules, Session, Side, Step,
    Triggered,
};
use walras_market::command::Quote;
use walras_market::order::Rejection;
use walras_market::taken::Taken;
use walras_market::terms::Rate;
use walras_numerics::{StateError, StateVisitor};

use super::maker::OnMaker;
use super::placing::{Asked, Wished};
use super::results::{Arrived, Declared, Results, Trade};
use reckoning::Total;

choice! {
    /// Which price is the market's.
    pub enum BookPrice {
        /// Of the last trade; before there was one, as `middle`.
        Last = "last",
        /// Halfway between best bid and ask; where one is missing, of the last trade, else the reference.
        Middle = "middle",
    }
}

/// The book, what its traders have set aside, and the market's own rules.
#[derive(Debug, Clone)]
pub struct OnBook {
    /// The book.
    pub book: Book,
    /// Fee on what a trader that waited pays or gets, and on what one that came pays or gets.
    pub fees: [Rate; 2],
    /// Steps that an order stands after the one in which it came, 0 to leave when that ends; `None` until it is replaced
    /// or taken back.
    pub lifetime: Option<u32>,
    /// Whether a trader's new order takes the place of what it has in the book.
    pub replaces: bool,
    /// Whether only the best bid and ask stand: a worse one is refused, a better one takes the place of the old.
    pub best_only: bool,
    /// Whether a trade clears all other orders from the book.
    pub clears_on_trade: bool,
    /// Steps for which orders are collected after a halt, before all trade at one price; 0 to go on at once.
    pub reopening: u32,
    /// Which price is the market's.
    pub price: BookPrice,
    /// The price before anything has happened, numeraire atoms for one atom of the asset.
    pub reference: f64,
    /// Atoms of money that each trader's orders have set aside, by place.
    pub money_aside: Vec<Atoms>,
    /// Atoms of the asset, likewise.
    pub tokens_aside: Vec<Atoms>,
    /// The number of the next order.
    pub next: u64,
    /// The curve that quotes into the book, where one does.
    pub maker: Option<OnMaker>,
    pub(super) events: Events,
    /// Whose orders have changed since what is set aside was reckoned up.
    pub(super) touched: Vec<u32>,
    /// Room for what each trader's orders could cost.
    totals: Vec<Total>,
    /// Orders that take part in this step's auction and leave after it, with their traders.
    pub(super) fleeting: Vec<(u64, u32)>,
    /// What a trader's wishes have freed in this turn.
    pub(super) freed: (u32, [Atoms; 2]),
}

impl OnBook {
    /// A book for `traders` traders.
    #[must_use]
    pub fn new(book: Book, traders: usize) -> Self {
        Self {
            book,
            fees: [Rate::default(); 2],
            lifetime: None,
            replaces: true,
            best_only: false,
            clears_on_trade: false,
            reopening: 0,
            price: BookPrice::Last,
            reference: 1.0,
            money_aside: vec![0; traders],
            tokens_aside: vec![0; traders],
            next: 1,
            maker: None,
            events: Events::default(),
            touched: Vec::new(),
            totals: Vec::new(),
            fleeting: Vec::new(),
            freed: (0, [0, 0]),
        }
    }

    /// Makes room for `traders` traders; the book must be empty.
    pub fn admit(&mut self, traders: usize) {
        let makers = usize::from(self.maker.is_some());
        let rules = Rules { traders: u32::try_from(traders + makers).ok(), ..*self.book.rules() };
        let reference = self.book.reference();
        // The rules were checked when the book was opened, and so was the reference.
        if let Ok(mut book) = Book::new(rules) {
            if let Some(reference) = reference {
                let _ = book.set_reference(reference);
            }
            self.book = book;
        }
        self.money_aside = vec![0; traders];
        self.tokens_aside = vec![0; traders];
    }

    /// What the orders of these traders have set aside: atoms of money and of the asset.
    #[must_use]
    pub fn aside(&self, traders: Range<usize>) -> [&[Atoms]; 2] {
        [&self.money_aside[traders.clone()], &self.tokens_aside[traders]]
    }

    pub(super) fn grid(&self) -> Grid {
        self.book.rules().grid
    }

    /// The price now, numeraire atoms for one atom of the asset.
    #[must_use]
    pub fn price(&self) -> f64 {
        let at = |ticks| self.grid().price(ticks);
        let last = self.book.last_price().map(at);
        let middle = self.middle();
        let (first, second) = if self.price == BookPrice::Last { (last, middle) } else { (middle, last) };
        first.or(second).unwrap_or(self.reference)
    }

    /// Best bid and ask with their sizes; `unit` is numeraire per token for one atom per atom, `scale` atoms in a
    /// token.
    #[must_use]
    pub fn quotes(&self, unit: f64, scale: f64) -> Quotes {
        let at = |ticks: i64| self.grid().price(ticks) * unit;
        let size = |side, price: Option<i64>| {
            price.map_or(0.0, |price| self.book.lots_at(side, price) as f64 * self.grid().lot() as f64 / scale)
        };
        let (bid, ask) = (self.book.best_bid(), self.book.best_ask());
        Quotes {
            bid: bid.map(at),
            ask: ask.map(at),
            bid_size: size(Side::Buy, bid),
            ask_size: size(Side::Sell, ask),
            last: self.book.last_price().map(at),
        }
    }

    /// What selling `holding` into the bids would pay after fees, in atoms; what finds no bid pays nothing.
    #[must_use]
    pub fn liquidation(&self, holding: Atoms) -> Atoms {
        let grid = self.grid();
        let mut lots = holding / grid.lot();
        let mut proceeds: Atoms = 0;
        for depth in self.book.depth(Side::Buy) {
            let sold = lots.min(depth.lots as i64);
            proceeds = proceeds.saturating_add(grid.value(depth.price, sold).unwrap_or(Atoms::MAX));
            lots -= sold;
            if lots == 0 {
                break;
            }
        }
        proceeds - self.fees[1].of(proceeds)
    }

    /// Begins a step: orders whose time is over leave, and a halted market will reopen by an auction where it should.
    pub fn open(&mut self, step: u32, halted: bool) {
        self.book.begin_step(Step::from(step), &mut self.events);
        if halted && self.reopening > 0 {
            self.book.halt(Halt { closed: 1, auction: self.reopening });
        }
        for closed in std::mem::take(&mut self.events.closed) {
            self.touched.push(closed.trader);
        }
    }

    /// Ends a step: an auction that is due trades, and orders of this step alone leave.
    pub fn close(&mut self, results: &mut Results) {
        let due = self.book.uncrosses();
        self.book.end_step(&mut self.events);
        for (id, trader) in std::mem::take(&mut self.fleeting) {
            // What is left of an order at any price leaves with the auction that it came for.
            if due {
                self.book.apply(&Command::Cancel { id, trader }, &mut self.events);
                self.touched.push(trader);
            }
        }
        let agents = self.money_aside.len() as u32;
        let sides = |fill: &Fill| [(fill.maker_trader, fill.maker), (fill.taker_trader, fill.taker)];
        let traded = self.events.fills.iter().flat_map(sides).filter(|(trader, _)| *trader < agents);
        let mut traded: Vec<u64> = traded.map(|(_, order)| order).collect();
        traded.sort_unstable();
        traded.dedup();
        results.filled += traded.len() as u64;
        if self.book.rules().session == Session::CallAuction {
            for fill in self.events.fills.iter().filter(|fill| fill.aggressor == Aggressor::Nobody) {
                let lots = i64::from(fill.lots);
                let cost = self.grid().value(i64::from(fill.price), lots).unwrap_or(Atoms::MAX) as f64;
                results.taken.meet(self.grid().amount(lots).unwrap_or(Atoms::MAX) as f64, cost, cost);
            }
        }
        // Counted with the others.
        self.collect_triggered(false, results);
        self.collect(None, results);
        if self.lifetime == Some(0) {
            let touched = &mut self.touched;
            self.book.clear_unlimited(|trader| touched.push(trader));
        }
    }

    /// Reads what serving these orders will read, so that it is at hand by then: it lies scattered.
    pub fn look_ahead(&self, orders: &[Arrived]) {
        let seen = orders.iter().fold(0, |seen, order| {
            let aside = |column: &[Atoms]| if self.replaces { column[order.place as usize] } else { 0 };
            let aside = aside(&self.money_aside) ^ aside(&self.tokens_aside);
            seen ^ aside ^ Atoms::from(self.book.glance(order.place, self.replaces))
        });
        std::hint::black_box(seen);
    }

    /// Serves a plain order of a cohort that declared how its orders are carried out. `unit` is numeraire atoms for one
    /// atom in one numeraire per token.
    pub fn arrive(&mut self, order: &Arrived, declared: &Declared, unit: f64, results: &mut Results) {
        let side = if order.side > 0 { Side::Buy } else { Side::Sell };
        let plain = Asked::of(declared, side, order.limit, order.size, unit);
        let served = self.wished(&Asked { at_any_price: order.at_any_price, ..plain }).and_then(|wished| {
            self.admits(order.place, &wished, self.replaces)?;
            self.make_room(order.place, [Some(&wished), None])?;
            self.place(order.place, &wished, results)
        });
        match served {
            Ok(Some(placed)) => {
                results.filled += u64::from(placed.filled > 0);
                if placed.filled == 0 && placed.resting == 0 {
                    results.refuse(order.place, Rejection::Unfilled);
                }
            }
            // It waits.
            Ok(None) => {}
            Err(why) => results.refuse(order.place, why),
        }
        self.collect(Some(order), results);
    }

    /// Takes from the other side at any price, as a router has found to be worth it; nothing of the order rests. Atoms
    /// of the asset that traded.
    pub fn take(&mut self, order: &Arrived, results: &mut Results) -> Atoms {
        let (side, price) = if order.side > 0 { (Side::Buy, self.book.rules().price_max) } else { (Side::Sell, 1) };
        let kind = Kind::ImmediateOrCancel { price: price.into() };
        let order_id = self.next;
        self.next += 1;
        let placed = Order::new(order_id, order.place, side, kind, order.size / self.grid().lot());
        let outcome = self.carry_out(&Command::Place(placed), results);
        self.collect(Some(order), results);
        match outcome {
            Outcome::Placed(placed) => self.grid().amount(placed.filled.into()).unwrap_or(0),
            _ => 0,
        }
    }

    /// Puts a trader's quotes in place of what it has in the book.
    pub fn quote(
        &mut self,
        place: u32,
        [bid, ask]: [Option<Quote>; 2],
        declared: &Declared,
        unit: f64,
        results: &mut Results,
    ) {
        let wished = [(Side::Buy, bid), (Side::Sell, ask)].map(|(side, quote)| {
            quote.map(|Quote { price, size }| {
                let asked = Asked::of(declared, side, price, size, unit);
                let wished = self.wished(&asked)?;
                self.admits(place, &wished, true).map(|()| wished)
            })
        });
        for why in wished.iter().filter_map(|quote| quote.as_ref()?.as_ref().err()) {
            results.refuse_command(place, *why);
        }
        let fits = wished.map(|quote| quote.and_then(Result::ok));
        // Where no side is let in, what stands stays; where one is, it takes the place of all.
        let refused = wished.iter().any(|quote| matches!(quote, Some(Err(_))));
        let none = refused && fits.iter().all(Option::is_none);
        let [bid, ask] = fits.each_ref().map(Option::as_ref);
        match if none { Ok(false) } else { self.make_room(place, [bid, ask]).map(|()| true) } {
            Err(why) => results.refuse_command(place, why),
            Ok(false) => {}
            Ok(true) => {
                // What stands for a trader is replaced by a quote even where single orders are not.
                self.cancel(place);
                for wished in fits.iter().flatten() {
                    match self.place(place, wished, results) {
                        Ok(Some(placed)) if placed.filled == 0 && placed.resting == 0 => {
                            results.refuse_command(place, Rejection::Unfilled);
                        }
                        Ok(placed) => results.filled += u64::from(placed.is_some_and(|placed| placed.filled > 0)),
                        Err(why) => results.refuse_command(place, why),
                    }
                }
            }
        }
        self.collect(None, results);
    }

    /// Takes back all that a trader has in the book.
    pub fn cancel(&mut self, place: u32) {
        self.book.apply(&Command::CancelAll { trader: place }, &mut self.events);
        self.touched.push(place);
    }

    /// The price in ticks and the size in lots; a limit above the highest price is the highest.
    pub(super) fn on_grid(&self, side: Side, limit: f64, size: Atoms) -> Result<(i64, i64), Rejection> {
        let rules = self.book.rules();
        let highest = rules.grid.price(i64::from(rules.price_max));
        let price = match rules.grid.ticks_within(side, limit.min(highest)) {
            Some(price) => price,
            // A seller that takes anything takes the lowest price.
            None if side == Side::Sell && limit >= 0.0 && limit < highest => 1,
            None => return Err(Rejection::OffGrid),
        };
        let lots = size / rules.grid.lot();
        if lots <= 0 || lots > i64::from(rules.lots_max) { Err(Rejection::OffGrid) } else { Ok((price, lots)) }
    }

    /// Takes back what the trader has in the book where new orders take its place, if what is set aside for it pays
    /// for the new ones as foreseen when they were locked: it does unless it traded since.
    fn make_room(&mut self, place: u32, wished: [Option<&Wished>; 2]) -> Result<(), Rejection> {
        if !self.replaces {
            return Ok(());
        }
        let [mut money, mut tokens] = [0, 0];
        for Wished { side, price, lots, .. } in wished.into_iter().flatten() {
            let needs = self.needs(*side, *price, *lots);
            (money, tokens) = (money + needs[0], tokens + needs[1]);
        }
        let [money_now, tokens_now] = self.locked(place);
        let freed = self.freed_of(place);
        let (money_then, tokens_then) = (self.money_aside[place as usize], self.tokens_aside[place as usize]);
        if money.min(money_then) > money_now.saturating_add(freed[0]) {
            return Err(Rejection::InsufficientBalance);
        }
        if tokens.min(tokens_then) > tokens_now.saturating_add(freed[1]) {
            return Err(Rejection::InsufficientHolding);
        }
        if freed != [0, 0] {
            self.freed = (place, [(money_now + freed[0] - money).max(0), (tokens_now + freed[1] - tokens).max(0)]);
        }
        if money_now != 0 || tokens_now != 0 {
            self.cancel(place);
        }
        Ok(())
    }

    /// Carries out a command, and counts what it takes from the book against the middle price before.
    pub(super) fn carry_out(&mut self, command: &Command, results: &mut Results) -> Outcome {
        let (best, before) = (self.book.best_bid().zip(self.book.best_ask()), self.events.fills.len());
        let outcome = self.book.apply(command, &mut self.events);
        if let (Some(best), true) = (best, self.events.fills.len() > before) {
            let middle = self.halfway(best);
            for fill in &self.events.fills[before..] {
                self.taken(fill, middle, &mut results.taken);
            }
        }
        outcome
    }

    /// Halfway between best bid and ask, atoms for an atom; `None` where one is missing.
    fn middle(&self) -> Option<f64> {
        Some(self.halfway(self.book.best_bid().zip(self.book.best_ask())?))
    }

    /// Halfway between two prices in ticks, atoms for an atom.
    fn halfway(&self, (bid, ask): (i64, i64)) -> f64 {
        0.5 * (self.grid().price(bid) + self.grid().price(ask))
    }

    /// Counts a trade that somebody brought about when the middle price was `middle`.
    fn taken(&self, fill: &Fill, middle: f64, taken: &mut Taken) {
        let side = match fill.aggressor {
            Aggressor::Buyer => 1,
            Aggressor::Seller => -1,
            Aggressor::Nobody => return,
        };
        let tokens = self.grid().amount(i64::from(fill.lots)).unwrap_or(Atoms::MAX) as f64;
        taken.push(side, tokens, self.grid().price(i64::from(fill.price)) * tokens, middle);
    }

    /// Whether an order at this price would stand behind another of its side.
    pub(super) fn is_worse(&self, side: Side, price: i64) -> bool {
        match side {
            Side::Buy => self.book.best_bid().is_some_and(|best| price <= best),
            Side::Sell => self.book.best_ask().is_some_and(|best| price >= best),
        }
    }

    /// Takes every order of a side from the book but one.
    pub(super) fn keep_only(&mut self, side: Side, id: u64) {
        let others: Vec<(u64, u32)> =
            self.book.orders(side).filter(|order| order.id != id).map(|order| (order.id, order.trader)).collect();
        for (id, trader) in others {
            self.book.apply(&Command::Cancel { id, trader }, &mut self.events);
            self.touched.push(trader);
        }
    }

    /// Turns what happened in the book into trades. A maker that traded quotes anew, which may bring about more.
    pub(super) fn collect(&mut self, arriving: Option<&Arrived>, results: &mut Results) {
        self.collect_once(arriving, results);
        while self.answer(results) {
            self.collect_once(None, results);
        }
    }

    fn collect_once(&mut self, arriving: Option<&Arrived>, results: &mut Results) {
        let fills = std::mem::take(&mut self.events.fills);
        let mut priority_fee = arriving.map_or(0, |order| order.priority_fee);
        for fill in &fills {
            let first = arriving
                .filter(|order| order.place == fill.taker_trader)
                .map_or(0, |_| std::mem::take(&mut priority_fee));
            self.trade(fill, first, results);
        }
        for closed in self.events.closed.drain(..) {
            self.touched.push(closed.trader);
        }
        self.collect_triggered(true, results);
        let traded = !fills.is_empty();
        self.events.fills = fills;
        self.events.fills.clear();
        if traded && self.clears_on_trade {
            for side in Side::BOTH {
                self.keep_only(side, 0);
            }
        }
    }

    /// Counts what became of stops that were triggered: one that traded nothing and does not stand is refused then.
    fn collect_triggered(&mut self, counts_filled: bool, results: &mut Results) {
        for Triggered { trader, side, placed, .. } in std::mem::take(&mut self.events.triggered) {
            self.touched.push(trader);
            results.filled += u64::from(counts_filled && placed.filled > 0);
            if placed.filled == 0 && placed.resting == 0 {
                let band = placed.why == Some(Closure::Band);
                results.refuse_command(trader, if band { Rejection::OutsideBand } else { Rejection::Unfilled });
            }
            let best = self.book.orders(side).next().filter(|_| self.best_only && placed.resting > 0);
            if let Some(best) = best {
                self.keep_only(side, best.id);
            }
        }
    }

    fn trade(&mut self, fill: &Fill, priority_fee: Atoms, results: &mut Results) {
        let (price, lots) = (i64::from(fill.price), i64::from(fill.lots));
        // The rules of the book leave no trade that cannot be counted.
        let cost = self.grid().value(price, lots).unwrap_or(Atoms::MAX);
        let tokens = self.grid().amount(lots).unwrap_or(Atoms::MAX);
        let [maker_fee, taker_fee] = self.fees.map(|fee| fee.of(cost));
        let (buyer, seller) = (fill.buyer().1, fill.seller().1);
        // Where nobody brought the trade about, both pay as takers.
        let (buyer_fee, seller_fee) = match fill.aggressor {
            Aggressor::Buyer => (taker_fee, maker_fee),
            Aggressor::Seller => (maker_fee, taker_fee),
            Aggressor::Nobody => (taker_fee, taker_fee),
        };
        let priority = |aggressor| if fill.aggressor == aggressor { -priority_fee } else { 0 };
        let bought =
            Payment { tokens, trade: -cost, fee: -buyer_fee, tribute: 0, priority_fee: priority(Aggressor::Buyer) };
        let sold = Payment {
            tokens: -tokens,
            trade: cost,
            fee: -seller_fee,
            tribute: 0,
            priority_fee: priority(Aggressor::Seller),
        };
        let maker = self.maker_place();
        for (place, payment, side) in [(buyer, bought, Side::Buy), (seller, sold, Side::Sell)] {
            if let Some(curve) = self.maker.as_mut().filter(|_| maker == Some(place)) {
                curve.note(side, fill, cost, -payment.fee);
            } else {
                results.trades.push(Trade { place, payment });
                self.touched.push(place);
            }
        }
    }

    /// Visits the book and what is set aside.
    pub(super) fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        self.book.visit_state("book", visitor)?;
        visitor.u64("next order", &mut self.next)?;
        for (name, column) in [("money aside", &mut self.money_aside), ("tokens aside", &mut self.tokens_aside)] {
            let len = column.len();
            visitor.i64s(name, column)?;
            if column.len() != len {
                return Err(StateError(format!("{name} has another length")));
            }
        }
        Ok(())
    }
}

/// The market's word for a book's.
pub(super) fn reason(why: walras_market::book::Rejection) -> Rejection {
    use walras_market::book::Rejection as Book;
    match why {
        Book::Closed => Rejection::Halted,
        Book::OutsideBand => Rejection::OutsideBand,
        Book::WouldTake => Rejection::WouldTake,
        Book::CannotFill => Rejection::CannotFill,
        Book::UnknownId => Rejection::UnknownOrder,
        Book::NotOwned => Rejection::NotOwned,
        Book::BadDisplay => Rejection::BadSize,
        Book::BookFull => Rejection::NoLiquidity,
        Book::NotInAuction | Book::NotReplaceable => Rejection::NotOffered,
        _ => Rejection::OffGrid,
    }
}
