//! One column of a Parquet file.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;

use super::Opened;
use crate::limits::{DATA_ROWS_MAX, shortened};

/// The numbers of a column of whole or floating-point numbers. Whole numbers beyond 2^53 are rounded.
pub(super) fn numbers(opened: &Opened, column: &str) -> Result<Vec<f64>, String> {
    cells(opened, column, "numbers", |array, rows| match array.data_type() {
        DataType::Float64 => append::<Float64Type>(array, rows, |number| number),
        DataType::Float32 => append::<Float32Type>(array, rows, f64::from),
        DataType::Int64 => append::<Int64Type>(array, rows, |number| number as f64),
        DataType::Int32 => append::<Int32Type>(array, rows, f64::from),
        DataType::Int16 => append::<Int16Type>(array, rows, f64::from),
        DataType::Int8 => append::<Int8Type>(array, rows, f64::from),
        DataType::UInt64 => append::<UInt64Type>(array, rows, |number| number as f64),
        DataType::UInt32 => append::<UInt32Type>(array, rows, f64::from),
        DataType::UInt16 => append::<UInt16Type>(array, rows, f64::from),
        DataType::UInt8 => append::<UInt8Type>(array, rows, f64::from),
        _ => Err(Wrong::Type),
    })
}

/// The texts of a column.
pub(super) fn texts(opened: &Opened, column: &str) -> Result<Vec<String>, String> {
    cells(opened, column, "texts", |array, rows| {
        let texts: Box<dyn Iterator<Item = &str>> = match array.data_type() {
            DataType::Utf8 => Box::new(array.as_string::<i32>().iter().flatten()),
            DataType::LargeUtf8 => Box::new(array.as_string::<i64>().iter().flatten()),
            DataType::Utf8View => Box::new(array.as_string_view().iter().flatten()),
            _ => return Err(Wrong::Type),
        };
        for text in texts {
            if text.is_empty() {
                return Err(Wrong::Cell(rows.len(), "the cell is empty".to_owned()));
            }
            rows.push(text.to_owned());
        }
        Ok(())
    })
}

/// Why a batch of rows cannot be used.
enum Wrong {
    Type,
    /// The row in the file, from 0, and what is wrong with its cell.
    Cell(usize, String),
}

fn append<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    rows: &mut Vec<f64>,
    number: impl Fn(T::Native) -> f64,
) -> Result<(), Wrong> {
    for &native in array.as_primitive::<T>().values() {
        let number = number(native);
        if !number.is_finite() {
            return Err(Wrong::Cell(rows.len(), format!("`{number}` is not a finite number")));
        }
        rows.push(number);
    }
    Ok(())
}

/// A column of a file, each batch of it read by `read`. The decoders of the Parquet library panic on some damaged
/// pages; here that is an error like any other.
fn cells<T>(
    opened: &Opened,
    column: &str,
    what: &str,
    read: impl Fn(&ArrayRef, &mut Vec<T>) -> Result<(), Wrong>,
) -> Result<Vec<T>, String> {
    let decoded = catch_unwind(AssertUnwindSafe(|| decode(opened, column, what, read)));
    decoded.unwrap_or_else(|_| Err(format!("`{}` is not a Parquet file that can be read: it is damaged", opened.name)))
}

fn decode<T>(
    opened: &Opened,
    column: &str,
    what: &str,
    read: impl Fn(&ArrayRef, &mut Vec<T>) -> Result<(), Wrong>,
) -> Result<Vec<T>, String> {
    let failed = |error: ParquetError| format!("`{}` is not a Parquet file that can be read: {error}", opened.name);
    let builder = open(&opened.file).map_err(failed)?;
    if builder.metadata().file_metadata().num_rows() > DATA_ROWS_MAX as i64 {
        return Err(opened.too_many_rows());
    }
    let names: Vec<&str> = builder.schema().fields().iter().map(|field| field.name().as_str()).collect();
    let named = opened.place_of(column, &names)?;
    let place = named.or_else(|| column.parse::<usize>().ok()?.checked_sub(1)).unwrap_or_default();
    let wrong = |wrong, data_type: &DataType| match wrong {
        Wrong::Type => {
            format!("`{}`, column `{}`: expected {what}, found {data_type}", opened.name, shortened(column))
        }
        Wrong::Cell(row, what) => format!("`{}`, row {}, column `{}`: {what}", opened.name, row + 1, shortened(column)),
    };
    check_ranges(builder.metadata(), opened.bytes).map_err(failed)?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), [place]);
    let mut rows = Vec::new();
    for batch in builder.with_projection(mask).build().map_err(failed)? {
        let batch = batch.map_err(|error| failed(error.into()))?;
        let array = batch.column(0);
        if let Some(null) = (0..array.len()).find(|&row| array.is_null(row)) {
            return Err(wrong(Wrong::Cell(rows.len() + null, "the cell is null".to_owned()), array.data_type()));
        }
        read(array, &mut rows).map_err(|error| wrong(error, array.data_type()))?;
        if rows.len() > DATA_ROWS_MAX {
            return Err(opened.too_many_rows());
        }
    }
    Ok(rows)
}

/// The reader panics on a range that is negative, and allocates what a range asks for, so that is checked first.
fn check_ranges(metadata: &ParquetMetaData, file_bytes: u64) -> Result<(), ParquetError> {
    for group in metadata.row_groups() {
        for chunk in group.columns() {
            let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
            let end = u64::try_from(start).ok().zip(u64::try_from(chunk.compressed_size()).ok());
            let end = end.and_then(|(start, length)| start.checked_add(length));
            if group.num_rows() < 0 || end.is_none_or(|end| end > file_bytes) {
                return Err(ParquetError::General("its footer names places outside the file".to_owned()));
            }
        }
    }
    Ok(())
}

/// The types are the file's own, not those that a writer kept beside them, so that texts are texts.
fn open(file: &File) -> Result<ParquetRecordBatchReaderBuilder<File>, ParquetError> {
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    ParquetRecordBatchReaderBuilder::try_new_with_options(file.try_clone()?, options)
}
