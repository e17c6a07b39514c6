//! Markets count by what is traded on them.

use walras_catalog::entry;

use super::PriceRule;
use crate::venue::Venue;

entry! {
    /// The mean of the prices of the last steps at all markets, each weighted by the money traded there and then; the
    /// plain mean of the prices now where nothing was traded.
    pub struct VolumeWeighted = "volume_weighted" {
        formula: "P = Σ_v Σ_s V_v(s)·P_v(s) / Σ_v Σ_s V_v(s), over the last `steps` steps s",
        source: "S. Berkowitz, D. Logue and E. Noser, \"The total cost of transactions on the NYSE\", 1988",
        /// How many steps count.
        steps: u32 = 1, within 1.0..=1e6, unit "steps";
    }
}

impl PriceRule for VolumeWeighted {
    fn price(&self, venues: &[&Venue]) -> f64 {
        let (mut value, mut volume, mut plain) = (0.0, 0.0, 0.0);
        for venue in venues {
            for lag in 0..(self.steps as usize).min(venue.volumes.len()) {
                let traded = venue.volumes.price(lag);
                value += traded * venue.history.price(lag);
                volume += traded;
            }
            plain += venue.history.price(0);
        }
        if volume > 0.0 { value / volume } else { plain / venues.len() as f64 }
    }

    fn window(&self) -> usize {
        self.steps as usize
    }
}
