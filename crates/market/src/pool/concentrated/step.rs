//! One swap as far as one liquidity reaches: Uniswap v3's SwapMath.

use std::fmt::Debug;
use std::ops::Sub;

use super::sqrt_price::{amount_0, amount_1, price_after_input, price_after_output};
use crate::pool::wide::{U256, mul_div, mul_div_up};

/// Fees are in millionths of what comes in.
pub const PIPS: u32 = 1_000_000;

/// What is left of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remaining<Amount = U256> {
    /// So much may still come in, fee included.
    In(Amount),
    /// So much must still go out.
    Out(Amount),
}

impl<Amount: Copy> Remaining<Amount> {
    /// How much, either way.
    #[inline]
    #[must_use]
    pub fn amount(self) -> Amount {
        match self {
            Self::In(amount) | Self::Out(amount) => amount,
        }
    }

    /// So much, the same way.
    #[inline]
    pub(super) fn with<Other>(self, amount: Other) -> Remaining<Other> {
        match self {
            Self::In(_) => Remaining::In(amount),
            Self::Out(_) => Remaining::Out(amount),
        }
    }
}

/// What one step comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<Price = U256, Amount = U256> {
    /// Where the price stands.
    pub price: Price,
    /// Came in, without the fee; rounded up.
    pub amount_in: Amount,
    /// Went out, rounded down.
    pub amount_out: Amount,
    /// Came in as fee, rounded up.
    pub fee: Amount,
}

/// The whole numbers that a step computes in. Every result is that of the contract's 256 bits, or none where it is too
/// wide for these.
pub(super) trait Arithmetic {
    /// A √price in units of 2⁻⁹⁶.
    type Price: Copy + Ord + Debug;
    /// An amount.
    type Amount: Copy + Ord + Debug + Default + Sub<Output = Self::Amount>;

    fn price(price: U256) -> Option<Self::Price>;
    fn amount(amount: U256) -> Option<Self::Amount>;
    fn wide_price(price: Self::Price) -> U256;
    fn wide_amount(amount: Self::Amount) -> U256;
    fn sum(a: Self::Amount, b: Self::Amount) -> Option<Self::Amount>;
    /// amount·numerator/denominator, rounded `up` or down.
    fn part(amount: Self::Amount, numerator: u32, denominator: u32, up: bool) -> Option<Self::Amount>;
    /// As [`amount_0`].
    fn amount_0(a: Self::Price, b: Self::Price, liquidity: u128, up: bool) -> Option<Self::Amount>;
    /// As [`amount_1`].
    fn amount_1(a: Self::Price, b: Self::Price, liquidity: u128, up: bool) -> Option<Self::Amount>;
    /// As [`price_after_input`].
    fn after_input(
        price: Self::Price,
        liquidity: u128,
        amount: Self::Amount,
        zero_for_one: bool,
    ) -> Option<Self::Price>;
    /// As [`price_after_output`].
    fn after_output(
        price: Self::Price,
        liquidity: u128,
        amount: Self::Amount,
        zero_for_one: bool,
    ) -> Option<Self::Price>;
    /// `growth` and ⌊fee·2¹²⁸/liquidity⌋ of a liquidity above zero, modulo 2²⁵⁶.
    fn grown(growth: U256, fee: Self::Amount, liquidity: u128) -> Option<U256>;
}

/// The contract's 256 bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wide;

impl Arithmetic for Wide {
    type Price = U256;
    type Amount = U256;

    fn price(price: U256) -> Option<U256> {
        Some(price)
    }

    fn amount(amount: U256) -> Option<U256> {
        Some(amount)
    }

    fn wide_price(price: U256) -> U256 {
        price
    }

    fn wide_amount(amount: U256) -> U256 {
        amount
    }

    fn sum(a: U256, b: U256) -> Option<U256> {
        a.checked_add(b)
    }

    fn part(amount: U256, numerator: u32, denominator: u32, up: bool) -> Option<U256> {
        let (numerator, denominator) = (U256::from(numerator), U256::from(denominator));
        if up { mul_div_up(amount, numerator, denominator) } else { mul_div(amount, numerator, denominator) }
    }

    fn amount_0(a: U256, b: U256, liquidity: u128, up: bool) -> Option<U256> {
        amount_0(a, b, liquidity, up)
    }

    fn amount_1(a: U256, b: U256, liquidity: u128, up: bool) -> Option<U256> {
        amount_1(a, b, liquidity, up)
    }

    fn after_input(price: U256, liquidity: u128, amount: U256, zero_for_one: bool) -> Option<U256> {
        price_after_input(price, liquidity, amount, zero_for_one)
    }

    fn after_output(price: U256, liquidity: u128, amount: U256, zero_for_one: bool) -> Option<U256> {
        price_after_output(price, liquidity, amount, zero_for_one)
    }

    fn grown(growth: U256, fee: U256, liquidity: u128) -> Option<U256> {
        Some(growth.wrapping_add(mul_div(fee, U256::from(1) << 128, U256::from(liquidity))?))
    }
}

/// Moves the price from `price` towards `target` for as much as `remaining` lets it, at one `liquidity`.
/// `None` when an amount does not fit 256 bits.
#[must_use]
pub fn step(price: U256, target: U256, liquidity: u128, remaining: Remaining, fee_pips: u32) -> Option<Step> {
    step_in::<Wide>(price, target, liquidity, remaining, fee_pips)
}

/// As [`step`], in other numbers; `None` too where one does not fit them.
#[inline]
pub(super) fn step_in<A: Arithmetic>(
    price: A::Price,
    target: A::Price,
    liquidity: u128,
    remaining: Remaining<A::Amount>,
    fee_pips: u32,
) -> Option<Step<A::Price, A::Amount>> {
    let zero_for_one = price >= target;
    let needed = |to: A::Price| {
        if zero_for_one { A::amount_0(to, price, liquidity, true) } else { A::amount_1(price, to, liquidity, true) }
    };
    let given = |to: A::Price| {
        if zero_for_one { A::amount_1(to, price, liquidity, false) } else { A::amount_0(price, to, liquidity, false) }
    };
    match remaining {
        Remaining::In(amount) => {
            let net = A::part(amount, PIPS - fee_pips, PIPS, false)?;
            let next = A::after_input(price, liquidity, net, zero_for_one);
            // What is enough for the target brings the price there at least, so that a price short of it decides, and
            // the amount to the target need not be known.
            let short = |next: &A::Price| if zero_for_one { *next > target } else { *next < target };
            let (next, amount_in) = if let Some(next) = next.filter(short) {
                (next, needed(next)?)
            } else {
                let to_target = needed(target)?;
                if net >= to_target {
                    (target, to_target)
                } else {
                    let next = next?;
                    (next, if next == target { to_target } else { needed(next)? })
                }
            };
            // Short of the target, all that is left is fee.
            let fee =
                if next == target { A::part(amount_in, fee_pips, PIPS - fee_pips, true)? } else { amount - amount_in };
            Some(Step { price: next, amount_in, amount_out: given(next)?, fee })
        }
        Remaining::Out(amount) => {
            let to_target = given(target)?;
            let (next, amount_out) = if amount >= to_target {
                (target, to_target)
            } else {
                let next = A::after_output(price, liquidity, amount, zero_for_one)?;
                // The rounded price may give more than was asked for.
                (next, if next == target { to_target.min(amount) } else { given(next)?.min(amount) })
            };
            let amount_in = needed(next)?;
            let fee = A::part(amount_in, fee_pips, PIPS - fee_pips, true)?;
            Some(Step { price: next, amount_in, amount_out, fee })
        }
    }
}
