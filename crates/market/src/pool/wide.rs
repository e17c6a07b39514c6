//! Products and quotients wider than 64 bits, each with its direction of rounding in its name.

use walras_ledger::Atoms;

/// An unsigned integer of 256 bits, the width of the contracts whose arithmetic is repeated here.
pub type U256 = ruint::Uint<256, 4>;

/// An unsigned integer of 512 bits: any product of two of 256.
pub type U512 = ruint::Uint<512, 8>;

/// `amount` as 256 bits. It is not negative.
#[inline]
#[must_use]
pub fn wide(amount: Atoms) -> U256 {
    debug_assert!(amount >= 0);
    U256::from(amount.cast_unsigned())
}

/// `number` as atoms; `None` when they do not fit.
#[inline]
#[must_use]
pub fn atoms(number: U256) -> Option<Atoms> {
    let limbs = number.as_limbs();
    (limbs[1] | limbs[2] | limbs[3] == 0).then(|| Atoms::try_from(limbs[0]).ok())?
}

/// The nearest `f64` below 2¹⁰²⁴, for prices.
#[must_use]
pub fn to_f64(number: U256) -> f64 {
    // From the top, so that each sum is rounded once at most beyond what the top limb lost.
    number.as_limbs().iter().rev().fold(0.0, |sum, &limb| sum * 18_446_744_073_709_551_616.0 + limb as f64)
}

/// ⌊number⌋ for 0 ≤ number < 2²⁵⁶; zero for what is below, `None` for what is above or no number.
#[must_use]
pub fn from_f64(number: f64) -> Option<U256> {
    if number < 1.0 {
        return (!number.is_nan()).then_some(U256::ZERO);
    }
    let bits = number.to_bits();
    let (exponent, mantissa) = ((bits >> 52) as i32 - 1075, bits & ((1 << 52) - 1) | 1 << 52);
    match exponent {
        ..0 => Some(U256::from(mantissa >> -exponent)),
        0..=203 => Some(U256::from(mantissa) << exponent as usize),
        _ => None,
    }
}

#[inline]
fn widen(number: U256) -> U512 {
    U512::from(number)
}

#[inline]
fn narrow(number: U512) -> Option<U256> {
    let limbs = number.as_limbs();
    (limbs[4] | limbs[5] | limbs[6] | limbs[7] == 0).then(|| U256::from_limbs([limbs[0], limbs[1], limbs[2], limbs[3]]))
}

/// How many of the low limbs of `number` are in use.
#[inline]
fn is_double_word(number: U256) -> bool {
    let limbs = number.as_limbs();
    limbs[2] | limbs[3] == 0
}

#[inline]
fn low_words(number: U256) -> u128 {
    let limbs = number.as_limbs();
    u128::from(limbs[1]) << 64 | u128::from(limbs[0])
}

/// `number` where it takes two words at most.
#[inline]
#[must_use]
pub fn double_word(number: U256) -> Option<u128> {
    is_double_word(number).then(|| low_words(number))
}

/// `number` where it takes one word.
#[inline]
#[must_use]
pub fn single_word(number: U256) -> Option<u64> {
    let limbs = number.as_limbs();
    (limbs[1] | limbs[2] | limbs[3] == 0).then_some(limbs[0])
}

/// ⌊dividend/divisor⌋ where it takes one word.
#[inline]
fn short_quotient(dividend: u128, divisor: u64) -> u64 {
    match u64::try_from(dividend) {
        Ok(dividend) => dividend / divisor,
        Err(_) => (dividend / u128::from(divisor)) as u64,
    }
}

/// Quotient and remainder of `number` by a divisor of two words: Knuth's algorithm D (TAOCP 4.3.1) with digits of 64 bits.
#[inline]
fn divided_by_double(number: U256, divisor: u128) -> (U256, u128) {
    let limbs = number.as_limbs();
    if divisor >> 64 == 0 {
        let (mut quotient, mut rest) = ([0; 4], 0_u128);
        for i in (0..4).rev() {
            let dividend = rest << 64 | u128::from(limbs[i]);
            // A dividend of one word is divided several times faster, and one product gives the remainder.
            let digit = short_quotient(dividend, divisor as u64);
            quotient[i] = digit;
            rest = dividend - u128::from(digit) * divisor;
        }
        return (U256::from_limbs(quotient), rest);
    }
    let shift = divisor.leading_zeros();
    let divisor = divisor << shift;
    let (high, low) = (divisor >> 64, divisor & u128::from(u64::MAX));
    let above = |i: usize| if shift == 0 { 0 } else { limbs[i] >> (64 - shift) };
    // The two highest digits are what is left of the digits before.
    let mut rest = u128::from(above(3)) << 64 | u128::from(limbs[3] << shift | above(2));
    let mut quotient = [0; 4];
    for i in (0..3).rev() {
        let digit = u128::from(limbs[i] << shift | if i > 0 { above(i - 1) } else { 0 });
        let mut guess = if rest >> 64 >= high { rest / high } else { short_quotient(rest, high as u64).into() };
        let mut left = rest - guess * high;
        // At most two too great by the higher word alone.
        while guess >> 64 != 0 || guess * low > (left << 64 | digit) {
            guess -= 1;
            left += high;
            if left >> 64 != 0 {
                break;
            }
        }
        quotient[i] = guess as u64;
        rest = (rest << 64 | digit).wrapping_sub(guess.wrapping_mul(divisor));
    }
    (U256::from_limbs(quotient), rest >> shift)
}

/// Quotient and remainder of `a`·`b` by `divisor` with nothing lost between, or `None` when the quotient takes more
/// than 256 bits or the divisor is zero.
#[inline]
fn divided_product(a: U256, b: U256, divisor: U256) -> Option<(U256, bool)> {
    if is_double_word(a) && is_double_word(b) && is_double_word(divisor) {
        let (a, b, divisor) = (low_words(a), low_words(b), low_words(divisor));
        if divisor == 0 {
            return None;
        }
        if let Some(product) = a.checked_mul(b) {
            let quotient = match (u64::try_from(product), u64::try_from(divisor)) {
                (Ok(product), Ok(divisor)) => (product / divisor).into(),
                _ => product / divisor,
            };
            return Some((U256::from(quotient), quotient * divisor != product));
        }
    } else if divisor.is_zero() {
        return None;
    }
    if let Some(product) = a.checked_mul(b) {
        if is_double_word(divisor) {
            let (quotient, remainder) = divided_by_double(product, low_words(divisor));
            return Some((quotient, remainder != 0));
        }
        let (quotient, remainder) = product.div_rem(divisor);
        return Some((quotient, !remainder.is_zero()));
    }
    let (quotient, remainder) = a.widening_mul::<256, 4, 512, 8>(b).div_rem(widen(divisor));
    Some((narrow(quotient)?, !remainder.is_zero()))
}

/// ⌊number/divisor⌋ and whether something is left, for a quotient below 2⁵⁰: by a floating-point quotient set right with
/// the exact remainder. `None` where that may not do.
///
/// The floating-point quotient is off by fewer than ten roundings of 2⁻⁵³, hence by less than one before it is cut to a
/// whole; the remainder lies within twice the divisor, which has room in 256 bits.
#[inline]
#[must_use]
pub fn small_quotient(number: U256, divisor: U256) -> Option<(U256, bool)> {
    const QUOTIENT_END: f64 = (1_u64 << 49) as f64;
    if divisor.is_zero() || divisor.as_limbs()[3] >> 60 != 0 {
        return None;
    }
    let quotient = to_f64(number) / to_f64(divisor);
    if quotient >= QUOTIENT_END {
        return None;
    }
    let quotient = U256::from((quotient as i64).cast_unsigned());
    let rest = number.wrapping_sub(quotient.wrapping_mul(divisor));
    Some(if rest.as_limbs()[3] >> 63 != 0 {
        (quotient - U256::from(1), rest.wrapping_add(divisor) != U256::ZERO)
    } else if rest >= divisor {
        (quotient + U256::from(1), rest != divisor)
    } else {
        (quotient, !rest.is_zero())
    })
}

/// ⌊a·b/divisor⌋ with a product of 512 bits.
#[inline]
#[must_use]
pub fn mul_div(a: U256, b: U256, divisor: U256) -> Option<U256> {
    divided_product(a, b, divisor).map(|(quotient, _)| quotient)
}

/// ⌈a·b/divisor⌉ with a product of 512 bits.
#[inline]
#[must_use]
pub fn mul_div_up(a: U256, b: U256, divisor: U256) -> Option<U256> {
    let (quotient, rest) = divided_product(a, b, divisor)?;
    if rest { quotient.checked_add(U256::from(1)) } else { Some(quotient) }
}

/// ⌊a·b/2^shift⌋ for a shift below 256.
#[inline]
#[must_use]
pub fn mul_shift(a: U256, b: U256, shift: usize) -> Option<U256> {
    match a.checked_mul(b) {
        Some(product) => Some(product >> shift),
        None => narrow(a.widening_mul::<256, 4, 512, 8>(b) >> shift),
    }
}

/// ⌊a/b⌋.
#[inline]
#[must_use]
pub fn div_down(a: U256, b: U256) -> U256 {
    if is_double_word(b) { divided_by_double(a, low_words(b)).0 } else { a / b }
}

/// ⌈a/b⌉.
#[inline]
#[must_use]
pub fn div_up(a: U256, b: U256) -> U256 {
    if is_double_word(a) && is_double_word(b) {
        return U256::from(low_words(a).div_ceil(low_words(b)));
    }
    if is_double_word(b) {
        let (quotient, remainder) = divided_by_double(a, low_words(b));
        return if remainder == 0 { quotient } else { quotient + U256::from(1) };
    }
    let (quotient, remainder) = a.div_rem(b);
    if remainder.is_zero() { quotient } else { quotient + U256::from(1) }
}

/// ⌊√number⌋.
#[must_use]
pub fn root(number: U512) -> U256 {
    if number.is_zero() {
        return U256::ZERO;
    }
    // Newton's iteration from above falls until it stands at the floor (Cohen 1993, algorithm 1.7.1).
    let mut root = U512::from(1) << number.bit_len().div_ceil(2);
    loop {
        let next = (root + number / root) >> 1;
        if next >= root {
            return narrow(root).expect("half of 512 bits fit 256");
        }
        root = next;
    }
}

/// a·b as 512 bits.
#[inline]
#[must_use]
pub fn product(a: U256, b: U256) -> U512 {
    a.widening_mul::<256, 4, 512, 8>(b)
}

/// ⌊numerator/denominator⌋ of two 512-bit numbers, `None` when it takes more than 256 bits.
#[inline]
#[must_use]
pub fn quotient(numerator: U512, denominator: U512) -> Option<U256> {
    if denominator.is_zero() { None } else { narrow(numerator / denominator) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_not_cut_before_they_are_divided() {
        let most = U256::MAX;
        assert_eq!(mul_div(most, most, most), Some(most));
        assert_eq!(mul_div_up(most, most, most), Some(most));
        assert_eq!(mul_div(most, U256::from(2), U256::from(1)), None);
        assert_eq!(mul_div(most, U256::from(1), U256::ZERO), None);
        // (2¹²⁸ − 1)·3/2: a product of two double words beyond a double word.
        let a = (U256::from(1) << 128) - U256::from(1);
        assert_eq!(mul_div(a, U256::from(3), U256::from(2)), Some((a * U256::from(3)) >> 1));
        assert_eq!(mul_div_up(a, U256::from(3), U256::from(2)), Some(((a * U256::from(3)) >> 1) + U256::from(1)));
        assert_eq!(mul_div_up(most, most, most - U256::from(1)), None);
        assert_eq!(mul_shift(most, most, 255), None);
        assert_eq!(mul_shift(most >> 1, most >> 1, 254), Some(most - U256::from(3)));
        assert_eq!(div_up(U256::from(7), U256::from(2)), U256::from(4));
    }

    /// The obvious twin: the general division.
    #[test]
    fn division_by_two_words_is_division() {
        let mut word = 1_u64;
        let mut draw = || {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Runs of ones and zeros are where a guessed digit is wrong.
            match word >> 61 {
                0 => 0,
                1 => u64::MAX,
                2 => 1 << 63,
                3 => 1,
                _ => word.rotate_left(17),
            }
        };
        for round in 0..200_000 {
            let number = U256::from_limbs([draw(), draw(), draw(), draw()]);
            let number = number >> (round % 256_usize);
            let divisor = (u128::from(draw()) << 64 | u128::from(draw())) >> (round % 128);
            if divisor == 0 {
                continue;
            }
            let (quotient, rest) = divided_by_double(number, divisor);
            assert_eq!((quotient, U256::from(rest)), number.div_rem(U256::from(divisor)), "{number}/{divisor}");
        }
    }

    /// The same twin, with numbers that are a whole multiple, one less and one more.
    #[test]
    fn small_quotients_are_exact() {
        let mut word = 9_u64;
        let mut draw = || {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            word.rotate_left(23)
        };
        let mut served = 0;
        for round in 0..50_000_usize {
            let divisor = U256::from_limbs([draw(), draw(), draw(), draw()]) >> (4 + round % 200);
            let quotient = U256::from(draw() >> (15 + round % 49));
            let Some(product) = quotient.checked_mul(divisor) else { continue };
            for number in [product, product.saturating_sub(U256::from(1)), product.saturating_add(U256::from(1))] {
                if let Some((found, rest)) = small_quotient(number, divisor) {
                    let (exact, left) = number.div_rem(divisor);
                    assert_eq!((found, rest), (exact, !left.is_zero()), "{number}/{divisor}");
                    served += 1;
                }
            }
        }
        assert!(served > 50_000, "{served}");
    }

    #[test]
    fn roots_are_floors() {
        for number in [0_u64, 1, 2, 3, 4, 8, 9, 15, 16, 17, 999_999, 1_000_000] {
            let found = root(U512::from(number));
            assert!(found * found <= U256::from(number));
            assert!((found + U256::from(1)) * (found + U256::from(1)) > U256::from(number));
        }
        assert_eq!(root(product(U256::MAX, U256::MAX)), U256::MAX);
        assert_eq!(root(product(U256::MAX, U256::MAX) - U512::from(1)), U256::MAX - U256::from(1));
    }

    #[test]
    fn floats_go_there_and_back() {
        for number in [1.0, 3.5, 1e18, 1.5e50, 1.1e77] {
            let whole = from_f64(number).unwrap();
            assert_eq!(to_f64(whole), number.floor());
        }
        assert_eq!(from_f64(1.2e77), None);
        assert_eq!((from_f64(f64::NAN), from_f64(-3.0)), (None, Some(U256::ZERO)));
        assert_eq!((atoms(U256::from(i64::MAX)), atoms(U256::from(1) << 63)), (Some(i64::MAX), None));
    }
}
