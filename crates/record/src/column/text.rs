//! A column of free text.

use arrow_array::cast::AsArray;
use arrow_array::{Array, StringArray};
use arrow_schema::DataType;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::Result;
use parquet::file::writer::SerializedColumnWriter;

use super::{BLOCK, Column, wrong_type};

/// Strings of any content, back to back in one buffer.
#[derive(Debug, Clone, Default)]
pub struct TextColumn {
    text: String,
    ends: Vec<usize>,
}

impl TextColumn {
    /// Appends one string.
    pub fn push(&mut self, value: &str) {
        self.text.push_str(value);
        self.ends.push(self.text.len());
    }

    /// The string in a row.
    ///
    /// # Panics
    /// When there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> &str {
        &self.text[self.start(row)..self.ends[row]]
    }

    /// The strings in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|row| self.get(row))
    }

    /// Bytes of text held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    fn start(&self, row: usize) -> usize {
        row.checked_sub(1).map_or(0, |before| self.ends[before])
    }
}

impl Column for TextColumn {
    fn data_type(&self) -> DataType {
        DataType::Utf8
    }

    fn dictionary(&self) -> bool {
        true
    }

    fn write(&self, to: &mut SerializedColumnWriter<'_>) -> Result<()> {
        let to = to.typed::<ByteArrayType>();
        let text = ByteArray::from(self.text.as_str());
        let mut values = Vec::with_capacity(BLOCK.min(self.ends.len()));
        for first in (0..self.ends.len()).step_by(BLOCK) {
            let rows = first..self.ends.len().min(first + BLOCK);
            values.clear();
            values.extend(rows.map(|row| {
                let start = self.start(row);
                text.slice(start, self.ends[row] - start)
            }));
            to.write_batch(&values, None, None)?;
        }
        Ok(())
    }

    fn append(&mut self, from: &dyn Array) -> std::result::Result<(), String> {
        let strings: &StringArray = from.as_string_opt().ok_or_else(|| wrong_type(&DataType::Utf8, from))?;
        for value in strings {
            self.push(value.unwrap_or_default());
        }
        Ok(())
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}
