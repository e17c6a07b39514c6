//! How orders arrive, are replaced, and leave.

use super::command::{Kind, Order, OrderId, Side, Step};
use super::index::Page;
use super::matching::Taker;
use super::outcome::{Closed, Closure, Events, Outcome, Placed, Rejection};
use super::rows::{Extra, Place, Queue};
use super::rules::SLICES_MAX;
use super::{Book, NONE, Phase};

/// An order that has been found to be in order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub(super) id: OrderId,
    pub(super) trader: u32,
    pub(super) side: Side,
    pub(super) lots: u32,
    /// The worst acceptable price; 0 for any.
    pub(super) limit: i32,
    /// The price that triggers it; 0 for none.
    pub(super) stop: i32,
    /// Lots shown at a time; 0 for all.
    pub(super) display: u32,
    /// Whether what does not trade stands in the book.
    pub(super) stands: bool,
    pub(super) post_only: bool,
    /// Whether it trades whole or not at all.
    pub(super) whole: bool,
    pub(super) until: Step,
}

impl Book {
    /// Lets a plain limit order stand that is in order and trades nothing, as most do; false for all others, about which
    /// [`Book::place`] asks one thing at a time.
    #[inline]
    pub(super) fn stands_at_once(&mut self, order: &Order) -> bool {
        let Order { id, trader, side, kind: Kind::Limit { price }, lots, until: Order::FOREVER } = *order else {
            return false;
        };
        let known = self.rules.traders.is_none_or(|traders| trader < traders);
        let counted = lots > 0 && lots <= i64::from(self.rules.lots_max);
        let (low, high) = self.band;
        // A band is within the range of prices.
        let within = price >= i64::from(low) && price <= i64::from(high);
        let (slot, page) = self.index.find(id);
        let room = self.rows.live() < self.rules.orders_max;
        if !(known & counted & within & room & (slot == NONE)) || self.phase != Phase::Continuous {
            return false;
        }
        let (queue, price) = (Queue::standing(side), price as i32);
        let makers = Queue::standing(side.opposite());
        if self.ladder(makers).best() <= makers.key(price) {
            return false;
        }
        let place = Place { id, trader, queue, key: queue.key(price), lots: lots as u32, post_only: false };
        self.link(&place, 0, page);
        true
    }

    /// Places an order.
    pub(super) fn place(&mut self, order: &Order, events: &mut Events) -> Outcome {
        let arrival = match self.check(order) {
            Ok(arrival) => arrival,
            Err(why) => return Outcome::Rejected(why),
        };
        if arrival.stop != 0 {
            return self.place_stop(&arrival, events);
        }
        Outcome::Placed(self.arrive(&arrival, events))
    }

    /// What is wrong with an order, in the order in which it is looked at, or what it comes to.
    fn check(&self, order: &Order) -> Result<Arrival, Rejection> {
        if self.phase == Phase::Closed {
            return Err(Rejection::Closed);
        }
        if self.rules.traders.is_some_and(|traders| order.trader >= traders) {
            return Err(Rejection::UnknownTrader);
        }
        if self.slot(order.id).is_some() {
            return Err(Rejection::DuplicateId);
        }
        let arrival = self.terms(order)?;
        if arrival.until < self.step {
            return Err(Rejection::AlreadyExpired);
        }
        let auction = self.phase == Phase::Auction;
        if auction && !arrival.stands && arrival.limit != 0 && arrival.stop == 0 {
            return Err(Rejection::NotInAuction);
        }
        if arrival.stop == 0 && arrival.limit != 0 {
            self.within_band(arrival.limit)?;
        }
        let keeps = arrival.stands || arrival.stop != 0 || auction;
        if keeps && self.rows.live() >= self.rules.orders_max {
            return Err(Rejection::BookFull);
        }
        if arrival.post_only && !auction && self.would_take(arrival.side, arrival.limit) {
            return Err(Rejection::WouldTake);
        }
        if arrival.whole && !self.fills_whole(&arrival) {
            return Err(Rejection::CannotFill);
        }
        Ok(arrival)
    }

    /// The numbers of an order, each within its range.
    #[inline]
    fn terms(&self, order: &Order) -> Result<Arrival, Rejection> {
        let lots = self.lots(order.lots)?;
        let Order { id, trader, side, until, .. } = *order;
        let market = Arrival {
            id,
            trader,
            side,
            lots,
            limit: 0,
            stop: 0,
            display: 0,
            stands: false,
            post_only: false,
            whole: false,
            until: Order::FOREVER,
        };
        let within = |price| Ok(Arrival { limit: self.price(price)?, ..market });
        let standing = |price| Ok(Arrival { stands: true, until, ..within(price)? });
        match order.kind {
            Kind::Limit { price } => standing(price),
            Kind::Market => Ok(market),
            Kind::ImmediateOrCancel { price } => within(price),
            Kind::FillOrKill { price } => Ok(Arrival { whole: true, ..within(price)? }),
            Kind::PostOnly { price } => Ok(Arrival { post_only: true, ..standing(price)? }),
            Kind::Iceberg { price, display } => {
                let arrival = standing(price)?;
                // More than the whole is the whole.
                let display = display.min(lots.into());
                let display = u32::try_from(display).ok().filter(|&lots| lots > 0).ok_or(Rejection::BadDisplay)?;
                Self::sliced(lots, display)?;
                Ok(Arrival { display, ..arrival })
            }
            Kind::Stop { stop } => Ok(Arrival { stop: self.price(stop)?, until, ..market }),
            Kind::StopLimit { stop, price } => Ok(Arrival { stop: self.price(stop)?, ..standing(price)? }),
            Kind::StopImmediate { stop, price } => Ok(Arrival { stop: self.price(stop)?, until, ..within(price)? }),
        }
    }

    /// Whether so many lots come to few enough slices of `display` lots.
    fn sliced(lots: u32, display: u32) -> Result<(), Rejection> {
        if lots.div_ceil(display) > SLICES_MAX { Err(Rejection::BadDisplay) } else { Ok(()) }
    }

    /// A price within the book's range.
    #[inline]
    pub(super) fn price(&self, price: i64) -> Result<i32, Rejection> {
        if price <= 0 {
            return Err(Rejection::BadPrice);
        }
        let within = i32::try_from(price).ok().filter(|&price| price <= self.rules.price_max);
        within.ok_or(Rejection::PriceBeyondRange)
    }

    #[inline]
    fn lots(&self, lots: i64) -> Result<u32, Rejection> {
        if lots <= 0 {
            return Err(Rejection::BadQuantity);
        }
        let within = u32::try_from(lots).ok().filter(|&lots| lots <= self.rules.lots_max);
        within.ok_or(Rejection::QuantityBeyondRange)
    }

    #[inline]
    fn within_band(&self, price: i32) -> Result<(), Rejection> {
        if price < self.band.0 || price > self.band.1 { Err(Rejection::OutsideBand) } else { Ok(()) }
    }

    /// Whether an order with this limit would trade on arrival.
    #[inline]
    fn would_take(&self, side: Side, limit: i32) -> bool {
        let makers = Queue::standing(side.opposite());
        self.ladder(makers).best() <= makers.key(limit)
    }

    /// Lets an order trade and stand, as the phase has it.
    pub(super) fn arrive(&mut self, arrival: &Arrival, events: &mut Events) -> Placed {
        if self.phase != Phase::Continuous {
            self.stand(arrival, arrival.lots);
            return Placed { resting: arrival.lots, ..Placed::default() };
        }
        let makers = Queue::standing(arrival.side.opposite());
        let any = if arrival.side == Side::Buy { self.band.1 } else { self.band.0 };
        let limit = makers.key(if arrival.limit == 0 { any } else { arrival.limit });
        let Arrival { id, trader, side, lots, .. } = *arrival;
        let mut left = lots;
        let mut why = None;
        if self.ladder(makers).best() <= limit {
            (left, why) = self.take(&Taker { id, trader, side, lots, limit }, events);
        }
        let filled = lots - left;
        if left == 0 {
            return Placed { filled, ..Placed::default() };
        }
        if arrival.stands && why.is_none() {
            self.stand(arrival, left);
            return Placed { filled, resting: left, ..Placed::default() };
        }
        let stopped = arrival.limit == 0 && self.ladder(makers).levels() > 0;
        let why = why.or(Some(if stopped { Closure::Band } else { Closure::Unfilled }));
        Placed { filled, resting: 0, cancelled: left, why }
    }

    /// Puts `lots` of an order at the end of its price's queue.
    pub(super) fn stand(&mut self, arrival: &Arrival, lots: u32) {
        let Arrival { id, trader, side, limit, display, post_only, until, .. } = *arrival;
        let queue = Queue::standing(side);
        let market = limit == 0;
        let price = match side {
            _ if !market => limit,
            Side::Buy => self.rules.price_max,
            Side::Sell => 1,
        };
        let key = queue.key(price);
        let shown = if display == 0 { lots } else { lots.min(display) };
        let extra = Extra { until, display, hidden: lots - shown, market, ..Extra::PLAIN };
        self.put(&Place { id, trader, queue, key, lots: shown, post_only }, extra);
    }

    /// Puts a row with rare properties at the end of its queue and where it is found.
    pub(super) fn put(&mut self, place: &Place, extra: Extra) {
        let page = self.index.find(place.id).1;
        let slot = self.link(place, extra.hidden, page);
        if extra != Extra::PLAIN {
            self.rows.set_extra(slot, extra);
        }
        if extra.until != Order::FOREVER {
            self.expiries.push(extra.until, place.id);
        }
    }

    /// Puts a row at the end of its queue and where it is found: its slot.
    #[inline]
    fn link(&mut self, place: &Place, hidden: u32, page: Page) -> u32 {
        let slot = self.rows.take(place);
        self.ladders[place.queue as usize].enter(&mut self.rows, slot, place.key, place.lots, hidden);
        self.index.insert_on(page, place.id, slot);
        self.traders.link(place.trader, slot);
        slot
    }

    /// Takes a live order out of everything, and tells what it was.
    #[inline]
    pub(super) fn remove(&mut self, slot: u32) -> Closed {
        let row = *self.rows.row(slot);
        let queue = row.queue();
        let hidden = self.rows.hidden(slot);
        self.ladders[queue as usize].leave(&mut self.rows, slot, row.key, row.lots, hidden);
        self.forget(slot);
        let lots = row.lots + hidden;
        Closed { id: row.id, trader: row.trader, side: queue.side(), lots, why: Closure::Cancelled }
    }

    /// Takes an order that has left its queue out of everything else.
    #[inline]
    pub(super) fn forget(&mut self, slot: u32) {
        let row = *self.rows.row(slot);
        if self.rows.expires(slot) {
            self.expiries.left();
        }
        self.index.remove(row.id);
        self.traders.unlink(row.trader, slot);
        self.rows.give_back(slot);
    }

    /// Takes an order back.
    #[inline]
    pub(super) fn cancel(&mut self, id: OrderId, trader: u32) -> Outcome {
        let (slot, page) = self.index.find(id);
        if slot == NONE {
            return Outcome::Rejected(Rejection::UnknownId);
        }
        let row = self.rows.row(slot);
        if row.trader != trader {
            return Outcome::Rejected(Rejection::NotOwned);
        }
        if !row.has_extra() {
            let (lots, key, queue) = (row.lots, row.key, row.queue());
            self.ladders[queue as usize].leave(&mut self.rows, slot, key, lots, 0);
            self.index.remove_on(page, id);
            self.traders.unlink(trader, slot);
            self.rows.give_back_plain(slot);
            return Outcome::Cancelled { lots: lots.into() };
        }
        Outcome::Cancelled { lots: self.remove(slot).lots.into() }
    }

    /// Takes back all of a trader's orders, by number.
    pub(super) fn cancel_all(&mut self, trader: u32, events: &mut Events) -> Outcome {
        if let Some(only) = self.traders.only(trader) {
            let closed = self.remove(only);
            events.closed.push(closed);
            return Outcome::Cancelled { lots: closed.lots.into() };
        }
        let mut ids = Vec::new();
        self.orders_of(trader, &mut ids);
        let mut lots = 0;
        for slot in ids.into_iter().filter_map(|id| self.slot(id)).collect::<Vec<u32>>() {
            let closed = self.remove(slot);
            lots += u64::from(closed.lots);
            events.closed.push(closed);
        }
        Outcome::Cancelled { lots }
    }

    /// Gives an order another price or quantity.
    pub(super) fn replace(&mut self, id: OrderId, trader: u32, price: i64, lots: i64, events: &mut Events) -> Outcome {
        match self.try_replace(id, trader, price, lots, events) {
            Ok(outcome) => outcome,
            Err(why) => Outcome::Rejected(why),
        }
    }

    fn try_replace(
        &mut self,
        id: OrderId,
        trader: u32,
        price: i64,
        lots: i64,
        events: &mut Events,
    ) -> Result<Outcome, Rejection> {
        if self.phase == Phase::Closed {
            return Err(Rejection::Closed);
        }
        let slot = self.slot(id).ok_or(Rejection::UnknownId)?;
        let (row, extra) = (*self.rows.row(slot), self.rows.extra(slot));
        if row.trader != trader {
            return Err(Rejection::NotOwned);
        }
        if row.queue().waits() || extra.market {
            return Err(Rejection::NotReplaceable);
        }
        let (lots, limit, side) = (self.lots(lots)?, self.price(price)?, row.queue().side());
        if extra.display > 0 {
            Self::sliced(lots, extra.display)?;
        }
        if limit == row.price() && lots <= self.rows.open(slot) {
            self.reduce(slot, lots);
            let placed = Placed { resting: lots, ..Placed::default() };
            return Ok(Outcome::Replaced { placed, kept_priority: true });
        }
        self.within_band(limit)?;
        let continuous = self.phase == Phase::Continuous;
        if row.post_only() && continuous && self.would_take(side, limit) {
            return Err(Rejection::WouldTake);
        }
        self.remove(slot);
        let arrival = Arrival {
            id,
            trader,
            side,
            lots,
            limit,
            stop: 0,
            display: extra.display,
            stands: true,
            post_only: row.post_only(),
            whole: false,
            until: extra.until,
        };
        Ok(Outcome::Replaced { placed: self.arrive(&arrival, events), kept_priority: false })
    }

    /// Leaves `lots` of an order in its place, taking from what is not shown first.
    fn reduce(&mut self, slot: u32, lots: u32) {
        let cut = self.rows.open(slot) - lots;
        let hidden = self.rows.hidden(slot);
        let unseen = cut.min(hidden);
        self.rows.set_hidden(slot, hidden - unseen);
        let row = self.rows.row_mut(slot);
        row.lots -= cut - unseen;
        let (key, queue) = (row.key, row.queue());
        let level = self.ladders[queue as usize].level_mut(key);
        level.lots -= u64::from(cut - unseen);
        level.hidden -= u64::from(unseen);
    }
}
