//! Utility with constant relative risk aversion.

use walras_catalog::{Bounds, entry};
use walras_numerics::elementary::{exp_m1, ln};

use super::{Objective, Valuation, Wealth, write_each};

entry! {
    /// Constant relative risk aversion: an agent would stake the same share of its wealth whatever its wealth.
    ///
    /// Shifted so that a wealth of 1 has utility 0, which makes it the logarithm at ρ = 1 and wealth itself, less
    /// one, at ρ = 0.
    pub struct Crra = "crra" {
        formula: "U = (max(W, floor)^(1−ρ) − 1)/(1 − ρ), ln max(W, floor) at ρ = 1",
        source: "J. W. Pratt, \"Risk aversion in the small and in the large\", 1964; K. J. Arrow, \"Aspects of the theory of risk-bearing\", 1965",
        /// ρ: relative risk aversion, −W·U''/U'.
        risk_aversion: f64 = 2.0, within 0.0..=50.0;
        /// What wealth is at least counted as, so that the ruined have a utility.
        floor: f64 = 1e-6, within Bounds::above(0.0), unit "numeraire";
        /// How wealth is valued.
        valuation: Valuation = Valuation::Marked;
    }
}

impl Objective for Crra {
    fn utility(&self, wealth: &Wealth<'_>, out: &mut [f64]) {
        let power = 1.0 - self.risk_aversion;
        write_each(self.valuation.of(wealth), out, |wealth| {
            let logarithm = ln(wealth.max(self.floor));
            // Through e^x − 1, so that nothing cancels as ρ nears 1.
            if power == 0.0 { logarithm } else { exp_m1(power * logarithm) / power }
        });
    }
}

#[cfg(test)]
mod tests {
    use walras_numerics::elementary::pow;

    use super::super::sample::{assert_close, utilities};
    use super::*;

    fn crra(risk_aversion: f64) -> Crra {
        Crra { risk_aversion, floor: 1e-6, valuation: Valuation::Marked }
    }

    #[test]
    fn whole_powers_are_those_of_the_formula() {
        for wealth in [0.25, 1.0, 3.0, 1e6] {
            assert_close(utilities(&crra(0.0), &[wealth])[0], wealth - 1.0);
            assert_close(utilities(&crra(2.0), &[wealth])[0], 1.0 - 1.0 / wealth);
            assert_close(utilities(&crra(3.0), &[wealth])[0], (1.0 - 1.0 / (wealth * wealth)) / 2.0);
        }
    }

    #[test]
    fn at_one_it_is_the_logarithm_and_near_one_nearly() {
        for wealth in [0.01, 2.0, 1e5] {
            assert_eq!(utilities(&crra(1.0), &[wealth])[0], ln(wealth));
            assert!((utilities(&crra(1.0 + 1e-9), &[wealth])[0] - ln(wealth)).abs() < 1e-6);
        }
    }

    /// U(k·W') − U(k·W) is k^(1−ρ) times U(W') − U(W): stakes in proportion look alike at any wealth.
    #[test]
    fn relative_risk_aversion_is_constant() {
        for rho in [0.5, 1.0, 4.0] {
            for k in [0.5, 3.0, 10.0] {
                let u = utilities(&crra(rho), &[2.0, 3.0, 2.0 * k, 3.0 * k]);
                assert_close((u[3] - u[2]) / (u[1] - u[0]), pow(k, 1.0 - rho));
            }
        }
    }

    #[test]
    fn ruin_is_terrible_and_finite() {
        let found = utilities(&crra(50.0), &[0.0, 1e-6, 1e-5]);
        assert!(found[0] == found[1] && found[1] < found[2] && found[0].is_finite());
        let tiny = Crra { risk_aversion: 50.0, floor: 1e-300, valuation: Valuation::Marked };
        assert_eq!(utilities(&tiny, &[0.0]), [f64::MIN]);
    }
}
