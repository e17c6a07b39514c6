//! shock: outside events and data feeds reach the world. The only way in.

use walras_ledger::{AssetId, Broken};

use super::Events;
use super::monitor::restrain;
use crate::economy::FeedTarget;
use crate::world::World;

/// Lets this step's outside events and series act on the world.
///
/// # Errors
/// When an event breaks an invariant.
pub fn shock(world: &mut World, events: &mut Events) -> Result<(), Broken> {
    for venue in &mut world.venues {
        // A question that has been answered is not traded again.
        venue.halted = venue.pool().is_some_and(|on| on.pool.resolved().is_some());
    }
    for place in world.cohorts.iter_mut().flat_map(|cohort| &mut cohort.places) {
        (place.valuation_shift, place.demand) = (1.0, 1.0);
    }
    for supply in world.resources.iter_mut().flat_map(|source| &mut source.supplies) {
        supply.factor = 1.0;
    }
    restrain(world);
    follow_feeds(world);
    let step = world.step;
    // Taken out while they act, so that they may act on all of the world.
    let shocks = std::mem::take(&mut world.shocks);
    let mut due = shocks.iter().filter(|shock| (shock.from..=shock.to).contains(&step)).peekable();
    // An event may look at any account.
    let delivered = if due.peek().is_some() { world.ledger.deliver() } else { Ok(()) };
    let result =
        delivered.and_then(|()| due.try_for_each(|shock| shock.event.happen(world, step == shock.from, events)));
    world.shocks = shocks;
    result
}

fn follow_feeds(world: &mut World) {
    let World { feeds, assets, cohorts, venues, step, .. } = world;
    for feed in feeds.iter() {
        let value = feed.value(*step);
        let id = AssetId(feed.asset as u16);
        match feed.sets {
            FeedTarget::Fundamental => assets[feed.asset].fundamental = Some(value),
            FeedTarget::Valuation | FeedTarget::Demand => {
                let places = cohorts.iter_mut().flat_map(|cohort| &mut cohort.places);
                for place in places.filter(|place| venues[place.venue].asset == id) {
                    if feed.sets == FeedTarget::Valuation {
                        place.valuation_shift *= value;
                    } else {
                        place.demand *= value;
                    }
                }
            }
        }
    }
}
