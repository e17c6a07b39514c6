//! Reading a checkpoint back into a state.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use walras_numerics::state::{StateError, StateVisitor};

use super::{BLOCK, CheckpointHeader, HASH_BYTES, Kind, MAGIC, NAME_BYTES_MAX, VERSION};
use crate::RecordError;
use crate::table::TableProgress;

/// Loads the state it visits from a checkpoint whose hash was verified when it was opened.
///
/// The state must ask for the sections in the order in which they were saved, by the same names and kinds.
pub struct CheckpointReader {
    path: PathBuf,
    file: BufReader<File>,
    header: CheckpointHeader,
    /// Bytes not yet read, the hash left out.
    left: u64,
}

impl CheckpointReader {
    /// Opens the checkpoint at `path`, verifies its hash over the whole file, and reads its header.
    ///
    /// # Errors
    /// When there is none, it is damaged or cut short, or it is of a newer version.
    pub fn open(path: &Path) -> Result<Self, RecordError> {
        let unreadable = |error| RecordError::io(path, "read")(error);
        let mut file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => RecordError::Missing { path: path.to_path_buf(), what: "checkpoint" },
            _ => unreadable(error),
        })?;
        let left = verify(&mut file, path)?;
        file.rewind().map_err(unreadable)?;
        let mut reader = Self {
            path: path.to_path_buf(),
            file: BufReader::with_capacity(1 << 16, file),
            header: CheckpointHeader { scenario_hash: [0; 32], step: 0, tables: Vec::new() },
            left,
        };
        reader.header = reader.read_header().map_err(unreadable)?;
        Ok(reader)
    }

    /// What the checkpoint says about itself.
    #[must_use]
    pub fn header(&self) -> &CheckpointHeader {
        &self.header
    }

    /// Checks that the state asked for everything that was saved.
    ///
    /// # Errors
    /// When something is left over: it was saved by another kind of state.
    pub fn finish(mut self) -> Result<(), RecordError> {
        if self.left == 0 {
            return Ok(());
        }
        let left = self.left;
        let next = self.section_head().map_or_else(|error| error.to_string(), |(_, name)| format!("`{name}`"));
        Err(RecordError::mismatch(
            &self.path,
            format!("the checkpoint holds {left} bytes more than this state, from {next} on"),
        ))
    }

    fn read_header(&mut self) -> io::Result<CheckpointHeader> {
        let _magic_and_version: [u8; 12] = self.array()?;
        let scenario_hash = self.array()?;
        let step = u64::from_le_bytes(self.array()?);
        let count = u32::from_le_bytes(self.array()?);
        let mut tables = Vec::new();
        for _ in 0..count {
            tables.push(TableProgress {
                name: self.name()?,
                parts: u32::from_le_bytes(self.array()?),
                rows: u64::from_le_bytes(self.array()?),
            });
        }
        Ok(CheckpointHeader { scenario_hash, step, tables })
    }

    /// Reads up to the data of the next section, which must be the one asked for; returns its number of values.
    fn expect(&mut self, kind: Kind, name: &str) -> Result<usize, StateError> {
        let expected = || format!("{} named `{name}`", Kind::words(kind.byte()));
        if self.left == 0 {
            return Err(self.error(&format!("expected {}, found the end", expected())));
        }
        let (found_kind, found_name) =
            self.section_head().map_err(|error| self.error(&format!("expected {}, but {error}", expected())))?;
        if found_kind != kind.byte() || found_name != name {
            return Err(self.error(&format!(
                "expected {}, found {} named `{found_name}`",
                expected(),
                Kind::words(found_kind),
            )));
        }
        let count = self.array().map(u64::from_le_bytes).map_err(|error| self.error(&format!("`{name}`: {error}")))?;
        // Before anything is allocated for it.
        if count > self.left / 8 {
            return Err(self.error(&format!("`{name}` claims {count} values, but only {} bytes are left", self.left)));
        }
        usize::try_from(count).map_err(|_| self.error(&format!("`{name}` has {count} values: too many here")))
    }

    fn section_head(&mut self) -> io::Result<(u8, String)> {
        let [kind] = self.array()?;
        Ok((kind, self.name()?))
    }

    fn values<T>(
        &mut self,
        kind: Kind,
        name: &str,
        values: &mut Vec<T>,
        value: impl Fn([u8; 8]) -> T,
    ) -> Result<(), StateError> {
        let count = self.expect(kind, name)?;
        values.clear();
        values.reserve_exact(count);
        let mut buffer = [0_u8; 8 * BLOCK];
        while values.len() < count {
            let block = &mut buffer[..8 * BLOCK.min(count - values.len())];
            self.fill(block).map_err(|error| self.error(&format!("`{name}`: {error}")))?;
            values.extend(block.as_chunks().0.iter().map(|&bytes| value(bytes)));
        }
        Ok(())
    }

    fn name(&mut self) -> io::Result<String> {
        let len = u32::from_le_bytes(self.array()?);
        if len > NAME_BYTES_MAX || u64::from(len) > self.left {
            return Err(io::Error::other(format!("a name is {len} bytes long")));
        }
        let mut bytes = vec![0; len as usize];
        self.fill(&mut bytes)?;
        String::from_utf8(bytes).map_err(|_| io::Error::other("a name is not UTF-8"))
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        let len = bytes.len() as u64;
        self.left = self.left.checked_sub(len).ok_or_else(|| io::Error::other("the checkpoint ends too early"))?;
        self.file.read_exact(bytes)
    }

    fn error(&self, message: &str) -> StateError {
        StateError(format!("{}: {message}", self.path.display()))
    }
}

/// Checks magic, version and hash; returns the number of bytes before the hash.
fn verify(file: &mut File, path: &Path) -> Result<u64, RecordError> {
    let unreadable = |error| RecordError::io(path, "read")(error);
    let size = file.metadata().map_err(unreadable)?.len();
    let mut head = Vec::new();
    file.take(12).read_to_end(&mut head).map_err(unreadable)?;
    if !head.starts_with(MAGIC) {
        return Err(RecordError::malformed(path, "it is not a checkpoint"));
    }
    let damaged = || RecordError::malformed(path, "the checkpoint is damaged or cut short");
    let version = head[8..].try_into().map_err(|_| damaged())?;
    let version = u32::from_le_bytes(version);
    if version == 0 {
        return Err(damaged());
    }
    if version > VERSION {
        return Err(RecordError::Newer {
            path: path.to_path_buf(),
            found: u64::from(version),
            known: u64::from(VERSION),
        });
    }
    let left = size.checked_sub(HASH_BYTES).ok_or_else(damaged)?;
    let mut hasher = blake3::Hasher::new();
    let mut expected = Vec::new();
    file.rewind()
        .and_then(|()| hasher.update_reader(file.take(left)).map(drop))
        .and_then(|()| file.take(HASH_BYTES + 1).read_to_end(&mut expected))
        .map_err(unreadable)?;
    if expected != hasher.finalize().as_bytes() {
        return Err(damaged());
    }
    Ok(left)
}

impl StateVisitor for CheckpointReader {
    fn u64(&mut self, name: &str, value: &mut u64) -> Result<(), StateError> {
        let count = self.expect(Kind::U64, name)?;
        if count != 1 {
            return Err(self.error(&format!("`{name}` has {count} values, not one")));
        }
        *value = self.array().map(u64::from_le_bytes).map_err(|error| self.error(&format!("`{name}`: {error}")))?;
        Ok(())
    }

    fn i64s(&mut self, name: &str, values: &mut Vec<i64>) -> Result<(), StateError> {
        self.values(Kind::I64s, name, values, i64::from_le_bytes)
    }

    fn f64s(&mut self, name: &str, values: &mut Vec<f64>) -> Result<(), StateError> {
        self.values(Kind::F64s, name, values, f64::from_le_bytes)
    }
}
