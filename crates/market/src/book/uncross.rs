//! All at one price: what an auction trades, and at which price.

use super::command::Side;
use super::ladder::EMPTY;
use super::matching::show_next;
use super::outcome::{Aggressor, Closure, Events, Fill};
use super::rows::Queue;
use super::session::{Phase, SessionError};
use super::{Book, NONE};

/// What is bought and sold at which limit, hidden lots included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Crossed {
    /// Limit in ticks and lots of the bids, the highest limit first.
    pub bids: Vec<(i64, u64)>,
    /// Limit in ticks and lots of the asks, the lowest limit first.
    pub asks: Vec<(i64, u64)>,
    /// Lots bought at any price.
    pub market_bids: u64,
    /// Lots sold at any price.
    pub market_asks: u64,
    /// The last trade's price or, before there was one, the reference.
    pub reference: Option<i64>,
}

/// A price and how many lots trade at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crossing {
    /// In ticks.
    pub price: i64,
    /// How many lots change hands.
    pub lots: u64,
}

impl Crossed {
    /// The price at which most lots trade; of those, where the surplus is least; of those, where buyers are left over
    /// at all of them, the highest, where sellers are, the lowest, and otherwise the one nearest to the reference, or
    /// to the middle of them where there is none; of two as near, the lower. `None` when nothing trades.
    ///
    /// Prices considered are those that a limit names. Where everyone accepts any price it is the reference.
    #[must_use]
    pub fn crossing(&self) -> Option<Crossing> {
        let mut prices: Vec<i64> = self.bids.iter().chain(&self.asks).map(|&(price, _)| price).collect();
        if prices.is_empty() {
            prices.extend(self.reference);
        }
        prices.sort_unstable();
        prices.dedup();
        let tied = self.best(&prices);
        let (&(lowest, lots, _), &(highest, ..)) = (tied.first()?, tied.last()?);
        let price = if tied.iter().all(|&(.., surplus)| surplus > 0) {
            highest
        } else if tied.iter().all(|&(.., surplus)| surplus < 0) {
            lowest
        } else {
            // The middle as twice its value, which is whole.
            let middle = self.reference.map_or(lowest + highest, |reference| 2 * reference);
            tied.iter().map(|&(price, ..)| price).min_by_key(|price| (2 * price - middle).abs())?
        };
        Some(Crossing { price, lots })
    }

    /// Of `prices`, rising, those of greatest volume and then least surplus: price, volume, and surplus of buyers.
    fn best(&self, prices: &[i64]) -> Vec<(i64, u64, i128)> {
        let mut bought: u64 = self.bids.iter().map(|&(_, lots)| lots).sum::<u64>() + self.market_bids;
        let mut sold = self.market_asks;
        let mut bids = self.bids.iter().rev().peekable();
        let mut asks = self.asks.iter().peekable();
        let mut best: Vec<(i64, u64, i128)> = Vec::new();
        for &price in prices {
            while let Some((_, lots)) = bids.next_if(|&&(limit, _)| limit < price) {
                bought -= lots;
            }
            while let Some((_, lots)) = asks.next_if(|&&(limit, _)| limit <= price) {
                sold += lots;
            }
            let (volume, surplus) = (bought.min(sold), i128::from(bought) - i128::from(sold));
            let rank = |&(_, volume, surplus): &(i64, u64, i128)| (volume, std::cmp::Reverse(surplus.abs()));
            let this = (price, volume, surplus);
            if volume == 0 || best.first().is_some_and(|first| rank(first) > rank(&this)) {
                continue;
            }
            if best.first().is_some_and(|first| rank(first) < rank(&this)) {
                best.clear();
            }
            best.push(this);
        }
        best
    }

    /// How many lots trade at `price` at most.
    #[must_use]
    pub fn lots_at(&self, price: i64) -> u64 {
        let sum = |ladder: &[(i64, u64)], side: Side| -> u64 {
            let within = ladder.iter().take_while(|&&(limit, _)| side.accepts(limit, price));
            within.map(|&(_, lots)| lots).sum()
        };
        (sum(&self.bids, Side::Buy) + self.market_bids).min(sum(&self.asks, Side::Sell) + self.market_asks)
    }
}

impl Book {
    /// What is bought and sold at which limit.
    #[must_use]
    pub fn crossed(&self) -> Crossed {
        let mut crossed = Crossed { reference: self.last_price().or(self.reference()), ..Crossed::default() };
        for queue in [Queue::Bids, Queue::Asks] {
            let market = self.market_lots(queue);
            let edge = queue.key(self.market_price(queue));
            let ladder = self.ladder(queue).iter().map(|(key, level)| {
                let lots = level.lots + level.hidden - if key == edge { market } else { 0 };
                (i64::from(queue.key(key)), lots)
            });
            let ladder = ladder.filter(|&(_, lots)| lots > 0);
            if queue == Queue::Bids {
                crossed.bids.extend(ladder);
                crossed.market_bids = market;
            } else {
                crossed.asks.extend(ladder);
                crossed.market_asks = market;
            }
        }
        crossed
    }

    /// The price and volume at which the book would be uncrossed now: see [`Crossed::crossing`].
    #[must_use]
    pub fn crossing(&self) -> Option<Crossing> {
        self.crossed().crossing()
    }

    /// Trades `crossing` among those who accept its price, the best limits first and at one limit who came first;
    /// icebergs with all they have. Then what was offered at any price and did not trade is cancelled, and the book
    /// goes on to `next`, where stops enter that the price has reached.
    ///
    /// Nobody chooses a partner here, so trades of a trader with itself are not prevented.
    ///
    /// # Errors
    /// When the book is in no auction, or not so many lots can trade at the price: then nothing has changed. When bids
    /// and asks still cross and `next` is continuous: then the trades were made and the auction goes on.
    pub fn uncross_at(
        &mut self,
        crossing: Option<Crossing>,
        next: Phase,
        events: &mut Events,
    ) -> Result<(), SessionError> {
        if self.phase != Phase::Auction {
            return Err(SessionError::NoAuction);
        }
        if let Some(Crossing { price, lots }) = crossing {
            let ticks = self.price(price).map_err(|_| SessionError::Price)?;
            if lots > self.crossed().lots_at(price) {
                return Err(SessionError::Lots);
            }
            self.trade_at(ticks, lots, events);
        }
        self.close_market_orders(events);
        self.leave_auction(next, events)
    }

    /// Trades `lots` at `price`; so many are there.
    fn trade_at(&mut self, price: i32, lots: u64, events: &mut Events) {
        let mut left = lots;
        while left > 0 {
            let (Some(buyer), Some(seller)) = (self.first_in(Queue::Bids), self.first_in(Queue::Asks)) else { break };
            let both = self.rows.open(buyer).min(self.rows.open(seller));
            let lots = u32::try_from(left).unwrap_or(u32::MAX).min(both);
            let (buy, sell) = (*self.rows.row(buyer), *self.rows.row(seller));
            events.fills.push(Fill {
                maker: buy.id,
                taker: sell.id,
                maker_trader: buy.trader,
                taker_trader: sell.trader,
                price,
                lots,
                aggressor: Aggressor::Nobody,
            });
            left -= u64::from(lots);
            self.trade_part(buyer, lots);
            self.trade_part(seller, lots);
        }
        if lots > 0 {
            self.note_trade(price, price);
        }
        // Who traded all it showed, and not all it has, shows the next slice at the end of its queue.
        for queue in [Queue::Bids, Queue::Asks] {
            if let Some(slot) = self.first_in(queue).filter(|&slot| self.rows.row(slot).lots == 0) {
                let key = self.rows.row(slot).key;
                show_next(self.ladders[queue as usize].level_mut(key), &mut self.rows, slot);
            }
        }
    }

    /// The first order of a queue's best price.
    fn first_in(&self, queue: Queue) -> Option<u32> {
        let ladder = self.ladder(queue);
        if ladder.best() == EMPTY { None } else { ladder.level(ladder.best()).map(|level| level.head) }
    }

    /// Takes traded lots from the first order of a queue, shown ones first.
    fn trade_part(&mut self, slot: u32, lots: u32) {
        if lots == self.rows.open(slot) {
            self.remove(slot);
            return;
        }
        let row = *self.rows.row(slot);
        let shown = lots.min(row.lots);
        self.rows.row_mut(slot).lots -= shown;
        self.rows.set_hidden(slot, self.rows.hidden(slot) - (lots - shown));
        let level = self.ladders[row.queue() as usize].level_mut(row.key);
        level.lots -= u64::from(shown);
        level.hidden -= u64::from(lots - shown);
    }

    /// Where market orders stand in an auction.
    const fn market_price(&self, queue: Queue) -> i32 {
        match queue.side() {
            Side::Buy => self.rules.price_max,
            Side::Sell => 1,
        }
    }

    /// The slots of market orders that stand in an auction, first come first.
    fn market_orders(&self, queue: Queue) -> impl Iterator<Item = u32> {
        let level = self.ladder(queue).level(queue.key(self.market_price(queue)));
        let some = |slot: u32| (slot != NONE).then_some(slot);
        let first = level.and_then(|level| some(level.head));
        let all = std::iter::successors(first, move |&slot| some(self.rows.row(slot).next));
        all.filter(|&slot| self.rows.extra(slot).market)
    }

    fn market_lots(&self, queue: Queue) -> u64 {
        self.market_orders(queue).map(|slot| u64::from(self.rows.open(slot))).sum()
    }

    /// Cancels market orders that no auction has filled: buyers, then sellers.
    fn close_market_orders(&mut self, events: &mut Events) {
        for queue in [Queue::Bids, Queue::Asks] {
            for slot in self.market_orders(queue).collect::<Vec<u32>>() {
                let mut closed = self.remove(slot);
                closed.why = Closure::Unfilled;
                events.closed.push(closed);
            }
        }
    }
}
