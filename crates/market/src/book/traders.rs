//! Whose orders are live, without a search over the book, where the number of traders is known.

use super::rows::NONE;

/// A list of live orders for each trader, linked by slot. Empty where the number of traders is not known.
#[derive(Debug, Clone, Default)]
pub(super) struct Traders {
    heads: Vec<u32>,
    links: Vec<Link>,
}

#[derive(Debug, Clone, Copy)]
struct Link {
    prev: u32,
    next: u32,
}

impl Traders {
    pub(super) fn new(traders: Option<u32>) -> Self {
        Self { heads: vec![NONE; traders.unwrap_or(0) as usize], links: Vec::new() }
    }

    /// Whether lists are kept.
    #[inline]
    pub(super) const fn kept(&self) -> bool {
        !self.heads.is_empty()
    }

    /// Adds a trader's order.
    #[inline]
    pub(super) fn link(&mut self, trader: u32, slot: u32) {
        if self.kept() {
            self.link_kept(trader, slot);
        }
    }

    fn link_kept(&mut self, trader: u32, slot: u32) {
        let vacant = Link { prev: NONE, next: NONE };
        if self.links.len() <= slot as usize {
            self.links.resize(slot as usize + 1, vacant);
        }
        let next = std::mem::replace(&mut self.heads[trader as usize], slot);
        self.links[slot as usize] = Link { prev: NONE, next };
        if next != NONE {
            self.links[next as usize].prev = slot;
        }
    }

    /// Takes a trader's order out.
    #[inline]
    pub(super) fn unlink(&mut self, trader: u32, slot: u32) {
        if self.kept() {
            self.unlink_kept(trader, slot);
        }
    }

    fn unlink_kept(&mut self, trader: u32, slot: u32) {
        let Link { prev, next } = self.links[slot as usize];
        if prev == NONE {
            self.heads[trader as usize] = next;
        } else {
            self.links[prev as usize].next = next;
        }
        if next != NONE {
            self.links[next as usize].prev = prev;
        }
    }

    /// Takes all of a trader's orders out.
    #[inline]
    pub(super) fn forget(&mut self, trader: u32) {
        if self.kept() {
            self.heads[trader as usize] = NONE;
        }
    }

    /// The slot of the trader's order where lists are kept and it has just one.
    #[inline]
    pub(super) fn only(&self, trader: u32) -> Option<u32> {
        self.newest(trader).filter(|&slot| self.links[slot as usize].next == NONE)
    }

    /// Reads an order's links, so that they are near; what it returns means nothing.
    #[inline]
    pub(super) fn glance(&self, slot: u32) -> u32 {
        self.links[slot as usize].prev
    }

    /// The slot of the trader's newest order where lists are kept.
    #[inline]
    pub(super) fn newest(&self, trader: u32) -> Option<u32> {
        self.heads.get(trader as usize).copied().filter(|&slot| slot != NONE)
    }

    /// Slots of the trader's orders, in no order that means anything.
    #[inline]
    pub(super) fn slots(&self, trader: u32) -> impl Iterator<Item = u32> {
        let head = self.heads.get(trader as usize).copied().unwrap_or(NONE);
        let some = |slot: u32| (slot != NONE).then_some(slot);
        std::iter::successors(some(head), move |&slot| some(self.links[slot as usize].next))
    }

    /// Links there is room for without asking for memory.
    pub(super) fn capacity(&self) -> usize {
        self.links.capacity()
    }
}
