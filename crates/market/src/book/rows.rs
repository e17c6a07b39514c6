//! The orders that stand or wait: one row of 32 bytes each, linked into the queues of their prices.

use super::command::{OrderId, Side, Step};

/// No row. There is one in this slot all the same, which queues may write to where they have no neighbour, since a
/// write costs less than a question that nobody can guess the answer to.
pub(super) const NONE: u32 = 0;

/// The four ladders that a row can stand in. Each counts prices so that the lowest key comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Queue {
    /// Buyers, the highest price first.
    Bids = 0,
    /// Sellers, the lowest price first.
    Asks = 1,
    /// Sellers that wait for a trade at their stop or below, the highest stop first.
    SellStops = 2,
    /// Buyers that wait for a trade at their stop or above, the lowest stop first.
    BuyStops = 3,
}

impl Queue {
    pub(super) const ALL: [Self; 4] = [Self::Bids, Self::Asks, Self::SellStops, Self::BuyStops];

    /// Where orders of `side` stand.
    #[inline]
    pub(super) const fn standing(side: Side) -> Self {
        Self::ALL[side as usize]
    }

    /// Where stops of `side` wait.
    #[inline]
    pub(super) const fn waiting(side: Side) -> Self {
        match side {
            Side::Buy => Self::BuyStops,
            Side::Sell => Self::SellStops,
        }
    }

    /// The side of its orders.
    #[inline]
    pub(super) const fn side(self) -> Side {
        match self {
            Self::Bids | Self::BuyStops => Side::Buy,
            Self::Asks | Self::SellStops => Side::Sell,
        }
    }

    /// Whether its orders wait for a trigger.
    #[inline]
    pub(super) const fn waits(self) -> bool {
        matches!(self, Self::BuyStops | Self::SellStops)
    }

    /// The key of `price`, and the price of that key: prices that come down first, those of even queues, are counted
    /// negative. Sides come in no order that a processor can guess, so it is not asked which.
    #[inline]
    pub(super) const fn key(self, price: i32) -> i32 {
        price * (2 * (self as i32 & 1) - 1)
    }
}

/// A live order. Half a cache line, and never across two.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
pub(super) struct Row {
    /// Its number.
    pub(super) id: OrderId,
    /// Lots shown, which trade before the queue behind it.
    pub(super) lots: u32,
    /// Its price as its queue counts it.
    pub(super) key: i32,
    /// The next order at its price; of a free row, the next free row.
    pub(super) next: u32,
    /// The order before it at its price. Not kept up for the first of a queue.
    pub(super) prev: u32,
    /// Whose it is.
    pub(super) trader: u32,
    /// Queue, whether it is post-only, and where its rare properties are.
    tag: u32,
}

const _: () = assert!(size_of::<Row>() <= 40, "an order that stands takes at most 40 bytes");

const QUEUE_SHIFT: u32 = 30;
const POST_ONLY: u32 = 1 << 29;
/// Of its rare properties only the last step is not as in most orders.
const TIMED: u32 = 1 << 28;
const EXTRA: u32 = TIMED - 1;

impl Row {
    /// The queue it stands in.
    #[inline]
    pub(super) const fn queue(&self) -> Queue {
        Queue::ALL[(self.tag >> QUEUE_SHIFT) as usize]
    }

    /// Its price, or the stop it waits for, in ticks.
    #[inline]
    pub(super) const fn price(&self) -> i32 {
        self.queue().key(self.key)
    }

    #[inline]
    pub(super) const fn post_only(&self) -> bool {
        self.tag & POST_ONLY != 0
    }

    /// Whether it has rare properties.
    #[inline]
    pub(super) const fn has_extra(&self) -> bool {
        self.tag & EXTRA != 0
    }

    /// Whether it has rare properties other than its last step.
    #[inline]
    pub(super) const fn is_rare(&self) -> bool {
        self.has_extra() && self.tag & TIMED == 0
    }

    #[inline]
    const fn extra(&self) -> usize {
        (self.tag & EXTRA) as usize - 1
    }
}

/// What few orders have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extra {
    /// The last step in which it may stand.
    pub(super) until: Step,
    /// Lots of an iceberg shown at a time; 0 for all.
    pub(super) display: u32,
    /// Lots not shown yet.
    pub(super) hidden: u32,
    /// What a waiting stop may pay or get at worst once triggered; 0 for any price.
    pub(super) limit: i32,
    /// A market order that stands in an auction; or a waiting stop with a limit that will not stand.
    pub(super) market: bool,
}

impl Extra {
    /// What most orders are.
    pub(super) const PLAIN: Self = Self { until: Step::MAX, display: 0, hidden: 0, limit: 0, market: false };
}

/// All rows, in slots that are used again.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    rows: Vec<Row>,
    free: u32,
    live: u32,
    extras: Vec<Extra>,
    free_extras: Vec<u32>,
}

impl Rows {
    pub(super) fn new() -> Self {
        let nowhere = Row { id: 0, lots: 0, key: 0, next: NONE, prev: NONE, trader: 0, tag: 0 };
        Self { rows: vec![nowhere], free: NONE, live: 0, extras: Vec::new(), free_extras: Vec::new() }
    }

    /// Gives all slots back and keeps the room.
    pub(super) fn clear(&mut self) {
        self.rows.truncate(1);
        (self.free, self.live) = (NONE, 0);
        self.extras.clear();
        self.free_extras.clear();
    }

    /// How many orders are live.
    #[inline]
    pub(super) const fn live(&self) -> u32 {
        self.live
    }

    /// How many rows there is room for without asking for memory.
    pub(super) const fn capacity(&self) -> usize {
        self.rows.capacity() + self.extras.capacity() + self.free_extras.capacity()
    }

    #[inline]
    pub(super) fn row(&self, slot: u32) -> &Row {
        &self.rows[slot as usize]
    }

    #[inline]
    pub(super) fn row_mut(&mut self, slot: u32) -> &mut Row {
        &mut self.rows[slot as usize]
    }

    /// The rare properties of an order, or what most orders have in their place.
    #[inline]
    pub(super) fn extra(&self, slot: u32) -> Extra {
        let row = self.row(slot);
        if row.has_extra() { self.extras[row.extra()] } else { Extra::PLAIN }
    }

    /// Lots not shown.
    #[inline]
    pub(super) fn hidden(&self, slot: u32) -> u32 {
        let row = self.row(slot);
        if row.is_rare() { self.extras[row.extra()].hidden } else { 0 }
    }

    /// Changes the lots not shown of an order that has rare properties.
    pub(super) fn set_hidden(&mut self, slot: u32, hidden: u32) {
        let row = *self.row(slot);
        if row.has_extra() {
            self.extras[row.extra()].hidden = hidden;
        }
    }

    /// Lots shown and not shown: at most `u32::MAX`, since that is the most an order may have.
    #[inline]
    pub(super) fn open(&self, slot: u32) -> u32 {
        self.row(slot).lots + self.hidden(slot)
    }

    /// The slots of all live orders, rising.
    pub(super) fn live_slots(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.rows).filter(|(_, row)| row.lots > 0).map(|(slot, _)| slot)
    }

    /// Takes a slot for an order, linked to nothing yet.
    #[inline]
    pub(super) fn take(&mut self, place: &Place) -> u32 {
        let Place { id, trader, queue, key, lots, post_only } = *place;
        let tag = (queue as u32) << QUEUE_SHIFT | u32::from(post_only) << POST_ONLY.trailing_zeros();
        let row = Row { id, lots, key, next: NONE, prev: NONE, trader, tag };
        self.live += 1;
        let slot = self.free;
        if slot == NONE {
            // There are never more rows than an order's number of slots: the book is full before.
            let slot = self.rows.len() as u32;
            self.rows.push(row);
            return slot;
        }
        let place = &mut self.rows[slot as usize];
        self.free = place.next;
        *place = row;
        slot
    }

    /// Gives an order rare properties.
    pub(super) fn set_extra(&mut self, slot: u32, extra: Extra) {
        let at = self.take_extra(extra);
        let timed = extra == Extra { until: extra.until, ..Extra::PLAIN };
        self.row_mut(slot).tag |= (at + 1) | if timed { TIMED } else { 0 };
    }

    /// Whether an order leaves by itself after some step.
    #[inline]
    pub(super) fn expires(&self, slot: u32) -> bool {
        let row = self.row(slot);
        row.has_extra() && (!row.is_rare() || self.extras[row.extra()].until != Step::MAX)
    }

    fn take_extra(&mut self, extra: Extra) -> u32 {
        if let Some(at) = self.free_extras.pop() {
            self.extras[at as usize] = extra;
            return at;
        }
        self.extras.push(extra);
        self.extras.len() as u32 - 1
    }

    /// Gives a slot back; the order must have left its queue.
    #[inline]
    pub(super) fn give_back(&mut self, slot: u32) {
        let row = self.row(slot);
        if row.has_extra() {
            let extra = row.extra() as u32;
            self.free_extras.push(extra);
        }
        self.give_back_plain(slot);
    }

    /// The same for an order without rare properties.
    #[inline]
    pub(super) fn give_back_plain(&mut self, slot: u32) {
        let row = &mut self.rows[slot as usize];
        // Of a live order some lots are always shown.
        (row.next, row.lots) = (self.free, 0);
        self.free = slot;
        self.live -= 1;
    }
}

/// What a new row needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) id: OrderId,
    pub(super) trader: u32,
    pub(super) queue: Queue,
    pub(super) key: i32,
    pub(super) lots: u32,
    pub(super) post_only: bool,
}
