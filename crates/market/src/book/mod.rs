//! Limit order books: orders stand at their price in the order of their arrival, and trade with whoever accepts it.
//!
//! - [`command`]: what traders ask; [`outcome`]: what becomes of it; [`rules`]: what a book allows
//! - [`grid`]: ticks and lots as exact amounts
//! - `arrival`: how an order arrives, is replaced and leaves; `matching`: how it trades; `stops`: what that triggers
//! - `session`: steps, halts and auctions; `uncross`: all at one price
//! - `query`: what can be seen; `state`: how a book is hashed, saved and loaded
//! - `ladder`, `rows`, `index`, `traders`, `expiries`: where orders are, so that each step of the above takes a few memory accesses
//! - [`flow`]: files of events
//!
//! A book knows nothing of money: its fills say who trades how many lots at how many ticks, and [`Grid`] says how many
//! atoms these are, exactly. What traders have to lock for their orders is told by [`Book::locked`].
//!
//! *Invariant:* while trading is continuous the best bid is below the best ask.

mod arrival;
pub mod command;
mod expiries;
pub mod flow;
pub mod grid;
mod index;
mod ladder;
mod matching;
pub mod outcome;
mod query;
mod rows;
pub mod rules;
mod session;
mod state;
mod stops;
mod traders;
mod uncross;

pub use command::{Command, Kind, Order, OrderId, Side, Step};
pub use grid::Grid;
pub use outcome::{Aggressor, Closed, Closure, Events, Fill, Outcome, Placed, Rejection, Triggered};
pub use query::{Depth, Locked, Standing};
pub use rules::{Anchor, Band, Halt, Rules, RulesError, SelfTrade, Session, Width};
pub use session::{Phase, SessionError};
pub use uncross::{Crossed, Crossing};

use expiries::Expiries;
use index::Index;
use ladder::Ladder;
use rows::{NONE, Queue, Rows};
use traders::Traders;

/// A limit order book.
#[derive(Debug, Clone)]
pub struct Book {
    rules: Rules,
    phase: Phase,
    step: Step,
    /// After a halt, the first step in which orders are taken again.
    opens: Step,
    /// In an auction, the step at whose end the book is uncrossed.
    uncrosses: Step,
    /// Price of the last trade; 0 before the first.
    last: i32,
    /// What a band lies around when not around the last trade; 0 for nothing.
    reference: i32,
    /// The lowest and highest price that orders may name.
    band: (i32, i32),
    /// The lowest and highest price traded at since stops were last looked at; the first above the second for none.
    traded: (i32, i32),
    rows: Rows,
    ladders: [Ladder; 4],
    index: Index,
    traders: Traders,
    expiries: Expiries,
}

/// No trade: see [`Book::traded`].
const UNTRADED: (i32, i32) = (i32::MAX, 0);

impl Book {
    /// An empty book before step 0.
    ///
    /// # Errors
    /// When no book can keep to `rules`.
    pub fn new(rules: Rules) -> Result<Self, RulesError> {
        rules.check()?;
        let (phase, uncrosses) = match rules.session {
            Session::Continuous => (Phase::Continuous, 0),
            Session::CallAuction => (Phase::Auction, 0),
            Session::OpeningAuction { steps } => (Phase::Auction, Step::from(steps) - 1),
        };
        Ok(Self {
            rules,
            phase,
            step: 0,
            opens: 0,
            uncrosses,
            last: 0,
            reference: 0,
            band: (1, rules.price_max),
            traded: UNTRADED,
            rows: Rows::new(),
            ladders: [const { Ladder::new() }; 4],
            index: Index::new(),
            traders: Traders::new(rules.traders),
            expiries: Expiries::default(),
        })
    }

    /// Carries out one command and appends what happened to `events`.
    #[inline]
    pub fn apply(&mut self, command: &Command, events: &mut Events) -> Outcome {
        match command {
            Command::Place(order) if self.stands_at_once(order) => {
                Outcome::Placed(Placed { resting: order.lots as u32, ..Placed::default() })
            }
            Command::Cancel { id, trader } => self.cancel(*id, *trader),
            other => self.apply_any(other, events),
        }
    }

    /// Carries out a command that is none of the two most frequent.
    #[inline(never)]
    fn apply_any(&mut self, command: &Command, events: &mut Events) -> Outcome {
        let outcome = match command {
            Command::Place(order) => self.place(order, events),
            Command::Replace { id, trader, price, lots } => self.replace(*id, *trader, *price, *lots, events),
            Command::Cancel { id, trader } => self.cancel(*id, *trader),
            Command::CancelAll { trader } => self.cancel_all(*trader, events),
        };
        self.trigger(events);
        outcome
    }

    /// Carries out the commands of one step in the order in which they arrive, one outcome for each.
    pub fn apply_all<'a>(
        &mut self,
        commands: impl IntoIterator<Item = &'a Command>,
        outcomes: &mut Vec<Outcome>,
        events: &mut Events,
    ) {
        for command in commands {
            let outcome = self.apply(command, events);
            outcomes.push(outcome);
        }
    }

    /// What the book allows.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Puts the band of a book around `price`, in ticks, from now on. With [`Anchor::LastTrade`] it counts until the
    /// next trade only.
    ///
    /// # Errors
    /// [`Rejection::BadPrice`] or [`Rejection::PriceBeyondRange`].
    pub fn set_reference(&mut self, price: i64) -> Result<(), Rejection> {
        self.reference = self.price(price)?;
        self.anchor(self.reference);
        Ok(())
    }

    /// Lays the band around `reference`.
    fn anchor(&mut self, reference: i32) {
        let Some(band) = self.rules.band else { return };
        let (low, high) = band.around(reference.into());
        let max = self.rules.price_max;
        // Within 1 and the highest price, so the casts lose nothing.
        self.band = (low.max(1) as i32, high.min(max.into()) as i32);
    }

    /// Notes a trade.
    #[inline]
    fn note_trade(&mut self, first: i32, last: i32) {
        self.last = last;
        self.traded = (self.traded.0.min(first.min(last)), self.traded.1.max(first.max(last)));
        if self.rules.band.is_some_and(|band| band.anchor == Anchor::LastTrade) {
            self.anchor(last);
        }
    }

    /// Everything the book has taken memory for, in places, the maps for far prices and numbers aside. Once an economy
    /// has reached its usual size it does not grow.
    #[must_use]
    pub fn capacity(&self) -> usize {
        let ladders = self.ladders.iter().map(Ladder::capacity).sum::<usize>();
        let rest = self.index.capacity() + self.traders.capacity() + self.expiries.capacity();
        self.rows.capacity() + ladders + rest
    }

    /// The slot of a live order.
    #[inline]
    fn slot(&self, id: OrderId) -> Option<u32> {
        let slot = self.index.get(id);
        (slot != NONE).then_some(slot)
    }

    #[inline]
    fn ladder(&self, queue: Queue) -> &Ladder {
        &self.ladders[queue as usize]
    }
}
