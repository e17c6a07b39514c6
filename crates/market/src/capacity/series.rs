//! A capacity fed from a file.

use walras_catalog::{Bounds, entry};

use super::{Capacity, Moment};
use crate::series::AfterEnd;

entry! {
    /// The capacity that a file says, row by row.
    pub struct Series = "series" {
        formula: "C(t) = scale·series[start + t / every]",
        source: "elementary",
        /// The CSV or Parquet file, relative to the scenario.
        file: String;
        /// The column: its header, or its number from 1.
        column: String;
        /// Factor on every value.
        scale: f64 = 1.0, within Bounds::above_to(0.0, 1e18);
        /// Rows to skip.
        start: u64 = 0;
        /// Steps that each value stays.
        every: u32 = 1, within 1.0.., unit "steps";
        /// What holds after the last row.
        after_end: AfterEnd = AfterEnd::Hold;
    }
}

impl Capacity for Series {
    fn at(&self, moment: &Moment<'_>, _: &mut [f64]) -> f64 {
        let row = self.after_end.row(moment.step, self.start, u64::from(self.every), moment.series.len());
        moment.series[row] * self.scale
    }

    fn file(&self) -> Option<(&str, &str)> {
        Some((&self.file, &self.column))
    }

    fn check(&self, series: &[f64]) -> Result<(), String> {
        if self.start >= series.len() as u64 {
            return Err(format!("`{}` has {} rows and would start after {}", self.file, series.len(), self.start));
        }
        let wrong = series.iter().position(|&value| !(0.0..=9e18).contains(&(value * self.scale)));
        wrong.map_or(Ok(()), |row| {
            let value = series[row];
            Err(format!(
                "`{}`, column `{}`: the value {value} of data row {} is no capacity",
                self.file,
                self.column,
                row + 1
            ))
        })
    }
}
