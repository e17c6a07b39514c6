//! The pay-as-bid auction of a capacity.

use walras_catalog::entry;

use super::sale::{charge, sell};
use super::{Allocation, Asked, Charge, Grants, Kept, Properties, Refusal, Scratch};
use crate::clearing::Venue;
use crate::clearing::payment::AtomPrice;

entry! {
    /// The highest bids are served, and each pays what it bid.
    ///
    /// Bidding the value leaves nothing to gain, so that everybody bids less.
    pub struct PayAsBid = "pay_as_bid" {
        formula: "the C highest atoms win,  atom i pays b_i",
        source: "V. Krishna, \"Auction theory\", 2nd edition, 2010, section 12.1",
    }
}

impl PayAsBid {
    /// Efficient when bids are true, which they are not.
    pub const PROPERTIES: Properties = Properties {
        conserves: true,
        pareto_efficient: Kept::Exactly,
        envy_free: Kept::Not,
        strategy_proof: Kept::Not,
        sharing_incentive: Kept::Not,
        capacity_monotone: Kept::Exactly,
    };
}

impl Allocation for PayAsBid {
    fn properties(&self) -> Properties {
        Self::PROPERTIES
    }

    fn charges(&self) -> Charge {
        Charge::Bids
    }

    fn share(
        &self,
        asked: &Asked<'_>,
        _: &mut Venue,
        scratch: &mut Scratch,
        grants: &mut Grants,
    ) -> Result<(), Refusal> {
        let bids = asked.bids()?;
        sell(asked, bids, scratch, grants);
        charge(grants, |row| AtomPrice::new(bids[row]))
    }
}
