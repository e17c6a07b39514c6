//! Shares of a fee that are simple fractions, kept exactly.

/// An exact share below or equal to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    /// Parts taken.
    pub numerator: u32,
    /// Parts in all.
    pub denominator: u32,
}

impl Fraction {
    /// The nearest fraction: one over a whole number up to a thousand where `share` is that to nine digits, so that a sixth
    /// is a sixth; else whole parts per billion. `share` is from 0 to 1.
    #[must_use]
    pub fn new(share: f64) -> Self {
        const BILLION: u32 = 1_000_000_000;
        if share <= 0.0 {
            return Self { numerator: 0, denominator: 1 };
        }
        let whole = (1.0 / share).round();
        if (1.0..=1000.0).contains(&whole) && (whole * share - 1.0).abs() < 1e-9 {
            return Self { numerator: 1, denominator: whole as u32 };
        }
        Self { numerator: (share * f64::from(BILLION)).round() as u32, denominator: BILLION }
    }

    /// This share of `amount`, rounded down.
    #[inline]
    #[must_use]
    pub fn of(self, amount: i64) -> i64 {
        if self.numerator == 0 {
            return 0;
        }
        (i128::from(amount) * i128::from(self.numerator) / i128::from(self.denominator)) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sixth_is_a_sixth() {
        assert_eq!(Fraction::new(0.166_666_666_7), Fraction { numerator: 1, denominator: 6 });
        assert_eq!(Fraction::new(0.25).of(7), 1);
        assert_eq!(Fraction::new(0.3).of(i64::MAX), 2_767_011_611_056_432_742);
        assert_eq!((Fraction::new(0.0).of(9), Fraction::new(1.0).of(9)), (0, 9));
    }
}
