//! Capacity that is lost or gained.

use walras_catalog::{Problem, Reference, entry};
use walras_ledger::Broken;

use super::{Happen, Shock};
use crate::stage::Events;
use crate::world::World;

entry! {
    /// A resource has a multiple of its capacity while the event holds: 0 for a node that has failed.
    pub struct CapacityShock = "capacity" {
        formula: "C'(t) = factor·C(t)",
        source: "elementary",
        /// The resource concerned.
        resource: Reference;
        /// The asset concerned; absent for all that the resource has.
        asset: Option<Reference>;
        /// The factor.
        factor: f64, within 0.0..=1000.0;
    }
}

struct Scaled {
    resource: usize,
    supplies: Vec<usize>,
    factor: f64,
}

impl Shock for CapacityShock {
    fn bind(&self, world: &World) -> Result<Box<dyn Happen>, Problem> {
        let resource = self.resource.find("resource", world.resources.iter().map(|source| source.name.as_str()))?;
        let names = || world.resources[resource].assets().map(|asset| world.assets[asset.index()].name.as_str());
        let supplies = match &self.asset {
            None => (0..names().count()).collect(),
            Some(asset) => vec![asset.find("asset of this resource", names())?],
        };
        Ok(Box::new(Scaled { resource, supplies, factor: self.factor }))
    }
}

impl Happen for Scaled {
    fn happen(&self, world: &mut World, first: bool, events: &mut Events) -> Result<(), Broken> {
        let source = &mut world.resources[self.resource];
        for &supply in &self.supplies {
            source.supplies[supply].factor *= self.factor;
        }
        if first {
            events.push("capacity", &source.name, &format!("its capacity is multiplied by {}", self.factor), None);
        }
        Ok(())
    }
}
