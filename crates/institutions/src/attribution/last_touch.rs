//! All to the last.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Attribution, Basis, Conversion, Refusal, all_to};

entry! {
    /// The last affiliate who reached the agent gets everything.
    ///
    /// What most affiliate programmes pay by. It rewards whoever stands at the door, and nobody who showed the way.
    pub struct LastTouch = "last_touch" {
        formula: "w_n = 1, all others 0",
        source: "R. Berman, \"Beyond the last touch: attribution in online advertising\", Marketing Science 37(5), 2018",
    }
}

impl Attribution for LastTouch {
    fn basis(&self) -> Basis {
        Basis::Conversion
    }

    fn share(&self, conversion: &Conversion<'_>, shares: &mut Vec<Atoms>) -> Result<(), Refusal> {
        all_to(conversion.touches.len().checked_sub(1), conversion, shares)
    }
}
