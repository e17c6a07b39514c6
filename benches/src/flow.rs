//! Seeded flows of events for an order book, in the format of [`walras_market::book::flow`].
//!
//! Limit orders, cancellations and orders that trade come as 45 : 45 : 10. Limit orders improve the best price by a tick
//! (4 %), join it (4 %) or stand d = 1 + ⌊60·(1/u − 1)⌋ ≤ 1000 ticks behind. Cancellations hit one of the last 4096
//! orders added (70 %) or any live one; some come too late, so many that the number of live orders stays near its
//! target. Orders that trade are market orders (75 %) and limit orders at the other side's best price, of a side that
//! is drawn anew for one in twenty, which moves the price.

use walras_market::book::flow::{HEADER_BYTES, RECORD_BYTES};
use walras_market::book::{Book, Command, Events, Kind, Order, Outcome, Rules, Side};

/// Where the price starts, in ticks.
const MIDDLE: i64 = 100_000;
/// Orders among which most cancellations choose.
const RECENT: usize = 4096;

/// The bytes of a flow: `prefill` orders that only fill the book, then `events` events.
#[must_use]
pub fn flow(prefill: usize, events: usize, seed: u64) -> Vec<u8> {
    let mut maker = Maker {
        state: seed,
        book: Book::new(Rules::default()).expect("the usual rules are right"),
        events: Events::default(),
        place_of: vec![usize::MAX],
        live: Vec::new(),
        target: prefill,
        recent: Vec::new(),
        prices: (i64::MAX, 0),
        taking: Side::Buy,
        bytes: vec![0; HEADER_BYTES],
    };
    (0..prefill).for_each(|_| maker.limit());
    (0..events).for_each(|_| maker.event());
    maker.finish(prefill, events, seed)
}

struct Maker {
    state: u64,
    book: Book,
    events: Events,
    /// Where an order is among the live ones, by its number.
    place_of: Vec<usize>,
    live: Vec<u32>,
    target: usize,
    recent: Vec<u32>,
    prices: (i64, i64),
    taking: Side,
    bytes: Vec<u8>,
}

impl Maker {
    /// A uniform number in [0, 1), by SplitMix64.
    fn unit(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, end: usize) -> usize {
        (self.unit() * end as f64) as usize
    }

    fn best(&self, side: Side) -> Option<i64> {
        if side == Side::Buy { self.book.best_bid() } else { self.book.best_ask() }
    }

    fn event(&mut self) {
        let what = self.unit();
        if what < 0.45 {
            self.limit();
        } else if what < 0.9 {
            self.cancel();
        } else {
            self.take();
        }
    }

    /// A limit order that does not trade.
    fn limit(&mut self) {
        let side = if self.unit() < 0.5 { Side::Buy } else { Side::Sell };
        let away = if side == Side::Buy { -1 } else { 1 };
        let (own, other) = (self.best(side), self.best(side.opposite()));
        let best = own.or(other.map(|price| price + away)).unwrap_or(MIDDLE + away);
        let where_to = self.unit();
        let price = if where_to < 0.04 {
            let better = best - away;
            if other.is_some_and(|other| side.accepts(better, other)) { best } else { better }
        } else if where_to < 0.08 {
            best
        } else {
            let behind = 1 + (60.0 * (1.0 / (1.0 - self.unit()) - 1.0)) as i64;
            (best + away * behind.min(1000)).max(1)
        };
        let lots = if self.unit() < 0.5 { 100 } else { 1 + self.below(300) as i64 };
        self.place(side, Kind::Limit { price }, lots);
    }

    fn cancel(&mut self) {
        let deficit = (self.target as f64 - self.live.len() as f64) / self.target.max(1) as f64;
        let newest = self.place_of.len() - 1;
        if self.unit() < 0.1 + 4.0 * deficit {
            for _ in 0..20 {
                let id = newest - self.below(newest.min(8192));
                if self.place_of[id] == usize::MAX {
                    self.write(1, Side::Buy, id as u32, 0, 0);
                    return;
                }
            }
        }
        let any = self.below(self.live.len());
        let mut id = self.live[any];
        if self.unit() < 0.7 {
            let near = self.below(self.recent.len());
            let near = self.recent[near];
            id = if self.place_of[near as usize] == usize::MAX { id } else { near };
        }
        self.book.apply(&Command::Cancel { id: id.into(), trader: 0 }, &mut self.events);
        self.gone(id);
        self.write(1, Side::Buy, id, 0, 0);
    }

    fn take(&mut self) {
        if self.unit() < 0.05 {
            self.taking = if self.unit() < 0.5 { Side::Buy } else { Side::Sell };
        }
        let side = self.taking;
        let Some(price) = self.best(side.opposite()).filter(|_| self.live.len() >= 64) else { return self.limit() };
        let market = self.unit() < 0.75;
        let lots = 1 + self.below(240) as i64;
        self.place(side, if market { Kind::Market } else { Kind::Limit { price } }, lots);
    }

    fn place(&mut self, side: Side, kind: Kind, lots: i64) {
        let id = self.place_of.len() as u32;
        self.place_of.push(usize::MAX);
        self.events.clear();
        let outcome = self.book.apply(&Command::Place(Order::new(id.into(), 0, side, kind, lots)), &mut self.events);
        let Outcome::Placed(placed) = outcome else { panic!("{outcome:?} of a plain order") };
        for maker in std::mem::take(&mut self.events.fills).iter().map(|fill| fill.maker) {
            if self.book.get(maker).is_none() {
                self.gone(maker as u32);
            }
        }
        if placed.resting > 0 {
            self.place_of[id as usize] = self.live.len();
            self.live.push(id);
            let at = id as usize % RECENT;
            if at < self.recent.len() { self.recent[at] = id } else { self.recent.push(id) }
        }
        match kind {
            Kind::Limit { price } => {
                self.prices = (self.prices.0.min(price), self.prices.1.max(price));
                self.write(0, side, id, price as i32, lots as u32);
            }
            _ => self.write(2, side, id, 0, lots as u32),
        }
    }

    /// Takes an order off the live ones.
    fn gone(&mut self, id: u32) {
        let place = std::mem::replace(&mut self.place_of[id as usize], usize::MAX);
        self.live.swap_remove(place);
        if let Some(&moved) = self.live.get(place) {
            self.place_of[moved as usize] = place;
        }
    }

    fn write(&mut self, kind: u8, side: Side, id: u32, price: i32, lots: u32) {
        self.bytes.extend([kind, side as u8, 0, 0]);
        self.bytes.extend(id.to_le_bytes());
        self.bytes.extend(price.to_le_bytes());
        self.bytes.extend(lots.to_le_bytes());
    }

    fn finish(mut self, prefill: usize, events: usize, seed: u64) -> Vec<u8> {
        assert_eq!(self.bytes.len(), HEADER_BYTES + RECORD_BYTES * (prefill + events), "one record for each event");
        let mut head = Vec::with_capacity(HEADER_BYTES);
        head.extend(b"LOBFLOW1");
        for count in [prefill as u64, events as u64, seed] {
            head.extend(count.to_le_bytes());
        }
        head.extend((self.prices.0 as i32).to_le_bytes());
        head.extend((self.prices.1 as i32).to_le_bytes());
        head.extend((self.place_of.len() as u32 - 1).to_le_bytes());
        self.bytes[..head.len()].copy_from_slice(&head);
        self.bytes
    }
}
