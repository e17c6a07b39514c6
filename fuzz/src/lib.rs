//! What the fuzz targets do with their bytes.

pub mod book;
pub mod curves;
pub mod formula;
pub mod scenario;
