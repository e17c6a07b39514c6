//! Steps and phases: when orders trade on arrival, when they are collected, and when they can only be taken back.

use std::fmt;

use super::command::{Order, OrderId, Step};
use super::outcome::{Closure, Events};
use super::rules::{Halt, Session};
use super::uncross::{Crossed, Crossing};
use super::{Book, Queue};

/// What a book does with orders at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// They trade on arrival.
    Continuous = 0,
    /// They are collected until the book is uncrossed.
    Auction = 1,
    /// They can only be taken back.
    Closed = 2,
}

/// Why a book could not be uncrossed, or not go on to continuous trading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionError {
    /// The book is in no auction.
    NoAuction,
    /// The price is not one that the book has.
    Price,
    /// Fewer lots than this are bought or sold at the price.
    Lots,
    /// Bids and asks still cross at the price chosen, so the auction goes on.
    StillCrossed,
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAuction => "the book is in no auction",
            Self::Price => "the price is not within the book's range",
            Self::Lots => "that many lots cannot trade at this price",
            Self::StillCrossed => "bids and asks still cross, so trading cannot be continuous",
        })
    }
}

impl std::error::Error for SessionError {}

/// Orders that expire are looked up so many at a time, so that as many of the scattered reads are under way at once.
const AT_ONCE: usize = 64;

impl Book {
    /// What the book does with orders at the moment.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// The step begun last.
    #[must_use]
    pub const fn step(&self) -> Step {
        self.step
    }

    /// Begins a step: orders whose last step has passed are cancelled, by their last step and then their number, and a
    /// book whose closure has ended collects orders. Steps do not go back: an earlier one changes nothing.
    pub fn begin_step(&mut self, step: Step, events: &mut Events) {
        if step < self.step {
            return;
        }
        self.step = step;
        self.expire(events);
        if self.phase == Phase::Closed && step >= self.opens {
            self.phase = Phase::Auction;
        }
    }

    /// Takes every order, standing or waiting, that has no last step of its own from the book, as [`Book::clear`] does.
    pub fn clear_unlimited(&mut self, mut gone: impl FnMut(u32)) {
        if self.expiries.live() == 0 {
            return self.clear(gone);
        }
        let slots: Vec<u32> = self.rows.live_slots().filter(|&slot| !self.rows.expires(slot)).collect();
        for slot in slots {
            gone(self.remove(slot).trader);
        }
    }

    /// Takes every order, standing or waiting, from the book at once. `gone` hears whose they were, in no order that means
    /// anything.
    pub fn clear(&mut self, mut gone: impl FnMut(u32)) {
        for slot in self.rows.live_slots() {
            let trader = self.rows.row(slot).trader;
            self.traders.forget(trader);
            gone(trader);
        }
        self.ladders.iter_mut().for_each(super::ladder::Ladder::clear);
        self.index.clear();
        self.rows.clear();
        self.expiries.clear();
    }

    /// Reads an order's row and those beside it, so that they are near; what it returns means nothing.
    fn glance_at(&self, id: OrderId) -> u32 {
        let row = self.rows.row(self.index.get(id));
        self.rows.row(row.next).prev ^ self.rows.row(row.prev).next
    }

    fn expire(&mut self, events: &mut Events) {
        while let Some((until, ids)) = self.expiries.pop_before(self.step) {
            for ids in ids.chunks(AT_ONCE) {
                let near = ids.iter().fold(0, |seen, &id| seen ^ self.glance_at(id));
                std::hint::black_box(near);
                for &id in ids {
                    // Some are gone, and a number may have been given to another order since.
                    if let Some(slot) = self.slot(id).filter(|&slot| self.rows.extra(slot).until == until) {
                        let mut closed = self.remove(slot);
                        closed.why = Closure::Expired;
                        events.closed.push(closed);
                    }
                }
            }
            self.expiries.keep_room(ids);
        }
        let (index, rows) = (&self.index, &self.rows);
        self.expiries.shed(|until, id| {
            let slot = index.get(id);
            slot != super::NONE && rows.extra(slot).until == until
        });
    }

    /// Whether the book is uncrossed at the end of this step.
    #[must_use]
    pub fn uncrosses(&self) -> bool {
        self.phase == Phase::Auction && self.step >= self.uncrosses
    }

    /// In an auction, the step at whose end the book is uncrossed.
    #[must_use]
    pub fn auction_ends(&self) -> Option<Step> {
        (self.phase == Phase::Auction).then(|| self.uncrosses.max(self.step))
    }

    /// Ends a step: a book whose auction is due is uncrossed at the price of [`Book::crossing`] and goes on to its next
    /// phase. The price and volume, if there were any.
    pub fn end_step(&mut self, events: &mut Events) -> Option<Crossing> {
        if !self.uncrosses() {
            return None;
        }
        let crossing = self.crossing();
        // The price of greatest volume leaves nothing crossed.
        let ended = self.uncross_at(crossing, self.phase_after_auction(), events);
        debug_assert_eq!(ended, Ok(()));
        crossing
    }

    /// As [`Book::end_step`], with the price and the volume chosen by `choose` from what is bought and sold at which
    /// price; `None` for no trade.
    ///
    /// # Errors
    /// When the book cannot trade as chosen: then nothing has changed. When bids and asks still cross and trading
    /// should become continuous: then the trades were made and the auction goes on.
    pub fn end_step_at(
        &mut self,
        choose: impl FnOnce(&Crossed) -> Option<Crossing>,
        events: &mut Events,
    ) -> Result<Option<Crossing>, SessionError> {
        if !self.uncrosses() {
            return Ok(None);
        }
        let crossing = choose(&self.crossed());
        self.uncross_at(crossing, self.phase_after_auction(), events).map(|()| crossing)
    }

    /// What follows an auction.
    #[must_use]
    pub const fn phase_after_auction(&self) -> Phase {
        match self.rules.session {
            Session::CallAuction => Phase::Auction,
            Session::Continuous | Session::OpeningAuction { .. } => Phase::Continuous,
        }
    }

    /// Interrupts trading from this moment on.
    pub fn halt(&mut self, halt: Halt) {
        self.phase = if halt.closed > 0 { Phase::Closed } else { Phase::Auction };
        self.opens = self.step.saturating_add(halt.closed.into());
        self.uncrosses = self.opens.saturating_add(halt.auction.max(1).into()) - 1;
    }

    /// Whether bids and asks cross.
    #[must_use]
    pub fn is_crossed(&self) -> bool {
        let (bid, ask) = (self.ladder(Queue::Bids).best(), self.ladder(Queue::Asks).best());
        bid != super::ladder::EMPTY && ask != super::ladder::EMPTY && Queue::Bids.key(bid) >= ask
    }

    /// Goes on to `next`, or stays in the auction when it cannot; then stops enter.
    pub(super) fn leave_auction(&mut self, next: Phase, events: &mut Events) -> Result<(), SessionError> {
        let stays = next == Phase::Continuous && self.is_crossed();
        if !stays {
            self.phase = next;
        }
        self.trigger(events);
        if stays { Err(SessionError::StillCrossed) } else { Ok(()) }
    }
}

const _: () = assert!(Order::FOREVER == Step::MAX, "an order that is good till cancelled outlives every step");
