//! What a mechanism promises, and what it is known to fail at, as data.
//!
//! `tests/auction_laws.rs` holds every entry to both: a promise must survive random cases with random misreports, and
//! a declared weakness must be found. Promises are about traders with private values who end the better the more
//! `value · filled − paid` they have, and about one step alone, without collusion.

/// What a mechanism promises. Myerson and Satterthwaite (1983): for two sides no mechanism has efficiency,
/// truthfulness, individual rationality and a balanced budget together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Properties {
    /// Who bids the true value never ends worse off than without taking part (up to the rounding of one payment).
    pub individually_rational: bool,
    /// Where the money goes.
    pub budget: Budget,
    /// For whom bidding the true value is a dominant strategy: best whatever the others do.
    pub truthful: Truthful,
    /// When bids are true values, the units end with those who value them most.
    pub efficient: bool,
    /// What bidders gain by.
    pub weaknesses: &'static [Weakness],
}

/// Where the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// Bidders pay, the one seller receives everything.
    Seller,
    /// Buyers pay what sellers receive; the venue keeps only what rounding leaves, less than an atom for each row.
    Balanced,
    /// Buyers may pay more than sellers receive, never less; the venue keeps the difference.
    Surplus,
}

/// For whom truth is a dominant strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truthful {
    /// For nobody.
    Nobody,
    /// For buyers of one unit.
    Buyers,
    /// For sellers of one unit.
    Sellers,
    /// For everyone who wants or has one unit.
    UnitDemand,
    /// For everyone, whatever many units they want at falling values.
    Everyone,
}

/// A way in which bidders gain by not bidding their value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// A buyer gains by bidding less than the value, or a seller by asking more than the cost.
    Shading,
    /// A buyer of several units gains by bidding less for the last of them, so that the others become cheaper.
    DemandReduction,
    /// A buyer gains by bidding more than the value.
    Exaggeration,
}

impl Properties {
    /// An auction by one seller in which everyone pays as bid and therefore bids less than the value.
    pub(super) const PAY_YOUR_BID: Self = Self {
        individually_rational: true,
        budget: Budget::Seller,
        truthful: Truthful::Nobody,
        efficient: true,
        weaknesses: &[Weakness::Shading],
    };
}
