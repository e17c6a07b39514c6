//! Elementary functions with the same bits everywhere.
//!
//! The standard library's `exp`, `ln`, `powf` … call whatever the platform links; their last bits differ
//! between systems. These call one pure-Rust implementation (`libm`, a port of musl), pinned by
//! `Cargo.lock` and by the known answers in the tests below. [`exp_bulk`] is the one exception: a short
//! polynomial made of plain additions and multiplications, so that a loop over a column becomes vector
//! instructions of any width with the same bits as the scalar code.

/// e^x.
#[must_use]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// e^x − 1 without cancellation near zero.
#[must_use]
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// The natural logarithm.
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// ln(1 + x) without cancellation near zero.
#[must_use]
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// The logarithm to base two.
#[must_use]
pub fn log2(x: f64) -> f64 {
    libm::log2(x)
}

/// The logarithm to base ten.
#[must_use]
pub fn log10(x: f64) -> f64 {
    libm::log10(x)
}

/// x to the power y.
#[must_use]
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// 10 to a whole power, exact for 0..=22.
#[must_use]
pub fn pow10(exponent: u32) -> f64 {
    const POWERS: [f64; 23] = {
        let mut powers = [1.0; 23];
        let mut i = 1;
        while i < powers.len() {
            powers[i] = powers[i - 1] * 10.0;
            i += 1;
        }
        powers
    };
    match POWERS.get(exponent as usize) {
        Some(&power) => power,
        None => (22..exponent).fold(POWERS[22], |power, _| power * 10.0),
    }
}

/// The square root; exact rounding is part of IEEE 754, so the processor's own is used.
#[must_use]
pub fn sqrt(x: f64) -> f64 {
    x.sqrt()
}

/// The hyperbolic tangent.
#[must_use]
pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}

/// The sine.
#[must_use]
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// The cosine.
#[must_use]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// The logistic function 1/(1 + e^−x).
#[must_use]
pub fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + exp(-x))
    } else {
        let e = exp(x);
        e / (1.0 + e)
    }
}

/// The argument is clamped to ± this in [`exp_bulk`], short of overflow and of subnormal results.
pub const EXP_BULK_MAX: f64 = 708.0;

/// e^x for loops over columns, within 3 units in the last place; `x` is clamped to ±[`EXP_BULK_MAX`].
///
/// x = n·ln 2 + r with |r| ≤ ln 2 / 2 (Cody and Waite 1980: ln 2 in two parts), e^r by its Taylor
/// polynomial of degree 12 (remainder below 2⁻⁵⁵ there) in Estrin's order, and 2ⁿ through the exponent bits.
/// `NaN` gives an unspecified number, the same one everywhere.
#[inline(always)]
#[must_use]
pub fn exp_bulk(x: f64) -> f64 {
    // Adding 1.5·2^52 leaves the nearest whole number in the low mantissa bits.
    const SHIFT: f64 = 6_755_399_441_055_744.0;
    const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let x = if x < EXP_BULK_MAX { x } else { EXP_BULK_MAX };
    let x = if x > -EXP_BULK_MAX { x } else { -EXP_BULK_MAX };
    let shifted = x * std::f64::consts::LOG2_E + SHIFT;
    let n = shifted - SHIFT;
    let r = (x - n * LN2_HIGH) - n * LN2_LOW;
    let r2 = r * r;
    let r4 = r2 * r2;
    let p01 = 1.0 + r;
    let p23 = 0.5 + r * (1.0 / 6.0);
    let p45 = (1.0 / 24.0) + r * (1.0 / 120.0);
    let p67 = (1.0 / 720.0) + r * (1.0 / 5_040.0);
    let p89 = (1.0 / 40_320.0) + r * (1.0 / 362_880.0);
    let p1011 = (1.0 / 3_628_800.0) + r * (1.0 / 39_916_800.0);
    let low = p01 + r2 * p23;
    let middle = p45 + r2 * p67;
    let high = p89 + r2 * (p1011 + r2 * (1.0 / 479_001_600.0));
    let polynomial = low + r4 * (middle + r4 * high);
    let scale = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1023 << 52));
    polynomial * scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units_apart(a: f64, b: f64) -> u64 {
        a.to_bits().abs_diff(b.to_bits())
    }

    #[test]
    fn known_constants_come_out_within_one_unit_of_the_last_place() {
        use std::f64::consts::{E, LN_2, LN_10, SQRT_2};
        let pairs = [
            (exp(1.0), E),
            (ln(2.0), LN_2),
            (ln(10.0), LN_10),
            (pow(2.0, 0.5), SQRT_2),
            (exp_m1(1e-10), 1.000_000_000_05e-10),
            (ln_1p(1e-10), 9.999_999_999_5e-11),
        ];
        for (found, expected) in pairs {
            assert!(units_apart(found, expected) <= 1, "{found} is not {expected}");
        }
        assert_eq!(pow10(22).to_bits(), 1e22_f64.to_bits());
    }

    /// A change of a single bit in any of these functions changes every recorded run.
    #[test]
    fn the_bits_are_pinned() {
        let mut hasher = crate::state::StateHasher::default();
        for i in 1..2000 {
            let x = f64::from(i) * 0.037;
            let mut values =
                vec![exp(x), exp_m1(-x), ln(x), ln_1p(x), log2(x), pow(x, 1.7), tanh(x), sin(x), cos(x), exp_bulk(x)];
            crate::state::StateVisitor::f64s(&mut hasher, "row", &mut values).unwrap();
        }
        assert_eq!(hasher.finish().to_string(), "f4069dc921f87befd60fb350daf81815b4cc0c83fc8c8f3f3ebbf0e2272f4c93");
    }

    #[test]
    fn the_bits_of_the_logarithm_to_base_ten_are_pinned() {
        let mut hasher = crate::state::StateHasher::default();
        for i in 1..2000 {
            let x = f64::from(i) * 0.037;
            crate::state::StateVisitor::f64s(&mut hasher, "row", &mut vec![log10(x), log10(1.0 / x)]).unwrap();
        }
        assert_eq!(hasher.finish().to_string(), "68215b50e4e58ae50f8ece29ede60da14ca8ed88fdb394227cf7201bda5332fd");
        for exponent in 0..=22 {
            assert_eq!(log10(pow10(exponent)), f64::from(exponent));
        }
    }

    #[test]
    fn bulk_exp_is_within_three_units_of_the_last_place() {
        let mut worst = 0_i64;
        for i in -70_000..=70_000 {
            let x = f64::from(i) * 0.010_1;
            let (fast, exact) = (exp_bulk(x), exp(x));
            worst = worst.max((fast.to_bits().cast_signed() - exact.to_bits().cast_signed()).abs());
        }
        assert!(worst <= 3, "{worst} units in the last place");
    }

    #[test]
    fn bulk_exp_is_clamped_and_finite() {
        assert_eq!(exp_bulk(0.0), 1.0);
        assert_eq!(exp_bulk(1e300), exp_bulk(EXP_BULK_MAX));
        assert_eq!(exp_bulk(f64::NEG_INFINITY), exp_bulk(-EXP_BULK_MAX));
        assert!(exp_bulk(f64::INFINITY).is_finite() && exp_bulk(-1e9) > 0.0);
        assert!(exp_bulk(f64::NAN).is_finite());
    }

    #[test]
    fn logistic_is_symmetric() {
        for i in 0..2000 {
            let x = f64::from(i) * 0.05;
            assert!((logistic(x) + logistic(-x) - 1.0).abs() <= f64::EPSILON);
        }
    }
}
