//! Links by chance.

use walras_catalog::entry;

use super::{Ground, Network, Topology};

entry! {
    /// Each pair of places is linked with the same probability, independently.
    ///
    /// Above ln(n)/n it is most likely in one part.
    pub struct Random = "random" {
        formula: "P(i — j) = probability",
        source: "P. Erdős and A. Rényi, \"On random graphs I\", Publicationes Mathematicae 6, 1959; E. Gilbert, \"Random graphs\", 1959",
        /// How many places.
        places: u32, within 1.0..=3000.0;
        /// The probability of a link.
        probability: f64, within 0.0..=1.0;
    }
}

impl Topology for Random {
    fn build(&self, ground: &mut Ground<'_>) -> Result<Network, String> {
        let places = self.places as usize;
        let mut network = Network::of(places);
        for one in 0..places {
            for other in one + 1..places {
                let pair = (one as u64) << 32 | other as u64;
                if ground.keys.unit(ground.purpose, pair, 0) < self.probability {
                    network.link(one, other, ground.link)?;
                }
            }
        }
        Ok(network)
    }
}
