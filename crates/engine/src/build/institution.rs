//! Treasuries, incentives and controllers: names found, formulas compiled, first balances posted.

use std::sync::Arc;

use walras_agents::population::{Data, Setup};
use walras_catalog::read::NamedItem;
use walras_catalog::{Problem, Reference, Span};
use walras_formula::{Condition, Formula, Program};
use walras_institutions::stake::Stakes;
use walras_ledger::AssetId;

use super::{countable, each_once, mint, names};
use crate::economy::{self, Economy};
use crate::goal::Goal;
use crate::incentive::Standing;
use crate::lever::Lever;
use crate::staking::{Member, Pool};
use crate::world::{Control, Treasury, Watched, World};

/// Opens the accounts that the scenario names.
pub(super) fn add_accounts(economy: &Economy, world: &mut World) -> Result<(), Problem> {
    for NamedItem { name, span, item } in &economy.accounts.0 {
        let id = world.ledger.open(format!("account:{name}"));
        fill(world, AssetId::NUMERAIRE, id, item.balance, *span)?;
        for holding in &item.holdings.0 {
            let asset = Reference { name: holding.name.clone(), span: holding.span };
            let index = asset.find("asset", names(&economy.assets))? + 1;
            fill(world, AssetId(index as u16), id, holding.item, holding.span)?;
        }
        world.accounts.push(Treasury { name: name.clone(), id });
    }
    Ok(())
}

fn fill(world: &mut World, asset: AssetId, id: walras_ledger::NamedId, units: f64, span: Span) -> Result<(), Problem> {
    let it = &world.assets[asset.index()];
    let atoms = countable(it, units, span)?;
    if i128::from(atoms) + i128::from(world.ledger.supply(asset)) > i128::from(it.maximum_supply) {
        let message = format!("{units} {} pass the maximum supply", it.name);
        return Err(Problem::at(span, message, "less, or a greater `maximum_supply`"));
    }
    if atoms > 0 {
        mint(&mut world.ledger, asset, id, atoms).map_err(|why| Problem::at(span, why.to_string(), "less"))?;
    }
    Ok(())
}

/// A formula that gives a number, over named quantities; those of `own` also by their plain names.
pub(crate) fn number(world: &mut World, formula: &Formula, own: &[&str]) -> Result<Program, Problem> {
    let program = formula.number(&world.quantities.scope(own))?;
    world.quantities.watch(&program);
    Ok(program)
}

/// A formula that holds or does not, over named quantities; those of `own` also by their plain names.
pub(crate) fn condition(world: &mut World, formula: &Formula, own: &[&str]) -> Result<Condition, Problem> {
    let condition = formula.condition(&world.quantities.scope(own))?;
    world.quantities.watch(condition.program());
    Ok(condition)
}

/// The cohorts that are named, each once, or all.
pub(crate) fn cohorts(economy: &Economy, named: Option<&Vec<Reference>>) -> Result<Vec<usize>, Problem> {
    let find = |reference: &Reference| reference.find("cohort", names(&economy.cohorts));
    named.map_or_else(|| Ok((0..economy.cohorts.0.len()).collect()), |named| each_once(named, find))
}

pub(super) fn add_incentives(economy: &Economy, world: &mut World) -> Result<(), Problem> {
    for NamedItem { name, item, .. } in &economy.incentives.0 {
        let find = |market: &Reference| market.find("market", world.venues.iter().map(|venue| venue.name.as_str()));
        let venue = match &item.market {
            Some(market) => Some(find(market)?),
            None => (!world.venues.is_empty()).then_some(0),
        };
        let own = venue.map(|venue| world.venues[venue].name.clone());
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        let cohorts = cohorts(economy, item.cohorts.as_ref())?;
        let paid_in = match &item.asset {
            Some(asset) => AssetId(asset.find("asset", world.assets.iter().map(|asset| asset.name.as_str()))? as u16),
            None => AssetId::NUMERAIRE,
        };
        if item.rule.in_money() && paid_in != AssetId::NUMERAIRE {
            let message = format!("`{}` is reckoned in money", item.rule.name());
            let span = item.asset.as_ref().map_or(Span::default(), |asset| asset.span);
            return Err(Problem::at(span, message, "no `asset`"));
        }
        let rows = |c: &usize| if item.rule.remembers() { world.cohorts[*c].size } else { 0 };
        let memory = cohorts.iter().map(|c| vec![0; rows(c)]).collect();
        let condition = item.condition.as_ref().map(|formula| condition(world, formula, &own)).transpose()?;
        world.incentives.push(Standing {
            name: name.clone(),
            institution: Arc::from(format!("incentives.{name}")),
            rule: item.rule.clone(),
            venue,
            asset: venue.map_or(AssetId::NUMERAIRE, |venue| world.venues[venue].asset),
            paid_in,
            balance: vec![[0; 2]; cohorts.len()],
            memory,
            cohorts,
            treasury: world.account(&item.treasury)?,
            every: item.every,
            condition,
        });
    }
    Ok(())
}

pub(super) fn add_goals(economy: &Economy, world: &mut World) -> Result<(), Problem> {
    for NamedItem { name, item, .. } in &economy.goals.0 {
        if let Some(market) = &item.market {
            market.find("market", world.venues.iter().map(|venue| venue.name.as_str()))?;
        }
        if let Some(resource) = &item.resource {
            resource.find("resource", names(&economy.resources))?;
        }
        let own: Vec<&str> = [&item.market, &item.resource].into_iter().flatten().map(|it| it.name.as_str()).collect();
        let value = number(world, &item.value, &own)?;
        world.goals.push(Goal { name: name.clone(), value });
    }
    Ok(())
}

pub(super) fn add_pools(economy: &Economy, world: &mut World, data: &mut dyn Data) -> Result<(), Problem> {
    for (number, NamedItem { name, span, item }) in economy.staking.0.iter().enumerate() {
        let asset = AssetId(item.asset.find("asset", names(&economy.assets))? as u16 + 1);
        let condition = item.fault_of_all.as_ref().map(|formula| condition(world, formula, &[])).transpose()?;
        let treasury = world.account(&item.treasury)?;
        let slashed_to = item.slashed_to.as_ref().map_or(Ok(treasury), |account| world.account(account))?;
        let custody = world.ledger.open(format!("staking:{name}"));
        let mut members = Vec::new();
        for c in cohorts(economy, Some(&item.cohorts))? {
            let cohort = &world.cohorts[c];
            let at = |why: String| {
                Problem::at(*span, format!("staking `{name}`, cohort `{}`: {why}", cohort.name), "this pool")
            };
            if !world.ledger.can_hold(cohort.id, asset) {
                let it = &item.asset.name;
                return Err(at(format!("its agents cannot hold `{it}`")).help("let them trade it, or leave them out"));
            }
            let mut setup = Setup {
                keys: world.keys,
                entity: cohort.entity,
                size: cohort.size,
                markets: &[],
                money_scale: world.assets[0].scale,
                data: &mut *data,
                // Beyond what a cohort draws for itself, so that a pool changes nobody's other parameters.
                drawn: STAKING_DRAWS + 8 * number as u16,
            };
            let staking = item.staking.build(&mut setup).map_err(at)?.into();
            members.push(Member { cohort: c, staking, stakes: Stakes::of(cohort.size), balance: [0; 2] });
        }
        world.pools.push(Pool {
            name: name.clone(),
            institution: Arc::from(format!("staking.{name}")),
            asset,
            members,
            custody,
            treasury,
            slashed_to,
            reward: item.reward,
            unbonding: item.unbonding,
            fault: item.fault,
            fault_of_all: condition,
            slash: item.slash,
            earned: item.reward,
            number: number as u16,
        });
    }
    Ok(())
}

/// The number of the first parameter that is drawn for pools of stakes.
const STAKING_DRAWS: u16 = 1 << 14;

pub(super) fn add_controllers(economy: &Economy, world: &mut World) -> Result<(), Problem> {
    for NamedItem { name, span, item } in &economy.controllers.0 {
        let lever = Lever::find(&item.aim(), world)?;
        let watched = watched(item, &lever, (name, *span), world)?;
        let initial = lever.read(world);
        world.controllers.push(Control {
            name: name.clone(),
            institution: Arc::from(format!("controllers.{name}")),
            initial,
            lever,
            watched,
            controller: item.controller.clone(),
            memory: vec![0.0; item.controller.memory()],
        });
    }
    Ok(())
}

fn watched(
    item: &economy::Control,
    lever: &Lever,
    (name, span): (&str, Span),
    world: &mut World,
) -> Result<Watched, Problem> {
    if let Some(plan) = item.controller.looks_ahead() {
        if item.measure.is_some() || item.watch.is_some() {
            let message = format!("controller `{name}` looks ahead and watches nothing but its `cost`");
            return Err(Problem::at(span, message, "neither `measure` nor `watch`"));
        }
        return Ok(Watched::Cost(number(world, &plan.cost, &item.own())?));
    }
    match (&item.measure, &item.watch) {
        (None, None) if item.controller.needs_measure() => {
            let message = format!("controller `{name}` needs a `measure` to look at");
            let problem = Problem::at(span, message, "measure = { measure = \"volatility\" }");
            Err(problem.help("or a formula: watch = \"mean(curve.price, 10)\""))
        }
        (None, None) => Ok(Watched::Nothing),
        (Some(_), Some(_)) => {
            let message = format!("controller `{name}` has both a `measure` and a `watch`");
            Err(Problem::at(span, message, "one of the two"))
        }
        (Some(spec), None) => match lever.market() {
            Some(venue) => Ok(Watched::Measure { venue, spec: spec.clone() }),
            None => {
                let message =
                    format!("controller `{name}` drives no market's parameter, of which a `measure` would be");
                Err(Problem::at(span, message, "a formula that says of what: watch = \"cluster.utilisation\""))
            }
        },
        (None, Some(formula)) => Ok(Watched::Formula(number(world, formula, &item.own())?)),
    }
}
