//! Hand-written loops over bare arrays that do what the engine does, to measure the engine against.
//!
//! Each loop does the arithmetic of one scenario with the same generator and must end in the same balances as
//! the engine, atom for atom; the tests compare them, so the benchmarks compare like with like.

pub mod batch;
pub mod clock;
pub mod crowd;
pub mod economy;
pub mod flow;
pub mod in_turn;
