//! Who gets how much when there is less than is asked: the rules for the long side of a market.
//!
//! Every rule is exact: what is granted adds up to what is available, or to what is claimed where that is less, to the
//! last atom; nobody is granted more than the claim. `tests/clearing_rationing.rs` holds every entry to this.

mod arrival;
mod limit;
mod proportional;
mod uniform;

use std::fmt::Debug;

use walras_catalog::entries;
use walras_ledger::Atoms;

pub use arrival::ByArrival;
pub use limit::ByLimit;
pub use proportional::Proportional;
pub use uniform::Uniform;

/// What is claimed, in columns: the orders of the long side.
#[derive(Debug, Clone, Copy)]
pub struct Claims<'a> {
    /// Atoms claimed, not negative.
    pub size: &'a [Atoms],
    /// How eager each claim is: the higher, the better for whom it serves. A buyer's limit, or minus a seller's.
    pub eagerness: &'a [f64],
    /// Who comes first among equals; equal ranks go by row.
    pub arrival: &'a [u32],
}

impl Claims<'_> {
    /// Atoms claimed by all.
    #[must_use]
    pub fn total(&self) -> i128 {
        self.size.iter().map(|&size| i128::from(size)).sum()
    }
}

/// A rule of rationing.
pub trait Rationing: Debug + Send + Sync {
    /// Writes what each claim is granted of `available` atoms, which are not negative.
    ///
    /// # Panics
    /// When the columns have different lengths.
    fn grant(&self, claims: &Claims<'_>, available: i128, granted: &mut [Atoms]);
}

entries! {
    /// Any rule of rationing.
    pub enum AnyRationing: dyn Rationing = "rationing" {
        Proportional(Proportional),
        ByArrival(ByArrival),
        ByLimit(ByLimit),
        Uniform(Uniform),
    }
}

/// Serves whole claims in the order of `rows` until nothing is left; the last one served may get a part.
fn in_order(rows: &[u32], size: &[Atoms], available: i128, granted: &mut [Atoms]) {
    granted.fill(0);
    let mut left = available;
    for &row in rows {
        let part = i128::from(size[row as usize]).min(left);
        // At most the claim, which is an `i64`.
        granted[row as usize] = part as Atoms;
        left -= part;
        if left == 0 {
            break;
        }
    }
}

/// Gives one atom each to `left` of `rows`, those first that arrived first.
fn one_each(rows: &mut [u32], left: usize, arrival: &[u32], granted: &mut [Atoms]) {
    let key = |row: &u32| (arrival[*row as usize], *row);
    if left > 0 && left < rows.len() {
        rows.select_nth_unstable_by_key(left - 1, key);
    }
    for &row in rows.iter().take(left) {
        granted[row as usize] += 1;
    }
}
