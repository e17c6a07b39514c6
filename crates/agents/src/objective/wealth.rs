//! Wealth marked to market.

use walras_catalog::entry;

use super::{Objective, Wealth};

entry! {
    /// Money and holdings, each token at the price of the next one.
    pub struct MarkedWealth = "wealth" {
        formula: "U = W = B + Σ_j H_j·P_j",
        source: "elementary",
    }
}

impl Objective for MarkedWealth {
    fn utility(&self, wealth: &Wealth<'_>, out: &mut [f64]) {
        out.copy_from_slice(wealth.marked);
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::utilities;
    use super::*;

    #[test]
    fn it_is_the_wealth_itself() {
        assert_eq!(utilities(&MarkedWealth {}, &[3.0, 0.0, 7.5]), [3.0, 0.0, 7.5]);
    }
}
