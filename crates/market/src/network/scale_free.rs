//! A few places with many links.

use walras_catalog::entry;

use super::{Ground, Network, PLACES_MAX, Topology};

entry! {
    /// Places come one after another, and each is linked to so many that are there, the likelier the more links these have:
    /// a few end with very many.
    ///
    /// Places with k links become as rare as k^−3.
    pub struct ScaleFree = "scale_free" {
        formula: "P(new — i) ∝ degree(i)",
        check: |this| {
            if this.links >= this.places {
                return Err(("links", format!("{} places cannot have {} links each", this.places, this.links)));
            }
            Ok(())
        },
        source: "A.-L. Barabási and R. Albert, \"Emergence of scaling in random networks\", Science 286, 1999",
        /// How many places.
        places: u32, within 2.0..=PLACES_MAX;
        /// Links of each that comes.
        links: u32 = 2, within 1.0..=1000.0;
    }
}

impl Topology for ScaleFree {
    fn build(&self, ground: &mut Ground<'_>) -> Result<Network, String> {
        let (places, links) = (self.places as usize, self.links as usize);
        let mut network = Network::of(places);
        // Each place once for each of its links, so that an even draw among them is one by degree.
        let mut ends: Vec<usize> = Vec::with_capacity(2 * places * links);
        // The first ones are all linked with each other.
        for one in 0..=links {
            for other in one + 1..=links {
                network.link(one, other, ground.link)?;
                ends.extend([one, other]);
            }
        }
        for new in links + 1..places {
            let before = ends.len();
            let mut chosen: Vec<usize> = Vec::with_capacity(links);
            let mut draw: u32 = 0;
            while chosen.len() < links {
                let unit = ground.keys.unit(ground.purpose, new as u64, draw);
                draw += 1;
                let other = ends[((unit * before as f64) as usize).min(before - 1)];
                if !chosen.contains(&other) {
                    chosen.push(other);
                }
            }
            for other in chosen {
                network.link(new, other, ground.link)?;
                ends.extend([new, other]);
            }
        }
        Ok(network)
    }
}
