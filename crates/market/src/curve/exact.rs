//! From a curve's real numbers to whole atoms, so that no rounding is ever paid for by the reserve.
//!
//! Let e be the curve's [`Curve::relative_error`] and ε = 2e plus the few roundings of this file. A cost is
//! computed, raised by ε and rounded up; what a sale pays is computed, lowered by ε and rounded down. Each buy
//! then pays at least the true integral of the price, and each sale is paid at most the true integral. Hence:
//!
//! - For a curve of supply alone, the reserve never falls below the integral from 0 to S, however the trades are
//!   cut. It even keeps ε − e of it in hand, which is why the *computed* integral, off by at most e,
//!   is still covered: [`Exact::required_reserve`] is never more than what is held.
//! - For a curve of supply and reserve (P = κR/S), R/S^κ never falls. The dust that rounding leaves raises the
//!   price minutely, for everyone; returning to the same supply therefore leaves at least the same reserve.
//!
//! Either way no sequence of trades that returns to its starting supply takes money out.

use walras_numerics::elementary::pow10;
use walras_numerics::root::greatest;

use super::{Curve, Point};

/// 2⁶³: the first number that no `i64` holds.
const ATOMS_END: f64 = 9_223_372_036_854_775_808.0;

/// Anchors a market may have. Within them a cost that is lost below the smallest `f64` is less than an atom, and one
/// beyond the greatest does not fit an `i64`; further out, neither would be so.
const ANCHORS: std::ops::RangeInclusive<f64> = 1e-100..=1e100;

/// One curve, traded in whole atoms.
///
/// `supply` and `amount` are in atoms of the asset, `reserve` and `money` in atoms of the numeraire. None of
/// them is negative, and no more is sold than the supply.
#[derive(Debug)]
pub struct Exact<'a, C: Curve + ?Sized> {
    curve: &'a C,
    /// Tokens in one atom of the asset.
    token: f64,
    /// Numeraire in one atom of it.
    coin: f64,
    /// Atoms of the numeraire in one unit.
    coins: f64,
    /// Multiplies every price.
    anchor: f64,
    /// Atoms to pay for one unit of computed cost: anchor · coins · (1 + ε).
    buying: f64,
    /// Atoms paid out for one unit of computed proceeds: anchor · coins · (1 − ε).
    selling: f64,
}

impl<C: Curve + ?Sized> Clone for Exact<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: Curve + ?Sized> Copy for Exact<'_, C> {}

impl<'a, C: Curve + ?Sized> Exact<'a, C> {
    /// `curve` in atoms of a numeraire and of an asset with these decimals, each at most 18.
    ///
    /// `anchor` multiplies every price, from 10⁻¹⁰⁰ to 10¹⁰⁰ times; see [`Exact::anchored`]. Curves whose price depends on their reserve need
    /// none, so it is one for them.
    #[must_use]
    pub fn new(curve: &'a C, numeraire_decimals: u32, asset_decimals: u32, anchor: f64) -> Self {
        let anchor = if curve.reserve(0.0).is_some() { anchor } else { 1.0 };
        let margin = margin(curve);
        let coins = pow10(numeraire_decimals);
        Self {
            curve,
            token: 1.0 / pow10(asset_decimals),
            coin: 1.0 / coins,
            coins,
            anchor,
            buying: anchor * coins * (1.0 + margin),
            selling: anchor * coins * (1.0 - margin).max(0.0),
        }
    }

    /// `curve` scaled so that `reserve` is just what buying back the whole `supply` needs: how a market keeps what
    /// it holds when the curve's parameters change under it. The anchor of an empty market is one.
    ///
    /// `None` when no anchor from 10⁻¹⁰⁰ to 10¹⁰⁰ does it: tokens are out against nothing held, or the new curve
    /// values the supply at next to nothing or at next to everything.
    #[must_use]
    pub fn anchored(
        curve: &'a C,
        numeraire_decimals: u32,
        asset_decimals: u32,
        supply: i64,
        reserve: i64,
    ) -> Option<Self> {
        let plain = Self::new(curve, numeraire_decimals, asset_decimals, 1.0);
        let point = plain.point(supply, reserve);
        let (Some(needed), true) = (curve.reserve(point.supply), supply > 0) else { return Some(plain) };
        // Dividing by the factor for buying leaves the margin in hand that buying this supply would have left.
        let anchor = reserve as f64 / (needed * plain.buying);
        ANCHORS.contains(&anchor).then(|| Self::new(curve, numeraire_decimals, asset_decimals, anchor))
    }

    /// What every price of the curve is multiplied by.
    #[must_use]
    pub fn anchor(&self) -> f64 {
        self.anchor
    }

    /// By which share two computed costs of the same tokens may differ, cut differently: twice the curve's own error
    /// and a few roundings.
    #[must_use]
    pub fn error(&self) -> f64 {
        margin(self.curve)
    }

    /// Where the curve stands, in tokens and numeraire.
    #[inline]
    #[must_use]
    pub fn point(&self, supply: i64, reserve: i64) -> Point {
        Point { supply: supply as f64 * self.token, reserve: reserve as f64 * self.coin }
    }

    /// The price of the next token, numeraire per token.
    #[inline]
    #[must_use]
    pub fn price(&self, supply: i64, reserve: i64) -> f64 {
        self.anchor * self.curve.price(self.point(supply, reserve))
    }

    /// Numeraire atoms for one atom of the asset in one numeraire per token.
    #[must_use]
    pub fn unit(&self) -> f64 {
        self.coins * self.token
    }

    /// What buying `amount` costs: never less than the integral of the price, and at least one atom.
    /// `None` when the cost or the supply after it does not fit an `i64`.
    #[inline]
    #[must_use]
    pub fn cost(&self, supply: i64, reserve: i64, amount: i64) -> Option<i64> {
        if amount <= 0 {
            return (amount == 0).then_some(0);
        }
        supply.checked_add(amount)?;
        let cost = self.curve.cost(self.point(supply, reserve), amount as f64 * self.token) * self.buying;
        // Up, in the reserve's favour. Comparing this way round also turns away NaN.
        if cost < ATOMS_END {
            let whole = cost as i64;
            Some((whole + i64::from((whole as f64) < cost)).max(1))
        } else {
            None
        }
    }

    /// What selling `amount` pays: never more than the integral of the price, never negative. `None` when more
    /// is sold than the supply, or the value is beyond any number.
    #[inline]
    #[must_use]
    pub fn proceeds(&self, supply: i64, reserve: i64, amount: i64) -> Option<i64> {
        if amount <= 0 {
            return (amount == 0).then_some(0);
        }
        if amount > supply {
            return None;
        }
        let proceeds = self.curve.proceeds(self.point(supply, reserve), amount as f64 * self.token) * self.selling;
        // Down, in the reserve's favour.
        if proceeds < ATOMS_END { Some((proceeds as i64).max(0)) } else { None }
    }

    /// The most that `money` buys: the amount whose cost is within `money` while one atom more costs too much (or
    /// would not fit the supply). Zero when not even one atom can be had.
    #[must_use]
    pub fn amount_for(&self, supply: i64, reserve: i64, money: i64) -> i64 {
        if money <= 0 {
            return 0;
        }
        let affordable = |amount| self.cost(supply, reserve, amount).is_some_and(|cost| cost <= money);
        let guess = self.curve.tokens_bought(self.point(supply, reserve), money as f64 / self.buying) / self.token;
        greatest_near(guess, i64::MAX - supply, affordable)
    }

    /// The least that must be sold to be paid at least `money`. `None` when the whole supply does not pay it.
    #[must_use]
    pub fn amount_to_receive(&self, supply: i64, reserve: i64, money: i64) -> Option<i64> {
        if money <= 0 {
            return Some(0);
        }
        let short = |amount| amount < supply && self.proceeds(supply, reserve, amount).is_none_or(|paid| paid < money);
        let guess = self.curve.tokens_sold(self.point(supply, reserve), money as f64 / self.selling) / self.token;
        let amount = (greatest_near(guess, supply, short) + 1).min(supply);
        self.proceeds(supply, reserve, amount).is_some_and(|paid| paid >= money).then_some(amount)
    }

    /// What must be held to buy back the whole `supply`, rounded up: at least what any sequence of sales can take
    /// out. Curves whose price depends on their reserve need just what they hold. `None` when the
    /// value does not fit an `i64`.
    #[must_use]
    pub fn required_reserve(&self, supply: i64, reserve: i64) -> Option<i64> {
        let Some(needed) = self.curve.reserve(supply as f64 * self.token) else { return Some(reserve) };
        let needed = needed * self.anchor * self.coins;
        if needed < ATOMS_END {
            let whole = needed as i64;
            Some(whole + i64::from((whole as f64) < needed))
        } else {
            None
        }
    }
}

/// ε, by which costs are raised and proceeds lowered.
fn margin<C: Curve + ?Sized>(curve: &C) -> f64 {
    2.0 * curve.relative_error() + 4.0 * f64::EPSILON
}

/// The greatest of `0..=high` for which `holds`, sought outwards from `guess`; it holds at 0.
fn greatest_near(guess: f64, high: i64, holds: impl Fn(i64) -> bool) -> i64 {
    // `as` saturates, and makes zero of NaN.
    let guess = (guess as i64).clamp(0, high);
    let mut step = 1_i64;
    if guess == 0 || holds(guess) {
        let mut low = guess;
        loop {
            let next = low.saturating_add(step).min(high);
            if next == low {
                return low;
            }
            if !holds(next) {
                return greatest(low, next - 1, holds).unwrap_or(low);
            }
            low = next;
            step = step.saturating_mul(4);
        }
    }
    let mut high = guess;
    loop {
        let next = (high - step).max(0);
        if next == 0 || holds(next) {
            return greatest(next, high - 1, holds).unwrap_or(next);
        }
        high = next;
        step = step.saturating_mul(4);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::Linear;

    const CURVE: Linear = Linear { slope: 0.5, intercept: 2.0 };

    /// ½·0.5·((S + x)² − S²) + 2x in whole tokens and coins, by hand.
    #[test]
    fn whole_costs_are_the_integral_rounded_up_and_proceeds_rounded_down() {
        let exact = Exact::new(&CURVE, 0, 0, 1.0);
        // 0.25·(13² − 10²) + 2·3 = 23.25.
        assert_eq!(exact.cost(10, 0, 3), Some(24));
        assert_eq!(exact.proceeds(13, 0, 3), Some(23));
        assert_eq!(exact.cost(0, 0, 1), Some(3));
        assert_eq!(exact.proceeds(1, 0, 1), Some(2));
        assert_eq!(exact.required_reserve(13, 0), Some(69)); // 0.25·169 + 26 = 68.25
        assert_eq!(exact.price(10, 0), 7.0);
    }

    #[test]
    fn a_single_atom_is_never_free() {
        let exact = Exact::new(&CURVE, 0, 18, 1.0);
        assert_eq!(exact.cost(0, 0, 1), Some(1));
        assert_eq!(exact.proceeds(1, 1, 1), Some(0));
        assert_eq!(exact.cost(0, 0, 0), Some(0));
        // Not even where the price is so small that the cost vanishes between two numbers.
        let tiny = Linear { slope: 0.0, intercept: 1e-320 };
        assert_eq!(Exact::new(&tiny, 0, 18, 1.0).cost(0, 0, 1), Some(1));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let exact = Exact::new(&CURVE, 18, 0, 1.0);
        assert_eq!(exact.cost(0, 0, i64::MAX), None);
        assert_eq!(exact.cost(i64::MAX, 0, 1), None);
        assert_eq!(exact.cost(0, 0, -1), None);
        assert_eq!(exact.proceeds(5, 0, 6), None);
        let infinite = Linear { slope: 1e30, intercept: f64::MAX };
        assert_eq!(Exact::new(&infinite, 18, 0, 1.0).cost(1, 0, i64::MAX - 1), None);
    }

    #[test]
    fn inverses_are_exact_at_the_boundary() {
        let exact = Exact::new(&CURVE, 6, 9, 1.0);
        for money in [1, 2, 7, 999, 1_000_000, 123_456_789_012, i64::MAX / 2, i64::MAX] {
            let amount = exact.amount_for(5_000_000_000, 0, money);
            assert!(exact.cost(5_000_000_000, 0, amount).unwrap() <= money);
            assert!(exact.cost(5_000_000_000, 0, amount + 1).is_none_or(|cost| cost > money));
        }
        for money in [1, 2, 7, 999, 1_000_000, 16_249_999] {
            let amount = exact.amount_to_receive(5_000_000_000, 0, money).unwrap();
            assert!(exact.proceeds(5_000_000_000, 0, amount).unwrap() >= money);
            assert!(exact.proceeds(5_000_000_000, 0, amount - 1).unwrap() < money);
        }
        // The whole supply is worth 0.25·5² + 2·5 = 16.25; rounding keeps one atom of it.
        assert_eq!(exact.amount_to_receive(5_000_000_000, 0, 16_250_000), None);
    }

    /// The search does not trust its guess.
    #[test]
    fn the_greatest_is_found_from_any_guess() {
        for boundary in [0_i64, 1, 2, 1000, i64::MAX - 1, i64::MAX] {
            for guess in [0.0, 1.0, 999.0, 1e18, f64::INFINITY, f64::NAN, -5.0] {
                assert_eq!(greatest_near(guess, i64::MAX, |x| x <= boundary), boundary);
            }
        }
        assert_eq!(greatest_near(70.0, 50, |_| true), 50);
    }

    #[test]
    fn an_anchored_curve_needs_just_what_is_held() {
        let (supply, reserve) = (5_000_000_000, 999_999_999_999);
        let exact = Exact::anchored(&CURVE, 6, 9, supply, reserve).unwrap();
        let required = exact.required_reserve(supply, reserve).unwrap();
        assert!(required <= reserve && required >= reserve - 1);
        assert!(exact.proceeds(supply, reserve, supply).unwrap() <= reserve);
        assert_eq!(Exact::anchored(&CURVE, 6, 9, 0, 0).unwrap().anchor(), 1.0);
        assert!(Exact::anchored(&CURVE, 6, 9, 1, 0).is_none());
    }

    /// Beyond these a cost could vanish or overflow on its way and still be worth whole atoms.
    #[test]
    fn an_absurd_anchor_is_refused() {
        let explosive = crate::curve::Exponential { base: 1.0, growth: 1.0, offset: 0.0 };
        assert!(Exact::anchored(&explosive, 0, 0, 200, 1_000_000).is_some());
        assert!(Exact::anchored(&explosive, 0, 0, 300, 1_000_000).is_none());
        assert!(Exact::anchored(&explosive, 0, 0, 800, 1_000_000).is_none());
    }
}
