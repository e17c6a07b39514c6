//! How an asset is spread over the agents who hold it.

use walras_ledger::AssetId;

use crate::world::World;

/// What agents hold of an asset, in atoms.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Holders {
    /// Agents who hold any.
    pub count: u64,
    /// All together.
    pub total: i128,
    /// The most that one holds.
    pub largest: i64,
    /// The sum of squares, which is exact as long as it fits.
    squares: f64,
}

impl Holders {
    /// Of `asset`, over all cohorts or one.
    pub(super) fn of(world: &World, asset: AssetId, only: Option<usize>) -> Self {
        let mut all = Self::default();
        for (_, cohort) in world.cohorts.iter().enumerate().filter(|(c, _)| only.is_none_or(|only| only == *c)) {
            for &held in world.ledger.column(cohort.id, asset).unwrap_or_default() {
                all.count += u64::from(held > 0);
                all.total += i128::from(held);
                all.largest = all.largest.max(held);
                // One after another in the order of agents: the sum has one order.
                all.squares += held as f64 * held as f64;
            }
        }
        all
    }

    /// The Herfindahl–Hirschman index of their shares, Σ s²; `NaN` when nobody holds any.
    pub(super) fn concentration(&self) -> f64 {
        let total = self.total as f64;
        if self.total > 0 { self.squares / (total * total) } else { f64::NAN }
    }

    /// The share of the one who holds most; `NaN` when nobody holds any.
    pub(super) fn largest_share(&self) -> f64 {
        if self.total > 0 { self.largest as f64 / self.total as f64 } else { f64::NAN }
    }
}
