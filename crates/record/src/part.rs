//! One Parquet file of a table, streamed.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_schema::{Field, Schema};
use parquet::arrow::{ArrowSchemaConverter, add_encoded_arrow_schema_to_metadata};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::{FileMetaData, ParquetMetaData, ParquetMetaDataWriter};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use crate::column::Layout;
use crate::table::{Columns, Entry};

/// Where a part's bytes go; can be cut back to its last good byte.
pub(crate) trait PartSink: Write {
    /// Drops what was written from byte `len` on.
    fn cut(&mut self, len: u64) -> io::Result<()>;
}

/// Why a row group could not be written.
#[derive(Debug)]
pub(crate) enum PartError {
    /// The rows do not fit their columns.
    Rows(ParquetError),
    /// The bytes could not be stored.
    Store(io::Error),
}

/// Encodes row groups in memory and stores each whole.
///
/// Storing is kept apart from encoding so that, when storing fails, the row groups before still get a footer and can
/// be read: see [`salvage`](Self::salvage).
pub(crate) struct PartWriter<S: PartSink> {
    sink: S,
    encoder: SerializedFileWriter<Vec<u8>>,
    stored_bytes: u64,
    stored_groups: usize,
    stored_rows: u64,
}

impl<S: PartSink> PartWriter<S> {
    pub(crate) fn new<C: Columns>(sink: S, columns: &mut C) -> Result<Self, PartError> {
        let entries = columns.entries();
        let arrow = arrow_schema(&entries);
        let schema = ArrowSchemaConverter::new()
            .convert(&arrow)
            .map_err(PartError::Rows)?;
        let mut properties = properties(&entries);
        add_encoded_arrow_schema_to_metadata(&arrow, &mut properties);
        let encoder =
            SerializedFileWriter::new(Vec::new(), schema.root_schema_ptr(), Arc::new(properties))
                .map_err(PartError::Rows)?;
        Ok(Self {
            sink,
            encoder,
            stored_bytes: 0,
            stored_groups: 0,
            stored_rows: 0,
        })
    }

    /// Rows stored so far.
    pub(crate) fn rows(&self) -> u64 {
        self.stored_rows
    }

    /// Row groups stored so far.
    pub(crate) fn groups(&self) -> usize {
        self.stored_groups
    }

    /// Writes every row of `columns` as one row group.
    pub(crate) fn write<C: Columns>(&mut self, columns: &mut C) -> Result<(), PartError> {
        let rows = columns.len() as u64;
        self.encode(columns).map_err(PartError::Rows)?;
        self.store().map_err(PartError::Store)?;
        self.stored_groups += 1;
        self.stored_rows += rows;
        Ok(())
    }

    /// Writes the footer and hands the sink back.
    pub(crate) fn finish(mut self) -> Result<S, (PartError, Self)> {
        if let Err(error) = self.encoder.finish() {
            return Err((PartError::Rows(error), self));
        }
        match self.store() {
            Ok(()) => Ok(self.sink),
            Err(error) => Err((PartError::Store(error), self)),
        }
    }

    /// After an error: cuts the sink back to the last whole row group and closes it there.
    ///
    /// `None` when there is no row group, or the sink will not take even the footer.
    pub(crate) fn salvage(mut self) -> Option<S> {
        if self.stored_groups == 0 {
            return None;
        }
        let mut footer = Vec::new();
        let file = FileMetaData::new(
            1,
            i64::try_from(self.stored_rows).ok()?,
            Some(self.encoder.properties().created_by().to_owned()),
            self.encoder.properties().key_value_metadata().cloned(),
            Arc::new(parquet::schema::types::SchemaDescriptor::new(
                self.encoder.schema_descr().root_schema_ptr(),
            )),
            None,
        );
        let groups = self.encoder.flushed_row_groups();
        let groups = groups[..self.stored_groups].to_vec();
        let metadata = ParquetMetaData::new(file, groups);
        ParquetMetaDataWriter::new(&mut footer, &metadata)
            .finish()
            .ok()?;
        self.sink.cut(self.stored_bytes).ok()?;
        self.sink.write_all(&footer).ok()?;
        self.sink.flush().ok()?;
        Some(self.sink)
    }

    fn encode<C: Columns>(&mut self, columns: &mut C) -> Result<(), ParquetError> {
        let mut group = self.encoder.next_row_group()?;
        for entry in columns.entries() {
            let Some(mut column) = group.next_column()? else {
                break;
            };
            entry.column.write(&mut column).map_err(|error| {
                ParquetError::General(format!("column {}: {error}", entry.name))
            })?;
            column.close()?;
        }
        group.close().map(drop)
    }

    fn store(&mut self) -> io::Result<()> {
        self.encoder.flush()?;
        let staged = self.encoder.inner_mut();
        let bytes = staged.len() as u64;
        self.sink.write_all(staged)?;
        self.sink.flush()?;
        staged.clear();
        self.stored_bytes += bytes;
        Ok(())
    }
}

/// The schema that readers see, with each column's unit in the field's metadata.
fn arrow_schema(entries: &[Entry<'_>]) -> Schema {
    let fields: Vec<Field> = entries
        .iter()
        .map(|entry| {
            let field = Field::new(
                entry.name,
                entry.column.data_type(),
                entry.column.nullable(),
            );
            field.with_metadata([("unit".to_owned(), entry.unit.to_owned())].into())
        })
        .collect();
    Schema::new(fields)
}

/// Statistics only for the step, by which readers skip row groups; dictionaries only for names.
///
/// Numbers hardly ever repeat enough for a dictionary to pay, and trying one costs more than the rest of the writing.
fn properties(entries: &[Entry<'_>]) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_created_by(format!("walras version {}", env!("CARGO_PKG_VERSION")))
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_dictionary_enabled(false)
        .set_write_batch_size(8192)
        .set_data_page_row_count_limit(usize::MAX);
    for entry in entries {
        let path = ColumnPath::from(entry.name);
        properties = match entry.column.layout() {
            Layout::Dictionary => properties.set_column_dictionary_enabled(path.clone(), true),
            Layout::Encoded(encoding) => properties.set_column_encoding(path.clone(), encoding),
        };
        if entry.name == "step" {
            properties = properties.set_column_statistics_enabled(path, EnabledStatistics::Chunk);
        }
    }
    properties.build()
}
