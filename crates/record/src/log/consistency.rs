//! That a log only appended to what it was.

use super::{LogHash, ProofError, TreeHead};

/// The hashes from which both an earlier and a later root follow (RFC 9162 §2.1.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsistencyProof {
    /// Entries of the earlier log.
    pub first: u64,
    /// Entries of the later one.
    pub second: u64,
    /// The hashes, from the leaves upwards. None where the earlier log is empty, which every log begins with, or is as
    /// long as the later one, which then must have the same root.
    pub path: Vec<LogHash>,
}

impl ConsistencyProof {
    /// Checks that the log with the head `second` begins with all entries of the one with the head `first`:
    /// RFC 9162 §2.1.4.2.
    ///
    /// # Errors
    /// What does not fit.
    pub fn verify(&self, first: &TreeHead, second: &TreeHead) -> Result<(), ProofError> {
        for (proof, head) in [(self.first, first), (self.second, second)] {
            if proof != head.size {
                return Err(ProofError::OtherSize { proof, wanted: head.size });
            }
        }
        if first.size > second.size {
            return Err(ProofError::Shrinks { first: first.size, second: second.size });
        }
        let (first_root, second_root) = self.roots(first)?;
        if first_root != first.root {
            return Err(ProofError::OtherRoot { first: true });
        }
        match second_root {
            Some(root) if root != second.root => Err(ProofError::OtherRoot { first: false }),
            _ => Ok(()),
        }
    }

    /// The roots that the hashes lead to; no second one where any would do, since the first log is empty.
    fn roots(&self, head: &TreeHead) -> Result<(LogHash, Option<LogHash>), ProofError> {
        let &Self { first, second, ref path } = self;
        let wrong_length = ProofError::WrongLength { hashes: path.len() };
        if first == 0 || first == second {
            let root = if first == 0 { LogHash::empty() } else { head.root };
            return if path.is_empty() { Ok((root, (first == second).then_some(root))) } else { Err(wrong_length) };
        }
        // The subtree that ends the first log and the last of the second, numbered from the left, level by level.
        let level = (first - 1).trailing_ones();
        let (mut own, mut last) = ((first - 1) >> level, (second - 1) >> level);
        let mut path = path.iter();
        // A first log that is one complete subtree is where the way begins.
        let start = if first.is_power_of_two() { Some(head.root) } else { path.next().copied() };
        let start = start.ok_or(wrong_length)?;
        let (mut first_root, mut second_root) = (start, start);
        for beside in path {
            if last == 0 {
                return Err(wrong_length);
            }
            if own % 2 == 1 || own == last {
                first_root = LogHash::node(beside, &first_root);
                second_root = LogHash::node(beside, &second_root);
                while own.is_multiple_of(2) && own != 0 {
                    (own, last) = (own >> 1, last >> 1);
                }
            } else {
                second_root = LogHash::node(&second_root, beside);
            }
            (own, last) = (own >> 1, last >> 1);
        }
        if last == 0 { Ok((first_root, Some(second_root))) } else { Err(wrong_length) }
    }
}
