//! One place in the middle.

use walras_catalog::entry;

use super::{Ground, Network, PLACES_MAX, Topology};

entry! {
    /// One place, number 0, is linked to all others, and these to no others.
    pub struct Star = "star" {
        formula: "0 — i",
        source: "elementary",
        /// How many places, the one in the middle included.
        places: u32, within 2.0..=PLACES_MAX;
    }
}

impl Topology for Star {
    fn build(&self, ground: &mut Ground<'_>) -> Result<Network, String> {
        let mut network = Network::of(self.places as usize);
        (1..self.places as usize).try_for_each(|place| network.link(0, place, ground.link))?;
        Ok(network)
    }
}
