//! What starts, ends and gives way in one step.

use std::cmp::Reverse;

use walras_ledger::Atoms;

use super::{Backfilling, Event, Lease, Leases, Preemption, Waiting};

/// When the head of the queue can start, if nobody is submitted before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reservation {
    /// The head's number.
    pub id: u64,
    /// The first step in which it fits; `None` while it asks for more than there is at all.
    pub shadow: Option<u64>,
    /// Atoms that are then left beside it.
    pub extra: i128,
}

impl Leases {
    /// Step `now`, with `capacity` atoms, not negative, to lease. Appends what happened to `events`.
    ///
    /// When the capacity has shrunk below what is held, jobs give way whatever the rule, the lowest priorities first.
    pub fn step(&mut self, now: u64, capacity: Atoms, events: &mut Vec<Event>) {
        let capacity = i128::from(capacity);
        let over = self.running.partition_point(|lease| lease.end <= now);
        events.extend(self.running.drain(..over).map(Event::Ended));
        while self.held() > capacity {
            let Some(victim) = self.victim(None) else { break };
            self.preempt(victim, now, events);
        }
        self.expire(now, events);
        while let Some(&head) = self.queue.first() {
            if i128::from(head.job.size) > capacity - self.held() {
                if !self.make_way(head, now, capacity, events) {
                    break;
                }
                // Who gave way and has to start over may be too late by now.
                self.expire(now, events);
            }
            self.start(0, now, events);
        }
        if self.rule.backfilling == Backfilling::Easy {
            self.backfill(now, capacity, events);
        }
    }

    /// Drops what cannot end before its deadline.
    fn expire(&mut self, now: u64, events: &mut Vec<Event>) {
        self.queue.retain(|waiting| {
            let too_late = waiting.job.deadline.is_some_and(|deadline| waiting.end(now) > deadline);
            if too_late {
                events.push(Event::Expired(*waiting));
            }
            !too_late
        });
    }

    /// When the head can start, were `now` the present step and this the capacity; `None` when nobody waits.
    #[must_use]
    pub fn reservation(&self, now: u64, capacity: Atoms) -> Option<Reservation> {
        let head = self.queue.first()?;
        let (size, mut free) = (i128::from(head.job.size), i128::from(capacity) - self.held());
        let mut shadow = (free >= size).then_some(now);
        for lease in &self.running {
            // All that end in the same step make room together.
            if shadow.is_some_and(|shadow| lease.end > shadow) {
                break;
            }
            free += i128::from(lease.job.size);
            if shadow.is_none() && free >= size {
                shadow = Some(lease.end);
            }
        }
        Some(Reservation { id: head.id, shadow, extra: free - size })
    }

    /// Starts jobs behind the head that do not delay it.
    fn backfill(&mut self, now: u64, capacity: i128, events: &mut Vec<Event>) {
        // The capacity came as an amount.
        let Some(Reservation { shadow, mut extra, .. }) = self.reservation(now, capacity as Atoms) else { return };
        let mut free = capacity - self.held();
        let mut at = 1;
        while at < self.queue.len() && free > 0 {
            let waiting = self.queue[at];
            let size = i128::from(waiting.job.size);
            // A head that cannot start at all is not delayed.
            let before = shadow.is_none_or(|shadow| waiting.end(now) <= shadow);
            if size <= free && (before || size <= extra) {
                free -= size;
                extra -= if before { 0 } else { size };
                self.start(at, now, events);
            } else {
                at += 1;
            }
        }
    }

    /// Lets jobs of lower priority give way to `head`, if enough of them would make room.
    fn make_way(&mut self, head: Waiting, now: u64, capacity: i128, events: &mut Vec<Event>) -> bool {
        if self.rule.preemption == Preemption::Off {
            return false;
        }
        let lower = self.running.iter().filter(|lease| lease.job.priority < head.job.priority);
        let room: i128 = lower.map(|lease| i128::from(lease.job.size)).sum();
        let size = i128::from(head.job.size);
        if size > capacity - self.held() + room {
            return false;
        }
        while size > capacity - self.held() {
            let Some(victim) = self.victim(Some(head.job.priority)) else { break };
            self.preempt(victim, now, events);
        }
        true
    }

    /// Where the next job runs that gives way, of those below a priority: the lowest, then the latest started.
    fn victim(&self, below: Option<i64>) -> Option<usize> {
        let lower = |lease: &Lease| below.is_none_or(|priority| lease.job.priority < priority);
        let rank = |lease: &Lease| (lease.job.priority, Reverse(lease.start), Reverse(lease.id));
        (0..self.running.len()).filter(|&at| lower(&self.running[at])).min_by_key(|&at| rank(&self.running[at]))
    }

    fn preempt(&mut self, at: usize, now: u64, events: &mut Vec<Event>) {
        let lease = self.running.remove(at);
        events.push(Event::Preempted(lease));
        let left = match self.rule.preemption {
            Preemption::Restart => lease.job.steps,
            // At most its steps, and at least one, or it would have ended.
            Preemption::Resume | Preemption::Off => (lease.end - now) as u32,
        };
        self.wait(Waiting { id: lease.id, job: lease.job, left });
    }

    /// Starts the job at this place of the queue.
    fn start(&mut self, at: usize, now: u64, events: &mut Vec<Event>) {
        let waiting = self.queue.remove(at);
        let lease = Lease { id: waiting.id, job: waiting.job, start: now, end: waiting.end(now) };
        let place = self.running.partition_point(|other| (other.end, other.id) < (lease.end, lease.id));
        self.running.insert(place, lease);
        events.push(Event::Started(lease));
    }

    /// Puts a job in its place of the queue.
    pub(super) fn wait(&mut self, waiting: Waiting) {
        let rank = |waiting: &Waiting| (Reverse(waiting.job.priority), waiting.id);
        let place = self.queue.partition_point(|other| rank(other) < rank(&waiting));
        self.queue.insert(place, waiting);
    }
}

impl Waiting {
    /// The first step in which it no longer runs, did it start now.
    fn end(&self, now: u64) -> u64 {
        now.saturating_add(u64::from(self.left))
    }
}
