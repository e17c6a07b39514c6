//! Proofs of a run's log, from its directory alone.

use super::{LogReader, MerkleLog, ProofFile, TreeHead};
use crate::{RecordError, Run};

impl Run {
    /// The run's log, entry by entry.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened.
    pub fn log(&self) -> Result<LogReader, RecordError> {
        LogReader::open(&self.directory().log())
    }

    /// Shows that entry `index`, from 0, is in the log with the head that the manifest tells.
    ///
    /// # Errors
    /// When there is no such entry, or the log is not the one with that head.
    pub fn prove_entry(&self, index: u64) -> Result<ProofFile, RecordError> {
        let (tree, entry) = self.tree(Some(index))?;
        let head = self.manifest.log.head();
        let (Some(proof), Some(entry)) = (tree.prove_inclusion(index, head.size), entry) else {
            let message = format!("there is no entry {index}; there are {}, numbered from 0", head.size);
            return Err(RecordError::mismatch(&self.directory().log(), message));
        };
        let entry = String::from_utf8(entry)
            .map_err(|error| RecordError::malformed(&self.directory().log(), format!("line {}: {error}", index + 1)))?;
        Ok(ProofFile::Inclusion { entry, proof, root: head.root })
    }

    /// Shows that the log at the end of step `first` is the beginning of that at the end of step `second`.
    ///
    /// # Errors
    /// When the first step is after the second, or the log is not the one with the heads that the manifest tells.
    pub fn prove_consistency(&self, first: u64, second: u64) -> Result<ProofFile, RecordError> {
        let (from, to) = (self.manifest.log.head_after(first), self.manifest.log.head_after(second));
        let tree = if to.size == 0 { MerkleLog::default() } else { self.tree(None)?.0 };
        let unlike = [from, to].into_iter().find(|head| tree.head_at(head.size) != Some(*head));
        if let Some(TreeHead { size, .. }) = unlike {
            return Err(self.other_log(size));
        }
        let Some(proof) = tree.prove_consistency(from.size, to.size) else {
            let message =
                format!("step {first} comes after step {second}: a log is shown to grow, from the earlier step");
            return Err(RecordError::mismatch(&self.directory().log(), message));
        };
        Ok(ProofFile::Consistency { proof, first: from.root, second: to.root })
    }

    /// The tree over the log's entries, and one of them.
    fn tree(&self, wanted: Option<u64>) -> Result<(MerkleLog, Option<Vec<u8>>), RecordError> {
        let head = self.manifest.log.head();
        let (tree, entry) = self.log()?.tree(wanted)?;
        // A run under way may have entered more than its manifest tells.
        if tree.head_at(head.size) == Some(head) { Ok((tree, entry)) } else { Err(self.other_log(head.size)) }
    }

    fn other_log(&self, size: u64) -> RecordError {
        let message =
            format!("its first {size} entries are not those of the manifest's root: `walras verify` says more");
        RecordError::mismatch(&self.directory().log(), message)
    }
}
