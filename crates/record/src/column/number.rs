//! Columns of numbers.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, UInt32Type};
use arrow_array::{Array, ArrowPrimitiveType, PrimitiveArray};
use arrow_schema::DataType;
use parquet::data_type::{DoubleType, Int32Type as Physical32, Int64Type as Physical64};
use parquet::errors::Result;
use parquet::file::writer::SerializedColumnWriter;

use super::{BLOCK, Column, wrong_type};

/// Steps, agents, counts. Parquet has no unsigned physical type, so the bits go out as `i32`.
impl Column for Vec<u32> {
    fn data_type(&self) -> DataType {
        DataType::UInt32
    }

    fn write(&self, to: &mut SerializedColumnWriter<'_>) -> Result<()> {
        let to = to.typed::<Physical32>();
        let mut bits = [0_i32; BLOCK];
        for block in self.chunks(BLOCK) {
            for (bits, value) in bits.iter_mut().zip(block) {
                *bits = value.cast_signed();
            }
            to.write_batch(&bits[..block.len()], None, None)?;
        }
        Ok(())
    }

    fn append(&mut self, from: &dyn Array) -> std::result::Result<(), String> {
        self.extend_from_slice(required::<UInt32Type>(from)?.values());
        Ok(())
    }

    fn clear(&mut self) {
        Vec::clear(self);
    }
}

/// Amounts in atoms.
impl Column for Vec<i64> {
    fn data_type(&self) -> DataType {
        DataType::Int64
    }

    fn write(&self, to: &mut SerializedColumnWriter<'_>) -> Result<()> {
        to.typed::<Physical64>().write_batch(self, None, None).map(drop)
    }

    fn append(&mut self, from: &dyn Array) -> std::result::Result<(), String> {
        self.extend_from_slice(required::<Int64Type>(from)?.values());
        Ok(())
    }

    fn clear(&mut self) {
        Vec::clear(self);
    }
}

/// Amounts in atoms that some rows do not have.
impl Column for Vec<Option<i64>> {
    fn data_type(&self) -> DataType {
        DataType::Int64
    }

    fn nullable(&self) -> bool {
        true
    }

    fn write(&self, to: &mut SerializedColumnWriter<'_>) -> Result<()> {
        let to = to.typed::<Physical64>();
        let mut levels = [0_i16; BLOCK];
        let mut present = Vec::with_capacity(BLOCK.min(self.len()));
        for block in self.chunks(BLOCK) {
            present.clear();
            present.extend(block.iter().flatten());
            for (level, value) in levels.iter_mut().zip(block) {
                *level = i16::from(value.is_some());
            }
            to.write_batch(&present, Some(&levels[..block.len()]), None)?;
        }
        Ok(())
    }

    fn append(&mut self, from: &dyn Array) -> std::result::Result<(), String> {
        self.extend(typed::<Int64Type>(from)?.iter());
        Ok(())
    }

    fn clear(&mut self) {
        Vec::clear(self);
    }
}

/// Prices, utilities, ratios.
impl Column for Vec<f64> {
    fn data_type(&self) -> DataType {
        DataType::Float64
    }

    fn write(&self, to: &mut SerializedColumnWriter<'_>) -> Result<()> {
        to.typed::<DoubleType>().write_batch(self, None, None).map(drop)
    }

    fn append(&mut self, from: &dyn Array) -> std::result::Result<(), String> {
        self.extend_from_slice(required::<Float64Type>(from)?.values());
        Ok(())
    }

    fn clear(&mut self) {
        Vec::clear(self);
    }
}

/// Floats that some rows do not have: `NaN` in memory, null in the file.
#[derive(Debug, Clone, Default)]
pub struct OptionalF64s(pub Vec<f64>);

impl Column for OptionalF64s {
    fn data_type(&self) -> DataType {
        DataType::Float64
    }

    fn nullable(&self) -> bool {
        true
    }

    fn write(&self, to: &mut SerializedColumnWriter<'_>) -> Result<()> {
        let to = to.typed::<DoubleType>();
        let mut levels = [0_i16; BLOCK];
        let mut present = Vec::with_capacity(BLOCK.min(self.0.len()));
        for block in self.0.chunks(BLOCK) {
            present.clear();
            present.extend(block.iter().copied().filter(|value| !value.is_nan()));
            for (level, value) in levels.iter_mut().zip(block) {
                *level = i16::from(!value.is_nan());
            }
            to.write_batch(&present, Some(&levels[..block.len()]), None)?;
        }
        Ok(())
    }

    fn append(&mut self, from: &dyn Array) -> std::result::Result<(), String> {
        let values = typed::<Float64Type>(from)?;
        self.0.extend(values.iter().map(|value| value.unwrap_or(f64::NAN)));
        Ok(())
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

fn typed<T: ArrowPrimitiveType>(from: &dyn Array) -> std::result::Result<&PrimitiveArray<T>, String> {
    from.as_primitive_opt::<T>().ok_or_else(|| wrong_type(&T::DATA_TYPE, from))
}

fn required<T: ArrowPrimitiveType>(from: &dyn Array) -> std::result::Result<&PrimitiveArray<T>, String> {
    let values = typed::<T>(from)?;
    match values.null_count() {
        0 => Ok(values),
        nulls => Err(format!("{nulls} values are null where each must be present")),
    }
}
