//! That an entry is in the log.

use super::{LogHash, ProofError, TreeHead};

/// The hashes beside the way from an entry to the root (RFC 9162 §2.1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    /// The entry's index, from 0.
    pub index: u64,
    /// Entries of the log.
    pub size: u64,
    /// The hashes, from the leaf upwards.
    pub path: Vec<LogHash>,
}

impl InclusionProof {
    /// Checks that `entry` is the entry at [`index`](Self::index) of the log with this head: RFC 9162 §2.1.3.2.
    ///
    /// # Errors
    /// What does not fit.
    pub fn verify(&self, entry: &[u8], head: &TreeHead) -> Result<(), ProofError> {
        let &Self { index, size, ref path } = self;
        if size != head.size {
            return Err(ProofError::OtherSize { proof: size, wanted: head.size });
        }
        if index >= size {
            return Err(ProofError::NoSuchEntry { index, size });
        }
        let wrong_length = ProofError::WrongLength { hashes: path.len() };
        // The entry's and the last entry's subtrees, numbered from the left, level by level.
        let (mut own, mut last) = (index, size - 1);
        let mut root = LogHash::leaf(entry);
        for beside in path {
            if last == 0 {
                return Err(wrong_length);
            }
            if own % 2 == 1 || own == last {
                root = LogHash::node(beside, &root);
                // A subtree that has nobody to its right rises as it is.
                while own.is_multiple_of(2) && own != 0 {
                    (own, last) = (own >> 1, last >> 1);
                }
            } else {
                root = LogHash::node(&root, beside);
            }
            (own, last) = (own >> 1, last >> 1);
        }
        if last != 0 {
            return Err(wrong_length);
        }
        if root == head.root { Ok(()) } else { Err(ProofError::OtherRoot { first: false }) }
    }
}
