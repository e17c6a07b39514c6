//! Reading one table, row group by row group.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io;
use std::marker::PhantomData;
use std::ops::Range;
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use arrow_array::{Array, RecordBatch};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::statistics::Statistics;

use crate::RecordError;
use crate::directory::RunDirectory;
use crate::table::{Columns, Names, part_number};

/// Reads a table's parts in order, some tens of thousands of rows at a time.
///
/// As an iterator it yields the rows in pieces; names keep the ids that they had when written, as far as the manifest
/// holds them.
pub struct TableReader<C: Columns> {
    names: Names,
    steps: Option<Vec<u32>>,
    parts: VecDeque<PathBuf>,
    current: Option<(PathBuf, ParquetRecordBatchReader)>,
    warnings: Vec<String>,
    columns: PhantomData<C>,
}

impl<C: Columns> TableReader<C> {
    pub(super) fn open(directory: &RunDirectory, names: Names) -> Result<Self, RecordError> {
        let folder = directory.table(C::NAME);
        let (parts, warnings) = list_parts(&folder, C::NAME)?;
        Ok(Self { names, steps: None, parts, current: None, warnings, columns: PhantomData })
    }

    /// Only the rows at these steps.
    #[must_use]
    pub fn at_steps(mut self, steps: &[u32]) -> Self {
        let mut steps = steps.to_vec();
        steps.sort_unstable();
        self.steps = Some(steps);
        self
    }

    /// What was found amiss so far, in plain sentences.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    pub(super) fn into_warnings(self) -> Vec<String> {
        self.warnings
    }

    /// Appends the next rows to `columns`; `false` at the end.
    ///
    /// # Errors
    /// When a part other than the last is unreadable, or a part has other columns than the table. An unreadable last
    /// part ends the table with a warning.
    pub fn append_next(&mut self, columns: &mut C) -> Result<bool, RecordError> {
        loop {
            if self.current.is_none() {
                let Some(path) = self.parts.pop_front() else {
                    return Ok(false);
                };
                match self.open_part(&path) {
                    Ok(part) => self.current = Some((path, part)),
                    Err(message) => self.unreadable(&path, &message)?,
                }
                continue;
            }
            let Some((path, part)) = &mut self.current else {
                continue;
            };
            match part.next() {
                Some(Ok(batch)) => {
                    return append(&batch, self.steps.as_deref(), columns)
                        .map(|()| true)
                        .map_err(|message| RecordError::malformed(path, message));
                }
                Some(Err(error)) => {
                    let path = path.clone();
                    self.current = None;
                    self.unreadable(&path, &error.to_string())?;
                }
                None => self.current = None,
            }
        }
    }

    /// A warning for the last part, an error for any other.
    fn unreadable(&mut self, path: &Path, message: &str) -> Result<(), RecordError> {
        if !self.parts.is_empty() {
            self.parts.clear();
            return Err(RecordError::malformed(path, message));
        }
        self.warnings.push(format!(
            "the last part of the table {}, {}, is unreadable from some row on ({message}); the rows before it are used",
            C::NAME,
            path.display()
        ));
        Ok(())
    }

    fn open_part(&self, path: &Path) -> Result<ParquetRecordBatchReader, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| error.to_string())?;
        let groups = builder.metadata().row_groups().iter().enumerate();
        let wanted = groups.filter(|(_, group)| self.may_hold_wanted_steps(group)).map(|(index, _)| index).collect();
        builder.with_row_groups(wanted).with_batch_size(1 << 16).build().map_err(|error| error.to_string())
    }

    fn may_hold_wanted_steps(&self, group: &RowGroupMetaData) -> bool {
        let Some(steps) = &self.steps else {
            return true;
        };
        let step = group.columns().iter().find(|column| column.column_path().string() == "step");
        let Some(Statistics::Int32(range)) = step.and_then(|column| column.statistics()) else {
            return true;
        };
        let (Some(first), Some(last)) = (range.min_opt(), range.max_opt()) else {
            return true;
        };
        let after = steps.partition_point(|&step| step < first.cast_unsigned());
        steps.get(after).is_some_and(|&step| step <= last.cast_unsigned())
    }
}

impl<C: Columns> Iterator for TableReader<C> {
    type Item = Result<C, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut columns = C::new(&self.names);
        match self.append_next(&mut columns) {
            Ok(true) => Some(Ok(columns)),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

/// The table's parts in order, and what is amiss among them.
fn list_parts(folder: &Path, table: &str) -> Result<(VecDeque<PathBuf>, Vec<String>), RecordError> {
    let mut numbered = Vec::new();
    let mut warnings = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok((VecDeque::new(), warnings));
        }
        Err(error) => return Err(RecordError::io(folder, "list")(error)),
    };
    for entry in entries {
        let path = entry.map_err(RecordError::io(folder, "list"))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".parquet.partial") {
            warnings.push(format!(
                "the table {table} has a part that was never closed: the run is under way or was cut off, and the rows since are missing"
            ));
        }
        if let Some(number) = part_number(&name) {
            numbered.push((number, path));
        }
    }
    numbered.sort_unstable();
    for (expected, (number, path)) in (0_u32..).zip(&numbered) {
        if expected != *number {
            return Err(RecordError::mismatch(
                path,
                format!("part {expected} of the table is missing before this one"),
            ));
        }
    }
    let parts = numbered.into_iter().map(|(_, path)| path).collect();
    Ok((parts, warnings))
}

/// Appends the wanted rows of a batch, column by column, by name.
fn append<C: Columns>(batch: &RecordBatch, steps: Option<&[u32]>, columns: &mut C) -> Result<(), String> {
    let ranges = match steps {
        None => std::iter::once(0..batch.num_rows()).collect(),
        Some(steps) => wanted_ranges(batch, steps)?,
    };
    for entry in columns.entries() {
        let array = batch.column_by_name(entry.name).ok_or_else(|| format!("it has no column {}", entry.name))?;
        for range in &ranges {
            entry
                .column
                .append(&array.slice(range.start, range.len()))
                .map_err(|message| format!("column {}: {message}", entry.name))?;
        }
    }
    Ok(())
}

/// The runs of rows whose step is in `steps`, which are sorted.
fn wanted_ranges(batch: &RecordBatch, steps: &[u32]) -> Result<Vec<Range<usize>>, String> {
    let column = batch
        .column_by_name("step")
        .and_then(|column| column.as_primitive_opt::<UInt32Type>())
        .ok_or("it has no column step of whole numbers")?;
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (row, step) in column.values().iter().enumerate() {
        if steps.binary_search(step).is_err() {
            continue;
        }
        match ranges.last_mut() {
            Some(range) if range.end == row => range.end = row + 1,
            _ => ranges.push(row..row + 1),
        }
    }
    Ok(ranges)
}
