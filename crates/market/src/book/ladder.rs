//! One side of a book: a queue of orders for each price, the best price first.
//!
//! Prices near the best are places in an array, of which a bit set says which are in use; prices far from it are in an
//! ordered map. Where the array lies changes how long a price takes to find and nothing else. It moves when prices
//! outside it, but near the best, have been asked for often enough to pay for the move.

use std::collections::BTreeMap;
use std::hint::select_unpredictable;

use super::rows::{NONE, Rows};

/// The key of no price.
pub(super) const EMPTY: i32 = i32::MAX;

/// Prices in the array.
const WINDOW: usize = 4096;
const WORDS: usize = WINDOW / 64;
/// Prices better than the best that the array has room for when it moves; the rest is for worse ones.
const AHEAD: i64 = WINDOW as i64 / 4;
/// How often a price near the best is found outside the array before the array moves.
const PATIENCE: u32 = 256;

/// The queue at one price.
#[derive(Debug, Clone, Copy)]
pub(super) struct Level {
    /// The first in the queue.
    pub(super) head: u32,
    /// The last.
    pub(super) tail: u32,
    /// How many orders.
    pub(super) orders: u32,
    /// Lots shown.
    pub(super) lots: u64,
    /// Lots not shown.
    pub(super) hidden: u64,
}

impl Level {
    const VACANT: Self = Self { head: NONE, tail: NONE, orders: 0, lots: 0, hidden: 0 };

    /// Puts an order at the end of the queue.
    #[inline]
    pub(super) fn push(&mut self, rows: &mut Rows, slot: u32) {
        rows.row_mut(self.tail).next = slot;
        rows.row_mut(slot).prev = self.tail;
        rows.row_mut(slot).next = NONE;
        self.head = select_unpredictable(self.tail == NONE, slot, self.head);
        self.tail = slot;
        self.orders += 1;
    }

    /// Takes an order out of the queue, wherever it is.
    #[inline]
    pub(super) fn unlink(&mut self, rows: &mut Rows, slot: u32) {
        let row = rows.row(slot);
        let (next, prev) = (row.next, select_unpredictable(self.head == slot, NONE, row.prev));
        rows.row_mut(prev).next = next;
        rows.row_mut(next).prev = prev;
        self.head = select_unpredictable(prev == NONE, next, self.head);
        self.tail = select_unpredictable(next == NONE, prev, self.tail);
        self.orders -= 1;
    }

    /// Takes the first out of the queue without looking at the one behind it.
    #[inline]
    pub(super) fn pop(&mut self, next: u32) {
        self.head = next;
        self.orders -= 1;
        self.tail = select_unpredictable(next == NONE, NONE, self.tail);
    }
}

/// The queues of one side.
#[derive(Debug, Clone)]
pub(super) struct Ladder {
    best: i32,
    /// The key of the array's first place.
    base: i32,
    window: Vec<Level>,
    occupied: [u64; WORDS],
    /// Which words of `occupied` have a bit.
    words: u64,
    far: BTreeMap<i32, Level>,
    /// Times a price was found outside the array, though near the best.
    missed: u32,
    levels: u32,
}

impl Ladder {
    pub(super) const fn new() -> Self {
        Self {
            best: EMPTY,
            base: 0,
            window: Vec::new(),
            occupied: [0; WORDS],
            words: 0,
            far: BTreeMap::new(),
            missed: 0,
            levels: 0,
        }
    }

    /// Closes every price; the array stays where it is.
    pub(super) fn clear(&mut self) {
        for place in Bits(self.words).flat_map(|word| Bits(self.occupied[word]).map(move |bit| 64 * word + bit)) {
            self.window[place] = Level::VACANT;
        }
        self.occupied = [0; WORDS];
        (self.words, self.levels, self.best) = (0, 0, EMPTY);
        self.far.clear();
    }

    /// The best key, or [`EMPTY`].
    #[inline]
    pub(super) const fn best(&self) -> i32 {
        self.best
    }

    /// How many prices have orders.
    pub(super) const fn levels(&self) -> u32 {
        self.levels
    }

    /// The place of `key` in the array, if it is there: below the array's length.
    #[inline]
    const fn place(&self, key: i32) -> usize {
        key.wrapping_sub(self.base).cast_unsigned() as usize
    }

    /// The queue at `key`, if there is one.
    #[inline]
    pub(super) fn level(&self, key: i32) -> Option<&Level> {
        let level = match self.window.get(self.place(key)) {
            Some(level) => level,
            None => self.far.get(&key)?,
        };
        (level.orders > 0).then_some(level)
    }

    /// The queue at a key that has one.
    #[inline]
    pub(super) fn level_mut(&mut self, key: i32) -> &mut Level {
        let place = self.place(key);
        if place < self.window.len() { &mut self.window[place] } else { self.far.entry(key).or_insert(Level::VACANT) }
    }

    /// Puts an order of so many lots at the end of its price's queue, opening that where there is none.
    #[inline]
    pub(super) fn enter(&mut self, rows: &mut Rows, slot: u32, key: i32, lots: u32, hidden: u32) {
        let place = self.place(key);
        let level = if place < self.window.len() { &mut self.window[place] } else { self.far_level(key) };
        level.push(rows, slot);
        level.lots += u64::from(lots);
        level.hidden += u64::from(hidden);
        if level.orders == 1 {
            self.opened(key);
        }
    }

    /// Takes an order of so many lots out of its queue, and closes that when it was the last.
    #[inline]
    pub(super) fn leave(&mut self, rows: &mut Rows, slot: u32, key: i32, lots: u32, hidden: u32) {
        let level = self.level_mut(key);
        level.unlink(rows, slot);
        level.lots -= u64::from(lots);
        level.hidden -= u64::from(hidden);
        if level.orders == 0 {
            self.close(key);
        }
    }

    #[inline]
    fn opened(&mut self, key: i32) {
        self.levels += 1;
        self.best = self.best.min(key);
        let place = self.place(key);
        if place < self.window.len() {
            self.occupied[place / 64] |= 1 << (place % 64);
            self.words |= 1 << (place / 64);
        }
    }

    /// Closes a price whose queue is empty.
    #[inline]
    pub(super) fn close(&mut self, key: i32) {
        self.levels -= 1;
        let place = self.place(key);
        if place < self.window.len() {
            let word = &mut self.occupied[place / 64];
            *word &= !(1 << (place % 64));
            if *word == 0 {
                self.words &= !(1 << (place / 64));
            }
        } else {
            self.far.remove(&key);
        }
        if key == self.best {
            self.best = self.first();
        }
    }

    /// The lowest key with orders, searched for.
    #[inline]
    fn first(&self) -> i32 {
        let near = if self.words == 0 {
            EMPTY
        } else {
            let word = self.words.trailing_zeros() as usize;
            self.base + (64 * word) as i32 + self.occupied[word].trailing_zeros().cast_signed()
        };
        match self.far.first_key_value() {
            Some((&far, _)) => near.min(far),
            None => near,
        }
    }

    /// The queue of a price outside the array, after the array has moved there if it should.
    #[cold]
    fn far_level(&mut self, key: i32) -> &mut Level {
        let best = i64::from(self.best.min(key));
        if self.window.is_empty() {
            self.window = vec![Level::VACANT; WINDOW];
            self.move_to(best);
        } else if i64::from(key) - best < WINDOW as i64 - AHEAD {
            self.missed += 1;
            if self.missed >= PATIENCE {
                self.move_to(best);
            }
        }
        let place = self.place(key);
        if place < self.window.len() { &mut self.window[place] } else { self.far.entry(key).or_insert(Level::VACANT) }
    }

    /// Lays the array around `best`.
    fn move_to(&mut self, best: i64) {
        self.missed = 0;
        let mut words = self.words;
        while words != 0 {
            let word = words.trailing_zeros() as usize;
            words &= words - 1;
            while self.occupied[word] != 0 {
                let place = 64 * word + self.occupied[word].trailing_zeros() as usize;
                self.occupied[word] &= self.occupied[word] - 1;
                self.far.insert(self.base + place as i32, self.window[place]);
                self.window[place] = Level::VACANT;
            }
        }
        self.words = 0;
        let end = i64::from(i32::MAX) - WINDOW as i64;
        // Within the range of keys, so the cast loses nothing.
        self.base = (best - AHEAD).clamp(i64::from(i32::MIN), end) as i32;
        let mut rest = self.far.split_off(&self.base);
        let mut beyond = rest.split_off(&(self.base + WINDOW as i32));
        for (key, level) in rest {
            let place = self.place(key);
            self.window[place] = level;
            self.occupied[place / 64] |= 1 << (place % 64);
            self.words |= 1 << (place / 64);
        }
        self.far.append(&mut beyond);
    }

    /// Every price with orders and its queue, the best first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (i32, &Level)> {
        let end = self.base.saturating_add(self.window.len() as i32);
        let near = (0..WORDS).flat_map(move |word| Bits(self.occupied[word]).map(move |bit| 64 * word + bit));
        let near = near.map(|place| (self.base + place as i32, &self.window[place]));
        let pair = |(key, level): (&i32, _)| (*key, level);
        self.far.range(..self.base).map(pair).chain(near).chain(self.far.range(end.max(self.base)..).map(pair))
    }

    /// Prices there is room for without asking for memory, the map aside.
    pub(super) fn capacity(&self) -> usize {
        self.window.capacity()
    }
}

/// The places of a word's bits.
struct Bits(u64);

impl Iterator for Bits {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros() as usize;
        self.0 &= self.0 - 1;
        Some(bit)
    }
}
