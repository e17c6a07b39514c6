//! First come, first served.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Claims, Rationing, in_order};

entry! {
    /// Claims are served whole in the order of their arrival; the last one served may get a part.
    pub struct ByArrival = "arrival" {
        formula: "g_i = min(q_i, A − Σ q of those before)",
        source: "elementary",
    }
}

impl Rationing for ByArrival {
    fn grant(&self, claims: &Claims<'_>, available: i128, granted: &mut [Atoms]) {
        assert!(claims.size.len() == granted.len(), "claims are columns of one length");
        let mut rows: Vec<u32> = (0..granted.len() as u32).collect();
        rows.sort_unstable_by_key(|&row| (claims.arrival[row as usize], row));
        in_order(&rows, claims.size, available, granted);
    }
}
