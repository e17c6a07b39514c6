//! Slippage: what a fill cost beyond the price at which it was decided.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_finite, all_non_negative, all_positive, defined, is_non_negative, is_positive, quotient};

/// Describes [`slippage_paid`].
pub const SLIPPAGE_PAID: MeasureDescription = MeasureDescription {
    name: "slippage_paid",
    meaning: "money lost on a fill against the price when it was decided",
    formula: "q · (P_fill − P_reference), q above 0 for a buy and below 0 for a sale",
    unit: "money",
    source: "Perold 1988, Journal of Portfolio Management 14(3), implementation shortfall",
};

/// The slippage of one fill in money: above zero is a loss to the trader, below zero a gain.
///
/// `quantity` is signed, in units of the asset: bought above zero, sold below zero. `fill_price` is money paid
/// or received per unit, `reference_price` the price when the order was decided. `None` for a number that is
/// not finite, a negative fill price, or a reference price not above zero.
#[must_use]
pub fn slippage_paid(quantity: f64, fill_price: f64, reference_price: f64) -> Option<f64> {
    if !quantity.is_finite() || !is_non_negative(fill_price) || !is_positive(reference_price) {
        return None;
    }
    defined(quantity * (fill_price - reference_price))
}

/// Describes [`relative_slippage`].
pub const RELATIVE_SLIPPAGE: MeasureDescription = MeasureDescription {
    name: "relative_slippage",
    meaning: "slippage paid as a fraction of the fill's value at the reference price",
    formula: "sign(q) · (P_fill / P_reference − 1)",
    unit: "fraction",
    source: "Perold 1988, Journal of Portfolio Management 14(3), implementation shortfall",
};

/// The slippage of one fill as a fraction of its value at the reference price.
///
/// Above zero is a loss to the trader. `None` for a quantity of zero and where [`slippage_paid`] is undefined.
#[must_use]
pub fn relative_slippage(quantity: f64, fill_price: f64, reference_price: f64) -> Option<f64> {
    let paid_per_unit = slippage_paid(quantity.signum(), fill_price, reference_price)?;
    if quantity == 0.0 || !quantity.is_finite() {
        return None;
    }
    quotient(paid_per_unit, reference_price)
}

/// Describes [`volume_weighted_slippage`].
pub const VOLUME_WEIGHTED_SLIPPAGE: MeasureDescription = MeasureDescription {
    name: "volume_weighted_slippage",
    meaning: "relative slippage of many fills, each counted by its value",
    formula: "Σ q_i (P_fill,i − P_reference,i) / Σ |q_i| P_reference,i",
    unit: "fraction",
    source: "Perold 1988, Journal of Portfolio Management 14(3), implementation shortfall",
};

/// The mean relative slippage of the fills, weighted by their value at the reference price.
///
/// Columns have one entry per fill, with the signs and units of [`slippage_paid`]. `None` for columns of
/// unequal length, no fills or only empty ones, and where any fill's [`slippage_paid`] is undefined.
#[must_use]
pub fn volume_weighted_slippage(quantities: &[f64], fill_prices: &[f64], reference_prices: &[f64]) -> Option<f64> {
    let len = quantities.len();
    if fill_prices.len() != len || reference_prices.len() != len {
        return None;
    }
    if !all_finite(quantities) || !all_non_negative(fill_prices) || !all_positive(reference_prices) {
        return None;
    }
    let paid = sum::sum_by(len, |i| quantities[i] * (fill_prices[i] - reference_prices[i]));
    let value = sum::sum_by(len, |i| quantities[i].abs() * reference_prices[i]);
    quotient(paid, value)
}

/// Describes [`volume_weighted_average_price`].
pub const VOLUME_WEIGHTED_AVERAGE_PRICE: MeasureDescription = MeasureDescription {
    name: "volume_weighted_average_price",
    meaning: "mean price of the fills, each counted by its quantity",
    formula: "Σ |q_i| P_i / Σ |q_i|",
    unit: "of the price",
    source: "Berkowitz, Logue and Noser 1988, Journal of Finance 43(1)",
};

/// The average price of the fills, weighted by quantity whatever its sign.
///
/// `None` for columns of unequal length, no quantity at all, a number that is not finite or a negative price.
#[must_use]
pub fn volume_weighted_average_price(quantities: &[f64], prices: &[f64]) -> Option<f64> {
    if quantities.len() != prices.len() || !all_finite(quantities) || !all_non_negative(prices) {
        return None;
    }
    let money = sum::sum_by(quantities.len(), |i| quantities[i].abs() * prices[i]);
    let volume = sum::sum_by(quantities.len(), |i| quantities[i].abs());
    quotient(money, volume)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn buying_dearer_and_selling_cheaper_both_cost() {
        assert_eq!(slippage_paid(4.0, 10.5, 10.0), Some(2.0));
        assert_eq!(slippage_paid(-4.0, 9.5, 10.0), Some(2.0));
        assert_eq!(slippage_paid(-4.0, 10.5, 10.0), Some(-2.0));
        assert_eq!(relative_slippage(4.0, 12.5, 10.0), Some(0.25));
        assert_eq!(relative_slippage(-4.0, 7.5, 10.0), Some(0.25));
    }

    #[test]
    fn a_large_fill_weighs_more_than_a_small_one() {
        // Paid 1·1 + 9·0 = 1 over a value of 1·1 + 9·1 = 10.
        assert_eq!(volume_weighted_slippage(&[1.0, -9.0], &[2.0, 1.0], &[1.0, 1.0]), Some(0.1));
        assert_eq!(volume_weighted_average_price(&[1.0, -3.0], &[2.0, 4.0]), Some(3.5));
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(slippage_paid(0.0, 2.0, 1.0), Some(0.0));
        assert_eq!(relative_slippage(0.0, 2.0, 1.0), None);
        assert_eq!(relative_slippage(-0.0, 2.0, 1.0), None);
        assert_eq!(slippage_paid(1.0, 0.0, 1.0), Some(-1.0));
        assert_eq!(slippage_paid(1.0, 1.0, 0.0), None);
        assert_eq!(slippage_paid(1.0, -1.0, 1.0), None);
        for bad in [f64::NAN, f64::INFINITY] {
            assert_eq!(slippage_paid(bad, 1.0, 1.0), None);
            assert_eq!(relative_slippage(bad, 1.0, 1.0), None);
            assert_eq!(slippage_paid(1.0, bad, 1.0), None);
            assert_eq!(slippage_paid(1.0, 1.0, bad), None);
            assert_eq!(volume_weighted_slippage(&[bad], &[1.0], &[1.0]), None);
            assert_eq!(volume_weighted_average_price(&[1.0], &[bad]), None);
        }
        assert_eq!(volume_weighted_slippage(&[], &[], &[]), None);
        assert_eq!(volume_weighted_slippage(&[0.0], &[1.0], &[1.0]), None);
        assert_eq!(volume_weighted_slippage(&[1.0], &[1.0, 2.0], &[1.0]), None);
        assert_eq!(volume_weighted_average_price(&[], &[]), None);
        assert_eq!(volume_weighted_average_price(&[0.0], &[1.0]), None);
    }

    proptest! {
        #[test]
        fn the_average_is_the_weighted_mean_of_single_fills(
            fills in prop::collection::vec((-50.0..50.0_f64, 0.1..20.0_f64, 0.1..20.0_f64), 1..40),
        ) {
            prop_assume!(fills.iter().all(|fill| fill.0.abs() > 1e-3));
            let (mut weighted, mut weights) = (0.0, 0.0);
            for &(q, fill, reference) in &fills {
                weighted += relative_slippage(q, fill, reference).unwrap() * q.abs() * reference;
                weights += q.abs() * reference;
            }
            let q: Vec<f64> = fills.iter().map(|f| f.0).collect();
            let p: Vec<f64> = fills.iter().map(|f| f.1).collect();
            let r: Vec<f64> = fills.iter().map(|f| f.2).collect();
            assert_close(volume_weighted_slippage(&q, &p, &r).unwrap(), weighted / weights, 1e-10);
            let average = volume_weighted_average_price(&q, &p).unwrap();
            let (low, high) = p.iter().fold((p[0], p[0]), |(l, h), &x| (l.min(x), h.max(x)));
            prop_assert!(average >= low * (1.0 - 1e-12) && average <= high * (1.0 + 1e-12));
        }
    }
}
