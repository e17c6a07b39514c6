//! Files of events for a book, and what a book makes of them.
//!
//! Little-endian; a header of 64 bytes:
//!
//! | at | is |
//! |---:|---|
//! | 0 | the eight bytes `LOBFLOW1` |
//! | 8 | `u64`: how many of the first records only fill the book, with limit orders that do not cross |
//! | 16 | `u64`: how many records follow these |
//! | 24 | `u64`: the seed that the events were drawn with |
//! | 32, 36 | `i32`: the lowest and the highest price of a limit order, in ticks |
//! | 40 | `u32`: the highest order number |
//! | 44 | zeros |
//!
//! and records of 16 bytes: kind `u8` (0 limit order, 1 cancellation, 2 market order), side `u8` (0 buy, 1 sell), `u16`
//! zero, order number `u32`, price `i32` in ticks (0 unless a limit order), quantity `u32` in lots (0 for a
//! cancellation).

use std::fmt;

use super::command::{Command, Kind, Order, Side};
use super::outcome::{Events, Fill, Outcome};
use super::rules::{PRICE_MAX, Rules};
use super::{Book, RulesError};

/// Bytes of a header.
pub const HEADER_BYTES: usize = 64;
/// Bytes of a record.
pub const RECORD_BYTES: usize = 16;
const MAGIC: &[u8; 8] = b"LOBFLOW1";

/// What is wrong with a file of events, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowError {
    /// The byte, from the start of the file, at which the wrong thing begins.
    pub offset: u64,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for FlowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.message, self.offset)
    }
}

impl std::error::Error for FlowError {}

fn wrong<T>(offset: u64, message: impl Into<String>) -> Result<T, FlowError> {
    Err(FlowError { offset, message: message.into() })
}

/// The header of a file of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Records that only fill the book.
    pub prefill: u64,
    /// Records after these.
    pub events: u64,
    /// The seed that the events were drawn with.
    pub seed: u64,
    /// The lowest price of a limit order, in ticks.
    pub price_min: i32,
    /// The highest price of a limit order, in ticks.
    pub price_max: i32,
    /// The highest order number.
    pub id_max: u32,
}

impl Header {
    /// Reads the header of a file of `file_bytes` bytes that begins with `bytes`.
    ///
    /// # Errors
    /// When it is no header, or the file is longer or shorter than its counts say.
    pub fn read(bytes: &[u8], file_bytes: u64) -> Result<Self, FlowError> {
        let Some((bytes, _)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
            let message = format!("the header ends after {} of {HEADER_BYTES} bytes", bytes.len());
            return wrong(bytes.len() as u64, message);
        };
        if !bytes.starts_with(MAGIC) {
            return wrong(0, "this is no file of events: it does not begin with LOBFLOW1");
        }
        let header = Self {
            prefill: u64_at(bytes, 8),
            events: u64_at(bytes, 16),
            seed: u64_at(bytes, 24),
            price_min: u32_at(bytes, 32).cast_signed(),
            price_max: u32_at(bytes, 36).cast_signed(),
            id_max: u32_at(bytes, 40),
        };
        if header.price_min < 1 {
            return wrong(32, format!("the lowest price is {}, not above zero", header.price_min));
        }
        if !(header.price_min..=PRICE_MAX).contains(&header.price_max) {
            let (low, high) = (header.price_min, header.price_max);
            return wrong(36, format!("the highest price is {high}, not from the lowest, {low}, to {PRICE_MAX}"));
        }
        if let Some(at) = bytes[44..].iter().position(|&byte| byte != 0) {
            return wrong(44 + at as u64, "the rest of the header is not zero");
        }
        let records = u128::from(header.prefill) + u128::from(header.events);
        let expected = HEADER_BYTES as u128 + RECORD_BYTES as u128 * records;
        if expected != u128::from(file_bytes) {
            let counts = format!("{} and {} records take {expected} bytes", header.prefill, header.events);
            return wrong(8, format!("the counts do not fit the file: {counts}, the file has {file_bytes}"));
        }
        Ok(header)
    }

    /// Rules of a book that holds every order of the file.
    #[must_use]
    pub fn rules(&self) -> Rules {
        Rules { price_max: self.price_max, ..Rules::default() }
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().map_or(0, |four| u32::from_le_bytes(*four))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..].first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight))
}

/// One event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A limit order that is good till cancelled.
    Limit {
        /// To buy or to sell.
        side: Side,
        /// Its number.
        id: u32,
        /// Its limit, in ticks.
        price: i32,
        /// How much, in lots.
        lots: u32,
    },
    /// A cancellation, maybe of an order that is gone.
    Cancel {
        /// The number of the order.
        id: u32,
    },
    /// A market order.
    Market {
        /// To buy or to sell.
        side: Side,
        /// Its number.
        id: u32,
        /// How much, in lots.
        lots: u32,
    },
}

impl Event {
    /// Reads record `index`, counted from 0, of a file with this header.
    ///
    /// # Errors
    /// When it is no event.
    #[inline]
    pub fn read(bytes: &[u8; RECORD_BYTES], header: &Header, index: u64) -> Result<Self, FlowError> {
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let (id, price, lots) = (word(4), word(8).cast_signed(), word(12));
        let known = id.wrapping_sub(1) < header.id_max && bytes[1] < 2 && bytes[2] == 0 && bytes[3] == 0;
        let side = if bytes[1] == 0 { Side::Buy } else { Side::Sell };
        let priced = (header.price_min..=header.price_max).contains(&price);
        match bytes[0] {
            0 if known && priced && lots > 0 => Ok(Self::Limit { side, id, price, lots }),
            1 if known && price == 0 && lots == 0 && index >= header.prefill => Ok(Self::Cancel { id }),
            2 if known && price == 0 && lots > 0 && index >= header.prefill => Ok(Self::Market { side, id, lots }),
            _ => Err(Self::problem(bytes, header, index)),
        }
    }

    /// What is wrong with a record that is wrong.
    #[cold]
    fn problem(bytes: &[u8; RECORD_BYTES], header: &Header, index: u64) -> FlowError {
        let (id, price, lots) = (u32_at(bytes, 4), u32_at(bytes, 8).cast_signed(), u32_at(bytes, 12));
        let limit = bytes[0] == 0;
        let (field, message) = if bytes[0] > 2 {
            (0, format!("the kind is {}, not 0, 1 or 2", bytes[0]))
        } else if !limit && index < header.prefill {
            (0, format!("the kind is {}, though the first {} records are limit orders", bytes[0], header.prefill))
        } else if bytes[1] > 1 {
            (1, format!("the side is {}, not 0 or 1", bytes[1]))
        } else if bytes[2] != 0 || bytes[3] != 0 {
            (2, "the third and fourth byte are not zero".to_owned())
        } else if id == 0 || id > header.id_max {
            (4, format!("the order number is {id}, not from 1 to {}", header.id_max))
        } else if limit && !(header.price_min..=header.price_max).contains(&price) {
            (8, format!("the price is {price}, not from {} to {}", header.price_min, header.price_max))
        } else if !limit && price != 0 {
            (8, format!("the price is {price}, though only a limit order has one"))
        } else if lots == 0 {
            (12, "the quantity is zero".to_owned())
        } else {
            (12, format!("the quantity is {lots}, though a cancellation has none"))
        };
        let start = HEADER_BYTES as u64 + RECORD_BYTES as u64 * index;
        FlowError { offset: start + field, message: format!("record {}: {message}", index + 1) }
    }

    /// As a command of the one trader that the orders of a file have.
    #[inline]
    #[must_use]
    pub const fn command(self) -> Command {
        match self {
            Self::Limit { side, id, price, lots } => {
                let kind = Kind::Limit { price: price as i64 };
                Command::Place(Order::new(id as u64, 0, side, kind, lots as i64))
            }
            Self::Cancel { id } => Command::Cancel { id: id as u64, trader: 0 },
            Self::Market { side, id, lots } => {
                Command::Place(Order::new(id as u64, 0, side, Kind::Market, lots as i64))
            }
        }
    }
}

/// A hash over fills in their order: h ← (h xor maker) · 1099511628211 + price · 2654435761 + lots, modulo 2⁶⁴.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FillHash(pub u64);

impl Default for FillHash {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl FillHash {
    /// Takes in one fill.
    #[inline]
    pub const fn add(&mut self, maker: u64, price: i64, lots: u32) {
        let mixed = (self.0 ^ maker).wrapping_mul(0x100_0000_01B3);
        let priced = price.cast_unsigned().wrapping_mul(2_654_435_761);
        self.0 = mixed.wrapping_add(priced).wrapping_add(lots as u64);
    }
}

/// What a book has made of the events after those that only fill it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Limit orders that traded nothing on arrival.
    pub limit: u64,
    /// Limit orders that traded on arrival.
    pub limit_cross: u64,
    /// Cancellations.
    pub cancel: u64,
    /// Cancellations of orders that were gone.
    pub cancel_late: u64,
    /// Market orders.
    pub market: u64,
    /// Trades.
    pub trades: u64,
    /// Lots traded.
    pub volume: u64,
    /// Ticks times lots traded.
    pub notional: u128,
    /// Standing orders that were filled whole.
    pub filled_orders: u64,
    /// Events after which the best bid or the best ask was another than before.
    pub bbo_moves: u64,
    /// The hash over the fills.
    pub hash: FillHash,
}

/// A book that a file's events go through.
#[derive(Debug, Clone)]
pub struct Replay {
    /// The book.
    pub book: Book,
    /// What has happened since it was filled.
    pub totals: Totals,
    header: Header,
    index: u64,
    best: Option<(Option<i64>, Option<i64>)>,
    events: Events,
}

impl Replay {
    /// An empty book for the file.
    ///
    /// # Errors
    /// When no book can hold its orders.
    pub fn new(header: Header) -> Result<Self, RulesError> {
        let book = Book::new(header.rules())?;
        Ok(Self { book, totals: Totals::default(), header, index: 0, best: None, events: Events::default() })
    }

    /// Takes the records in `bytes`, which are the file's next ones.
    ///
    /// # Errors
    /// When a record is no event, fits not to those before it, or ends with the bytes.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), FlowError> {
        let (records, rest) = bytes.as_chunks::<RECORD_BYTES>();
        for record in records {
            let event = Event::read(record, &self.header, self.index)?;
            if self.index < self.header.prefill {
                self.fill(event)?;
            } else {
                self.step(event)?;
            }
            self.index += 1;
        }
        if rest.is_empty() {
            return Ok(());
        }
        wrong(self.offset(), format!("record {} ends after {} of {RECORD_BYTES} bytes", self.index + 1, rest.len()))
    }

    fn offset(&self) -> u64 {
        HEADER_BYTES as u64 + RECORD_BYTES as u64 * self.index
    }

    /// An event that only fills the book.
    fn fill(&mut self, event: Event) -> Result<(), FlowError> {
        match self.book.apply(&event.command(), &mut self.events) {
            Outcome::Placed(placed) if placed.filled == 0 => Ok(()),
            Outcome::Rejected(why) => self.refused(why.name()),
            _ => self.refused("it crosses the book, though it is among those that only fill it"),
        }
    }

    #[cold]
    fn refused(&self, why: &str) -> Result<(), FlowError> {
        wrong(self.offset(), format!("record {} cannot be carried out: {why}", self.index + 1))
    }

    #[inline]
    fn step(&mut self, event: Event) -> Result<(), FlowError> {
        let outcome = self.book.apply(&event.command(), &mut self.events);
        match (event, outcome) {
            (Event::Cancel { .. }, Outcome::Cancelled { .. }) => self.totals.cancel += 1,
            // The order is gone, as the format allows.
            (Event::Cancel { .. }, Outcome::Rejected(_)) => {
                self.totals.cancel += 1;
                self.totals.cancel_late += 1;
            }
            (Event::Limit { .. }, Outcome::Placed(placed)) if placed.filled == 0 => self.totals.limit += 1,
            (Event::Limit { .. }, Outcome::Placed(_)) => self.totals.limit_cross += 1,
            (Event::Market { .. }, Outcome::Placed(_)) => self.totals.market += 1,
            (_, Outcome::Rejected(why)) => return self.refused(why.name()),
            _ => return self.refused("the book took it for something else"),
        }
        if !self.events.fills.is_empty() {
            self.count();
        }
        let best = (self.book.best_bid(), self.book.best_ask());
        if self.best != Some(best) {
            self.best = Some(best);
            self.totals.bbo_moves += 1;
        }
        Ok(())
    }

    /// Counts the fills of an event.
    fn count(&mut self) {
        let totals = &mut self.totals;
        totals.trades += self.events.fills.len() as u64;
        for &Fill { maker, price, lots, .. } in &self.events.fills {
            totals.volume += u64::from(lots);
            totals.notional += u128::from(price.unsigned_abs()) * u128::from(lots);
            totals.hash.add(maker, price.into(), lots);
        }
        // Every maker but the last has been filled whole.
        let last = self.events.fills.last().map_or(0, |fill| fill.maker);
        let stands = self.book.get(last).is_some();
        totals.filled_orders += self.events.fills.len() as u64 - u64::from(stands);
        self.events.clear();
    }

    /// How many records have been taken.
    #[must_use]
    pub const fn taken(&self) -> u64 {
        self.index
    }
}
