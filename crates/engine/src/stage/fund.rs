//! reward: rounds of quadratic funding collect gifts for projects, and a pot matches them.

use walras_institutions::distribution::split;
use walras_ledger::{AgentAddress, AssetId, Atoms, Broken, Reason, Transfer};
use walras_numerics::{Purpose, sum};

use super::Events;
use crate::entry::Entry;
use crate::governance::Round;
use crate::world::World;

const MONEY: AssetId = AssetId::NUMERAIRE;
/// The draw of a step that says to which project an agent gives, from which on rounds have one each: no voter's.
const GIVERS: u16 = 11;

/// Holds every round that is due.
///
/// # Errors
/// When a posting breaks an invariant.
pub fn fund(world: &mut World, events: &mut Events) -> Result<(), Broken> {
    if world.funding_rounds.is_empty() {
        return Ok(());
    }
    world.ledger.deliver()?;
    let mut rounds = std::mem::take(&mut world.funding_rounds);
    let (mut result, ended) = (Ok(()), world.step + 1);
    for (number, round) in rounds.iter_mut().enumerate().filter(|(_, round)| ended.is_multiple_of(round.every)) {
        result = result.and_then(|()| hold(round, number, world, events));
    }
    world.funding_rounds = rounds;
    result
}

fn hold(round: &mut Round, number: usize, world: &mut World, events: &mut Events) -> Result<(), Broken> {
    let gifts = give(round, number, world, events)?;
    let pot = world.ledger.held(round.pot, MONEY);
    // Rounded down, in favour of the pot.
    let offered = (pot as f64 * round.share) as Atoms;
    let matches = round.rule.matches(gifts.iter().map(Vec::as_slice), offered.min(pot));
    for (project, (gifts, &matched)) in round.projects.iter_mut().zip(gifts.iter().zip(&matches)) {
        let (from, to) = (round.pot.into(), project.account.into());
        let transfer = Transfer { asset: MONEY, from, to, amount: matched, reason: Reason::Funding };
        world.ledger.post(transfer).map_err(|why| Broken(format!("a pot cannot match: {why}")))?;
        let given = gifts.iter().sum::<Atoms>();
        project.given = project.given.saturating_add(given);
        project.matched = project.matched.saturating_add(matched);
        let entry = Entry::of(&round.institution, "matched").amount(MONEY, matched);
        events.enter(entry.value(given as f64 / world.assets[0].scale).detail(project.name.as_str()));
        let cohort = &world.cohorts[project.cohort];
        let all = world.ledger.held(project.account, MONEY);
        let shares = split(all, &vec![1.0; cohort.size]).map_err(Broken)?;
        world.ledger.post_column(cohort.id, MONEY, project.account, Reason::Funding, |row, _| shares[row])?;
    }
    Ok(())
}

/// Collects what is given. Returns the gifts of each project, one for each account that they come from.
fn give(round: &Round, number: usize, world: &mut World, events: &mut Events) -> Result<Vec<Vec<Atoms>>, Broken> {
    let mut gifts = vec![Vec::new(); round.projects.len()];
    let appeal = sum::sum_by(round.projects.len(), |project| round.projects[project].appeal);
    for givers in &round.givers {
        let cohort = &world.cohorts[givers.cohort];
        let purpose = Purpose::vote(GIVERS.wrapping_add(4 * number as u16));
        for (row, &gift) in givers.gifts.iter().enumerate() {
            let agent = AgentAddress { cohort: cohort.id, row: row as u32 };
            let amount = gift.min(world.ledger.balance(agent.into(), MONEY).unwrap_or(0));
            let drawn = world.keys.unit(purpose, cohort.entity + row as u64, world.step) * appeal;
            let Some(project) = givers.project.or_else(|| pick(round, drawn)).filter(|_| amount > 0) else { continue };
            let (from, to) = (agent.into(), round.projects[project].account.into());
            let transfer = Transfer { asset: MONEY, from, to, amount, reason: Reason::Gift };
            world.ledger.post(transfer).map_err(|why| Broken(format!("a gift cannot be given: {why}")))?;
            let parts = Atoms::from(givers.accounts);
            // The first accounts give what is left over.
            let part = |account: Atoms| amount / parts + Atoms::from(account < amount % parts);
            gifts[project].extend((0..parts).map(part).filter(|&part| part > 0));
            let detail = round.projects[project].name.as_str();
            events.enter(Entry::of(&round.institution, "gave").agent(agent).amount(MONEY, amount).detail(detail));
        }
    }
    Ok(gifts)
}

/// The project at `drawn` along the appeals laid end to end; nothing where none has any.
fn pick(round: &Round, mut drawn: f64) -> Option<usize> {
    let mut last = None;
    for (number, project) in round.projects.iter().enumerate().filter(|(_, project)| project.appeal > 0.0) {
        last = Some(number);
        if drawn < project.appeal {
            break;
        }
        drawn -= project.appeal;
    }
    last
}
