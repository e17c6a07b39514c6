//! The beta distribution between two bounds.

use walras_catalog::entry;
use walras_numerics::{Column, Purpose};

use super::{Distribution, Setup};

entry! {
    /// The beta distribution, stretched from `low` to `high`: a hump, a slope or a bath between two bounds.
    pub struct Beta = "beta" {
        formula: "x_i = low + (high − low)·y_i, y_i = G(alpha)/(G(alpha) + G(beta)), G gamma",
        check: Beta::in_order,
        source: "gamma numbers: G. Marsaglia and W. W. Tsang, \"A simple method for generating gamma variables\", 2000",
        /// Weight towards `high`.
        alpha: f64, within 0.01..=1e6;
        /// Weight towards `low`.
        beta: f64, within 0.01..=1e6;
        /// The least value.
        low: f64 = 0.0;
        /// The greatest value.
        high: f64 = 1.0;
    }
}

impl Beta {
    fn in_order(&self) -> Result<(), (&'static str, String)> {
        if self.low > self.high {
            return Err(("high", format!("`high` {} is below `low` {}", self.high, self.low)));
        }
        Ok(())
    }
}

impl Distribution for Beta {
    fn draw(&self, purpose: Purpose, setup: &mut Setup<'_>) -> Result<Column, String> {
        setup.each(purpose, |stream| {
            let y = stream.beta(self.alpha, self.beta);
            Ok((self.low * (1.0 - y) + self.high * y).clamp(self.low, self.high))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::sampling::{assert_moments, assert_quantiles, draw, read};
    use super::*;

    #[test]
    fn the_mean_and_variance_are_those_of_theory() {
        for (alpha, beta) in [(2.0, 5.0), (0.5, 0.5), (30.0, 10.0)] {
            let values = draw(&Beta { alpha, beta, low: 10.0, high: 20.0 });
            let sum: f64 = alpha + beta;
            assert_moments(&values, 10.0 + 10.0 * alpha / sum, 100.0 * alpha * beta / (sum * sum * (sum + 1.0)));
        }
    }

    #[test]
    fn with_both_weights_one_it_is_uniform() {
        assert_quantiles(&draw(&Beta { alpha: 1.0, beta: 1.0, low: -2.0, high: 2.0 }), |p| 4.0 * p - 2.0);
    }

    #[test]
    fn bounds_in_the_wrong_order_are_refused() {
        let written = [("alpha", 1.0), ("beta", 1.0), ("low", 3.0), ("high", 1.0)];
        assert_eq!(read::<Beta>(&written).unwrap_err().message, "`high` 1 is below `low` 3");
    }
}
