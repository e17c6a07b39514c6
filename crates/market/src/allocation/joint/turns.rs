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
}

impl Turn {
    pub(super) fn new(asked: &Asked<'_>, row: u32, has: Atoms) -> Self {
        let (top, bottom) = share(asked, row as usize, has);
        Self { about: top as f64 / bottom as f64, has, row }
    }

    fn cmp(&self, other: &Self, asked: &Asked<'_>) -> Ordering {
        if self.is_close_to(other) { self.cmp_exactly(other, asked) } else { self.about.total_cmp(&other.about) }
    }

    fn is_close_to(&self, other: &Self) -> bool {
        (self.about - other.about).abs() <= AROUND * self.about.max(other.about)
    }

    fn cmp_exactly(&self, other: &Self, asked: &Asked<'_>) -> Ordering {
        let (top, bottom) = share(asked, self.row as usize, self.has);
        let (other_top, other_bottom) = share(asked, other.row as usize, other.has);
        let (product, other_product) = match (top.checked_mul(other_bottom), other_top.checked_mul(bottom)) {
            (Some(product), Some(other_product)) => return product.cmp(&other_product).then(self.row.cmp(&other.row)),
            _ => (U256::from(top) * U256::from(other_bottom), U256::from(other_top) * U256::from(bottom)),
        };
        product.cmp(&other_product).then(self.row.cmp(&other.row))
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

/// The dominant share of so many tasks, by weight: top/bottom.
fn share(asked: &Asked<'_>, row: usize, tasks: Atoms) -> (u128, u128) {
    let needs = asked.needs(row);
    let dominant = dominant(needs, asked.capacity);
    let product = |a: i64, b: i64| u128::from(a.cast_unsigned()) * u128::from(b.cast_unsigned());
    (product(needs[dominant], tasks), product(asked.capacity[dominant], asked.weight_of(row)))
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
