//! The all-pay auction.

use walras_catalog::entry;

use super::{Auction, Bids, Budget, Conditions, Outcome, Price, Properties, Refusal, Truthful, Weakness};

entry! {
    /// Sealed bids for one lot; the highest wins, and everyone pays what they bid: a contest, a war of spending.
    ///
    /// Bids below the reserve are no bids and pay nothing. With two bidders of one known value v the only equilibrium
    /// is to draw the bid uniformly from [0, v], which leaves nothing to either.
    pub struct AllPay = "all_pay" {
        formula: "winner = argmax b_i,  everyone pays b_i",
        source: "M. R. Baye, D. Kovenock and C. G. de Vries, \"The all-pay auction with complete information\", Economic Theory 8, 1996",
    }
}

impl AllPay {
    /// Losers pay too, so taking part can cost.
    pub const PROPERTIES: Properties = Properties {
        individually_rational: false,
        budget: Budget::Seller,
        truthful: Truthful::Nobody,
        efficient: true,
        weaknesses: &[Weakness::Shading, Weakness::Exaggeration],
    };
}

impl Auction for AllPay {
    fn properties(&self) -> Properties {
        Self::PROPERTIES
    }

    fn hold(&self, bids: &Bids<'_>, conditions: &Conditions) -> Result<Outcome, Refusal> {
        let rows = bids.bidders_for_the_lot(conditions)?;
        let mut outcome = Outcome::nothing(bids.len());
        for &row in &rows {
            let price = Price::ticks(bids.limit[row as usize]);
            outcome.award(row, conditions.offered, price, conditions.tick)?;
        }
        // All have paid for the lot; only the first gets it.
        for &row in rows.iter().skip(1) {
            outcome.filled[row as usize] = 0;
        }
        Ok(outcome)
    }
}
