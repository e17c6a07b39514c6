//! The same for everyone who asks.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::fill::whole_weights;
use super::whole_units::largest_remainder;
use super::{Allocation, Asked, Grants, Kept, Properties, Refusal, Scratch};
use crate::clearing::Venue;

entry! {
    /// The capacity is cut into equal shares, or shares by weight, one for everyone who asks for anything; who asks less
    /// than the share leaves the rest unused.
    ///
    /// Shares are whole atoms by largest remainder. What others ask, as long as they do, changes nobody's share.
    pub struct EqualShare = "equal_share" {
        formula: "g_i = min(d_i, C·w_i/W),  W = Σ w over those with d > 0",
        source: "elementary",
    }
}

impl EqualShare {
    /// Fair and truthful, and wasteful.
    pub const PROPERTIES: Properties = Properties {
        conserves: false,
        pareto_efficient: Kept::Not,
        envy_free: Kept::ToAnAtom,
        strategy_proof: Kept::Exactly,
        sharing_incentive: Kept::ToAnAtom,
        capacity_monotone: Kept::ToAnAtom,
    };
}

impl Allocation for EqualShare {
    fn properties(&self) -> Properties {
        Self::PROPERTIES
    }

    fn share(
        &self,
        asked: &Asked<'_>,
        _: &mut Venue,
        scratch: &mut Scratch,
        grants: &mut Grants,
    ) -> Result<(), Refusal> {
        let (amounts, capacity) = (asked.requests.amount, asked.offer.capacity);
        if asked.requests.weight.is_empty() {
            let askers = amounts.iter().filter(|&&amount| amount > 0).count().max(1) as Atoms;
            let (base, mut more) = (capacity / askers, capacity % askers);
            for (&amount, granted) in amounts.iter().zip(&mut grants.granted) {
                let one = Atoms::from(amount > 0 && more > 0);
                more -= one;
                *granted = amount.min(base + one);
            }
            return Ok(());
        }
        whole_weights(asked.requests.weight, &mut scratch.weights);
        let mut whole = 0;
        for (weight, &amount) in scratch.weights.iter_mut().zip(amounts) {
            *weight = if amount > 0 { *weight } else { 0 };
            whole += u128::from(weight.cast_unsigned());
        }
        largest_remainder(&scratch.weights, capacity.cast_unsigned(), whole, &mut scratch.units, &mut grants.granted);
        for (&amount, granted) in amounts.iter().zip(&mut grants.granted) {
            *granted = amount.min(*granted);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocation::{Offer, Requests};

    /// Seven among three who ask: 3, 2 and 2; the second asks 1 and leaves one unused.
    #[test]
    fn what_is_not_asked_stays_unused() {
        let requests = Requests { amount: &[9, 1, 0, 5], ..Requests::default() };
        let mut grants = Grants::default();
        let (venue, scratch) = (&mut Venue::default(), &mut Scratch::default());
        EqualShare {}.allocate(&Offer::of(7), &requests, venue, scratch, &mut grants).unwrap();
        assert_eq!(grants.granted, [3, 1, 0, 2]);
        // By weight 3 : 1 : 1, eight atoms: 4.8, 1.6 and 1.6.
        let weighted = Requests { weight: &[3.0, 1.0, 7.0, 1.0], ..requests };
        EqualShare {}.allocate(&Offer::of(8), &weighted, venue, scratch, &mut grants).unwrap();
        assert_eq!(grants.granted, [5, 1, 0, 1]);
    }
}
