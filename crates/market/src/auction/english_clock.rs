//! The English clock.

use walras_catalog::entry;

use super::{Auction, Bids, Budget, Conditions, Outcome, Properties, Refusal, Truthful, Weakness};

entry! {
    /// A clock rises from the reserve, one step after another; bidders leave for good, and the last one there wins.
    ///
    /// A bid is the price up to which its bidder stays. The winner pays what the clock showed when the last rival was
    /// still there, which with steps of one tick is the second highest bid: the second-price auction. Where several
    /// leave together and nobody is left, the first to arrive wins at the price that all of them still stood.
    /// With coarser steps a bidder may gain by less than one step from staying longer than the value says.
    pub struct EnglishClock = "english_clock" {
        formula: "c_k = reserve + k·step;  price = the last c_k at which two or more stay, or the reserve",
        source: "P. R. Milgrom and R. J. Weber, \"A theory of auctions and competitive bidding\", Econometrica 50(5), 1982",
        /// How far the clock rises at once.
        step: i64 = 1, within 1.0..=1e15, unit "tick";
    }
}

impl EnglishClock {
    /// With steps of one tick.
    pub const PROPERTIES: Properties = Properties {
        individually_rational: true,
        budget: Budget::Seller,
        truthful: Truthful::UnitDemand,
        efficient: true,
        weaknesses: &[],
    };

    /// With coarser steps.
    pub const COARSE: Properties = Properties {
        truthful: Truthful::Nobody,
        efficient: false,
        weaknesses: &[Weakness::Exaggeration],
        ..Self::PROPERTIES
    };
}

impl Auction for EnglishClock {
    fn properties(&self) -> Properties {
        if self.step == 1 { Self::PROPERTIES } else { Self::COARSE }
    }

    fn hold(&self, bids: &Bids<'_>, conditions: &Conditions) -> Result<Outcome, Refusal> {
        let rows = bids.bidders_for_the_lot(conditions)?;
        let Some(&best) = rows.first() else { return Ok(Outcome::nothing(bids.len())) };
        // The last step of the clock that a bidder with this limit stays for.
        let last = |row: u32| {
            let above = i128::from(bids.limit[row as usize]) - i128::from(conditions.reserve);
            (i128::from(conditions.reserve) + above - above % i128::from(self.step)) as i64
        };
        let price = rows.get(1).map_or(conditions.reserve, |&row| last(row));
        let leave_last = rows.iter().copied().take_while(|&row| last(row) == last(best));
        let winner = leave_last.min_by_key(|&row| (bids.arrival[row as usize], row)).unwrap_or(best);
        Outcome::lot(bids, conditions, winner, price)
    }
}
