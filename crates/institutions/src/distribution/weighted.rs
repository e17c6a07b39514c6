//! Shares in proportion to a column of data.

use walras_catalog::entry;

use super::{Request, Shares};

entry! {
    /// Shares in proportion to a column of a file: past use, stakes, votes.
    ///
    /// The file holds just one row for each recipient, in the recipients' order.
    pub struct Weighted = "weighted" {
        formula: "w_i = row i of the column",
        source: "elementary",
        /// The CSV or Parquet file, relative to the scenario.
        file: String;
        /// The column of weights; none may be negative.
        column: String;
    }
}

impl Shares for Weighted {
    fn weights(&self, request: &mut Request<'_>) -> Result<Vec<f64>, String> {
        request.rows(&self.file, &self.column)
    }
}
