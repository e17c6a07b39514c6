//! Demand that falls away or surges.

use walras_catalog::{Problem, Reference, entry};
use walras_ledger::Broken;

use super::{Happen, Shock};
use crate::stage::Events;
use crate::world::World;

entry! {
    /// Buy orders are multiplied in size by a factor while the event holds: 0.5 halves demand.
    pub struct Demand = "demand" {
        formula: "q_buy' = ⌊factor·q_buy⌋",
        source: "elementary",
        /// The asset concerned.
        asset: Reference;
        /// Whose; absent for everyone's.
        cohort: Option<Reference>;
        /// The factor.
        factor: f64, within 0.0..=1000.0;
    }
}

struct Scaled {
    /// Pairs of cohort and market place.
    places: Vec<(usize, usize)>,
    factor: f64,
    asset: String,
}

impl Shock for Demand {
    fn bind(&self, world: &World) -> Result<Box<dyn Happen>, Problem> {
        let places = world.places_of(&self.asset, self.cohort.as_ref())?;
        Ok(Box::new(Scaled { places, factor: self.factor, asset: self.asset.name.clone() }))
    }
}

impl Happen for Scaled {
    fn happen(&self, world: &mut World, first: bool, events: &mut Events) -> Result<(), Broken> {
        for &(cohort, place) in &self.places {
            world.cohorts[cohort].places[place].demand *= self.factor;
        }
        if first {
            events.push("demand", &self.asset, &format!("buy orders are multiplied by {}", self.factor), None);
        }
        Ok(())
    }
}
