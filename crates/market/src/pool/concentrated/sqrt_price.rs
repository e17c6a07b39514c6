//! Amounts between two prices at one liquidity, and prices after an amount: Uniswap v3's SqrtPriceMath.
//!
//! Square roots of prices are in units of 2⁻⁹⁶ and below 2¹⁶⁰, liquidity is below 2¹²⁸.

use crate::pool::wide::{U256, div_down, div_up, mul_div, mul_div_up, mul_shift, small_quotient};

/// 2⁹⁶ is one.
pub const PRICE_BITS: usize = 96;

/// How much of asset 0 lies between two prices: L·2⁹⁶·(b − a)/(a·b), rounded `up` or down. `None` beyond 256 bits.
#[must_use]
pub fn amount_0(a: U256, b: U256, liquidity: u128, up: bool) -> Option<U256> {
    let (low, high) = if a <= b { (a, b) } else { (b, a) };
    if low.is_zero() {
        return None;
    }
    let liquidity = U256::from(liquidity) << PRICE_BITS;
    let width = high - low;
    // Two divisions after one another, both rounded alike, are one by the product: done at once where the amount is small.
    let at_once = liquidity.checked_mul(width).zip(high.checked_mul(low));
    if let Some((amount, rest)) = at_once.and_then(|(number, divisor)| small_quotient(number, divisor)) {
        return Some(amount + U256::from(u8::from(up && rest)));
    }
    Some(if up {
        div_up(mul_div_up(liquidity, width, high)?, low)
    } else {
        div_down(mul_div(liquidity, width, high)?, low)
    })
}

/// How much of asset 1 lies between two prices: L·(b − a)/2⁹⁶, rounded `up` or down.
#[must_use]
pub fn amount_1(a: U256, b: U256, liquidity: u128, up: bool) -> Option<U256> {
    let width = if a <= b { b - a } else { a - b };
    let liquidity = U256::from(liquidity);
    // A liquidity below 2¹²⁸ times a width below 2¹⁶⁰ may pass 256 bits.
    let whole = mul_shift(liquidity, width, PRICE_BITS)?;
    let cut = up && (liquidity.wrapping_mul(width) & U256::from((1_u128 << PRICE_BITS) - 1)) != U256::ZERO;
    Some(whole + U256::from(u8::from(cut)))
}

/// The price after `amount` of asset 0 is added (or taken away), rounded up: never too low after an input, so that not
/// too much is paid out, never too low after an output, so that not too little is asked.
fn after_amount_0(price: U256, liquidity: u128, amount: U256, add: bool) -> Option<U256> {
    if amount.is_zero() {
        return Some(price);
    }
    let liquidity = U256::from(liquidity) << PRICE_BITS;
    let product = amount.checked_mul(price);
    if add {
        if let Some(sum) = product.and_then(|product| liquidity.checked_add(product)) {
            return mul_div_up(liquidity, price, sum);
        }
        return Some(div_up(liquidity, (liquidity / price).checked_add(amount)?));
    }
    let left = liquidity.checked_sub(product?).filter(|left| !left.is_zero())?;
    mul_div_up(liquidity, price, left).filter(|price| price.bit_len() <= 160)
}

/// The price after `amount` of asset 1 is added (or taken away), rounded down.
fn after_amount_1(price: U256, liquidity: u128, amount: U256, add: bool) -> Option<U256> {
    let liquidity = U256::from(liquidity);
    if add {
        let rise = mul_div(amount, U256::from(1_u128 << PRICE_BITS), liquidity)?;
        return price.checked_add(rise).filter(|price| price.bit_len() <= 160);
    }
    let fall = mul_div_up(amount, U256::from(1_u128 << PRICE_BITS), liquidity)?;
    price.checked_sub(fall).filter(|price| !price.is_zero())
}

/// The price after `amount` comes in, of asset 0 where `zero_for_one`. Never past what the exact amount reaches.
/// `None` when price or liquidity is zero, or the price would not fit 160 bits.
#[must_use]
pub fn price_after_input(price: U256, liquidity: u128, amount: U256, zero_for_one: bool) -> Option<U256> {
    if price.is_zero() || liquidity == 0 {
        return None;
    }
    if zero_for_one {
        after_amount_0(price, liquidity, amount, true)
    } else {
        after_amount_1(price, liquidity, amount, true)
    }
}

/// The price after `amount` goes out, of asset 1 where `zero_for_one`. Always past what the exact amount reaches.
/// `None` when price or liquidity is zero, or there is not that much.
#[must_use]
pub fn price_after_output(price: U256, liquidity: u128, amount: U256, zero_for_one: bool) -> Option<U256> {
    if price.is_zero() || liquidity == 0 {
        return None;
    }
    if zero_for_one {
        after_amount_1(price, liquidity, amount, false)
    } else {
        after_amount_0(price, liquidity, amount, false)
    }
}
