//! What is asked of a pool, and what came of it.

use walras_ledger::Atoms;

use crate::order::Rejection;

/// Which side of a swap is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// So much comes in, fee included.
    In(Atoms),
    /// So much goes out.
    Out(Atoms),
}

/// An order to swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The asset that comes in.
    pub from: usize,
    /// The asset that goes out.
    pub to: usize,
    /// How much.
    pub amount: Amount,
    /// The least that may go out for an amount in, the most that may come in for an amount out.
    pub limit: Option<Atoms>,
}

impl Order {
    /// Swaps `amount` of `from` at whatever price.
    #[must_use]
    pub fn exact_in(from: usize, to: usize, amount: Atoms) -> Self {
        Self { from, to, amount: Amount::In(amount), limit: None }
    }

    /// Swaps for `amount` of `to` at whatever price.
    #[must_use]
    pub fn exact_out(from: usize, to: usize, amount: Atoms) -> Self {
        Self { from, to, amount: Amount::Out(amount), limit: None }
    }

    /// The same with a limit on the other side's amount.
    #[must_use]
    pub fn limited(self, limit: Atoms) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// Whether `swap` is within the limit.
    #[must_use]
    pub fn accepts(&self, swap: &Swap) -> bool {
        match (self.amount, self.limit) {
            (_, None) => true,
            (Amount::In(_), Some(least)) => swap.received >= least,
            (Amount::Out(_), Some(most)) => swap.paid <= most,
        }
    }
}

/// What a swap comes to.
///
/// The pool gains `paid` of `from`, loses `received` of `to`, and loses `protocol_fee` of `fee_asset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swap {
    /// The asset that comes in.
    pub from: usize,
    /// The asset that goes out.
    pub to: usize,
    /// What the trader pays, fee included where it is taken from what comes in.
    pub paid: Atoms,
    /// What the trader receives, less the fee where it is taken from what goes out.
    pub received: Atoms,
    /// Whether it is `received` that was asked for, not `paid` that was given.
    pub exact_out: bool,
    /// The asset in which the fee is taken: `from` or `to`.
    pub fee_asset: usize,
    /// The fee, the protocol's part included.
    pub fee: Atoms,
    /// What of the fee leaves the pool at once.
    pub protocol_fee: Atoms,
}

impl Swap {
    /// What moves as trade on the side that comes in: what is paid, without a fee taken there.
    #[must_use]
    pub fn traded_in(&self) -> Atoms {
        if self.fee_asset == self.from { self.paid - self.fee } else { self.paid }
    }

    /// What moves as trade on the side that goes out, with a fee taken there.
    #[must_use]
    pub fn traded_out(&self) -> Atoms {
        if self.fee_asset == self.from { self.received } else { self.received + self.fee }
    }

    /// How the pool's balance of `asset` changes.
    #[must_use]
    pub fn change(&self, asset: usize) -> Atoms {
        let traded = if asset == self.from {
            self.paid
        } else if asset == self.to {
            -self.received
        } else {
            0
        };
        if asset == self.fee_asset { traded - self.protocol_fee } else { traded }
    }
}

/// Why a pool did not do what it was asked. A value, never a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// An amount that is not above zero, or is worth less than an atom.
    BadAmount,
    /// There is no such asset in the pool, or both sides are the same.
    NoSuchAsset,
    /// The pool holds less, or fewer shares are out.
    NotEnoughHeld,
    /// It would execute worse than its limit.
    LimitNotReached,
    /// An amount would not fit 63 bits, or the pool would be too unbalanced to be computed.
    TooLarge,
    /// A range that is upside down, off the spacing, or beyond the prices there are.
    OutOfRange,
    /// There is no such position.
    NoSuchPosition,
    /// The mechanism does not do that.
    NotOffered,
    /// The pool has closed.
    Closed,
}

impl Refusal {
    /// As the reason in the record of orders.
    #[must_use]
    pub fn rejection(self) -> Rejection {
        match self {
            Self::BadAmount | Self::TooLarge | Self::NoSuchAsset | Self::OutOfRange | Self::NoSuchPosition => {
                Rejection::BadSize
            }
            Self::NotEnoughHeld | Self::LimitNotReached => Rejection::LimitNotReached,
            Self::NotOffered | Self::Closed => Rejection::Halted,
        }
    }
}
