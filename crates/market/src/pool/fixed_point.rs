//! e^−x and ln in fixed point: whole numbers of 2⁻¹²⁰, with an error that is a proved count of them.
//!
//! Floating point has 53 bits, and atoms have 63: a cost computed in it may be off by hundreds of atoms. Here a
//! quantity of any pool is off by less than 2⁻⁴⁰ atoms, so that a direction of rounding can be kept.

use super::wide::U256;

/// Bits after the point.
pub const BITS: usize = 120;

/// A bound on the error of [`exp_of_minus`] and [`ln`], in units of 2⁻¹²⁰. For the first: 20 terms each off by at most
/// a unit, which the sixteenth power multiplies by 16, and four roundings on the way. For the second: 38 terms, each off
/// by at most two, doubled; and one unit of ln 2 for each of at most 135 doublings.
pub const ERROR: u64 = 512;

/// One.
#[must_use]
pub fn one() -> U256 {
    U256::from(1) << BITS
}

/// ⌊ln 2 · 2¹²⁰⌋.
const LN_2: u128 = 921_350_637_599_661_305_226_344_307_672_478_454;

fn times(a: U256, b: U256) -> U256 {
    // Both are below 2¹²⁷ here.
    (a * b) >> BITS
}

/// e^x for 0 ≤ x < 90: off by at most 512·2⁻¹²⁰ of itself. `None` beyond.
#[must_use]
pub fn exp(x: U256) -> Option<U256> {
    if x >= U256::from(90) << BITS {
        return None;
    }
    let (mantissa, doublings) = exponential(x);
    Some(mantissa << doublings)
}

/// e^−x for x ≥ 0: zero where it is below 2⁻¹²⁰.
#[must_use]
pub fn exp_of_minus(x: U256) -> U256 {
    if x >= U256::from(84) << BITS {
        return U256::ZERO;
    }
    let (mantissa, halvings) = exponential(x);
    ((U256::from(1) << (2 * BITS)) / mantissa) >> halvings
}

/// e^x = m·2^k with 1 ≤ m < 2.
fn exponential(x: U256) -> (U256, usize) {
    let doublings = x / U256::from(LN_2);
    let rest = x - doublings * U256::from(LN_2);
    // e^(rest/16) by its series: (ln 2/16)^i/i! is below 2⁻¹²⁰ from i = 20. All terms are positive.
    let small = rest >> 4;
    let (mut term, mut sum) = (one(), one());
    for i in 1_u64..=20 {
        term = times(term, small) / U256::from(i);
        sum += term;
    }
    // To the sixteenth power, which is at most two.
    for _ in 0..4 {
        sum = times(sum, sum);
    }
    (sum, doublings.to::<usize>())
}

/// ln x for 1 ≤ x < 2¹³⁵.
#[must_use]
pub fn ln(x: U256) -> U256 {
    debug_assert!(x >= one());
    let doublings = x.bit_len() - 1 - BITS;
    let mantissa = x >> doublings;
    // ln m = 2·artanh z, z = (m − 1)/(m + 1) ≤ 1/3: z^(2i+1)/(2i+1) is below 2⁻¹²⁰ from i = 37.
    let z = ((mantissa - one()) << BITS) / (mantissa + one());
    let square = times(z, z);
    let (mut power, mut sum) = (z, z);
    for i in 1_u64..=37 {
        power = times(power, square);
        sum += power / U256::from(2 * i + 1);
    }
    (sum << 1) + U256::from(LN_2) * U256::from(doublings)
}

/// ln(numerator/denominator) for numerator ≥ denominator > 0, both below 2¹²⁸: at most `2 · ERROR` off.
#[must_use]
pub fn ln_ratio(numerator: U256, denominator: U256) -> U256 {
    ln((numerator << BITS) / denominator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(text: &str) -> U256 {
        text.parse().unwrap()
    }

    fn near(found: U256, expected: U256) -> bool {
        found.abs_diff(expected) <= U256::from(ERROR)
    }

    /// ⌊2¹²⁰·f⌋ by 60-digit arithmetic (mpmath).
    #[test]
    fn known_values() {
        for (x, value) in KNOWN_EXP {
            let found = exp_of_minus(fixed(x));
            assert!(near(found, fixed(value)), "{found} {value}");
        }
        for (x, value) in KNOWN_LN {
            let found = ln(fixed(x));
            assert!(near(found, fixed(value)), "{found} {value}");
        }
        let e = exp(one()).unwrap();
        assert!(near(times(e, exp_of_minus(one())), one()));
        assert_eq!(exp(U256::from(90) << BITS), None);
        assert_eq!(exp_of_minus(U256::ZERO), one());
        assert_eq!(ln(one()), U256::ZERO);
        assert_eq!(exp_of_minus(U256::MAX), U256::ZERO);
    }

    const KNOWN_EXP: [(&str, &str); 8] = [
        ("1329227", "1329227995784915872903807060279015349"),
        ("1329227995784915872903807060280344", "1327899432181646223616124019218094148"),
        ("664613997892457936451903530140172288", "806217533191926544038127755907354071"),
        ("917167317091591952303626871593437757", "666708953018349537985899750302104033"),
        ("1329227995784915872903807060280344576", "488995652278791141083010649602151673"),
        ("4984604984193434523389276476051292160", "31260446189561997659776506665583187"),
        ("26584559915698317458076141205606891520", "2739743098558823427103926440"),
        ("110325923650148017451015986003268599808", "1"),
    ];

    const KNOWN_LN: [(&str, &str); 7] = [
        ("1329227995917838672482298647570725282", "132922799571845447311899202"),
        ("1661534994731144841129758825350430720", "296608655485715564029320525042905924"),
        ("2658323068770253254220323739854661117", "921284174538281678124728081069654081"),
        ("2658455991569831745807614120560689152", "921350637599661305226344307672478454"),
        ("3987683987354747618711421180841033728", "1460306210610990889076149158829964156"),
        ("1329227995784915872903807060280344576000", "9181981704854098439125060344181023865"),
        ("1329227995784915872903807060280344576000000000000", "36727926819416393756500241376724095463"),
    ];
}
