//! One Parquet file of a table, streamed.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_schema::{Field, Schema};
use parquet::arrow::{ArrowSchemaConverter, add_encoded_arrow_schema_to_metadata};
use parquet::basic::{Compression, Encoding};
use parquet::errors::ParquetError;
use parquet::file::metadata::{FileMetaData, ParquetMetaData, ParquetMetaDataWriter, RowGroupMetaDataPtr};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, SchemaDescriptor};

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
    stored_groups: Vec<RowGroupMetaDataPtr>,
    stored_rows: u64,
}

impl<S: PartSink> PartWriter<S> {
    pub(crate) fn new<C: Columns>(sink: S, columns: &mut C) -> Result<Self, PartError> {
        let entries = columns.entries();
        let arrow = arrow_schema(&entries);
        let schema = ArrowSchemaConverter::new().convert(&arrow).map_err(PartError::Rows)?;
        let mut properties = properties(&entries);
        add_encoded_arrow_schema_to_metadata(&arrow, &mut properties);
        let encoder = SerializedFileWriter::new(Vec::new(), schema.root_schema_ptr(), Arc::new(properties))
            .map_err(PartError::Rows)?;
        Ok(Self { sink, encoder, stored_bytes: 0, stored_groups: Vec::new(), stored_rows: 0 })
    }

    /// Rows stored so far.
    pub(crate) fn rows(&self) -> u64 {
        self.stored_rows
    }

    /// Row groups stored so far.
    pub(crate) fn groups(&self) -> usize {
        self.stored_groups.len()
    }

    /// Writes every row of `columns` as one row group.
    pub(crate) fn write<C: Columns>(&mut self, columns: &mut C) -> Result<(), PartError> {
        let rows = columns.len() as u64;
        let group = self.encode(columns).map_err(PartError::Rows)?;
        self.store().map_err(PartError::Store)?;
        self.stored_groups.push(group);
        self.stored_rows += rows;
        Ok(())
    }

    /// Writes the footer and hands the sink back.
    pub(crate) fn finish(mut self) -> Result<S, (PartError, Box<Self>)> {
        if let Err(error) = self.encoder.finish() {
            return Err((PartError::Rows(error), Box::new(self)));
        }
        match self.store() {
            Ok(()) => Ok(self.sink),
            Err(error) => Err((PartError::Store(error), Box::new(self))),
        }
    }

    /// After an error: cuts the sink back to the last whole row group and closes it there.
    ///
    /// `None` when there is no row group, or the sink will not take even the footer.
    pub(crate) fn salvage(mut self) -> Option<S> {
        if self.stored_groups.is_empty() {
            return None;
        }
        let mut footer = Vec::new();
        let file = FileMetaData::new(
            1,
            i64::try_from(self.stored_rows).ok()?,
            Some(self.encoder.properties().created_by().to_owned()),
            self.encoder.properties().key_value_metadata().cloned(),
            Arc::new(SchemaDescriptor::new(self.encoder.schema_descr().root_schema_ptr())),
            None,
        );
        let groups = self.stored_groups.iter().map(|group| (**group).clone());
        let metadata = ParquetMetaData::new(file, groups.collect());
        ParquetMetaDataWriter::new(&mut footer, &metadata).finish().ok()?;
        self.sink.cut(self.stored_bytes).ok()?;
        self.sink.write_all(&footer).ok()?;
        self.sink.flush().ok()?;
        Some(self.sink)
    }

    fn encode<C: Columns>(&mut self, columns: &mut C) -> Result<RowGroupMetaDataPtr, ParquetError> {
        let mut group = self.encoder.next_row_group()?;
        for entry in columns.entries() {
            let Some(mut column) = group.next_column()? else {
                break;
            };
            entry
                .column
                .write(&mut column)
                .map_err(|error| ParquetError::General(format!("column {}: {error}", entry.name)))?;
            column.close()?;
        }
        group.close()
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
            let field = Field::new(entry.name, entry.column.data_type(), entry.column.nullable());
            let unit = (!entry.unit.is_empty()).then(|| ("unit".to_owned(), entry.unit.to_owned()));
            field.with_metadata(unit.into_iter().collect())
        })
        .collect();
    Schema::new(fields)
}

/// Statistics only for the step, by which readers skip row groups; dictionaries only for names.
///
/// Numbers hardly ever repeat enough for a dictionary to pay, and trying one costs more than the rest of the writing;
/// delta encodings save no more than Snappy does on plain values, and take longer.
fn properties(entries: &[Entry<'_>]) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_created_by(format!("walras version {}", env!("CARGO_PKG_VERSION")))
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_dictionary_enabled(false)
        .set_encoding(Encoding::PLAIN)
        .set_write_batch_size(8192)
        .set_data_page_row_count_limit(usize::MAX);
    for entry in entries {
        let path = ColumnPath::from(entry.name);
        if entry.column.dictionary() {
            properties = properties.set_column_dictionary_enabled(path.clone(), true);
        }
        if entry.name == "step" {
            properties = properties.set_column_statistics_enabled(path, EnabledStatistics::Chunk);
        }
    }
    properties.build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::Column;
    use crate::table::{AgentColumns, AgentRow, Names};
    use arrow_array::RecordBatchReader;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use std::fs::File;

    /// A disk with room for so many bytes.
    struct SmallDisk {
        bytes: Vec<u8>,
        room: usize,
    }

    impl Write for SmallDisk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let room = self.room - self.bytes.len();
            if room == 0 && !bytes.is_empty() {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let taken = &bytes[..bytes.len().min(room)];
            self.bytes.extend_from_slice(taken);
            Ok(taken.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl PartSink for SmallDisk {
        fn cut(&mut self, len: u64) -> io::Result<()> {
            self.bytes.truncate(usize::try_from(len).unwrap());
            Ok(())
        }
    }

    /// Linux's device that is always full.
    impl PartSink for File {
        fn cut(&mut self, len: u64) -> io::Result<()> {
            self.set_len(len)
        }
    }

    /// Rows in a group: so many that a group is larger than the footer, else there is never room for a footer alone.
    const ROWS: u32 = 1_000;

    fn names() -> Names {
        let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Names { assets: list(&["CASH", "TOKEN"]), cohorts: list(&["all"]), ..Names::default() }
    }

    fn group(step: u32) -> AgentColumns {
        let mut columns = AgentColumns::new(&names());
        for agent in 0..ROWS {
            let holdings = &[i64::from(agent * step)];
            let wealth = f64::from(agent);
            columns.push(&AgentRow {
                step,
                agent,
                cohort: 0,
                balance: i64::from(step),
                holdings,
                wealth,
                liquidation: 0.0,
                utility: 0.0,
            });
        }
        columns
    }

    fn read(bytes: Vec<u8>) -> AgentColumns {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file.reopen().unwrap()).unwrap().build().unwrap();
        assert!(reader.schema().field_with_name("balance").is_ok());
        let mut columns = AgentColumns::new(&names());
        for batch in reader {
            let batch = batch.unwrap();
            for entry in columns.entries() {
                entry.column.append(batch.column_by_name(entry.name).unwrap()).unwrap();
            }
        }
        columns
    }

    /// Wherever the disk fills up, the row groups stored before that point can be read.
    #[test]
    fn a_full_disk_leaves_whole_row_groups_readable() {
        const GROUPS: u32 = 4;
        let endless = SmallDisk { bytes: Vec::new(), room: usize::MAX };
        let mut part = PartWriter::new(endless, &mut group(0)).unwrap();
        for step in 0..GROUPS {
            part.write(&mut group(step)).unwrap();
        }
        let whole = part.finish().map_err(|(error, _)| error).unwrap().bytes;
        assert_eq!(read(whole.clone()).len(), (ROWS * GROUPS) as usize);

        let mut salvaged = 0;
        for room in (0..whole.len()).step_by(211) {
            let mut part = PartWriter::new(SmallDisk { bytes: Vec::new(), room }, &mut group(0)).unwrap();
            let failed = (0..GROUPS).find_map(|step| part.write(&mut group(step)).err());
            let rows = part.rows();
            let disk = match failed {
                Some(PartError::Store(_)) => part.salvage(),
                Some(PartError::Rows(error)) => panic!("{error}"),
                None => match part.finish() {
                    Ok(_) => panic!("the disk is too small"),
                    Err((_, part)) => part.salvage(),
                },
            };
            if let Some(disk) = disk {
                let columns = read(disk.bytes);
                assert_eq!(columns.len() as u64, rows, "room for {room} bytes");
                let expected: Vec<u32> =
                    (0..GROUPS).flat_map(|step| [step; ROWS as usize]).take(columns.len()).collect();
                assert_eq!(columns.step, expected);
                salvaged += 1;
            }
        }
        let disks = whole.len() / 211;
        assert!(salvaged > disks / 4, "only {salvaged} of {disks} disks kept something");
    }

    #[test]
    fn a_device_without_room_is_a_store_error() {
        let Ok(full) = File::options().write(true).open("/dev/full") else {
            println!("skipped: /dev/full not present");
            return;
        };
        let mut part = PartWriter::new(full, &mut group(0)).unwrap();
        match part.write(&mut group(0)) {
            Err(PartError::Store(error)) => assert_eq!(error.kind(), io::ErrorKind::StorageFull),
            other => panic!("{other:?}"),
        }
        assert!(part.salvage().is_none());
    }

    /// A name id outside the list is refused, and what was stored before it stays.
    #[test]
    fn a_bad_row_spoils_only_its_own_row_group() {
        let disk = SmallDisk { bytes: Vec::new(), room: usize::MAX };
        let mut part = PartWriter::new(disk, &mut group(0)).unwrap();
        part.write(&mut group(0)).unwrap();
        let mut bad = group(1);
        bad.cohort.clear();
        (0..ROWS).for_each(|_| bad.cohort.push(1));
        match part.write(&mut bad) {
            Err(PartError::Rows(error)) => {
                assert!(error.to_string().contains("column cohort: "), "{error}");
                assert!(error.to_string().contains("name number 1"), "{error}");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(read(part.salvage().unwrap().bytes).step, vec![0; ROWS as usize]);
    }
}
