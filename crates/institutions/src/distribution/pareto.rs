//! Shares drawn from a Pareto distribution.

use walras_catalog::entry;
use walras_numerics::elementary::pow;

use super::{Request, Shares};

entry! {
    /// Shares drawn from a Pareto distribution: a few hold much.
    ///
    /// The Gini coefficient of many draws tends to 1/(2α − 1) for α > 1; at α ≈ 1.16 a fifth hold four fifths. At
    /// or below 1 the mean is infinite, and the largest draw takes a fixed part of any total.
    pub struct Pareto = "pareto" {
        formula: "w_i = u_i^(−1/α), u_i uniform in (0, 1)",
        source: "V. Pareto, \"Cours d'économie politique\", 1896",
        /// α: the exponent of the tail; smaller is more unequal.
        exponent: f64 = 1.16, within 0.1..=1000.0;
    }
}

impl Shares for Pareto {
    fn weights(&self, request: &mut Request<'_>) -> Result<Vec<f64>, String> {
        // The least uniform number is 2⁻⁵³, so that the greatest weight is 2⁵³⁰ at the least exponent.
        Ok(request.draw(|stream| pow(stream.open_unit(), -1.0 / self.exponent)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::laws::{gini, weights_of};

    /// P(w > x) = x^−α, and the Gini coefficient is 1/(2α − 1): Kleiber and Kotz, "Statistical Size
    /// Distributions", 2003, section 3.5. Five standard errors of a share of n draws.
    #[test]
    fn the_tail_and_the_gini_coefficient_are_the_exponents() {
        let n = 100_000;
        let weights = weights_of(&Pareto { exponent: 3.0 }, n);
        assert!(weights.iter().all(|&weight| weight >= 1.0));
        for x in [1.2_f64, 1.5, 2.0, 4.0] {
            let tail = x.powi(-3);
            let found = weights.iter().filter(|&&weight| weight > x).count() as f64 / n as f64;
            assert!((found - tail).abs() < 5.0 * (tail * (1.0 - tail) / n as f64).sqrt(), "{x}: {found}, not {tail}");
        }
        assert!((gini(&weights) - 0.2).abs() < 0.01, "{}", gini(&weights));
    }
}
