//! The call auction.

use walras_catalog::{choice, entry};
use walras_ledger::Atoms;

use super::crossing::{Columns, Crossing, Depth};
use super::{Auction, Bids, Budget, Conditions, Margin, Outcome, Price, Properties, Refusal, Truthful, Weakness};

choice! {
    /// The prices a call auction may choose.
    pub enum Candidates {
        /// The orders' own limits, and the reference price where it lies between two of them that are otherwise equal.
        Limits = "limits",
        /// Every tick.
        Ticks = "ticks",
    }
}

entry! {
    /// Orders are collected and trade at one price: at which most trades; then at which least is left over; then, where
    /// buyers are left over at all such prices, the highest, where sellers are, the lowest; then the one nearest to the
    /// reference price, or without a reference the middle, rounded down.
    ///
    /// Orders without a limit trade first, then better limits before worse. Who is served at the marginal limit is
    /// `margin`. Between two limits nobody's mind changes, so it matters little which prices are candidates: only where
    /// just as much trades between two limits as at them, and nothing is left over, does every tick differ from the
    /// orders' own limits. With no limit on either side the price is the reference; without one nothing trades.
    pub struct CallAuction = "call" {
        formula: "P = argmax min(D(p), S(p)), then argmin |D(p) − S(p)|, then pressure, then argmin |p − reference|",
        source: "Deutsche Börse, \"Xetra market model equities\", auctions",
        /// Who is served at the marginal limit.
        margin: Margin = Margin::Time;
        /// Which prices may be chosen.
        candidates: Candidates = Candidates::Limits;
    }
}

/// The price of a call auction and what trades at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Called {
    /// The price in ticks, with what is bid and asked at it.
    pub depth: Depth,
    /// The limit of those of the longer side who may be left with a part. Mostly the price itself.
    pub margin: i64,
}

impl CallAuction {
    /// Efficient at true limits, but its price can be moved: by bidding less, and, where the rules choose among prices
    /// that are otherwise equal, by bidding more.
    pub const PROPERTIES: Properties = Properties {
        individually_rational: true,
        budget: Budget::Balanced,
        truthful: Truthful::Nobody,
        efficient: true,
        weaknesses: &[Weakness::Shading, Weakness::DemandReduction, Weakness::Exaggeration],
    };

    /// The price; `None` when nothing trades.
    #[must_use]
    pub fn price(&self, bids: &Bids<'_>, reference: Option<i64>) -> Option<Called> {
        let columns = Columns { side: bids.side, quantity: bids.quantity, limit: bids.limit };
        let crossing = columns.cross();
        choose(&columns, &crossing, self.candidates, reference).filter(|called| called.depth.volume() > 0)
    }

    /// What each row is filled at that price.
    #[must_use]
    pub fn fill(&self, bids: &Bids<'_>, called: &Called) -> Vec<Atoms> {
        let columns = Columns { side: bids.side, quantity: bids.quantity, limit: bids.limit };
        fill(&columns, called, |rows, available, filled| self.margin.share(bids, rows, available, filled))
    }
}

/// What each row is filled: those whom the price suits in full, and of the longer side those at the margin what `share`
/// gives them of what is left.
pub(crate) fn fill(columns: &Columns<'_>, called: &Called, share: impl Fn(&[u32], i128, &mut [Atoms])) -> Vec<Atoms> {
    let Columns { side: sides, quantity: quantities, limit: limits } = *columns;
    let mut filled = vec![0; sides.len()];
    let Depth { price, demand, supply } = called.depth;
    let volume = called.depth.volume();
    let longer = demand.cmp(&supply) as i8;
    // Orders of the longer side that come before those at the margin.
    let (mut ahead, mut margin, mut unlimited) = (0_i128, Vec::new(), Vec::new());
    let rows = filled.iter_mut().zip(sides).zip(quantities).zip(limits).enumerate();
    for (row, (((slot, &side), &quantity), &limit)) in rows {
        // Sides and limits are as good as random to the processor, so nothing here branches on them but what is rare.
        let suits = ((side > 0) & (limit >= price)) | ((side < 0) & (limit <= price));
        *slot = if suits { quantity } else { 0 };
        let counts = suits & (side.signum() == longer);
        ahead += i128::from(if counts { quantity } else { 0 });
        if counts & ((limit == called.margin) | (limit == i64::MAX) | (limit == i64::MIN)) {
            if limit == called.margin {
                ahead -= i128::from(quantity);
                margin.push(row as u32);
            } else {
                unlimited.push(row as u32);
            }
        }
    }
    if longer != 0 && ahead <= volume {
        share(&margin, volume - ahead, &mut filled);
    } else if longer != 0 {
        // Only orders without a limit can be more than the other side has: were a better limit left over, the price
        // would be that limit.
        for &row in &margin {
            filled[row as usize] = 0;
        }
        let limited = ahead - unlimited.iter().map(|&row| i128::from(quantities[row as usize])).sum::<i128>();
        debug_assert!(limited == 0, "a limit better than the price is served in full");
        share(&unlimited, volume - limited, &mut filled);
    }
    filled
}

impl Auction for CallAuction {
    fn properties(&self) -> Properties {
        Self::PROPERTIES
    }

    fn hold(&self, bids: &Bids<'_>, conditions: &Conditions) -> Result<Outcome, Refusal> {
        bids.check(true)?;
        let Some(called) = self.price(bids, conditions.reference) else { return Ok(Outcome::nothing(bids.len())) };
        let (price, tick) = (Price::ticks(called.depth.price), conditions.tick);
        let filled = self.fill(bids, &called);
        let mut paid = vec![0; filled.len()];
        for ((slot, &quantity), &side) in paid.iter_mut().zip(&filled).zip(bids.side) {
            *slot = tick.signed(price, quantity, side).ok_or(Refusal::TooMuch)?;
        }
        Ok(Outcome { filled, paid, price: Some(price) })
    }
}

/// The price by volume, surplus, pressure and reference, in this order.
pub(crate) fn choose(
    columns: &Columns<'_>,
    crossing: &Crossing,
    candidates: Candidates,
    reference: Option<i64>,
) -> Option<Called> {
    let called = |depth: Depth| Some(Called { depth, margin: depth.price });
    let Some((lowest, highest)) = crossing.limits else {
        let market = |price| Depth { price, demand: crossing.market_demand, supply: crossing.market_supply };
        return reference.and_then(|price| called(market(price)));
    };
    let (below, above) = match (crossing.below, crossing.above) {
        (Some(below), Some(above)) => (below, above),
        (Some(one), None) | (None, Some(one)) => return called(one),
        (None, None) => return None,
    };
    if below.excess() == 0 {
        // Nothing is left over from `above` to `below`, and, on every tick, somewhat beyond.
        let range = match candidates {
            Candidates::Limits => (above.price, below.price),
            Candidates::Ticks => ticks(crossing, lowest, highest, reference.is_some()),
        };
        return called(Depth { price: nearest(range, reference), ..below });
    }
    let tied = below.volume() == above.volume();
    if tied && candidates == Candidates::Ticks && above.price - below.price > 1 {
        // In between as much trades, and nothing is left over.
        let price = nearest((below.price + 1, above.price - 1), reference);
        return called(Depth { price, demand: above.demand, supply: below.supply });
    }
    match (below.volume().cmp(&above.volume()), below.excess().cmp(&-above.excess())) {
        (std::cmp::Ordering::Greater, _) | (std::cmp::Ordering::Equal, std::cmp::Ordering::Less) => called(below),
        (std::cmp::Ordering::Less, _) | (std::cmp::Ordering::Equal, std::cmp::Ordering::Greater) => called(above),
        _ => {
            let range = (spread(columns, &below, candidates, false), spread(columns, &above, candidates, true));
            let price = nearest(range, reference);
            let (depth, margin) = match price {
                _ if price <= below.price => (Depth { price, ..below }, below.price),
                _ if price >= above.price => (Depth { price, ..above }, above.price),
                _ => (Depth { price, demand: above.demand, supply: below.supply }, price),
            };
            Some(Called { depth, margin })
        }
    }
}

/// The ticks at which demand equals supply. They have no end where no order stands beyond them.
fn ticks(crossing: &Crossing, lowest: i64, highest: i64, bounded: bool) -> (i64, i64) {
    let from = crossing.from.unwrap_or(lowest);
    let to = crossing.to.unwrap_or(highest);
    let (open_below, open_above) =
        (crossing.demand == crossing.market_supply, crossing.supply == crossing.market_demand);
    let from = if bounded && open_below && from == lowest { i64::MIN + 1 } else { from };
    let to = if bounded && open_above && to == highest { i64::MAX - 1 } else { to };
    (from, to)
}

/// How far from `at`, away from the crossing, prices are equal to it in all but the price.
fn spread(columns: &Columns<'_>, at: &Depth, candidates: Candidates, upwards: bool) -> i64 {
    let (lower, higher) = columns.neighbours(at.price);
    let Some(next) = (if upwards { higher } else { lower }) else { return at.price };
    let [depth, _] = columns.depths([next, next]);
    let step = if upwards { -1 } else { 1 };
    if (depth.demand, depth.supply) == (at.demand, at.supply) {
        next
    } else if candidates == Candidates::Ticks && between(columns, at, next + step) {
        next + step
    } else {
        at.price
    }
}

/// Whether as much is bid and asked at `price` as at `at`.
fn between(columns: &Columns<'_>, at: &Depth, price: i64) -> bool {
    let [depth, _] = columns.depths([price, price]);
    (depth.demand, depth.supply) == (at.demand, at.supply)
}

/// The price of `range` nearest to the reference, or else the middle, rounded down.
fn nearest((low, high): (i64, i64), reference: Option<i64>) -> i64 {
    match reference {
        Some(reference) => reference.clamp(low, high),
        None => (i128::from(low) + i128::from(high)).div_euclid(2) as i64,
    }
}
