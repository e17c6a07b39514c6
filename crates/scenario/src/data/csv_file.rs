//! One column of a CSV file.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use csv::StringRecord;

use super::Opened;
use crate::limits::{DATA_RECORD_BYTES_MAX, DATA_ROWS_MAX, shortened};

/// The numbers of a column.
pub(super) fn numbers(opened: &Opened, column: &str) -> Result<Vec<f64>, String> {
    cells(opened, column, number, |first| first.iter().any(|cell| number(cell).is_ok()))
}

/// The texts of a column.
pub(super) fn texts(opened: &Opened, column: &str) -> Result<Vec<String>, String> {
    let text = |cell: &str| if cell.is_empty() { Err("is empty") } else { Ok(cell.to_owned()) };
    cells(opened, column, text, |_| true)
}

/// A column of a file, each cell read by `read`. `is_row` says whether the first line is one of the rows when
/// the column is not given by a name in it.
fn cells<T>(
    opened: &Opened,
    column: &str,
    read: impl Fn(&str) -> Result<T, &'static str>,
    is_row: impl Fn(&StringRecord) -> bool,
) -> Result<Vec<T>, String> {
    let file = BoundedRecords::new(skip_mark(BufReader::with_capacity(1 << 16, &opened.file)));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_reader(file);
    let mut record = StringRecord::new();
    let failed = |error: &csv::Error| failed(opened, error);
    if !reader.read_record(&mut record).map_err(|error| failed(&error))? {
        return Err(format!("`{}` is empty", opened.name));
    }
    let names: Vec<&str> = record.iter().collect();
    let named = opened.place_of(column, &names)?;
    let place = named.or_else(|| column.parse::<usize>().ok()?.checked_sub(1)).unwrap_or_default();
    let mut rows = Vec::new();
    let mut more = if named.is_none() && is_row(&record) {
        true
    } else {
        reader.read_record(&mut record).map_err(|error| failed(&error))?
    };
    while more {
        if rows.len() == DATA_ROWS_MAX {
            return Err(opened.too_many_rows());
        }
        let cell = record.get(place).unwrap_or_default();
        rows.push(read(cell).map_err(|wrong| {
            let line = line_of(opened, record.position());
            let cell = if cell.is_empty() { "the cell".to_owned() } else { format!("`{}`", shortened(cell)) };
            format!("`{}`, line {line}, column `{column}`: {cell} {wrong}", opened.name)
        })?);
        more = reader.read_record(&mut record).map_err(|error| failed(&error))?;
    }
    Ok(rows)
}

fn number(cell: &str) -> Result<f64, &'static str> {
    match cell.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err("is not a finite number"),
        Err(_) if cell.is_empty() => Err("is empty"),
        Err(_) => Err("is not a number"),
    }
}

fn failed(opened: &Opened, error: &csv::Error) -> String {
    let name = &opened.name;
    let line = line_of(opened, error.position());
    match error.kind() {
        csv::ErrorKind::Io(error) => format!("`{name}` cannot be read: {error}"),
        csv::ErrorKind::Utf8 { .. } => format!("`{name}`, line {line}: the text is not UTF-8"),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("`{name}`, line {line}: {len} columns where the first line has {expected_len}")
        }
        _ => format!("`{name}`, line {line}: {error}"),
    }
}

/// The line, from 1, of the record at `position`. The CSV reader's own count is one short for files with `\r\n`,
/// and does not see empty lines before a record, so the lines are counted again where one is needed.
fn line_of(opened: &Opened, position: Option<&csv::Position>) -> u64 {
    let Ok(file) = File::open(&opened.path) else { return 0 };
    let start = position.map_or(0, csv::Position::byte);
    let mut line = 1;
    let mut last = 0;
    for (at, byte) in (0..).zip(skip_mark(BufReader::new(file)).bytes()) {
        let Ok(byte) = byte else { break };
        if at >= start && !matches!(byte, b'\r' | b'\n') {
            break;
        }
        // `\r\n` is one end of a line.
        line += u64::from(matches!(byte, b'\r' | b'\n') && !(last == b'\r' && byte == b'\n'));
        last = byte;
    }
    line
}

/// `reader` behind its byte order mark, if it has one.
fn skip_mark(mut reader: BufReader<impl Read>) -> BufReader<impl Read> {
    if reader.fill_buf().is_ok_and(|start| start.starts_with(b"\xef\xbb\xbf")) {
        reader.consume(3);
    }
    reader
}

/// A reader that fails once a record is too long, so that a quote that nothing
/// closes does not take the rest of a large file into memory.
struct BoundedRecords<R> {
    inner: R,
    record_bytes: usize,
    in_quotes: bool,
    /// Whether a quote here would open a quoted cell.
    at_cell: bool,
}

impl<R: Read> BoundedRecords<R> {
    fn new(inner: R) -> Self {
        Self { inner, record_bytes: 0, in_quotes: false, at_cell: true }
    }

    fn count(&mut self, bytes: &[u8]) -> io::Result<()> {
        for &byte in bytes {
            self.record_bytes += 1;
            if byte == b'"' && (self.in_quotes || self.at_cell) {
                self.in_quotes = !self.in_quotes;
            } else if matches!(byte, b'\n' | b'\r') && !self.in_quotes {
                self.record_bytes = 0;
            }
            self.at_cell = matches!(byte, b',' | b'\n' | b'\r');
            if self.record_bytes > DATA_RECORD_BYTES_MAX {
                let message = format!("a row is longer than {DATA_RECORD_BYTES_MAX} bytes (is a quote not closed?)");
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for BoundedRecords<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.count(&buffer[..length])?;
        Ok(length)
    }
}
