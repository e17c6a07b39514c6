//! Everything linked to everything.

use walras_catalog::entry;

use super::{Ground, Network, Topology};

entry! {
    /// Each place is linked to each.
    pub struct Complete = "complete" {
        formula: "i — j",
        source: "elementary",
        /// How many places.
        places: u32, within 1.0..=3000.0;
    }
}

impl Topology for Complete {
    fn build(&self, ground: &mut Ground<'_>) -> Result<Network, String> {
        let places = self.places as usize;
        let mut network = Network::of(places);
        for one in 0..places {
            (one + 1..places).try_for_each(|other| network.link(one, other, ground.link))?;
        }
        Ok(network)
    }
}
