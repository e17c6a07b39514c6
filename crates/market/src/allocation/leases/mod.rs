//! Capacity leased for several steps: jobs wait in a queue, run, end, and may be pre-empted.
//!
//! A job asks so many atoms for so many steps. In each step [`Leases::step`] ends what is over, drops what has become
//! hopeless, and starts what may start:
//!
//! - the queue goes by priority, then by the order of submission; its head starts as soon as it fits;
//! - with pre-emption a head that does not fit takes the place of running jobs of lower priority, of these the lowest
//!   first, then the latest started;
//! - with backfilling jobs behind a head that waits may start when they do not delay it: when they end before the head
//!   can start, or leave enough for it (EASY: D. A. Lifka, "The ANL/IBM SP scheduling system", 1995).

mod schedule;
mod state;

use std::fmt;

use walras_catalog::{choice, entry};
use walras_ledger::Atoms;

pub use schedule::Reservation;

choice! {
    /// Whether jobs may overtake a head of the queue that does not fit.
    pub enum Backfilling {
        /// Nobody overtakes.
        Off = "off",
        /// Whoever does not delay the head.
        Easy = "easy",
    }
}

choice! {
    /// Whether jobs give way to those of higher priority, and with what they are left.
    pub enum Preemption {
        /// Who runs, runs to the end.
        Off = "off",
        /// They give way, and later go on where they were.
        Resume = "resume",
        /// They give way, and later start over.
        Restart = "restart",
    }
}

entry! {
    /// How leases are given: who overtakes whom in the queue, and who gives way.
    #[derive(Copy, PartialEq, Eq)]
    pub struct LeaseRule = "leases" {
        formula: "start j before the head h if  size_j ≤ free  and  (now + steps_j ≤ shadow or size_j ≤ extra);  shadow: when size_h is free, extra: what is then left",
        source: "A. W. Mu'alem and D. G. Feitelson, \"Utilization, predictability, workloads, and user runtime estimates in scheduling the IBM SP2 with backfilling\", IEEE Transactions on Parallel and Distributed Systems 12(6), 2001",
        /// Whether jobs overtake a head that waits.
        backfilling: Backfilling = Backfilling::Easy;
        /// Whether jobs give way to those of higher priority.
        preemption: Preemption = Preemption::Off;
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// Who asks.
    pub requester: u32,
    /// Atoms of the resource, above zero.
    pub size: Atoms,
    /// For how many steps, above zero.
    pub steps: u32,
    /// Who goes first; the higher, the sooner.
    pub priority: i64,
    /// The step before which it must have ended, or it is of no use.
    pub deadline: Option<u64>,
}

/// A job that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Its number, in the order of submission.
    pub id: u64,
    /// What was asked for.
    pub job: Job,
    /// The first step in which it runs, since it last started.
    pub start: u64,
    /// The first step in which it no longer runs.
    pub end: u64,
}

/// A job that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Its number, in the order of submission.
    pub id: u64,
    /// What was asked for.
    pub job: Job,
    /// For how many steps it has yet to run.
    pub left: u32,
}

/// What happened to a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// It started, or went on.
    Started(Lease),
    /// It ran for all its steps.
    Ended(Lease),
    /// It gave way and waits again.
    Preempted(Lease),
    /// It can no longer end before its deadline and is dropped.
    Expired(Waiting),
}

/// Why a job was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobRefusal {
    /// Its size is not above zero.
    Size(Atoms),
    /// It asks for no steps.
    Steps,
}

impl fmt::Display for JobRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size(size) => write!(f, "the job asks for {size} atoms: it must ask for one at least"),
            Self::Steps => write!(f, "the job asks for no steps: it must ask for one at least"),
        }
    }
}

impl std::error::Error for JobRefusal {}

/// The running leases of one resource and the queue for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leases {
    rule: LeaseRule,
    /// By end, then by number.
    running: Vec<Lease>,
    /// By priority, the highest first, then by number.
    queue: Vec<Waiting>,
    /// The number of the next job.
    next: u64,
}

impl Leases {
    /// Nothing runs and nobody waits.
    #[must_use]
    pub fn new(rule: LeaseRule) -> Self {
        Self { rule, running: Vec::new(), queue: Vec::new(), next: 0 }
    }

    /// What runs, what ends first before the others.
    #[must_use]
    pub fn running(&self) -> &[Lease] {
        &self.running
    }

    /// What waits, the head first.
    #[must_use]
    pub fn queue(&self) -> &[Waiting] {
        &self.queue
    }

    /// Atoms that running jobs hold.
    #[must_use]
    pub fn held(&self) -> i128 {
        self.running.iter().map(|lease| i128::from(lease.job.size)).sum()
    }

    /// Queues a job and returns its number.
    ///
    /// # Errors
    /// When it asks for nothing.
    pub fn submit(&mut self, job: Job) -> Result<u64, JobRefusal> {
        if job.size <= 0 {
            return Err(JobRefusal::Size(job.size));
        }
        if job.steps == 0 {
            return Err(JobRefusal::Steps);
        }
        let id = self.next;
        self.next += 1;
        self.wait(Waiting { id, job, left: job.steps });
        Ok(id)
    }
}
