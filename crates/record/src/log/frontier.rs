//! The right edge of the tree: what appending needs to know of the log.

use walras_numerics::state::{StateError, StateVisitor};

use super::{LogHash, TreeHead};

/// A log of which only the root can be told and entries appended: one hash for each power of two in its size
/// (RFC 9162 §2.1.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// The roots of the complete subtrees side by side, the largest first.
    peaks: Vec<LogHash>,
}

impl Frontier {
    /// Appends an entry.
    pub fn append(&mut self, entry: &[u8]) {
        let mut whole = LogHash::leaf(entry);
        for _ in 0..self.size.trailing_ones() {
            // There is a peak for each one-bit of the size.
            let Some(left) = self.peaks.pop() else { break };
            whole = LogHash::node(&left, &whole);
        }
        self.peaks.push(whole);
        self.size += 1;
    }

    /// Entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The head over all entries.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        let mut from_right = self.peaks.iter().rev();
        let last = from_right.next().copied().unwrap_or_else(LogHash::empty);
        TreeHead { size: self.size, root: from_right.fold(last, |right, left| LogHash::node(left, &right)) }
    }

    /// Visits the size and the peaks, four whole numbers for each.
    ///
    /// # Errors
    /// When the visitor fails, or what it loads is no such edge.
    pub fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visitor.u64(&format!("{name}.size"), &mut self.size)?;
        let mut words: Vec<i64> = self.peaks.iter().flat_map(|peak| words_of(*peak)).collect();
        visitor.i64s(&format!("{name}.peaks"), &mut words)?;
        let (peaks, rest) = words.as_chunks::<4>();
        if !rest.is_empty() || peaks.len() as u64 != u64::from(self.size.count_ones()) {
            let (size, words) = (self.size, words.len());
            return Err(StateError(format!("{name}: {words} numbers are not the edge of a tree of {size} entries")));
        }
        self.peaks = peaks.iter().map(hash_of).collect();
        Ok(())
    }
}

fn words_of(hash: LogHash) -> [i64; 4] {
    let (words, _) = hash.0.as_chunks::<8>();
    std::array::from_fn(|word| i64::from_le_bytes(words[word]))
}

fn hash_of(words: &[i64; 4]) -> LogHash {
    let mut hash = LogHash([0; 32]);
    let (slots, _) = hash.0.as_chunks_mut::<8>();
    for (slot, word) in slots.iter_mut().zip(words) {
        *slot = word.to_le_bytes();
    }
    hash
}
