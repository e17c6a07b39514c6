//! Boards of tasks: names found, parameters drawn, accounts opened.

use std::sync::Arc;

use walras_agents::population::{Data, MarketSetup, PerAgent, Setup};
use walras_catalog::read::NamedItem;
use walras_catalog::{Problem, Reference, Span};
use walras_institutions::task::{Board, TaskBoard, WORK_SCALE};
use walras_ledger::AssetId;
use walras_numerics::{Column, Keys};

use super::cohort::entity;
use super::names;
use crate::economy::Economy;
use crate::task::{Crew, Standing};
use crate::world::World;

/// Opens every board.
pub(super) fn add_boards(economy: &Economy, world: &mut World, data: &mut dyn Data) -> Result<(), Problem> {
    for NamedItem { name, span, item } in &economy.tasks.0 {
        let primaries = item.primaries.find("cohort", names(&economy.cohorts))?;
        let crews = crews(economy, world, (name, item, primaries), data)?;
        let goods = goods(economy, world, (name, item), &crews)?;
        let size = world.cohorts[primaries].size;
        let at = |what: &str, why: String| Problem::at(*span, format!("board `{name}`, {what}: {why}"), "this board");
        // What has a size is the work alone.
        let work = [MarketSetup { asset: "work".to_owned(), token_scale: WORK_SCALE }];
        let key = entity(&format!("tasks.{name}"));
        let mut setup = setup(world, key, size, &work, data);
        let arrivals = item.arrivals.build(&mut setup).map_err(|why| at("arrivals", why))?;
        let reward = setup.column(&item.reward).map_err(|why| at("reward", why))?;
        let sizes: Vec<usize> = crews.iter().map(|crew| world.cohorts[crew.cohort].size).collect();
        let mut open = |what: &str| world.ledger.open(format!("tasks:{name}:{what}"));
        world.tasks.push(Standing {
            name: name.clone(),
            institution: Arc::from(format!("tasks.{name}")),
            board: Board::new(&sizes, item.late_slash),
            terms: item.clone(),
            primaries,
            arrivals: Arc::from(arrivals),
            arrived: [vec![0.0; size], vec![0.0; size]],
            reward,
            goods,
            crews,
            escrow: open("escrow"),
            stakes: open("stakes"),
            checks: open("checks"),
            busy: 0,
            spent: 0,
            delivered: Vec::new(),
        });
    }
    Ok(())
}

fn setup<'a>(world: &World, entity: u64, size: usize, markets: &'a [MarketSetup], data: &'a mut dyn Data) -> Setup<'a> {
    let (keys, money_scale): (Keys, f64) = (world.keys, world.assets[0].scale);
    Setup { keys, entity, size, markets, money_scale, data, drawn: 0 }
}

fn crews(
    economy: &Economy,
    world: &World,
    (board, item, primaries): (&str, &TaskBoard, usize),
    data: &mut dyn Data,
) -> Result<Vec<Crew>, Problem> {
    let mut crews = Vec::new();
    for NamedItem { name, span, item } in &item.workers.0 {
        let reference = Reference { name: name.clone(), span: *span };
        let cohort = reference.find("cohort", names(&economy.cohorts))?;
        if cohort == primaries {
            let message = format!("the agents of `{name}` would work for what they pay themselves");
            return Err(Problem::at(*span, message, "another cohort than the primaries"));
        }
        if let Some(other) = world.tasks.iter().find(|other| other.crews.iter().any(|crew| crew.cohort == cohort)) {
            let message = format!("the agents of `{name}` work for `{}` already", other.name);
            return Err(Problem::at(*span, message, "a cohort that works for one board"));
        }
        let key = entity(&format!("tasks.{board}.{name}"));
        let mut setup = setup(world, key, world.cohorts[cohort].size, &[], data);
        let at = |what: &str, why: String| {
            Problem::at(*span, format!("board `{board}`, workers `{name}`, {what}: {why}"), "these workers")
        };
        let policy = item.policy.build(&mut setup).map_err(|why| at(item.policy.name(), why))?;
        let mut column = |what: &str, parameter: &PerAgent| -> Result<Column, Problem> {
            setup.column(parameter).map_err(|why| at(what, why))
        };
        crews.push(Crew {
            cohort,
            policy: Arc::from(policy),
            skill: column("skill", &item.skill)?.map(|units| (units * WORK_SCALE).round().max(1.0)),
            cost: column("cost", &item.cost)?,
            reliability: column("reliability", &item.reliability)?,
            availability: column("availability", &item.availability)?,
        });
    }
    Ok(crews)
}

/// What a unit of work uses up, in atoms, all of which every worker must be able to hold.
fn goods(
    economy: &Economy,
    world: &World,
    (board, item): (&str, &TaskBoard),
    crews: &[Crew],
) -> Result<Vec<(AssetId, f64)>, Problem> {
    let mut goods = Vec::new();
    for good in &item.goods.0 {
        let span: Span = good.span;
        let reference = Reference { name: good.name.clone(), span };
        let asset = AssetId(reference.find("asset", names(&economy.assets))? as u16 + 1);
        let stranger = crews.iter().find(|crew| !world.ledger.can_hold(world.cohorts[crew.cohort].id, asset));
        if let Some(crew) = stranger {
            let (name, who) = (&good.name, &world.cohorts[crew.cohort].name);
            let message = format!("tasks at `{board}` use up `{name}`, which the agents of `{who}` cannot hold");
            let help = format!("let `{who}` request it of a resource, with `requests = \"inputs\"`, or trade it");
            return Err(Problem::at(span, message, "an asset that all workers can get").help(help));
        }
        goods.push((asset, good.item * world.assets[asset.index()].scale));
    }
    Ok(goods)
}
