//! record: the figures of each market after the step.

use walras_agents::observation::Quotes;
use walras_ledger::Atoms;
use walras_market::allocation::Charge;
use walras_market::order::{Rejection, Side};
use walras_market::taken::Taken;

use walras_measures::allocation::{best_value_of_rows, envies};
use walras_measures::running::RunningJain;

use super::allocate::{Allocation, Asked, AskedOf};
use super::clear::Fills;
use super::consume::Consumed;
use super::settle::Settled;
use super::{Actions, Events, serve};
use crate::venue::TokenFees;
use crate::world::World;

/// The figures of one step.
#[derive(Debug, Default)]
pub struct StepRecord {
    /// One for each venue.
    pub markets: Vec<MarketFigures>,
    /// One for each asset of each resource.
    pub resources: Vec<ResourceFigures>,
    /// Room for worths and needs.
    valued: Vec<[f64; 2]>,
}

/// The figures of one market after a step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MarketFigures {
    /// The price of the next token, numeraire per token.
    pub price: f64,
    /// The average price of the step's trades; `None` without trades.
    pub settlement_price: Option<f64>,
    /// Atoms out.
    pub supply: Atoms,
    /// Money held, in atoms.
    pub reserve: Atoms,
    /// Money traded, in atoms. Where traders pay each other a trade counts once, as what the buyer paid.
    pub volume: i128,
    /// Atoms bought.
    pub bought: i128,
    /// Atoms sold.
    pub sold: i128,
    /// Fees and tributes taken in money, in atoms of it.
    pub fees: i128,
    /// Fees taken in the asset, and what they were worth.
    pub token_fees: TokenFees,
    /// Orders given.
    pub orders: u64,
    /// Orders filled.
    pub filled: u64,
    /// Orders rejected, by reason.
    pub rejected: [u64; Rejection::ALL.len()],
    /// Reserve over price times supply; `None` when nothing is out, and where the money held is that of orders at rest.
    pub reserve_ratio: Option<f64>,
    /// Fundamental value.
    pub fundamental: Option<f64>,
    /// The asset's price P by its declared rule, numeraire per token.
    pub asset_price: f64,
    /// The best orders at rest; `None` in markets where none can rest.
    pub quotes: Option<Quotes>,
    /// Orders at rest.
    pub resting: u64,
    /// What those who traded paid beyond the price just before, twice, on average over their volume, numeraire per token,
    /// with what fees are part of the price: see [`Taken`]. `None` where nobody did.
    pub effective_spread: Option<f64>,
    /// What those who traded paid and took.
    pub taken: Taken,
    /// Atoms of the asset that the market's own account holds; 0 where the market issues them.
    pub inventory: Atoms,
    /// Atoms of liquidity shares out; 0 where there are none.
    pub shares: Atoms,
}

/// Collects the figures and tells of rejected orders.
pub fn record(
    world: &World,
    actions: &Actions,
    fills: &Fills,
    settled: &Settled,
    events: &mut Events,
    table: &mut StepRecord,
) {
    table.markets.clear();
    for (v, (venue, posted)) in world.venues.iter().zip(&settled.venues).enumerate() {
        let (supply, reserve) = venue.standing(&world.ledger);
        let price = venue.price(&world.ledger);
        let asset = &world.assets[venue.asset.index()];
        let traded = posted.bought + posted.sold;
        let paid_in_all = posted.paid + posted.received;
        let volume = venue.volume(posted);
        let (money_scale, token_scale) = (world.assets[0].scale, asset.scale);
        let value = price * supply as f64 / token_scale;
        let mut figures = MarketFigures {
            price,
            settlement_price: (traded > 0).then(|| paid_in_all as f64 / money_scale / (traded as f64 / token_scale)),
            supply,
            reserve,
            volume,
            bought: posted.bought,
            sold: posted.sold,
            fees: posted.fees + posted.tributes,
            token_fees: fills.venues[v].results.token_fees,
            filled: fills.venues[v].filled(posted) + made_by(v, fills),
            reserve_ratio: (value > 0.0 && !venue.is_meeting_place()).then(|| reserve as f64 / money_scale / value),
            fundamental: asset.fundamental,
            asset_price: world.price(venue.asset),
            quotes: venue.book().map(|_| venue.quotes()),
            resting: venue.book().map_or(0, |on| on.book.live().into()),
            taken: fills.venues[v].results.taken,
            effective_spread: fills.venues[v].results.taken.spread().map(|spread| spread * venue.per_token()),
            inventory: if venue.accounts.tokens == world.ledger.issuer(venue.asset) {
                0
            } else {
                world.ledger.held(venue.accounts.tokens, venue.asset)
            },
            shares: venue.share_asset().map_or(0, |shares| world.ledger.supply(shares)),
            ..MarketFigures::default()
        };
        count_orders(world, actions, fills, v, &mut figures);
        for (why, &count) in Rejection::ALL.iter().zip(&figures.rejected) {
            if count > 0 {
                let kind = if *why == Rejection::NotFinite { "quarantined" } else { "rejected" };
                events.push(kind, &venue.name, why.name(), Some(count as Atoms));
            }
        }
        table.markets.push(figures);
    }
}

/// How many orders a curve carried out for a book whose maker it is.
fn made_by(curve: usize, fills: &Fills) -> u64 {
    let mut count = 0;
    fills.each_made(|_, made| count += u64::from(made.curve == curve));
    count
}

fn count_orders(world: &World, actions: &Actions, fills: &Fills, venue: usize, figures: &mut MarketFigures) {
    let mut early = 0;
    for (cohort, asked) in world.cohorts.iter().zip(&actions.asked) {
        for (_, tally) in cohort.places.iter().zip(&asked.tallies).filter(|(place, _)| place.venue == venue) {
            figures.orders += tally.orders;
            for (count, more) in figures.rejected.iter_mut().zip(tally.rejected) {
                *count += more;
                early += more;
            }
        }
    }
    let served = &fills.venues[venue].results;
    figures.orders += served.commands + made_by(venue, fills);
    serve::count_refused(served, &mut figures.rejected);
    // What reached a curve and was not filled was rejected there; which orders, their columns tell.
    if world.venues[venue].curve().is_none() || figures.orders == early + figures.filled {
        return;
    }
    if fills.venues[venue].rows.is_empty() {
        figures.rejected = [0; Rejection::ALL.len()];
        let places = world.cohorts.iter().flat_map(|cohort| &cohort.places).filter(|place| place.venue == venue);
        for why in places.flat_map(|place| place.orders.side.iter()).filter_map(|&side| Side::rejection(side)) {
            figures.rejected[why as usize] += 1;
        }
    } else {
        for why in fills.venues[venue].rows.iter().filter_map(|row| row.rejection) {
            figures.rejected[why as usize] += 1;
        }
    }
}

/// The figures of one asset at a resource after a step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResourceFigures {
    /// The resource, an index into [`World::resources`].
    pub resource: usize,
    /// The asset, an index into [`World::assets`].
    pub asset: usize,
    /// The price at which it was shared, numeraire per unit; `None` where nothing is charged.
    pub price: Option<f64>,
    /// Atoms there were to share.
    pub capacity: Atoms,
    /// Atoms asked for.
    pub requested: i128,
    /// Atoms granted.
    pub granted: i128,
    /// Agents who asked for any.
    pub requesters: u64,
    /// Agents who were granted any.
    pub served: u64,
    /// Numeraire atoms paid.
    pub paid: i128,
    /// Jain's index of the shares of their requests that agents were granted; `None` where nobody asked.
    pub fairness: Option<f64>,
    /// The share of requesters who would rather have had what another was granted; `None` where nobody asked.
    pub envious: Option<f64>,
    /// The value of what was granted, to those who need it, over that of the best grants of as much to the same; `None`
    /// where nobody who asked puts a worth on it. What is granted beyond a need has none.
    pub efficiency: Option<f64>,
    /// The greatest less the least dominant share of those who asked the resource for anything; `None` where it has one
    /// asset or nobody asked.
    pub dominant_spread: Option<f64>,
    /// Requests cut to what could be paid.
    pub cut: u64,
    /// Atoms of the asset that agents used in this step, wherever they had them from.
    pub used: i128,
    /// Atoms of the asset that perished or decayed in this step, wherever they were.
    pub decayed: i128,
    /// Atoms of the asset that those who may request it have left after the step, wherever they had them from.
    pub held: i128,
}

impl StepRecord {
    /// The value of what was granted to those who put a worth on it, over the most that it, and what nobody was granted,
    /// could be worth to them.
    fn efficiency(&mut self, of: &AskedOf) -> Option<f64> {
        if of.truth.is_empty() {
            return None;
        }
        self.valued.clear();
        let (mut left, mut value) = (of.capacity, 0.0);
        for (truth, &granted) in of.truth.iter().zip(&of.grants.granted) {
            if truth.worth.is_finite() && truth.worth >= 0.0 {
                self.valued.push([truth.worth, truth.need as f64]);
                value += truth.worth * granted.min(truth.need) as f64;
            } else {
                left -= granted;
            }
        }
        let best = best_value_of_rows(&mut self.valued, left as f64);
        (best > 0.0).then(|| value / best)
    }

    /// Collects the figures of resources.
    pub fn resources(&mut self, world: &World, allocation: &Allocation, consumed: &Consumed) {
        self.resources.clear();
        for (r, (source, asked)) in world.resources.iter().zip(&allocation.sources).enumerate() {
            let charged = source.rule.charges() != Charge::Nothing;
            let dominant_spread = dominant_spread(asked);
            for (supply, of) in source.supplies.iter().zip(&asked.supplies) {
                let asset = supply.asset.index();
                let efficiency = self.efficiency(of);
                self.resources.push(ResourceFigures {
                    resource: r,
                    asset,
                    price: charged.then_some(of.price),
                    capacity: of.capacity,
                    used: consumed.used[asset],
                    decayed: consumed.decayed[asset],
                    held: consumed.held[asset],
                    cut: of.cut,
                    efficiency,
                    dominant_spread,
                    ..shares(of, &asked.weight)
                });
            }
        }
    }
}

/// What can be said of a resource's grants from the amounts asked and granted.
fn shares(of: &AskedOf, weights: &[f64]) -> ResourceFigures {
    let mut figures = ResourceFigures { paid: of.grants.revenue(), ..ResourceFigures::default() };
    let granted = &of.grants.granted;
    let most = granted.iter().zip(weights).map(|(&granted, weight)| granted as f64 / weight).fold(0.0, f64::max);
    let (mut fairness, mut envious) = (RunningJain::default(), 0_u64);
    let rows = of.amount.iter().zip(granted).zip(weights).filter(|((asked, _), _)| **asked > 0);
    for ((&asked, &granted), &weight) in rows {
        figures.requested += i128::from(asked);
        figures.granted += i128::from(granted);
        figures.requesters += 1;
        figures.served += u64::from(granted > 0);
        fairness.push(granted as f64 / asked as f64);
        // An atom's difference is what whole atoms cannot avoid.
        envious += u64::from(envies(asked as f64, granted as f64, most * weight, 1.0));
    }
    figures.fairness = fairness.index();
    figures.envious = (figures.requesters > 0).then(|| envious as f64 / figures.requesters as f64);
    figures
}

/// The greatest less the least dominant share, where a resource has several assets.
fn dominant_spread(asked: &Asked) -> Option<f64> {
    if asked.supplies.len() < 2 || asked.who.is_empty() {
        return None;
    }
    let of = |row: usize| {
        let share =
            |of: &AskedOf| if of.capacity > 0 { of.grants.granted[row] as f64 / of.capacity as f64 } else { 0.0 };
        asked.supplies.iter().map(share).fold(0.0, f64::max)
    };
    let shares = (0..asked.who.len()).map(of);
    let (least, greatest) = shares.fold((f64::INFINITY, 0.0_f64), |(a, b), share| (a.min(share), b.max(share)));
    Some(greatest - least)
}
