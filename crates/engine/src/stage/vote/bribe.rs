//! Votes are paid for: out of escrow, and only those that were cast as wanted.

use walras_institutions::distribution::split;
use walras_institutions::voting::Snapshot;
use walras_ledger::{AssetId, Atoms, Broken, Reason};

use super::transfer;
use crate::entry::Entry;
use crate::governance::Body;
use crate::governance::body::Bribe;
use crate::governance::plan::Side;
use crate::stage::Events;
use crate::world::World;

const MONEY: AssetId = AssetId::NUMERAIRE;

/// Sets aside what each buyer may come to owe for each of the proposals just opened.
pub(super) fn set_aside(
    body: &mut Body,
    world: &mut World,
    opened: &[usize],
    events: &mut Events,
) -> Result<(), Broken> {
    for &index in opened {
        let lever = body.proceedings.proposal(index).lever;
        for (number, bribe) in
            body.bribes.iter().enumerate().filter(|(_, bribe)| bribe.lever.is_none_or(|it| it == lever))
        {
            let held = world.ledger.held(bribe.pool, MONEY);
            let amount = bribe.budget.unwrap_or(held).min(held);
            transfer(&mut world.ledger, MONEY, (bribe.pool.into(), bribe.escrow.into()), amount, Reason::Bribe)?;
            body.memory.escrowed[index * body.bribes.len() + number] = amount;
            let detail = format!("proposal {index}: {}", bribe.name);
            events.enter(Entry::of(&body.institution, "escrowed").amount(MONEY, amount).detail(detail));
        }
    }
    Ok(())
}

/// Pays those who voted as wanted for the proposals just decided, by the weights that `counted`, and gives back what is left.
pub(super) fn pay(
    body: &mut Body,
    world: &mut World,
    (decided, counted): (&[usize], &[Atoms]),
    events: &mut Events,
) -> Result<(), Broken> {
    for &index in decided {
        let weights = match body.terms.snapshot {
            Snapshot::Opening => body.proceedings.weights(index).map(<[Atoms]>::to_vec).unwrap_or_default(),
            Snapshot::Counting => counted.to_vec(),
        };
        let marks = body.proceedings.marks(index).map(<[f64]>::to_vec).unwrap_or_default();
        for (number, bribe) in body.bribes.iter().enumerate() {
            let slot = index * body.bribes.len() + number;
            let escrowed = std::mem::take(&mut body.memory.escrowed[slot]);
            let due: Vec<f64> =
                marks.iter().zip(&weights).map(|(&mark, &weight)| earned(bribe, mark, weight)).collect();
            let paid = shares(&due, escrowed)?;
            let mut left = escrowed;
            for (voter, &amount) in paid.iter().enumerate().filter(|(_, amount)| **amount > 0) {
                let address = body.address(world, voter);
                let between = (bribe.escrow.into(), address.into());
                transfer(&mut world.ledger, MONEY, between, amount, Reason::Bribe)?;
                let detail = format!("proposal {index}: {}", bribe.name);
                events
                    .enter(Entry::of(&body.institution, "bribed").agent(address).amount(MONEY, amount).detail(detail));
                left -= amount;
            }
            transfer(&mut world.ledger, MONEY, (bribe.escrow.into(), bribe.pool.into()), left, Reason::Bribe)?;
        }
    }
    Ok(())
}

/// What each voter is offered for its vote on proposal number `index`, for and against, numeraire; empty where nothing is.
pub(super) fn offers(body: &Body, index: usize, weights: &[Atoms], money_scale: f64) -> [Vec<f64>; 2] {
    let mut offers = [Vec::new(), Vec::new()];
    for (number, bribe) in body.bribes.iter().enumerate() {
        if body.memory.escrowed[index * body.bribes.len() + number] == 0 {
            continue;
        }
        let side = &mut offers[usize::from(bribe.side == Side::Against)];
        side.resize(weights.len(), 0.0);
        let mark = if bribe.side == Side::For { 1.0 } else { -1.0 };
        for (offer, &weight) in side.iter_mut().zip(weights) {
            *offer += earned(bribe, mark, weight) / money_scale;
        }
    }
    offers
}

/// What a voter earns by its mark, in atoms before rounding.
fn earned(bribe: &Bribe, mark: f64, weight: Atoms) -> f64 {
    let as_wanted = if bribe.side == Side::For { mark > 0.0 } else { mark < 0.0 };
    let votes = if bribe.by_token { weight as f64 } else { 1.0 };
    if as_wanted { bribe.price * votes } else { 0.0 }
}

/// Whole atoms of what is due, rounded down; where the escrow is not enough, shares of it by largest remainders.
fn shares(due: &[f64], escrowed: Atoms) -> Result<Vec<Atoms>, Broken> {
    let whole: Vec<Atoms> = due.iter().map(|&due| due as Atoms).collect();
    let all: i128 = whole.iter().map(|&due| i128::from(due)).sum();
    if all <= i128::from(escrowed) { Ok(whole) } else { split(escrowed, due).map_err(Broken) }
}
