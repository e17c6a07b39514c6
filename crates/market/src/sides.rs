//! The sides of a group's orders: one byte each, which a posting that is delivered later can keep without a copy.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::order::Side;

/// What each trader of a group asks, and what became of it; see [`Side`].
///
/// Reads and writes as a slice. A posting may [`share`](Sides::share) it; whoever writes all of it afresh calls
/// [`renew`](Sides::renew) before, and writes beside what is shared; anyone else writes to a copy.
#[derive(Debug, Clone)]
pub struct Sides {
    now: Arc<Vec<i8>>,
    /// What was shared before and may be free by now.
    before: Arc<Vec<i8>>,
}

impl Sides {
    /// No order of any of `traders` traders.
    #[must_use]
    pub fn none(traders: usize) -> Self {
        vec![Side::NONE; traders].into()
    }

    /// These sides as they are now, for as long as they are needed.
    #[must_use]
    pub fn share(&self) -> Arc<Vec<i8>> {
        Arc::clone(&self.now)
    }

    /// To be called before all sides are written: if they are shared, room that is not takes their place, whose
    /// contents are those of an earlier time.
    pub fn renew(&mut self) {
        if Arc::get_mut(&mut self.now).is_some() {
            return;
        }
        std::mem::swap(&mut self.now, &mut self.before);
        if self.now.len() != self.before.len() || Arc::get_mut(&mut self.now).is_none() {
            self.now = Arc::new(vec![Side::NONE; self.before.len()]);
        }
    }
}

impl From<Vec<i8>> for Sides {
    fn from(sides: Vec<i8>) -> Self {
        Self { now: Arc::new(sides), before: Arc::default() }
    }
}

impl Deref for Sides {
    type Target = [i8];

    fn deref(&self) -> &[i8] {
        &self.now
    }
}

impl DerefMut for Sides {
    fn deref_mut(&mut self) -> &mut [i8] {
        Arc::make_mut(&mut self.now).as_mut_slice()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_stays_as_it_was() {
        let mut sides = Sides::from(vec![1, -1, 0]);
        let first = sides.share();
        sides[0] = 0;
        assert_eq!((&**first, &*sides), (&[1, -1, 0][..], &[0, -1, 0][..]));
        let second = sides.share();
        sides.renew();
        sides.fill(1);
        assert_eq!((&**first, &**second, &*sides), (&[1, -1, 0][..], &[0, -1, 0][..], &[1, 1, 1][..]));
    }

    #[test]
    fn room_is_used_in_turns_once_it_is_free() {
        let mut sides = Sides::none(2);
        let mut places = Vec::new();
        for _ in 0..6 {
            sides.renew();
            places.push(sides.as_ptr());
            let carried = sides.share();
            sides.renew();
            assert_ne!(sides.as_ptr(), carried.as_ptr());
            places.push(sides.as_ptr());
        }
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), 2);
    }
}
