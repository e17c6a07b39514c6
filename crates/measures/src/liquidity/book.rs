//! Depth: how much stands in a book near the price.

use walras_numerics::sum;

use super::spread::are_levels;
use crate::MeasureDescription;
use crate::defined::{defined, is_non_negative, is_positive, quotient};

/// Describes [`depth_within`].
pub const DEPTH_WITHIN: MeasureDescription = MeasureDescription {
    name: "depth_within",
    meaning: "what stands on one side of a book within a relative distance of a price",
    formula: "Σ { q_i : |p_i − m| ≤ distance · m }",
    unit: "units of the asset",
    source: "Foucault, Pagano and Röell 2013, Market Liquidity, §2.2",
};

/// The size of all orders of a side whose price is no further from `reference` than that fraction of it.
///
/// `None` for columns of unequal length, a price or size that is not finite or negative, a reference not above zero, or
/// a distance that is not finite or negative. An empty side has no depth.
#[must_use]
pub fn depth_within(prices: &[f64], sizes: &[f64], reference: f64, distance: f64) -> Option<f64> {
    if !are_levels(prices, sizes) || !is_positive(reference) || !is_non_negative(distance) {
        return None;
    }
    let near = |i: usize| (prices[i] - reference).abs() <= distance * reference;
    defined(sum::sum_by(sizes.len(), |i| if near(i) { sizes[i] } else { 0.0 }))
}

/// Describes [`order_book_imbalance`].
pub const ORDER_BOOK_IMBALANCE: MeasureDescription = MeasureDescription {
    name: "order_book_imbalance",
    meaning: "which side of a book is heavier: 1 only bids, −1 only asks",
    formula: "(q_bid − q_ask) / (q_bid + q_ask)",
    unit: "none",
    source: "Cont, Kukanov and Stoikov 2014, Journal of Financial Econometrics 12(1)",
};

/// The imbalance of the sizes that stand on the two sides, in [−1, 1].
///
/// `None` for sizes that are not finite or negative, or both zero.
#[must_use]
pub fn order_book_imbalance(bid_size: f64, ask_size: f64) -> Option<f64> {
    if !is_non_negative(bid_size) || !is_non_negative(ask_size) {
        return None;
    }
    quotient(bid_size - ask_size, bid_size + ask_size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let (prices, sizes) = ([99.0, 98.0, 90.0], [5.0, 7.0, 100.0]);
        assert_eq!(depth_within(&prices, &sizes, 100.0, 0.02), Some(12.0));
        assert_eq!(depth_within(&prices, &sizes, 100.0, 0.1), Some(112.0));
        assert_eq!(depth_within(&prices, &sizes, 100.0, 0.0), Some(0.0));
        assert_eq!(depth_within(&[], &[], 100.0, 0.1), Some(0.0));
        assert_eq!(order_book_imbalance(30.0, 10.0), Some(0.5));
        assert_eq!(order_book_imbalance(0.0, 10.0), Some(-1.0));
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(depth_within(&[1.0], &[], 1.0, 0.1), None);
        assert_eq!(depth_within(&[1.0], &[1.0], 0.0, 0.1), None);
        assert_eq!(order_book_imbalance(0.0, 0.0), None);
        assert_eq!(order_book_imbalance(-1.0, 2.0), None);
    }
}
