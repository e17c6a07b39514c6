//! The verifiable log: entries that can only be appended, under a hash that tells if any was changed.
//!
//! `log.jsonl` holds an entry on each line. Its entries are the leaves of a Merkle tree as RFC 9162 §2.1 defines it
//! (the same as RFC 6962's):
//!
//! ```text
//! leaf  = SHA-256(00 ‖ entry)          entry: the bytes of a line without its line break
//! node  = SHA-256(01 ‖ left ‖ right)   left: the largest power of two of leaves that is less than all
//! empty = SHA-256()
//! ```
//!
//! The root and the number of entries together, the [`TreeHead`], are what must be known from elsewhere. With it, an
//! inclusion proof shows that one entry is in the log and a consistency proof that a later log only appended to an
//! earlier one, each with about log₂ of the entries in hashes and without the log.
//!
//! *Invariant:* a root alone does not tell how many entries it is of (the same hashes may prove an entry in trees of
//! three and of four), so that proofs are held to a head, never to a root alone.

mod consistency;
mod entry;
mod file;
mod frontier;
mod hash;
mod heads;
mod inclusion;
mod proof;
mod prove;
mod reader;
mod tree;
mod writer;

pub use consistency::ConsistencyProof;
pub use entry::LogEntry;
pub use file::ProofFile;
pub use frontier::Frontier;
pub use hash::LogHash;
pub use heads::{LogHeads, StepHead};
pub use inclusion::InclusionProof;
pub use proof::ProofError;
pub use reader::LogReader;
pub use tree::MerkleLog;
pub use writer::{LogProgress, LogWriter};

use serde::{Deserialize, Serialize};

/// What a log is known by: how many entries it has and the root over them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeHead {
    /// Entries.
    pub size: u64,
    /// The root of the tree over them.
    pub root: LogHash,
}

/// The leaves left of where a tree of `size` leaves, at least two, parts: the largest power of two less than `size`.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}
