//! Contracts, those who promote, and whom they can reach: names found, formulas compiled, accounts opened.

use std::sync::Arc;

use walras_agents::population::{Data, Setup};
use walras_catalog::read::NamedItem;
use walras_catalog::{Problem, Reference, Span};
use walras_institutions::attribution::Basis;
use walras_institutions::contract::reward::Units;
use walras_institutions::contract::{Contract, ContractTerms, Contribution};
use walras_ledger::AssetId;
use walras_market::network::{Ground, Link};
use walras_numerics::Purpose;

use super::network::Columns;
use super::{each_once, names};
use crate::contract::{At, Contacts, Contributed, Controlled, Graph, Group, Members, Primary, Promoter, Touches};
use crate::economy::Economy;
use crate::world::World;

/// The first of a cohort's parameters that are drawn for promotion, beyond those of everything else.
const DRAWN: u16 = 1 << 15;

/// Which draws lay agents over a network, and let some of them know from the beginning.
const PLACES: u16 = 1;
const AWARE: u16 = 2;

/// Finds who promotes and who can be reached.
pub(super) fn add_contacts(economy: &Economy, world: &mut World, data: &mut dyn Data) -> Result<(), Problem> {
    let promoting = || economy.cohorts.0.iter().filter_map(|named| Some((named, named.item.promotion.as_ref()?)));
    let Some(plan) = &economy.contacts else {
        return match promoting().next() {
            None => Ok(()),
            Some((named, _)) => Err(Problem::at(
                named.span,
                format!("the agents of `{}` promote, and there is nobody they could reach", named.name),
                "a [contacts] that says who can be",
            )),
        };
    };
    let found = each_once(&plan.cohorts, |cohort| cohort.find("cohort", names(&economy.cohorts)))?;
    let reachable = numbered(found.into_iter(), world);
    let mut promoters = Vec::new();
    let cohorts = promoting().map(|(named, _)| position(world, &named.name));
    for (members, (named, promotion)) in numbered(cohorts, world).into_iter().zip(promoting()) {
        let cohort = &world.cohorts[members.cohort];
        let (keys, entity, size, money_scale) = (world.keys, cohort.entity, cohort.size, world.assets[0].scale);
        let mut setup = Setup { keys, entity, size, markets: &[], money_scale, data, drawn: DRAWN };
        let built = promotion.effort.build(&mut setup).map_err(|why| {
            let message = format!("cohort `{}`, promotion {}: {why}", named.name, promotion.effort.name());
            Problem::at(named.span, message, "this cohort")
        })?;
        promoters.push(Promoter {
            members,
            promotion: Arc::from(built),
            cost: promotion.cost,
            every: promotion.every,
            efforts: vec![0.0; size],
            earned: vec![0.0; size],
            has_begun: false,
        });
    }
    let agents = reachable.last().map_or(0, |last| last.first + last.size);
    let affiliates = promoters.last().map_or(0, |last: &Promoter| last.members.first + last.members.size);
    let graph = match &plan.topology {
        Some(topology) => {
            let span = plan.cohorts.first().map_or(Span::default(), |cohort| cohort.span);
            let at = |why: String| Problem::at(span, format!("the contacts: {why}"), "this network of contacts");
            let link = Link { cost: 0.0, latency: 0, capacity: f64::INFINITY };
            let mut ground = Ground { keys: world.keys, purpose: Purpose::contact(0), link, files: &mut Columns(data) };
            let network = topology.build(&mut ground).map_err(at)?;
            if network.len() != agents + affiliates {
                let message = format!(
                    "it has {} places for {agents} agents who can be reached and {affiliates} who promote",
                    network.len()
                );
                return Err(at(message).help(format!("places = {}", agents + affiliates)));
            }
            // By lot, so that a regular network's places do not follow the order of agents.
            let key = |place: &usize| (world.keys.word(Purpose::contact(PLACES), *place as u64, 0), *place);
            let mut who: Vec<usize> = (0..network.len()).collect();
            who.sort_by_key(key);
            let links: Vec<(usize, usize)> = network.links().map(|(a, b, _)| (who[a], who[b])).collect();
            Some(Arc::new(Graph::new(network.len(), agents, &links)))
        }
        None if plan.word_of_mouth > 0.0 => {
            let span = plan.cohorts.first().map_or(Span::default(), |cohort| cohort.span);
            let message = "word of mouth needs neighbours, and the contacts have no network";
            return Err(Problem::at(span, message, "a `topology`"));
        }
        None => None,
    };
    let mut contacts = Contacts {
        reachable,
        promoters,
        graph,
        reach: plan.reach,
        word_of_mouth: plan.word_of_mouth,
        touches: Touches::new(agents, plan.memory as usize),
        aware: Vec::new(),
        unaware: 0,
        tellers: Vec::new(),
    };
    contacts.begin(plan.aware, world.keys, Purpose::contact(AWARE));
    world.contacts = Some(contacts);
    Ok(())
}

/// Cohorts whose agents are numbered on.
fn numbered(cohorts: impl Iterator<Item = usize>, world: &World) -> Vec<Members> {
    let mut first = 0;
    let members = |cohort: usize| {
        let size = world.cohorts[cohort].size;
        first += size;
        Members { cohort, first: first - size, size }
    };
    cohorts.map(members).collect()
}

/// The number of a cohort that is there.
fn position(world: &World, name: &str) -> usize {
    world.cohorts.iter().position(|cohort| cohort.name == name).unwrap_or_default()
}

/// Opens every contract.
pub(super) fn add_contracts(economy: &Economy, world: &mut World) -> Result<(), Problem> {
    for NamedItem { name, item, span } in &economy.contracts.0 {
        let group = group(economy, world, (name, *span), item)?;
        world.contracts.push(group);
    }
    Ok(())
}

fn group(
    economy: &Economy,
    world: &mut World,
    (name, span): (&str, Span),
    item: &ContractTerms,
) -> Result<Group, Problem> {
    let cohort = |reference: &Reference| reference.find("cohort", names(&economy.cohorts));
    let affiliates = cohort(&item.affiliates)?;
    let primary = match economy.cohorts.0.iter().position(|named| named.name == item.primary.name) {
        Some(cohort) => Primary::Cohort(cohort),
        None => Primary::Account(world.account(&item.primary)?),
    };
    let paid_in = paid_in(item, world)?;
    let at = at(item, world, span)?;
    let own: Vec<&str> = [&item.market, &item.resource].into_iter().flatten().map(|it| it.name.as_str()).collect();
    let units = Units { contribution: contribution_scale(item, at, world), paid: world.assets[paid_in.index()].scale };
    let terms = item.in_atoms(units, |scope| world.quantities.add_to(scope, &own))?;
    let programs =
        terms.reward.program().into_iter().chain(terms.condition.as_ref().map(walras_formula::Condition::program));
    programs.for_each(|program| world.quantities.watch(program));
    if item.attribution.basis() == Basis::Runs {
        let message =
            format!("contract `{name}`: `{}` compares runs, which is done for studies", item.attribution.name());
        return Err(Problem::at(span, message, "a rule that looks at one run, such as `last_touch`"));
    }
    let size = world.cohorts[affiliates].size;
    let reached = world.contacts.as_ref().is_some_and(|contacts| contacts.affiliates(affiliates).is_some());
    let controlled = controlled(item, affiliates, at, economy, world)?;
    if !reached && controlled.is_empty() && !acts(affiliates, at, world) {
        let message = format!("nobody of `{}` can contribute to contract `{name}`", item.affiliates.name);
        let problem =
            Problem::at(item.affiliates.span, message, "affiliates who promote, trade or work there, or point there");
        return Err(problem.help("give the cohort a `promotion`, or name the market among its `markets`"));
    }
    let count = match primary {
        Primary::Cohort(cohort) => world.cohorts[cohort].size,
        Primary::Account(_) => 1,
    };
    let terms = Arc::new(terms);
    Ok(Group {
        name: name.to_owned(),
        institution: Arc::from(format!("contracts.{name}")),
        plan: item.clone(),
        contracts: vec![Contract::new(Arc::clone(&terms)); count],
        terms,
        primary,
        affiliates,
        size,
        controlled,
        paid_in,
        at,
        escrow: world.ledger.open(format!("contract:{name}:escrow")),
        stakes: world.ledger.open(format!("contract:{name}:stakes")),
        tally: None,
        waiting: (0..size as i64).collect(),
        epoch: Contributed::default(),
        cases: Vec::new(),
        bought: Vec::new(),
        contribution: [0; 2],
        earned_by_manufacture: 0,
    })
}

/// What it pays in, which all who are concerned must be able to hold.
fn paid_in(item: &ContractTerms, world: &World) -> Result<AssetId, Problem> {
    let Some(asset) = &item.asset else { return Ok(AssetId::NUMERAIRE) };
    let index = asset.find("asset", world.assets.iter().map(|asset| asset.name.as_str()))?;
    Ok(AssetId(index as u16))
}

fn at(item: &ContractTerms, world: &World, span: Span) -> Result<At, Problem> {
    if let Some(market) = &item.market {
        let index = market.find("market", world.venues.iter().map(|venue| venue.name.as_str()))?;
        return Ok(At::Market(index));
    }
    if let Some(resource) = &item.resource {
        let index = resource.find("resource", world.resources.iter().map(|source| source.name.as_str()))?;
        if world.resources[index].supplies.len() > 1 {
            let message = format!("`{}` shares several assets, whose units do not add up", resource.name);
            return Err(Problem::at(span, message, "a resource of a single asset"));
        }
        return Ok(At::Resource(index));
    }
    let tasks = item.tasks.as_ref().ok_or_else(|| Problem::at(span, "there is nothing to measure", "`tasks`"))?;
    tasks.find("board of tasks", world.tasks.iter().map(|standing| standing.name.as_str())).map(At::Tasks)
}

/// Whether the affiliates do what another stage sees: work on the board, or point requesters to the resource.
fn acts(affiliates: usize, at: At, world: &World) -> bool {
    match at {
        At::Market(_) => false,
        At::Tasks(board) => world.tasks[board].crews.iter().any(|crew| crew.cohort == affiliates),
        At::Resource(resource) => {
            let points = |standing: &&crate::steering::Standing| standing.affiliates == affiliates;
            let askers = || world.cohorts.iter().filter_map(|cohort| cohort.demand.as_ref());
            world.steering.iter().filter(points).any(|standing| {
                let heard = askers().filter(|asker| asker.advice.is_some_and(|it| it.number == standing.advice.number));
                let several = heard.flat_map(|asker| &asker.groups).filter(|group| group.sources.len() > 1);
                several.into_iter().any(|group| group.sources.contains(&resource))
            })
        }
    }
}

/// Atoms in a unit of what is contributed.
fn contribution_scale(item: &ContractTerms, at: At, world: &World) -> f64 {
    let asset = match (item.contribution, at) {
        (Contribution::Volume | Contribution::Fees, _) => AssetId::NUMERAIRE,
        (Contribution::SupplyGrowth, At::Market(venue)) => world.venues[venue].asset,
        (Contribution::Utilisation, At::Resource(resource)) => world.resources[resource].supplies[0].asset,
        _ => return 1.0,
    };
    world.assets[asset.index()].scale
}

/// The cohorts that affiliates control: themselves where they trade at the market, and their accomplices.
fn controlled(
    item: &ContractTerms,
    affiliates: usize,
    at: At,
    economy: &Economy,
    world: &World,
) -> Result<Vec<Controlled>, Problem> {
    let At::Market(venue) = at else { return Ok(Vec::new()) };
    let accomplices = item.accomplices.as_ref();
    let accomplices = accomplices.map(|cohort| cohort.find("cohort", names(&economy.cohorts))).transpose()?;
    let cohorts = [Some(affiliates), accomplices.filter(|&cohort| cohort != affiliates)].into_iter().flatten();
    let trades = |&cohort: &usize| world.cohorts[cohort].places.iter().any(|place| place.venue == venue);
    let counted = item.contribution == Contribution::Holders;
    let bought = |cohort: usize| if counted { vec![0; world.cohorts[cohort].size] } else { Vec::new() };
    Ok(cohorts.filter(trades).map(|cohort| Controlled { cohort, bought: bought(cohort) }).collect())
}

/// What the agents of a cohort may be paid by contracts, or pay for them.
pub(super) fn held(cohort: &str, economy: &Economy) -> impl Iterator<Item = AssetId> {
    let concerned = economy.contracts.0.iter().filter(move |named| {
        [&named.item.primary, &named.item.affiliates].iter().any(|reference| reference.name == cohort)
    });
    let asset = |named: &NamedItem<ContractTerms>| {
        let name = &named.item.asset.as_ref()?.name;
        let index = economy.assets.0.iter().position(|asset| asset.name == *name)?;
        Some(AssetId(index as u16 + 1))
    };
    concerned.filter_map(asset).collect::<Vec<_>>().into_iter()
}
