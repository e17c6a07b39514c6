//! In proportion to what is asked.

use walras_catalog::entry;

use super::whole_units::largest_remainder;
use super::{Allocation, Asked, Grants, Kept, Properties, Refusal, Scratch};
use crate::clearing::Venue;

entry! {
    /// Everyone gets the same share of what they ask.
    ///
    /// Whole atoms by largest remainder. Asking for more than is wanted pays. Weights are not read.
    pub struct Proportional = "proportional" {
        formula: "g_i = d_i·min(1, C/D),  D = Σ d",
        source: "M. L. Balinski and H. P. Young, \"Fair representation\", 1982 (largest remainders)",
    }
}

impl Proportional {
    /// Nothing is wasted, and whoever asks more gets more.
    pub const PROPERTIES: Properties = Properties {
        conserves: true,
        pareto_efficient: Kept::Exactly,
        envy_free: Kept::Not,
        strategy_proof: Kept::Not,
        sharing_incentive: Kept::Not,
        capacity_monotone: Kept::ToAnAtom,
    };
}

impl Allocation for Proportional {
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
        if asked.is_enough() {
            grants.granted.copy_from_slice(amounts);
            return Ok(());
        }
        let total = asked.total.cast_unsigned();
        largest_remainder(amounts, capacity.cast_unsigned(), total, &mut scratch.units, &mut grants.granted);
        Ok(())
    }
}
