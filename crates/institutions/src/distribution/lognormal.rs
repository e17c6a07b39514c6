//! Shares drawn from a lognormal distribution.

use walras_catalog::entry;
use walras_numerics::elementary::exp;

use super::{Request, Shares};

entry! {
    /// Shares drawn from a lognormal distribution: many hold a little, some much.
    ///
    /// The Gini coefficient of many draws tends to erf(σ/2).
    pub struct Lognormal = "lognormal" {
        formula: "w_i = e^(σ·z_i), z_i standard normal",
        source: "R. Gibrat, \"Les inégalités économiques\", 1931",
        /// σ: standard deviation of the logarithm of a share; zero gives equal shares.
        sigma: f64 = 1.0, within 0.0..=20.0;
    }
}

impl Shares for Lognormal {
    fn weights(&self, request: &mut Request<'_>) -> Result<Vec<f64>, String> {
        Ok(request.draw(|stream| exp(self.sigma * stream.normal())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::laws::{gini, weights_of};
    use walras_numerics::elementary::ln;

    /// erf(1/2) = 0.520499877813 (Abramowitz and Stegun 1964, table 7.1).
    #[test]
    fn the_logarithms_are_normal_and_the_gini_coefficient_is_known() {
        let n = 100_000_usize;
        let weights = weights_of(&Lognormal { sigma: 1.0 }, n);
        let mean = weights.iter().map(|&w| ln(w)).sum::<f64>() / n as f64;
        let variance = weights.iter().map(|&w| ln(w) * ln(w)).sum::<f64>() / n as f64 - mean * mean;
        assert!(mean.abs() < 5.0 / (n as f64).sqrt(), "{mean}");
        assert!((variance - 1.0).abs() < 5.0 * (2.0 / n as f64).sqrt(), "{variance}");
        assert!((gini(&weights) - 0.520_499_877_813).abs() < 0.01, "{}", gini(&weights));
    }
}
