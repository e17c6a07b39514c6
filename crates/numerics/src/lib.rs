//! Numbers that come out the same on every machine.
//!
//! Everything in Walras that could differ between processors, thread counts or library versions comes
//! from here: random draws keyed by what they are for, elementary functions with pinned results, float
//! sums with one order, root finding, and the visitor by which state is hashed, saved and loaded.
//!
//! *Invariant:* nothing in this crate reads a clock, the environment or a thread's identity.

pub mod chunk;
pub mod column;
pub mod draw;
pub mod elementary;
pub mod philox;
pub mod prefetch;
pub mod root;
pub mod state;
pub mod sum;

pub use chunk::CHUNK;
pub use column::Column;
pub use draw::{Keys, Purpose, Stream};
pub use state::{StateError, StateHash, StateHasher, StateVisitor};
