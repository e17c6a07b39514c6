//! The discrete gradual Dutch auction.

use walras_catalog::entry;
use walras_numerics::elementary::{exp, ln, pow};

use super::Issuance;
use super::vrgda_linear::geometric;

entry! {
    /// Each unit is a Dutch auction of its own, all starting together, each at a higher price than the one before.
    pub struct GradualDiscrete = "gradual_discrete" {
        formula: "P(n, t) = k·α^n·e^(−λt);  q units: k·α^n·(α^q − 1)/(e^(λt)·(α − 1))",
        source: "FrankieIsLost, D. White and transmissions11, \"Gradual Dutch auctions\", Paradigm, 2022",
        /// k: the starting price of the first unit.
        initial_price: f64, within 1e-30..=1e30, unit "numeraire/token";
        /// α: how many times as dear the next unit's auction starts.
        scale_factor: f64, within walras_catalog::Bounds::above_to(1.0, 1e6);
        /// λ: how fast prices fall.
        decay: f64, within 0.0..=1e18, unit "1/step";
    }
}

impl Issuance for GradualDiscrete {
    fn price(&self, sold: f64, time: f64) -> Option<f64> {
        Some(self.initial_price * pow(self.scale_factor, sold) * exp(-self.decay * time))
    }

    fn cost(&self, sold: f64, quantity: f64, time: f64) -> Option<f64> {
        self.price(sold, time).map(|first| first * geometric(ln(self.scale_factor), quantity))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parameters of the reference implementation's test: k = 1000, α = 1.1, λ = ½, one sold, nine more after 10.
    #[test]
    fn nine_units_cost_the_closed_form_and_the_sum() {
        let sale = GradualDiscrete { initial_price: 1000.0, scale_factor: 1.1, decay: 0.5 };
        assert_eq!(sale.price(0.0, 0.0), Some(1000.0));
        let one_by_one: f64 = (1..10).map(|n| 1000.0 * 1.1_f64.powi(n) * (-5.0_f64).exp()).sum();
        let cost = sale.cost(1.0, 9.0, 10.0).unwrap();
        assert!((cost / one_by_one - 1.0).abs() < 1e-13, "{cost} is not {one_by_one}");
    }
}
