//! Writing the log, entry by entry.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use walras_numerics::state::{StateError, StateVisitor};

use super::{Frontier, LogEntry, TreeHead};
use crate::atomic::sync_directory;
use crate::{RecordError, RunDirectory};

/// The longest that a line may be, in bytes.
pub(super) const LINE_BYTES_MAX: usize = 1 << 20;

/// How much of a log is on the disk for good, for the checkpoint that is then written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogProgress {
    /// The length of its file.
    pub bytes: u64,
    /// The edge of the tree over its entries.
    pub frontier: Frontier,
}

impl LogProgress {
    /// Visits it as a part of the checkpoint's state.
    ///
    /// # Errors
    /// When the visitor fails, or what it loads cannot be.
    pub fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visitor.u64(&format!("{name}.bytes"), &mut self.bytes)?;
        self.frontier.visit_state(name, visitor)
    }
}

/// Appends entries to `log.jsonl`. The file is made with the first; a run in which nothing is entered leaves none.
///
/// An entry is there when its line break is: a line that a crash cut off is passed by in reading, and taken away on
/// resuming together with all that came after the checkpoint. After an error the log takes no more entries.
#[derive(Debug)]
pub struct LogWriter {
    path: PathBuf,
    file: Option<BufWriter<File>>,
    progress: LogProgress,
    failed: bool,
    /// Room for a line.
    line: Vec<u8>,
}

impl LogWriter {
    /// An empty log.
    ///
    /// # Errors
    /// When there is a log already.
    pub fn create(directory: &RunDirectory) -> Result<Self, RecordError> {
        let path = directory.log();
        if path.exists() {
            return Err(RecordError::mismatch(&path, "there is a log already; remove it, or choose another directory"));
        }
        Ok(Self { path, file: None, progress: LogProgress::default(), failed: false, line: Vec::new() })
    }

    /// The log as it was at a checkpoint: what was entered later is cut off.
    ///
    /// # Errors
    /// When what the checkpoint counts on is not there or was changed, or the file cannot be read or cut.
    pub fn resume(directory: &RunDirectory, progress: LogProgress) -> Result<Self, RecordError> {
        let path = directory.log();
        let file = if progress.bytes > 0 {
            Some(BufWriter::new(cut_back(&path, &progress)?))
        } else {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(RecordError::io(&path, "remove")(error));
                }
                _ => None,
            }
        };
        Ok(Self { path, file, progress, failed: false, line: Vec::new() })
    }

    /// Appends an entry, whose index must be the size so far.
    ///
    /// # Errors
    /// As [`append`](Self::append), and when it has another index.
    pub fn enter(&mut self, entry: &LogEntry<'_>) -> Result<(), RecordError> {
        let size = self.progress.frontier.size();
        if entry.entry != size {
            let message = format!("entry {} cannot come after {size} entries", entry.entry);
            return Err(RecordError::mismatch(&self.path, message));
        }
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        entry.write_line(&mut line);
        let appended = self.append(&line);
        self.line = line;
        appended
    }

    /// Appends the entry with this line, which has no line break.
    ///
    /// # Errors
    /// When it cannot be written, or could not be before; when it has a line break or is too long.
    pub fn append(&mut self, line: &[u8]) -> Result<(), RecordError> {
        if self.failed {
            return Err(RecordError::mismatch(&self.path, "the log was closed after an earlier error"));
        }
        if line.len() >= LINE_BYTES_MAX || line.contains(&b'\n') {
            let message = format!("an entry must be one line of at most {} bytes", LINE_BYTES_MAX - 1);
            return Err(RecordError::mismatch(&self.path, message));
        }
        let written = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(BufWriter::new(create(&self.path)?)),
        };
        let written = written.write_all(line).and_then(|()| written.write_all(b"\n"));
        if let Err(error) = written {
            self.failed = true;
            return Err(RecordError::io(&self.path, "write")(error));
        }
        self.progress.bytes += line.len() as u64 + 1;
        self.progress.frontier.append(line);
        Ok(())
    }

    /// How many entries there are and the root over them.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.progress.frontier.head()
    }

    /// Makes all entries durable, and says how far the log is: for the checkpoint that is then written, or the end.
    ///
    /// # Errors
    /// When that cannot be done.
    pub fn checkpoint(&mut self) -> Result<&LogProgress, RecordError> {
        if let Some(file) = &mut self.file {
            let stored = file.flush().and_then(|()| file.get_ref().sync_data());
            if let Err(error) = stored {
                self.failed = true;
                return Err(RecordError::io(&self.path, "write")(error));
            }
        }
        Ok(&self.progress)
    }
}

fn create(path: &Path) -> Result<File, RecordError> {
    let file = File::create_new(path).map_err(RecordError::io(path, "create"))?;
    sync_directory(path.parent().unwrap_or(Path::new(".")))?;
    Ok(file)
}

/// Opens the log to go on from a checkpoint, whose entries it must still begin with.
fn cut_back(path: &Path, progress: &LogProgress) -> Result<File, RecordError> {
    let file = OpenOptions::new().read(true).write(true).open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            RecordError::mismatch(path, "the checkpoint counts on this file, which is not there")
        }
        _ => RecordError::io(path, "open")(error),
    })?;
    let frontier = frontier_of(&file, progress.bytes).map_err(RecordError::io(path, "read"))?;
    if frontier.as_ref() != Some(&progress.frontier) {
        let entries = progress.frontier.size();
        let message = format!("the {entries} entries that the checkpoint counts on are not there as they were");
        return Err(RecordError::mismatch(path, message));
    }
    let cut = file.set_len(progress.bytes).and_then(|()| (&file).seek(SeekFrom::End(0)));
    cut.and_then(|_| file.sync_all()).map_err(RecordError::io(path, "write"))?;
    Ok(file)
}

/// The edge of the tree over the first `bytes` bytes; `None` when they do not end with a line.
fn frontier_of(file: &File, bytes: u64) -> io::Result<Option<Frontier>> {
    let mut reader = BufReader::with_capacity(1 << 16, file.take(bytes));
    let (mut frontier, mut line, mut found) = (Frontier::default(), Vec::new(), 0);
    loop {
        line.clear();
        let read = reader.by_ref().take(LINE_BYTES_MAX as u64).read_until(b'\n', &mut line)?;
        found += read as u64;
        match line.split_last() {
            None => return Ok((found == bytes).then_some(frontier)),
            Some((b'\n', entry)) => frontier.append(entry),
            Some(_) => return Ok(None),
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// The error comes when the bytes go out, and is told once; later entries are refused, since they would not follow
    /// what is on the disk.
    #[test]
    fn a_full_disk_closes_the_log() {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let file = Some(BufWriter::new(full));
        let mut log = LogWriter {
            path: PathBuf::from("log.jsonl"),
            file,
            progress: LogProgress::default(),
            failed: false,
            line: Vec::new(),
        };
        log.append(b"{}").unwrap();
        let error = log.checkpoint().unwrap_err();
        assert!(error.to_string().contains("the disk is full"), "{error}");
        let error = log.append(b"{}").unwrap_err();
        assert!(error.to_string().contains("closed after an earlier error"), "{error}");
    }
}
