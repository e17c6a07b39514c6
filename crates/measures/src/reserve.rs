//! Reserve: how well a market's money covers the tokens that are out.

use crate::MeasureDescription;
use crate::defined::{all_non_negative, is_non_negative, quotient};
use crate::turnover::market_capitalisation;

/// Describes [`reserve_ratio`].
pub const RESERVE_RATIO: MeasureDescription = MeasureDescription {
    name: "reserve_ratio",
    meaning: "reserve as a fraction of the supply's market value",
    formula: "R / (P · S)",
    unit: "fraction",
    source: "Hertzog, Benartzi and Benartzi 2017, Bancor Protocol, reserve ratio",
};

/// The reserve over the supply's market value, at least 0.
///
/// It is constant along a Bancor curve without tribute, and 1/(n + 1) along the power curve m·Sⁿ. `None` for a
/// negative or non-finite number, or a market value of zero: with nothing out there is nothing to cover.
#[must_use]
pub fn reserve_ratio(reserve: f64, price: f64, supply: f64) -> Option<f64> {
    if !is_non_negative(reserve) {
        return None;
    }
    quotient(reserve, market_capitalisation(price, supply)?)
}

/// Describes [`reserve_ratio_series`].
pub const RESERVE_RATIO_SERIES: MeasureDescription = MeasureDescription {
    name: "reserve_ratio_series",
    meaning: "reserve ratio at each step",
    formula: "R_t / (P_t · S_t)",
    unit: "fraction",
    source: "Hertzog, Benartzi and Benartzi 2017, Bancor Protocol, reserve ratio",
};

/// The reserve ratio of each step, one entry per step, `None` where [`reserve_ratio`] is undefined.
///
/// `None` as a whole for columns of unequal length. Empty for empty columns.
#[must_use]
pub fn reserve_ratio_series(reserves: &[f64], prices: &[f64], supplies: &[f64]) -> Option<Vec<Option<f64>>> {
    if prices.len() != reserves.len() || supplies.len() != reserves.len() {
        return None;
    }
    Some((0..reserves.len()).map(|t| reserve_ratio(reserves[t], prices[t], supplies[t])).collect())
}

/// Describes [`minimum_reserve_ratio`].
pub const MINIMUM_RESERVE_RATIO: MeasureDescription = MeasureDescription {
    name: "minimum_reserve_ratio",
    meaning: "lowest reserve ratio of all steps with tokens out",
    formula: "min_t R_t / (P_t · S_t)",
    unit: "fraction",
    source: "Hertzog, Benartzi and Benartzi 2017, Bancor Protocol, reserve ratio",
};

/// The lowest reserve ratio over the steps at which the supply has a market value.
///
/// `None` for columns of unequal length, a negative or non-finite number anywhere (a step that cannot be judged
/// could be the worst), or no step with a market value.
#[must_use]
pub fn minimum_reserve_ratio(reserves: &[f64], prices: &[f64], supplies: &[f64]) -> Option<f64> {
    let series = reserve_ratio_series(reserves, prices, supplies)?;
    if ![reserves, prices, supplies].iter().all(|column| all_non_negative(column)) {
        return None;
    }
    series.into_iter().flatten().min_by(f64::total_cmp)
}

/// Describes [`coverage`].
pub const COVERAGE: MeasureDescription = MeasureDescription {
    name: "coverage",
    meaning: "reserve over what the market would pay out if every token were sold to it",
    formula: "R / (cost of buying back the whole supply)",
    unit: "fraction",
    source: "solvency condition of a bonding curve: at least 1",
};

/// The reserve over the cost of buying back the whole supply along the curve: solvent at 1 or above.
///
/// Both in money. `None` for a negative or non-finite number, or a cost of zero: nothing is owed.
#[must_use]
pub fn coverage(reserve: f64, buy_back_cost: f64) -> Option<f64> {
    if is_non_negative(reserve) { quotient(reserve, buy_back_cost) } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn series_and_minimum_by_hand() {
        let (r, p, s) = ([0.0, 50.0, 30.0], [1.0, 1.0, 1.0], [0.0, 100.0, 100.0]);
        assert_eq!(reserve_ratio_series(&r, &p, &s), Some(vec![None, Some(0.5), Some(0.3)]));
        assert_eq!(minimum_reserve_ratio(&r, &p, &s), Some(0.3));
        assert_eq!(coverage(150.0, 100.0), Some(1.5));
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(reserve_ratio(1.0, 0.0, 1.0), None);
        assert_eq!(reserve_ratio(0.0, 1.0, 1.0), Some(0.0));
        assert_eq!(coverage(1.0, 0.0), None);
        assert_eq!(reserve_ratio_series(&[], &[], &[]), Some(vec![]));
        assert_eq!(reserve_ratio_series(&[1.0], &[], &[]), None);
        assert_eq!(minimum_reserve_ratio(&[], &[], &[]), None);
        assert_eq!(minimum_reserve_ratio(&[1.0, 1.0], &[1.0, 1.0], &[0.0, 0.0]), None);
        for bad in [f64::NAN, f64::INFINITY, -1.0] {
            assert_eq!(reserve_ratio(bad, 1.0, 1.0), None);
            assert_eq!(reserve_ratio(1.0, bad, 1.0), None);
            assert_eq!(reserve_ratio(1.0, 1.0, bad), None);
            assert_eq!(minimum_reserve_ratio(&[1.0, bad], &[1.0, 1.0], &[1.0, 1.0]), None);
            assert_eq!(coverage(bad, 1.0), None);
            assert_eq!(coverage(1.0, bad), None);
        }
    }

    proptest! {
        #[test]
        fn a_power_curve_holds_one_part_in_n_plus_one(
            m in 0.001..10.0_f64, n in 1..6_i32, supply in 0.1..1e3_f64,
        ) {
            // Price m·Sⁿ integrates to m·Sⁿ⁺¹/(n + 1), whatever the supply.
            let price = m * (0..n).fold(1.0, |power, _| power * supply);
            let reserve = price * supply / f64::from(n + 1);
            assert_close(reserve_ratio(reserve, price, supply).unwrap(), 1.0 / f64::from(n + 1), 1e-12);
        }

        #[test]
        fn minimum_is_a_lower_bound_that_is_met(
            rows in prop::collection::vec((0.0..100.0_f64, 0.1..10.0_f64, 0.1..50.0_f64), 1..40),
        ) {
            let r: Vec<f64> = rows.iter().map(|row| row.0).collect();
            let p: Vec<f64> = rows.iter().map(|row| row.1).collect();
            let s: Vec<f64> = rows.iter().map(|row| row.2).collect();
            let least = minimum_reserve_ratio(&r, &p, &s).unwrap();
            let ratios: Vec<f64> = reserve_ratio_series(&r, &p, &s).unwrap().into_iter().flatten().collect();
            prop_assert!(ratios.iter().all(|&ratio| ratio >= least));
            prop_assert!(ratios.iter().any(|&ratio| ratio.to_bits() == least.to_bits()));
        }
    }
}
