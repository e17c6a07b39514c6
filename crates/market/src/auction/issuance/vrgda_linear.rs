//! The variable-rate gradual Dutch auction with a constant rate.

use walras_catalog::entry;
use walras_numerics::elementary::{exp, ln_1p};

use super::Issuance;

entry! {
    /// So many units are meant to be sold each unit of time; the price falls while sales are behind and rises when ahead.
    ///
    /// The n-th unit (from 0) is due at (n + 1)/rate; sold just then it costs the target price.
    pub struct VrgdaLinear = "vrgda_linear" {
        formula: "P(n, t) = target·(1 − decay)^(t − (n + 1)/rate)",
        source: "transmissions11, FrankieIsLost and D. White, \"Variable rate GDAs\", Paradigm, 2022; LinearVRGDA.sol",
        /// The price of a unit that is sold when due.
        target: f64, within 1e-30..=1e30, unit "numeraire/token";
        /// The share by which the price falls in one unit of time without a sale.
        decay: f64, within walras_catalog::Bounds::between(0.0, 1.0);
        /// Units due in one unit of time.
        rate: f64, within 1e-18..=1e18, unit "token/step";
    }
}

impl Issuance for VrgdaLinear {
    fn price(&self, sold: f64, time: f64) -> Option<f64> {
        Some(self.target * exp(ln_1p(-self.decay) * (time - (sold + 1.0) / self.rate)))
    }

    fn cost(&self, sold: f64, quantity: f64, time: f64) -> Option<f64> {
        // Each unit costs e^x times the one before: a geometric sum.
        let growth = -ln_1p(-self.decay) / self.rate;
        self.price(sold, time).map(|first| first * geometric(growth, quantity))
    }
}

/// 1 + e^x + … + e^(x(n − 1)), without cancellation for small x.
pub(super) fn geometric(x: f64, n: f64) -> f64 {
    let one = walras_numerics::elementary::exp_m1(x);
    if one == 0.0 { n } else { walras_numerics::elementary::exp_m1(x * n) / one }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALE: VrgdaLinear = VrgdaLinear { target: 50.0, decay: 0.2, rate: 4.0 };

    /// The first of four units a day is due after a quarter; a day without a sale takes a fifth off the price.
    #[test]
    fn a_unit_costs_the_target_when_due_and_less_later() {
        assert_eq!(SALE.price(0.0, 0.25), Some(50.0));
        assert!((SALE.price(0.0, 1.25).unwrap() - 40.0).abs() < 1e-13);
        assert!((SALE.price(4.0, 0.25).unwrap() - 62.5).abs() < 1e-13);
    }

    #[test]
    fn units_bought_at_once_cost_the_sum_of_their_prices() {
        let one_by_one: f64 = (0..7).map(|i| SALE.price(3.0 + f64::from(i), 2.0).unwrap()).sum();
        assert!((SALE.cost(3.0, 7.0, 2.0).unwrap() / one_by_one - 1.0).abs() < 1e-14);
        assert_eq!(geometric(0.0, 5.0), 5.0);
        assert!((geometric(1e-12, 3.0) - 3.0).abs() < 1e-11);
    }
}
