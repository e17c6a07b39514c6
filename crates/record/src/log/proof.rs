//! Why a proof proves nothing.

use std::fmt;

use super::LogHash;

/// What a proof was held to and did not meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofError {
    /// It is about a log of another size.
    OtherSize {
        /// The size in the proof.
        proof: u64,
        /// The size asked for.
        wanted: u64,
    },
    /// It is for another root, as it says itself.
    OtherHead {
        /// The root in the proof.
        proof: LogHash,
        /// The root asked for.
        wanted: LogHash,
    },
    /// Its entry would not be among the entries that it counts.
    NoSuchEntry {
        /// The entry's index, from 0.
        index: u64,
        /// Entries.
        size: u64,
    },
    /// Its first log has more entries than its second.
    Shrinks {
        /// Entries of the first.
        first: u64,
        /// Entries of the second.
        second: u64,
    },
    /// It has not as many hashes as the sizes call for.
    WrongLength {
        /// Hashes in the proof.
        hashes: usize,
    },
    /// Its hashes do not lead to the root.
    OtherRoot {
        /// Whether the root missed is that of a consistency proof's first log.
        first: bool,
    },
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherSize { proof, wanted } => {
                write!(f, "the proof is of a log of {proof} entries, and the root is that of one of {wanted}")
            }
            Self::OtherHead { proof, wanted } => {
                write!(f, "the proof is for the root {proof}, and the root given is {wanted}")
            }
            Self::NoSuchEntry { index, size } => {
                write!(f, "the proof is of entry {index}, and a log of {size} entries has none of that number")
            }
            Self::Shrinks { first, second } => {
                write!(f, "the proof is of a log of {first} entries that became one of {second}; a log cannot shrink")
            }
            Self::WrongLength { hashes } => {
                write!(f, "the proof's {hashes} hashes are not as many as its sizes call for")
            }
            Self::OtherRoot { first: false } => {
                write!(f, "the proof's hashes do not lead to the root: something in it, or the root, was changed")
            }
            Self::OtherRoot { first: true } => {
                write!(
                    f,
                    "the proof's hashes do not lead to the earlier root: something in it, or the root, was changed"
                )
            }
        }
    }
}

impl std::error::Error for ProofError {}
