//! From an economy's description to a world: names found, parameters drawn, first balances posted.

use std::sync::Arc;

use walras_agents::observation::History;
use walras_agents::population::{Data, MarketSetup, PerAgent, Setup};
use walras_catalog::read::{Named, NamedItem, number_of};
use walras_catalog::{Problem, Reference, Span};
use walras_institutions::distribution::{self, Entities};
use walras_institutions::release::{AnyRelease, Plan};
use walras_ledger::exchange::Counterparties;
use walras_ledger::{AgentAddress, AssetId, Atoms, Ledger, NamedId, PostError, Reason, Transfer};
use walras_market::order::Orders;
use walras_market::terms::{Rate, Terms};
use walras_numerics::{Column, Keys, Purpose};

use crate::economy::{self, AGENTS_MAX, AnyMarket, CurveMarket, Economy};
use crate::world::{Asset, Cohort, Control, Distribution, Feed, Place, PlannedShock, Venue, World};

/// Builds the world that `economy` describes, with the draws of `seed` and the files that `data` reads.
///
/// # Errors
/// At the first name that does not exist, parameter that cannot be drawn, or amount that cannot be counted.
pub fn build(economy: &Economy, seed: u64, data: &mut dyn Data) -> Result<World, Problem> {
    let keys = Keys::new(seed);
    let assets = assets(economy)?;
    let mut ledger = Ledger::new(&assets.iter().map(|asset| asset.name.clone()).collect::<Vec<_>>());
    let shock_account = ledger.open("shock:tokens");
    let mut venues = venues(economy, &assets, &mut ledger)?;
    let cohorts = cohorts(economy, &assets, &venues, &mut ledger, keys, data)?;
    set_histories(economy, &cohorts, &mut venues);
    let mut world = World {
        step: 0,
        keys,
        ledger,
        assets,
        venues,
        cohorts,
        distributions: Vec::new(),
        controllers: Vec::new(),
        shocks: Vec::new(),
        feeds: Vec::new(),
        shock_account,
        order_of_events: economy.order_of_events,
        steps_per_year: economy.steps_per_year,
    };
    add_distributions(economy, &mut world, data)?;
    endow_reserves(economy, &mut world)?;
    add_controllers(economy, &mut world)?;
    add_feeds(economy, &mut world, data)?;
    for NamedItem { name, item, .. } in &economy.shocks.0 {
        let event = item.event.bind(&world)?;
        world.shocks.push(PlannedShock { name: name.clone(), from: item.at, to: item.until.unwrap_or(item.at), event });
    }
    check_fundamentals(economy, &world)?;
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
        fundamental: None,
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
            fundamental: item.fundamental,
        };
        if let Some(maximum) = item.maximum_supply {
            asset.maximum_supply = countable(&asset, maximum, *span)?;
        }
        assets.push(asset);
    }
    Ok(assets)
}

fn countable(asset: &Asset, units: f64, span: Span) -> Result<Atoms, Problem> {
    asset.atoms(units).ok_or_else(|| {
        let message = format!("{units} {} of {} decimals cannot be counted", asset.name, asset.decimals);
        Problem::at(span, message, format!("at most {:e}", 9.2e18 / asset.scale))
            .help("use fewer decimals or smaller amounts")
    })
}

fn names<T>(named: &Named<T>) -> impl Iterator<Item = &str> {
    named.0.iter().map(|item| item.name.as_str())
}

fn venues(economy: &Economy, assets: &[Asset], ledger: &mut Ledger) -> Result<Vec<Venue>, Problem> {
    let mut venues: Vec<Venue> = Vec::new();
    for NamedItem { name, item, .. } in &economy.markets.0 {
        let AnyMarket::Curve(market) = item;
        let index = market.asset.find("asset", names(&economy.assets))? + 1;
        if let Some(other) = venues.iter().find(|venue| venue.asset.index() == index) {
            let message = format!("`{}` already mints and burns `{}` along a curve", other.name, market.asset.name);
            return Err(Problem::at(market.asset.span, message, "an asset with no other curve"));
        }
        let asset = AssetId(index as u16);
        let reserve = ledger.open(format!("reserve:{name}"));
        let fees = ledger.open(format!("fees:{name}"));
        let tributes = ledger.open(format!("funding_pool:{name}"));
        venues.push(Venue {
            name: name.clone(),
            asset,
            curve: market.curve.clone(),
            anchor: 1.0,
            terms: terms(market),
            settlement: market.settlement,
            arrival: market.arrival,
            accounts: Counterparties { asset, tokens: ledger.issuer(asset), money: reserve, fees, tributes },
            change_account: ledger.open(format!("change_fund:{name}")),
            on_change: market.on_change,
            halted: false,
            decimals: (assets[0].decimals, assets[index].decimals),
            history: History::new(2),
            volumes: History::new(2),
        });
    }
    Ok(venues)
}

fn terms(market: &CurveMarket) -> Terms {
    // The bounds of the parameters keep every share below one.
    let rate = |share: f64| Rate::new(share).unwrap_or_default();
    let fees = Terms { buy_fee: rate(market.buy_fee), sell_fee: rate(market.sell_fee), ..Terms::default() };
    fees.with_tributes(market.curve.tributes())
}

/// The key of a cohort's first agent: its name decides, so that cohorts added or moved change nobody's draws.
fn entity(name: &str) -> u64 {
    let hash = blake3::hash(name.as_bytes());
    let [a, b, c, ..] = *hash.as_bytes();
    u64::from(u32::from_le_bytes([a, b, c, 0])) << 32
}

fn cohorts(
    economy: &Economy,
    assets: &[Asset],
    venues: &[Venue],
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
        let traded = match &item.markets {
            None => (0..venues.len()).collect(),
            Some(markets) => each_once(markets, |market| market.find("market", names(&economy.markets)))?,
        };
        let shares = budget(item, &traded, *span)?;
        let size = item.size as usize;
        let setups: Vec<MarketSetup> = traded
            .iter()
            .map(|&venue| {
                let asset = &assets[venues[venue].asset.index()];
                MarketSetup { asset: asset.name.clone(), token_scale: asset.scale }
            })
            .collect();
        let money_scale = assets[0].scale;
        let mut setup = Setup { keys, entity, size, markets: &setups, money_scale, data, drawn: 0 };
        let at = |what: &str, why: String| Problem::at(*span, format!("cohort `{name}`, {what}: {why}"), "this cohort");
        let policy = item.policy.build(&mut setup).map_err(|why| at(item.policy.name(), why))?;
        let mut money = |what, parameter: &PerAgent| {
            let column = setup.column(parameter).map_err(|why| at(what, why))?;
            Ok::<_, Problem>(column.map(|units| (units * money_scale).round()))
        };
        let balance = money("balance", &item.balance)?;
        let income = money("income", &item.income)?;
        let expenses = money("expenses", &item.expenses)?;
        let priority_fee = whole(&money("priority_fee", &item.priority_fee)?);
        let held: Vec<AssetId> = traded.iter().map(|&venue| venues[venue].asset).collect();
        let id = ledger.open_cohort(size, &held);
        endow(ledger, id, &balance).map_err(|why| at("balance", why))?;
        let places = traded.iter().zip(shares).enumerate().map(|(market, (&venue, budget_share))| {
            let shape = policy.shape(market);
            let mut orders = Orders::new(size, &shape);
            if shape.priority_fee.is_some() {
                orders.priority_fee = priority_fee.clone();
            }
            Place { venue, budget_share, valuation_shift: 1.0, demand: 1.0, shape, orders }
        });
        let memory = policy.memory().into_iter().map(|value| vec![value; size]).collect();
        cohorts.push(Cohort {
            name: name.clone(),
            id,
            entity,
            size,
            places: places.collect(),
            policy: Arc::from(policy),
            policy_name: item.policy.name(),
            objective: item.objective.clone(),
            memory,
            income,
            expenses,
        });
    }
    Ok(cohorts)
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

fn mint(ledger: &mut Ledger, asset: AssetId, to: NamedId, amount: Atoms) -> Result<(), PostError> {
    let from = ledger.issuer(asset).into();
    ledger.post(Transfer { asset, from, to: to.into(), amount, reason: Reason::Genesis })
}

/// Mints every distribution into its own account, and gives out what is due before the first step.
fn add_distributions(economy: &Economy, world: &mut World, data: &mut dyn Data) -> Result<(), Problem> {
    for (number, NamedItem { name, span, item }) in economy.distributions.0.iter().enumerate() {
        let index = item.asset.find("asset", names(&economy.assets))? + 1;
        let (asset, id) = (&world.assets[index], AssetId(index as u16));
        let cohorts = recipients(economy, world, item, id)?;
        let entities: Vec<Entities> =
            cohorts.iter().map(|&c| Entities { first: world.cohorts[c].entity, size: world.cohorts[c].size }).collect();
        let total = item.total.map(|total| countable(asset, total, *span)).transpose()?;
        let purpose = Purpose::distribution(number as u16);
        let mut request = distribution::Request { keys: world.keys, purpose, cohorts: &entities, data };
        let at = |why: String| Problem::at(*span, format!("distribution `{name}`: {why}"), "this distribution");
        let amounts = distribution::allot(&*item.shares, total, asset.scale, &mut request).map_err(at)?;
        let total: i128 = amounts.iter().map(|&amount| i128::from(amount)).sum();
        if total + i128::from(world.ledger.supply(id)) > i128::from(asset.maximum_supply) {
            return Err(at(format!("{total} atoms pass the maximum supply of `{}`", asset.name)));
        }
        let account = world.ledger.open(format!("distribution:{name}"));
        mint(&mut world.ledger, id, account, total as Atoms).map_err(|why| at(why.to_string()))?;
        let plan = Plan::new(amounts, item.release.clone());
        if matches!(item.release, AnyRelease::Genesis(_)) {
            let addresses: Vec<AgentAddress> = addresses(&world.cohorts, &cohorts).collect();
            for (recipient, amount) in plan.payments(0) {
                let (from, to) = (account.into(), addresses[recipient].into());
                let transfer = Transfer { asset: id, from, to, amount, reason: Reason::Genesis };
                world.ledger.post(transfer).map_err(|why| at(why.to_string()))?;
            }
        } else {
            world.distributions.push(Distribution { name: name.clone(), asset: id, account, cohorts, plan });
        }
    }
    Ok(())
}

/// The agents of some cohorts, in order.
pub(crate) fn addresses<'a>(cohorts: &'a [Cohort], which: &'a [usize]) -> impl Iterator<Item = AgentAddress> + 'a {
    which.iter().flat_map(|&c| {
        let cohort = &cohorts[c];
        (0..cohort.size).map(move |row| AgentAddress { cohort: cohort.id, row: row as u32 })
    })
}

fn recipients(
    economy: &Economy,
    world: &World,
    item: &economy::Distribution,
    asset: AssetId,
) -> Result<Vec<usize>, Problem> {
    let holds = |c: &usize| world.ledger.can_hold(world.cohorts[*c].id, asset);
    let Some(references) = &item.cohorts else {
        let all: Vec<usize> = (0..world.cohorts.len()).filter(holds).collect();
        if all.is_empty() {
            let message = format!("nobody trades `{}`, so nobody can receive it", item.asset.name);
            return Err(Problem::at(item.asset.span, message, "an asset that is traded"));
        }
        return Ok(all);
    };
    let find = |reference: &Reference| {
        let c = reference.find("cohort", names(&economy.cohorts))?;
        if holds(&c) {
            return Ok(c);
        }
        let message = format!("the agents of `{}` do not trade `{}`", reference.name, item.asset.name);
        Err(Problem::at(reference.span, message, "a cohort that trades the asset"))
    };
    each_once(references, find)
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

/// Puts into each reserve what it is declared to hold, or what buying back the tokens out would need.
fn endow_reserves(economy: &Economy, world: &mut World) -> Result<(), Problem> {
    for (venue, NamedItem { name, span, item }) in world.venues.iter().zip(&economy.markets.0) {
        let AnyMarket::Curve(market) = item;
        let (supply, _) = venue.standing(&world.ledger);
        let at = |message: String, expected: &str| Problem::at(*span, format!("market `{name}`: {message}"), expected);
        let money = &world.assets[0];
        let opening = venue.curve.opening(supply as f64 / world.assets[venue.asset.index()].scale);
        let given = market.initial_reserve.or(opening.map(|(reserve, _)| reserve));
        let given = given.map(|reserve| countable(money, reserve, *span)).transpose()?;
        let pool = countable(money, opening.map_or(0.0, |(_, pool)| pool), *span)?;
        let reserve = if venue.curve.reserve(0.0).is_some() {
            let needed = venue.exact().required_reserve(supply, 0);
            let needed =
                needed.ok_or_else(|| at("what the tokens out are worth cannot be counted".into(), "fewer tokens"))?;
            if let Some(given) = given.filter(|&given| given < needed) {
                let message =
                    format!("a reserve of {given} atoms does not cover the {needed} that the tokens out are owed");
                return Err(at(message, "leave `initial_reserve` out to hold just what is owed"));
            }
            given.unwrap_or(needed)
        } else {
            match given {
                Some(given) if given > 0 && supply > 0 => given,
                _ => {
                    let message = "its price is a ratio of reserve to supply, so both must be there from the start";
                    let help =
                        "give `initial_reserve` and a [distributions.*] released at genesis, or to be released later";
                    return Err(at(message.to_owned(), "needs `initial_reserve` and tokens out").help(help));
                }
            }
        };
        let fund = countable(money, market.change_fund, *span)?;
        let accounts = venue.accounts;
        for (account, amount) in [(accounts.money, reserve), (accounts.tributes, pool), (venue.change_account, fund)] {
            mint(&mut world.ledger, AssetId::NUMERAIRE, account, amount)
                .map_err(|why| at(why.to_string(), "less money"))?;
        }
        let price = venue.price(&world.ledger);
        if !(price.is_finite() && price >= 0.0) {
            return Err(at(format!("the price at the start is {price}"), "parameters that give a price"));
        }
    }
    Ok(())
}

fn add_controllers(economy: &Economy, world: &mut World) -> Result<(), Problem> {
    for NamedItem { name, span, item } in &economy.controllers.0 {
        let venue = item.market.find("market", names(&economy.markets))?;
        let curve = &world.venues[venue].curve;
        let catalog = walras_market::curve::AnyCurve::catalog();
        let parameters = catalog.iter().filter(|entry| entry.name == curve.name()).flat_map(|entry| &entry.parameters);
        let numbers = parameters.map(|parameter| parameter.name).filter(|name| number_of(curve, name).is_some());
        item.parameter.find("parameter of this curve", numbers)?;
        if item.controller.needs_measure() && item.measure.is_none() {
            let message = format!("controller `{name}` needs a `measure` to look at");
            return Err(Problem::at(*span, message, "measure = { measure = \"volatility\" }"));
        }
        let initial = number_of(curve, &item.parameter.name).unwrap_or(0.0);
        world.controllers.push(Control {
            name: name.clone(),
            venue,
            parameter: item.parameter.name.clone(),
            initial,
            measure: item.measure.clone(),
            controller: item.controller.clone(),
            memory: vec![0.0; item.controller.memory()],
        });
    }
    Ok(())
}

fn add_feeds(economy: &Economy, world: &mut World, data: &mut dyn Data) -> Result<(), Problem> {
    for NamedItem { name, span, item } in &economy.feeds.0 {
        let asset = item.asset.find("asset", names(&economy.assets))? + 1;
        let at = |why: String| Problem::at(*span, format!("feed `{name}`: {why}"), "this feed");
        let values = data.column(&item.file, &item.column).map_err(at)?;
        if item.start >= values.len() as u64 {
            return Err(at(format!("the series has {} rows and would start after {}", values.len(), item.start)));
        }
        if let Some(row) = values.iter().position(|value| *value <= 0.0) {
            return Err(at(format!("row {row} of the series is {}, which is not above zero", values[row])));
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

/// Policies that look at fundamental values need one at each of their markets.
fn check_fundamentals(economy: &Economy, world: &World) -> Result<(), Problem> {
    for (cohort, NamedItem { name, span, item }) in world.cohorts.iter().zip(&economy.cohorts.0) {
        let lacks = |place: &&Place| world.assets[world.venues[place.venue].asset.index()].fundamental.is_none();
        if let Some(place) = cohort.places.iter().find(lacks).filter(|_| item.policy.needs_fundamental()) {
            let asset = &world.assets[world.venues[place.venue].asset.index()].name;
            let message = format!("the agents of `{name}` look at the fundamental value of `{asset}`, which has none");
            let help = format!("give [assets.{asset}] a `fundamental`, or feed one with a [feeds.*]");
            return Err(Problem::at(*span, message, "this cohort").help(help));
        }
    }
    Ok(())
}

fn set_histories(economy: &Economy, cohorts: &[Cohort], venues: &mut [Venue]) {
    for (v, (venue, named)) in venues.iter_mut().zip(&economy.markets.0).enumerate() {
        let traders = cohorts.iter().filter(|cohort| cohort.places.iter().any(|place| place.venue == v));
        let policies = traders.map(|cohort| cohort.policy.lookback()).max().unwrap_or(2);
        let controls = economy.controllers.0.iter().filter(|control| control.item.market.name == named.name);
        let windows = controls.filter_map(|control| control.item.measure.as_ref().map(|spec| spec.window as usize));
        let window = windows.max().unwrap_or(2);
        venue.history = History::new(policies.max(window + 1));
        venue.volumes = History::new(window);
    }
}

/// About how many bytes the world of `economy` will take, before anything is allocated.
#[must_use]
pub fn memory_estimate(economy: &Economy) -> u64 {
    let markets = economy.markets.0.len() as u64;
    let cohort = |cohort: &economy::Cohort| {
        let traded = cohort.markets.as_ref().map_or(markets, |traded| traded.len() as u64);
        // Money and parameters; then holdings, sides, sizes, limits at each market.
        cohort.size.saturating_mul(48 + traded * 40)
    };
    let cohorts = economy.cohorts.0.iter().map(|named| cohort(&named.item));
    let distributions = economy.distributions.0.len() as u64;
    let agents: u64 = economy.cohorts.0.iter().map(|named| named.item.size).fold(0, u64::saturating_add);
    cohorts.fold(distributions.saturating_mul(agents).saturating_mul(24), u64::saturating_add)
}
