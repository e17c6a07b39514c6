//! Where an order's row is, by the order's number.
//!
//! Numbers mostly rise and are dense, so they are looked up in pages: a directory says where the page of a run of
//! numbers is, the page says the slot. A page without live orders is used for other numbers, and the directory moves
//! up with them, so memory follows what is live. Numbers far from all others go to an ordered map.

use std::collections::BTreeMap;

use super::command::OrderId;
use super::rows::NONE;

const PAGE_BITS: u32 = 10;
const PAGE: usize = 1 << PAGE_BITS;
/// Pages that the directory spans at most: a thousand million numbers.
const DIRECTORY_MAX: u64 = 1 << 20;

/// The page of numbers that have none: it is never written to.
const BLANK: u32 = 0;

/// A page that has been looked up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page(u32);

/// Slots by number.
#[derive(Debug, Clone)]
pub(super) struct Index {
    /// The page that the directory starts with.
    first: u64,
    directory: Vec<u32>,
    /// Pages one after another.
    slots: Vec<u32>,
    /// Live numbers on each page.
    live: Vec<u32>,
    free: Vec<u32>,
    far: BTreeMap<OrderId, u32>,
}

impl Index {
    pub(super) fn new() -> Self {
        let (slots, live) = (vec![NONE; PAGE], vec![0]);
        Self { first: 0, directory: Vec::new(), slots, live, free: Vec::new(), far: BTreeMap::new() }
    }

    /// The page of a number.
    #[inline]
    fn page(&self, id: OrderId) -> u32 {
        let at = (id >> PAGE_BITS).wrapping_sub(self.first);
        self.directory.get(at as usize).copied().unwrap_or(BLANK)
    }

    /// The slot of the order, or [`NONE`].
    #[inline]
    pub(super) fn get(&self, id: OrderId) -> u32 {
        self.find(id).0
    }

    /// The slot of the order, or [`NONE`], and the page of its number, which the numbers before and behind share.
    #[inline]
    pub(super) fn find(&self, id: OrderId) -> (u32, Page) {
        let page = self.page(id);
        (self.get_on(page, id), Page(page))
    }

    #[inline]
    fn get_on(&self, page: u32, id: OrderId) -> u32 {
        let slot = self.slots[place(page, id)];
        if slot != NONE || self.far.is_empty() {
            return slot;
        }
        self.far.get(&id).copied().unwrap_or(NONE)
    }

    /// Notes where an order is that was nowhere, with the page found for it; nothing has been noted or forgotten since.
    #[inline]
    pub(super) fn insert_on(&mut self, Page(mut page): Page, id: OrderId, slot: u32) {
        if page == BLANK {
            page = self.open_page(id >> PAGE_BITS);
            if page == BLANK {
                self.far.insert(id, slot);
                return;
            }
        }
        self.slots[place(page, id)] = slot;
        self.live[page as usize] += 1;
    }

    /// Forgets an order.
    #[inline]
    pub(super) fn remove(&mut self, id: OrderId) {
        self.remove_on(Page(self.page(id)), id);
    }

    /// The same, with the page that was found for it; nothing else has been noted or forgotten since.
    #[inline]
    pub(super) fn remove_on(&mut self, Page(page): Page, id: OrderId) {
        let slot = &mut self.slots[place(page, id)];
        if *slot == NONE {
            self.far.remove(&id);
            return;
        }
        *slot = NONE;
        self.live[page as usize] -= 1;
        if self.live[page as usize] == 0 {
            self.close_page(page, id >> PAGE_BITS);
        }
    }

    /// Frees an empty page, unless it is the newest: the next number belongs on it.
    fn close_page(&mut self, page: u32, number: u64) {
        let at = (number - self.first) as usize;
        if at + 1 != self.directory.len() {
            self.directory[at] = BLANK;
            self.free.push(page);
        }
    }

    /// A page for the numbers of `wanted`; [`BLANK`] when the directory does not reach there.
    #[cold]
    fn open_page(&mut self, wanted: u64) -> u32 {
        if self.directory.is_empty() {
            self.first = wanted;
        }
        if wanted < self.first || wanted - self.first >= 2 * DIRECTORY_MAX {
            return BLANK;
        }
        let full = self.directory.len() == self.directory.capacity();
        if full && wanted - self.first >= self.directory.len() as u64 {
            self.move_up();
        }
        while wanted - self.first >= DIRECTORY_MAX {
            self.shed();
        }
        let at = (wanted - self.first) as usize;
        if at >= self.directory.len() {
            self.close_newest();
            self.directory.resize(at + 1, BLANK);
        }
        let page = self.free.pop().unwrap_or_else(|| {
            self.slots.resize(self.slots.len() + PAGE, NONE);
            self.live.push(0);
            self.live.len() as u32 - 1
        });
        self.directory[at] = page;
        page
    }

    /// Frees the newest page if it is empty, since another becomes the newest.
    fn close_newest(&mut self) {
        if let Some(newest) = self.directory.last_mut()
            && *newest != BLANK
            && self.live[*newest as usize] == 0
        {
            self.free.push(*newest);
            *newest = BLANK;
        }
    }

    /// Drops what the directory spans below the first page in use, if that is worth moving the rest.
    fn move_up(&mut self) {
        let unused = self.directory.iter().take_while(|&&page| page == BLANK).count();
        if 2 * unused >= self.directory.len() {
            self.directory.drain(..unused);
            self.first += unused as u64;
        }
    }

    /// Drops the older half of what the directory may span; what lives there goes to the map.
    fn shed(&mut self) {
        let half = self.directory.len().min(DIRECTORY_MAX as usize / 2);
        for (number, page) in (self.first..).zip(self.directory.drain(..half)).filter(|&(_, page)| page != BLANK) {
            let start = (page as usize) << PAGE_BITS;
            for (id, slot) in (number << PAGE_BITS..).zip(&mut self.slots[start..start + PAGE]) {
                if *slot != NONE {
                    self.far.insert(id, std::mem::replace(slot, NONE));
                }
            }
            self.live[page as usize] = 0;
            self.free.push(page);
        }
        self.first += DIRECTORY_MAX / 2;
    }

    /// Forgets all orders and keeps the room.
    pub(super) fn clear(&mut self) {
        for page in self.directory.drain(..).filter(|&page| page != BLANK) {
            if std::mem::take(&mut self.live[page as usize]) > 0 {
                let start = (page as usize) << PAGE_BITS;
                self.slots[start..start + PAGE].fill(NONE);
            }
            self.free.push(page);
        }
        self.far.clear();
    }

    /// How many slots there is room for without asking for memory, the map aside.
    pub(super) fn capacity(&self) -> usize {
        self.directory.capacity() + self.slots.capacity() + self.live.capacity() + self.free.capacity()
    }
}

#[inline]
const fn place(page: u32, id: OrderId) -> usize {
    (page as usize) << PAGE_BITS | (id as usize & (PAGE - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use walras_numerics::{Keys, Purpose};

    /// The same as an ordered map, for numbers dense, sparse, rising, falling and at the ends.
    #[test]
    fn it_finds_what_a_map_finds() {
        let (mut index, mut map) = (Index::new(), BTreeMap::new());
        let mut rising: u64 = 0;
        let mut draws = Keys::new(5).stream(Purpose::sample(1), 0, 0);
        for event in 1..200_000_u32 {
            if event.is_multiple_of(5000) {
                draws = Keys::new(5).stream(Purpose::sample(1), 0, event);
            }
            rising += 1;
            let word = u64::from(draws.word());
            let id = match draws.word() % 8 {
                0..4 => rising,
                4 => rising.saturating_sub(word % 5000),
                5 => u64::MAX - word % 50,
                6 => word << (draws.word() % 32),
                _ => {
                    // Now and then beyond what the directory spans.
                    rising += if word.is_multiple_of(4096) { 1 << 30 } else { (word % 16) << 16 };
                    rising
                }
            };
            assert_eq!(index.get(id), map.get(&id).copied().unwrap_or(NONE), "{id}");
            if map.remove(&id).is_some() {
                index.remove(id);
            } else {
                index.insert_on(index.find(id).1, id, event);
                map.insert(id, event);
            }
        }
        for (&id, &slot) in &map {
            assert_eq!(index.get(id), slot);
        }
    }

    /// A thousand live numbers among ten million take few pages.
    #[test]
    fn memory_follows_what_is_live() {
        let mut index = Index::new();
        for id in 1..10_000_000_u64 {
            index.insert_on(index.find(id).1, id, 7);
            if id > 1000 {
                index.remove(id - 1000);
            }
        }
        assert!(index.slots.len() <= 5 * PAGE, "{} slots", index.slots.len());
        assert!(index.far.is_empty());
    }
}
