//! A market that refuses orders for a while.

use walras_catalog::{Problem, Reference, entry};
use walras_ledger::Broken;

use super::{Happen, Shock};
use crate::stage::Events;
use crate::world::World;

entry! {
    /// The market refuses all orders from the first to the last step.
    pub struct Halt = "halt" {
        formula: "every order is rejected as `halted`",
        source: "elementary",
        /// The market.
        market: Reference;
    }
}

struct Halted {
    venue: usize,
}

impl Shock for Halt {
    fn bind(&self, world: &World) -> Result<Box<dyn Happen>, Problem> {
        let venue = self.market.find("market", world.venues.iter().map(|venue| venue.name.as_str()))?;
        Ok(Box::new(Halted { venue }))
    }
}

impl Happen for Halted {
    fn happen(&self, world: &mut World, first: bool, events: &mut Events) -> Result<(), Broken> {
        let venue = &mut world.venues[self.venue];
        venue.halted = true;
        if first {
            events.push("halt", &venue.name, "the market refuses orders", None);
        }
        Ok(())
    }
}
