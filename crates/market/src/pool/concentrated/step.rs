//! One swap as far as one liquidity reaches: Uniswap v3's SwapMath.

use super::sqrt_price::{amount_0, amount_1, price_after_input, price_after_output};
use crate::pool::wide::{U256, mul_div, mul_div_up};

/// Fees are in millionths of what comes in.
pub const PIPS: u32 = 1_000_000;

/// What is left of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remaining {
    /// So much may still come in, fee included.
    In(U256),
    /// So much must still go out.
    Out(U256),
}

impl Remaining {
    /// How much, either way.
    #[inline]
    #[must_use]
    pub fn amount(self) -> U256 {
        match self {
            Self::In(amount) | Self::Out(amount) => amount,
        }
    }
}

/// What one step comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Where the price stands.
    pub price: U256,
    /// Came in, without the fee; rounded up.
    pub amount_in: U256,
    /// Went out, rounded down.
    pub amount_out: U256,
    /// Came in as fee, rounded up.
    pub fee: U256,
}

/// Moves the price from `price` towards `target` for as much as `remaining` lets it, at one `liquidity`.
/// `None` when an amount does not fit 256 bits.
#[inline]
#[must_use]
pub fn step(price: U256, target: U256, liquidity: u128, remaining: Remaining, fee_pips: u32) -> Option<Step> {
    let zero_for_one = price >= target;
    let needed = |to: U256| {
        if zero_for_one { amount_0(to, price, liquidity, true) } else { amount_1(price, to, liquidity, true) }
    };
    let given = |to: U256| {
        if zero_for_one { amount_1(to, price, liquidity, false) } else { amount_0(price, to, liquidity, false) }
    };
    let net_pips = U256::from(PIPS - fee_pips);
    match remaining {
        Remaining::In(amount) => {
            let net = mul_div(amount, net_pips, U256::from(PIPS))?;
            let next = price_after_input(price, liquidity, net, zero_for_one);
            // What is enough for the target brings the price there at least, so that a price short of it decides, and
            // the amount to the target need not be known.
            let short = |next: &U256| if zero_for_one { *next > target } else { *next < target };
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
            let fee = if next == target {
                mul_div_up(amount_in, U256::from(fee_pips), net_pips)?
            } else {
                amount - amount_in
            };
            Some(Step { price: next, amount_in, amount_out: given(next)?, fee })
        }
        Remaining::Out(amount) => {
            let to_target = given(target)?;
            let (next, amount_out) = if amount >= to_target {
                (target, to_target)
            } else {
                let next = price_after_output(price, liquidity, amount, zero_for_one)?;
                // The rounded price may give more than was asked for.
                (next, if next == target { to_target.min(amount) } else { given(next)?.min(amount) })
            };
            let amount_in = needed(next)?;
            let fee = mul_div_up(amount_in, U256::from(fee_pips), net_pips)?;
            Some(Step { price: next, amount_in, amount_out, fee })
        }
    }
}
