//! The continuous gradual Dutch auction.

use walras_catalog::entry;
use walras_numerics::elementary::{exp, exp_m1};

use super::Issuance;

entry! {
    /// Units become available at a constant rate, each as a Dutch auction that starts when it does; the oldest is sold
    /// first.
    ///
    /// With `sold` units sold, the oldest auction still open started at sold/rate. In the published formula k is the price
    /// of what one unit of time issues, k·r here.
    pub struct GradualContinuous = "gradual_continuous" {
        formula: "P = k·e^(−λT), T = t − sold/r;  q units: (k·r/λ)·(e^(λq/r) − 1)/e^(λT),  q ≤ r·T",
        source: "FrankieIsLost, D. White and transmissions11, \"Gradual Dutch auctions\", Paradigm, 2022",
        /// k: the price at which each auction starts.
        initial_price: f64, within 1e-30..=1e30, unit "numeraire/token";
        /// λ: how fast prices fall.
        decay: f64, within walras_catalog::Bounds::above_to(0.0, 1e18), unit "1/step";
        /// r: units that become available in one unit of time.
        rate: f64, within 1e-18..=1e18, unit "token/step";
    }
}

impl GradualContinuous {
    /// How long the oldest open auction has been running.
    fn age(&self, sold: f64, time: f64) -> f64 {
        time - sold / self.rate
    }
}

impl Issuance for GradualContinuous {
    fn price(&self, sold: f64, time: f64) -> Option<f64> {
        let age = self.age(sold, time);
        (age >= 0.0).then(|| self.initial_price * exp(-self.decay * age))
    }

    fn cost(&self, sold: f64, quantity: f64, time: f64) -> Option<f64> {
        if quantity > self.available(sold, time) {
            return None;
        }
        let oldest = self.price(sold, time)?;
        Some(oldest * self.rate / self.decay * exp_m1(self.decay * quantity / self.rate))
    }

    fn available(&self, sold: f64, time: f64) -> f64 {
        (self.age(sold, time) * self.rate).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paradigm's worked example as PoolTogether's liquidator tests it: k = 10, λ = ½, r = 1, one unit after 10:
    /// 0.08742099078313678.
    #[test]
    fn one_unit_after_ten_costs_the_published_amount() {
        let sale = GradualContinuous { initial_price: 10.0, decay: 0.5, rate: 1.0 };
        let cost = sale.cost(0.0, 1.0, 10.0).unwrap();
        assert!((cost - 0.087_420_990_783_136_78).abs() < 1e-15, "{cost}");
    }

    #[test]
    fn no_more_is_on_offer_than_has_been_issued() {
        let sale = GradualContinuous { initial_price: 10.0, decay: 0.5, rate: 2.0 };
        assert_eq!(sale.available(3.0, 4.0), 5.0);
        assert_eq!((sale.cost(3.0, 5.1, 4.0), sale.price(9.0, 4.0)), (None, None));
    }

    /// Buying in two parts costs as much as buying at once.
    #[test]
    fn the_cost_is_an_integral() {
        let sale = GradualContinuous { initial_price: 3.0, decay: 0.2, rate: 4.0 };
        let parts = sale.cost(1.0, 2.5, 3.0).unwrap() + sale.cost(3.5, 4.0, 3.0).unwrap();
        assert!((sale.cost(1.0, 6.5, 3.0).unwrap() / parts - 1.0).abs() < 1e-14);
    }
}
