//! How an arriving order trades: with the best price first, and at one price with who came first.

use super::Book;
use super::arrival::Arrival;
use super::command::{OrderId, Side};
use super::ladder::Level;
use super::outcome::{Aggressor, Closure, Events, Fill};
use super::rows::{Queue, Rows};
use super::rules::SelfTrade;

/// An order that takes from the other side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taker {
    pub(super) id: OrderId,
    pub(super) trader: u32,
    pub(super) side: Side,
    pub(super) lots: u32,
    /// Its limit, as the other side counts prices.
    pub(super) limit: i32,
}

impl Book {
    /// Trades until the order is filled, nobody within its limit is left, or it meets an order of its own trader that
    /// ends it. What is left of it, and what ended it.
    pub(super) fn take(&mut self, taker: &Taker, events: &mut Events) -> (u32, Option<Closure>) {
        let makers = Queue::standing(taker.side.opposite());
        let prevented = self.rules.self_trade != SelfTrade::Allowed;
        let aggressor = if taker.side == Side::Buy { Aggressor::Buyer } else { Aggressor::Seller };
        let mut left = taker.lots;
        let mut first = 0;
        let mut last = 0;
        let mut why = None;
        while left > 0 && why.is_none() {
            let key = self.ladder(makers).best();
            if key > taker.limit {
                break;
            }
            let price = makers.key(key);
            let mut own = None;
            let level = self.ladders[makers as usize].level_mut(key);
            let before = left;
            while left > 0 && level.orders > 0 {
                let slot = level.head;
                let row = self.rows.row_mut(slot);
                if prevented && row.trader == taker.trader {
                    own = Some(slot);
                    break;
                }
                let lots = left.min(row.lots);
                events.fills.push(Fill {
                    maker: row.id,
                    taker: taker.id,
                    maker_trader: row.trader,
                    taker_trader: taker.trader,
                    price,
                    lots,
                    aggressor,
                });
                left -= lots;
                row.lots -= lots;
                level.lots -= u64::from(lots);
                if row.lots > 0 {
                    break;
                }
                let row = *row;
                if row.is_rare() && show_next(level, &mut self.rows, slot) {
                    continue;
                }
                if self.rows.expires(slot) {
                    self.expiries.left();
                }
                level.pop(row.next);
                self.index.remove(row.id);
                self.traders.unlink(row.trader, slot);
                self.rows.give_back(slot);
            }
            if level.orders == 0 {
                self.ladders[makers as usize].close(key);
            }
            if left < before {
                first = if first == 0 { price } else { first };
                last = price;
            }
            if let Some(slot) = own {
                why = self.prevent(slot, events);
            }
        }
        if last != 0 {
            self.note_trade(first, last);
        }
        (left, why)
    }

    /// Keeps an arriving order from trading with its own trader's order in `slot`: why the former ends, if it does.
    #[cold]
    fn prevent(&mut self, slot: u32, events: &mut Events) -> Option<Closure> {
        let mode = self.rules.self_trade;
        if mode != SelfTrade::CancelNewest {
            let mut closed = self.remove(slot);
            closed.why = Closure::SelfTrade;
            events.closed.push(closed);
        }
        (mode != SelfTrade::CancelOldest).then_some(Closure::SelfTrade)
    }

    /// Whether an order could be filled whole at once.
    pub(super) fn fills_whole(&self, arrival: &Arrival) -> bool {
        let makers = Queue::standing(arrival.side.opposite());
        let limit = makers.key(arrival.limit);
        let mut wanted = u64::from(arrival.lots);
        for (_, level) in self.ladder(makers).iter().take_while(|(key, _)| *key <= limit) {
            let (there, ended) = self.available(level, arrival.trader, wanted);
            if there >= wanted {
                return true;
            }
            if ended {
                return false;
            }
            wanted -= there;
        }
        false
    }

    /// How many lots at one price the trader could have, and whether an order of its own would end it there.
    fn available(&self, level: &Level, trader: u32, wanted: u64) -> (u64, bool) {
        let all = level.lots + level.hidden;
        if self.rules.self_trade == SelfTrade::Allowed {
            return (all, false);
        }
        // Up to the trader's first own order only what is shown is reached: further slices come behind it.
        let mut shown = 0;
        let mut own = 0;
        let mut slot = level.head;
        for _ in 0..level.orders {
            let row = self.rows.row(slot);
            if row.trader == trader {
                if self.rules.self_trade != SelfTrade::CancelOldest {
                    return (shown, true);
                }
                own += u64::from(self.rows.open(slot));
            } else {
                shown += u64::from(row.lots);
                if shown >= wanted {
                    return (shown, false);
                }
            }
            slot = row.next;
        }
        (all - own, false)
    }
}

/// Shows the next slice of an iceberg whose shown lots are used up, at the end of the queue. Whether there was one.
#[cold]
pub(super) fn show_next(level: &mut Level, rows: &mut Rows, slot: u32) -> bool {
    let extra = rows.extra(slot);
    if extra.hidden == 0 {
        return false;
    }
    let slice = extra.hidden.min(extra.display);
    rows.set_hidden(slot, extra.hidden - slice);
    rows.row_mut(slot).lots = slice;
    level.hidden -= u64::from(slice);
    level.lots += u64::from(slice);
    level.unlink(rows, slot);
    level.push(rows, slot);
    true
}
