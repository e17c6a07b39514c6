//! Turns in their order: by dominant share, compared exactly, then by row.

use std::cmp::Ordering;

use ruint::aliases::U256;
use walras_ledger::Atoms;

use super::takers::{AROUND, Asked};

/// A row's turn to take one more task.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    /// The row's dominant share before, by weight, as a float, which decides unless it is close.
    pub(super) about: f64,
    /// Tasks that the row has before.
    has: Atoms,
    pub(super) row: u32,
    /// The resource of which the row needs the greatest share.
    dominant: u32,
}

impl Turn {
    /// The turns of a row that follow its first `has` tasks, up to so many tasks.
    pub(super) fn of(asked: &Asked<'_>, row: u32, has: Atoms, most: Atoms) -> impl Iterator<Item = Self> {
        let needs = asked.needs(row as usize);
        let dominant = dominant(needs, asked.capacity);
        let task = needs[dominant] as f64;
        // Equal shares are equal floats where both numbers have no more than 53 bits.
        let bottom = asked.capacity[dominant] as f64 * asked.weight_of(row as usize) as f64;
        (has..most).map(move |has| Self { about: task * has as f64 / bottom, has, row, dominant: dominant as u32 })
    }

    fn cmp(&self, other: &Self, asked: &Asked<'_>) -> Ordering {
        if self.is_close_to(other) { self.cmp_exactly(other, asked) } else { self.about.total_cmp(&other.about) }
    }

    fn is_close_to(&self, other: &Self) -> bool {
        (self.about - other.about).abs() <= AROUND * self.about.max(other.about)
    }

    fn cmp_exactly(&self, other: &Self, asked: &Asked<'_>) -> Ordering {
        let ((top, bottom), (other_top, other_bottom)) = (self.share(asked), other.share(asked));
        let order = if (top | bottom | other_top | other_bottom) >> 64 == 0 {
            (top * other_bottom).cmp(&(other_top * bottom))
        } else {
            let product = |top: u128, bottom: u128| U256::from(top) * U256::from(bottom);
            product(top, other_bottom).cmp(&product(other_top, bottom))
        };
        // Of one row no two shares are equal.
        order.then(self.row.cmp(&other.row))
    }

    /// The dominant share before, by weight: top/bottom.
    fn share(&self, asked: &Asked<'_>) -> (u128, u128) {
        let (row, dominant) = (self.row as usize, self.dominant as usize);
        let product = |a: i64, b: i64| u128::from(a.cast_unsigned()) * u128::from(b.cast_unsigned());
        let bottom = product(asked.capacity[dominant], asked.weight_of(row));
        (product(asked.needs(row)[dominant], self.has), bottom)
    }
}

/// Sorts turns. Few of many are so close that more than their floats must be compared.
pub(super) fn sort(turns: &mut [Turn], asked: &Asked<'_>) {
    turns.sort_unstable_by_key(|turn| (turn.about.to_bits(), turn.row, turn.has));
    for close in turns.chunk_by_mut(Turn::is_close_to) {
        if !close.is_sorted_by(|turn, next| turn.cmp(next, asked).is_le()) {
            close.sort_unstable_by(|turn, other| turn.cmp(other, asked));
        }
    }
}

/// The resource of which a task that needs something takes the greatest share, of equal ones the first.
fn dominant(needs: &[Atoms], capacity: &[Atoms]) -> usize {
    let product = |a: Atoms, b: Atoms| i128::from(a) * i128::from(b);
    (1..needs.len()).fold(0, |best, resource| {
        let is_greater = product(needs[resource], capacity[best]) > product(needs[best], capacity[resource]);
        // Of what nothing is needed there may be nothing.
        if needs[resource] > 0 && (needs[best] == 0 || is_greater) { resource } else { best }
    })
}
