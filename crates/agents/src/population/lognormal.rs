//! Values whose logarithm is normal.

use walras_catalog::{Bounds, entry};
use walras_numerics::elementary::exp;
use walras_numerics::{Column, Purpose};

use super::{Distribution, Setup};

entry! {
    /// Values whose logarithm is normal: half are below `median`, and they spread by factors of e^`sigma`.
    pub struct Lognormal = "lognormal" {
        formula: "x_i = median·e^(sigma·z_i), z_i standard normal",
        source: "J. Aitchison and J. A. C. Brown, \"The Lognormal Distribution\", 1957",
        /// The value that half are below.
        median: f64, within Bounds::above(0.0);
        /// The standard deviation of the logarithm.
        sigma: f64, within 0.0..=50.0;
    }
}

impl Distribution for Lognormal {
    fn draw(&self, purpose: Purpose, setup: &mut Setup<'_>) -> Result<Column, String> {
        setup.each(purpose, |stream| Ok(self.median * exp(self.sigma * stream.normal())))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sampling::{assert_moments, draw, quantile};
    use super::*;
    use walras_numerics::elementary::{exp_m1, ln};

    #[test]
    fn the_mean_and_variance_are_those_of_theory() {
        let (median, sigma) = (2.0, 0.5);
        let values = draw(&Lognormal { median, sigma });
        let square = sigma * sigma;
        assert_moments(&values, median * exp(square / 2.0), median * median * exp(square) * exp_m1(square));
    }

    #[test]
    fn the_logarithm_is_normal_and_half_are_below_the_median() {
        let values = draw(&Lognormal { median: 10.0, sigma: 1.5 });
        let logarithms: Vec<f64> = values.iter().map(|&x| ln(x)).collect();
        assert_moments(&logarithms, ln(10.0), 2.25);
        assert!((ln(quantile(&values, 0.5)) - ln(10.0)).abs() < 0.05);
    }
}
