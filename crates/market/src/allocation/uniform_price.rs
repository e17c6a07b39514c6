//! The uniform-price auction of a capacity.

use walras_catalog::entry;

use super::sale::{charge, sell};
use super::{Allocation, Asked, Charge, Grants, Kept, Properties, Refusal, Scratch};
use crate::clearing::Venue;
use crate::clearing::payment::AtomPrice;

entry! {
    /// The highest bids are served, and all pay one price: the highest bid that is not served in full.
    ///
    /// Who wants one atom cannot influence what it costs, so truth is best; who wants several can, by bidding less for
    /// the last of them (demand reduction). Without a losing bid the price is the reserve.
    pub struct UniformPrice = "uniform_price" {
        formula: "the C highest atoms win,  price = max(b_(C+1), reserve)",
        source: "L. M. Ausubel, P. Cramton, M. Pycia, M. Rostek and M. Weretka, \"Demand reduction and inefficiency in multi-unit auctions\", Review of Economic Studies 81(4), 2014",
    }
}

impl UniformPrice {
    /// Efficient and without envy when bids are true, which for several atoms they need not be.
    pub const PROPERTIES: Properties = Properties {
        conserves: true,
        pareto_efficient: Kept::Exactly,
        envy_free: Kept::ToAnAtom,
        strategy_proof: Kept::Not,
        sharing_incentive: Kept::Not,
        capacity_monotone: Kept::Exactly,
    };
}

impl Allocation for UniformPrice {
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
        let rows = asked.requests.amount.iter().zip(bids).zip(&grants.granted);
        // A bid below the reserve loses, too, and never counts.
        let losing = rows.filter(|((amount, _), granted)| granted < amount).map(|((_, &bid), _)| bid);
        let price = losing.fold(asked.offer.reserve, f64::max);
        grants.price = grants.granted.iter().any(|&granted| granted > 0).then_some(price);
        // Bids are checked to be prices.
        let Some(price) = AtomPrice::new(price) else { return Ok(()) };
        charge(grants, |_| Some(price))
    }
}
