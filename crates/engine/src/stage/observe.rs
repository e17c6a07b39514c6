//! observe: what each cohort may see.

use walras_agents::observation::{MarketView, OwnOrders};

use crate::venue::{Offer, Seen, Venue};
use crate::world::{Cohort, World};

/// The public state of all markets at one moment.
#[derive(Debug, Default)]
pub struct Observations {
    /// One for each venue.
    pub markets: Vec<Seen>,
}

/// Looks at every market.
pub fn observe(world: &World, observations: &mut Observations) {
    observations.markets.clear();
    observations.markets.extend(world.venues.iter().map(|venue| venue.seen(&world.ledger, &world.assets)));
}

/// Remembers what is seen at the beginning of a step, for those who see it late.
pub fn remember(world: &mut World, observations: &Observations) {
    for (venue, seen) in world.venues.iter_mut().zip(&observations.markets) {
        venue.glimpses.push(*seen);
    }
}

impl Observations {
    /// What one cohort sees of its markets. `offers` are those of all markets, or none.
    #[must_use]
    pub fn of<'a>(
        &self,
        cohort: &Cohort,
        venues: &'a [Venue],
        offers: &'a [Offer<'a>],
        token_scale: impl Fn(&Venue) -> f64,
    ) -> Vec<MarketView<'a>> {
        let view = |place: &crate::world::Place| {
            let venue = &venues[place.venue];
            let seen = venue.glimpses.late(cohort.latency).unwrap_or(&self.markets[place.venue]);
            MarketView {
                price: seen.price,
                supply: seen.supply,
                reserve: seen.reserve,
                inventory: seen.inventory,
                shares_out: seen.shares_out,
                fundamental: seen.fundamental,
                halted: venue.halted,
                valuation_shift: place.valuation_shift,
                budget_share: place.budget_share,
                token_scale: token_scale(venue),
                history: venue.history.seen_late(cohort.latency),
                quotes: seen.quotes,
                own_orders: venue.book().map(|on| OwnOrders {
                    book: &on.book,
                    first: place.first as u32,
                    unit: venue.per_token(),
                }),
                tape: &venue.tape,
                tick: venue.tick(),
                lot: venue.lot(),
                buy_fee: seen.fees[0],
                sell_fee: seen.fees[1],
                latency: cohort.latency,
                depth: offers.get(place.venue).filter(|_| cohort.latency == 0).and_then(Offer::seen),
            }
        };
        cohort.seen_places().map(|(_, place)| view(place)).collect()
    }
}
