//! Returns: the relative change of a price from one step to the next.

use walras_numerics::elementary::ln;

use crate::MeasureDescription;
use crate::defined::{all_finite, all_non_negative, all_positive, defined, quotient};

/// Describes [`simple_returns`].
pub const SIMPLE_RETURNS: MeasureDescription = MeasureDescription {
    name: "simple_returns",
    meaning: "relative change of the price in each step",
    formula: "r_t = P_t / P_{t−1} − 1",
    unit: "fraction per step",
    source: "Campbell, Lo and MacKinlay 1997, §1.4",
};

/// The simple return of each step but the first: one fewer than the prices, each at least −1.
///
/// Empty for fewer than two prices. `None` when a price is not finite or negative, or when a price that a
/// return divides by (all but the last) is zero.
#[must_use]
pub fn simple_returns(prices: &[f64]) -> Option<Vec<f64>> {
    if !all_non_negative(prices) {
        return None;
    }
    prices.windows(2).map(|pair| quotient(pair[1], pair[0]).map(|ratio| ratio - 1.0)).collect()
}

/// Describes [`log_returns`].
pub const LOG_RETURNS: MeasureDescription = MeasureDescription {
    name: "log_returns",
    meaning: "change of the price's natural logarithm in each step",
    formula: "r_t = ln(P_t / P_{t−1})",
    unit: "nats per step",
    source: "Campbell, Lo and MacKinlay 1997, §1.4",
};

/// The log return of each step but the first: one fewer than the prices.
///
/// Empty for fewer than two prices. `None` when a price is not finite or not above zero.
#[must_use]
pub fn log_returns(prices: &[f64]) -> Option<Vec<f64>> {
    if !all_positive(prices) {
        return None;
    }
    prices.windows(2).map(|pair| log_return(pair[0], pair[1])).collect()
}

/// The log return from one price to the next; `None` unless both are finite and above zero.
#[must_use]
pub fn log_return(before: f64, after: f64) -> Option<f64> {
    if !all_positive(&[before, after]) {
        return None;
    }
    let ratio = after / before;
    // The ratio of two far-apart prices can leave the range of an f64 where their logarithms do not.
    defined(if ratio.is_normal() { ln(ratio) } else { ln(after) - ln(before) })
}

/// Describes [`cumulative_return`].
pub const CUMULATIVE_RETURN: MeasureDescription = MeasureDescription {
    name: "cumulative_return",
    meaning: "relative change of the price over the whole series",
    formula: "P_T / P_0 − 1",
    unit: "fraction",
    source: "Campbell, Lo and MacKinlay 1997, §1.4",
};

/// The return from the first price to the last, at least −1.
///
/// Zero for one price. `None` for no prices, a price that is not finite or negative, or a first price of zero.
#[must_use]
pub fn cumulative_return(prices: &[f64]) -> Option<f64> {
    if !all_non_negative(prices) {
        return None;
    }
    quotient(*prices.last()?, *prices.first()?).map(|ratio| ratio - 1.0)
}

/// Describes [`compounded_return`].
pub const COMPOUNDED_RETURN: MeasureDescription = MeasureDescription {
    name: "compounded_return",
    meaning: "return of a sequence of simple returns, reinvested",
    formula: "Π (1 + r_t) − 1",
    unit: "fraction",
    source: "Campbell, Lo and MacKinlay 1997, §1.4",
};

/// The return of holding through all of `returns`, which are simple returns.
///
/// Zero for no returns: nothing was earned. `None` when a return is not finite or below −1.
#[must_use]
pub fn compounded_return(returns: &[f64]) -> Option<f64> {
    if !all_finite(returns) || returns.iter().any(|&r| r < -1.0) {
        return None;
    }
    defined(returns.iter().fold(1.0, |growth, r| growth * (1.0 + r)) - 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use walras_numerics::elementary::exp;
    use walras_numerics::sum::sum;

    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn doubling_and_halving_by_hand() {
        assert_eq!(simple_returns(&[1.0, 2.0, 1.0]), Some(vec![1.0, -0.5]));
        let logs = log_returns(&[1.0, 2.0, 1.0]).unwrap();
        assert_close(logs[0], std::f64::consts::LN_2, 1e-15);
        assert_close(logs[1], -std::f64::consts::LN_2, 1e-15);
        assert_eq!(cumulative_return(&[4.0, 9.0, 5.0]), Some(0.25));
    }

    #[test]
    fn short_series_have_no_returns() {
        for prices in [&[][..], &[5.0]] {
            assert_eq!(simple_returns(prices), Some(vec![]));
            assert_eq!(log_returns(prices), Some(vec![]));
        }
        assert_eq!(cumulative_return(&[]), None);
        assert_eq!(cumulative_return(&[5.0]), Some(0.0));
        assert_eq!(compounded_return(&[]), Some(0.0));
    }

    #[test]
    fn zeros_negatives_and_nan_are_undefined() {
        assert_eq!(simple_returns(&[1.0, 0.0]), Some(vec![-1.0]));
        assert_eq!(simple_returns(&[0.0, 1.0]), None);
        assert_eq!(log_returns(&[1.0, 0.0]), None);
        for bad in [f64::NAN, f64::INFINITY, -1.0] {
            assert_eq!(simple_returns(&[1.0, bad]), None);
            assert_eq!(log_returns(&[1.0, bad]), None);
            assert_eq!(cumulative_return(&[1.0, bad, 2.0]), None);
        }
        assert_eq!(compounded_return(&[0.1, -1.5]), None);
        assert_eq!(compounded_return(&[f64::NAN]), None);
    }

    #[test]
    fn prices_whose_ratio_overflows_still_have_a_log_return() {
        let expected = 600.0 * std::f64::consts::LN_10;
        assert_close(log_return(1e-300, 1e300).unwrap(), expected, 1e-14);
        assert_eq!(simple_returns(&[1e-300, 1e300]), None);
    }

    proptest! {
        #[test]
        fn compounding_and_log_returns_agree_with_the_end_points(
            prices in prop::collection::vec(0.01..100.0_f64, 1..100),
        ) {
            let whole = cumulative_return(&prices).unwrap();
            assert_close(compounded_return(&simple_returns(&prices).unwrap()).unwrap(), whole, 1e-10);
            assert_close(exp(sum(&log_returns(&prices).unwrap())) - 1.0, whole, 1e-10);
        }
    }
}
