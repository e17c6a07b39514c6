//! Money that is charged for being kept.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Agents, Incentive, Looks, Moment, share_of};

entry! {
    /// Each agent owes a share of what it has at hand beyond an exemption.
    ///
    /// What rests in orders or in pools is not at hand.
    pub struct Demurrage = "demurrage" {
        formula: "D_i = δ·(B_i − b)⁺",
        source: "S. Gesell, \"The Natural Economic Order\", 1916, part IV",
        /// δ: the share owed each time.
        rate: f64, within 0.0..=1.0;
        /// b: what each may keep free of charge.
        exemption: f64 = 0.0, within 0.0..=9e18, unit "units";
    }
}

impl Incentive for Demurrage {
    fn looks_at(&self) -> Looks {
        Looks::default()
    }

    fn due(&self, moment: &Moment, agents: &Agents<'_>, _: &mut [Atoms], due: &mut [Atoms]) {
        let exempt = (self.exemption * moment.scale) as Atoms;
        for (due, &held) in due.iter_mut().zip(agents.purse) {
            *due = -share_of(self.rate, held.saturating_sub(exempt).max(0));
        }
    }
}
