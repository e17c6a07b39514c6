//! The twin's auctions.

use super::{Aggressor, Anchor, Closure, Crossing, Events, Fill, OrderId, Phase, Resting, Session, Side, Twin};

impl Twin {
    /// Ends a step: the price and volume if the book was uncrossed.
    pub fn end_step(&mut self, events: &mut Events) -> Option<Crossing> {
        if self.phase != Phase::Auction || self.step < self.uncrosses {
            return None;
        }
        let crossing = self.crossing();
        if let Some(crossing) = crossing {
            self.trade_at(crossing, events);
        }
        let is_market = |order: &&Resting| order.market;
        let mut left: Vec<OrderId> = Vec::new();
        for queue in self.bids.values().chain(self.asks.values()) {
            left.extend(queue.iter().filter(is_market).map(|order| order.id));
        }
        for id in left {
            self.close(id, Closure::Unfilled, events);
        }
        if self.rules.session != Session::CallAuction {
            self.phase = Phase::Continuous;
        }
        self.trigger(events);
        crossing
    }

    fn wanted(&self, side: Side, price: i64) -> u64 {
        let queues = if side == Side::Buy { &self.bids } else { &self.asks };
        let accepts = |&(&limit, order): &(&i64, &Resting)| order.market || side.accepts(limit, price);
        let all = queues.iter().flat_map(|(limit, queue)| queue.iter().map(move |order| (limit, order)));
        all.filter(accepts).map(|(_, order)| u64::from(order.open())).sum()
    }

    /// Every price that a limit names is tried.
    fn crossing(&self) -> Option<Crossing> {
        let named = self.bids.iter().chain(&self.asks).filter(|(_, queue)| queue.iter().any(|order| !order.market));
        let mut prices: Vec<i64> = named.map(|(&price, _)| price).collect();
        let reference = self.last.or(self.reference);
        if prices.is_empty() {
            prices.extend(reference);
        }
        prices.sort_unstable();
        prices.dedup();
        let volume = |price: i64| self.wanted(Side::Buy, price).min(self.wanted(Side::Sell, price));
        let surplus =
            |price: i64| i128::from(self.wanted(Side::Buy, price)) - i128::from(self.wanted(Side::Sell, price));
        let lots = prices.iter().map(|&price| volume(price)).max().filter(|&lots| lots > 0)?;
        prices.retain(|&price| volume(price) == lots);
        let least = prices.iter().map(|&price| surplus(price).abs()).min()?;
        prices.retain(|&price| surplus(price).abs() == least);
        let price = if prices.iter().all(|&price| surplus(price) > 0) {
            *prices.last()?
        } else if prices.iter().all(|&price| surplus(price) < 0) {
            prices[0]
        } else {
            let twice = reference.map_or(prices[0] + *prices.last()?, |reference| 2 * reference);
            *prices.iter().min_by_key(|&&price| (2 * price - twice).abs())?
        };
        Some(Crossing { price, lots })
    }

    fn trade_at(&mut self, crossing: Crossing, events: &mut Events) {
        let Crossing { price, lots: mut left } = crossing;
        while left > 0 {
            let (bid, ask) = (self.best_bid().unwrap(), self.best_ask().unwrap());
            let (buyer, seller) = (self.bids[&bid][0], self.asks[&ask][0]);
            let lots = left.min(u64::from(buyer.open().min(seller.open()))) as u32;
            events.fills.push(Fill {
                maker: buyer.id,
                taker: seller.id,
                maker_trader: buyer.trader,
                taker_trader: seller.trader,
                price: price as i32,
                lots,
                aggressor: Aggressor::Nobody,
            });
            left -= u64::from(lots);
            self.trade_part(Side::Buy, bid, lots);
            self.trade_part(Side::Sell, ask, lots);
        }
        self.last = Some(price);
        self.traded.push(price);
        if self.rules.band.is_some_and(|band| band.anchor == Anchor::LastTrade) {
            self.lay_band(price);
        }
        // Whoever has something hidden left and nothing shown goes to the end of the queue.
        for queue in self.bids.values_mut().chain(self.asks.values_mut()) {
            if queue[0].shown == 0 {
                let mut order = queue.pop_front().unwrap();
                order.shown = order.hidden.min(order.display);
                order.hidden -= order.shown;
                queue.push_back(order);
            }
        }
    }

    fn trade_part(&mut self, side: Side, price: i64, lots: u32) {
        let queues = self.queues(side);
        let queue = queues.get_mut(&price).unwrap();
        let order = &mut queue[0];
        if order.open() > lots {
            let shown = order.shown.min(lots);
            order.shown -= shown;
            order.hidden -= lots - shown;
            return;
        }
        let id = queue.pop_front().unwrap().id;
        if queue.is_empty() {
            queues.remove(&price);
        }
        self.places.remove(&id);
    }
}
