//! Reading the log back, line by line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::writer::LINE_BYTES_MAX;
use super::{LogEntry, MerkleLog};
use crate::RecordError;

/// The lines of a log, in bounded memory.
#[derive(Debug)]
pub struct LogReader {
    path: PathBuf,
    file: BufReader<File>,
    line: Vec<u8>,
    lines: u64,
    cut_off: bool,
}

impl LogReader {
    /// Opens the log at `path`.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, RecordError> {
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => RecordError::Missing { path: path.to_path_buf(), what: "log" },
            _ => RecordError::io(path, "read")(error),
        })?;
        let file = BufReader::with_capacity(1 << 16, file);
        Ok(Self { path: path.to_path_buf(), file, line: Vec::new(), lines: 0, cut_off: false })
    }

    /// The next entry's bytes: a line without its line break; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read, or has a line longer than any entry.
    pub fn next_line(&mut self) -> Result<Option<&[u8]>, RecordError> {
        self.line.clear();
        let mut rest = self.file.by_ref().take(LINE_BYTES_MAX as u64);
        rest.read_until(b'\n', &mut self.line).map_err(RecordError::io(&self.path, "read"))?;
        match self.line.split_last() {
            None => Ok(None),
            Some((b'\n', entry)) => {
                self.lines += 1;
                Ok(Some(entry))
            }
            Some(_) if self.line.len() == LINE_BYTES_MAX => {
                let message = format!("line {} is longer than any entry can be", self.lines + 1);
                Err(RecordError::malformed(&self.path, message))
            }
            // Written only in part, and so not there: see `LogWriter`.
            Some(_) => {
                self.cut_off = true;
                Ok(None)
            }
        }
    }

    /// The next entry; `None` at the end.
    ///
    /// # Errors
    /// As [`next_line`](Self::next_line), and when the line is no entry.
    pub fn next_entry(&mut self) -> Result<Option<LogEntry<'static>>, RecordError> {
        let entry = self.next_line()?.map(LogEntry::parse).transpose();
        entry.map_err(|error| RecordError::malformed(&self.path, format!("line {}: {error}", self.lines)))
    }

    /// Whether the file ended within a line.
    #[must_use]
    pub fn cut_off(&self) -> bool {
        self.cut_off
    }

    /// Reads to the end and gives the tree, and the bytes of one entry where there is one with the index `wanted`.
    ///
    /// # Errors
    /// As [`next_line`](Self::next_line).
    pub fn tree(mut self, wanted: Option<u64>) -> Result<(MerkleLog, Option<Vec<u8>>), RecordError> {
        let (mut tree, mut found) = (MerkleLog::default(), None);
        while let Some(line) = self.next_line()? {
            if wanted == Some(tree.size()) {
                found = Some(line.to_vec());
            }
            tree.append(line);
        }
        Ok((tree, found))
    }
}
