//! Bodies that vote and rounds that match: names found, voters' parameters drawn, circles of delegation refused.

use std::sync::Arc;

use walras_agents::population::{Data, PerAgent, Setup};
use walras_agents::voting::AnyVoter;
use walras_catalog::read::NamedItem;
use walras_catalog::{Bounds, Problem, Read, Reference, Span, Value};
use walras_formula::Formula;
use walras_institutions::voting::delegation::circle;
use walras_institutions::voting::{CreditsBy, Proceedings, Terms};
use walras_ledger::{AssetId, NamedId};

use super::cohort::entity;
use super::institution::{cohorts, number};
use super::{countable, names};
use crate::economy::Economy;
use crate::governance::body::{BodyLever, Bribe, Loan, Members, Memory, Planned};
use crate::governance::round::{Givers, Project};
use crate::governance::{Body, BodyPlan, Round, RoundPlan};
use crate::lever::Lever;
use crate::world::World;

/// Draws of voters' parameters are numbered from here on, so that they are no policy's.
const VOTERS_DRAWN: u16 = 0x8000;
/// The most places that all voters' rankings of candidates may have together.
const RANKED_MAX: u64 = 100_000_000;
/// So many are kept for each body.
const DRAWN_EACH: u16 = 64;
/// So many bodies have draws of their own; beyond, two share theirs.
const BODIES_MOST: u16 = 256;
/// Draws of what givers give are numbered from here on, one for each round.
const GIVERS_DRAWN: u16 = VOTERS_DRAWN + BODIES_MOST * DRAWN_EACH;
/// So many rounds have draws of their own.
const GIVERS_MOST: u16 = 4096;

/// The assets that the agents of cohort `name` may hold because they vote with them.
pub(super) fn voted_with<'a>(economy: &'a Economy, name: &'a str) -> impl Iterator<Item = AssetId> + 'a {
    let votes = move |plan: &&NamedItem<BodyPlan>| {
        plan.item.cohorts.as_ref().is_none_or(|cohorts| cohorts.iter().any(|cohort| cohort.name == name))
    };
    let bodies = economy.governance.0.iter().filter(votes);
    bodies.filter_map(|plan| economy.assets.0.iter().position(|asset| asset.name == plan.item.asset.name)).map(
        // The numeraire stands before them.
        |index| AssetId(index as u16 + 1),
    )
}

pub(super) fn add_bodies(economy: &Economy, world: &mut World, data: &mut dyn Data) -> Result<(), Problem> {
    for (number, NamedItem { name, span, item }) in economy.governance.0.iter().enumerate() {
        let drawn = VOTERS_DRAWN + number as u16 % BODIES_MOST * DRAWN_EACH;
        let asset = AssetId(item.asset.find("asset", names(&economy.assets))? as u16 + 1);
        let (members, size) = members(item, (economy, world), drawn, data)?;
        let mut body = Body {
            name: name.clone(),
            institution: Arc::from(format!("governance.{name}")),
            entity: entity(&format!("governance.{name}")),
            members,
            size,
            asset,
            rule: item.rule.clone(),
            terms: Terms {
                voting_period: item.voting_period,
                timelock: item.timelock,
                grace: item.grace,
                snapshot: item.snapshot,
                live_most: item.proposals_most as usize,
            },
            levers: levers(item, world)?,
            planned: Vec::new(),
            proposer: item.proposer.clone(),
            goal: goal(item, world, *span)?,
            treasury: item.treasury.as_ref().map(|treasury| world.account(treasury)).transpose()?,
            exit: item.exit.clone(),
            bribes: Vec::new(),
            loans: Vec::new(),
            delegates: Vec::new(),
            candidates: 0..0,
            rankings: Vec::new(),
            proceedings: Proceedings::new(size),
            memory: Memory { ballots: vec![0; size], ..Memory::default() },
        };
        body.memory.proposer =
            body.proposer.as_ref().map_or_else(Vec::new, |proposer| vec![0.0; proposer.memory(body.levers.len())]);
        body.planned = planned(item, &body, world)?;
        body.bribes = bribes(item, &body, world)?;
        body.loans = loans(item, &body, (economy, world))?;
        body.delegates = delegates(item, &body, world)?;
        stand(item, &mut body, (economy, world, *span), drawn, data)?;
        if body.treasury.is_none() && (body.exit.is_some() || body.planned.iter().any(|it| it.requested > 0)) {
            let message = format!("`{name}` pays from a treasury and has none");
            return Err(Problem::at(*span, message, "a `treasury`, one of the [accounts.*]"));
        }
        world.bodies.push(body);
    }
    Ok(())
}

fn setup<'a>(world: &World, cohort: usize, drawn: u16, data: &'a mut dyn Data) -> Setup<'a> {
    let (of, money_scale) = (&world.cohorts[cohort], world.assets[0].scale);
    Setup { keys: world.keys, entity: of.entity, size: of.size, markets: &[], money_scale, data, drawn }
}

fn members(
    item: &BodyPlan,
    (economy, world): (&Economy, &mut World),
    drawn: u16,
    data: &mut dyn Data,
) -> Result<(Vec<Members>, usize), Problem> {
    let voting = cohorts(economy, item.cohorts.as_ref())?;
    let of = |voting: &[usize], name: &Reference| {
        let known: Vec<&str> = voting.iter().map(|&c| world.cohorts[c].name.as_str()).collect();
        name.find("voting cohort", known)
    };
    let mut how: Vec<Option<&NamedItem<AnyVoter>>> = vec![None; voting.len()];
    for voter in &item.voters.0 {
        how[of(&voting, &Reference { name: voter.name.clone(), span: voter.span })?] = Some(voter);
    }
    let (mut members, mut first) = (Vec::new(), 0);
    for &cohort in &voting {
        let size = world.cohorts[cohort].size;
        members.push(Members { cohort, first, size, voter: None, horizon: None, quantity: None, follows: None });
        first += size;
    }
    let size = first;
    for (place, how) in how.iter().enumerate() {
        let Some(NamedItem { span, item: voter, .. }) = how else { continue };
        let at = |why: String| Problem::at(*span, format!("`{}`: {why}", voter.name()), "this way of voting");
        let mut setup = setup(world, members[place].cohort, drawn, data);
        let built = voter.build(&mut setup).map_err(at)?;
        members[place].voter = Some(Arc::from(built));
        members[place].horizon = voter.horizon();
        if let Some(quantity) = voter.quantity() {
            members[place].quantity = Some(number(world, &named(quantity)?, &[])?);
        }
        members[place].follows = voter.follows().map(|whom| row(whom, &members, world)).transpose()?;
    }
    Ok((members, size))
}

/// A quantity's name as the formula that is its value.
fn named(quantity: &Reference) -> Result<Formula, Problem> {
    let text = Value { node: walras_catalog::Node::Text(quantity.name.clone()), span: quantity.span };
    Formula::read(&text, None)
}

/// The voter that `cohort` or `cohort:row` means: of a cohort its first.
fn row(whom: &Reference, members: &[Members], world: &World) -> Result<u32, Problem> {
    rows(whom, members, world).map(|rows| rows.start)
}

/// The voters that `cohort` or `cohort:row` means.
fn rows(whom: &Reference, members: &[Members], world: &World) -> Result<std::ops::Range<u32>, Problem> {
    let known = || members.iter().map(|members| world.cohorts[members.cohort].name.as_str());
    let (name, row) = match whom.name.rsplit_once(':') {
        Some((name, row)) => (name, Some(row)),
        None => (whom.name.as_str(), None),
    };
    let place = Reference { name: name.to_owned(), span: whom.span }.find("voting cohort", known())?;
    let members = &members[place];
    let (first, end) = (members.first as u32, (members.first + members.size) as u32);
    let Some(row) = row else { return Ok(first..end) };
    match row.parse::<u32>().ok().filter(|&row| row < end - first) {
        Some(row) => Ok(first + row..first + row + 1),
        None => {
            let message = format!("`{name}` has no agent {row}");
            Err(Problem::at(whom.span, message, format!("a row from 0 to {}", members.size - 1)))
        }
    }
}

fn levers(item: &BodyPlan, world: &World) -> Result<Vec<BodyLever>, Problem> {
    let lever = |NamedItem { name, span, item }: &NamedItem<crate::governance::LeverPlan>| {
        let lever = Lever::find(&item.aim, world)?;
        for (what, bound) in [("low", item.low), ("high", item.high)] {
            lever.admits(world, bound).map_err(|why| {
                let message = format!("`{what}` = {bound} is more than {} can be: {why}", lever.name);
                Problem::at(*span, message, "bounds within the parameter's own")
            })?;
        }
        let bounds = Bounds { low: item.low, high: item.high, above_low: false, below_high: false };
        Ok(BodyLever { name: name.clone(), lever, bounds })
    };
    item.levers.0.iter().map(lever).collect()
}

fn goal(item: &BodyPlan, world: &mut World, span: Span) -> Result<Option<walras_formula::Program>, Problem> {
    if item.goal.is_none() && item.proposer.as_ref().is_some_and(|proposer| proposer.needs_goal()) {
        let problem = Problem::at(span, "its proposer climbs towards a goal, and none is declared", "needs `goal`");
        return Err(problem.help("a formula over named quantities: goal = \"treasury.balance\""));
    }
    item.goal.as_ref().map(|goal| number(world, goal, &[])).transpose()
}

fn planned(item: &BodyPlan, body: &Body, world: &World) -> Result<Vec<Planned>, Problem> {
    let known = || body.levers.iter().map(|lever| lever.name.as_str());
    let one = |NamedItem { name, span, item }: &NamedItem<crate::governance::ProposalPlan>| {
        let lever = item.lever.as_ref().map(|lever| lever.find("lever", known())).transpose()?;
        let sets = lever.zip(item.value).map(|(lever, value)| (lever as u32, value));
        if let Some((lever, value)) = sets.filter(|&(lever, value)| !body.levers[lever as usize].bounds.contain(value))
        {
            let bounds = body.levers[lever as usize].bounds.words();
            let message = format!("`{name}` proposes {value}, which is out of its lever's bounds");
            return Err(Problem::at(*span, message, format!("a value {bounds}")));
        }
        Ok(Planned {
            name: name.clone(),
            at: item.at,
            sets,
            requested: countable(&world.assets[0], item.requested, *span)?,
            recipient: item.recipient.as_ref().map(|recipient| world.account(recipient)).transpose()?,
        })
    };
    item.proposals.0.iter().map(one).collect()
}

fn bribes(item: &BodyPlan, body: &Body, world: &mut World) -> Result<Vec<Bribe>, Problem> {
    let mut bribes = Vec::new();
    for NamedItem { name, span, item } in &item.bribes.0 {
        let known = body.levers.iter().map(|lever| lever.name.as_str());
        let money = &world.assets[0];
        let by_token = item.by == CreditsBy::Token;
        bribes.push(Bribe {
            name: name.clone(),
            pool: world.account(&item.pool)?,
            lever: item.lever.as_ref().map(|lever| lever.find("lever", known)).transpose()?.map(|lever| lever as u32),
            side: item.side,
            price: item.price * money.scale / if by_token { world.assets[body.asset.index()].scale } else { 1.0 },
            by_token,
            budget: item.budget.map(|budget| countable(money, budget, *span)).transpose()?,
            escrow: world.ledger.open(format!("escrow:{}.{name}", body.institution)),
        });
    }
    Ok(bribes)
}

fn loans(item: &BodyPlan, body: &Body, (economy, world): (&Economy, &World)) -> Result<Vec<Loan>, Problem> {
    let one = |NamedItem { name, span, item }: &NamedItem<crate::governance::LoanPlan>| {
        item.borrower.find("cohort", names(&economy.cohorts))?;
        let known = body.members.iter().map(|members| world.cohorts[members.cohort].name.as_str());
        Ok(Loan {
            name: name.clone(),
            lender: world.account(&item.lender)?,
            borrower: item.borrower.find("voting cohort", known)?,
            amount: countable(&world.assets[body.asset.index()], item.amount, *span)?,
            fee: item.fee,
        })
    };
    item.loans.0.iter().map(one).collect()
}

fn delegates(item: &BodyPlan, body: &Body, world: &World) -> Result<Vec<u32>, Problem> {
    let mut delegates: Vec<u32> = Vec::new();
    for NamedItem { name, span, item: to } in &item.delegations.0 {
        delegates = if delegates.is_empty() { (0..body.size as u32).collect() } else { delegates };
        let from = rows(&Reference { name: name.clone(), span: *span }, &body.members, world)?;
        let to = rows(to, &body.members, world)?;
        for (row, voter) in from.enumerate() {
            delegates[voter as usize] = to.start + row as u32 % (to.end - to.start);
        }
    }
    let Some(rows) = circle(&delegates) else { return Ok(delegates) };
    let span = item.delegations.0.first().map_or(Span::default(), |delegation| delegation.span);
    let name = |&row: &u32| {
        let place = body.members.partition_point(|members| members.first <= row as usize) - 1;
        let members = &body.members[place];
        format!("{}:{}", world.cohorts[members.cohort].name, row as usize - members.first)
    };
    let mut circle: Vec<String> = rows.iter().take(8).map(name).collect();
    circle.push(if rows.len() > 8 { "…".to_owned() } else { name(&rows[0]) });
    let message = format!("delegations run in a circle: {}", circle.join(" → "));
    Err(Problem::at(span, message, "chains that end at someone who votes"))
}

/// Lets the candidates stand, and each voter rank them by how near they are to its own place.
fn stand(
    item: &BodyPlan,
    body: &mut Body,
    (economy, world, span): (&Economy, &World, Span),
    drawn: u16,
    data: &mut dyn Data,
) -> Result<(), Problem> {
    let council = body.rule.council().is_some();
    let Some(candidates) = &item.candidates else {
        let problem = Problem::at(span, "a council is elected, and nobody stands for it", "needs `candidates`");
        return if council { Err(problem.help("a cohort of the body")) } else { Ok(()) };
    };
    candidates.find("cohort", names(&economy.cohorts))?;
    let standing = rows(candidates, &body.members, world)?;
    let ranked = u64::from(standing.end - standing.start) * body.size as u64;
    if ranked > RANKED_MAX {
        let message = format!("{} voters who rank {} candidates", body.size, standing.end - standing.start);
        return Err(Problem::at(candidates.span, message, format!("at most {RANKED_MAX} places in all rankings")));
    }
    let drawn = drawn + DRAWN_EACH - 1;
    let positions = positions(&item.positions, &body.members, (world, span), drawn, data)?;
    let place = |row: u32| positions[row as usize];
    for &own in &positions {
        let mut order: Vec<u32> = (0..standing.end - standing.start).collect();
        let far = |candidate: &u32| (place(standing.start + candidate) - own).abs();
        order.sort_by(|a, b| far(a).total_cmp(&far(b)));
        body.rankings.append(&mut order);
    }
    body.candidates = standing;
    Ok(())
}

/// Where each voter stands.
fn positions(
    spread: &PerAgent,
    members: &[Members],
    (world, span): (&World, Span),
    drawn: u16,
    data: &mut dyn Data,
) -> Result<Vec<f64>, Problem> {
    let mut positions = Vec::new();
    for members in members {
        let column = setup(world, members.cohort, drawn, data).parameter("positions", spread);
        let column = column.map_err(|why| Problem::at(span, why, "places of voters"))?;
        positions.extend((0..members.size).map(|row| column.get(row)));
    }
    Ok(positions)
}

pub(super) fn add_rounds(economy: &Economy, world: &mut World, data: &mut dyn Data) -> Result<(), Problem> {
    for (number, NamedItem { name, item, .. }) in economy.funding_rounds.0.iter().enumerate() {
        let drawn = GIVERS_DRAWN + number as u16 % GIVERS_MOST;
        let institution = Arc::from(format!("funding_rounds.{name}"));
        let projects = projects(name, item, (economy, world))?;
        let round = Round {
            name: name.clone(),
            institution,
            givers: givers(item, &projects, (economy, world), drawn, data)?,
            projects,
            pot: world.account(&item.pot)?,
            share: item.share,
            rule: item.rule.clone(),
            every: item.every,
        };
        world.funding_rounds.push(round);
    }
    Ok(())
}

fn projects(round: &str, item: &RoundPlan, (economy, world): (&Economy, &mut World)) -> Result<Vec<Project>, Problem> {
    let mut projects = Vec::new();
    for NamedItem { name, item, .. } in &item.projects.0 {
        let account: NamedId = world.ledger.open(format!("project:{round}.{name}"));
        let cohort = item.cohort.find("cohort", names(&economy.cohorts))?;
        projects.push(Project { name: name.clone(), cohort, account, appeal: item.appeal, given: 0, matched: 0 });
    }
    Ok(projects)
}

fn givers(
    item: &RoundPlan,
    projects: &[Project],
    (economy, world): (&Economy, &World),
    drawn: u16,
    data: &mut dyn Data,
) -> Result<Vec<Givers>, Problem> {
    let mut givers = Vec::new();
    for NamedItem { name, span, item } in &item.givers.0 {
        let cohort = Reference { name: name.clone(), span: *span }.find("cohort", names(&economy.cohorts))?;
        let known = projects.iter().map(|project| project.name.as_str());
        let column = setup(world, cohort, drawn, data).parameter("gift", &item.gift);
        let column = column.map_err(|why| Problem::at(*span, why, "what they give"))?;
        let gift = |row| countable(&world.assets[0], column.get(row), *span);
        givers.push(Givers {
            cohort,
            gifts: (0..world.cohorts[cohort].size).map(gift).collect::<Result<_, _>>()?,
            project: item.project.as_ref().map(|project| project.find("project", known)).transpose()?,
            accounts: item.accounts,
        });
    }
    Ok(givers)
}
