//! A column of names, held as small ids.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, DictionaryArray, StringArray};
use arrow_schema::DataType;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::{ParquetError, Result};
use parquet::file::writer::SerializedColumnWriter;

use super::{BLOCK, Column, wrong_type};

/// Names out of a list given at construction, by position in it.
///
/// Reading appends to the list the names that it lacks, so ids that were valid stay valid.
#[derive(Debug, Clone)]
pub struct NameColumn {
    names: Vec<String>,
    ids: Vec<u32>,
}

impl NameColumn {
    /// An empty column over `names`.
    #[must_use]
    pub fn new(names: &[String]) -> Self {
        Self { names: names.to_vec(), ids: Vec::new() }
    }

    /// Appends the name with this id. An id outside the list is an error when the column is written.
    pub fn push(&mut self, id: u32) {
        self.ids.push(id);
    }

    /// One id per row.
    #[must_use]
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// The names that ids stand for.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The name in a row.
    ///
    /// # Panics
    /// When there is no such row, or its id is not in the list.
    #[must_use]
    pub fn name(&self, row: usize) -> &str {
        &self.names[self.ids[row] as usize]
    }

    /// The id of a name that the column may hold.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<u32> {
        let position = self.names.iter().position(|known| known == name)?;
        u32::try_from(position).ok()
    }
}

impl Column for NameColumn {
    fn data_type(&self) -> DataType {
        DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
    }

    fn dictionary(&self) -> bool {
        true
    }

    fn write(&self, to: &mut SerializedColumnWriter<'_>) -> Result<()> {
        let to = to.typed::<ByteArrayType>();
        let names: Vec<ByteArray> = self.names.iter().map(|name| ByteArray::from(name.as_str())).collect();
        let mut values = Vec::with_capacity(BLOCK.min(self.ids.len()));
        for block in self.ids.chunks(BLOCK) {
            values.clear();
            for &id in block {
                let name = names.get(id as usize).ok_or_else(|| {
                    ParquetError::General(format!(
                        "name number {id} was used, but only {} names were given",
                        names.len()
                    ))
                })?;
                values.push(name.clone());
            }
            to.write_batch(&values, None, None)?;
        }
        Ok(())
    }

    fn append(&mut self, from: &dyn Array) -> std::result::Result<(), String> {
        let expected = self.data_type();
        let typed = from
            .as_dictionary_opt::<Int32Type>()
            .and_then(DictionaryArray::downcast_dict::<StringArray>)
            .ok_or_else(|| wrong_type(&expected, from))?;
        let known: BTreeMap<&str, usize> = self
            .names
            .iter()
            .enumerate()
            .rev() // of two equal names the first keeps its id
            .map(|(id, name)| (name.as_str(), id))
            .collect();
        let mut fresh = Vec::new();
        let id_of_key: Vec<u32> = typed
            .values()
            .iter()
            .map(|name| {
                let name = name.unwrap_or_default();
                let id = known.get(name).copied().unwrap_or_else(|| {
                    fresh.push(name.to_owned());
                    self.names.len() + fresh.len() - 1
                });
                u32::try_from(id).unwrap_or(u32::MAX)
            })
            .collect();
        let keys = from.as_dictionary::<Int32Type>().keys();
        if keys.null_count() > 0 {
            return Err("names are missing where each row must have one".to_owned());
        }
        let ids = keys.values().iter().map(|&key| {
            let key = usize::try_from(key).unwrap_or(usize::MAX);
            id_of_key.get(key).copied().unwrap_or(u32::MAX)
        });
        self.ids.extend(ids);
        self.names.extend(fresh);
        Ok(())
    }

    fn clear(&mut self) {
        self.ids.clear();
    }
}
