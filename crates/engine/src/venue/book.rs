//! A market on a limit order book: traders meet each other, and what their resting orders could cost is set aside.

use walras_agents::observation::Quotes;
use walras_catalog::choice;
use walras_ledger::Atoms;
use walras_ledger::exchange::Payment;
use walras_market::book::{
    Aggressor, Book, Command, Events, Fill, Grid, Halt, Kind, Order, Outcome, Phase, Placed, Rules, Side, Step,
};
use walras_market::command::Quote;
use walras_market::order::Rejection;
use walras_market::terms::Rate;
use walras_numerics::{StateError, StateVisitor};

use super::maker::OnMaker;
use super::results::{Arrived, Moved, Results, Taken, Trade};

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
    /// Steps that an order stands after the one in which it came; `None` until it is replaced or taken back.
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
    touched: Vec<u32>,
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

    fn grid(&self) -> Grid {
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

    /// Ends a step: an auction that is due trades.
    pub fn close(&mut self, results: &mut Results) {
        self.book.end_step(&mut self.events);
        let agents = self.money_aside.len() as u32;
        let sides = |fill: &Fill| [(fill.maker_trader, fill.maker), (fill.taker_trader, fill.taker)];
        let traded = self.events.fills.iter().flat_map(sides).filter(|(trader, _)| *trader < agents);
        let mut traded: Vec<u64> = traded.map(|(_, order)| order).collect();
        traded.sort_unstable();
        traded.dedup();
        results.filled += traded.len() as u64;
        self.collect(None, results);
    }

    /// Serves a plain order. `unit` is numeraire atoms for one atom in one numeraire per token.
    pub fn arrive(&mut self, order: &Arrived, unit: f64, results: &mut Results) {
        let side = if order.side > 0 { Side::Buy } else { Side::Sell };
        let served = self.on_grid(side, order.limit * unit, order.size).and_then(|(price, lots)| {
            self.admits(side, price)?;
            self.make_room(order.place, [(side, Some((price, lots))), (side.opposite(), None)])?;
            self.place(order.place, side, (price, lots), false, results)
        });
        match served {
            Ok(placed) => {
                results.filled += u64::from(placed.filled > 0);
                if placed.filled == 0 && placed.resting == 0 {
                    results.refuse(order.place, Rejection::Unfilled);
                }
            }
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
        let outcome = self.apply(placed, results);
        self.collect(Some(order), results);
        match outcome {
            Outcome::Placed(placed) => self.grid().amount(placed.filled.into()).unwrap_or(0),
            _ => 0,
        }
    }

    /// Puts a trader's quotes in place of what it has in the book.
    pub fn quote(&mut self, place: u32, bid: Option<Quote>, ask: Option<Quote>, unit: f64, results: &mut Results) {
        let wished = [(Side::Buy, bid), (Side::Sell, ask)].map(|(side, quote)| {
            let on_grid = |quote: Quote| {
                let (price, lots) = self.on_grid(side, quote.price * unit, quote.size)?;
                self.admits(side, price).map(|()| (price, lots))
            };
            (side, quote.map(on_grid))
        });
        let fits = wished.map(|(side, quote)| (side, quote.and_then(Result::ok)));
        for (_, quote) in wished {
            if let Some(Err(why)) = quote {
                results.refuse_command(place, why);
            }
        }
        // Where no side is let in, what stands stays; where one is, it takes the place of all.
        let refused = wished.iter().any(|(_, quote)| matches!(quote, Some(Err(_))));
        let none = refused && fits.iter().all(|(_, quote)| quote.is_none());
        match if none { Ok(false) } else { self.make_room(place, fits).map(|()| true) } {
            Err(why) => results.refuse_command(place, why),
            Ok(false) => {}
            Ok(true) => {
                // What stands for a trader is replaced by a quote even where single orders are not.
                self.cancel(place);
                for (side, quote) in fits {
                    let Some((price, lots)) = quote else { continue };
                    match self.place(place, side, (price, lots), true, results) {
                        Ok(placed) => results.filled += u64::from(placed.filled > 0),
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
    fn on_grid(&self, side: Side, limit: f64, size: Atoms) -> Result<(i64, i64), Rejection> {
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

    /// Whether an order at this price is let in, asked before anything is taken back for it.
    fn admits(&self, side: Side, price: i64) -> Result<(), Rejection> {
        let (low, high) = self.book.band();
        if self.book.phase() == Phase::Closed {
            return Err(Rejection::Halted);
        }
        let outside = !(low..=high).contains(&price) || self.best_only && self.is_worse(side, price);
        if outside { Err(Rejection::OutsideBand) } else { Ok(()) }
    }

    /// Takes back what the trader has in the book where new orders take its place, if what is set aside for it pays
    /// for the new ones as foreseen when they were locked: it does unless it traded since.
    fn make_room(&mut self, place: u32, wished: [(Side, Option<(i64, i64)>); 2]) -> Result<(), Rejection> {
        if !self.replaces {
            return Ok(());
        }
        let [mut money, mut tokens] = [0, 0];
        for (side, quote) in wished {
            let Some((price, lots)) = quote else { continue };
            match side {
                Side::Buy => money = self.lock(i128::from(price) * i128::from(lots), lots as u64),
                Side::Sell => tokens = self.grid().amount(lots).unwrap_or(Atoms::MAX),
            }
        }
        let [money_now, tokens_now] = self.locked(place);
        let (money_then, tokens_then) = (self.money_aside[place as usize], self.tokens_aside[place as usize]);
        if money.min(money_then) > money_now {
            return Err(Rejection::InsufficientBalance);
        }
        if tokens.min(tokens_then) > tokens_now {
            return Err(Rejection::InsufficientHolding);
        }
        if money_now != 0 || tokens_now != 0 {
            self.cancel(place);
        }
        Ok(())
    }

    /// Atoms of money for bids of so many ticks × lots in all, with every fee that so many lots can come to.
    fn lock(&self, ticks: i128, lots: u64) -> Atoms {
        let money = Atoms::try_from(ticks * i128::from(self.grid().tick())).unwrap_or(Atoms::MAX);
        let [maker, taker] = self.fees;
        let fee = if maker.share() > taker.share() { maker } else { taker };
        if fee == Rate::default() {
            return money;
        }
        // Each fill rounds its fee up: at most one atom for each lot.
        money.saturating_add(fee.of(money)).saturating_add(lots as Atoms)
    }

    /// What the trader's live orders could cost now: atoms of money and of the asset.
    fn locked(&self, place: u32) -> [Atoms; 2] {
        let locked = self.book.locked(place);
        let money = self.lock(locked.money / i128::from(self.grid().tick()), locked.lots_bought);
        [money, self.grid().amount(locked.lots_sold as i64).unwrap_or(Atoms::MAX)]
    }

    fn place(
        &mut self,
        place: u32,
        side: Side,
        (price, lots): (i64, i64),
        quote: bool,
        results: &mut Results,
    ) -> Result<Placed, Rejection> {
        let step = self.book.step();
        let kind = if self.lifetime == Some(0) && !quote && self.book.phase() == Phase::Continuous {
            Kind::ImmediateOrCancel { price }
        } else {
            Kind::Limit { price }
        };
        let until = self.lifetime.map_or(Order::FOREVER, |steps| step + Step::from(steps));
        let order = Order { until, ..Order::new(self.next, place, side, kind, lots) };
        self.next += 1;
        self.touched.push(place);
        match self.apply(order, results) {
            Outcome::Placed(placed) => {
                if self.best_only && placed.resting > 0 {
                    self.keep_only(side, self.next - 1);
                }
                Ok(placed)
            }
            Outcome::Rejected(why) => Err(reason(why)),
            Outcome::Waiting | Outcome::Cancelled { .. } | Outcome::Replaced { .. } => Ok(Placed::default()),
        }
    }

    /// Puts an order into the book, and counts what it takes there against the middle price before.
    pub(super) fn apply(&mut self, order: Order, results: &mut Results) -> Outcome {
        let (middle, before) = (self.middle(), self.events.fills.len());
        let outcome = self.book.apply(&Command::Place(order), &mut self.events);
        if let Some(middle) = middle {
            for fill in &self.events.fills[before..] {
                self.taken(fill, middle, &mut results.taken);
            }
        }
        outcome
    }

    /// Halfway between best bid and ask, atoms for an atom; `None` where one is missing.
    fn middle(&self) -> Option<f64> {
        let (bid, ask) = self.book.best_bid().zip(self.book.best_ask())?;
        Some(0.5 * (self.grid().price(bid) + self.grid().price(ask)))
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
    fn is_worse(&self, side: Side, price: i64) -> bool {
        match side {
            Side::Buy => self.book.best_bid().is_some_and(|best| price <= best),
            Side::Sell => self.book.best_ask().is_some_and(|best| price >= best),
        }
    }

    /// Takes every order of a side from the book but one.
    fn keep_only(&mut self, side: Side, id: u64) {
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
        while self.carry_out(results) {
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
        self.events.triggered.clear();
        let traded = !fills.is_empty();
        self.events.fills = fills;
        self.events.fills.clear();
        if traded && self.clears_on_trade {
            for side in Side::BOTH {
                self.keep_only(side, 0);
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

    /// Writes down by how much what each trader has set aside has changed, and takes it as given.
    pub fn reckon(&mut self, results: &mut Results) {
        let mut touched = std::mem::take(&mut self.touched);
        // A maker sets nothing aside: what it trades is minted and burned.
        touched.retain(|&place| (place as usize) < self.money_aside.len());
        touched.sort_unstable();
        touched.dedup();
        for &place in &touched {
            let [money, tokens] = self.locked(place);
            let row = place as usize;
            let (money_more, tokens_more) = (money - self.money_aside[row], tokens - self.tokens_aside[row]);
            if money_more != 0 || tokens_more != 0 {
                results.set_aside.push(Moved { place, money: money_more, tokens: tokens_more, shares: 0 });
                (self.money_aside[row], self.tokens_aside[row]) = (money, tokens);
            }
        }
        touched.clear();
        self.touched = touched;
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
fn reason(why: walras_market::book::Rejection) -> Rejection {
    use walras_market::book::Rejection as Book;
    match why {
        Book::Closed => Rejection::Halted,
        Book::OutsideBand => Rejection::OutsideBand,
        Book::WouldTake | Book::CannotFill => Rejection::Unfilled,
        Book::BookFull => Rejection::NoLiquidity,
        Book::NotInAuction | Book::NotReplaceable => Rejection::NotOffered,
        _ => Rejection::OffGrid,
    }
}
