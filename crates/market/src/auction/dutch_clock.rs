//! The Dutch clock.

use walras_catalog::entry;

use super::{Auction, Bids, Conditions, Outcome, Properties, Refusal};

entry! {
    /// A clock falls from its start, one step after another, until somebody stops it and pays what it shows.
    ///
    /// A bid is the price at which its bidder stops the clock. Who stops it first learns nothing of the others, so this
    /// is the first-price auction with bids rounded down to the clock's steps. The lot is unsold when the clock
    /// passes the reserve. Of those who stop it at the same step the first to arrive wins.
    pub struct DutchClock = "dutch_clock" {
        formula: "c_k = start − k·step;  the first c_k ≤ max b_i wins at c_k",
        source: "W. Vickrey, \"Counterspeculation, auctions, and competitive sealed tenders\", Journal of Finance 16(1), 1961",
        /// What the clock shows at first.
        start: i64, within -1e15..=1e15, unit "tick";
        /// How far it falls at once.
        step: i64 = 1, within 1.0..=1e15, unit "tick";
    }
}

impl DutchClock {
    /// With steps of one tick, and a start that nobody outbids.
    pub const PROPERTIES: Properties = Properties::PAY_YOUR_BID;

    /// What the clock shows when a bidder who waits for `limit` stops it; `None` when it never falls so far.
    fn stops(&self, limit: i64, reserve: i64) -> Option<i64> {
        let below = self.start - limit.min(self.start);
        let shown = self.start
            - i64::try_from((i128::from(below) + i128::from(self.step) - 1) / i128::from(self.step))
                .ok()?
                .checked_mul(self.step)?;
        (shown >= reserve).then_some(shown)
    }
}

impl Auction for DutchClock {
    fn properties(&self) -> Properties {
        // Coarse steps treat different bids alike, and the earlier wins.
        Properties { efficient: self.step == 1, ..Self::PROPERTIES }
    }

    fn hold(&self, bids: &Bids<'_>, conditions: &Conditions) -> Result<Outcome, Refusal> {
        let rows = bids.bidders_for_the_lot(conditions)?;
        let Some(&best) = rows.first() else { return Ok(Outcome::nothing(bids.len())) };
        let Some(shown) = self.stops(bids.limit[best as usize], conditions.reserve) else {
            return Ok(Outcome::nothing(bids.len()));
        };
        let among = rows.iter().copied().take_while(|&row| bids.limit[row as usize] >= shown);
        let winner = among.min_by_key(|&row| (bids.arrival[row as usize], row)).unwrap_or(best);
        Outcome::lot(bids, conditions, winner, shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From 100 by 7: 100, 93, 86, 79, …
    #[test]
    fn a_bid_stops_the_clock_at_the_next_step_down() {
        let clock = DutchClock { start: 100, step: 7 };
        assert_eq!(clock.stops(120, 0), Some(100));
        assert_eq!(clock.stops(93, 0), Some(93));
        assert_eq!(clock.stops(92, 0), Some(86));
        assert_eq!(clock.stops(92, 87), None);
        assert_eq!(clock.stops(-3, -10), Some(-5));
    }
}
