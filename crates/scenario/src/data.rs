//! Columns of numbers and names from CSV and Parquet files: feeds, and what differs from agent to agent.
//!
//! Paths are relative to the scenario's directory. A file is Parquet when its name ends in `.parquet`, else
//! CSV: comma-separated, RFC 4180. Every file that gave a column is noted with its size and hash, so that a
//! run's manifest can say what it read.

mod csv_file;
mod parquet_file;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walras_catalog::problem::{nearest, one_of};

use crate::limits::{self, DATA_BYTES_MAX, DATA_ROWS_MAX};

/// The data files of one scenario. Each column is read once and then shared.
#[derive(Debug)]
pub struct DataFiles {
    base: PathBuf,
    used: Vec<DataFile>,
    numbers: BTreeMap<Key, Arc<[f64]>>,
    texts: BTreeMap<Key, Arc<[String]>>,
}

/// A file that gave a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    /// The path as the scenario has it.
    pub path: String,
    /// The BLAKE3 hash of its content, hexadecimal.
    pub blake3: String,
    /// Its length.
    pub bytes: u64,
}

/// The file and the column.
type Key = (String, String);

impl DataFiles {
    /// The data files of a scenario in directory `base`.
    #[must_use]
    pub fn new(base: impl Into<PathBuf>) -> Self {
        Self { base: base.into(), used: Vec::new(), numbers: BTreeMap::new(), texts: BTreeMap::new() }
    }

    /// The numbers of a column, by its name in the header, or, where no header has that name, by its place
    /// counted from 1. Then the first row of a CSV file counts as a header only if it holds no number.
    ///
    /// # Errors
    /// When the file cannot be opened or is beyond the [limits]; when there is no such column (with the nearest
    /// name), or two of that name, or no row; when a cell is empty, null, not a number, or not finite (with file,
    /// line and column).
    pub fn column(&mut self, file: &str, column: &str) -> Result<Arc<[f64]>, String> {
        let key = (file.to_owned(), column.to_owned());
        if let Some(numbers) = self.numbers.get(&key) {
            return Ok(Arc::clone(numbers));
        }
        let opened = self.open(file)?;
        let numbers =
            if is_parquet(file) { parquet_file::numbers(&opened, column) } else { csv_file::numbers(&opened, column) };
        let numbers: Arc<[f64]> = checked_rows(file, numbers?)?.into();
        self.note(opened)?;
        self.numbers.insert(key, Arc::clone(&numbers));
        Ok(numbers)
    }

    /// The texts of a column, by its name in the header, or, where no header has that name, by its place counted
    /// from 1. Then a CSV file is taken to have no header, as one row of texts is like another.
    ///
    /// # Errors
    /// As [`DataFiles::column`]; every cell but an empty one is a text.
    pub fn read_text_column(&mut self, file: &str, column: &str) -> Result<Arc<[String]>, String> {
        let key = (file.to_owned(), column.to_owned());
        if let Some(texts) = self.texts.get(&key) {
            return Ok(Arc::clone(texts));
        }
        let opened = self.open(file)?;
        let texts =
            if is_parquet(file) { parquet_file::texts(&opened, column) } else { csv_file::texts(&opened, column) };
        let texts: Arc<[String]> = checked_rows(file, texts?)?.into();
        self.note(opened)?;
        self.texts.insert(key, Arc::clone(&texts));
        Ok(texts)
    }

    /// The files that gave a column, in the order of their first use.
    #[must_use]
    pub fn used(&self) -> &[DataFile] {
        &self.used
    }

    fn open(&self, name: &str) -> Result<Opened, String> {
        let path = self.base.join(name);
        let opened = limits::open(&path, DATA_BYTES_MAX);
        let (file, bytes) = opened.map_err(|problem| match problem.help {
            Some(help) => format!("{} ({help})", problem.message),
            None => problem.message,
        })?;
        Ok(Opened { name: name.to_owned(), path, file, bytes })
    }

    /// Notes a file once; a second column of it must come from the same content.
    fn note(&mut self, opened: Opened) -> Result<(), String> {
        let mut hasher = blake3::Hasher::new();
        let file = File::open(&opened.path).and_then(|file| hasher.update_reader(file).map(|_| ()));
        file.map_err(|error| format!("`{}` cannot be read: {error}", opened.name))?;
        let file = DataFile { path: opened.name, blake3: hasher.finalize().to_hex().to_string(), bytes: opened.bytes };
        match self.used.iter().find(|used| used.path == file.path) {
            None => self.used.push(file),
            Some(used) if *used == file => {}
            Some(_) => return Err(format!("`{}` changed while it was read", file.path)),
        }
        Ok(())
    }
}

/// A data file about to be read.
struct Opened {
    /// As the scenario has it.
    name: String,
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl Opened {
    /// The place of the column called `wanted` among `names`; `None` when no name is like it and `wanted` is a
    /// place itself.
    fn place_of(&self, wanted: &str, names: &[&str]) -> Result<Option<usize>, String> {
        let mut places = (0..names.len()).filter(|&place| names[place] == wanted);
        if let Some(place) = places.next() {
            return match places.next() {
                None => Ok(Some(place)),
                Some(_) => Err(format!("`{}` has two columns called `{wanted}`", self.name)),
            };
        }
        match wanted.parse::<usize>() {
            Ok(0) => Err(format!("columns of `{}` are counted from 1", self.name)),
            Ok(place) if place <= names.len() => Ok(None),
            Ok(place) => Err(format!("`{}` has {} columns and no column {place}", self.name, names.len())),
            Err(_) => Err(self.no_column(wanted, names)),
        }
    }

    fn no_column(&self, wanted: &str, names: &[&str]) -> String {
        let names: Vec<String> = names.iter().map(|name| limits::shortened(name)).collect();
        let names = || names.iter().map(String::as_str).filter(|name| !name.is_empty());
        let advice = match nearest(wanted, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it has {}", one_of(names())),
        };
        format!("`{}` has no column `{}`; {advice}", self.name, limits::shortened(wanted))
    }

    fn too_many_rows(&self) -> String {
        format!("`{}` has more than {DATA_ROWS_MAX} rows", self.name)
    }
}

fn is_parquet(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"))
}

fn checked_rows<T>(file: &str, rows: Vec<T>) -> Result<Vec<T>, String> {
    if rows.is_empty() { Err(format!("`{file}` has no rows")) } else { Ok(rows) }
}
