//! reward: incentives look at what was posted, agents pay what they owe and treasuries what they can.

use walras_institutions::distribution::split;
use walras_institutions::incentive::{Agents, Moment, Traded};
use walras_ledger::{AssetId, Atoms, Broken, Reason};

use super::Events;
use super::clear::Fills;
use crate::entry::Entry;
use crate::world::World;

/// Room to work in, kept from step to step.
#[derive(Debug, Default)]
pub struct Incentives {
    /// What each agent traded in the step, by cohort; of one market.
    traded: Vec<Vec<Traded>>,
    /// The market it is of, where it has been counted in this step.
    counted: Option<usize>,
    /// What is due to each agent, by cohort concerned.
    due: Vec<Vec<Atoms>>,
}

/// Lets every incentive that is due look and say, and posts what is paid.
///
/// # Errors
/// When a posting breaks an invariant.
pub fn incentives(world: &mut World, fills: &Fills, room: &mut Incentives, events: &mut Events) -> Result<(), Broken> {
    if world.incentives.is_empty() {
        return Ok(());
    }
    world.ledger.deliver()?;
    room.counted = None;
    for number in 0..world.incentives.len() {
        let standing = &world.incentives[number];
        if !(world.step + 1).is_multiple_of(standing.every) {
            continue;
        }
        match standing.condition.as_ref().map_or(Ok(true), |condition| world.quantities.holds(condition, &[])) {
            Ok(true) => {}
            Ok(false) => continue,
            Err(why) => {
                events.push("formula_undefined", &standing.name, &why, None);
                continue;
            }
        }
        say(world, number, fills, room);
        pay(world, number, room, events)?;
    }
    Ok(())
}

/// Lets the incentive say what is due to each agent.
fn say(world: &mut World, number: usize, fills: &Fills, room: &mut Incentives) {
    let mut memory = std::mem::take(&mut world.incentives[number].memory);
    let standing = &world.incentives[number];
    let Incentives { traded, counted, due } = room;
    let looks = standing.rule.looks_at();
    let venue = standing.venue.map(|venue| &world.venues[venue]);
    if looks.trades && *counted != standing.venue {
        count_trades(world, fills, standing.venue, traded);
        *counted = standing.venue;
    }
    let shares = venue.and_then(crate::venue::Venue::share_asset);
    let moment = Moment {
        step: world.step,
        scale: world.assets[standing.paid_in.index()].scale,
        token_scale: world.assets[standing.asset.index()].scale,
        price: venue.map_or(f64::NAN, |venue| venue.price(&world.ledger)),
        shares: shares.map_or(0, |shares| held_by_agents(world, shares)),
    };
    due.resize_with(standing.cohorts.len(), Vec::new);
    for ((due, memory), &c) in due.iter_mut().zip(&mut memory).zip(&standing.cohorts) {
        let cohort = &world.cohorts[c];
        due.clear();
        due.resize(cohort.size, 0);
        let column = |asset| world.ledger.column(cohort.id, asset).unwrap_or_default();
        let agents = Agents {
            purse: column(standing.paid_in),
            holding: column(standing.asset),
            shares: shares.map_or(&[], column),
            traded: if looks.trades { &traded[c] } else { &[] },
        };
        standing.rule.due(&moment, &agents, memory, due);
    }
    world.incentives[number].memory = memory;
}

/// What each agent traded at a market in the step, by cohort: a pass over all trades, made once for all incentives that look
/// at the market one after another.
fn count_trades(world: &World, fills: &Fills, venue: Option<usize>, traded: &mut Vec<Vec<Traded>>) {
    traded.resize_with(world.cohorts.len(), Vec::new);
    for (traded, cohort) in traded.iter_mut().zip(&world.cohorts) {
        traded.clear();
        traded.resize(cohort.size, Traded::default());
    }
    fills.each(&world.cohorts, |fill| {
        if Some(fill.venue) == venue {
            let it = &mut traded[fill.cohort][fill.row];
            it.count += 1;
            it.volume += i128::from(fill.payment.trade.unsigned_abs());
            it.net += i128::from(fill.payment.tokens);
        }
    });
}

/// What agents hold of `asset`, all together.
fn held_by_agents(world: &World, asset: AssetId) -> i128 {
    let columns = world.cohorts.iter().filter_map(|cohort| world.ledger.column(cohort.id, asset));
    columns.flatten().map(|&held| i128::from(held)).sum()
}

/// Collects what is owed as far as agents have it, then pays what is due as far as the treasury has it.
fn pay(world: &mut World, number: usize, room: &mut Incentives, events: &mut Events) -> Result<(), Broken> {
    let World { incentives, cohorts, ledger, .. } = world;
    let standing = &mut incentives[number];
    let Incentives { due, .. } = room;
    let (asset, treasury) = (standing.paid_in, standing.treasury);
    let (mut collected, mut owed, mut wanted) = (0_i128, 0_i128, 0_i128);
    for (due, &c) in due.iter_mut().zip(&standing.cohorts) {
        let held = ledger.column(cohorts[c].id, asset).unwrap_or_default();
        // Whose column is absent holds nothing, and cannot be given any.
        due.resize(held.len(), 0);
        for (due, &held) in due.iter_mut().zip(held).filter(|(due, _)| **due != 0) {
            if *due < 0 {
                owed -= i128::from(*due);
                *due = -due.saturating_neg().min(held.max(0));
                collected -= i128::from(*due);
            } else {
                wanted += i128::from(*due);
            }
        }
    }
    if collected > 0 {
        for (due, &c) in due.iter().zip(&standing.cohorts) {
            if due.iter().any(|&due| due < 0) {
                ledger.post_column(cohorts[c].id, asset, treasury, Reason::Penalty, |row, _| due[row].min(0))?;
            }
        }
    }
    let available = ledger.held(treasury, asset);
    let paid = wanted.min(i128::from(available.max(0)));
    if paid < wanted {
        let weights: Vec<f64> = due.iter().flatten().map(|&due| due.max(0) as f64).collect();
        let shared = split(paid as Atoms, &weights).map_err(Broken)?;
        due.iter_mut().flatten().zip(shared).filter(|(due, _)| **due > 0).for_each(|(due, share)| *due = share);
        let missing = Atoms::try_from(wanted - paid).unwrap_or(Atoms::MAX);
        events.push("treasury_short", &standing.name, "paid less than was due, to each the same share", Some(missing));
    }
    if paid > 0 {
        for (due, &c) in due.iter().zip(&standing.cohorts) {
            if due.iter().any(|&due| due > 0) {
                ledger.post_column(cohorts[c].id, asset, treasury, Reason::Incentive, |row, _| due[row].max(0))?;
            }
        }
    }
    let uncollected = owed - collected;
    for (act, amount) in [("collected", collected), ("uncollected", uncollected), ("paid", paid)] {
        if amount > 0 {
            let amount = Atoms::try_from(amount).unwrap_or(Atoms::MAX);
            events.enter(Entry::of(&standing.institution, act).amount(asset, amount));
        }
    }
    for (position, due) in due.iter().enumerate() {
        let [gained, lost] = &mut standing.balance[position];
        for &due in due {
            let side = if due > 0 { &mut *gained } else { &mut *lost };
            *side = side.saturating_add(due.saturating_abs());
        }
    }
    Ok(())
}
