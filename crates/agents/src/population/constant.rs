//! The same value for every agent.

use walras_catalog::entry;
use walras_numerics::{Column, Purpose};

use super::{Distribution, Setup};

entry! {
    /// The same value for every agent. Writing the number alone means the same.
    pub struct Constant = "constant" {
        formula: "x_i = value",
        source: "elementary",
        /// The value.
        value: f64;
    }
}

impl Distribution for Constant {
    fn draw(&self, _: Purpose, _: &mut Setup<'_>) -> Result<Column, String> {
        Ok(Column::constant(self.value))
    }
}
