//! What can be seen of a book. Prices are in ticks, quantities in lots.

use super::command::{OrderId, Side, Step};
use super::ladder::EMPTY;
use super::rows::Queue;
use super::{Book, NONE};

/// One price of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    /// The price, in ticks.
    pub price: i64,
    /// Orders that stand there.
    pub orders: u32,
    /// Lots shown there.
    pub lots: u64,
}

/// A live order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its number.
    pub id: OrderId,
    /// Whose it is.
    pub trader: u32,
    /// To buy or to sell.
    pub side: Side,
    /// The worst acceptable price; `None` for a market order in an auction and a waiting stop without a limit.
    pub price: Option<i64>,
    /// The price that a waiting stop waits for.
    pub stop: Option<i64>,
    /// Lots shown.
    pub shown: u32,
    /// Lots not shown.
    pub hidden: u32,
    /// Lots that an iceberg shows at a time; 0 for all.
    pub display: u32,
    /// Whether it is post-only.
    pub post_only: bool,
    /// The last step in which it may live.
    pub until: Step,
}

impl Standing {
    /// Lots that it may still trade.
    #[must_use]
    pub const fn open(&self) -> u32 {
        self.shown + self.hidden
    }
}

/// What a trader's live orders may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Locked {
    /// What its bids with a limit cost at their limits, in atoms of the numeraire.
    pub money: i128,
    /// Lots of its bids with a limit.
    pub lots_bought: u64,
    /// Lots of its bids without a limit: waiting stops, and market orders in an auction.
    pub lots_bought_at_any_price: u64,
    /// Lots that it sells.
    pub lots_sold: u64,
}

impl Locked {
    /// What both may cost together.
    #[inline]
    pub fn add(&mut self, other: &Self) {
        self.money += other.money;
        self.lots_bought += other.lots_bought;
        self.lots_bought_at_any_price += other.lots_bought_at_any_price;
        self.lots_sold += other.lots_sold;
    }
}

impl Book {
    /// The highest bid. In an auction with market orders, the highest price there is.
    #[inline]
    #[must_use]
    pub fn best_bid(&self) -> Option<i64> {
        self.best(Queue::Bids)
    }

    /// The lowest ask. In an auction with market orders, 1.
    #[inline]
    #[must_use]
    pub fn best_ask(&self) -> Option<i64> {
        self.best(Queue::Asks)
    }

    #[inline]
    fn best(&self, queue: Queue) -> Option<i64> {
        let key = self.ladder(queue).best();
        (key != EMPTY).then(|| queue.key(key).into())
    }

    /// The price of the last trade.
    #[must_use]
    pub fn last_price(&self) -> Option<i64> {
        (self.last != 0).then_some(self.last.into())
    }

    /// The price last given to [`Book::set_reference`].
    #[must_use]
    pub fn reference(&self) -> Option<i64> {
        (self.reference != 0).then_some(self.reference.into())
    }

    /// The lowest and the highest price that orders may name at the moment.
    #[must_use]
    pub fn band(&self) -> (i64, i64) {
        (self.band.0.into(), self.band.1.into())
    }

    /// How many orders stand or wait.
    #[inline]
    #[must_use]
    pub const fn live(&self) -> u32 {
        self.rows.live()
    }

    /// How many prices of a side have orders.
    #[must_use]
    pub fn levels(&self, side: Side) -> u32 {
        self.ladder(Queue::standing(side)).levels()
    }

    /// Every price of a side that has orders, the best first.
    pub fn depth(&self, side: Side) -> impl Iterator<Item = Depth> {
        let queue = Queue::standing(side);
        let at = move |key| i64::from(queue.key(key));
        self.ladder(queue).iter().map(move |(key, level)| Depth {
            price: at(key),
            orders: level.orders,
            lots: level.lots,
        })
    }

    /// Lots shown at one price of a side.
    #[must_use]
    pub fn lots_at(&self, side: Side, price: i64) -> u64 {
        let queue = Queue::standing(side);
        let level = self.price(price).ok().and_then(|price| self.ladder(queue).level(queue.key(price)));
        level.map_or(0, |level| level.lots)
    }

    /// (bids − asks) / (bids + asks) of the lots shown at the `levels` best prices of each side: 1 with bids alone, −1
    /// with asks alone, `None` with neither.
    #[must_use]
    pub fn imbalance(&self, levels: usize) -> Option<f64> {
        let lots = |side| self.depth(side).take(levels).map(|depth| depth.lots).sum::<u64>() as f64;
        let (bids, asks) = (lots(Side::Buy), lots(Side::Sell));
        (bids + asks > 0.0).then(|| (bids - asks) / (bids + asks))
    }

    /// A live order.
    #[must_use]
    pub fn get(&self, id: OrderId) -> Option<Standing> {
        self.slot(id).map(|slot| self.standing(slot))
    }

    fn standing(&self, slot: u32) -> Standing {
        let (row, extra) = (self.rows.row(slot), self.rows.extra(slot));
        let queue = row.queue();
        let (price, stop) = if queue.waits() {
            ((extra.limit != 0).then_some(extra.limit.into()), Some(row.price().into()))
        } else {
            ((!extra.market).then_some(row.price().into()), None)
        };
        Standing {
            id: row.id,
            trader: row.trader,
            side: queue.side(),
            price,
            stop,
            shown: row.lots,
            hidden: extra.hidden,
            display: extra.display,
            post_only: row.post_only(),
            until: extra.until,
        }
    }

    /// How many orders, and lots shown, stand before a standing order at its price. `None` for an order that does not
    /// stand.
    #[must_use]
    pub fn ahead_of(&self, id: OrderId) -> Option<(u32, u64)> {
        let slot = self.slot(id)?;
        let row = self.rows.row(slot);
        if row.queue().waits() {
            return None;
        }
        let level = self.ladder(row.queue()).level(row.key)?;
        let ahead = self.queue(level.head).take_while(|&other| other != slot);
        Some(ahead.fold((0, 0), |(orders, lots), slot| (orders + 1, lots + u64::from(self.rows.row(slot).lots))))
    }

    /// The slots of a queue from `head` on.
    pub(super) fn queue(&self, head: u32) -> impl Iterator<Item = u32> {
        let some = |slot: u32| (slot != NONE).then_some(slot);
        std::iter::successors(some(head), move |&slot| some(self.rows.row(slot).next))
    }

    /// Every standing order of a side in the order in which they trade.
    pub fn orders(&self, side: Side) -> impl Iterator<Item = Standing> {
        self.slots(Queue::standing(side)).map(|slot| self.standing(slot))
    }

    /// Every waiting stop of a side in the order in which they are triggered.
    pub fn stops(&self, side: Side) -> impl Iterator<Item = Standing> {
        self.slots(Queue::waiting(side)).map(|slot| self.standing(slot))
    }

    pub(super) fn slots(&self, queue: Queue) -> impl Iterator<Item = u32> {
        self.ladder(queue).iter().flat_map(|(_, level)| self.queue(level.head))
    }

    /// Appends the numbers of a trader's live orders to `ids`, rising. It takes a look at each of the trader's orders
    /// where the rules say how many traders there are, and at every order where they do not.
    pub fn orders_of(&self, trader: u32, ids: &mut Vec<OrderId>) {
        let first = ids.len();
        self.each_of(trader, |slot| ids.push(self.rows.row(slot).id));
        ids[first..].sort_unstable();
    }

    /// Reads what a new order of a trader will touch, so that it is near by then; where it takes the place of the trader's
    /// last one, also the rows beside that. What it returns means nothing.
    #[inline]
    #[must_use]
    pub fn glance(&self, trader: u32, replaces: bool) -> u32 {
        let Some(slot) = self.traders.newest(trader) else { return 0 };
        let row = self.rows.row(slot);
        let beside = if replaces { self.rows.row(row.next).prev ^ self.rows.row(row.prev).next } else { 0 };
        beside ^ self.traders.glance(slot)
    }

    /// What a trader's live orders may cost. It takes as long as [`Book::orders_of`].
    #[inline]
    #[must_use]
    pub fn locked(&self, trader: u32) -> Locked {
        let mut locked = Locked::default();
        self.each_of(trader, |slot| locked.add(&self.lock_of(slot)));
        locked
    }

    /// Calls `see` with every live order's trader and what the order may cost, in no order that means anything: for many
    /// traders that is faster than [`Book::locked`] for each.
    pub fn each_locked(&self, mut see: impl FnMut(u32, &Locked)) {
        for slot in self.rows.live_slots() {
            see(self.rows.row(slot).trader, &self.lock_of(slot));
        }
    }

    /// What a live order may cost.
    #[inline]
    fn lock_of(&self, slot: u32) -> Locked {
        let row = self.rows.row(slot);
        let (queue, lots) = (row.queue(), u64::from(self.rows.open(slot)));
        if queue.side() == Side::Sell {
            return Locked { lots_sold: lots, ..Locked::default() };
        }
        let price = if queue.waits() || row.is_rare() { self.standing(slot).price } else { Some(row.price().into()) };
        match price {
            None => Locked { lots_bought_at_any_price: lots, ..Locked::default() },
            Some(price) => {
                let money = i128::from(price) * i128::from(lots) * i128::from(self.rules.grid.tick());
                Locked { money, lots_bought: lots, ..Locked::default() }
            }
        }
    }

    #[inline]
    fn each_of(&self, trader: u32, mut see: impl FnMut(u32)) {
        if self.traders.kept() {
            self.traders.slots(trader).for_each(see);
            return;
        }
        for queue in Queue::ALL {
            self.slots(queue).filter(|&slot| self.rows.row(slot).trader == trader).for_each(&mut see);
        }
    }
}
