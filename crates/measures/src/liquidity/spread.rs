//! Spreads: what trading at once costs, and to whom it goes.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_finite, all_non_negative, all_positive, defined, is_positive, quotient};

/// Describes [`quoted_spread`].
pub const QUOTED_SPREAD: MeasureDescription = MeasureDescription {
    name: "quoted_spread",
    meaning: "distance of the best ask from the best bid",
    formula: "ask − bid",
    unit: "money per unit",
    source: "Demsetz 1968, Quarterly Journal of Economics 82(1)",
};

/// The distance between the best quotes.
///
/// `None` for a quote that is not finite or not above zero, or an ask below the bid.
#[must_use]
pub fn quoted_spread(bid: f64, ask: f64) -> Option<f64> {
    if all_positive(&[bid, ask]) && ask >= bid { defined(ask - bid) } else { None }
}

/// Describes [`relative_spread`].
pub const RELATIVE_SPREAD: MeasureDescription = MeasureDescription {
    name: "relative_spread",
    meaning: "quoted spread over the middle of the quotes",
    formula: "(ask − bid) / ((ask + bid)/2)",
    unit: "fraction",
    source: "Foucault, Pagano and Röell 2013, Market Liquidity, §2.2",
};

/// The quoted spread over the middle price, from 0 to below 2; undefined where [`quoted_spread`] is.
#[must_use]
pub fn relative_spread(bid: f64, ask: f64) -> Option<f64> {
    let spread = quoted_spread(bid, ask)?;
    quotient(spread, bid + spread / 2.0)
}

/// Describes [`effective_spread`].
pub const EFFECTIVE_SPREAD: MeasureDescription = MeasureDescription {
    name: "effective_spread",
    meaning: "twice what a taker paid beyond the middle price",
    formula: "2 d (p − m), d = 1 for a buy and −1 for a sale",
    unit: "money per unit",
    source: "Foucault, Pagano and Röell 2013, Market Liquidity, §2.3",
};

/// Twice the distance of a trade's price from the middle price when it was made.
///
/// `side` is above zero for a buyer who took, below for a seller. Negative when the taker was better off than at the
/// middle. `None` for a side of zero, or a number that is not finite, a price not above zero.
#[must_use]
pub fn effective_spread(side: f64, price: f64, middle: f64) -> Option<f64> {
    if side == 0.0 || !side.is_finite() || !all_positive(&[price, middle]) {
        return None;
    }
    defined(2.0 * side.signum() * (price - middle))
}

/// Describes [`realised_spread`].
pub const REALISED_SPREAD: MeasureDescription = MeasureDescription {
    name: "realised_spread",
    meaning: "the part of the effective spread that the maker keeps after the price has moved",
    formula: "2 d (p − m₊), m₊ the middle price some time after the trade",
    unit: "money per unit",
    source: "Huang and Stoll 1996, Journal of Financial Economics 41(3)",
};

/// Twice the distance of a trade's price from the middle price some time later; conventions of [`effective_spread`].
#[must_use]
pub fn realised_spread(side: f64, price: f64, later_middle: f64) -> Option<f64> {
    effective_spread(side, price, later_middle)
}

/// Describes [`price_impact`].
pub const PRICE_IMPACT: MeasureDescription = MeasureDescription {
    name: "price_impact",
    meaning: "the part of the effective spread that the maker loses as the price moves with the trade",
    formula: "2 d (m₊ − m)",
    unit: "money per unit",
    source: "Huang and Stoll 1996, Journal of Financial Economics 41(3)",
};

/// Twice the move of the middle price in the trade's direction; conventions of [`effective_spread`].
#[must_use]
pub fn price_impact(side: f64, middle: f64, later_middle: f64) -> Option<f64> {
    effective_spread(side, later_middle, middle)
}

/// Averages over trades, each counted by its volume: effective is realised plus impact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpreadDecomposition {
    /// What takers paid beyond the middle price, twice.
    pub effective: f64,
    /// What makers kept of it.
    pub realised: f64,
    /// What makers lost to the move of the price.
    pub impact: f64,
}

/// Describes [`spread_decomposition`].
pub const SPREAD_DECOMPOSITION: MeasureDescription = MeasureDescription {
    name: "spread_decomposition",
    meaning: "effective spread of many trades, parted into what makers keep and what they lose to better informed takers",
    formula: "Σ w_i 2 d_i (p_i − m_i) = Σ w_i 2 d_i (p_i − m₊_i) + Σ w_i 2 d_i (m₊_i − m_i), w_i = |q_i| / Σ|q|",
    unit: "money per unit",
    source: "Huang and Stoll 1996, Journal of Financial Economics 41(3)",
};

/// The spreads of many trades, each weighted by its size.
///
/// `quantities` are signed: above zero where a buyer took, below zero where a seller did. `middles` are the middle
/// prices at the trades, `later_middles` those some time after. `None` for columns of unequal length, no volume at all,
/// a quantity that is not finite, or a price that is not finite and above zero.
#[must_use]
pub fn spread_decomposition(
    quantities: &[f64],
    prices: &[f64],
    middles: &[f64],
    later_middles: &[f64],
) -> Option<SpreadDecomposition> {
    let count = quantities.len();
    let columns = [prices, middles, later_middles];
    if !all_finite(quantities) || columns.iter().any(|column| column.len() != count || !all_positive(column)) {
        return None;
    }
    let volume = sum::sum_by(count, |i| quantities[i].abs());
    if !is_positive(volume) {
        return None;
    }
    let average = |a: &[f64], b: &[f64]| defined(sum::sum_by(count, |i| 2.0 * quantities[i] * (a[i] - b[i])) / volume);
    Some(SpreadDecomposition {
        effective: average(prices, middles)?,
        realised: average(prices, later_middles)?,
        impact: average(later_middles, middles)?,
    })
}

/// Sizes and prices of one side of a book fit together.
pub(super) fn are_levels(prices: &[f64], sizes: &[f64]) -> bool {
    prices.len() == sizes.len() && all_non_negative(prices) && all_non_negative(sizes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn by_hand() {
        assert_eq!(quoted_spread(99.0, 101.0), Some(2.0));
        assert_eq!(relative_spread(99.0, 101.0), Some(0.02));
        // Bought at 101 with the middle at 100, which then went to 100.6.
        assert_eq!(effective_spread(1.0, 101.0, 100.0), Some(2.0));
        assert_close(realised_spread(5.0, 101.0, 100.6).unwrap(), 0.8, 1e-12);
        assert_close(price_impact(5.0, 100.0, 100.6).unwrap(), 1.2, 1e-12);
        // Sold inside the quotes, and the price rose: the maker gained twice.
        assert_close(realised_spread(-1.0, 99.5, 100.5).unwrap(), 2.0, 1e-12);
        let whole = spread_decomposition(&[1.0, -3.0], &[101.0, 99.5], &[100.0; 2], &[100.6, 100.5]).unwrap();
        assert_close(whole.effective, (2.0 + 3.0 * 1.0) / 4.0, 1e-14);
        assert_close(whole.realised, (0.8 + 3.0 * 2.0) / 4.0, 1e-13);
        assert_close(whole.impact, (1.2 - 3.0 * 1.0) / 4.0, 1e-13);
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(quoted_spread(101.0, 99.0), None);
        assert_eq!(quoted_spread(0.0, 99.0), None);
        assert_eq!(relative_spread(5.0, 5.0), Some(0.0));
        assert_eq!(effective_spread(0.0, 1.0, 1.0), None);
        assert_eq!(spread_decomposition(&[0.0], &[1.0], &[1.0], &[1.0]), None);
        assert_eq!(spread_decomposition(&[], &[], &[], &[]), None);
        assert_eq!(spread_decomposition(&[1.0], &[1.0], &[1.0], &[]), None);
    }

    proptest! {
        #[test]
        fn what_takers_pay_is_kept_or_lost(
            trades in prop::collection::vec((-9.0..9.0_f64, 50.0..150.0_f64, 50.0..150.0_f64, 50.0..150.0_f64), 1..30),
        ) {
            let column = |of: fn(&(f64, f64, f64, f64)) -> f64| trades.iter().map(of).collect::<Vec<f64>>();
            let q = column(|trade| trade.0);
            let found = spread_decomposition(&q, &column(|trade| trade.1), &column(|trade| trade.2), &column(|trade| trade.3));
            let Some(SpreadDecomposition { effective, realised, impact }) = found else { return Ok(()); };
            assert_close(realised + impact, effective, 1e-11);
        }
    }
}
