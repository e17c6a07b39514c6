//! One column of a table, in memory: filled row by row, written as Parquet, read back from Arrow.

mod name;
mod number;
mod text;

use arrow_array::Array;
use arrow_schema::DataType;
use parquet::errors::Result;
use parquet::file::writer::SerializedColumnWriter;

pub use name::NameColumn;
pub use number::OptionalF64s;
pub use text::TextColumn;

/// A growable column of one type.
pub trait Column {
    /// The Arrow type that readers see.
    fn data_type(&self) -> DataType;

    /// Whether values may be null.
    fn nullable(&self) -> bool {
        false
    }

    /// Whether each distinct value is stored once, with indices to it: for names.
    fn dictionary(&self) -> bool {
        false
    }

    /// Writes every value as the next column of a row group.
    ///
    /// # Errors
    /// When a value does not fit the column.
    fn write(&self, to: &mut SerializedColumnWriter<'_>) -> Result<()>;

    /// Appends the values of an Arrow array of [`data_type`](Self::data_type).
    ///
    /// # Errors
    /// What was found, when the array is of another type.
    fn append(&mut self, from: &dyn Array) -> std::result::Result<(), String>;

    /// Forgets the values and keeps the memory.
    fn clear(&mut self);
}

/// How many values are handed to the Parquet writer at a time where they must be converted first.
const BLOCK: usize = 1024;

fn wrong_type(expected: &DataType, found: &dyn Array) -> String {
    format!("expected a column of {expected}, found {}", found.data_type())
}
