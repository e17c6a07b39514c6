//! `checkpoint.walras`: the whole state at the end of a step.
//!
//! The file, all numbers little-endian:
//!
//! ```text
//! "WALRASCK"  version u32  scenario hash [u8; 32]  step u64
//! tables u32, then for each: name, parts u32, rows u64
//! sections until the hash:   kind u8, name, count u64, count × 8 bytes of data
//! BLAKE3 of everything before it [u8; 32]
//! ```
//!
//! A name is its length as `u32` and its UTF-8 bytes. A kind is `u` (one whole number), `i` (a column of
//! them) or `f` (a column of floats, by their bits).

mod reader;
mod writer;

use crate::table::TableProgress;

pub use reader::CheckpointReader;
pub use writer::CheckpointWriter;

/// What a checkpoint says about itself before the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointHeader {
    /// BLAKE3 of the scenario that the state belongs to.
    pub scenario_hash: [u8; 32],
    /// Steps done.
    pub step: u64,
    /// How far each table was.
    pub tables: Vec<TableProgress>,
}

/// The version of the file's format.
pub const VERSION: u32 = 1;

const MAGIC: &[u8; 8] = b"WALRASCK";
const HASH_BYTES: u64 = 32;
/// No name in a checkpoint is longer, so a longer one is damage.
const NAME_BYTES_MAX: u32 = 4096;
/// Numbers converted at a time.
const BLOCK: usize = 1024;

/// A section's kind, as its byte in the file and in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    U64,
    I64s,
    F64s,
}

impl Kind {
    fn byte(self) -> u8 {
        match self {
            Self::U64 => b'u',
            Self::I64s => b'i',
            Self::F64s => b'f',
        }
    }

    fn words(byte: u8) -> String {
        match byte {
            b'u' => "a number".to_owned(),
            b'i' => "a column of whole numbers".to_owned(),
            b'f' => "a column of floats".to_owned(),
            other => format!("a section of unknown kind {other}"),
        }
    }
}
