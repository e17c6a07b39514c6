//! Max–min fairness.

use walras_catalog::entry;

use super::fill::fill;
use super::{Allocation, Asked, Grants, Kept, Properties, Refusal, Scratch};
use crate::clearing::Venue;

entry! {
    /// The smallest grant, per weight, is as large as it can be, then the second smallest, and so on.
    ///
    /// Everyone gets the same, or what they ask where that is less. Whole atoms by largest remainder among those who are
    /// cut. The level is found in linear time, without sorting.
    pub struct MaxMin = "max_min" {
        formula: "g_i = min(d_i, λ·w_i),  λ such that Σ g_i = min(C, Σ d)",
        source: "S. Keshav, \"An engineering approach to computer networking\", 1997, section 9.2.1; Y. Sprumont, \"The division problem with single-peaked preferences\", Econometrica 59(2), 1991",
    }
}

impl MaxMin {
    /// Fair, truthful and without waste.
    pub const PROPERTIES: Properties = Properties {
        conserves: true,
        pareto_efficient: Kept::Exactly,
        envy_free: Kept::ToAnAtom,
        strategy_proof: Kept::Exactly,
        sharing_incentive: Kept::ToAnAtom,
        capacity_monotone: Kept::ToAnAtom,
    };
}

impl Allocation for MaxMin {
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
        fill(asked, scratch, grants);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocation::{Offer, Requests};

    fn granted(capacity: i64, amount: &[i64], weight: &[f64]) -> Vec<i64> {
        let mut grants = Grants::default();
        let requests = Requests { amount, weight, ..Requests::default() };
        let (venue, scratch) = (&mut Venue::default(), &mut Scratch::default());
        MaxMin {}.allocate(&Offer::of(capacity), &requests, venue, scratch, &mut grants).unwrap();
        grants.granted
    }

    /// Keshav's examples: (2, 2.6, 4, 5) of 10, in tenths, and (4, 2, 10, 4) of 16 by weight.
    #[test]
    fn published_examples_hold() {
        assert_eq!(granted(100, &[20, 26, 40, 50], &[]), [20, 26, 27, 27]);
        assert_eq!(granted(16, &[4, 2, 10, 4], &[2.5, 4.0, 0.5, 1.0]), [4, 2, 6, 4]);
    }

    /// Requests just at the level are met: no atom is lost to a rounding.
    #[test]
    fn requests_at_the_level_are_met() {
        assert_eq!(granted(9, &[3, 3, 4], &[0.1, 0.1, 0.1]), [3, 3, 3]);
        assert_eq!(granted(6, &[1, 2, 4], &[1.0, 2.0, 3.0]), [1, 2, 3]);
    }
}
