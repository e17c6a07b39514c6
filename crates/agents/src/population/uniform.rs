//! Every value between two bounds is as likely as any other.

use walras_catalog::entry;
use walras_numerics::{Column, Purpose};

use super::{Distribution, Setup};

entry! {
    /// Every value from `low` to `high` is as likely as any other.
    pub struct Uniform = "uniform" {
        formula: "x_i = low + (high − low)·u_i, u_i uniform in (0, 1)",
        check: Uniform::in_order,
        source: "elementary",
        /// The least value.
        low: f64;
        /// The greatest value.
        high: f64;
    }
}

impl Uniform {
    fn in_order(&self) -> Result<(), (&'static str, String)> {
        if self.low > self.high {
            return Err(("high", format!("`high` {} is below `low` {}", self.high, self.low)));
        }
        Ok(())
    }
}

impl Distribution for Uniform {
    fn draw(&self, purpose: Purpose, setup: &mut Setup<'_>) -> Result<Column, String> {
        setup.each(purpose, |stream| {
            let u = stream.open_unit();
            // Weighted rather than low + (high − low)·u: the difference of two large numbers could overflow.
            Ok((self.low * (1.0 - u) + self.high * u).clamp(self.low, self.high))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::sampling::{assert_moments, assert_quantiles, draw, read};
    use super::*;

    #[test]
    fn the_mean_variance_and_quantiles_are_those_of_theory() {
        let values = draw(&Uniform { low: -1.0, high: 3.0 });
        assert_moments(&values, 1.0, 16.0 / 12.0);
        assert_quantiles(&values, |p| -1.0 + 4.0 * p);
    }

    #[test]
    fn bounds_in_the_wrong_order_are_refused() {
        let problem = read::<Uniform>(&[("low", 2.0), ("high", 1.0)]).unwrap_err();
        assert_eq!(problem.message, "`high` 1 is below `low` 2");
    }
}
