//! govern: bodies vote, and what they decided is carried out.
//!
//! In this order: a council is elected, credits are given, proposals are opened and weights noted, voters look ahead, money
//! for votes is set aside, tokens are lent, votes are cast and counted, loans are given back, votes are paid for, members
//! leave, and what is due is carried out. So whoever fears what passed can leave before it is in force.

mod bribe;
mod cast;
mod foresight;
mod leave;
mod lend;
mod open;

use walras_institutions::voting::{Ballots, Status};
use walras_ledger::{AssetId, Atoms, Broken, Ledger, Reason, Transfer};

use super::Events;
use super::settle::Settled;
use crate::entry::Entry;
use crate::governance::Body;
use crate::world::World;

/// Lets every body vote on what is proposed.
///
/// # Errors
/// When a posting breaks an invariant, or a copy of the economy does.
pub fn vote(world: &mut World, settled: &Settled, events: &mut Events) -> Result<(), Broken> {
    // In a copy nobody votes: what is compared is what one proposal would change.
    if world.bodies.is_empty() || world.is_foreseen {
        return Ok(());
    }
    world.ledger.deliver()?;
    let mut bodies = std::mem::take(&mut world.bodies);
    let result = bodies.iter_mut().try_for_each(|body| sit(body, world, settled, events));
    world.bodies = bodies;
    result
}

/// One body's part of a step.
fn sit(body: &mut Body, world: &mut World, settled: &Settled, events: &mut Events) -> Result<(), Broken> {
    body.proceedings.forget();
    forget_gains(body);
    let before = body.weights(world);
    elect(body, world, &before, events);
    if let Some(credits) = body.rule.credits() {
        let scale = world.assets[body.asset.index()].scale;
        body.proceedings.give_credits(&credits, world.step, &before, scale);
    }
    let opened = open::open(body, world, settled, &before, events)?;
    foresight::foresee_each(body, world, settled, &opened)?;
    bribe::set_aside(body, world, &opened, events)?;
    let lent = lend::lend(body, world, events)?;
    let weights = if lent.is_empty() { before } else { body.weights(world) };
    cast::cast(body, world, &weights, events);
    let decided = count(body, world, &weights, events);
    lend::give_back(body, world, &lent, events)?;
    bribe::pay(body, world, (&decided, &weights), events)?;
    leave::leave(body, world, &decided, events)?;
    carry_out(body, world, events);
    Ok(())
}

/// Elects a council where its term is over.
fn elect(body: &mut Body, world: &World, weights: &[Atoms], events: &mut Events) {
    let Some(council) = body.rule.council() else { return };
    if !world.step.is_multiple_of(council.every) {
        return;
    }
    let candidates = body.candidates.clone();
    let elected = council.elect(candidates.len(), &body.rankings, weights);
    let seats: Vec<u32> = elected.into_iter().map(|candidate| candidates.start + candidate).collect();
    for &seat in &seats {
        events.enter(Entry::of(&body.institution, "elected").agent(body.address(world, seat as usize)));
    }
    body.proceedings.seat(seats);
}

/// Counts what is open. Returns the proposals that are decided.
fn count(body: &mut Body, world: &World, weights: &[Atoms], events: &mut Events) -> Vec<usize> {
    let money = |account| world.ledger.held(account, AssetId::NUMERAIRE) as f64 / world.assets[0].scale;
    let now = Ballots {
        weights,
        delegates: &body.delegates,
        funds: body.treasury.map_or(0.0, money),
        scale: world.assets[body.asset.index()].scale,
        ..Ballots::default()
    };
    let decided = body.proceedings.count(&*body.rule, &body.terms, &now, world.step);
    for &index in &decided {
        let act = if body.proceedings.status(index) == Status::Queued { "passed" } else { "failed" };
        let tally = body.proceedings.tally(index);
        let detail = format!("proposal {index}: {} ({} voted)", body.subject(index), tally.voters);
        events.enter(Entry::of(&body.institution, act).value(tally.yes).detail(detail));
    }
    decided
}

/// Carries out what is due. What is refused is tried again until its grace is over.
fn carry_out(body: &mut Body, world: &mut World, events: &mut Events) {
    for index in body.proceedings.due(world.step) {
        let done = execute(body, world, index, events);
        let status = body.proceedings.executed(&body.terms, index, world.step, done);
        if let Status::Executed | Status::Expired = status {
            let act = if status == Status::Executed { "executed" } else { "expired" };
            let value = body.proceedings.proposal(index).value;
            let detail = format!("proposal {index}: {}", body.subject(index));
            events.enter(Entry::of(&body.institution, act).value(value).detail(detail));
            events.push("proposal", &body.name, &format!("{act}: {}", body.subject(index)), None);
        }
    }
}

/// Does what proposal number `index` asks for, all of it or nothing. Whether it was done.
fn execute(body: &Body, world: &mut World, index: usize, events: &mut Events) -> bool {
    let proposal = body.proceedings.proposal(index);
    let planned = usize::try_from(body.memory.planned[index]).ok().map(|planned| &body.planned[planned]);
    let requested = planned.map_or(0, |planned| planned.requested);
    let payment = body.treasury.zip(planned.and_then(|planned| planned.recipient)).filter(|_| requested > 0);
    if let Some((treasury, _)) = payment
        && world.ledger.held(treasury, AssetId::NUMERAIRE) < requested
    {
        let said = format!("proposal {index}: the treasury cannot pay {requested} atoms");
        events.enter(Entry::of(&body.institution, "payment_refused").detail(said));
        return false;
    }
    let lever = body.levers.get(proposal.lever as usize);
    if lever.is_some_and(|it| !it.lever.set(world, proposal.value, &body.institution, events)) {
        return false;
    }
    let Some((treasury, recipient)) = payment else { return true };
    let (from, to, asset) = (treasury.into(), recipient.into(), AssetId::NUMERAIRE);
    let transfer = Transfer { asset, from, to, amount: requested, reason: Reason::Funding };
    let paid = world.ledger.post(transfer).is_ok();
    if paid {
        let detail = format!("proposal {index}: {}", body.subject(index));
        events.enter(Entry::of(&body.institution, "paid").amount(asset, requested).detail(detail));
    }
    paid
}

/// Forgets what voters expected of proposals that are not open any more.
fn forget_gains(body: &mut Body) {
    let (size, memory) = (body.size, &mut body.memory);
    let mut kept = 0;
    for place in 0..memory.foreseen.len() {
        if body.proceedings.status(memory.foreseen[place] as usize) == Status::Open {
            memory.foreseen[kept] = memory.foreseen[place];
            memory.gains.copy_within(place * size..(place + 1) * size, kept * size);
            kept += 1;
        }
    }
    memory.foreseen.truncate(kept);
    memory.gains.truncate(kept * size);
}

/// Moves `amount` between two accounts, one of which is an agent's or an institution's.
fn transfer(
    ledger: &mut Ledger,
    asset: AssetId,
    (from, to): (walras_ledger::Account, walras_ledger::Account),
    amount: Atoms,
    reason: Reason,
) -> Result<(), Broken> {
    let posted = ledger.post(Transfer { asset, from, to, amount, reason });
    posted.map_err(|why| Broken(format!("a body cannot move {amount} atoms: {why}")))
}
