//! reward: those who promote approach contacts, who are reached or not, and who then know of the markets.

use walras_agents::promotion::Seen;
use walras_institutions::attribution::Touch;
use walras_institutions::contract::Contract;
use walras_ledger::{AssetId, Atoms, Broken, Reason};
use walras_numerics::{Keys, Purpose};

use crate::contract::{Contacts, Promoter};
use crate::world::World;

/// Draws of those who promote, and of those who tell their neighbours.
const APPROACH: u16 = 0;
const TELL: u16 = 1;

/// Lets those who have just begun to know tell their neighbours, then those who promote approach contacts.
///
/// # Errors
/// When a posting breaks an invariant.
pub fn promote(world: &mut World) -> Result<(), Broken> {
    // Taken out, so that the rest of the world can be read while it changes.
    let Some(mut contacts) = world.contacts.take() else { return Ok(()) };
    let result = approach_all(world, &mut contacts);
    world.contacts = Some(contacts);
    result
}

fn approach_all(world: &mut World, contacts: &mut Contacts) -> Result<(), Broken> {
    tell(contacts, world.keys, world.step);
    let mut promoters = std::mem::take(&mut contacts.promoters);
    for promoter in &mut promoters {
        if world.step.is_multiple_of(promoter.every) {
            choose(world, promoter)?;
        }
        if promoter.efforts.iter().any(|&effort| effort > 0.0) {
            approach(world, contacts, promoter)?;
        }
    }
    contacts.promoters = promoters;
    Ok(())
}

/// Each of those who have just begun to know tells each neighbour by chance, once.
fn tell(contacts: &mut Contacts, keys: Keys, step: u32) {
    let Some(graph) = contacts.graph.clone() else { return };
    for teller in std::mem::take(&mut contacts.tellers) {
        let heard = contacts.touches.slot(teller as usize).and_then(|slot| contacts.touches.of(slot).last());
        let Some(&Touch { affiliate, .. }) = heard else { continue };
        let mut stream = keys.stream(Purpose::contact(TELL), teller.into(), step);
        for &neighbour in graph.of(teller as usize) {
            if stream.open_unit() < contacts.word_of_mouth {
                contacts.touch(neighbour, Touch { affiliate, step });
            }
        }
    }
}

/// Lets a cohort choose its efforts for the next period.
fn choose(world: &mut World, promoter: &mut Promoter) -> Result<(), Broken> {
    let cohort = &world.cohorts[promoter.members.cohort];
    world.ledger.deliver_to(cohort.id)?;
    let mut earned = vec![0.0; promoter.members.size];
    for group in world.contracts.iter().filter(|group| group.affiliates == promoter.members.cohort) {
        let price = world.price(group.paid_in);
        let worth = if price.is_finite() { price / world.assets[group.paid_in.index()].scale } else { 0.0 };
        for standing in group.contracts.iter().flat_map(Contract::affiliates) {
            earned[standing.who as usize] += (standing.earned - standing.clawed_back) as f64 * worth;
        }
    }
    let lately: Vec<f64> = earned.iter().zip(&promoter.earned).map(|(now, before)| now - before).collect();
    let seen = Seen {
        step: world.step,
        first: !promoter.has_begun,
        earned: &lately,
        period: promoter.every,
        cost: promoter.cost,
        balances: world.ledger.column(cohort.id, AssetId::NUMERAIRE).unwrap_or_default(),
        money_scale: world.assets[0].scale,
    };
    promoter.promotion.efforts(&seen, &mut promoter.efforts);
    (promoter.earned, promoter.has_begun) = (earned, true);
    Ok(())
}

/// Lets a cohort approach contacts, as many as it means to and can pay for.
fn approach(world: &mut World, contacts: &mut Contacts, promoter: &Promoter) -> Result<(), Broken> {
    let World { ledger, cohorts, keys, step, assets, .. } = world;
    let cohort = &cohorts[promoter.members.cohort];
    ledger.deliver_to(cohort.id)?;
    // Rounded up: nobody is approached for less than it costs.
    let cost = (promoter.cost * assets[0].scale).ceil() as Atoms;
    let balances = ledger.column(cohort.id, AssetId::NUMERAIRE).unwrap_or_default();
    let (agents, graph) = (contacts.agents(), contacts.graph.clone());
    let mut spent = vec![0; promoter.members.size];
    for (row, &effort) in promoter.efforts.iter().enumerate().filter(|(_, effort)| **effort > 0.0) {
        let mut stream = keys.stream(Purpose::contact(APPROACH), cohort.entity + row as u64, *step);
        let by_chance = Atoms::from(stream.open_unit() < effort - effort.floor());
        let wished = effort.floor() as Atoms + by_chance;
        let approached = if cost > 0 { wished.min(balances[row] / cost) } else { wished };
        spent[row] = approached * cost;
        let known = graph.as_ref().map(|graph| graph.of(agents + promoter.members.first + row));
        let choice = known.map_or(agents, <[u32]>::len);
        let touch = Touch { affiliate: (promoter.members.first + row) as u32, step: *step };
        for _ in 0..approached {
            let (whom, how) = (stream.open_unit(), stream.open_unit());
            let at = ((whom * choice as f64) as usize).min(choice.saturating_sub(1));
            if choice > 0 && how < contacts.reach {
                contacts.touch(known.map_or(at as u32, |known| known[at]), touch);
            }
        }
    }
    if cost > 0 {
        let issuer = ledger.issuer(AssetId::NUMERAIRE);
        ledger.post_column(cohort.id, AssetId::NUMERAIRE, issuer, Reason::Expense, |row, _| -spent[row])?;
    }
    Ok(())
}
