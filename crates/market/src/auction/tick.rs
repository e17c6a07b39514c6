//! From prices in ticks to exact amounts of money.

use walras_ledger::Atoms;

/// What one tick of price is: so many atoms of the numeraire for so many atoms of the asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick {
    money: Atoms,
    lot: Atoms,
}

/// A price in ticks, as an exact fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// Ticks times the denominator.
    pub numerator: i128,
    /// At least one.
    pub denominator: i64,
}

impl Price {
    /// A whole number of ticks.
    #[must_use]
    pub const fn ticks(ticks: i64) -> Self {
        Self { numerator: ticks as i128, denominator: 1 }
    }

    /// The middle of two prices.
    #[must_use]
    pub const fn middle(a: i64, b: i64) -> Self {
        Self { numerator: a as i128 + b as i128, denominator: 2 }
    }

    /// As a number of ticks, to be looked at.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// Whether the price is at most `limit` ticks.
    #[must_use]
    pub const fn at_most(self, limit: i64) -> bool {
        self.numerator <= limit as i128 * self.denominator as i128
    }

    /// Whether the price is at least `limit` ticks.
    #[must_use]
    pub const fn at_least(self, limit: i64) -> bool {
        self.numerator >= limit as i128 * self.denominator as i128
    }
}

impl Tick {
    /// One atom for one atom.
    pub const UNIT: Self = Self { money: 1, lot: 1 };

    /// A tick of `money` atoms of the numeraire for `lot` atoms of the asset; `None` unless both are positive.
    #[must_use]
    pub fn new(money: Atoms, lot: Atoms) -> Option<Self> {
        if money <= 0 || lot <= 0 {
            return None;
        }
        let (mut a, mut b) = (money, lot);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        // In lowest terms, so that products are small.
        Some(Self { money: money / a, lot: lot / a })
    }

    /// What `quantity` atoms of the asset cost a buyer at `price`, rounded up in the seller's favour; `None` when it
    /// does not fit.
    #[inline]
    #[must_use]
    pub fn owed(self, price: Price, quantity: Atoms) -> Option<Atoms> {
        self.signed(price, quantity, 1)
    }

    /// What a seller of `quantity` atoms is paid at `price`, rounded down in the venue's favour; `None` when it does
    /// not fit.
    #[inline]
    #[must_use]
    pub fn due(self, price: Price, quantity: Atoms) -> Option<Atoms> {
        self.signed(price, quantity, -1)?.checked_neg()
    }

    /// What a row pays at `price`: a buyer (`side` above zero) as [`Tick::owed`] says, a seller minus what [`Tick::due`]
    /// says. Both are the ceiling of the signed value, so that one rounding favours the venue on either side.
    #[inline]
    #[must_use]
    pub fn signed(self, price: Price, quantity: Atoms, side: i8) -> Option<Atoms> {
        let (value, denominator) = self.fraction(price, quantity)?;
        let value = if side < 0 { -value } else { value };
        // Division of 128 bits is slow, and mostly there is nothing to divide or little.
        if denominator == 1 {
            return Atoms::try_from(value).ok();
        }
        match (i64::try_from(-value), i64::try_from(denominator)) {
            (Ok(negative), Ok(denominator)) => negative.div_euclid(denominator).checked_neg(),
            _ => Atoms::try_from(-(-value).div_euclid(denominator)).ok(),
        }
    }

    #[inline]
    fn fraction(self, price: Price, quantity: Atoms) -> Option<(i128, i128)> {
        let value = price.numerator.checked_mul(i128::from(quantity))?.checked_mul(i128::from(self.money))?;
        Some((value, i128::from(price.denominator) * i128::from(self.lot)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seven ticks of 3/10: 2.1 atoms for one atom, 4.2 for two, 21 for ten; −7 ticks are the negatives.
    #[test]
    fn buyers_pay_the_ceiling_and_sellers_get_the_floor() {
        let tick = Tick::new(3, 10).unwrap();
        let both = |ticks, quantity| {
            (tick.owed(Price::ticks(ticks), quantity).unwrap(), tick.due(Price::ticks(ticks), quantity).unwrap())
        };
        assert_eq!(both(7, 1), (3, 2));
        assert_eq!(both(7, 2), (5, 4));
        assert_eq!(both(7, 10), (21, 21));
        assert_eq!(both(-7, 1), (-2, -3));
        assert_eq!(tick.owed(Price::middle(7, 8), 1), Some(3));
    }

    #[test]
    fn ticks_are_in_lowest_terms_and_positive() {
        assert_eq!(Tick::new(1_000_000_000, 500_000_000), Tick::new(2, 1));
        assert_eq!((Tick::new(0, 1), Tick::new(1, -1)), (None, None));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        assert_eq!(Tick::UNIT.owed(Price::ticks(i64::MAX), 2), None);
        assert_eq!(Tick::UNIT.owed(Price::ticks(i64::MAX), 1), Some(i64::MAX));
        let fine = Price { numerator: i128::MAX, denominator: 1 };
        assert_eq!(Tick::UNIT.due(fine, 2), None);
    }
}
