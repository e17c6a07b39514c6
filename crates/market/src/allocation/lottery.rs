//! By lot.

use walras_catalog::entry;
use walras_numerics::draw::unit;
use walras_numerics::elementary::ln;

use super::serve::{ascending, serve};
use super::{Allocation, Asked, Grants, Properties, Refusal, Scratch};
use crate::clearing::Venue;

entry! {
    /// Requests are served whole in an order drawn by lot; the last one served may get a part.
    ///
    /// The lots are keyed draws. Under weights a row comes first with probability w_i/W, then of the others in the same
    /// way: each waits for an exponential time with rate w_i. Before the draw nobody has reason to envy another of like
    /// weight.
    pub struct Lottery = "lottery" {
        formula: "order by u_i, or by −ln(1 − u_i)/w_i under weights",
        source: "P. S. Efraimidis and P. G. Spirakis, \"Weighted random sampling with a reservoir\", Information Processing Letters 97(5), 2006",
    }
}

impl Allocation for Lottery {
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
        if requests.lot.is_empty() && !requests.is_empty() {
            return Err(Refusal::Missing("lot"));
        }
        scratch.ranked.clear();
        scratch.ranked.extend(requests.lot.iter().enumerate().map(|(row, &lot)| {
            let wait = match requests.weight.get(row) {
                None => u64::from(lot),
                Some(weight) => ascending(-ln(1.0 - unit(lot)) / weight),
            };
            (wait, u64::from(lot), row as u32)
        }));
        serve(&mut scratch.ranked, requests.amount, asked.offer.capacity, &mut grants.granted);
        Ok(())
    }
}
