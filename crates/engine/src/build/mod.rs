//! From an economy's description to a world: names found, parameters drawn, first balances posted.

mod cohort;
mod contract;
mod distribution;
mod governance;
mod institution;
mod market;
mod monitor;
mod network;
mod production;
mod resource;
mod steering;
mod task;

use walras_agents::population::Data;
use walras_catalog::read::{Named, NamedItem};
use walras_catalog::{Problem, Reference, Span};
use walras_ledger::{AssetId, Atoms, Ledger, NamedId, PostError, Reason, Transfer};
use walras_numerics::Keys;

use crate::economy::{self, Economy};
use crate::price::{self, AnyPriceRule, MarketPrice};
use crate::quantity::Quantities;
use crate::stage::send::reprice_routers;
use crate::venue::Venue;
use crate::world::{Asset, Feed, Place, PlannedShock, World};

pub(crate) use distribution::addresses;

/// Builds the world that `economy` describes, with the draws of `seed` and the files that `data` reads.
///
/// # Errors
/// At the first name that does not exist, parameter that cannot be drawn, or amount that cannot be counted.
pub fn build(economy: &Economy, seed: u64, data: &mut dyn Data) -> Result<World, Problem> {
    let keys = Keys::new(seed);
    let mut assets = assets(economy)?;
    assets.extend(market::share_assets(economy));
    let mut ledger = Ledger::new(&assets.iter().map(|asset| asset.name.clone()).collect::<Vec<_>>());
    let shock_account = ledger.open("shock:tokens");
    let mut venues = market::venues(economy, &assets, &mut ledger)?;
    let resources = resource::sources(economy, &assets, &mut ledger, data)?;
    let carriage = network::carriage(economy, (&assets, &resources), &mut ledger, keys, data)?;
    check_perishables(&assets, &venues, economy)?;
    let cohorts = cohort::cohorts(economy, &assets, (&venues, &resources, carriage.as_ref()), &mut ledger, keys, data)?;
    production::check(economy, &cohorts, &assets)?;
    market::admit(economy, &cohorts, &assets, &mut venues);
    let mut world = World {
        step: 0,
        keys,
        ledger,
        assets,
        venues,
        resources,
        carriage,
        cohorts,
        distributions: Vec::new(),
        controllers: Vec::new(),
        accounts: Vec::new(),
        incentives: Vec::new(),
        bodies: Vec::new(),
        funding_rounds: Vec::new(),
        goals: Vec::new(),
        pools: Vec::new(),
        watchers: Vec::new(),
        tasks: Vec::new(),
        steering: Vec::new(),
        contacts: None,
        contracts: Vec::new(),
        quantities: Quantities::default(),
        shocks: Vec::new(),
        feeds: Vec::new(),
        shock_account,
        order_of_events: economy.order_of_events,
        steps_per_year: economy.steps_per_year,
        is_foreseen: false,
    };
    institution::add_accounts(economy, &mut world)?;
    distribution::add_distributions(economy, &mut world, data)?;
    market::endow(economy, &mut world)?;
    task::add_boards(economy, &mut world, data)?;
    steering::add_steering(economy, &mut world)?;
    world.quantities = Quantities::of(&world);
    institution::add_incentives(economy, &mut world)?;
    institution::add_goals(economy, &mut world)?;
    institution::add_pools(economy, &mut world, data)?;
    monitor::add_monitors(economy, &mut world)?;
    contract::add_contacts(economy, &mut world, data)?;
    contract::add_contracts(economy, &mut world)?;
    institution::add_controllers(economy, &mut world)?;
    governance::add_bodies(economy, &mut world, data)?;
    governance::add_rounds(economy, &mut world, data)?;
    add_feeds(economy, &mut world, data)?;
    for NamedItem { name, item, .. } in &economy.shocks.0 {
        let event = item.event.bind(&world)?.into();
        world.shocks.push(PlannedShock { name: name.clone(), from: item.at, to: item.until.unwrap_or(item.at), event });
    }
    check_fundamentals(economy, &world)?;
    check_stops(economy, &world)?;
    for (asset, item) in world.assets.iter().enumerate().skip(1) {
        let venues: Vec<&Venue> =
            world.venues.iter().filter(|venue| venue.asset.index() == asset && venue.router().is_none()).collect();
        price::check(&item.price, &item.name, &venues)?;
    }
    reprice_routers(&mut world);
    for venue in &mut world.venues {
        let price = venue.price(&world.ledger);
        venue.history.push(price);
    }
    world.ledger.check_fully().map_err(|broken| Problem::nowhere(broken.to_string()))?;
    world.ledger.reset_flows();
    Ok(world)
}

fn assets(economy: &Economy) -> Result<Vec<Asset>, Problem> {
    let scale = walras_numerics::elementary::pow10;
    let numeraire = &economy.numeraire;
    let mut assets = vec![Asset {
        name: numeraire.name.clone(),
        decimals: numeraire.decimals,
        scale: scale(numeraire.decimals),
        utility_weight: 1.0,
        maximum_supply: Atoms::MAX,
        role: economy::Role::Token,
        decay: 0.0,
        fundamental: None,
        price: AnyPriceRule::MarketPrice(MarketPrice { market: None }),
    }];
    for NamedItem { name, span, item } in &economy.assets.0 {
        if *name == numeraire.name {
            return Err(Problem::at(*span, format!("`{name}` is already the numeraire"), "another name"));
        }
        let mut asset = Asset {
            name: name.clone(),
            decimals: item.decimals,
            scale: scale(item.decimals),
            utility_weight: item.utility_weight,
            maximum_supply: Atoms::MAX,
            role: item.role,
            decay: item.decay,
            fundamental: item.fundamental,
            price: item.price.clone(),
        };
        if let Some(maximum) = item.maximum_supply {
            asset.maximum_supply = countable(&asset, maximum, *span)?;
        }
        assets.push(asset);
    }
    Ok(assets)
}

pub(crate) fn countable(asset: &Asset, units: f64, span: Span) -> Result<Atoms, Problem> {
    asset.atoms(units).ok_or_else(|| {
        let message = format!("{units} {} of {} decimals cannot be counted", asset.name, asset.decimals);
        Problem::at(span, message, format!("at most {:e}", 9.2e18 / asset.scale))
            .help("use fewer decimals or smaller amounts")
    })
}

fn names<T>(named: &Named<T>) -> impl Iterator<Item = &str> {
    named.0.iter().map(|item| item.name.as_str())
}

pub(crate) fn mint(ledger: &mut Ledger, asset: AssetId, to: NamedId, amount: Atoms) -> Result<(), PostError> {
    let from = ledger.issuer(asset).into();
    ledger.post(Transfer { asset, from, to: to.into(), amount, reason: Reason::Genesis })
}

fn add_feeds(economy: &Economy, world: &mut World, data: &mut dyn Data) -> Result<(), Problem> {
    for NamedItem { name, span, item } in &economy.feeds.0 {
        let asset = item.asset.find("asset", names(&economy.assets))? + 1;
        let at = |why: String| Problem::at(*span, format!("feed `{name}`: {why}"), "this feed");
        let values = data.column(&item.file, &item.column).map_err(at)?;
        if item.start >= values.len() as u64 {
            return Err(at(format!("the series has {} rows and would start after {}", values.len(), item.start)));
        }
        // There may be no demand at all, but nothing is worth nothing.
        let least = if item.sets == economy::FeedTarget::Demand { 0.0 } else { f64::MIN_POSITIVE };
        if let Some(row) = values.iter().position(|value| *value < least) {
            let below = if least == 0.0 { "below zero" } else { "not above zero" };
            return Err(at(format!("row {row} of the series is {}, which is {below}", values[row])));
        }
        let (scale, start, every) = (item.scale, item.start, item.every);
        let (sets, after_end, name) = (item.sets, item.after_end, name.clone());
        world.feeds.push(Feed { name, asset, sets, values, scale, start, every, after_end });
    }
    let World { feeds, assets, .. } = world;
    for feed in feeds.iter().filter(|feed| feed.sets == economy::FeedTarget::Fundamental) {
        assets[feed.asset].fundamental = Some(feed.value(0));
    }
    Ok(())
}

/// What is gone with the step cannot be in an order or a reserve that outlives it.
fn check_perishables(assets: &[Asset], venues: &[Venue], economy: &Economy) -> Result<(), Problem> {
    let perishes = |venue: &&Venue| assets[venue.asset.index()].decay == 1.0;
    let Some(venue) = venues.iter().find(perishes) else { return Ok(()) };
    let asset = &assets[venue.asset.index()].name;
    let span = economy.assets.0.iter().find(|item| item.name == *asset).map_or(Span::default(), |item| item.span);
    let message =
        format!("`{asset}` perishes with each step and is traded at `{}`, where it would have to last", venue.name);
    Err(Problem::at(span, message, "a `decay` below 1").help("share it by a [resources.*] alone, or let it last"))
}

/// Policies that look at fundamental values need one at each of their markets.
fn check_fundamentals(economy: &Economy, world: &World) -> Result<(), Problem> {
    for (cohort, NamedItem { name, span, item }) in world.cohorts.iter().zip(&economy.cohorts.0) {
        let lacks = |place: &&Place| world.assets[world.venues[place.venue].asset.index()].fundamental.is_none();
        if let Some(place) = cohort
            .places
            .iter()
            .find(lacks)
            .filter(|_| item.policy.as_ref().is_some_and(|policy| policy.needs_fundamental()))
        {
            let asset = &world.assets[world.venues[place.venue].asset.index()].name;
            let message = format!("the agents of `{name}` look at the fundamental value of `{asset}`, which has none");
            let help = format!("give [assets.{asset}] a `fundamental`, or feed one with a [feeds.*]");
            return Err(Problem::at(*span, message, "this cohort").help(help));
        }
    }
    Ok(())
}

/// Policies that place stops need markets where they can wait.
fn check_stops(economy: &Economy, world: &World) -> Result<(), Problem> {
    for (cohort, NamedItem { name, span, item }) in world.cohorts.iter().zip(&economy.cohorts.0) {
        let mut places =
            cohort.seen_places().filter(|_| item.policy.as_ref().is_some_and(|policy| policy.needs_stops()));
        if let Some((_, place)) = places.find(|(_, place)| !world.venues[place.venue].takes_stops()) {
            let market = &world.venues[place.venue].name;
            let message = format!("the agents of `{name}` place stops, which cannot wait at `{market}`");
            let problem = Problem::at(*span, message, "order books that trade continuously alone");
            return Err(problem.help("name them in the cohort's `markets`"));
        }
    }
    Ok(())
}

/// About how many bytes the world of `economy` will take, before anything is allocated.
#[must_use]
pub fn memory_estimate(economy: &Economy) -> u64 {
    let markets = economy.markets.0.iter().map(|market| market.item.assets().len() as u64).sum::<u64>();
    let cohort = |cohort: &economy::Cohort| {
        let traded = cohort.markets.as_ref().map_or(markets, |traded| traded.len() as u64);
        // Goods of production: what is held, usable, contained, used and made of each; and what is under way.
        let production = |production: &walras_agents::production::AnyProduction| {
            40 * production.goods().all().len() as u64 + 8 * production.columns() as u64
        };
        let produced = cohort.production.as_ref().map_or(0, production);
        // Money and parameters; then holdings, sides, sizes, limits at each market.
        cohort.size.saturating_mul(48 + traded * 40 + produced)
    };
    let cohorts = economy.cohorts.0.iter().map(|named| cohort(&named.item));
    let distributions = economy.distributions.0.len() as u64;
    let agents: u64 = economy.cohorts.0.iter().map(|named| named.item.size).fold(0, u64::saturating_add);
    // A mark, a weight and an expected gain of each voter for each proposal under way.
    let bodies = economy.governance.0.iter();
    let bodies = bodies.map(|body| agents.saturating_mul(40 + 24 * u64::from(body.item.proposals_most)));
    let given = distributions.saturating_mul(agents).saturating_mul(24);
    cohorts.chain(bodies).fold(given, u64::saturating_add)
}

/// What the names of a list stand for, none of which may come twice.
fn each_once(
    references: &[Reference],
    find: impl Fn(&Reference) -> Result<usize, Problem>,
) -> Result<Vec<usize>, Problem> {
    let mut found = Vec::with_capacity(references.len());
    for reference in references {
        let index = find(reference)?;
        if found.contains(&index) {
            return Err(Problem::at(reference.span, format!("`{}` is named twice", reference.name), "each name once"));
        }
        found.push(index);
    }
    Ok(found)
}
