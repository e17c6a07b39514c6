//! Members leave with their share of the treasury.

use walras_institutions::voting::Status;
use walras_ledger::{AssetId, Atoms, Broken, Reason};
use walras_numerics::Purpose;

use super::transfer;
use crate::entry::Entry;
use crate::governance::Body;
use crate::governance::plan::{ExitPlan, Leaves};
use crate::stage::Events;
use crate::world::World;

/// The draw of a step that says who leaves: no voter's about a proposal.
const LEAVES: u16 = 7;

/// Lets those leave who have reason to: they burn all their tokens for their share of each asset of the treasury.
pub(super) fn leave(body: &Body, world: &mut World, decided: &[usize], events: &mut Events) -> Result<(), Broken> {
    let Some((exit, treasury)) = body.exit.as_ref().zip(body.treasury) else { return Ok(()) };
    let leaves = who_leaves(body, exit, world, treasury, decided);
    for voter in leaves {
        let address = body.address(world, voter);
        let burned = world.ledger.balance(address.into(), body.asset).unwrap_or(0);
        if burned == 0 {
            continue;
        }
        let supply = world.ledger.supply(body.asset) - world.ledger.held(treasury, body.asset);
        let issuer = world.ledger.issuer(body.asset);
        transfer(&mut world.ledger, body.asset, (address.into(), issuer.into()), burned, Reason::Exit)?;
        events.enter(Entry::of(&body.institution, "left").agent(address).amount(body.asset, burned));
        for asset in (0..world.assets.len()).map(|asset| AssetId(asset as u16)).filter(|&asset| asset != body.asset) {
            let amount = exit.rule.payout(world.ledger.held(treasury, asset), burned, supply);
            // What it cannot hold stays with the others.
            if amount > 0 && world.ledger.can_hold(address.cohort, asset) {
                transfer(&mut world.ledger, asset, (treasury.into(), address.into()), amount, Reason::Exit)?;
                events.enter(Entry::of(&body.institution, "paid_out").agent(address).amount(asset, amount));
            }
        }
    }
    Ok(())
}

/// The voters who leave in this step, in order.
fn who_leaves(
    body: &Body,
    exit: &ExitPlan,
    world: &World,
    treasury: walras_ledger::NamedId,
    decided: &[usize],
) -> Vec<usize> {
    let reason: Box<dyn Fn(usize) -> bool> = match exit.when {
        Leaves::Dissent => {
            let passed = decided.iter().filter(|&&index| body.proceedings.status(index) == Status::Queued);
            let marks: Vec<&[f64]> = passed.filter_map(|&index| body.proceedings.marks(index)).collect();
            Box::new(move |voter| marks.iter().any(|marks| marks[voter] < 0.0))
        }
        Leaves::Discount => {
            let worth = share_worth(body, world, treasury) * (1.0 - exit.rule.kept);
            let price = world.price(body.asset);
            let pays = worth > price * (1.0 + exit.premium);
            Box::new(move |_| pays)
        }
    };
    let mut leaves = Vec::new();
    for members in &body.members {
        let entity = world.cohorts[members.cohort].entity;
        for row in 0..members.size {
            let drawn = || world.keys.unit(Purpose::vote(LEAVES), entity + row as u64, world.step) < exit.chance;
            if reason(members.first + row) && drawn() {
                leaves.push(members.first + row);
            }
        }
    }
    leaves
}

/// What the treasury holds for each token that others hold, numeraire per token; `NaN` where nobody holds any.
fn share_worth(body: &Body, world: &World, treasury: walras_ledger::NamedId) -> f64 {
    let worth = |asset: usize| {
        let id = AssetId(asset as u16);
        let held: Atoms = world.ledger.held(treasury, id);
        let price = if held == 0 || id == body.asset { 0.0 } else { world.price(id) };
        if price.is_nan() { 0.0 } else { held as f64 / world.assets[asset].scale * price }
    };
    let all = (0..world.assets.len()).map(worth).fold(0.0, |sum, worth| sum + worth);
    let tokens = world.ledger.supply(body.asset) - world.ledger.held(treasury, body.asset);
    all / (tokens as f64 / world.assets[body.asset.index()].scale)
}
