//! The power law of wealth.

use walras_catalog::{Bounds, entry};
use walras_numerics::elementary::pow;
use walras_numerics::{Column, Purpose};

use super::{Distribution, Setup};

entry! {
    /// A power law: the share of agents above x falls as (minimum/x)^exponent.
    ///
    /// The mean is infinite for an exponent of at most 1, the variance for one of at most 2. An exponent of 1.16 is the
    /// rule that a fifth of the agents hold four fifths.
    pub struct Pareto = "pareto" {
        formula: "x_i = minimum·u_i^(−1/exponent), u_i uniform in (0, 1)",
        source: "V. Pareto, \"Cours d'économie politique\", 1897",
        /// The least value.
        minimum: f64, within Bounds::above(0.0);
        /// How fast the tail falls.
        exponent: f64, within 0.1..=1000.0;
    }
}

impl Distribution for Pareto {
    fn draw(&self, purpose: Purpose, setup: &mut Setup<'_>) -> Result<Column, String> {
        setup.each(purpose, |stream| {
            Ok((self.minimum * pow(stream.open_unit(), -1.0 / self.exponent)).max(self.minimum))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::sampling::{assert_moments, assert_quantiles, draw};
    use super::*;

    #[test]
    fn the_mean_variance_and_quantiles_are_those_of_theory() {
        let (minimum, exponent): (f64, f64) = (2.0, 9.0);
        let values = draw(&Pareto { minimum, exponent });
        let mean = exponent * minimum / (exponent - 1.0);
        let variance = minimum * minimum * exponent / ((exponent - 1.0) * (exponent - 1.0) * (exponent - 2.0));
        assert_moments(&values, mean, variance);
        assert_quantiles(&values, |p| minimum * pow(1.0 - p, -1.0 / exponent));
    }

    #[test]
    fn with_an_infinite_variance_the_quantiles_still_hold() {
        let values = draw(&Pareto { minimum: 1.0, exponent: 1.16 });
        assert!(values.iter().all(|&x| x >= 1.0));
        assert_quantiles(&values, |p| pow(1.0 - p, -1.0 / 1.16));
    }
}
