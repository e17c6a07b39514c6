//! Proposals are opened: those that a scenario declares, and what a proposer comes up with.

use std::sync::Arc;

use walras_institutions::voting::proposer::{Occasion, Standing};
use walras_institutions::voting::{Proposal, RefusedProposal};
use walras_ledger::{Atoms, Broken};
use walras_numerics::Purpose;

use super::foresight::best;
use crate::entry::Entry;
use crate::governance::Body;
use crate::stage::Events;
use crate::stage::settle::Settled;
use crate::world::World;

/// The draw of a step that is the proposer's: voters use those below it.
const PROPOSERS: u16 = 3;

/// Opens what is proposed in this step and notes the voters' weights. Returns the new proposals.
pub(super) fn open(
    body: &mut Body,
    world: &World,
    settled: &Settled,
    weights: &[Atoms],
    events: &mut Events,
) -> Result<Vec<usize>, Broken> {
    let mut opened = Vec::new();
    for number in 0..body.planned.len() {
        let planned = &body.planned[number];
        if planned.at != world.step {
            continue;
        }
        let (lever, value) = planned.sets.unwrap_or((Body::NO_LEVER, 0.0));
        let before = body.levers.get(lever as usize).map_or(value, |it| it.lever.read(world));
        let requested = planned.requested as f64 / world.assets[0].scale;
        let proposal = Proposal { lever, before, value, requested, proposer: Proposal::NOBODY };
        take_up(body, world, &proposal, Some(number), weights, &mut opened, events);
    }
    if let Some(proposal) = propose(body, world, settled, events)? {
        take_up(body, world, &proposal, None, weights, &mut opened, events);
    }
    Ok(opened)
}

/// What the proposer proposes, where there is one and it does.
fn propose(body: &mut Body, world: &World, settled: &Settled, events: &mut Events) -> Result<Option<Proposal>, Broken> {
    let Some(proposer) = &body.proposer else { return Ok(None) };
    let standing = |lever: &crate::governance::body::BodyLever| Standing {
        value: lever.lever.read(world),
        low: lever.bounds.low,
        high: lever.bounds.high,
    };
    let levers: Vec<Standing> = body.levers.iter().map(standing).collect();
    let goal = body.goal.as_ref().map_or(Ok(f64::NAN), |goal| world.quantities.number(goal, &[]));
    let goal = goal.unwrap_or_else(|why| {
        events.push("formula_undefined", &body.name, &why, None);
        f64::NAN
    });
    let mut stream = world.keys.stream(Purpose::vote(PROPOSERS), body.entity, world.step);
    let occasion =
        Occasion { step: world.step, levers: &levers, goal, draws: [stream.open_unit(), stream.open_unit()] };
    let mut candidates = proposer.candidates(&occasion, &mut body.memory.proposer);
    candidates.retain(|candidate| candidate.value != levers[candidate.lever].value);
    let chosen = match proposer.horizon() {
        Some(horizon) => best(body, world, settled, &candidates, horizon)?,
        None => candidates.first().map(|&candidate| (candidate, Proposal::NOBODY)),
    };
    Ok(chosen.map(|(candidate, proposer)| Proposal {
        lever: candidate.lever as u32,
        before: levers[candidate.lever].value,
        value: candidate.value,
        requested: 0.0,
        proposer,
    }))
}

fn take_up(
    body: &mut Body,
    world: &World,
    proposal: &Proposal,
    planned: Option<usize>,
    weights: &[Atoms],
    opened: &mut Vec<usize>,
    events: &mut Events,
) {
    let any = walras_catalog::Bounds::from(f64::MIN..=f64::MAX);
    let lever = body.levers.get(proposal.lever as usize);
    let bounds = lever.map_or(any, |lever| lever.bounds);
    let admitted = lever.is_none_or(|it| it.lever.admits(world, proposal.value).is_ok());
    let institution = Arc::clone(&body.institution);
    let result = if admitted {
        body.proceedings.open(&*body.rule, &body.terms, proposal, &bounds, world.step, weights)
    } else {
        Err(RefusedProposal::OutOfBounds)
    };
    let by = match proposal.proposer {
        Proposal::NOBODY => None,
        proposer => Some(body.address(world, proposer as usize)),
    };
    let entry = |act| Entry { agent: by, ..Entry::of(&institution, act) };
    match result {
        Ok(index) => {
            body.memory.planned.push(planned.map_or(-1, |planned| planned as i64));
            let escrows = body.memory.escrowed.len() + body.bribes.len();
            body.memory.escrowed.resize(escrows, 0);
            let detail = format!("proposal {index}: {}", body.subject(index));
            events.enter(entry("proposed").value(proposal.value).detail(detail));
            opened.push(index);
        }
        Err(why) => {
            let subject = planned.map_or_else(
                || body.lever_called(proposal.lever).to_owned(),
                |planned| body.planned[planned].name.clone(),
            );
            let detail = format!("{subject}: {}", why.words());
            events.push("proposal_refused", &body.name, &detail, None);
            events.enter(entry("proposal_refused").value(proposal.value).detail(detail));
        }
    }
}
