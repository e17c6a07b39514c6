//! Cohorts: their parameters drawn, their accounts opened, their first balances posted.

use std::sync::Arc;

use walras_agents::observation::View;
use walras_agents::policy::{Desk, Memory, Policy};
use walras_agents::population::{Data, MarketSetup, PerAgent, Setup};
use walras_catalog::read::NamedItem;
use walras_catalog::{Problem, Reference, Span};
use walras_ledger::{AssetId, Atoms, Ledger, Reason};
use walras_market::manner::Manner;
use walras_market::order::{LimitShape, Orders, Shape};
use walras_numerics::{Column, Keys};

use super::{each_once, governance, production, resource};
use crate::economy::{self, AGENTS_MAX, Economy};
use crate::order_terms::OrderTerms;
use crate::production::Producer;
use crate::resource::{Asker, Carriage, Source};
use crate::venue::Venue;
use crate::world::{Asset, Cohort, Place};

/// Who does not trade.
struct Aloof;

impl Policy for Aloof {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: Some(0), limit: LimitShape::Slippage(0.0), priority_fee: Some(0) }
    }

    fn decide(&self, _: &View<'_>, _: &mut Memory<'_, '_>, _: &mut Desk<'_, '_>) {}
}

/// The key of a cohort's first agent: its name decides, so that cohorts added or moved change nobody's draws.
pub(super) fn entity(name: &str) -> u64 {
    let hash = blake3::hash(name.as_bytes());
    let [a, b, c, ..] = *hash.as_bytes();
    u64::from(u32::from_le_bytes([a, b, c, 0])) << 32
}

pub(super) fn cohorts(
    economy: &Economy,
    assets: &[Asset],
    (venues, sources, carriage): (&[Venue], &[Source], Option<&Carriage>),
    ledger: &mut Ledger,
    keys: Keys,
    data: &mut dyn Data,
) -> Result<Vec<Cohort>, Problem> {
    let mut cohorts: Vec<Cohort> = Vec::new();
    let mut agents: u64 = 0;
    for NamedItem { name, span, item } in &economy.cohorts.0 {
        agents += item.size;
        if agents > AGENTS_MAX {
            let message = format!("with `{name}` there are {agents} agents");
            return Err(Problem::at(*span, message, format!("at most {AGENTS_MAX} in all")));
        }
        let entity = entity(name);
        if let Some(other) = cohorts.iter().find(|cohort| cohort.entity == entity) {
            let message = format!("`{name}` and `{}` would draw the same numbers", other.name);
            return Err(Problem::at(*span, message, "another name"));
        }
        let traded = traded(item, venues, economy)?;
        let shares = budget(item, &traded, *span)?;
        let size = item.size as usize;
        let setups: Vec<MarketSetup> = traded
            .iter()
            .map(|&venue| {
                let asset = &assets[venues[venue].asset.index()];
                MarketSetup { asset: asset.name.clone(), token_scale: asset.scale }
            })
            .collect();
        let manners = item.order.at((name, *span), &traded, venues, assets)?;
        let money_scale = assets[0].scale;
        let mut setup = Setup { keys, entity, size, markets: &setups, money_scale, data, drawn: 0 };
        let at = |what: &str, why: String| Problem::at(*span, format!("cohort `{name}`, {what}: {why}"), "this cohort");
        let policy = match &item.policy {
            Some(policy) => policy.build(&mut setup).map_err(|why| at(policy.name(), why))?,
            None => Box::new(Aloof),
        };
        let shapes = (0..traded.len()).map(|market| policy.shape(market));
        OrderTerms::check_sizes((name, *span), &manners, shapes)?;
        let mut money = |what, parameter: &PerAgent| {
            let column = setup.column(parameter).map_err(|why| at(what, why))?;
            Ok::<_, Problem>(column.map(|units| (units * money_scale).round()))
        };
        let balance = money("balance", &item.balance)?;
        let income = money("income", &item.income)?;
        let expenses = money("expenses", &item.expenses)?;
        let priority_fee = whole(&money("priority_fee", &item.priority_fee)?);
        let demand = match &item.demand {
            Some(demand) => {
                Some(resource::asker(demand, (name, *span), economy, (assets, sources, carriage), &mut setup)?)
            }
            None => None,
        };
        let producer = match &item.production {
            Some(production) => Some(production::producer(production, (name, *span), economy, assets, &mut setup)?),
            None => None,
        };
        let sold = sources.iter().filter(|source| source.is_provided_by(cohorts.len()));
        let mut held = holdable(&traded, venues, demand.as_ref(), producer.as_ref(), sold);
        held.extend(super::contract::held(name, economy));
        held.extend(governance::voted_with(economy, name));
        let id = ledger.open_cohort(size, &held);
        endow(ledger, id, &balance).map_err(|why| at("balance", why))?;
        let places = traded.iter().zip(shares).enumerate().map(|(market, (&venue, budget_share))| {
            let mut place = place(venue, size, policy.shape(market), &venues[venue]);
            if place.shape.priority_fee.is_some() {
                place.orders.priority_fee = priority_fee.clone();
            }
            Place { budget_share, manner: manners[market], stop: item.order.stop, ..place }
        });
        let memory = policy.memory().into_iter().map(|value| vec![value; size]).collect();
        cohorts.push(Cohort {
            name: name.clone(),
            id,
            entity,
            size,
            visible: traded.len(),
            places: places.collect(),
            policy: Arc::from(policy),
            policy_name: item.policy.as_ref().map_or("none", |policy| policy.name()),
            demand,
            producer,
            objective: item.objective.clone(),
            memory,
            income,
            expenses,
            latency: item.latency,
            restraint: Default::default(),
        });
    }
    cohorts.iter_mut().for_each(|cohort| add_routed(cohort, venues));
    let mut traders = vec![0; venues.len()];
    for cohort in &mut cohorts {
        for place in &mut cohort.places {
            place.first = traders[place.venue];
            traders[place.venue] += cohort.size;
        }
    }
    Ok(cohorts)
}

/// What a cohort's agents may hold: what they trade, request, use, make and provide.
fn holdable<'a>(
    traded: &[usize],
    venues: &[Venue],
    demand: Option<&Asker>,
    producer: Option<&Producer>,
    provided: impl Iterator<Item = &'a Source>,
) -> Vec<AssetId> {
    let traded = traded.iter().flat_map(|&venue| [Some(venues[venue].asset), venues[venue].share_asset()]);
    let requested = demand.iter().flat_map(|asker| &asker.assets).map(|wanted| wanted.asset);
    let produced = producer.iter().flat_map(|producer| &producer.goods).map(|good| good.asset);
    traded.flatten().chain(requested).chain(produced).chain(provided.flat_map(Source::assets)).collect()
}

/// The markets that a cohort trades on: those it names, or all that take orders where it names none.
fn traded(item: &economy::Cohort, venues: &[Venue], economy: &Economy) -> Result<Vec<usize>, Problem> {
    let closed = |&venue: &usize| venues[venue].takes_no_orders(venue, venues);
    let Some(markets) = &item.markets else {
        let open = (0..venues.len()).filter(|venue| item.policy.is_some() && !closed(venue));
        return Ok(open.collect());
    };
    let named = spelled_out(markets, venues, economy);
    let traded = each_once(&named, |market| market.find("market", names(venues)))?;
    if let Some(market) = traded.iter().position(closed).and_then(|at| named.get(at)) {
        let message = format!("`{}` is traded through a book alone", market.name);
        return Err(Problem::at(market.span, message, "that book, or `direct = true` for its maker"));
    }
    Ok(traded)
}

/// A place at market number `venue` for plain orders.
fn place(venue: usize, size: usize, shape: Shape, at: &Venue) -> Place {
    let can_rest = at.book().is_some();
    let mut place = Place {
        venue,
        first: 0,
        budget_share: 0.0,
        valuation_shift: 1.0,
        demand: 1.0,
        orders: Orders::new(0, &shape),
        shape,
        seen: 0.0,
        can_rest,
        manner: Manner::PLAIN,
        stop: None,
    };
    place.orders = place.room(size);
    place
}

/// Gives a cohort a place at each market that a router sends its orders to, unless it trades there itself.
fn add_routed(cohort: &mut Cohort, venues: &[Venue]) {
    let routers = cohort.places.iter().filter_map(|place| venues[place.venue].router());
    let reached: Vec<usize> = routers.flat_map(|router| router.venues.iter().copied()).collect();
    for venue in reached {
        if cohort.places.iter().all(|place| place.venue != venue) {
            let shape = Shape { size: Some(0), limit: LimitShape::Slippage(0.0), priority_fee: Some(0) };
            cohort.places.push(place(venue, cohort.size, shape, &venues[venue]));
        }
    }
}

fn names(venues: &[Venue]) -> impl Iterator<Item = &str> {
    venues.iter().map(|venue| venue.name.as_str())
}

/// The markets that a cohort names, each venue of a market of several assets in its place.
fn spelled_out(markets: &[Reference], venues: &[Venue], economy: &Economy) -> Vec<Reference> {
    let several = economy.markets.0.iter().filter(|market| market.item.assets().len() > 1);
    let mut all = Vec::new();
    for market in markets {
        if several.clone().any(|named| named.name == market.name) {
            let prefix = format!("{}:", market.name);
            let own = names(venues).filter(|name| name.starts_with(&prefix));
            all.extend(own.map(|name| Reference { name: name.to_owned(), span: market.span }));
        } else {
            all.push(market.clone());
        }
    }
    all
}

fn whole(column: &Column) -> Column<Atoms> {
    match column {
        Column::Constant(value, _) => Column::constant(*value as Atoms),
        Column::Each(values) => Column::Each(values.iter().map(|&value| value as Atoms).collect()),
    }
}

/// The share of its balance that a cohort's agent may spend on each of its markets.
fn budget(cohort: &economy::Cohort, traded: &[usize], span: Span) -> Result<Vec<f64>, Problem> {
    let Some(shares) = &cohort.budget else { return Ok(vec![1.0 / traded.len().max(1) as f64; traded.len()]) };
    if shares.len() != traded.len() {
        let message = format!("{} budget shares for {} markets", shares.len(), traded.len());
        return Err(Problem::at(span, message, "one share for each market"));
    }
    let sum = walras_numerics::sum::sum(shares);
    if sum > 1.0 + 1e-12 {
        return Err(Problem::at(span, format!("the budget shares sum to {sum}"), "at most 1 in all"));
    }
    Ok(shares.clone())
}

fn endow(ledger: &mut Ledger, cohort: walras_ledger::CohortId, balance: &Column) -> Result<(), String> {
    let money = AssetId::NUMERAIRE;
    let total: i128 = (0..ledger.cohort_size(cohort)).map(|row| i128::from(balance.get(row) as Atoms)).sum();
    if total > i128::from(Atoms::MAX - ledger.supply(money)) {
        return Err(format!("{total} atoms of money in all cannot be counted; use fewer decimals or smaller amounts"));
    }
    let issuer = ledger.issuer(money);
    let posted = ledger.post_column(cohort, money, issuer, Reason::Genesis, |row, _| balance.get(row) as Atoms);
    posted.map(|_| ()).map_err(|broken| broken.to_string())
}
