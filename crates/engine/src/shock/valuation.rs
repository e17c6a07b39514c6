//! Opinions that change overnight.

use walras_catalog::{Bounds, Problem, Reference, entry};
use walras_ledger::Broken;

use super::{Happen, Shock};
use crate::stage::Events;
use crate::world::World;

entry! {
    /// Private valuations are multiplied by a factor while the event holds.
    pub struct Valuation = "valuation" {
        formula: "v_i' = factor·v_i",
        source: "elementary",
        /// The asset whose valuations shift.
        asset: Reference;
        /// Whose; absent for everyone's.
        cohort: Option<Reference>;
        /// The factor.
        factor: f64, within Bounds::above(0.0);
    }
}

struct Shifted {
    /// Pairs of cohort and market place.
    places: Vec<(usize, usize)>,
    factor: f64,
    asset: String,
}

impl Shock for Valuation {
    fn bind(&self, world: &World) -> Result<Box<dyn Happen>, Problem> {
        let places = world.places_of(&self.asset, self.cohort.as_ref())?;
        Ok(Box::new(Shifted { places, factor: self.factor, asset: self.asset.name.clone() }))
    }
}

impl Happen for Shifted {
    fn happen(&self, world: &mut World, first: bool, events: &mut Events) -> Result<(), Broken> {
        for &(cohort, place) in &self.places {
            world.cohorts[cohort].places[place].valuation_shift *= self.factor;
        }
        if first {
            events.push("valuation", &self.asset, &format!("valuations are multiplied by {}", self.factor), None);
        }
        Ok(())
    }
}
