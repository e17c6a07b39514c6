//! Utility with constant absolute risk aversion.

use walras_catalog::{Bounds, entry};
use walras_numerics::elementary::exp_m1;

use super::{Objective, Valuation, Wealth, write_each};

entry! {
    /// Constant absolute risk aversion: an agent would stake the same amount whatever its wealth.
    ///
    /// Shifted and scaled so that a wealth of 0 has utility 0 and slope 1. Utility never passes 1/a, so choose `a` of
    /// the order of one over a usual wealth.
    pub struct Cara = "cara" {
        formula: "U = (1 − e^(−a·W))/a",
        source: "J. W. Pratt, \"Risk aversion in the small and in the large\", 1964; K. J. Arrow, \"Aspects of the theory of risk-bearing\", 1965",
        /// a: absolute risk aversion, −U''/U'.
        risk_aversion: f64 = 0.001, within Bounds::above_to(0.0, 1e6), unit "1/numeraire";
        /// How wealth is valued.
        valuation: Valuation = Valuation::Marked;
    }
}

impl Objective for Cara {
    fn utility(&self, wealth: &Wealth<'_>, out: &mut [f64]) {
        let a = self.risk_aversion;
        write_each(self.valuation.of(wealth), out, |wealth| -exp_m1(-a * wealth) / a);
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{assert_close, utilities};
    use super::*;
    use walras_numerics::elementary::exp;

    #[test]
    fn it_follows_the_formula_below_zero_too() {
        let cara = Cara { risk_aversion: 0.5, valuation: Valuation::Marked };
        for wealth in [-3.0, 0.0, 0.1, 4.0] {
            assert_close(utilities(&cara, &[wealth])[0], (1.0 - exp(-0.5 * wealth)) / 0.5);
        }
        assert_eq!(utilities(&cara, &[1e9, -1e9]), [2.0, f64::MIN]);
    }

    /// U(W + x) − U(W) shrinks by e^(−a·d) for every d more of wealth: stakes look alike at any wealth.
    #[test]
    fn absolute_risk_aversion_is_constant() {
        let cara = Cara { risk_aversion: 0.3, valuation: Valuation::Marked };
        let u = utilities(&cara, &[1.0, 2.0, 6.0, 7.0]);
        assert_close((u[3] - u[2]) / (u[1] - u[0]), exp(-0.3 * 5.0));
    }
}
