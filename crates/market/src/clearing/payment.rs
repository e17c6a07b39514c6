//! Exact money at a price that is any number.

use walras_ledger::Atoms;

/// A price in atoms of the numeraire for one atom of the asset: m·2^e, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtomPrice {
    mantissa: u64,
    exponent: i32,
}

impl AtomPrice {
    /// The price as it is; `None` when it is negative or not finite.
    #[must_use]
    pub fn new(price: f64) -> Option<Self> {
        if !(price.is_finite() && price >= 0.0) {
            return None;
        }
        // The sign of −0 aside.
        let bits = price.to_bits() & (u64::MAX >> 1);
        let (raised, fraction) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
        // Numbers below the normal ones have no leading one.
        let (mantissa, exponent) = if raised == 0 { (fraction, -1074) } else { (fraction | 1 << 52, raised - 1075) };
        Some(Self { mantissa, exponent })
    }

    /// What a buyer of `quantity` pays, rounded up in the venue's favour; `None` when it does not fit.
    #[inline]
    #[must_use]
    pub fn owed(self, quantity: Atoms) -> Option<Atoms> {
        self.signed(quantity, 1)
    }

    /// What a seller of `quantity` is paid, rounded down in the venue's favour; `None` when it does not fit.
    #[inline]
    #[must_use]
    pub fn due(self, quantity: Atoms) -> Option<Atoms> {
        self.signed(quantity, -1).map(|paid| -paid)
    }

    /// What a row pays: a buyer (`side` above zero) as [`AtomPrice::owed`] says, a seller minus what [`AtomPrice::due`]
    /// says.
    #[inline]
    #[must_use]
    pub fn signed(self, quantity: Atoms, side: i8) -> Option<Atoms> {
        let (whole, rest) = self.scaled(quantity)?;
        let paid = fit(whole + u128::from(rest & (side > 0)))?;
        Some(if side > 0 { paid } else { -paid })
    }

    /// The whole atoms, and whether there is more. The product has at most 63 + 53 bits.
    #[inline]
    fn scaled(self, quantity: Atoms) -> Option<(u128, bool)> {
        let product = u128::from(quantity.unsigned_abs()) * u128::from(self.mantissa);
        match self.exponent {
            shift @ 0.. => (product == 0 || shift.unsigned_abs() < product.leading_zeros())
                .then(|| (product.checked_shl(shift.unsigned_abs()).unwrap_or(0), false)),
            shift if shift <= -128 => Some((0, product > 0)),
            shift => Some((product >> -shift, product & ((1 << -shift) - 1) != 0)),
        }
    }
}

/// A sum of payments, rounded once: whole atoms, and parts in 2⁻⁶⁴ of one, each rounded up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Money {
    whole: u128,
    parts: u128,
}

impl Money {
    /// With `quantity` at `price` added; `None` when it does not fit.
    #[must_use]
    pub fn add(self, price: AtomPrice, quantity: Atoms) -> Option<Self> {
        let (whole, _) = price.scaled(quantity)?;
        let product = u128::from(quantity.unsigned_abs()) * u128::from(price.mantissa);
        let parts = match price.exponent {
            0.. => 0,
            shift @ -64.. => (product & ((1 << -shift) - 1)) << (64 + shift),
            shift => {
                let below = if shift > -128 { product & ((1 << -shift) - 1) } else { product };
                let shift = (-64 - shift).unsigned_abs();
                let floor = below.checked_shr(shift).unwrap_or(0);
                floor + u128::from(floor.checked_shl(shift).unwrap_or(0) != below)
            }
        };
        Some(Self { whole: self.whole.checked_add(whole)?, parts: self.parts.checked_add(parts)? })
    }

    /// The sum, rounded up; `None` when it does not fit.
    #[must_use]
    pub fn up(self) -> Option<Atoms> {
        fit(self.whole.checked_add(self.parts.div_ceil(1 << 64))?)
    }
}

fn fit(whole: u128) -> Option<Atoms> {
    Atoms::try_from(whole).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The double nearest to 0.1 is a little more than it, so ten cost a little more than one atom.
    #[test]
    fn the_price_is_taken_as_it_is() {
        let tenth = AtomPrice::new(0.1).unwrap();
        assert_eq!((tenth.owed(10), tenth.due(10)), (Some(2), Some(1)));
        let quarter = AtomPrice::new(0.25).unwrap();
        assert_eq!(
            (quarter.owed(12), quarter.due(12), quarter.owed(13), quarter.due(15)),
            (Some(3), Some(3), Some(4), Some(3))
        );
    }

    /// Three times a quarter and 2⁻⁷⁰ are rounded once; tiny parts are never lost.
    #[test]
    fn sums_are_rounded_once() {
        let (quarter, tiny) = (AtomPrice::new(0.25).unwrap(), AtomPrice::new(1.0 / (1_u128 << 70) as f64).unwrap());
        let sum = |prices: &[(AtomPrice, Atoms)]| {
            prices.iter().try_fold(Money::default(), |sum, &(price, quantity)| sum.add(price, quantity))?.up()
        };
        assert_eq!(sum(&[(quarter, 1), (quarter, 3)]), Some(1));
        assert_eq!(sum(&[(quarter, 1), (quarter, 3), (tiny, 1)]), Some(2));
        assert_eq!(sum(&[(tiny, 1 << 62), (tiny, 3 << 61)]), Some(1));
        assert_eq!(sum(&[(AtomPrice::new(f64::from_bits(1)).unwrap(), i64::MAX)]), Some(1));
        assert_eq!(sum(&[(AtomPrice::new(1.0).unwrap(), i64::MAX), (tiny, 1)]), None);
        assert_eq!(sum(&[]), Some(0));
    }

    #[test]
    fn extreme_prices_are_exact_or_refused() {
        let least = AtomPrice::new(f64::from_bits(1)).unwrap();
        assert_eq!((least.owed(i64::MAX), least.due(i64::MAX)), (Some(1), Some(0)));
        assert_eq!(AtomPrice::new(0.0).unwrap().owed(i64::MAX), Some(0));
        assert_eq!(AtomPrice::new(f64::MAX).unwrap().owed(1), None);
        assert_eq!(AtomPrice::new(f64::MAX).unwrap().owed(0), Some(0));
        assert_eq!(AtomPrice::new(1.0).unwrap().due(i64::MAX), Some(i64::MAX));
        assert_eq!(AtomPrice::new(2.0).unwrap().due(i64::MAX), None);
        assert_eq!((AtomPrice::new(-1.0), AtomPrice::new(f64::NAN)), (None, None));
    }
}
