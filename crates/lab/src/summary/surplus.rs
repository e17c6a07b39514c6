//! How much of what trade could gain was gained, where traders have units with induced values.

use serde::{Deserialize, Serialize};
use walras_agents::policy::Induced;
use walras_engine::World;
use walras_engine::stage::clear::VenueFills;
use walras_ledger::Atoms;
use walras_measures::efficiency::{CompetitiveEquilibrium, competitive_equilibrium};
use walras_measures::running::RunningError;
use walras_numerics::{StateError, StateVisitor};

/// The gains of trade at a market all of whose traders have units with values or costs, over all periods begun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurplusSummary {
    /// Periods begun; in each every unit may be traded anew.
    pub periods: u64,
    /// Values of the units bought less costs of those sold, numeraire.
    pub surplus: f64,
    /// The most that trade could have gained in these periods, numeraire.
    pub surplus_max: f64,
    /// The one over the other.
    pub allocative_efficiency: Option<f64>,
    /// The middle of the prices at which demand meets supply, numeraire per token.
    pub equilibrium_price: f64,
    /// Root mean square distance of trades from that price, as a fraction of it: Smith's α.
    pub smith_alpha: Option<f64>,
}

/// What it is made of.
#[derive(Debug)]
pub(super) struct RunningSurplus {
    equilibrium: CompetitiveEquilibrium,
    period: Option<u32>,
    /// Atoms in a unit, the same for all.
    unit: Atoms,
    /// Atoms that each trader traded in this period, by its place at the market.
    traded: Vec<Atoms>,
    realised: f64,
    prices: RunningError,
}

impl RunningSurplus {
    /// Begins before the first step; `None` where traders do not meet each other, some of them have no such units, or
    /// units or periods differ.
    pub(super) fn new(world: &World, v: usize) -> Option<Self> {
        let venue = &world.venues[v];
        let scale = world.assets[venue.asset.index()].scale;
        let (mut values, mut costs, mut traders) = (Vec::new(), Vec::new(), 0);
        let mut common: Option<(Option<u32>, Atoms)> = None;
        for cohort in &world.cohorts {
            for (market, _) in cohort.places.iter().enumerate().filter(|(_, place)| place.venue == v) {
                let induced = cohort.policy.induced(market)?;
                let worths = if induced.side() > 0 { &mut values } else { &mut costs };
                for row in 0..cohort.size {
                    let this = (induced.period(), induced.atoms(row, scale));
                    if *common.get_or_insert(this) != this {
                        return None;
                    }
                    worths.extend((0..induced.units()).map(|unit| induced.worth(row, unit)));
                }
                traders += cohort.size;
            }
        }
        let (period, unit) = common.filter(|_| venue.is_meeting_place())?;
        let equilibrium = competitive_equilibrium(&values, &costs)?;
        Some(Self {
            equilibrium,
            period,
            unit,
            traded: vec![0; traders],
            realised: 0.0,
            prices: RunningError::default(),
        })
    }

    /// Takes the step that was just done.
    pub(super) fn push(&mut self, world: &World, v: usize, fills: &VenueFills) {
        let step = world.step - 1;
        if self.period.is_some_and(|period| step.is_multiple_of(period)) {
            self.traded.fill(0);
        }
        let token_scale = world.assets[world.venues[v].asset.index()].scale;
        for trade in &fills.results.trades {
            let (cohort, _, row) = fills.traders.at(trade.place);
            let cohort = &world.cohorts[cohort];
            let market = cohort.places.iter().position(|place| place.venue == v);
            let Some(induced) = market.and_then(|market| cohort.policy.induced(market)) else { continue };
            let tokens = trade.payment.tokens.abs();
            if tokens == 0 {
                continue;
            }
            let traded = &mut self.traded[trade.place as usize];
            let (from, to) = (*traded, *traded + tokens);
            *traded = to;
            let worth = worth(&induced, row, self.unit, from, to) / token_scale;
            self.realised += f64::from(induced.side()) * worth;
            let price =
                trade.payment.trade.unsigned_abs() as f64 / world.assets[0].scale / (tokens as f64 / token_scale);
            self.prices.push(price, self.equilibrium.price());
        }
    }

    pub(super) fn summary(&self, world: &World, v: usize) -> SurplusSummary {
        let periods = self.period.map_or(1, |period| u64::from(world.step.div_ceil(period)));
        let unit = self.unit as f64 / world.assets[world.venues[v].asset.index()].scale;
        let most = self.equilibrium.surplus * unit * periods as f64;
        let price = self.equilibrium.price();
        SurplusSummary {
            periods,
            surplus: self.realised,
            surplus_max: most,
            allocative_efficiency: (most > 0.0).then(|| self.realised / most),
            equilibrium_price: price,
            smith_alpha: self.prices.root_mean_square().filter(|_| price > 0.0).map(|error| error / price),
        }
    }

    pub(super) fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let len = self.traded.len();
        visitor.i64s(&format!("{name} traded"), &mut self.traded)?;
        if self.traded.len() != len {
            return Err(StateError(format!("{name} traded: of another economy")));
        }
        visitor.f64(&format!("{name} surplus"), &mut self.realised)?;
        self.prices.visit_state(&format!("{name} trades"), visitor)
    }
}

/// What an agent's tokens from atom `from` to atom `to` are worth, in numeraire times atoms for a token; what is beyond
/// its units is worth nothing.
fn worth(induced: &Induced<'_>, row: usize, unit: Atoms, from: Atoms, to: Atoms) -> f64 {
    let mut worth = 0.0;
    let (first, last) = (from / unit, (to - 1) / unit);
    for number in first..=last.min(induced.units() as Atoms - 1) {
        let within = to.min((number + 1) * unit) - from.max(number * unit);
        worth += induced.worth(row, number as usize) * within as f64;
    }
    worth
}
