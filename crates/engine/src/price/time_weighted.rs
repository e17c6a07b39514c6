//! The last steps count alike, so that one step's price moves it little.

use walras_catalog::{Reference, entry};

use super::{PriceRule, of_market};
use crate::venue::Venue;

entry! {
    /// The mean of the prices of the last steps at one market.
    pub struct TimeWeighted = "time_weighted" {
        formula: "P = (1/k)·Σ P_v(s) over the last k steps s",
        source: "H. Adams et al., \"Uniswap v2 Core\", 2020, section 2.2",
        /// k: how many steps count.
        steps: u32, within 1.0..=1e6, unit "steps";
        /// The market; absent for the first that trades the asset.
        market: Option<Reference>;
    }
}

impl PriceRule for TimeWeighted {
    fn price(&self, venues: &[&Venue]) -> f64 {
        venues[of_market(self.market.as_ref(), venues)].history.average(self.steps as usize)
    }

    fn window(&self) -> usize {
        self.steps as usize
    }

    fn market(&self) -> Option<&Reference> {
        self.market.as_ref()
    }
}
