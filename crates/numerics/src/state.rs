//! One visit of all state serves three ends: hashing it, saving it and loading it.
//!
//! A stateful type has one `visit_state` function that names every number it holds, in order. Because
//! the same function feeds the hash, the checkpoint and the resume, nothing can be in one and missing
//! from another.

use std::fmt;

/// Why a visit stopped: a checkpoint that could not be written, or one that does not fit this state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateError(pub String);

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StateError {}

/// Visits named pieces of state in a fixed order; may read them (hash, save) or replace them (load).
pub trait StateVisitor {
    /// A single whole number.
    fn u64(&mut self, name: &str, value: &mut u64) -> Result<(), StateError>;
    /// A column of whole numbers, amounts of an asset for instance. A loader may change its length.
    fn i64s(&mut self, name: &str, values: &mut Vec<i64>) -> Result<(), StateError>;
    /// A column of floats. A loader may change its length. The exact bits count, `-0.0` and `NaN` included.
    fn f64s(&mut self, name: &str, values: &mut Vec<f64>) -> Result<(), StateError>;

    /// A single signed whole number.
    fn i64(&mut self, name: &str, value: &mut i64) -> Result<(), StateError> {
        let mut bits = value.cast_unsigned();
        self.u64(name, &mut bits)?;
        *value = bits.cast_signed();
        Ok(())
    }

    /// A single float, by its bits.
    fn f64(&mut self, name: &str, value: &mut f64) -> Result<(), StateError> {
        let mut bits = value.to_bits();
        self.u64(name, &mut bits)?;
        *value = f64::from_bits(bits);
        Ok(())
    }

    /// A single flag.
    fn bool(&mut self, name: &str, value: &mut bool) -> Result<(), StateError> {
        let mut bits = u64::from(*value);
        self.u64(name, &mut bits)?;
        *value = bits != 0;
        Ok(())
    }
}

/// A 256-bit BLAKE3 hash of a whole state.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct StateHash(pub [u8; 32]);

impl fmt::Display for StateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for StateHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Hashes what it visits: names, lengths and little-endian bytes.
#[derive(Default)]
pub struct StateHasher {
    hasher: blake3::Hasher,
}

impl StateHasher {
    /// The hash of everything visited so far.
    #[must_use]
    pub fn finish(&self) -> StateHash {
        StateHash(*self.hasher.finalize().as_bytes())
    }

    fn head(&mut self, name: &str, kind: u8, len: usize) {
        self.hasher.update(&[kind]);
        self.hasher.update(&(name.len() as u64).to_le_bytes());
        self.hasher.update(name.as_bytes());
        self.hasher.update(&(len as u64).to_le_bytes());
    }

    fn words<T: Copy>(&mut self, values: &[T], bytes: impl Fn(T) -> [u8; 8]) {
        let mut buffer = [0_u8; 8 * 512];
        for block in values.chunks(512) {
            for (slot, &value) in buffer.chunks_exact_mut(8).zip(block) {
                slot.copy_from_slice(&bytes(value));
            }
            self.hasher.update(&buffer[..8 * block.len()]);
        }
    }
}

impl StateVisitor for StateHasher {
    fn u64(&mut self, name: &str, value: &mut u64) -> Result<(), StateError> {
        self.head(name, b'u', 1);
        self.hasher.update(&value.to_le_bytes());
        Ok(())
    }

    fn i64s(&mut self, name: &str, values: &mut Vec<i64>) -> Result<(), StateError> {
        self.head(name, b'i', values.len());
        self.words(values, i64::to_le_bytes);
        Ok(())
    }

    fn f64s(&mut self, name: &str, values: &mut Vec<f64>) -> Result<(), StateError> {
        self.head(name, b'f', values.len());
        self.words(values, f64::to_le_bytes);
        Ok(())
    }
}
