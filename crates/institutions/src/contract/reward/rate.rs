//! An exact product of a rate and a whole number.

use walras_ledger::Atoms;

/// A rate of atoms per atom, as a float holds it: m·2^e with whole m.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    mantissa: u64,
    exponent: i32,
}

impl Rate {
    /// The rate; what is not a positive number is zero, what is infinite the greatest float.
    #[must_use]
    pub fn new(rate: f64) -> Self {
        let rate = if rate > 0.0 { rate.min(f64::MAX) } else { 0.0 };
        let bits = rate.to_bits();
        let (biased, fraction) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
        match biased {
            0 => Self { mantissa: fraction, exponent: -1074 },
            _ => Self { mantissa: fraction | 1 << 52, exponent: biased - 1075 },
        }
    }

    /// ⌊rate · amount⌋ without any rounding before it; at most [`Atoms::MAX`], and zero of a negative amount.
    ///
    /// The floor of an exact product is superadditive: the parts of an amount never come to more than the whole.
    #[must_use]
    pub fn of(self, amount: Atoms) -> Atoms {
        // Below 2⁵³·2⁶³.
        floor(u128::from(self.mantissa) * u128::from(amount.max(0).cast_unsigned()), self.exponent)
    }
}

/// Rates of one exponent, so that a sum of products is rounded once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rates {
    mantissas: Vec<u64>,
    exponent: i32,
}

impl Rates {
    /// These rates, those rounded down that are far below the greatest: to 2⁻⁵⁹ of it. Their order stays.
    pub(super) fn new(rates: &[f64]) -> Self {
        let rates: Vec<Rate> = rates.iter().map(|&rate| Rate::new(rate)).collect();
        // Seven bits more than the greatest needs.
        let greatest = rates.iter().filter(|rate| rate.mantissa > 0).map(|rate| rate.exponent).max();
        let exponent = greatest.unwrap_or_default() - 7;
        let aligned = |rate: &Rate| match u32::try_from(rate.exponent - exponent) {
            Ok(left) => rate.mantissa.checked_shl(left).unwrap_or_default(),
            Err(_) => rate.mantissa.checked_shr((rate.exponent - exponent).unsigned_abs()).unwrap_or(0),
        };
        Self { mantissas: rates.iter().map(aligned).collect(), exponent }
    }

    /// ⌊Σ rate · amount⌋ without any rounding before it, over amounts that are not negative and together can be counted.
    pub(super) fn of(&self, amounts: impl Iterator<Item = Atoms>) -> Atoms {
        // Mantissas are below 2⁶⁰ and amounts together below 2⁶³.
        let product = |(&rate, amount): (&u64, Atoms)| u128::from(rate) * u128::from(amount.cast_unsigned());
        floor(self.mantissas.iter().zip(amounts).map(product).sum(), self.exponent)
    }
}

/// ⌊product · 2^exponent⌋, at most [`Atoms::MAX`].
fn floor(product: u128, exponent: i32) -> Atoms {
    let whole = match u32::try_from(exponent) {
        Ok(left) if left > product.leading_zeros() => {
            if product == 0 {
                0
            } else {
                u128::MAX
            }
        }
        Ok(left) => product << left,
        Err(_) => product.checked_shr(exponent.unsigned_abs()).unwrap_or(0),
    };
    Atoms::try_from(whole).unwrap_or(Atoms::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_exact() {
        assert_eq!(Rate::new(1.0).of(Atoms::MAX), Atoms::MAX);
        assert_eq!(Rate::new(0.5).of(Atoms::MAX), Atoms::MAX / 2);
        assert_eq!(Rate::new(3.0).of(Atoms::MAX / 3), Atoms::MAX / 3 * 3);
        // 0.1 as a float is 0.1000000000000000055: of 10¹⁸ that is 5 atoms more than a tenth.
        assert_eq!(Rate::new(0.1).of(1_000_000_000_000_000_000), 100_000_000_000_000_005);
        assert_eq!(Rate::new(1e18).of(9), 9_000_000_000_000_000_000);
    }

    #[test]
    fn extremes_are_bounded() {
        for rate in [f64::MAX, f64::INFINITY, 2.0_f64.powi(200)] {
            assert_eq!([Rate::new(rate).of(1), Rate::new(rate).of(0)], [Atoms::MAX, 0]);
        }
        for rate in [0.0, -1.0, f64::NAN, f64::MIN_POSITIVE, 5e-324] {
            assert_eq!(Rate::new(rate).of(Atoms::MAX), 0);
        }
        assert_eq!(Rate::new(2.0).of(-5), 0);
    }
}
