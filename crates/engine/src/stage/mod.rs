//! The stages of a step, one file each, and the packets that pass between them.

pub mod allocate;
mod apportion;
mod assign;
mod attribute;
mod carry;
pub mod clear;
pub mod consume;
pub mod contract;
pub mod credit;
pub mod decide;
pub mod foresee;
pub mod fund;
pub mod govern;
pub mod incentive;
pub mod learn;
pub mod lock;
pub mod look;
mod made;
pub mod make;
pub mod monitor;
pub mod observe;
pub mod produce;
pub mod promote;
mod purse;
pub mod record;
mod request;
pub mod reward;
pub mod send;
pub mod serve;
pub mod settle;
mod share;
pub mod shock;
mod spendable;
pub mod stake;
mod steer;
pub mod turn;
pub mod vote;
pub mod work;

use walras_ledger::Atoms;
use walras_market::command::Command;
use walras_market::order::Rejection;

use crate::entry::Entry;
use crate::monitor::Alert;

/// What the cohorts asked for. Plain orders stay in the cohorts' columns.
#[derive(Debug, Default)]
pub struct Actions {
    /// By cohort.
    pub asked: Vec<Asked>,
}

/// What one cohort asked for.
#[derive(Debug, Default)]
pub struct Asked {
    /// The tally of its orders at each of its markets.
    pub tallies: Vec<Tally>,
    /// What else it asks of each of its markets, in the order of its agents.
    pub commands: Vec<Vec<Command>>,
}

impl Asked {
    fn of(markets: usize) -> Self {
        let mut asked = Self::default();
        asked.begin(markets, true);
        asked
    }

    /// Room for what is asked of `markets` markets in a turn; tallies go on over the turns of a step.
    fn begin(&mut self, markets: usize, first: bool) {
        if first {
            self.tallies.clear();
        }
        self.tallies.resize(markets, Tally::default());
        self.commands.resize_with(markets, Vec::new);
        self.commands.iter_mut().for_each(Vec::clear);
    }

    /// What the agents after these asked for.
    fn append(&mut self, mut more: Self) {
        for (tally, more) in self.tallies.iter_mut().zip(&more.tallies) {
            *tally = tally.and(more);
        }
        for (commands, more) in self.commands.iter_mut().zip(&mut more.commands) {
            commands.append(more);
        }
    }
}

/// What one cohort asks of one market.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tally {
    /// Orders given, whatever became of them.
    pub orders: u64,
    /// Atoms to buy.
    pub bought: i128,
    /// Atoms to sell.
    pub sold: i128,
    /// The lowest limit of a buyer.
    pub lowest_buy: f64,
    /// The highest limit of a seller.
    pub highest_sell: f64,
    /// Orders rejected before they reached the market, by reason.
    pub rejected: [u64; Rejection::ALL.len()],
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            orders: 0,
            bought: 0,
            sold: 0,
            lowest_buy: f64::INFINITY,
            highest_sell: f64::NEG_INFINITY,
            rejected: [0; Rejection::ALL.len()],
        }
    }
}

impl Tally {
    /// Both together. Sums of whole numbers, least and greatest: the order does not matter.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.orders += other.orders;
        self.bought += other.bought;
        self.sold += other.sold;
        self.lowest_buy = self.lowest_buy.min(other.lowest_buy);
        self.highest_sell = self.highest_sell.max(other.highest_sell);
        for (mine, theirs) in self.rejected.iter_mut().zip(other.rejected) {
            *mine += theirs;
        }
        self
    }
}

/// What happened in a step besides trades.
#[derive(Debug, Clone, Default)]
pub struct Events {
    /// In the order they happened.
    pub list: Vec<Event>,
    /// What institutions did, in the order they did it.
    pub entries: Vec<Entry>,
    /// What monitors found.
    pub alerts: Vec<Alert>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The kind: `halt`, `transfer`, `parameter_changed`, ….
    pub kind: &'static str,
    /// What it happened to.
    pub subject: String,
    /// What happened, in words.
    pub detail: String,
    /// An amount in atoms or a count, where there is one.
    pub amount: Option<Atoms>,
}

impl Events {
    /// Writes an event down.
    pub fn push(&mut self, kind: &'static str, subject: &str, detail: &str, amount: Option<Atoms>) {
        self.list.push(Event { kind, subject: subject.to_owned(), detail: detail.to_owned(), amount });
    }

    /// Writes down what an institution did.
    pub fn enter(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.list.clear();
        self.alerts.clear();
        self.entries.clear();
    }
}
