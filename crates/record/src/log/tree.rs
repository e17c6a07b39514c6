//! The whole tree in memory, for proofs.

use super::{ConsistencyProof, InclusionProof, LogHash, TreeHead, split};

/// A log's hashes, of which any proof about it can be made at once.
///
/// Every complete subtree's hash is kept: 64 bytes for each entry. The entries themselves are not.
#[derive(Debug, Clone, Default)]
pub struct MerkleLog {
    /// Level k holds the hashes of the complete subtrees of 2ᵏ leaves, from the left.
    levels: Vec<Vec<LogHash>>,
}

impl MerkleLog {
    /// Appends an entry.
    pub fn append(&mut self, entry: &[u8]) {
        self.append_leaf(LogHash::leaf(entry));
    }

    /// Appends an entry that is known by its hash.
    pub fn append_leaf(&mut self, leaf: LogHash) {
        let mut whole = leaf;
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let hashes = &mut self.levels[level];
            hashes.push(whole);
            // The second of a pair completes a subtree of the level above.
            let [.., left, right] = hashes.as_slice() else { return };
            if hashes.len() % 2 == 1 {
                return;
            }
            whole = LogHash::node(left, right);
        }
    }

    /// Entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, Vec::len) as u64
    }

    /// The head over all entries.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        TreeHead { size: self.size(), root: self.subtree(0, self.size()) }
    }

    /// The head when the log had `size` entries; `None` when it never had as many.
    #[must_use]
    pub fn head_at(&self, size: u64) -> Option<TreeHead> {
        (size <= self.size()).then(|| TreeHead { size, root: self.subtree(0, size) })
    }

    /// Shows that entry `index`, counted from 0, is among the first `size`: PATH of RFC 9162 §2.1.3.1. `None` when it is
    /// not, or there are fewer entries.
    #[must_use]
    pub fn prove_inclusion(&self, index: u64, size: u64) -> Option<InclusionProof> {
        if index >= size || size > self.size() {
            return None;
        }
        let (mut start, mut leaves) = (0, size);
        let mut path = Vec::new();
        while leaves > 1 {
            let left = split(leaves);
            if index - start < left {
                path.push(self.subtree(start + left, leaves - left));
                leaves = left;
            } else {
                path.push(self.subtree(start, left));
                (start, leaves) = (start + left, leaves - left);
            }
        }
        path.reverse();
        Some(InclusionProof { index, size, path })
    }

    /// Shows that the first `second` entries begin with the first `first`: PROOF of RFC 9162 §2.1.4.1, and no hashes
    /// where the first are none or all. `None` when there are fewer entries or `first` is more than `second`.
    #[must_use]
    pub fn prove_consistency(&self, first: u64, second: u64) -> Option<ConsistencyProof> {
        if first > second || second > self.size() {
            return None;
        }
        let (mut start, mut leaves, mut known) = (0, second, first);
        let mut path = Vec::new();
        while known > 0 && known < leaves {
            let left = split(leaves);
            if known <= left {
                path.push(self.subtree(start + left, leaves - left));
                leaves = left;
            } else {
                path.push(self.subtree(start, left));
                (start, leaves, known) = (start + left, leaves - left, known - left);
            }
        }
        // What both trees share at the end of the way is not known from the first root unless it is all of it.
        if start > 0 {
            path.push(self.subtree(start, leaves));
        }
        path.reverse();
        Some(ConsistencyProof { first, second, path })
    }

    /// The root over `leaves` leaves from `start`, which is a multiple of the power of two that holds them.
    fn subtree(&self, start: u64, leaves: u64) -> LogHash {
        if leaves == 0 {
            return LogHash::empty();
        }
        if leaves.is_power_of_two() {
            let level = leaves.trailing_zeros();
            return self.levels[level as usize][(start >> level) as usize];
        }
        let left = split(leaves);
        LogHash::node(&self.subtree(start, left), &self.subtree(start + left, leaves - left))
    }
}
