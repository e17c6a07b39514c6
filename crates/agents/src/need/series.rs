//! Needs that a file says.

use std::sync::Arc;

use walras_catalog::{Bounds, entry};
use walras_market::series::AfterEnd;

use super::{BuildNeed, FACTOR_MAX, Need};
use crate::policy::Memory;
use crate::population::Setup;
use crate::request::ResourceView;

entry! {
    /// Needs follow a file: one number for all agents in each step.
    pub struct Series = "series" {
        formula: "n(t) = scale·series[t / every]",
        source: "elementary",
        /// The CSV or Parquet file, relative to the scenario.
        file: String;
        /// The column: its header, or its number from 1.
        column: String;
        /// Factor on every value.
        scale: f64 = 1.0, within Bounds::above_to(0.0, 1e12);
        /// Steps that each value stays.
        every: u32 = 1, within 1.0.., unit "steps";
        /// What holds after the last row.
        after_end: AfterEnd = AfterEnd::Hold;
    }
}

struct Followed {
    values: Arc<[f64]>,
    scale: f64,
    every: u32,
    after_end: AfterEnd,
}

impl BuildNeed for Series {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Need>, String> {
        let values = setup.data.column(&self.file, &self.column)?;
        if let Some(row) = values.iter().position(|value| !(0.0..=FACTOR_MAX).contains(&(value * self.scale))) {
            let (file, column, value) = (&self.file, &self.column, values[row]);
            return Err(format!("`{file}`, column `{column}`, data row {}: {value} is no factor on needs", row + 1));
        }
        let (scale, every, after_end) = (self.scale, self.every, self.after_end);
        Ok(Box::new(Followed { values, scale, every, after_end }))
    }
}

impl Need for Followed {
    fn factors(&self, view: &ResourceView<'_>, _: &mut Memory<'_, '_>, factors: &mut [f64]) {
        let row = self.after_end.row(view.step, 0, u64::from(self.every), self.values.len());
        factors.fill(self.values[row] * self.scale);
    }
}
