//! A circle with short cuts.

use walras_catalog::entry;

use super::{Ground, Network, PLACES_MAX, Topology};

entry! {
    /// A circle whose links are each led elsewhere with some probability: few steps from anywhere to anywhere, and
    /// neighbours that know each other.
    pub struct SmallWorld = "small_world" {
        formula: "i — i + 1, …, i + reach; the far end of each by chance `rewiring` at random",
        check: |this| {
            if 2 * this.reach >= this.places {
                return Err(("reach", format!("each of {} places cannot be linked to {} others", this.places, 2 * this.reach)));
            }
            Ok(())
        },
        source: "D. Watts and S. Strogatz, \"Collective dynamics of small-world networks\", Nature 393, 1998",
        /// How many places.
        places: u32, within 3.0..=PLACES_MAX;
        /// To how many on either side each is linked at first.
        reach: u32 = 2, within 1.0..=1000.0;
        /// The probability that a link is led elsewhere.
        rewiring: f64 = 0.1, within 0.0..=1.0;
    }
}

impl Topology for SmallWorld {
    fn build(&self, ground: &mut Ground<'_>) -> Result<Network, String> {
        let places = self.places as usize;
        let mut ends: Vec<(usize, usize)> = (1..=self.reach as usize)
            .flat_map(|reach| (0..places).map(move |at| (at, (at + reach) % places)))
            .collect();
        let ordered = |(one, other): (usize, usize)| (one.min(other), one.max(other));
        let mut linked: std::collections::BTreeSet<(usize, usize)> = ends.iter().map(|&ends| ordered(ends)).collect();
        for (number, ends) in ends.iter_mut().enumerate() {
            let mut stream = ground.keys.stream(ground.purpose, number as u64, 0);
            if stream.open_unit() >= self.rewiring {
                continue;
            }
            // As in the paper, a link stays where a few draws find no place that its end is not linked with yet.
            for _ in 0..100 {
                let other = ((stream.open_unit() * places as f64) as usize).min(places - 1);
                if other != ends.0 && !linked.contains(&ordered((ends.0, other))) {
                    linked.remove(&ordered(*ends));
                    ends.1 = other;
                    linked.insert(ordered(*ends));
                    break;
                }
            }
        }
        let mut network = Network::of(places);
        ends.iter().try_for_each(|&(one, other)| network.link(one, other, ground.link))?;
        Ok(network)
    }
}
