//! Votes are cast.

use walras_agents::voting::BallotView;
use walras_institutions::voting::delegation::{NOWHERE, casters};
use walras_institutions::voting::{Snapshot, Status};
use walras_ledger::Atoms;
use walras_numerics::CHUNK;

use super::bribe::offers;
use crate::entry::Entry;
use crate::governance::Body;
use crate::governance::body::Members;
use crate::stage::Events;
use crate::world::World;

/// The draw that says in which step of the voting period an agent is asked.
const WHEN: u16 = 2;

/// Asks every voter whose turn it is about every open proposal, followers last.
pub(super) fn cast(body: &mut Body, world: &World, weights: &[Atoms], events: &mut Events) {
    let open: Vec<usize> = body.proceedings.with_status(Status::Open).collect();
    for index in open {
        let weights = match body.terms.snapshot {
            Snapshot::Opening => body.proceedings.weights(index).map(<[Atoms]>::to_vec).unwrap_or_default(),
            Snapshot::Counting => weights.to_vec(),
        };
        let offers = offers(body, index, &weights, world.assets[0].scale);
        for follow in [false, true] {
            let followed = if follow { followed(body, index) } else { Vec::new() };
            for place in 0..body.members.len() {
                let members = &body.members[place];
                if members.follows.is_some() != follow {
                    continue;
                }
                let followed = members.follows.map_or(0.0, |whom| followed[whom as usize]);
                let asked = ask(body, world, place, index, (&offers, followed));
                for (voter, strength) in asked {
                    enter(body, world, index, voter, strength, weights[voter], events);
                }
            }
        }
    }
}

/// What each voter that may be followed has marked on proposal number `index`, or whoever it follows in turn.
fn followed(body: &Body, index: usize) -> Vec<f64> {
    let marks = body.proceedings.marks(index).unwrap_or_default();
    if body.members.iter().all(|members| members.follows.is_none()) {
        return Vec::new();
    }
    let whom = |members: &Members| {
        let follows = members.follows;
        members.rows().map(move |row| follows.unwrap_or(row as u32)).collect::<Vec<_>>()
    };
    let graph: Vec<u32> = body.members.iter().flat_map(whom).collect();
    let follows = |row: usize| graph[row] as usize != row;
    let ends = casters(&graph, |row| marks[row] != 0.0 && !follows(row));
    ends.iter().map(|&end| if end == NOWHERE { 0.0 } else { marks[end as usize] }).collect()
}

/// The answers of the voters of one cohort whose turn it is.
fn ask(
    body: &Body,
    world: &World,
    place: usize,
    index: usize,
    (offers, followed): (&[Vec<f64>; 2], f64),
) -> Vec<(usize, f64)> {
    let members = &body.members[place];
    let Some(voter) = &members.voter else { return Vec::new() };
    let (proposal, [opened, closes, _]) = (body.proceedings.proposal(index), body.proceedings.times(index));
    let quantity = members.quantity.as_ref().map_or(Ok(f64::NAN), |program| world.quantities.number(program, &[]));
    let gains = body.gains(index).filter(|_| members.horizon.is_some()).unwrap_or_default();
    let of = |column: &[f64], rows: &std::ops::Range<usize>| {
        column.get(members.first + rows.start..members.first + rows.end).map(<[f64]>::to_vec).unwrap_or_default()
    };
    let mut answers = Vec::new();
    for start in (0..members.size).step_by(CHUNK) {
        let rows = start..(start + CHUNK).min(members.size);
        let (gains, paid_for, paid_against) = (of(gains, &rows), of(&offers[0], &rows), of(&offers[1], &rows));
        let view = BallotView {
            proposal: index as u32,
            opened,
            keys: world.keys,
            entity: world.cohorts[members.cohort].entity + start as u64,
            rows: rows.clone(),
            before: proposal.before,
            value: proposal.value,
            // What has no value is not known to voters.
            quantity: quantity.clone().unwrap_or(f64::NAN),
            gains: &gains,
            paid_for: &paid_for,
            paid_against: &paid_against,
            followed,
        };
        let mut ballots = vec![0.0; rows.len()];
        voter.vote(&view, &mut ballots);
        let period = f64::from(closes - opened + 1);
        for (i, strength) in ballots.into_iter().enumerate() {
            let turn = if members.follows.is_some() { closes } else { opened + (view.unit(i, WHEN) * period) as u32 };
            if turn == world.step || body.rule.revisable() {
                answers.push((members.first + start + i, strength));
            }
        }
    }
    answers
}

/// Casts one vote and writes it down where it counts and changes anything.
fn enter(
    body: &mut Body,
    world: &World,
    index: usize,
    voter: usize,
    strength: f64,
    weight: Atoms,
    events: &mut Events,
) {
    let mark = |body: &Body| body.proceedings.marks(index).map_or(0.0, |marks| marks[voter]);
    let before = mark(body);
    // Who has no seat or no number has no vote; whoever has voted is not asked again.
    if body.proceedings.cast(&*body.rule, index, voter, strength).is_err() {
        return;
    }
    let after = mark(body);
    if after != before {
        body.memory.ballots[voter] += i64::from(before == 0.0);
        let entry = Entry::of(&body.institution, "voted").agent(body.address(world, voter));
        events.enter(entry.amount(body.asset, weight).value(after).detail(format!("proposal {index}")));
    }
}
