//! The price that clears each step's orders.

use walras_catalog::entry;

use super::rationing::{AnyRationing, Proportional};
use super::{Clearing, Setting, Settled, StepOrders, Unpayable, Venue};
use crate::auction::call::{Called, fill};
use crate::auction::crossing::{Columns, Crossing, Depth};
use crate::order::Side;

entry! {
    /// Each step's orders trade at a price at which demand meets supply: a call market.
    ///
    /// Where demand equals supply over an interval of prices, the price is `position` of the way up it. Where one jumps
    /// past the other at a limit, that limit is the price, and those at it share what is left by `rationing`. Without a
    /// trade the price stays. Orders without a limit on both sides alone trade at the last price.
    pub struct Clear = "clear" {
        formula: "P: D(P) = O(P);  at a jump P = the limit at which D − O changes sign",
        source: "L. Walras, \"Éléments d'économie politique pure\", 1874",
        /// How far up an interval of clearing prices the price is.
        position: f64 = 0.5, within 0.0..=1.0;
        /// Who is served of those at the marginal limit.
        rationing: AnyRationing = AnyRationing::Proportional(Proportional {});
    }
}

impl Clearing for Clear {
    fn settle(&self, orders: &StepOrders<'_>, setting: &Setting, venue: &mut Venue) -> Result<Settled, Unpayable> {
        let side: Vec<i8> = (0..orders.len()).map(|row| orders.taking_part(row)).collect();
        let limit: Vec<i64> = orders.limit.iter().map(|&limit| key(limit)).collect();
        let columns = Columns { side: &side, quantity: orders.size, limit: &limit };
        let crossing = columns.cross();
        let called = match crossing.limits {
            Some(_) => self.called(&columns, &crossing),
            // Orders without a limit, if any, trade at the price that stands.
            None => venue.price.is_finite().then(|| {
                let price = key(venue.price.max(0.0));
                let depth = Depth { price, demand: crossing.market_demand, supply: crossing.market_supply };
                Called { depth, margin: price }
            }),
        };
        let Some(called) = called.filter(|called| called.depth.volume() > 0) else {
            let [depth, _] = columns.depths([key(venue.price.max(0.0)); 2]);
            let filled = vec![0; orders.len()];
            return Settled::at(orders, setting, venue.price, (depth.demand, depth.supply), filled);
        };
        let filled = fill(&columns, &called, |rows, available, filled| {
            orders.ration(&*self.rationing, rows, available, filled);
        });
        let sides = (called.depth.demand, called.depth.supply);
        let settled = Settled::at(orders, setting, number(called.depth.price), sides, filled)?;
        venue.price = settled.price;
        Ok(settled)
    }
}

impl Clear {
    /// The price, and what is bid and asked at it.
    fn called(&self, columns: &Columns<'_>, crossing: &Crossing) -> Option<Called> {
        let at_limit = |depth: Depth| Some(Called { depth, margin: depth.price });
        let (below, above) = match (crossing.below, crossing.above) {
            (Some(below), Some(above)) => (below, above),
            (one, other) => return one.or(other).and_then(at_limit),
        };
        let (low, high) = if below.excess() == 0 {
            closure(columns, (crossing.from.unwrap_or(above.price), crossing.to.unwrap_or(below.price)))
        } else {
            match below.volume().cmp(&above.volume()) {
                // One jumps past the other: at the limit where more trades.
                std::cmp::Ordering::Greater => return at_limit(below),
                std::cmp::Ordering::Less => return at_limit(above),
                // Nothing is left over between the two.
                std::cmp::Ordering::Equal => (below.price, above.price),
            }
        };
        let (bottom, top) = (number(low), number(high));
        let price = key((bottom + self.position * (top - bottom)).clamp(bottom, top));
        let [depth, _] = columns.depths([price; 2]);
        at_limit(depth)
    }
}

/// An interval of prices with the limits that bound it from outside, one unit of the last place away: a buyer who is left
/// out just below it, a seller just above. A limit on the interval's own end bounds it there.
fn closure(columns: &Columns<'_>, (from, to): (i64, i64)) -> (i64, i64) {
    let stands = |side: i8, limit: i64| {
        columns.side.iter().zip(columns.limit).any(|(&other, &at)| other.signum() == side && at == limit)
    };
    let lower = if !stands(Side::SELL, from) && stands(Side::BUY, from - 1) { from - 1 } else { from };
    let higher = if !stands(Side::BUY, to) && stands(Side::SELL, to + 1) { to + 1 } else { to };
    (lower, higher)
}

/// A number that is ordered as the limit is: positive doubles are ordered as their bits.
fn key(limit: f64) -> i64 {
    match limit {
        f64::INFINITY => i64::MAX,
        f64::NEG_INFINITY => i64::MIN,
        // The bits of −0 would come before everything.
        limit => (limit + 0.0).to_bits().cast_signed(),
    }
}

/// The limit of a key.
fn number(key: i64) -> f64 {
    f64::from_bits(key.cast_unsigned())
}
