//! All to the first.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Attribution, Basis, Conversion, Refusal, all_to};

entry! {
    /// The first affiliate who reached the agent gets everything.
    pub struct FirstTouch = "first_touch" {
        formula: "w_1 = 1, all others 0",
        source: "P. K. Kannan, W. Reinartz and P. C. Verhoef, \"The path to purchase and attribution modeling\", International Journal of Research in Marketing 33(3), 2016",
    }
}

impl Attribution for FirstTouch {
    fn basis(&self) -> Basis {
        Basis::Conversion
    }

    fn share(&self, conversion: &Conversion<'_>, shares: &mut Vec<Atoms>) -> Result<(), Refusal> {
        all_to((!conversion.touches.is_empty()).then_some(0), conversion, shares)
    }
}
