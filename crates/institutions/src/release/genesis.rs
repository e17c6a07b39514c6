//! All at once, before the first trade.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::Release;

entry! {
    /// Everything at step 0, before anyone trades.
    pub struct Genesis = "genesis" {
        formula: "released(t) = x",
        source: "elementary",
    }
}

impl Release for Genesis {
    fn released(&self, _: u32, amount: Atoms) -> Atoms {
        amount
    }

    fn due(&self, step: u32) -> bool {
        step == 0
    }

    fn last_step(&self) -> u32 {
        0
    }
}
