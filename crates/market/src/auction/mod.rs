//! Auctions: bids are collected and settled at once, in whole atoms and ticks.
//!
//! - [`Bids`], [`Conditions`] → [`Auction::hold`] → [`Outcome`]
//! - sales by one seller: first price, second price, all pay, Dutch and English clocks for one lot; uniform price, pay as
//!   bid and Vickrey for many units
//! - buyers and sellers: the call auction, the k-double auction, McAfee's
//! - [`crossing`]: where demand and supply of a million orders cross, without sorting them
//! - [`issuance`]: gradual Dutch auctions, which sell unit after unit as time passes
//!
//! Each states its [`Properties`] as data, and `tests/auction_laws.rs` holds every entry to them.

mod all_pay;
mod bids;
pub mod call;
pub mod crossing;
mod double;
mod dutch_clock;
mod english_clock;
mod first_price;
pub mod issuance;
mod k_double;
mod margin;
mod mcafee;
mod outcome;
mod pay_as_bid;
mod properties;
mod second_price;
mod tick;
mod uniform_price;
mod vickrey;

use std::fmt::Debug;

use walras_catalog::entries;

pub use all_pay::AllPay;
pub use bids::{Bids, Conditions, LIMIT_MAX, MARKET_BUY, MARKET_SELL, Refusal};
pub use call::CallAuction;
pub use dutch_clock::DutchClock;
pub use english_clock::EnglishClock;
pub use first_price::FirstPrice;
pub use k_double::KDouble;
pub use margin::Margin;
pub use mcafee::McAfee;
pub use outcome::Outcome;
pub use pay_as_bid::PayAsBid;
pub use properties::{Budget, Properties, Truthful, Weakness};
pub use second_price::SecondPrice;
pub use tick::{Price, Tick};
pub use uniform_price::{Pricing, UniformPrice};
pub use vickrey::Vickrey;

/// An auction: from bids to who gets how much and who pays how much.
pub trait Auction: Debug + Send + Sync {
    /// What it promises and what it is known to fail at.
    fn properties(&self) -> Properties;

    /// Holds the auction. A function of its arguments alone: ties go by [`Bids::arrival`].
    ///
    /// # Errors
    /// When the bids are not of the form that this auction takes, or a payment does not fit. Then nobody trades.
    fn hold(&self, bids: &Bids<'_>, conditions: &Conditions) -> Result<Outcome, Refusal>;
}

entries! {
    /// Any auction.
    pub enum AnyAuction: dyn Auction = "auction" {
        CallAuction(CallAuction),
        FirstPrice(FirstPrice),
        SecondPrice(SecondPrice),
        UniformPrice(UniformPrice),
        PayAsBid(PayAsBid),
        Vickrey(Vickrey),
        AllPay(AllPay),
        DutchClock(DutchClock),
        EnglishClock(EnglishClock),
        KDouble(KDouble),
        McAfee(McAfee),
    }
}
