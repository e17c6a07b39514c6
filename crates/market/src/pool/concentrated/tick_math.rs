//! Between ticks and square roots of prices, bit for bit as Uniswap v3's TickMath.

use walras_numerics::elementary::ln;

use super::narrow::Pair;
use crate::pool::wide::{U256, div_down, to_f64};

/// The least tick: 1.0001^−887272 is just above 2⁻¹²⁸.
pub const TICK_MIN: i32 = -887_272;
/// The greatest tick.
pub const TICK_MAX: i32 = 887_272;

/// √price at [`TICK_MIN`], in units of 2⁻⁹⁶.
pub const SQRT_PRICE_MIN: U256 = U256::from_limbs([4_295_128_739, 0, 0, 0]);
/// √price at [`TICK_MAX`]: no price reaches it.
pub const SQRT_PRICE_MAX: U256 = U256::from_limbs([0x5d95_1d52_6398_8d26, 0xefd1_fc6a_5064_8849, 0xfffd_8963, 0]);

/// 2¹²⁸/√1.0001^(2^i).
const FACTORS: [u128; 20] = [
    0xfffc_b933_bd6f_ad37_aa2d_162d_1a59_4001,
    0xfff9_7272_373d_4132_59a4_6990_580e_213a,
    0xfff2_e50f_5f65_6932_ef12_357c_f3c7_fdcc,
    0xffe5_caca_7e10_e4e6_1c36_24ea_a094_1cd0,
    0xffcb_9843_d60f_6159_c9db_5883_5c92_6644,
    0xff97_3b41_fa98_c081_472e_6896_dfb2_54c0,
    0xff2e_a164_66c9_6a38_43ec_78b3_26b5_2861,
    0xfe5d_ee04_6a99_a2a8_11c4_61f1_969c_3053,
    0xfcbe_86c7_900a_88ae_dcff_c83b_479a_a3a4,
    0xf987_a725_3ac4_1317_6f2b_074c_f781_5e54,
    0xf339_2b08_22b7_0005_940c_7a39_8e4b_70f3,
    0xe715_9475_a2c2_9b74_43b2_9c7f_a6e8_89d9,
    0xd097_f3bd_fd20_22b8_845a_d8f7_92aa_5825,
    0xa9f7_4646_2d87_0fdf_8a65_dc1f_90e0_61e5,
    0x70d8_69a1_56d2_a1b8_90bb_3df6_2baf_32f7,
    0x31be_135f_97d0_8fd9_8123_1505_542f_cfa6,
    0x09aa_508b_5b7a_84e1_c677_de54_f3e9_9bc9,
    0x005d_6af8_dedb_8119_6699_c329_225e_e604,
    0x0000_2216_e584_f5fa_1ea9_2604_1bed_fe98,
    0x0000_0000_048a_1703_91f7_dc42_444e_8fa2,
];

/// How many low bits of a tick are looked up at once.
const LOOKED_UP: u32 = 10;

/// The product of the factors of every number below 2¹⁰, multiplied and cut in the contract's order; the first is of none,
/// and stands for 2¹²⁸.
static PRODUCTS: [u128; 1 << LOOKED_UP] = products();

const fn products() -> [u128; 1 << LOOKED_UP] {
    let mut table = [0; 1 << LOOKED_UP];
    let mut bits = 1;
    while bits < table.len() {
        // The highest bit's factor comes last.
        let top = bits.ilog2() as usize;
        let rest = bits ^ (1 << top);
        table[bits] = if rest == 0 { FACTORS[top] } else { high_product(table[rest], FACTORS[top]) };
        bits += 1;
    }
    table
}

/// ⌊a·b/2¹²⁸⌋.
#[inline]
const fn high_product(a: u128, b: u128) -> u128 {
    Pair::product(a, b).high
}

/// √1.0001^tick in units of 2⁻⁹⁶, rounded up so that [`tick_at`] gives the tick back. `tick` is within
/// [`TICK_MIN`]..=[`TICK_MAX`].
#[must_use]
pub fn sqrt_price_at(tick: i32) -> U256 {
    debug_assert!((TICK_MIN..=TICK_MAX).contains(&tick));
    let bits = tick.unsigned_abs();
    // 2¹²⁸ itself does not fit; the first factor taken is the product so far.
    let mut ratio = match bits as usize & (PRODUCTS.len() - 1) {
        0 => None,
        low => Some(PRODUCTS[low]),
    };
    let mut left = bits >> LOOKED_UP;
    while left != 0 {
        let factor = FACTORS[(LOOKED_UP + left.trailing_zeros()) as usize];
        ratio = Some(ratio.map_or(factor, |ratio| high_product(ratio, factor)));
        left &= left - 1;
    }
    let ratio = ratio.map_or(U256::from(1) << 128, U256::from);
    let ratio = if tick > 0 { div_down(U256::MAX, ratio) } else { ratio };
    (ratio + U256::from(u32::MAX)) >> 32
}

/// The greatest tick whose square root of the price is at most `sqrt_price`, which lies within
/// [`SQRT_PRICE_MIN`]..[`SQRT_PRICE_MAX`].
#[must_use]
pub fn tick_at(sqrt_price: U256) -> i32 {
    /// 2/ln 1.0001.
    const TICKS_PER_E: f64 = 20_000.999_983_334_168;
    /// 96·ln 2.
    const LN_ONE: f64 = 66.542_129_333_754_75;
    debug_assert!(sqrt_price >= SQRT_PRICE_MIN && sqrt_price < SQRT_PRICE_MAX);
    // The logarithm in floating point is off by less than 10⁻⁸ ticks: away from whole ones it decides.
    let tick = (ln(to_f64(sqrt_price)) - LN_ONE) * TICKS_PER_E;
    let floor = tick.floor();
    let above = tick - floor;
    if (1e-6..=1.0 - 1e-6).contains(&above) { floor as i32 } else { exact_tick_at(sqrt_price) }
}

/// As [`tick_at`], by the contract's own logarithm.
#[must_use]
pub fn exact_tick_at(sqrt_price: U256) -> i32 {
    let top = sqrt_price.bit_len() + 31;
    // The leading bit at 127 of 128.
    let scaled = if top >= 159 { sqrt_price >> (top - 159) } else { sqrt_price << (159 - top) };
    let limbs = scaled.as_limbs();
    let mut mantissa = u128::from(limbs[1]) << 64 | u128::from(limbs[0]);
    // log₂ of √price · 2³²… in units of 2⁻⁶⁴, fourteen bits of its fraction by repeated squaring.
    let mut log_2 = (top as i128 - 128) << 64;
    for bit in (50..64).rev() {
        let square = high_product(mantissa, mantissa);
        let carry = square >> 127;
        log_2 |= (carry as i128) << bit;
        // 2·mantissa²/2¹²⁸ with the leading bit back at 127; the bit shifted in is the square's next one.
        mantissa = if carry == 1 { square } else { square << 1 | next_bit(mantissa) };
    }
    settle(log_2, sqrt_price)
}

/// Bit 127 of the low half of `mantissa`².
#[inline]
fn next_bit(mantissa: u128) -> u128 {
    mantissa.wrapping_mul(mantissa) >> 127
}

/// Between the two ticks that the truncated logarithm leaves.
fn settle(log_2: i128, sqrt_price: U256) -> i32 {
    // 2⁶⁴/log₂ √1.0001, and bounds on the error of fourteen bits, as in the contract.
    const TICKS_PER_OCTAVE: i128 = 255_738_958_999_603_826_347_141;
    const ERROR_BELOW: u128 = 3_402_992_956_809_132_418_596_140_100_660_247_210;
    const ERROR_ABOVE: u128 = 291_339_464_771_989_622_907_027_621_153_398_088_495;
    // The product takes 149 bits: split so that the part above 2¹²⁸ is exact.
    let (high, low) = wide_product(log_2, TICKS_PER_OCTAVE);
    let below = high - i128::from(low < ERROR_BELOW);
    let above = high + i128::from(low.checked_add(ERROR_ABOVE).is_none());
    let (low_tick, high_tick) = (below as i32, above as i32);
    if low_tick == high_tick || sqrt_price_at(high_tick) > sqrt_price { low_tick } else { high_tick }
}

/// a·b as (⌊/2¹²⁸⌋, rest) for |a| < 2⁷², 0 < b < 2⁷⁸.
fn wide_product(a: i128, b: i128) -> (i128, u128) {
    let (b1, b0) = (b >> 39, b & ((1 << 39) - 1));
    // a·b = (a·b1)·2³⁹ + a·b0, both products within 111 bits.
    let (high, low) = (a * b1, a * b0);
    // Shift by 39: the top 39 bits leave the low word.
    let shifted_low = (high << 39).cast_unsigned();
    let shifted_high = high >> (128 - 39);
    let (sum, carry) = shifted_low.overflowing_add(low.cast_unsigned());
    let sign = low >> 127;
    (shifted_high + sign + i128::from(carry), sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TickMath.spec.ts of Uniswap v3.
    #[test]
    fn the_ends_are_those_of_the_contract() {
        assert_eq!(sqrt_price_at(TICK_MIN), SQRT_PRICE_MIN);
        assert_eq!(sqrt_price_at(TICK_MAX), SQRT_PRICE_MAX);
        assert_eq!(sqrt_price_at(0), U256::from(1) << 96);
        assert_eq!(tick_at(SQRT_PRICE_MIN), TICK_MIN);
        assert_eq!(tick_at(SQRT_PRICE_MAX - U256::from(1)), TICK_MAX - 1);
    }

    /// Law: the quick logarithm finds the tick of the contract's, near ticks and away from them.
    #[test]
    fn both_ways_find_the_same_tick() {
        let mut word = 1_u64;
        for tick in (TICK_MIN..TICK_MAX).step_by(97) {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (low, high) = (sqrt_price_at(tick), sqrt_price_at(tick + 1));
            let inside = low + (high - low) * U256::from(word >> 32) / U256::from(1_u64 << 32);
            for price in [low, low + U256::from(1), inside, high - U256::from(1)] {
                assert_eq!((tick_at(price), exact_tick_at(price)), (tick, tick));
            }
        }
    }

    /// Law: at a tick's own price the tick is found, and one unit below it the tick before.
    #[test]
    fn ticks_and_prices_undo_each_other() {
        for tick in (TICK_MIN..TICK_MAX).step_by(311).chain(-70..70) {
            let price = sqrt_price_at(tick);
            assert_eq!(tick_at(price), tick);
            if tick > TICK_MIN {
                assert_eq!(tick_at(price - U256::from(1)), tick - 1);
            }
            assert_eq!(tick_at(sqrt_price_at(tick + 1) - U256::from(1)), tick);
        }
    }
}
