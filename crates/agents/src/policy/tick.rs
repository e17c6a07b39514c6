//! Prices on a market's grid: a part of what every policy that names prices says.

use walras_market::book::grid::on_grid;

/// How many ticks make `price`, a whole number where it is one but for rounding.
#[inline]
fn ticks(price: f64, tick: f64) -> f64 {
    on_grid(price / tick)
}

/// The highest price on the grid that is not above `price`; `price` itself where `tick` is 0. For bids.
#[inline]
#[must_use]
pub fn at_most(price: f64, tick: f64) -> f64 {
    if tick > 0.0 { ticks(price, tick).floor() * tick } else { price }
}

/// The lowest price on the grid that is not below `price`; `price` itself where `tick` is 0. For asks.
#[inline]
#[must_use]
pub fn at_least(price: f64, tick: f64) -> f64 {
    if tick > 0.0 { ticks(price, tick).ceil() * tick } else { price }
}

/// The price that the agent of side `side` names when `price` is the worst it would take.
#[inline]
#[must_use]
pub fn no_worse(side: i8, price: f64, tick: f64) -> f64 {
    if side > 0 { at_most(price, tick) } else { at_least(price, tick) }
}

/// A price from `low` to `high` by the uniform number `u` in [0, 1): each price of the grid between them is as likely as
/// any other. `None` where no price is.
#[inline]
#[must_use]
pub fn between(low: f64, high: f64, u: f64, tick: f64) -> Option<f64> {
    if tick > 0.0 {
        let (first, last) = (ticks(low, tick).ceil(), ticks(high, tick).floor());
        (first <= last).then(|| (first + (u * (last - first + 1.0)).floor()) * tick)
    } else {
        (low <= high).then_some(low + (high - low) * u)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_on_the_grid_stay_and_others_move_to_the_side_that_is_no_worse() {
        // 0.3/0.1 is 2.9999999999999996.
        assert_eq!((at_most(0.3, 0.1), at_least(0.3, 0.1)), (3.0 * 0.1, 3.0 * 0.1));
        assert_eq!((no_worse(1, 7.9, 2.0), no_worse(-1, 7.9, 2.0)), (6.0, 8.0));
        assert_eq!((at_most(7.9, 0.0), at_least(7.9, 0.0)), (7.9, 7.9));
    }

    #[test]
    fn every_price_of_the_grid_is_as_likely_as_any_other() {
        let mut counts = [0; 4];
        for n in 0..1000 {
            counts[between(1.5, 5.9, f64::from(n) / 1000.0, 1.0).unwrap() as usize - 2] += 1;
        }
        assert_eq!(counts, [250; 4]);
        assert_eq!(between(1.2, 1.8, 0.5, 1.0), None);
        assert_eq!((between(2.0, 4.0, 0.25, 0.0), between(4.0, 2.0, 0.5, 0.0)), (Some(2.5), None));
    }
}
