//! The fixed size in which columns are cut for parallel work.

/// Agents in one chunk of a column. Parallel stages work chunk by chunk and collect in order, so results
/// never depend on the number of threads. A multiple of 64, the tile of [`crate::draw`]; small enough
/// that a chunk's balances, holdings and one parameter stay in a 48 KiB first-level cache.
pub const CHUNK: usize = 1024;
