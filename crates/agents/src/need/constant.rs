//! Needs that stay.

use walras_catalog::entry;

use super::{BuildNeed, Need};
use crate::policy::Memory;
use crate::population::Setup;
use crate::request::ResourceView;

entry! {
    /// Needs stay as they are.
    pub struct Constant = "constant" {
        formula: "n(t) = 1",
        source: "elementary",
    }
}

struct Same;

impl BuildNeed for Constant {
    fn build(&self, _: &mut Setup<'_>) -> Result<Box<dyn Need>, String> {
        Ok(Box::new(Same))
    }
}

impl Need for Same {
    fn factors(&self, _: &ResourceView<'_>, _: &mut Memory<'_, '_>, factors: &mut [f64]) {
        factors.fill(1.0);
    }
}
