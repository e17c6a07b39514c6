//! observe: what each cohort may see.

use walras_agents::observation::{MarketView, Quotes};

use crate::world::{Cohort, Venue, World};

/// The public state of all markets at one moment.
#[derive(Debug, Default)]
pub struct Observations {
    /// One for each venue.
    pub markets: Vec<Seen>,
}

/// The public state of one market.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// The price of the next token, numeraire per token.
    pub price: f64,
    /// Tokens out.
    pub supply: f64,
    /// Money held against them.
    pub reserve: f64,
    /// The asset's fundamental value.
    pub fundamental: Option<f64>,
    /// Whether orders will be refused.
    pub halted: bool,
    /// Atoms in one token.
    pub token_scale: f64,
}

/// Looks at every market.
pub fn observe(world: &World, observations: &mut Observations) {
    observations.markets.clear();
    observations.markets.extend(world.venues.iter().map(|venue| {
        let (supply, reserve) = venue.standing(&world.ledger);
        let asset = &world.assets[venue.asset.index()];
        Seen {
            price: venue.price(&world.ledger),
            supply: supply as f64 / asset.scale,
            reserve: reserve as f64 / world.assets[0].scale,
            fundamental: asset.fundamental,
            halted: venue.halted,
            token_scale: asset.scale,
        }
    }));
}

impl Observations {
    /// What one cohort sees of its markets.
    #[must_use]
    pub fn of<'a>(&self, cohort: &Cohort, venues: &'a [Venue]) -> Vec<MarketView<'a>> {
        let view = |place: &crate::world::Place| {
            let seen = &self.markets[place.venue];
            MarketView {
                price: seen.price,
                supply: seen.supply,
                reserve: seen.reserve,
                fundamental: seen.fundamental,
                halted: seen.halted,
                valuation_shift: place.valuation_shift,
                budget_share: place.budget_share,
                token_scale: seen.token_scale,
                history: venues[place.venue].history.seen_late(0),
                inventory: 0.0,
                shares_out: 0,
                quotes: Quotes::default(),
                tape: &venues[place.venue].tape,
                tick: 0.0,
                buy_fee: venues[place.venue].terms.buy_fee.share(),
                sell_fee: venues[place.venue].terms.sell_fee.share(),
                latency: 0,
            }
        };
        cohort.places.iter().map(view).collect()
    }
}
