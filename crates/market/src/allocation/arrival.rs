//! First come, first served.

use walras_catalog::entry;

use super::serve::serve;
use super::{Allocation, Asked, Grants, Properties, Refusal, Scratch};
use crate::clearing::Venue;

entry! {
    /// Requests are served whole in the order of their arrival; the last one served may get a part.
    pub struct FirstComeFirstServed = "first_come_first_served" {
        formula: "g_i = min(d_i, C − Σ d of those before)",
        source: "elementary",
    }
}

impl Allocation for FirstComeFirstServed {
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
        if requests.arrival.is_empty() {
            let mut left = asked.offer.capacity;
            for (&amount, granted) in requests.amount.iter().zip(&mut grants.granted) {
                *granted = amount.min(left);
                left -= *granted;
            }
            return Ok(());
        }
        scratch.ranked.clear();
        scratch.ranked.extend(requests.arrival.iter().enumerate().map(|(row, &arrival)| (arrival, 0, row as u32)));
        serve(&mut scratch.ranked, requests.amount, asked.offer.capacity, &mut grants.granted);
        Ok(())
    }
}
