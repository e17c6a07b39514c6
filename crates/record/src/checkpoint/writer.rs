//! Writing a checkpoint.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use walras_numerics::state::{StateError, StateVisitor};

use super::{BLOCK, CheckpointHeader, Kind, MAGIC, VERSION};
use crate::RecordError;
use crate::atomic::AtomicFile;

/// Saves the state it visits, streaming it into a file that replaces the old checkpoint only when
/// [`finish`](Self::finish)ed.
///
/// Dropped before that, it leaves the old checkpoint as it was.
pub struct CheckpointWriter {
    file: BufWriter<AtomicFile>,
    hasher: blake3::Hasher,
}

impl CheckpointWriter {
    /// Starts a checkpoint that will be at `path`.
    ///
    /// # Errors
    /// When the file cannot be created or written.
    pub fn create(path: &Path, header: &CheckpointHeader) -> Result<Self, RecordError> {
        let file = AtomicFile::create(path)?;
        let mut writer = Self { file: BufWriter::with_capacity(1 << 16, file), hasher: blake3::Hasher::new() };
        writer.header(header).map_err(RecordError::io(path, "write"))?;
        Ok(writer)
    }

    /// Seals the file with its hash, makes it durable and puts it in the old one's place.
    ///
    /// # Errors
    /// When that cannot be done; the old checkpoint is then still there.
    pub fn finish(mut self) -> Result<(), RecordError> {
        let hash = *self.hasher.finalize().as_bytes();
        let path = self.file.get_ref().target().to_path_buf();
        self.file.write_all(&hash).map_err(RecordError::io(&path, "write"))?;
        let file = self.file.into_inner().map_err(|error| RecordError::io(&path, "write")(error.into_error()))?;
        file.commit()
    }

    fn header(&mut self, header: &CheckpointHeader) -> io::Result<()> {
        self.bytes(MAGIC)?;
        self.bytes(&VERSION.to_le_bytes())?;
        self.bytes(&header.scenario_hash)?;
        self.bytes(&header.step.to_le_bytes())?;
        self.bytes(&length(header.tables.len())?.to_le_bytes())?;
        for table in &header.tables {
            self.name(&table.name)?;
            self.bytes(&table.parts.to_le_bytes())?;
            self.bytes(&table.rows.to_le_bytes())?;
        }
        Ok(())
    }

    fn section<T: Copy>(
        &mut self,
        kind: Kind,
        name: &str,
        values: &[T],
        bytes: impl Fn(T) -> [u8; 8],
    ) -> Result<(), StateError> {
        self.try_section(kind, name, values, bytes).map_err(|error| {
            let error = RecordError::io(self.file.get_ref().target(), "write")(error);
            StateError(error.to_string())
        })
    }

    fn try_section<T: Copy>(
        &mut self,
        kind: Kind,
        name: &str,
        values: &[T],
        bytes: impl Fn(T) -> [u8; 8],
    ) -> io::Result<()> {
        self.bytes(&[kind.byte()])?;
        self.name(name)?;
        self.bytes(&(values.len() as u64).to_le_bytes())?;
        let mut buffer = [0_u8; 8 * BLOCK];
        for block in values.chunks(BLOCK) {
            for (slot, &value) in buffer.chunks_exact_mut(8).zip(block) {
                slot.copy_from_slice(&bytes(value));
            }
            self.bytes(&buffer[..8 * block.len()])?;
        }
        Ok(())
    }

    fn name(&mut self, name: &str) -> io::Result<()> {
        self.bytes(&length(name.len())?.to_le_bytes())?;
        self.bytes(name.as_bytes())
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.file.write_all(bytes)
    }
}

fn length(len: usize) -> io::Result<u32> {
    u32::try_from(len).map_err(|_| io::Error::other("a name or list is too long"))
}

impl StateVisitor for CheckpointWriter {
    fn u64(&mut self, name: &str, value: &mut u64) -> Result<(), StateError> {
        self.section(Kind::U64, name, &[*value], u64::to_le_bytes)
    }

    fn i64s(&mut self, name: &str, values: &mut Vec<i64>) -> Result<(), StateError> {
        self.section(Kind::I64s, name, values, i64::to_le_bytes)
    }

    fn f64s(&mut self, name: &str, values: &mut Vec<f64>) -> Result<(), StateError> {
        self.section(Kind::F64s, name, values, f64::to_le_bytes)
    }
}
