//! Pools: markets that quote from what they hold.
//!
//! A [`Design`] is an entry: a mechanism and its parameters. [`Design::open`] puts a first deposit into it and gives a
//! [`Pool`], which quotes, swaps and takes and returns liquidity in whole atoms. Each mechanism is one file; what
//! those that hold reserves share is in [`reserves`], what pools take is in [`fee`]. All of them meet the same laws,
//! tested over every entry in `tests/pool_laws.rs`.
//!
//! Whatever is rounded is rounded in favour of the pool; the direction is written at the call.

pub mod concentrated;
pub mod constant_product;
mod constant_sum;
pub mod fee;
pub mod fixed_point;
pub mod launch;
pub mod lmsr;
pub mod order;
pub mod reserves;
mod share;
pub mod stable;
mod state;
pub mod weighted;
pub mod wide;

use std::fmt::Debug;

use walras_catalog::{Problem, entries};
use walras_ledger::Atoms;
use walras_numerics::{StateError, StateVisitor};

pub use concentrated::ConcentratedLiquidity;
pub use constant_product::ConstantProduct;
pub use constant_sum::ConstantSum;
pub use launch::Launch;
pub use lmsr::Lmsr;
pub use order::{Amount, Order, Refusal, Swap};
pub use share::Fraction;
pub use stable::StableSwap;
pub use weighted::Weighted;

/// A mechanism with its parameters, before anything is in it.
pub trait Design: Debug + Send + Sync {
    /// How many assets it trades when it opens with `deposits` of them.
    fn assets(&self, deposits: usize) -> usize {
        deposits
    }

    /// Opens a pool with the first deposit, in atoms of each asset. [`Pool::balances`] says afterwards what it took.
    ///
    /// # Errors
    /// When the deposit is empty or too small, has another number of assets than the mechanism, or does not fit it.
    fn open(&self, deposits: &[Atoms]) -> Result<Box<dyn Pool>, Problem>;
}

/// A pool that is open, its assets numbered as in its first deposit.
///
/// Amounts are atoms. A pool that trades one token against the numeraire is hosted by [`Pool::cost`] and
/// [`Pool::proceeds`]; what leaves it as [`Swap::protocol_fee`] leaves at once.
pub trait Pool: Debug + Send + Sync {
    /// A copy.
    fn duplicate(&self) -> Box<dyn Pool>;

    /// What is held of each asset; for an asset that the pool itself issues, minus what is out.
    fn balances(&self) -> Vec<Atoms>;

    /// The price of one atom of `of` in atoms of `against`, at the margin and before fees. Zero where there is none.
    fn price(&self, of: usize, against: usize) -> f64;

    /// How much that price rises with an atom of `of` bought from the pool, before fees: the inverse of its depth.
    /// At a corner of the price, the slope beyond it.
    fn slope(&self, of: usize, against: usize) -> f64;

    /// The fee on the next atom that comes in of `from` for `to`, as a share of what comes in.
    fn fee_share(&self, from: usize, to: usize) -> f64;

    /// What `amount` of `from`, fee included, gets of `to`. Out is rounded down.
    ///
    /// # Errors
    /// When the amount is not above zero, or the pool cannot serve it.
    fn amount_out(&self, from: usize, to: usize, amount: Atoms) -> Result<Swap, Refusal>;

    /// What `amount` of `to` takes of `from`, fee included. In is rounded up.
    ///
    /// # Errors
    /// When the amount is not above zero, or the pool cannot serve it.
    fn amount_in(&self, from: usize, to: usize, amount: Atoms) -> Result<Swap, Refusal>;

    /// Does what a quote of this very pool in this very state says.
    fn settle(&mut self, swap: &Swap);

    /// Carries out `order`, or refuses it whole.
    ///
    /// # Errors
    /// As the quote, or when the order's limit is not met or nothing would go out: then nothing changes.
    fn swap(&mut self, order: &Order) -> Result<Swap, Refusal> {
        let swap = match order.amount {
            Amount::In(amount) => self.amount_out(order.from, order.to, amount)?,
            Amount::Out(amount) => self.amount_in(order.from, order.to, amount)?,
        };
        if swap.received == 0 {
            return Err(Refusal::BadAmount);
        }
        if !order.accepts(&swap) {
            return Err(Refusal::LimitNotReached);
        }
        self.settle(&swap);
        Ok(swap)
    }

    /// Carries out `order` as far as the price of `order.to` in `order.from` stays at or below `price`, the fee apart.
    ///
    /// # Errors
    /// [`Refusal::NotOffered`] by pools that fill orders whole; otherwise as [`Pool::swap`].
    fn swap_up_to(&mut self, _order: &Order, _price: f64) -> Result<Swap, Refusal> {
        Err(Refusal::NotOffered)
    }

    /// What exactly `tokens` of `token` cost in `numeraire`.
    ///
    /// # Errors
    /// As [`Pool::amount_in`].
    fn cost(&self, token: usize, numeraire: usize, tokens: Atoms) -> Result<Swap, Refusal> {
        self.amount_in(numeraire, token, tokens)
    }

    /// What exactly `tokens` of `token` return in `numeraire`.
    ///
    /// # Errors
    /// As [`Pool::amount_out`].
    fn proceeds(&self, token: usize, numeraire: usize, tokens: Atoms) -> Result<Swap, Refusal> {
        self.amount_out(token, numeraire, tokens)
    }

    /// Shares in the pool that are out, those burnt at the opening and the protocol's included.
    fn shares(&self) -> Atoms {
        0
    }

    /// Adds liquidity in proportion to what is held, as much as `most` of each asset allows.
    ///
    /// # Errors
    /// [`Refusal::NotOffered`] by pools without shares; when the deposit is not worth a share.
    fn add(&mut self, _most: &[Atoms]) -> Result<Added, Refusal> {
        Err(Refusal::NotOffered)
    }

    /// Adds just `deposit`, in whatever proportion; what exceeds the proportion pays the fee of a swap.
    ///
    /// # Errors
    /// As [`Pool::add`].
    fn add_unbalanced(&mut self, _deposit: &[Atoms]) -> Result<Added, Refusal> {
        Err(Refusal::NotOffered)
    }

    /// Takes out what `shares` are worth, in proportion, rounded down.
    ///
    /// # Errors
    /// [`Refusal::NotOffered`] by pools without shares; when so many are not out.
    fn remove(&mut self, _shares: Atoms) -> Result<Vec<Atoms>, Refusal> {
        Err(Refusal::NotOffered)
    }

    /// Takes out what `shares` are worth in one `asset`, less the fee of a swap on what exceeds the proportion.
    ///
    /// # Errors
    /// As [`Pool::remove`].
    fn remove_single(&mut self, _shares: Atoms, _asset: usize) -> Result<Atoms, Refusal> {
        Err(Refusal::NotOffered)
    }

    /// Adds liquidity over the ticks from `lower` to `upper`, as much as `most` allows.
    ///
    /// # Errors
    /// [`Refusal::NotOffered`] by pools without ranges; when the range or the deposit is not acceptable.
    fn add_range(&mut self, _lower: i32, _upper: i32, _most: [Atoms; 2]) -> Result<Ranged, Refusal> {
        Err(Refusal::NotOffered)
    }

    /// Takes `liquidity` out of a position; what that frees is owed to it.
    ///
    /// # Errors
    /// [`Refusal::NotOffered`] by pools without ranges; when there is no such position or it has less.
    fn remove_range(&mut self, _position: u64, _liquidity: u128) -> Result<(), Refusal> {
        Err(Refusal::NotOffered)
    }

    /// Pays out what is owed to a position: fees, and what was taken out.
    ///
    /// # Errors
    /// [`Refusal::NotOffered`] by pools without ranges; when there is no such position.
    fn collect(&mut self, _position: u64) -> Result<[Atoms; 2], Refusal> {
        Err(Refusal::NotOffered)
    }

    /// The logarithm of what no trade lowers: √(xy), Σ r x, Π x^w, D or √(liquidity²); the maker's worst result for LMSR.
    fn invariant(&self) -> f64;

    /// Ends trading for good: asset number `outcome` came true. Every atom of it that is out is paid one atom of money, every
    /// other atom nothing, and all are taken back; gives the money paid in all.
    ///
    /// # Errors
    /// [`Refusal::NotOffered`] by pools that sell no outcomes; [`Refusal::NoSuchAsset`]; [`Refusal::Closed`] the second
    /// time.
    fn resolve(&mut self, _outcome: usize) -> Result<Atoms, Refusal> {
        Err(Refusal::NotOffered)
    }

    /// The asset that came true, where that is known.
    fn resolved(&self) -> Option<usize> {
        None
    }

    /// Begins a step: volumes start at zero, and dynamic fees see the price.
    fn begin_step(&mut self);

    /// Visits all state, in order.
    ///
    /// # Errors
    /// As the visitor's; when what is loaded does not fit this pool.
    fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError>;
}

impl Clone for Box<dyn Pool> {
    fn clone(&self) -> Self {
        self.duplicate()
    }
}

/// What adding liquidity came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// Shares for the provider.
    pub shares: Atoms,
    /// What was taken of each asset.
    pub taken: Vec<Atoms>,
}

/// What adding liquidity over a range came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranged {
    /// The position's id.
    pub position: u64,
    /// Its liquidity.
    pub liquidity: u128,
    /// What was taken of each asset.
    pub taken: [Atoms; 2],
}

entries! {
    /// Any pool.
    pub enum AnyPool: dyn Design = "pool" {
        ConstantProduct(ConstantProduct),
        ConstantSum(ConstantSum),
        Weighted(Weighted),
        StableSwap(StableSwap),
        ConcentratedLiquidity(ConcentratedLiquidity),
        Lmsr(Lmsr),
        Launch(Launch),
    }
}

/// A problem with the first deposit.
fn refused(message: impl Into<String>) -> Problem {
    Problem::nowhere(message)
}

/// Checks that there are as many deposits as `count` allows, each above zero.
fn check_deposits(deposits: &[Atoms], count: std::ops::RangeInclusive<usize>) -> Result<(), Problem> {
    if !count.contains(&deposits.len()) {
        let (low, high) = (count.start(), count.end());
        let wanted = if low == high { format!("{low}") } else { format!("{low} to {high}") };
        return Err(refused(format!("the pool opens with {} assets: it takes {wanted}", deposits.len())));
    }
    match deposits.iter().position(|&deposit| deposit <= 0) {
        Some(asset) => Err(refused(format!("the pool opens with {} of asset {asset}: it needs some", deposits[asset]))),
        None => Ok(()),
    }
}
