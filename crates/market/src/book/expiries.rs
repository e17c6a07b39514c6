//! When orders expire: for each step, the numbers of those whose last it is, with some that are gone.

use std::collections::BTreeMap;

use super::command::{OrderId, Step};

/// Numbers by last step.
#[derive(Debug, Clone, Default)]
pub(super) struct Expiries {
    by_step: BTreeMap<Step, Vec<OrderId>>,
    /// How many numbers there are.
    noted: usize,
    /// How many live orders expire.
    live: usize,
    /// Room for the numbers of a step to come.
    spare: Vec<OrderId>,
}

impl Expiries {
    /// Notes an order that stands from now on.
    #[inline]
    pub(super) fn push(&mut self, until: Step, id: OrderId) {
        self.by_step.entry(until).or_insert_with(|| std::mem::take(&mut self.spare)).push(id);
        self.noted += 1;
        self.live += 1;
    }

    /// An order that expires has left the book.
    #[inline]
    pub(super) fn left(&mut self) {
        self.live -= 1;
    }

    /// How many live orders expire.
    #[inline]
    pub(super) const fn live(&self) -> usize {
        self.live
    }

    /// The earliest step before `step` that is the last of any order, and their numbers, rising.
    pub(super) fn pop_before(&mut self, step: Step) -> Option<(Step, Vec<OrderId>)> {
        let first = self.by_step.first_entry().filter(|first| *first.key() < step)?;
        let (until, mut ids) = first.remove_entry();
        self.noted -= ids.len();
        ids.sort_unstable();
        Some((until, ids))
    }

    /// Keeps the room of numbers that are dealt with.
    pub(super) fn keep_room(&mut self, mut ids: Vec<OrderId>) {
        if ids.capacity() > self.spare.capacity() {
            ids.clear();
            self.spare = ids;
        }
    }

    /// Forgets those that are gone when they are many more than what lives.
    pub(super) fn shed(&mut self, lives: impl Fn(Step, OrderId) -> bool) {
        if self.noted <= 64 + 4 * self.live {
            return;
        }
        self.by_step.retain(|&until, ids| {
            ids.retain(|&id| lives(until, id));
            !ids.is_empty()
        });
        self.noted = self.by_step.values().map(Vec::len).sum();
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.by_step.clear();
        (self.noted, self.live) = (0, 0);
    }

    /// Numbers there is room for without asking for memory, those of steps to come aside.
    pub(super) fn capacity(&self) -> usize {
        self.by_step.values().map(Vec::capacity).sum::<usize>() + self.spare.capacity()
    }
}
