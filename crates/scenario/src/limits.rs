//! How much a scenario and its data may be, and the reading of files within that.
//!
//! *Invariant:* a limit is checked before what it limits is allocated. A file's length is asked before the file
//! is read, and its nesting is counted before a parser recurses into it.

pub mod structure;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use walras_catalog::problem::nearest;
use walras_catalog::{Problem, Span};

use crate::text::{ScenarioError, Sources};

/// The largest scenario file, bytes.
pub const SCENARIO_BYTES_MAX: u64 = 4 << 20;
/// The deepest nesting of tables and lists; the scenario itself is depth 0.
pub const DEPTH_MAX: usize = 64;
/// The most parts of a scenario: keys, list items, tables and lists, and the dots in names.
pub const PARTS_MAX: usize = 1 << 18;
/// The most `[table]` headers in a scenario.
pub const HEADERS_MAX: usize = 1 << 13;
/// The longest name, bytes.
pub const NAME_BYTES_MAX: usize = 256;
/// The longest text value, bytes.
pub const TEXT_BYTES_MAX: usize = 1 << 16;
/// The longest override of the command line, bytes.
pub const OVERRIDE_BYTES_MAX: usize = 1 << 16;
/// The largest data file, bytes.
pub const DATA_BYTES_MAX: u64 = 2 << 30;
/// The most rows of a data file.
pub const DATA_ROWS_MAX: usize = 1 << 27;
/// The longest row of a CSV file, bytes.
pub const DATA_RECORD_BYTES_MAX: usize = 1 << 20;

/// Reads a scenario file as text.
///
/// # Errors
/// When the file is missing (with the nearest name in its directory), is not a regular file, is larger than
/// [`SCENARIO_BYTES_MAX`], cannot be read, or is not UTF-8 (with the place of the first wrong byte).
pub fn read(path: &Path) -> Result<String, Box<ScenarioError>> {
    let name = path.display().to_string();
    let unreadable = |problem| ScenarioError::boxed(problem, Sources::new(&name, ""));
    let (file, bytes) = open(path, SCENARIO_BYTES_MAX).map_err(unreadable)?;
    let mut content = Vec::with_capacity(bytes as usize);
    // The file may grow while it is read.
    let read = file.take(SCENARIO_BYTES_MAX + 1).read_to_end(&mut content);
    read.map_err(|error| unreadable(Problem::nowhere(format!("`{name}` cannot be read: {error}"))))?;
    if content.len() as u64 > SCENARIO_BYTES_MAX {
        return Err(unreadable(too_large(&name, content.len() as u64, SCENARIO_BYTES_MAX)));
    }
    String::from_utf8(content).map_err(|error| not_utf8(&name, &error))
}

/// Opens a regular file of at most `bytes_max`; its length in bytes comes with it.
///
/// # Errors
/// When it is missing, is something else than a regular file, is larger, or may not be read.
pub fn open(path: &Path, bytes_max: u64) -> Result<(File, u64), Problem> {
    let name = path.display();
    // Asked before opening, because opening a pipe waits for its writer.
    let metadata = std::fs::metadata(path).map_err(|error| cannot_open(path, &error))?;
    if metadata.is_dir() {
        return Err(Problem::nowhere(format!("`{name}` is a directory, not a file")));
    }
    if !metadata.is_file() {
        return Err(Problem::nowhere(format!("`{name}` is not a regular file")));
    }
    let file = File::open(path).map_err(|error| cannot_open(path, &error))?;
    let bytes = file.metadata().map_err(|error| cannot_open(path, &error))?.len();
    if bytes > bytes_max {
        return Err(too_large(&name.to_string(), bytes, bytes_max));
    }
    Ok((file, bytes))
}

/// The problem of a file that is larger than it may be.
pub(crate) fn too_large(name: &str, bytes: u64, bytes_max: u64) -> Problem {
    let message = format!("`{name}` is too large: {bytes} bytes, of at most {bytes_max}");
    Problem::nowhere(message).help("long columns of numbers belong in CSV or Parquet files that the scenario names")
}

fn cannot_open(path: &Path, error: &io::Error) -> Problem {
    let name = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => missing(path),
        io::ErrorKind::PermissionDenied => Problem::nowhere(format!("`{name}` may not be read: permission denied")),
        io::ErrorKind::NotADirectory => {
            Problem::nowhere(format!("there is no file `{name}`: a part of its path is not a directory"))
        }
        _ => Problem::nowhere(format!("`{name}` cannot be opened: {error}")),
    }
}

/// The problem of a missing file: names the nearest file beside it, or the directory that is missing too.
fn missing(path: &Path) -> Problem {
    let directory = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return Problem::nowhere(format!("there is no file `{}`", path.display())),
    };
    let problem = Problem::nowhere(format!("there is no file `{}`", path.display()));
    let Ok(listing) = std::fs::read_dir(directory) else {
        return problem.help(format!("there is no directory `{}` either", directory.display()));
    };
    let names = listing.take(4096).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.collect();
    names.sort();
    let wanted = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match nearest(wanted, names.iter().map(String::as_str)) {
        Some(near) => problem.help(format!("did you mean `{}`?", path.with_file_name(near).display())),
        None => problem,
    }
}

/// The problem of bytes that are not UTF-8, shown in the text with a mark in their place.
fn not_utf8(name: &str, error: &std::string::FromUtf8Error) -> Box<ScenarioError> {
    let at = error.utf8_error().valid_up_to();
    let bytes = error.as_bytes();
    let line = 1 + bytes[..at].iter().filter(|&&byte| byte == b'\n').count();
    let text = String::from_utf8_lossy(bytes);
    let unmarked = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let start = at - (text.len() - unmarked.len());
    let span = Span { source: 0, start, end: start + '\u{fffd}'.len_utf8() };
    let message = format!("`{name}` is not UTF-8: byte {at} (0x{:02x}), on line {line}", bytes[at]);
    let problem = Problem::at(span, message, "not UTF-8").help("save the file as UTF-8 text");
    ScenarioError::boxed(problem, Sources::new(name, unmarked))
}

/// At most 40 characters of `written`, for messages.
pub(crate) fn shortened(written: &str) -> String {
    match written.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &written[..end]),
        None => written.to_owned(),
    }
}
