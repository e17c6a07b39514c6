//! One table of a run, written part by part.

use std::fs;
use std::path::Path;

use crate::RecordError;
use crate::atomic::{AtomicFile, sync_directory};
use crate::directory::RunDirectory;
use crate::part::{PartError, PartWriter};
use crate::table::{Columns, Names, TableProgress};

/// A table that takes rows, or that is off and takes nothing.
///
/// Rows gather in columns and go out a row group at a time, so memory stays bounded however many there are. After an
/// error the table takes no more rows; what it stored before stays readable. Dropping it closes its part.
pub struct Table<C: Columns> {
    open: Option<OpenTable<C>>,
}

impl<C: Columns> Table<C> {
    /// A table that is off.
    pub(super) fn off() -> Self {
        Self { open: None }
    }

    /// An empty table: its folder is made, and no file yet.
    pub(super) fn create(directory: &RunDirectory, names: &Names) -> Result<Self, RecordError> {
        let folder = directory.table(C::NAME);
        fs::create_dir_all(&folder).map_err(RecordError::io(&folder, "create the directory"))?;
        let none = TableProgress { name: C::NAME.to_owned(), parts: 0, rows: 0 };
        Ok(Self { open: Some(OpenTable::new(directory, names, none)) })
    }

    /// A table as it was at a checkpoint: later parts are deleted.
    pub(super) fn resume(
        directory: &RunDirectory,
        names: &Names,
        progress: &TableProgress,
    ) -> Result<Self, RecordError> {
        let folder = directory.table(C::NAME);
        fs::create_dir_all(&folder).map_err(RecordError::io(&folder, "create the directory"))?;
        delete_newer_parts(&folder, progress.parts)?;
        for number in 0..progress.parts {
            let part = directory.part(C::NAME, number);
            if !part.exists() {
                return Err(RecordError::mismatch(&part, "the checkpoint counts on this file, which is not there"));
            }
        }
        Ok(Self { open: Some(OpenTable::new(directory, names, progress.clone())) })
    }

    /// Whether rows are wanted at all.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.open.is_some()
    }

    /// Appends a row; does nothing when the table is off.
    ///
    /// # Errors
    /// When a row group is due and cannot be written, or could not be before.
    #[inline]
    pub fn push(&mut self, row: &C::Row<'_>) -> Result<(), RecordError> {
        match &mut self.open {
            Some(open) => {
                open.columns.push(row);
                open.write_when_full()
            }
            None => Ok(()),
        }
    }

    /// Closes the current part, durably; `None` when the table is off.
    pub(super) fn close_part(&mut self) -> Result<Option<TableProgress>, RecordError> {
        let Some(open) = &mut self.open else {
            return Ok(None);
        };
        open.write_rows()?;
        open.close_part()?;
        Ok(Some(open.progress.clone()))
    }

    /// Like [`close_part`](Self::close_part), and leaves at least one part, so that readers find the columns.
    pub(super) fn finish(&mut self) -> Result<Option<TableProgress>, RecordError> {
        if let Some(open) = &mut self.open
            && open.progress.parts == 0
            && !open.failed
        {
            open.part = Some(open.take_part()?);
        }
        self.close_part()
    }
}

impl<C: Columns> Drop for Table<C> {
    fn drop(&mut self) {
        // Only after an error elsewhere is anything left to close here, and that error is the one to tell.
        let _ = self.close_part();
    }
}

/// Values gathered before a row group is written: about eight megabytes.
const GROUP_VALUES: usize = 1 << 20;
/// Rows gathered at most.
const GROUP_ROWS_MAX: usize = 1 << 16;
/// Text gathered before a row group is written.
const GROUP_TEXT_BYTES: usize = 1 << 22;
/// Row groups after which a part is closed, so that its footer stays small in memory.
const PART_GROUPS_MAX: usize = 512;

struct OpenTable<C: Columns> {
    directory: RunDirectory,
    columns: C,
    group_rows: usize,
    part: Option<PartWriter<AtomicFile>>,
    progress: TableProgress,
    failed: bool,
}

impl<C: Columns> OpenTable<C> {
    fn new(directory: &RunDirectory, names: &Names, progress: TableProgress) -> Self {
        let mut columns = C::new(names);
        let group_rows = (GROUP_VALUES / columns.entries().len().max(1)).clamp(1, GROUP_ROWS_MAX);
        Self { directory: directory.clone(), columns, group_rows, part: None, progress, failed: false }
    }

    #[inline]
    fn write_when_full(&mut self) -> Result<(), RecordError> {
        if self.columns.len() >= self.group_rows || self.columns.text_bytes() >= GROUP_TEXT_BYTES {
            self.write_rows()?;
            if self.part.as_ref().map_or(0, PartWriter::groups) >= PART_GROUPS_MAX {
                self.close_part()?;
            }
        }
        Ok(())
    }

    fn write_rows(&mut self) -> Result<(), RecordError> {
        if self.columns.is_empty() {
            return Ok(());
        }
        let written = self.take_part().and_then(|mut part| {
            let outcome = part.write(&mut self.columns);
            match outcome {
                Ok(()) => Ok(part),
                Err(error) => Err(self.fail(error, part)),
            }
        });
        for entry in self.columns.entries() {
            entry.column.clear();
        }
        self.part = Some(written?);
        Ok(())
    }

    /// The part being written, or a new one.
    fn take_part(&mut self) -> Result<PartWriter<AtomicFile>, RecordError> {
        let path = self.directory.part(C::NAME, self.progress.parts);
        if self.failed {
            return Err(RecordError::mismatch(&path, "the table was closed after an earlier error"));
        }
        if let Some(part) = self.part.take() {
            return Ok(part);
        }
        let created = AtomicFile::create(&path)
            .and_then(|file| PartWriter::new(file, &mut self.columns).map_err(|error| described(error, &path)));
        self.failed = created.is_err();
        created
    }

    fn close_part(&mut self) -> Result<(), RecordError> {
        let Some(part) = self.part.take() else {
            return Ok(());
        };
        let rows = part.rows();
        match part.finish() {
            Ok(file) => self.commit(file, rows),
            Err((error, part)) => Err(self.fail(error, *part)),
        }
    }

    /// Closes the table: what its current part already stored becomes readable, the rest is lost.
    fn fail(&mut self, error: PartError, part: PartWriter<AtomicFile>) -> RecordError {
        self.failed = true;
        let rows = part.rows();
        if let Some(file) = part.salvage() {
            // The first error is the one to tell; this one would only repeat it.
            let _ = self.commit(file, rows);
        }
        described(error, &self.directory.part(C::NAME, self.progress.parts))
    }

    fn commit(&mut self, file: AtomicFile, rows: u64) -> Result<(), RecordError> {
        if let Err(error) = file.commit() {
            self.failed = true;
            return Err(error);
        }
        self.progress.parts += 1;
        self.progress.rows += rows;
        Ok(())
    }
}

fn described(error: PartError, path: &Path) -> RecordError {
    match error {
        PartError::Rows(error) => RecordError::mismatch(path, error),
        PartError::Store(error) => RecordError::io(path, "write")(error),
    }
}

/// Removes every part numbered `parts` or above, whole or partial.
fn delete_newer_parts(folder: &Path, parts: u32) -> Result<(), RecordError> {
    let entries = fs::read_dir(folder).map_err(RecordError::io(folder, "list"))?;
    for entry in entries {
        let path = entry.map_err(RecordError::io(folder, "list"))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let newer = part_number(&name).is_some_and(|number| number >= parts);
        if newer || (name.starts_with('.') && name.ends_with(".parquet.partial")) {
            fs::remove_file(&path).map_err(RecordError::io(&path, "remove"))?;
        }
    }
    sync_directory(folder)
}

/// The number of the part with this file name; `None` for other files.
pub(crate) fn part_number(name: &str) -> Option<u32> {
    let digits = name.strip_suffix(".parquet")?;
    let plain = digits.len() >= 5 && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}
