//! Ticks and lots: whole numbers that stand for exact amounts of money and of the asset.

use walras_ledger::Atoms;

use super::command::Side;
use super::outcome::Rejection;

/// What a tick and a lot are worth in atoms, so that every trade moves whole atoms:
/// money = ticks × tick × lots, asset = lots × lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// Atoms of the asset in a lot.
    lot: Atoms,
    /// Atoms of the numeraire by which the price of one lot rises with one tick.
    tick: Atoms,
}

impl Grid {
    /// One atom each.
    pub const ATOMS: Self = Self { lot: 1, tick: 1 };

    /// A grid; `None` unless both are above zero.
    #[must_use]
    pub const fn new(lot: Atoms, tick: Atoms) -> Option<Self> {
        if lot > 0 && tick > 0 { Some(Self { lot, tick }) } else { None }
    }

    /// Atoms of the asset in a lot.
    #[must_use]
    pub const fn lot(self) -> Atoms {
        self.lot
    }

    /// Atoms of the numeraire that a lot costs for each tick of its price.
    #[must_use]
    pub const fn tick(self) -> Atoms {
        self.tick
    }

    /// The price in ticks at which one lot costs `price` atoms of the numeraire.
    ///
    /// # Errors
    /// [`Rejection::BadPrice`] when it is not above zero, [`Rejection::OffTick`] when it is between two ticks.
    pub const fn ticks(self, price: Atoms) -> Result<i64, Rejection> {
        match price {
            ..=0 => Err(Rejection::BadPrice),
            _ if price % self.tick == 0 => Ok(price / self.tick),
            _ => Err(Rejection::OffTick),
        }
    }

    /// How many lots `amount` atoms of the asset are.
    ///
    /// # Errors
    /// [`Rejection::BadQuantity`] when it is not above zero, [`Rejection::OffLot`] when it is between two lots.
    pub const fn lots(self, amount: Atoms) -> Result<i64, Rejection> {
        match amount {
            ..=0 => Err(Rejection::BadQuantity),
            _ if amount % self.lot == 0 => Ok(amount / self.lot),
            _ => Err(Rejection::OffLot),
        }
    }

    /// The tick nearest to `price`, in atoms of the numeraire per atom of the asset, that is no worse than it: rounded
    /// down for a buyer and up for a seller, so that nobody trades beyond what was asked. A price that is a tick but for
    /// the rounding of floats is that tick: see [`on_grid`]. `None` when that is no positive number of ticks, or none
    /// that can be counted.
    #[must_use]
    pub fn ticks_within(self, side: Side, price: f64) -> Option<i64> {
        let ticks = on_grid(price * (self.lot as f64 / self.tick as f64));
        // Beyond 2⁵³ neighbouring ticks are one number. Towards zero is down, as what is not above zero is none.
        let down = ticks as i64;
        let whole = down.saturating_add(i64::from(side == Side::Sell && ticks > down as f64));
        (1..1 << 53).contains(&whole).then_some(whole)
    }

    /// The price up to which a buyer trades that names `limit`, both in atoms of the numeraire per atom of the asset:
    /// the tick just above where `limit` is that tick but for rounding, else `limit`. What a limit could cost is
    /// reckoned with this.
    #[must_use]
    pub fn bid_up_to(self, limit: f64) -> f64 {
        self.ticks_within(Side::Buy, limit).map_or(limit, |ticks| limit.max(self.price(ticks)))
    }

    /// The highest price on the grid that is paid for by what pays for `price`, without any tolerance: money does not
    /// stretch. 0 where not one tick is.
    #[must_use]
    pub fn paid_by(self, price: f64) -> f64 {
        let ticks = price * (self.lot as f64 / self.tick as f64);
        if ticks < (1_i64 << 53) as f64 { self.price(ticks as i64) } else { price }
    }

    /// The price of `ticks` as a real number, in atoms of the numeraire per atom of the asset.
    #[must_use]
    pub fn price(self, ticks: i64) -> f64 {
        ticks as f64 * (self.tick as f64 / self.lot as f64)
    }

    /// What `lots` cost at `ticks` each, exactly, in atoms of the numeraire; `None` when it does not fit.
    #[inline]
    #[must_use]
    pub fn value(self, ticks: i64, lots: i64) -> Option<Atoms> {
        Atoms::try_from(i128::from(ticks) * i128::from(lots) * i128::from(self.tick)).ok()
    }

    /// How many atoms of the asset `lots` are; `None` when it does not fit.
    #[inline]
    #[must_use]
    pub fn amount(self, lots: i64) -> Option<Atoms> {
        lots.checked_mul(self.lot)
    }
}

/// Prices this close to the grid, in ticks and relative to their number, are on it.
const ON_GRID: f64 = 1e-9;

/// A number of ticks, made whole where it is whole but for the rounding of floats: within 10⁻⁹ of a whole number, of its
/// size where that is above one. The one rule by which prices are on a grid, for those who name them and for the markets
/// that read them: seven ticks of a cent are 0.07/0.01 = 7.000000000000001 of them.
#[inline]
#[must_use]
pub fn on_grid(ticks: f64) -> f64 {
    let whole = ticks.round();
    if (ticks - whole).abs() <= ON_GRID * whole.abs().max(1.0) { whole } else { ticks }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token of 6 decimals in lots of a hundredth, money of 6 decimals in ticks of a cent per token: by hand, a tick
    /// moves the price of a lot by 10⁴ · 10⁴ / 10⁶ = 100 atoms.
    const CENTS: Grid = Grid { lot: 10_000, tick: 100 };

    #[test]
    fn amounts_are_exact() {
        assert_eq!(CENTS.value(12_345, 700), Some(864_150_000));
        assert_eq!(CENTS.amount(700), Some(7_000_000));
        assert_eq!(CENTS.value(i64::MAX, 2), None);
        assert_eq!(CENTS.amount(i64::MAX), None);
    }

    #[test]
    fn what_is_off_the_grid_is_refused() {
        assert_eq!((CENTS.ticks(100), CENTS.lots(10_000)), (Ok(1), Ok(1)));
        assert_eq!((CENTS.ticks(150), CENTS.lots(9_999)), (Err(Rejection::OffTick), Err(Rejection::OffLot)));
        assert_eq!((CENTS.ticks(0), CENTS.lots(0)), (Err(Rejection::BadPrice), Err(Rejection::BadQuantity)));
        assert_eq!((CENTS.ticks(-100), CENTS.lots(-1)), (Err(Rejection::BadPrice), Err(Rejection::BadQuantity)));
        assert_eq!((Grid::new(0, 1), Grid::new(1, -1)), (None, None));
    }

    /// 1.239 numeraire per token are 123.9 cents.
    #[test]
    fn real_prices_round_in_their_traders_favour() {
        assert_eq!(CENTS.ticks_within(Side::Buy, 1.239), Some(123));
        assert_eq!(CENTS.ticks_within(Side::Sell, 1.239), Some(124));
        assert_eq!(CENTS.ticks_within(Side::Buy, 0.009), None);
        assert_eq!(CENTS.ticks_within(Side::Sell, 0.009), Some(1));
        assert_eq!(CENTS.ticks_within(Side::Buy, f64::NAN), None);
        assert_eq!(CENTS.ticks_within(Side::Sell, f64::INFINITY), None);
        assert!((CENTS.price(123) - 1.23).abs() < 1e-12);
    }

    /// 0.07/0.01 is 7.000000000000001 and 0.29/0.01 is 28.999999999999996: a seller at seven cents stood at eight, a
    /// buyer at 29 at 28. Every price up to a thousand, as a decimal fraction and as a multiple of the tick.
    #[test]
    fn a_price_on_the_grid_was_rounded_off_it() {
        let grids = [CENTS, Grid { lot: 100, tick: 1 }, Grid { lot: 1_000_000, tick: 10_000 }];
        for cents in 1..=100_000_i64 {
            for price in [cents as f64 / 100.0, cents as f64 * 0.01, cents as f64 * (0.01 * 1e6) / 1e6] {
                for grid in grids {
                    let found = [Side::Buy, Side::Sell].map(|side| grid.ticks_within(side, price));
                    assert_eq!(found, [Some(cents); 2], "{price}");
                }
            }
        }
        // Whoever names a price a little below a tick pays that tick, but nobody's money stretches to it.
        let below = 0.07 * (1.0 - 1e-12);
        assert_eq!((CENTS.bid_up_to(below), CENTS.paid_by(below)), (CENTS.price(7), CENTS.price(6)));
        assert_eq!((CENTS.bid_up_to(0.065), CENTS.paid_by(0.009)), (0.065, 0.0));
        // What is off the grid by more than rounding still moves to the side that is no worse.
        assert_eq!([Side::Buy, Side::Sell].map(|side| CENTS.ticks_within(side, 0.070_000_1)), [Some(7), Some(8)]);
    }
}
