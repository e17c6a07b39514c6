//! Logarithmic utility of wealth.

use walras_catalog::{Bounds, entry};
use walras_numerics::elementary::ln;

use super::{Objective, Valuation, Wealth, write_each};

entry! {
    /// The logarithm of wealth: a doubling is worth the same to rich and poor. Raising its mean raises long-run growth.
    pub struct Log = "log" {
        formula: "U = ln max(W, floor)",
        source: "D. Bernoulli, \"Specimen theoriae novae de mensura sortis\", 1738; J. L. Kelly, \"A new interpretation of information rate\", 1956",
        /// What wealth is at least counted as, so that the ruined have a utility.
        floor: f64 = 1e-6, within Bounds::above(0.0), unit "numeraire";
        /// How wealth is valued.
        valuation: Valuation = Valuation::Marked;
    }
}

impl Objective for Log {
    fn utility(&self, wealth: &Wealth<'_>, out: &mut [f64]) {
        write_each(self.valuation.of(wealth), out, |wealth| ln(wealth.max(self.floor)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{assert_close, utilities};
    use super::*;

    #[test]
    fn doubling_adds_ln_2_and_the_ruined_count_as_the_floor() {
        let found = utilities(&Log { floor: 0.5, valuation: Valuation::Marked }, &[3.0, 6.0, 1.0, 0.0, -4.0]);
        assert_close(found[1] - found[0], std::f64::consts::LN_2);
        assert_eq!(found[2], 0.0);
        assert_eq!(found[3], -std::f64::consts::LN_2);
        assert_eq!(found[4], found[3]);
    }

    #[test]
    fn wealth_may_be_at_liquidation_value() {
        let found = utilities(&Log { floor: 1.0, valuation: Valuation::Liquidation }, &[3.0]);
        assert_eq!(found, [0.0], "the sample's liquidation value is nothing");
    }
}
