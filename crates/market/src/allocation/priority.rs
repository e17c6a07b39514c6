//! Strict priority.

use walras_catalog::entry;

use super::serve::{descending, serve};
use super::{Allocation, Asked, Grants, Properties, Refusal, Scratch};
use crate::clearing::Venue;

entry! {
    /// Requests are served whole in the order of their priority, equal ones in the order of their arrival; the last one
    /// served may get a part.
    pub struct StrictPriority = "strict_priority" {
        formula: "g_i = min(d_i, C − Σ d of higher priority)",
        source: "elementary",
    }
}

impl Allocation for StrictPriority {
    fn properties(&self) -> Properties {
        Properties::IN_ORDER
    }

    fn share(
        &self,
        asked: &Asked<'_>,
        _: &mut Venue,
        scratch: &mut Scratch,
        grants: &mut Grants,
    ) -> Result<(), Refusal> {
        let requests = &asked.requests;
        scratch.ranked.clear();
        scratch.ranked.extend((0..requests.len()).map(|row| {
            let priority = requests.priority.get(row).copied().unwrap_or(0);
            (descending(priority), requests.arrival.get(row).copied().unwrap_or(0), row as u32)
        }));
        serve(&mut scratch.ranked, requests.amount, asked.offer.capacity, &mut grants.granted);
        Ok(())
    }
}
