//! Equal shares.

use walras_catalog::entry;

use super::{Request, Shares};

entry! {
    /// Every recipient gets the same, to the atom.
    pub struct Uniform = "uniform" {
        formula: "w_i = 1",
        source: "elementary",
    }
}

impl Shares for Uniform {
    fn weights(&self, request: &mut Request<'_>) -> Result<Vec<f64>, String> {
        Ok(vec![1.0; request.recipients()])
    }
}
