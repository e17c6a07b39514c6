//! Stops: orders that wait for a trade at their stop price or beyond.
//!
//! After a command has traded, and after an uncrossing, waiting stops whose price was reached enter one at a time:
//! buyers before sellers, among buyers the lowest stop first, among sellers the highest, at one price in the order in
//! which they were placed. What one of them trades can trigger others, which take their place in the same order.

use super::arrival::Arrival;
use super::command::Side;
use super::ladder::EMPTY;
use super::outcome::{Closure, Events, Outcome, Placed, Triggered};
use super::rows::{Extra, Place, Queue};
use super::{Book, Phase, UNTRADED};

impl Book {
    /// Places a stop: it waits, or enters at once when the last trade has reached it already.
    pub(super) fn place_stop(&mut self, arrival: &Arrival, events: &mut Events) -> Outcome {
        let Arrival { id, trader, side, lots, limit, stop, stands, until, .. } = *arrival;
        let reached = match side {
            Side::Buy => self.last >= stop,
            Side::Sell => self.last <= stop,
        };
        if self.last != 0 && reached {
            return Outcome::Placed(self.enter_stop(arrival, events));
        }
        let queue = Queue::waiting(side);
        let place = Place { id, trader, queue, key: queue.key(stop), lots, post_only: false };
        let immediate = limit != 0 && !stands;
        self.put(&place, Extra { until, limit, market: immediate, ..Extra::PLAIN });
        Outcome::Waiting
    }

    /// Lets a triggered stop arrive, unless its limit lies outside the band, or it may not stand and an auction is on.
    fn enter_stop(&mut self, arrival: &Arrival, events: &mut Events) -> Placed {
        let Arrival { limit, lots, stands, .. } = *arrival;
        if limit != 0 && (limit < self.band.0 || limit > self.band.1) {
            return Placed { cancelled: lots, why: Some(Closure::Band), ..Placed::default() };
        }
        if limit != 0 && !stands && self.phase != Phase::Continuous {
            return Placed { cancelled: lots, why: Some(Closure::Unfilled), ..Placed::default() };
        }
        self.arrive(arrival, events)
    }

    /// Lets every stop enter that trades since the last look have reached.
    #[inline]
    pub(super) fn trigger(&mut self, events: &mut Events) {
        if self.traded.0 > self.traded.1 {
            return;
        }
        let waiting = self.ladder(Queue::BuyStops).best() != EMPTY || self.ladder(Queue::SellStops).best() != EMPTY;
        if waiting {
            self.trigger_waiting(events);
        }
        self.traded = UNTRADED;
    }

    fn trigger_waiting(&mut self, events: &mut Events) {
        while let Some(slot) = self.next_triggered() {
            let (row, extra) = (*self.rows.row(slot), self.rows.extra(slot));
            let closed = self.remove(slot);
            let arrival = Arrival {
                id: row.id,
                trader: row.trader,
                side: closed.side,
                lots: closed.lots,
                limit: extra.limit,
                stop: 0,
                display: 0,
                stands: extra.limit != 0 && !extra.market,
                post_only: false,
                whole: false,
                until: extra.until,
            };
            let placed = self.enter_stop(&arrival, events);
            events.triggered.push(Triggered { id: row.id, trader: row.trader, side: closed.side, placed });
        }
    }

    /// The waiting stop that enters next, if one has been reached.
    fn next_triggered(&self) -> Option<u32> {
        let (low, high) = self.traded;
        let reached = [(Queue::BuyStops, high), (Queue::SellStops, low)];
        reached.into_iter().find_map(|(queue, price)| {
            let ladder = self.ladder(queue);
            let best = ladder.best();
            (best != EMPTY && best <= queue.key(price)).then(|| ladder.level(best).map(|level| level.head))?
        })
    }
}
