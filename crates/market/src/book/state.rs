//! How a book is hashed, saved and loaded: its orders in the order in which they trade, whatever slots they lie in.

use walras_numerics::{StateError, StateVisitor};

use super::expiries::Expiries;
use super::index::Index;
use super::ladder::Ladder;
use super::rows::{Extra, Place, Queue, Rows};
use super::rules::SLICES_MAX;
use super::traders::Traders;
use super::{Book, Phase, UNTRADED};

/// The properties of a queue's orders, a column each.
#[derive(Debug, Clone, Default, PartialEq)]
struct Columns {
    id: Vec<i64>,
    trader: Vec<i64>,
    price: Vec<i64>,
    shown: Vec<i64>,
    hidden: Vec<i64>,
    display: Vec<i64>,
    until: Vec<i64>,
    limit: Vec<i64>,
    flags: Vec<i64>,
}

const POST_ONLY: i64 = 1;
const MARKET: i64 = 2;
const NAMES: [&str; 4] = ["bids", "asks", "sell stops", "buy stops"];

impl Book {
    /// Visits everything that the book's behaviour depends on, its rules aside. A loader needs a book with the same
    /// rules.
    ///
    /// # Errors
    /// When the visitor fails, or what it loads is no state of such a book.
    pub fn visit_state(&mut self, prefix: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let mut phase = self.phase as u64;
        let mut numbers = [self.last, self.reference, self.band.0, self.band.1].map(i64::from);
        visitor.u64(&format!("{prefix} phase"), &mut phase)?;
        visitor.u64(&format!("{prefix} step"), &mut self.step)?;
        visitor.u64(&format!("{prefix} opens"), &mut self.opens)?;
        visitor.u64(&format!("{prefix} uncrosses"), &mut self.uncrosses)?;
        for (name, number) in ["last price", "reference", "lowest price", "highest price"].iter().zip(&mut numbers) {
            visitor.i64(&format!("{prefix} {name}"), number)?;
        }
        let mut changed = false;
        let mut queues: [Columns; 4] = Queue::ALL.map(|queue| self.columns(queue));
        for (columns, name) in queues.iter_mut().zip(NAMES) {
            let before = columns.clone();
            columns.visit(&format!("{prefix} {name}"), visitor)?;
            changed |= *columns != before;
        }
        let wrong = |what: &str| StateError(format!("{prefix}: {what}"));
        self.phase = match phase {
            0 => Phase::Continuous,
            1 => Phase::Auction,
            2 => Phase::Closed,
            other => return Err(wrong(&format!("there is no phase {other}"))),
        };
        self.load_prices(numbers).ok_or_else(|| wrong("a price is out of range"))?;
        if changed {
            self.load(&queues).map_err(|what| wrong(&what))?;
        }
        Ok(())
    }

    fn load_prices(&mut self, [last, reference, low, high]: [i64; 4]) -> Option<()> {
        let within = |price: i64| i32::try_from(price).ok().filter(|price| (0..=self.rules.price_max).contains(price));
        (self.last, self.reference) = (within(last)?, within(reference)?);
        self.band = (within(low)?, within(high)?);
        (self.band.0 >= 1).then_some(())
    }

    fn columns(&self, queue: Queue) -> Columns {
        let mut columns = Columns::default();
        for slot in self.slots(queue) {
            let (row, extra) = (self.rows.row(slot), self.rows.extra(slot));
            columns.id.push(row.id.cast_signed());
            columns.trader.push(row.trader.into());
            columns.price.push(row.price().into());
            columns.shown.push(row.lots.into());
            columns.hidden.push(extra.hidden.into());
            columns.display.push(extra.display.into());
            columns.until.push(extra.until.cast_signed());
            columns.limit.push(extra.limit.into());
            let post_only = if row.post_only() { POST_ONLY } else { 0 };
            columns.flags.push(post_only | if extra.market { MARKET } else { 0 });
        }
        columns
    }

    /// Takes the orders of `queues` in place of all that are there.
    fn load(&mut self, queues: &[Columns; 4]) -> Result<(), String> {
        self.rows = Rows::new();
        self.ladders = [const { Ladder::new() }; 4];
        self.index = Index::new();
        self.traders = Traders::new(self.rules.traders);
        self.expiries = Expiries::default();
        self.traded = UNTRADED;
        for (queue, columns) in Queue::ALL.into_iter().zip(queues) {
            let lengths = columns.all().map(Vec::len);
            if lengths.iter().any(|&length| length != lengths[0]) {
                return Err("columns of orders differ in length".to_owned());
            }
            for row in 0..lengths[0] {
                let id = columns.id[row].cast_unsigned();
                self.load_row(queue, columns, row).ok_or_else(|| format!("order {id} is not one of this book"))?;
            }
        }
        if self.phase == Phase::Continuous && self.is_crossed() {
            return Err("bids and asks cross in continuous trading".to_owned());
        }
        Ok(())
    }

    fn load_row(&mut self, queue: Queue, columns: &Columns, row: usize) -> Option<()> {
        let price = self.price(columns.price[row]).ok()?;
        let shown = u32::try_from(columns.shown[row]).ok().filter(|&lots| lots > 0)?;
        let (hidden, display) = (u32::try_from(columns.hidden[row]).ok()?, u32::try_from(columns.display[row]).ok()?);
        let whole = shown.checked_add(hidden)? <= self.rules.lots_max;
        let few = |display: u32| {
            shown <= display && (u64::from(shown) + u64::from(hidden)).div_ceil(display.into()) <= u64::from(SLICES_MAX)
        };
        let sliced = if display == 0 { hidden == 0 } else { few(display) };
        let flags = columns.flags[row];
        let limit =
            i32::try_from(columns.limit[row]).ok().filter(|limit| (0..=self.rules.price_max).contains(limit))?;
        let market = flags & MARKET != 0;
        let plain = if queue.waits() { (!market || limit != 0) && hidden == 0 && display == 0 } else { limit == 0 };
        let trader = u32::try_from(columns.trader[row]).ok()?;
        let known = self.rules.traders.is_none_or(|traders| trader < traders);
        let id = columns.id[row].cast_unsigned();
        let fits = self.slot(id).is_none() && self.rows.live() < self.rules.orders_max;
        if !(whole && sliced && plain && known && fits && (0..4).contains(&flags)) {
            return None;
        }
        let post_only = flags & POST_ONLY != 0;
        let until = columns.until[row].cast_unsigned();
        let place = Place { id, trader, queue, key: queue.key(price), lots: shown, post_only };
        self.put(&place, Extra { until, display, hidden, limit, market });
        Some(())
    }
}

impl Columns {
    fn all(&self) -> [&Vec<i64>; 9] {
        let Self { id, trader, price, shown, hidden, display, until, limit, flags } = self;
        [id, trader, price, shown, hidden, display, until, limit, flags]
    }

    fn visit(&mut self, prefix: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let Self { id, trader, price, shown, hidden, display, until, limit, flags } = self;
        visitor.i64s(&format!("{prefix} id"), id)?;
        visitor.i64s(&format!("{prefix} trader"), trader)?;
        visitor.i64s(&format!("{prefix} price"), price)?;
        visitor.i64s(&format!("{prefix} shown"), shown)?;
        visitor.i64s(&format!("{prefix} hidden"), hidden)?;
        visitor.i64s(&format!("{prefix} display"), display)?;
        visitor.i64s(&format!("{prefix} until"), until)?;
        visitor.i64s(&format!("{prefix} limit"), limit)?;
        visitor.i64s(&format!("{prefix} flags"), flags)
    }
}
