//! Wealth at liquidation value.

use walras_catalog::entry;

use super::{Objective, Wealth};

entry! {
    /// Money and what the markets would really pay the agent for all its holdings, fees and the fall of the price while
    /// selling included.
    pub struct Liquidation = "liquidation" {
        formula: "U = B + Σ_j return_j(H_j)",
        source: "elementary",
    }
}

impl Objective for Liquidation {
    fn utility(&self, wealth: &Wealth<'_>, out: &mut [f64]) {
        out.copy_from_slice(wealth.liquidation);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_liquidation_value() {
        let mut out = [0.0; 2];
        let [marked, paid, money] = [[5.0, 9.0], [4.0, 6.0], [1.0, 2.0]];
        let wealth = Wealth { marked: &marked, liquidation: &paid, money: &money, holdings: &[], weights: &[] };
        Liquidation {}.utility(&wealth, &mut out);
        assert_eq!(out, paid);
    }
}
