//! Places in a circle.

use walras_catalog::entry;

use super::{Ground, Network, PLACES_MAX, Topology};

entry! {
    /// Places in a circle, each linked to so many on either side.
    pub struct Ring = "ring" {
        formula: "i — i ± 1, …, i ± reach",
        source: "elementary",
        /// How many places.
        places: u32, within 3.0..=PLACES_MAX;
        /// To how many on either side each is linked.
        reach: u32 = 1, within 1.0..=1000.0;
    }
}

impl Topology for Ring {
    fn build(&self, ground: &mut Ground<'_>) -> Result<Network, String> {
        let places = self.places as usize;
        let mut network = Network::of(places);
        for reach in 1..=(self.reach as usize).min(places / 2) {
            for place in 0..places {
                network.link(place, (place + reach) % places, ground.link)?;
            }
        }
        Ok(network)
    }
}
