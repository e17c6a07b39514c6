//! Every value between two bounds, on a logarithmic scale as likely as any other.

use walras_catalog::{Bounds, entry};
use walras_numerics::elementary::{exp, ln};
use walras_numerics::{Column, Purpose};

use super::{Distribution, Setup};

entry! {
    /// Every power of ten from `low` to `high` is as likely as any other: values are spread evenly over decades.
    pub struct LogUniform = "log_uniform" {
        formula: "ln x_i = ln low + (ln high − ln low)·u_i, u_i uniform in (0, 1)",
        check: LogUniform::in_order,
        source: "elementary",
        /// The least value.
        low: f64, within Bounds::above(0.0);
        /// The greatest value.
        high: f64, within Bounds::above(0.0);
    }
}

impl LogUniform {
    fn in_order(&self) -> Result<(), (&'static str, String)> {
        if self.low > self.high {
            return Err(("high", format!("`high` {} is below `low` {}", self.high, self.low)));
        }
        Ok(())
    }
}

impl Distribution for LogUniform {
    fn draw(&self, purpose: Purpose, setup: &mut Setup<'_>) -> Result<Column, String> {
        let (low, high) = (ln(self.low), ln(self.high));
        setup.each(purpose, |stream| {
            let u = stream.open_unit();
            // Between the bounds to the last bit, which the logarithm's rounding would not be.
            Ok(exp(low * (1.0 - u) + high * u).clamp(self.low, self.high))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::sampling::{assert_moments, assert_quantiles, draw, read};
    use super::*;

    #[test]
    fn the_mean_variance_and_quantiles_are_those_of_theory() {
        let (low, high): (f64, f64) = (2.0, 50.0);
        let values = draw(&LogUniform { low, high });
        let decades = ln(high / low);
        let mean = (high - low) / decades;
        assert_moments(&values, mean, (high * high - low * low) / (2.0 * decades) - mean * mean);
        assert_quantiles(&values, |p| low * exp(p * decades));
    }

    #[test]
    fn bounds_in_the_wrong_order_are_refused() {
        let problem = read::<LogUniform>(&[("low", 2.0), ("high", 1.0)]).unwrap_err();
        assert_eq!(problem.message, "`high` 1 is below `low` 2");
    }
}
