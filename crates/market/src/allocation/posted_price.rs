//! A posted price for a capacity.

use walras_catalog::{choice, entry};

use super::requests::sums;
use super::sale::charge;
use super::{
    Allocation, Asked, Charge, FirstComeFirstServed, Grants, Kept, Lottery, MaxMin, Properties, Proportional, Refusal,
    Requests, Scratch,
};
use crate::clearing::Venue;
use crate::clearing::adjustment::{AnyAdjustment, Seen};
use crate::clearing::payment::AtomPrice;

choice! {
    /// Who is served when more is asked at the price than there is.
    pub enum Rationing {
        /// In proportion to what is asked.
        Proportional = "proportional",
        /// As evenly as can be.
        MaxMin = "max_min",
        /// The first to arrive.
        Arrival = "first_come_first_served",
        /// By lot.
        Lottery = "lottery",
    }
}

entry! {
    /// Whoever bids the posted price or more is served at it, rationed where there is not enough; then the price moves
    /// with what was left over.
    ///
    /// Requests without bids take any price. The adjustment sees what was asked at the price as demand and the capacity
    /// as supply and as what is out.
    pub struct PostedPrice = "posted_price" {
        formula: "asked(P) = Σ d over b ≥ P, rationed to C;  P' = P + g(asked(P) − C)",
        source: "J.-P. Benassy, \"Neo-Keynesian disequilibrium theory in a monetary economy\", Review of Economic Studies 42(4), 1975",
        /// Who is served when there is not enough.
        rationing: Rationing = Rationing::MaxMin;
        /// How the price answers; absent for a price that stays.
        adjustment: Option<AnyAdjustment>;
    }
}

impl PostedPrice {
    fn rule(&self) -> &'static dyn Allocation {
        match self.rationing {
            Rationing::Proportional => &Proportional {},
            Rationing::MaxMin => &MaxMin {},
            Rationing::Arrival => &FirstComeFirstServed {},
            Rationing::Lottery => &Lottery {},
        }
    }
}

impl Allocation for PostedPrice {
    /// Those of its rationing among who accepts the price, except that others may have been worth more, and get nothing,
    /// and that a payment is rounded.
    fn properties(&self) -> Properties {
        let rationed = self.rule().properties();
        let strategy_proof = if rationed.strategy_proof == Kept::Not { Kept::Not } else { Kept::ToAnAtom };
        Properties { pareto_efficient: Kept::Not, sharing_incentive: Kept::Not, strategy_proof, ..rationed }
    }

    fn charges(&self) -> Charge {
        Charge::Posted
    }

    fn memory(&self) -> usize {
        self.adjustment.as_ref().map_or(0, |adjustment| adjustment.memory())
    }

    fn share(
        &self,
        asked: &Asked<'_>,
        venue: &mut Venue,
        scratch: &mut Scratch,
        grants: &mut Grants,
    ) -> Result<(), Refusal> {
        let price = venue.price;
        let per_atom = price * asked.offer.per_atom();
        let exact = AtomPrice::new(per_atom).ok_or(Refusal::Price(price))?;
        // Taken out, so that it can be read while the rest is written.
        let mut accepted = std::mem::take(&mut scratch.accepted);
        accepted.clear();
        let Requests { amount, bid, .. } = asked.requests;
        if bid.is_empty() {
            accepted.extend_from_slice(amount);
        } else {
            accepted.extend(amount.iter().zip(bid).map(|(&amount, &bid)| if bid >= per_atom { amount } else { 0 }));
        }
        let (total, _, most) = sums(&accepted);
        let requests = Requests { amount: &accepted, ..asked.requests };
        let shared = self.rule().share(&Asked { offer: asked.offer, requests, total, most }, venue, scratch, grants);
        scratch.accepted = accepted;
        shared?;
        charge(grants, |_| Some(exact))?;
        grants.price = Some(per_atom);
        let supply = asked.offer.capacity as f64 / asked.offer.unit;
        venue.memory.resize(self.memory(), 0.0);
        let seen = Seen { price, demand: total as f64 / asked.offer.unit, supply, outstanding: supply };
        if let Some(adjustment) = &self.adjustment {
            venue.price = adjustment.next(&seen, &mut venue.memory);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocation::Offer;
    use crate::clearing::adjustment::Eip1559;

    /// The base fee's rule moves the price: blocks of 20 M, target 10 M: used 10 M, 9 M and 11 M.
    #[test]
    fn the_price_follows_its_adjustment() {
        let eip1559 = Eip1559 { elasticity: 2, denominator: 8, unit: 1.0, lot: 1.0, floor: 0 };
        let rule = PostedPrice { rationing: Rationing::Arrival, adjustment: Some(AnyAdjustment::Eip1559(eip1559)) };
        for (used, next) in [(10_000_000, 1e9), (9_000_000, 987_500_000.0), (11_000_000, 1_012_500_000.0)] {
            let mut venue = Venue { price: 1e9, memory: Vec::new() };
            let requests = Requests { amount: &[used, 7], bid: &[2e9, 5e8], ..Requests::default() };
            let mut grants = Grants::default();
            rule.allocate(&Offer::of(20_000_000), &requests, &mut venue, &mut Scratch::default(), &mut grants).unwrap();
            assert_eq!((grants.granted, grants.paid), (vec![used, 0], vec![used * 1_000_000_000, 0]));
            assert_eq!(venue.price, next);
        }
    }

    #[test]
    fn a_price_that_cannot_be_paid_leaves_all_as_it_was() {
        let adjustment =
            AnyAdjustment::Eip1559(Eip1559 { elasticity: 2, denominator: 8, unit: 1.0, lot: 1.0, floor: 0 });
        let rule = PostedPrice { rationing: Rationing::MaxMin, adjustment: Some(adjustment) };
        for (price, why) in [(1e18, Refusal::TooMuch(1)), (-1.0, Refusal::Price(-1.0))] {
            let mut venue = Venue { price, memory: Vec::new() };
            let requests = Requests { amount: &[1, 1000], ..Requests::default() };
            let mut grants = Grants::default();
            let result = rule.allocate(&Offer::of(1000), &requests, &mut venue, &mut Scratch::default(), &mut grants);
            assert_eq!((result, venue.price), (Err(why), price));
            assert_eq!((grants.granted, grants.paid, grants.price), (vec![0, 0], vec![], None));
        }
    }
}
