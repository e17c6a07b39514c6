//! The variable-rate gradual Dutch auction with a logistic schedule.

use walras_catalog::entry;
use walras_numerics::elementary::{exp, ln, ln_1p};

use super::Issuance;

entry! {
    /// A limited number of units, many due early and ever fewer later, along the upper half of a logistic curve.
    ///
    /// With L = maximum + 1, by time t about L·(2/(1 + e^(−t/scale)) − 1) units are due. The n-th unit (from 0) sold
    /// when due costs the target price.
    pub struct VrgdaLogistic = "vrgda_logistic" {
        formula: "P(n, t) = target·(1 − decay)^(t − t_n),  t_n = −ln(2L/(n + 1 + L) − 1)/speed,  L = maximum + 1",
        source: "transmissions11, FrankieIsLost and D. White, \"Variable rate GDAs\", Paradigm, 2022; LogisticVRGDA.sol",
        /// The price of a unit that is sold when due.
        target: f64, within 1e-30..=1e30, unit "numeraire/token";
        /// The share by which the price falls in one unit of time without a sale.
        decay: f64, within walras_catalog::Bounds::between(0.0, 1.0);
        /// Units that are ever sold, a whole number.
        maximum: u64, within 1.0..=1e15, unit "token";
        /// How fast the schedule runs: its time scale in LogisticVRGDA.sol.
        speed: f64, within 1e-18..=1e18, unit "1/step";
    }
}

impl VrgdaLogistic {
    /// When the unit after `sold` is due.
    fn due(&self, sold: f64) -> f64 {
        let limit = self.maximum as f64 + 1.0;
        let sold = sold + 1.0;
        // 2L/(n + L) − 1 = (L − n)/(L + n), without cancellation.
        -ln((limit - sold) / (limit + sold)) / self.speed
    }
}

impl Issuance for VrgdaLogistic {
    fn price(&self, sold: f64, time: f64) -> Option<f64> {
        (sold < self.maximum as f64).then(|| self.target * exp(ln_1p(-self.decay) * (time - self.due(sold))))
    }

    fn cost(&self, sold: f64, quantity: f64, time: f64) -> Option<f64> {
        if quantity > self.available(sold, time) {
            return None;
        }
        let price = |i: usize| self.price(sold + i as f64, time).unwrap_or(0.0);
        Some(walras_numerics::sum::sum_by(quantity as usize, price))
    }

    fn available(&self, sold: f64, _: f64) -> f64 {
        (self.maximum as f64 - sold).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALE: VrgdaLogistic = VrgdaLogistic { target: 69.42, decay: 0.31, maximum: 6392, speed: 0.0023 };

    /// L·tanh(speed·t/2) units are due by t; with L = 6393 and half of it, t = ln 3/speed.
    #[test]
    fn half_of_the_units_are_due_after_ln_3_of_the_time_scale() {
        let sale = VrgdaLogistic { maximum: 199, ..SALE };
        let due = sale.due(99.0);
        assert!((due * 0.0023 - 3.0_f64.ln()).abs() < 1e-14);
        assert!((sale.price(99.0, due).unwrap() - 69.42).abs() < 1e-12);
    }

    #[test]
    fn the_last_unit_has_a_price_and_there_is_none_after_it() {
        // Far ahead of schedule the price is beyond any number.
        assert_eq!(SALE.price(6391.0, 0.0), Some(f64::INFINITY));
        assert!(SALE.price(6391.0, 4000.0).is_some_and(f64::is_finite));
        assert_eq!((SALE.price(6392.0, 0.0), SALE.available(6392.0, 0.0)), (None, 0.0));
        assert_eq!(SALE.cost(6390.0, 3.0, 0.0), None);
    }
}
