//! A tax on trades.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Agents, Incentive, Looks, Moment, share_of};

entry! {
    /// Each agent owes a share of the money that changed hands in its trades, whichever side it was on.
    pub struct TransactionTax = "transaction_tax" {
        formula: "T_i = τ·Σ |money traded by i|",
        source: "J. Tobin, \"A proposal for international monetary reform\", Eastern Economic Journal 4, 1978",
        /// τ: the share owed.
        rate: f64, within 0.0..=1.0;
    }
}

impl Incentive for TransactionTax {
    fn looks_at(&self) -> Looks {
        Looks { trades: true }
    }

    fn in_money(&self) -> bool {
        true
    }

    fn due(&self, _: &Moment, agents: &Agents<'_>, _: &mut [Atoms], due: &mut [Atoms]) {
        for (due, traded) in due.iter_mut().zip(agents.traded) {
            let volume = Atoms::try_from(traded.volume).unwrap_or(Atoms::MAX);
            *due = -share_of(self.rate, volume);
        }
    }
}
