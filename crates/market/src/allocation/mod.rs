//! Who gets how much of a capacity that is not enough for all, in whole atoms.
//!
//! - [`Offer`], [`Requests`] → [`Allocation::allocate`] → [`Grants`]
//! - without money: [`EqualShare`], [`Proportional`], [`MaxMin`], [`ProportionalFairness`], [`StrictPriority`],
//!   [`Lottery`], [`FirstComeFirstServed`]
//! - for money: [`UniformPrice`], [`PayAsBid`], [`VickreyClarkeGroves`], [`PostedPrice`]
//! - [`joint`]: several capacities at once
//! - [`leases`]: capacity for several steps
//! - [`Quota`]: a limit for each, under any of them
//!
//! Each states its [`Properties`] as data, and `tests/allocation_laws.rs` holds every entry to them.

mod arrival;
mod equal_share;
mod fill;
pub mod joint;
pub mod leases;
mod level;
mod lottery;
mod max_min;
mod outcome;
mod pay_as_bid;
mod posted_price;
mod priority;
mod properties;
mod proportional;
mod proportional_fairness;
mod quota;
mod refusal;
mod requests;
mod sale;
mod serve;
mod uniform_price;
mod vickrey_clarke_groves;
mod whole_units;

use std::fmt::Debug;

use walras_catalog::entries;

pub use arrival::FirstComeFirstServed;
pub use equal_share::EqualShare;
pub use lottery::Lottery;
pub use max_min::MaxMin;
pub use outcome::{Grants, Scratch};
pub use pay_as_bid::PayAsBid;
pub use posted_price::{PostedPrice, Rationing};
pub use priority::StrictPriority;
pub use properties::{Kept, Properties};
pub use proportional::Proportional;
pub use proportional_fairness::ProportionalFairness;
pub use quota::Quota;
pub use refusal::Refusal;
pub use requests::{Asked, Offer, Requests};
pub use uniform_price::UniformPrice;
pub use vickrey_clarke_groves::VickreyClarkeGroves;

use crate::clearing::Venue;

/// A rule that shares one capacity.
pub trait Allocation: Debug + Send + Sync {
    /// What it promises.
    fn properties(&self) -> Properties;

    /// Writes every slot of `grants`, from requests that are checked and held to their quotas. Called by
    /// [`Allocation::allocate`].
    ///
    /// # Errors
    /// When a column that the rule reads is missing or a payment does not fit.
    fn share(
        &self,
        asked: &Asked<'_>,
        venue: &mut Venue,
        scratch: &mut Scratch,
        grants: &mut Grants,
    ) -> Result<(), Refusal>;

    /// What those who are granted something pay for it.
    fn charges(&self) -> Charge {
        Charge::Nothing
    }

    /// How many numbers [`Venue::memory`] holds, all zero at first.
    fn memory(&self) -> usize {
        0
    }

    /// Shares what is offered among the requests. A function of its arguments alone: ties go by row.
    ///
    /// `venue` is read and moved by rules with a posted price alone. `scratch` and `grants` are filled anew; given
    /// again, they spare the memory.
    ///
    /// # Errors
    /// When a column is too short, missing or out of range, or a payment does not fit; then nobody gets anything and
    /// the venue stays as it was.
    fn allocate(
        &self,
        offer: &Offer,
        requests: &Requests<'_>,
        venue: &mut Venue,
        scratch: &mut Scratch,
        grants: &mut Grants,
    ) -> Result<(), Refusal> {
        // Taken out, so that what it holds can be read while the rest is written.
        let mut held = std::mem::take(&mut scratch.held);
        let result = requests.checked(offer, &mut held).and_then(|asked| {
            grants.ready(asked.requests.len());
            self.share(&asked, venue, scratch, grants)
        });
        scratch.held = held;
        if result.is_err() {
            grants.nothing(requests.len());
        }
        result
    }
}

/// What is paid for what is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charge {
    /// Nothing.
    Nothing,
    /// A price that is known before anybody asks.
    Posted,
    /// At most what was bid.
    Bids,
}

entries! {
    /// Any rule that shares one capacity.
    pub enum AnyAllocation: dyn Allocation = "allocation" {
        EqualShare(EqualShare),
        Proportional(Proportional),
        MaxMin(MaxMin),
        ProportionalFairness(ProportionalFairness),
        StrictPriority(StrictPriority),
        Lottery(Lottery),
        FirstComeFirstServed(FirstComeFirstServed),
        UniformPrice(UniformPrice),
        PayAsBid(PayAsBid),
        VickreyClarkeGroves(VickreyClarkeGroves),
        PostedPrice(PostedPrice),
    }
}
