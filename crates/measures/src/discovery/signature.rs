//! Volatility as a function of how often one looks.

use walras_numerics::elementary::ln;
use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_positive, defined};

/// Describes [`volatility_signature`].
pub const VOLATILITY_SIGNATURE: MeasureDescription = MeasureDescription {
    name: "volatility_signature",
    meaning: "volatility per step when prices are looked at only every k steps; flat for a random walk",
    formula: "√( (1/(k (T−k+1))) Σ_t (ln P_{t+k} − ln P_t)² )",
    unit: "per √step",
    source: "Andersen, Bollerslev, Diebold and Labys 2000, Risk 13(3); overlapping returns",
};

/// The volatility per step from returns over each of `intervals`, all starting points used.
///
/// Falling where prices bounce or return to a mean, rising where they trend. One entry for each interval, `None` where
/// it is 0 or not below the number of prices; `None` altogether for a price that is not finite and above zero.
#[must_use]
pub fn volatility_signature(prices: &[f64], intervals: &[usize]) -> Option<Vec<Option<f64>>> {
    if !all_positive(prices) {
        return None;
    }
    let logarithms: Vec<f64> = prices.iter().map(|&price| ln(price)).collect();
    let volatility = |&interval: &usize| {
        let count = logarithms.len().checked_sub(interval).filter(|&count| count > 0 && interval > 0)?;
        let change = |t: usize| logarithms[t + interval] - logarithms[t];
        let squares = sum::sum_by(count, |t| change(t) * change(t));
        defined((squares / count as f64 / interval as f64).sqrt())
    };
    Some(intervals.iter().map(volatility).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;
    use crate::samples::{Samples, prices_of};

    #[test]
    fn flat_for_a_random_walk() {
        let prices = Samples::new(5).walk(200_000, 0.01);
        for volatility in volatility_signature(&prices, &[1, 2, 5, 10, 50]).unwrap() {
            assert_close(volatility.unwrap() / 0.01, 1.0, 0.03);
        }
    }

    #[test]
    fn bounce_adds_a_part_that_fades_with_the_interval() {
        // Roll 1984: p_t = m_t ± c adds 2c² to the variance of every return, whatever its interval.
        let mut draws = Samples::new(6);
        let mut level = 0.0;
        let prices: Vec<f64> = (0..200_000)
            .map(|_| {
                level += 0.001 * draws.normal();
                let side = if draws.uniform() < 0.5 { -1.0 } else { 1.0 };
                f64::exp(level + 0.002 * side)
            })
            .collect();
        let signature = volatility_signature(&prices, &[1, 4, 16]).unwrap();
        for (volatility, interval) in signature.into_iter().zip([1.0, 4.0, 16.0_f64]) {
            let expected = (0.001_f64.powi(2) + 2.0 * 0.002_f64.powi(2) / interval).sqrt();
            assert_close(volatility.unwrap() / expected, 1.0, 0.02);
        }
    }

    #[test]
    fn by_hand_and_degenerate() {
        let prices = prices_of(&[0.3, -0.1, 0.2]);
        let found = volatility_signature(&prices, &[1, 2, 3, 4, 0]).unwrap();
        assert_close(found[0].unwrap(), (0.14_f64 / 3.0).sqrt(), 1e-14);
        assert_close(found[1].unwrap(), ((0.04_f64 + 0.01) / 4.0).sqrt(), 1e-14);
        assert_close(found[2].unwrap(), (0.16_f64 / 3.0).sqrt(), 1e-14);
        assert_eq!((found[3], found[4]), (None, None));
        assert_eq!(volatility_signature(&[1.0, 0.0], &[1]), None);
    }
}
