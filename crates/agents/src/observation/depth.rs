//! What orders of any size would cost at a market.

use std::fmt::Debug;

use walras_ledger::Atoms;
use walras_market::route::Venue;

/// A market whose terms for any order are public.
pub trait Depth: Debug + Sync {
    /// The side of the market at which one buys, else the one at which one sells, for orders of at most `most` atoms.
    fn side(&self, buys: bool, most: Atoms) -> Box<dyn Venue + '_>;
}
