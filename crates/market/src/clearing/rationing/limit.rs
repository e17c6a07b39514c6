//! The most eager first.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Claims, Rationing, in_order};

entry! {
    /// Claims are served whole in the order of their limits, the most eager first, ties by arrival.
    ///
    /// When limits are values this is the efficient rule: no other leaves the claimants together a greater surplus at
    /// this price.
    pub struct ByLimit = "limit" {
        formula: "g_i = min(q_i, A − Σ q of those with better limits)",
        source: "efficient rationing, after J. Tirole, \"The theory of industrial organization\", 1988, section 5.3",
    }
}

impl Rationing for ByLimit {
    fn grant(&self, claims: &Claims<'_>, available: i128, granted: &mut [Atoms]) {
        assert!(claims.size.len() == granted.len(), "claims are columns of one length");
        let mut rows: Vec<u32> = (0..granted.len() as u32).collect();
        rows.sort_unstable_by(|&a, &b| {
            let by_limit = claims.eagerness[b as usize].total_cmp(&claims.eagerness[a as usize]);
            by_limit.then_with(|| (claims.arrival[a as usize], a).cmp(&(claims.arrival[b as usize], b)))
        });
        in_order(&rows, claims.size, available, granted);
    }
}
