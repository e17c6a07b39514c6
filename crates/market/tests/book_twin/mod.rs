//! The slow and obvious order book: maps of queues, searched and copied without a thought for speed. It is written from
//! the rules and shares nothing with the fast one but the types of commands and outcomes.

mod auction;

use std::collections::{BTreeMap, HashMap, VecDeque};

use walras_market::book::{
    Aggressor, Anchor, Band, Closed, Closure, Command, Events, Fill, Halt, Kind, Order, OrderId, Phase, Placed,
    Rejection, Rules, SelfTrade, Session, Side, Standing, Step, Triggered, Width,
};
use walras_market::book::{Crossing, Outcome};

/// An order that stands.
#[derive(Debug, Clone, Copy)]
struct Resting {
    id: OrderId,
    until: Step,
    trader: u32,
    shown: u32,
    hidden: u32,
    display: u32,
    post_only: bool,
    market: bool,
}

impl Resting {
    const fn open(&self) -> u32 {
        self.shown + self.hidden
    }
}

/// A stop that waits.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    id: OrderId,
    trader: u32,
    side: Side,
    stop: i64,
    price: Option<i64>,
    /// Whether it stands once triggered.
    stands: bool,
    lots: u32,
    until: Step,
}

type Queues = BTreeMap<i64, VecDeque<Resting>>;

/// The book.
#[derive(Debug, Clone)]
pub struct Twin {
    rules: Rules,
    bids: Queues,
    asks: Queues,
    places: HashMap<OrderId, (Side, i64)>,
    /// In the order in which they were placed.
    stops: Vec<Waiting>,
    last: Option<i64>,
    reference: Option<i64>,
    band: (i64, i64),
    phase: Phase,
    step: Step,
    opens: Step,
    uncrosses: Step,
    /// Prices traded at since stops were last looked at.
    traded: Vec<i64>,
}

/// What an order wants once its numbers are known to be right.
#[derive(Debug, Clone, Copy)]
struct Wish {
    id: OrderId,
    trader: u32,
    side: Side,
    lots: u32,
    price: Option<i64>,
    display: u32,
    stands: bool,
    post_only: bool,
    until: Step,
}

impl Twin {
    pub fn new(rules: Rules) -> Self {
        let (phase, uncrosses) = match rules.session {
            Session::Continuous => (Phase::Continuous, 0),
            Session::CallAuction => (Phase::Auction, 0),
            Session::OpeningAuction { steps } => (Phase::Auction, u64::from(steps) - 1),
        };
        Self {
            rules,
            bids: BTreeMap::new(),
            asks: BTreeMap::new(),
            places: HashMap::new(),
            stops: Vec::new(),
            last: None,
            reference: None,
            band: (1, i64::from(rules.price_max)),
            phase,
            step: 0,
            opens: 0,
            uncrosses,
            traded: Vec::new(),
        }
    }

    pub fn apply(&mut self, command: &Command, events: &mut Events) -> Outcome {
        let outcome = match *command {
            Command::Place(order) => self.place(&order, events),
            Command::Cancel { id, trader } => self.cancel(id, trader),
            Command::Replace { id, trader, price, lots } => self.replace(id, trader, price, lots, events),
            Command::CancelAll { trader } => Ok(self.cancel_all(trader, events)),
        };
        self.trigger(events);
        outcome.unwrap_or_else(Outcome::Rejected)
    }

    fn queues(&mut self, side: Side) -> &mut Queues {
        if side == Side::Buy { &mut self.bids } else { &mut self.asks }
    }

    pub fn best_bid(&self) -> Option<i64> {
        self.bids.last_key_value().map(|(&price, _)| price)
    }

    pub fn best_ask(&self) -> Option<i64> {
        self.asks.first_key_value().map(|(&price, _)| price)
    }

    fn best(&self, side: Side) -> Option<i64> {
        if side == Side::Buy { self.best_bid() } else { self.best_ask() }
    }

    fn lives(&self, id: OrderId) -> bool {
        self.places.contains_key(&id) || self.stops.iter().any(|stop| stop.id == id)
    }

    pub fn live(&self) -> usize {
        self.places.len() + self.stops.len()
    }

    fn place(&mut self, order: &Order, events: &mut Events) -> Result<Outcome, Rejection> {
        let refuse = |right: bool, why: Rejection| if right { Ok(()) } else { Err(why) };
        refuse(self.phase != Phase::Closed, Rejection::Closed)?;
        refuse(self.rules.traders.is_none_or(|traders| order.trader < traders), Rejection::UnknownTrader)?;
        refuse(!self.lives(order.id), Rejection::DuplicateId)?;
        let lots = self.check_lots(order.lots)?;
        let (stop, price) = match order.kind {
            Kind::Market => (None, None),
            Kind::Stop { stop } => (Some(stop), None),
            Kind::StopLimit { stop, price } | Kind::StopImmediate { stop, price } => (Some(stop), Some(price)),
            Kind::Limit { price }
            | Kind::ImmediateOrCancel { price }
            | Kind::FillOrKill { price }
            | Kind::PostOnly { price }
            | Kind::Iceberg { price, .. } => (None, Some(price)),
        };
        for price in [stop, price].into_iter().flatten() {
            self.check_price(price)?;
        }
        let display = match order.kind {
            Kind::Iceberg { display, .. } => {
                refuse(display > 0, Rejection::BadDisplay)?;
                refuse(i128::from(display) * 1000 >= i128::from(lots), Rejection::BadDisplay)?;
                display.min(i64::from(lots)) as u32
            }
            _ => 0,
        };
        let fleeting = matches!(order.kind, Kind::ImmediateOrCancel { .. } | Kind::FillOrKill { .. });
        let expires = !fleeting && order.kind != Kind::Market;
        let until = if expires { order.until } else { Order::FOREVER };
        refuse(until >= self.step, Rejection::AlreadyExpired)?;
        let auction = self.phase == Phase::Auction;
        refuse(!(auction && fleeting), Rejection::NotInAuction)?;
        if let (None, Some(price)) = (stop, price) {
            refuse(self.band.0 <= price && price <= self.band.1, Rejection::OutsideBand)?;
        }
        let may_stay = expires || auction;
        refuse(!may_stay || self.live() < self.rules.orders_max as usize, Rejection::BookFull)?;
        let Order { id, trader, side, .. } = *order;
        let stands = expires && price.is_some() && !matches!(order.kind, Kind::StopImmediate { .. });
        let post_only = matches!(order.kind, Kind::PostOnly { .. });
        let wish = Wish { id, trader, side, lots, price, display, stands, post_only, until };
        if post_only && !auction {
            refuse(!self.crosses(side, price.unwrap()), Rejection::WouldTake)?;
        }
        if matches!(order.kind, Kind::FillOrKill { .. }) {
            let placed = self.clone().arrive(&wish, &mut Events::default());
            refuse(placed.filled == lots, Rejection::CannotFill)?;
        }
        let Some(stop) = stop else { return Ok(Outcome::Placed(self.arrive(&wish, events))) };
        if self.last.is_some_and(|last| reaches(side, stop, last)) {
            return Ok(Outcome::Placed(self.enter_stop(&wish, events)));
        }
        self.stops.push(Waiting { id, trader, side, stop, price, stands, lots, until });
        Ok(Outcome::Waiting)
    }

    fn check_lots(&self, lots: i64) -> Result<u32, Rejection> {
        match lots {
            ..=0 => Err(Rejection::BadQuantity),
            _ if lots > i64::from(self.rules.lots_max) => Err(Rejection::QuantityBeyondRange),
            _ => Ok(lots as u32),
        }
    }

    fn check_price(&self, price: i64) -> Result<(), Rejection> {
        match price {
            ..=0 => Err(Rejection::BadPrice),
            _ if price > i64::from(self.rules.price_max) => Err(Rejection::PriceBeyondRange),
            _ => Ok(()),
        }
    }

    fn crosses(&self, side: Side, price: i64) -> bool {
        self.best(side.opposite()).is_some_and(|best| side.accepts(price, best))
    }

    fn arrive(&mut self, wish: &Wish, events: &mut Events) -> Placed {
        if self.phase != Phase::Continuous {
            self.stand(wish, wish.lots);
            return Placed { resting: wish.lots, ..Placed::default() };
        }
        let edge = if wish.side == Side::Buy { self.band.1 } else { self.band.0 };
        let limit = wish.price.unwrap_or(edge);
        let mut left = wish.lots;
        let mut why = None;
        while left > 0 && why.is_none() && self.crosses(wish.side, limit) {
            let price = self.best(wish.side.opposite()).unwrap();
            let mode = self.rules.self_trade;
            let queue = self.queues(wish.side.opposite()).get_mut(&price).unwrap();
            let maker = queue.front_mut().unwrap();
            if maker.trader == wish.trader && mode != SelfTrade::Allowed {
                if mode != SelfTrade::CancelNewest {
                    let id = maker.id;
                    self.close(id, Closure::SelfTrade, events);
                }
                why = (mode != SelfTrade::CancelOldest).then_some(Closure::SelfTrade);
                continue;
            }
            let lots = left.min(maker.shown);
            left -= lots;
            maker.shown -= lots;
            events.fills.push(Fill {
                maker: maker.id,
                taker: wish.id,
                maker_trader: maker.trader,
                taker_trader: wish.trader,
                price: price as i32,
                lots,
                aggressor: if wish.side == Side::Buy { Aggressor::Buyer } else { Aggressor::Seller },
            });
            if maker.shown == 0 {
                let mut maker = queue.pop_front().unwrap();
                if maker.hidden > 0 {
                    maker.shown = maker.hidden.min(maker.display);
                    maker.hidden -= maker.shown;
                    queue.push_back(maker);
                } else {
                    let empty = queue.is_empty();
                    self.places.remove(&maker.id);
                    if empty {
                        self.queues(wish.side.opposite()).remove(&price);
                    }
                }
            }
            self.last = Some(price);
            self.traded.push(price);
        }
        if left < wish.lots && self.rules.band.is_some_and(|band| band.anchor == Anchor::LastTrade) {
            self.lay_band(self.last.unwrap());
        }
        let filled = wish.lots - left;
        if left > 0 && wish.stands && why.is_none() {
            self.stand(wish, left);
            return Placed { filled, resting: left, cancelled: 0, why: None };
        }
        if left > 0 && why.is_none() {
            let others = self.best(wish.side.opposite()).is_some();
            why = Some(if wish.price.is_none() && others { Closure::Band } else { Closure::Unfilled });
        }
        if left == 0 {
            why = None;
        }
        Placed { filled, resting: 0, cancelled: left, why }
    }

    fn stand(&mut self, wish: &Wish, lots: u32) {
        let edge = if wish.side == Side::Buy { i64::from(self.rules.price_max) } else { 1 };
        let price = wish.price.unwrap_or(edge);
        let shown = if wish.display == 0 { lots } else { lots.min(wish.display) };
        let Wish { id, trader, display, post_only, until, .. } = *wish;
        let market = wish.price.is_none();
        let resting = Resting { id, until, trader, shown, hidden: lots - shown, display, post_only, market };
        self.queues(wish.side).entry(price).or_default().push_back(resting);
        self.places.insert(id, (wish.side, price));
    }

    /// Takes a live order out.
    fn take_out(&mut self, id: OrderId) -> Option<Closed> {
        if let Some((side, price)) = self.places.remove(&id) {
            let queues = self.queues(side);
            let queue = queues.get_mut(&price).unwrap();
            let at = queue.iter().position(|order| order.id == id).unwrap();
            let order = queue.remove(at).unwrap();
            if queue.is_empty() {
                queues.remove(&price);
            }
            return Some(Closed { id, trader: order.trader, side, lots: order.open(), why: Closure::Cancelled });
        }
        let at = self.stops.iter().position(|stop| stop.id == id)?;
        let Waiting { trader, side, lots, .. } = self.stops.remove(at);
        Some(Closed { id, trader, side, lots, why: Closure::Cancelled })
    }

    fn close(&mut self, id: OrderId, why: Closure, events: &mut Events) {
        let closed = self.take_out(id).unwrap();
        events.closed.push(Closed { why, ..closed });
    }

    fn trader_of(&self, id: OrderId) -> Option<u32> {
        let standing = self.places.get(&id).map(|(side, price)| {
            let queue = if *side == Side::Buy { &self.bids[price] } else { &self.asks[price] };
            queue.iter().find(|order| order.id == id).unwrap().trader
        });
        standing.or_else(|| self.stops.iter().find(|stop| stop.id == id).map(|stop| stop.trader))
    }

    fn cancel(&mut self, id: OrderId, trader: u32) -> Result<Outcome, Rejection> {
        let owner = self.trader_of(id).ok_or(Rejection::UnknownId)?;
        if owner != trader {
            return Err(Rejection::NotOwned);
        }
        Ok(Outcome::Cancelled { lots: self.take_out(id).unwrap().lots.into() })
    }

    fn cancel_all(&mut self, trader: u32, events: &mut Events) -> Outcome {
        let standing = self.bids.values().chain(self.asks.values()).flatten().map(|order| (order.id, order.trader));
        let all = standing.chain(self.stops.iter().map(|stop| (stop.id, stop.trader)));
        let mut ids: Vec<OrderId> = all.filter(|&(_, owner)| owner == trader).map(|(id, _)| id).collect();
        ids.sort_unstable();
        let before = events.closed.len();
        for id in ids {
            self.close(id, Closure::Cancelled, events);
        }
        Outcome::Cancelled { lots: events.closed[before..].iter().map(|closed| u64::from(closed.lots)).sum() }
    }

    fn replace(
        &mut self,
        id: OrderId,
        trader: u32,
        price: i64,
        lots: i64,
        events: &mut Events,
    ) -> Result<Outcome, Rejection> {
        let refuse = |right: bool, why: Rejection| if right { Ok(()) } else { Err(why) };
        refuse(self.phase != Phase::Closed, Rejection::Closed)?;
        let owner = self.trader_of(id).ok_or(Rejection::UnknownId)?;
        refuse(owner == trader, Rejection::NotOwned)?;
        let &(side, old_price) = self.places.get(&id).ok_or(Rejection::NotReplaceable)?;
        let queue = self.queues(side).get_mut(&old_price).unwrap();
        let order = queue.iter_mut().find(|order| order.id == id).unwrap();
        refuse(!order.market, Rejection::NotReplaceable)?;
        let old = *order;
        let lots = self.check_lots(lots)?;
        self.check_price(price)?;
        refuse(old.display == 0 || u64::from(old.display) * 1000 >= u64::from(lots), Rejection::BadDisplay)?;
        if price == old_price && lots <= old.open() {
            let queue = self.queues(side).get_mut(&old_price).unwrap();
            let order = queue.iter_mut().find(|order| order.id == id).unwrap();
            // What is shown stays as far as it can.
            order.shown = old.shown.min(lots);
            order.hidden = lots - order.shown;
            let placed = Placed { resting: lots, ..Placed::default() };
            return Ok(Outcome::Replaced { placed, kept_priority: true });
        }
        refuse(self.band.0 <= price && price <= self.band.1, Rejection::OutsideBand)?;
        let taking = self.phase == Phase::Continuous && self.crosses(side, price);
        refuse(!(old.post_only && taking), Rejection::WouldTake)?;
        self.take_out(id);
        let Resting { display, post_only, until, .. } = old;
        let wish = Wish { id, trader, side, lots, price: Some(price), display, stands: true, post_only, until };
        Ok(Outcome::Replaced { placed: self.arrive(&wish, events), kept_priority: false })
    }

    fn enter_stop(&mut self, wish: &Wish, events: &mut Events) -> Placed {
        if wish.price.is_some_and(|price| price < self.band.0 || price > self.band.1) {
            return Placed { cancelled: wish.lots, why: Some(Closure::Band), ..Placed::default() };
        }
        if wish.price.is_some() && !wish.stands && self.phase != Phase::Continuous {
            return Placed { cancelled: wish.lots, why: Some(Closure::Unfilled), ..Placed::default() };
        }
        self.arrive(wish, events)
    }

    fn trigger(&mut self, events: &mut Events) {
        loop {
            let reached = |stop: &&Waiting| self.traded.iter().any(|&price| reaches(stop.side, stop.stop, price));
            let of = |side: Side| self.stops.iter().filter(move |stop| stop.side == side).filter(reached);
            // The first of equals, hence the reversed search for the highest.
            let buyer = of(Side::Buy).min_by_key(|stop| stop.stop);
            let seller = of(Side::Sell).min_by_key(|stop| -stop.stop);
            let Some(&Waiting { id, trader, side, price, stands, lots, until, .. }) = buyer.or(seller) else { break };
            self.take_out(id);
            let wish = Wish { id, trader, side, lots, price, display: 0, stands, post_only: false, until };
            let placed = self.enter_stop(&wish, events);
            events.triggered.push(Triggered { id, trader, side, placed });
        }
        self.traded.clear();
    }

    pub fn set_reference(&mut self, price: i64) {
        self.reference = Some(price);
        self.lay_band(price);
    }

    fn lay_band(&mut self, around: i64) {
        let Some(Band { width, .. }) = self.rules.band else { return };
        let reach = match width {
            Width::Ticks(ticks) => i64::from(ticks),
            Width::Millionths(share) => (i128::from(around) * i128::from(share) / 1_000_000) as i64,
        };
        self.band = ((around - reach).max(1), (around + reach).min(i64::from(self.rules.price_max)));
    }

    pub fn halt(&mut self, halt: Halt) {
        self.phase = if halt.closed > 0 { Phase::Closed } else { Phase::Auction };
        self.opens = self.step + u64::from(halt.closed);
        self.uncrosses = self.opens + u64::from(halt.auction.max(1)) - 1;
    }

    pub fn begin_step(&mut self, step: Step, events: &mut Events) {
        self.step = step;
        let standing = self.bids.values().chain(self.asks.values()).flatten().map(|order| (order.until, order.id));
        let all = standing.chain(self.stops.iter().map(|stop| (stop.until, stop.id)));
        let mut gone: Vec<(Step, OrderId)> = all.filter(|&(until, _)| until < step).collect();
        gone.sort_unstable();
        for (_, id) in gone {
            self.close(id, Closure::Expired, events);
        }
        if self.phase == Phase::Closed && step >= self.opens {
            self.phase = Phase::Auction;
        }
    }

    /// Every order of a side in priority, then every stop of it.
    pub fn standing(&self, side: Side) -> Vec<Standing> {
        let mut prices: Vec<(&i64, &VecDeque<Resting>)> =
            if side == Side::Buy { self.bids.iter().rev().collect() } else { self.asks.iter().collect() };
        let mut all = Vec::new();
        for (&price, queue) in prices.drain(..) {
            all.extend(queue.iter().map(|order| Standing {
                id: order.id,
                trader: order.trader,
                side,
                price: (!order.market).then_some(price),
                stop: None,
                shown: order.shown,
                hidden: order.hidden,
                display: order.display,
                post_only: order.post_only,
                until: order.until,
            }));
        }
        let mut stops: Vec<&Waiting> = self.stops.iter().filter(|stop| stop.side == side).collect();
        stops.sort_by_key(|stop| if side == Side::Buy { stop.stop } else { -stop.stop });
        all.extend(stops.into_iter().map(|stop| Standing {
            id: stop.id,
            trader: stop.trader,
            side,
            price: stop.price,
            stop: Some(stop.stop),
            shown: stop.lots,
            hidden: 0,
            display: 0,
            post_only: false,
            until: stop.until,
        }));
        all
    }

    /// Everything that is one number.
    pub fn numbers(&self) -> (Option<i64>, (i64, i64), Phase) {
        (self.last, self.band, self.phase)
    }
}

/// Whether a trade at `price` reaches the stop.
fn reaches(side: Side, stop: i64, price: i64) -> bool {
    match side {
        Side::Buy => price >= stop,
        Side::Sell => price <= stop,
    }
}
