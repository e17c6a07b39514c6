//! The arithmetic of [`super::sqrt_price`] where prices take two words and amounts one, as nearly all do: the same whole
//! numbers, several times faster.

use super::step::Arithmetic;
use crate::pool::wide::{U256, double_word, single_word};

/// 2⁹⁶ is one.
const PRICE_BITS: u32 = 96;
const ONE: f64 = 79_228_162_514_264_337_593_543_950_336.0;
const WORD: f64 = 18_446_744_073_709_551_616.0;

/// A number of 256 bits, or a difference of two modulo 2²⁵⁶.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) high: u128,
    low: u128,
}

#[inline]
fn float(number: u128) -> f64 {
    (number >> 64) as u64 as f64 * WORD + number as u64 as f64
}

impl Pair {
    /// a·b.
    #[inline]
    pub(super) const fn product(a: u128, b: u128) -> Self {
        const LOW: u128 = u64::MAX as u128;
        let (a1, a0) = (a >> 64, a & LOW);
        let (b1, b0) = (b >> 64, b & LOW);
        let low = a0 * b0;
        let (mid, other) = (a1 * b0, a0 * b1);
        let carry = (low >> 64) + (mid & LOW) + (other & LOW);
        let high = a1 * b1 + (mid >> 64) + (other >> 64) + (carry >> 64);
        Self { high, low: carry << 64 | low & LOW }
    }

    /// `number`·2⁹⁶ of a number below 2¹⁶⁰, or modulo 2²⁵⁶.
    #[inline]
    fn raised(self) -> Self {
        Self { high: self.high << PRICE_BITS | self.low >> (128 - PRICE_BITS), low: self.low << PRICE_BITS }
    }

    #[inline]
    fn times(self, factor: u64) -> Self {
        let low = Self::product(self.low, factor.into());
        Self { high: self.high.wrapping_mul(factor.into()).wrapping_add(low.high), low: low.low }
    }

    #[inline]
    fn plus(self, other: Self) -> Self {
        let (low, carry) = self.low.overflowing_add(other.low);
        Self { high: self.high.wrapping_add(other.high).wrapping_add(carry.into()), low }
    }

    #[inline]
    fn minus(self, other: Self) -> Self {
        let (low, borrow) = self.low.overflowing_sub(other.low);
        Self { high: self.high.wrapping_sub(other.high).wrapping_sub(borrow.into()), low }
    }

    #[inline]
    fn is_negative(self) -> bool {
        self.high >> 127 != 0
    }

    #[inline]
    fn is_below(self, other: Self) -> bool {
        (self.high, self.low) < (other.high, other.low)
    }

    #[inline]
    fn float(self) -> f64 {
        float(self.high) * (WORD * WORD) + float(self.low)
    }

    /// Less than zero where it is negative.
    #[inline]
    fn signed_float(self) -> f64 {
        if self.is_negative() { -Self { high: 0, low: 0 }.minus(self).float() } else { self.float() }
    }
}

/// ⌊number/divisor⌋ and whether something is left, for a quotient below 2⁹⁶ of which `guess` says all but 2⁻⁴⁹. `number`
/// need be known modulo 2²⁵⁶ only, since what is left has room there.
///
/// The quotient has two digits of 48 bits, each by a floating-point product that is off by a few units at most; the exact
/// remainder, which may be below zero meanwhile, sets it right.
#[inline]
fn quotient(number: Pair, divisor: Pair, guess: f64) -> Option<(u128, bool)> {
    const DIGIT: f64 = (1_u64 << 48) as f64;
    let (mut found, mut rest) = if guess < DIGIT {
        // What is left is within four divisors.
        if divisor.high >> 124 != 0 {
            return None;
        }
        let digit = (guess as i64).cast_unsigned();
        (u128::from(digit), number.minus(divisor.times(digit)))
    } else {
        // What is left of the first digit is within 2⁵⁰ divisors.
        if guess >= DIGIT * DIGIT || divisor.high >> 76 != 0 {
            return None;
        }
        let first = u128::from(((guess / DIGIT) as i64).cast_unsigned()) << 48;
        let left = number.minus(divisor.times((first >> 48) as u64).shifted_by_digit());
        let second = (left.signed_float() / divisor.float()) as i64;
        let part = divisor.times(second.unsigned_abs());
        (first.wrapping_add_signed(second.into()), if second < 0 { left.plus(part) } else { left.minus(part) })
    };
    while rest.is_negative() {
        (found, rest) = (found.wrapping_sub(1), rest.plus(divisor));
    }
    while !rest.is_below(divisor) {
        (found, rest) = (found.wrapping_add(1), rest.minus(divisor));
    }
    Some((found, rest.high | rest.low != 0))
}

impl Pair {
    #[inline]
    fn shifted_by_digit(self) -> Self {
        Self { high: self.high << 48 | self.low >> 80, low: self.low << 48 }
    }
}

/// Prices of two words and amounts of one. `None` says that a number is too wide, and nothing of the pool.
#[derive(Debug, Clone, Copy)]
pub(super) struct Narrow;

impl Arithmetic for Narrow {
    type Price = u128;
    type Amount = u64;

    #[inline]
    fn price(price: U256) -> Option<u128> {
        double_word(price)
    }

    #[inline]
    fn amount(amount: U256) -> Option<u64> {
        single_word(amount)
    }

    #[inline]
    fn wide_price(price: u128) -> U256 {
        U256::from_limbs([price as u64, (price >> 64) as u64, 0, 0])
    }

    #[inline]
    fn wide_amount(amount: u64) -> U256 {
        U256::from_limbs([amount, 0, 0, 0])
    }

    #[inline]
    fn sum(a: u64, b: u64) -> Option<u64> {
        a.checked_add(b)
    }

    #[inline]
    fn part(amount: u64, numerator: u32, denominator: u32, up: bool) -> Option<u64> {
        let up = if up { u64::from(denominator) - 1 } else { 0 };
        let product = amount.checked_mul(numerator.into()).and_then(|product| product.checked_add(up));
        if let Some(product) = product {
            return Some(product / u64::from(denominator));
        }
        let product = u128::from(amount) * u128::from(numerator) + u128::from(up);
        u64::try_from(product / u128::from(denominator)).ok()
    }

    #[inline]
    fn amount_0(a: u128, b: u128, liquidity: u128, up: bool) -> Option<u64> {
        let (low, high) = if a <= b { (a, b) } else { (b, a) };
        let width = high - low;
        let divisor = Pair::product(low, high);
        let number = Pair::product(liquidity, width).raised();
        let guess = float(liquidity) * float(width) / divisor.float() * ONE;
        let (amount, rest) = quotient(number, divisor, guess)?;
        u64::try_from(amount + u128::from(up && rest)).ok()
    }

    #[inline]
    fn amount_1(a: u128, b: u128, liquidity: u128, up: bool) -> Option<u64> {
        let Pair { high, low } = Pair::product(liquidity, a.abs_diff(b));
        if high >> PRICE_BITS != 0 {
            return None;
        }
        let cut = up && low << (128 - PRICE_BITS) != 0;
        u64::try_from((high << (128 - PRICE_BITS) | low >> PRICE_BITS).checked_add(cut.into())?).ok()
    }

    /// Of asset 0: L·2⁹⁶·P/(L·2⁹⁶ + a·P) rounded up is the price less ⌊a·P²/(L·2⁹⁶ + a·P)⌋, a smaller quotient.
    #[inline]
    fn after_input(price: u128, liquidity: u128, amount: u64, zero_for_one: bool) -> Option<u128> {
        if !zero_for_one {
            return price.checked_add(price_of_amount_1(amount, liquidity, false)?);
        }
        let (square, product, liquidity) = terms_of_amount_0(price, liquidity, amount)?;
        Some(price - change_by_amount_0(square, liquidity.plus(product))?.0)
    }

    /// Of asset 0: L·2⁹⁶·P/(L·2⁹⁶ − a·P) rounded up is the price and ⌈a·P²/(L·2⁹⁶ − a·P)⌉.
    #[inline]
    fn after_output(price: u128, liquidity: u128, amount: u64, zero_for_one: bool) -> Option<u128> {
        if zero_for_one {
            let fall = price_of_amount_1(amount, liquidity, true)?;
            return price.checked_sub(fall).filter(|price| *price > 0);
        }
        let (square, product, liquidity) = terms_of_amount_0(price, liquidity, amount)?;
        if !product.is_below(liquidity) {
            return None;
        }
        let (rise, rest) = change_by_amount_0(square, liquidity.minus(product))?;
        price.checked_add(rise)?.checked_add(rest.into())
    }

    #[inline]
    fn grown(growth: U256, fee: u64, liquidity: u128) -> Option<U256> {
        let liquidity = u64::try_from(liquidity).ok()?;
        let (whole, rest) = (fee / liquidity, fee % liquidity);
        let (first, rest) = next_digit(rest, liquidity);
        let (second, _) = next_digit(rest, liquidity);
        let &[a, b, c, d] = growth.as_limbs();
        let growth = Pair { high: u128::from(d) << 64 | u128::from(c), low: u128::from(b) << 64 | u128::from(a) };
        let Pair { high, low } =
            growth.plus(Pair { high: whole.into(), low: u128::from(first) << 64 | u128::from(second) });
        Some(U256::from_limbs([low as u64, (low >> 64) as u64, high as u64, (high >> 64) as u64]))
    }
}

/// a·P² modulo 2²⁵⁶ with its size, a·P, and L·2⁹⁶ of a liquidity below 2¹¹².
#[inline]
fn terms_of_amount_0(price: u128, liquidity: u128, amount: u64) -> Option<((Pair, f64), Pair, Pair)> {
    if liquidity == 0 || liquidity >> 112 != 0 {
        return None;
    }
    let root = float(price);
    let square = (Pair::product(price, price).times(amount), root * root * amount as f64);
    Some((square, Pair::product(price, amount.into()), Pair { high: 0, low: liquidity }.raised()))
}

#[inline]
fn change_by_amount_0((square, size): (Pair, f64), divisor: Pair) -> Option<(u128, bool)> {
    quotient(square, divisor, size / divisor.float())
}

/// a·2⁹⁶/L, rounded `up` or down.
#[inline]
fn price_of_amount_1(amount: u64, liquidity: u128, up: bool) -> Option<u128> {
    let liquidity = u64::try_from(liquidity).ok().filter(|liquidity| *liquidity > 0)?;
    let raised = u128::from(amount) << (PRICE_BITS - 64);
    let first = u64::try_from(raised / u128::from(liquidity)).ok()?;
    let (second, rest) = next_digit((raised - u128::from(first) * u128::from(liquidity)) as u64, liquidity);
    (u128::from(first) << 64 | u128::from(second)).checked_add(u128::from(up && rest != 0))
}

/// ⌊rest·2⁶⁴/divisor⌋ and what is left, for a rest below the divisor.
#[inline]
fn next_digit(rest: u64, divisor: u64) -> (u64, u64) {
    let digit = ((u128::from(rest) << 64) / u128::from(divisor)) as u64;
    // The low word alone: what is left is below the divisor.
    (digit, 0_u64.wrapping_sub(digit.wrapping_mul(divisor)))
}

#[cfg(test)]
mod tests {
    use super::super::step::{PIPS, Remaining, Wide, step_in};
    use super::*;

    fn draws() -> impl FnMut() -> u64 {
        let mut word = 5_u64;
        move || {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Runs of ones and zeros are where a guessed digit is wrong.
            match word >> 61 {
                0 => 1,
                1 => u64::MAX,
                2 => 1 << 63,
                _ => word.rotate_left(17),
            }
        }
    }

    /// The obvious twin: the contract's own arithmetic in 256 bits.
    #[test]
    fn a_step_in_few_words_is_the_contract_s() {
        let mut draw = draws();
        let mut served = 0;
        for round in 0..200_000_u32 {
            let mut double = |bits: u32| (u128::from(draw()) << 64 | u128::from(draw())) >> (128 - bits);
            let price = double(34 + round % 94) | 1;
            let distance = double(1 + round % 90) % price;
            let down = round % 2 == 0;
            let target = if down { price - distance } else { price.saturating_add(distance) };
            let liquidity = double(1 + round * 7 % 110);
            let amount = (double(1 + round * 5 % 63) as u64).max(1);
            let fee = [0, 500, 3000, 999_999][round as usize % 4];
            let (narrow, wide) = if round % 3 == 0 {
                (Remaining::Out(amount), Remaining::Out(U256::from(amount)))
            } else {
                (Remaining::In(amount), Remaining::In(U256::from(amount)))
            };
            let Some(found) = step_in::<Narrow>(price, target, liquidity, narrow, fee) else { continue };
            let twin = step_in::<Wide>(U256::from(price), U256::from(target), liquidity, wide, fee).unwrap();
            let found = [
                Narrow::wide_price(found.price),
                U256::from(found.amount_in),
                U256::from(found.amount_out),
                U256::from(found.fee),
            ];
            assert_eq!(found, [twin.price, twin.amount_in, twin.amount_out, twin.fee], "{price} {target} {liquidity}");
            served += 1;
        }
        assert!(served > 100_000, "{served}");
    }

    /// The same twin for single quotients, far moves included.
    #[test]
    fn prices_and_growth_in_few_words_are_the_contract_s() {
        let mut draw = draws();
        let mut served = [0; 3];
        for round in 0..200_000_u32 {
            let mut double = |bits: u32| (u128::from(draw()) << 64 | u128::from(draw())) >> (128 - bits);
            let price = double(34 + round % 94) | 1;
            let liquidity = double(1 + round % 112) | 1;
            let amount = (double(1 + round % 63) as u64).max(1);
            let (root, size) = (U256::from(price), U256::from(amount));
            for way in [false, true] {
                if let Some(found) = Narrow::after_input(price, liquidity, amount, way) {
                    assert_eq!(Some(U256::from(found)), Wide::after_input(root, liquidity, size, way));
                    served[0] += 1;
                }
                if let Some(found) = Narrow::after_output(price, liquidity, amount, way) {
                    assert_eq!(Some(U256::from(found)), Wide::after_output(root, liquidity, size, way));
                    served[1] += 1;
                }
            }
            let growth = U256::from_limbs([draw(), draw(), draw(), draw()]);
            if let Some(found) = Narrow::grown(growth, amount, liquidity) {
                assert_eq!(Some(found), Wide::grown(growth, size, liquidity));
                served[2] += 1;
            }
            let (numerator, up) = (draw() as u32 % PIPS, round % 2 == 0);
            let part = Narrow::part(amount, numerator, PIPS, up).map(U256::from);
            assert_eq!(part, Wide::part(size, numerator, PIPS, up));
        }
        assert!(served.iter().all(|count| *count > 50_000), "{served:?}");
    }
}
