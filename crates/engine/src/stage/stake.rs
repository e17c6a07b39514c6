//! reward: stakes come back, are slashed, earn and are given.

use walras_institutions::distribution::split;
use walras_institutions::incentive::share_of;
use walras_ledger::{AgentAddress, AssetId, Atoms, Broken, Ledger, NamedId, Reason, Transfer};
use walras_numerics::{Keys, Purpose};

use super::Events;
use crate::entry::Entry;
use crate::staking::{Member, Pool};
use crate::world::{Cohort, World};

/// Lets every pool of stakes take its step.
///
/// # Errors
/// When a posting breaks an invariant.
pub fn stake(world: &mut World, events: &mut Events) -> Result<(), Broken> {
    if world.pools.is_empty() {
        return Ok(());
    }
    world.ledger.deliver()?;
    for number in 0..world.pools.len() {
        let condition = world.pools[number].fault_of_all.as_ref();
        let all = condition.map_or(Ok(false), |condition| world.quantities.holds(condition, &[]));
        let all = all.unwrap_or_else(|why| {
            events.push("formula_undefined", &world.pools[number].name, &why, None);
            false
        });
        let World { pools, ledger, cohorts, keys, step, .. } = world;
        let pool = &mut pools[number];
        let staked = total(pool);
        give_back(pool, ledger, cohorts, *step)?;
        let slashed = slash(pool, ledger, cohorts, (*keys, *step), all, events)?;
        let paid = reward(pool, ledger, cohorts, events)?;
        pool.earned = if staked > 0 { (paid - slashed) as f64 / staked as f64 } else { pool.reward };
        adjust(pool, ledger, cohorts, *step, events)?;
    }
    Ok(())
}

/// Atoms that earn: staked and not called back.
fn total(pool: &Pool) -> i128 {
    let of = |member: &Member| member.stakes.staked().iter().map(|&atoms| i128::from(atoms)).sum::<i128>();
    pool.members.iter().map(of).sum()
}

fn address(cohorts: &[Cohort], member: &Member, row: usize) -> AgentAddress {
    AgentAddress { cohort: cohorts[member.cohort].id, row: row as u32 }
}

fn post(
    ledger: &mut Ledger,
    asset: AssetId,
    (from, to): (walras_ledger::Account, walras_ledger::Account),
    amount: Atoms,
    reason: Reason,
) -> Result<(), Broken> {
    ledger.post(Transfer { asset, from, to, amount, reason }).map_err(|why| Broken(format!("a stake: {why}")))
}

fn give_back(pool: &mut Pool, ledger: &mut Ledger, cohorts: &[Cohort], step: u32) -> Result<(), Broken> {
    let (asset, custody) = (pool.asset, pool.custody);
    for member in &mut pool.members {
        for (row, atoms) in member.stakes.back(step) {
            let to = address(cohorts, member, row);
            post(ledger, asset, (custody.into(), to.into()), atoms, Reason::Stake)?;
        }
    }
    Ok(())
}

fn slash(
    pool: &mut Pool,
    ledger: &mut Ledger,
    cohorts: &[Cohort],
    (keys, step): (Keys, u32),
    all: bool,
    events: &mut Events,
) -> Result<i128, Broken> {
    if pool.slash == 0.0 || (pool.fault == 0.0 && !all) {
        return Ok(0);
    }
    let purpose = Purpose::stake(pool.number);
    let mut sum = 0;
    for m in 0..pool.members.len() {
        for row in 0..pool.members[m].stakes.staked().len() {
            let entity = cohorts[pool.members[m].cohort].entity + row as u64;
            if !all && keys.unit(purpose, entity, step) >= pool.fault {
                continue;
            }
            let taken = pool.members[m].stakes.slash(row, pool.slash);
            if taken > 0 {
                let (from, to): (NamedId, NamedId) = (pool.custody, pool.slashed_to);
                // Out of custody in the agent's name, so that its books show the loss.
                let agent = address(cohorts, &pool.members[m], row);
                post(ledger, pool.asset, (from.into(), agent.into()), taken, Reason::Stake)?;
                post(ledger, pool.asset, (agent.into(), to.into()), taken, Reason::Slash)?;
                events.enter(Entry::of(&pool.institution, "slashed").agent(agent).amount(pool.asset, taken));
                let lost = &mut pool.members[m].balance[1];
                *lost = lost.saturating_add(taken);
                sum += i128::from(taken);
            }
        }
    }
    Ok(sum)
}

fn reward(pool: &mut Pool, ledger: &mut Ledger, cohorts: &[Cohort], events: &mut Events) -> Result<i128, Broken> {
    if pool.reward == 0.0 {
        return Ok(0);
    }
    let each = |member: &Member| -> Vec<Atoms> {
        member.stakes.staked().iter().map(|&atoms| share_of(pool.reward, atoms)).collect()
    };
    let mut due: Vec<Vec<Atoms>> = pool.members.iter().map(each).collect();
    let wanted: i128 = due.iter().flatten().map(|&atoms| i128::from(atoms)).sum();
    let paid = wanted.min(i128::from(ledger.held(pool.treasury, pool.asset).max(0)));
    if paid < wanted {
        let weights: Vec<f64> = due.iter().flatten().map(|&atoms| atoms as f64).collect();
        let shared = split(paid as Atoms, &weights).map_err(Broken)?;
        due.iter_mut().flatten().zip(shared).for_each(|(due, share)| *due = share);
        let missing = Atoms::try_from(wanted - paid).unwrap_or(Atoms::MAX);
        events.push("treasury_short", &pool.name, "paid less than was due, to each the same share", Some(missing));
    }
    if paid > 0 {
        for (due, member) in due.iter().zip(&mut pool.members) {
            let id = cohorts[member.cohort].id;
            member.balance[0] = due.iter().fold(member.balance[0], |sum, &atoms| sum.saturating_add(atoms));
            ledger.post_column(id, pool.asset, pool.treasury, Reason::Incentive, |row, _| due[row])?;
        }
        let amount = Atoms::try_from(paid).unwrap_or(Atoms::MAX);
        events.enter(Entry::of(&pool.institution, "paid").amount(pool.asset, amount));
    }
    Ok(paid)
}

/// Agents stake or call back, so that the share of their tokens that is staked is what they want.
fn adjust(
    pool: &mut Pool,
    ledger: &mut Ledger,
    cohorts: &[Cohort],
    step: u32,
    events: &mut Events,
) -> Result<(), Broken> {
    let (asset, custody, due) = (pool.asset, pool.custody, step.saturating_add(pool.unbonding).saturating_add(1));
    let (mut given, mut called) = (0_i128, 0_i128);
    for member in &mut pool.members {
        let id = cohorts[member.cohort].id;
        let held = ledger.column(id, asset).unwrap_or_default();
        let all = |(&staked, &held): (&Atoms, &Atoms)| staked.saturating_add(held.max(0));
        let whole: Vec<Atoms> = member.stakes.staked().iter().zip(held).map(all).collect();
        let share = |(&staked, &whole): (&Atoms, &Atoms)| if whole > 0 { staked as f64 / whole as f64 } else { 0.0 };
        let staked: Vec<f64> = member.stakes.staked().iter().zip(&whole).map(share).collect();
        let mut wanted = vec![0.0; whole.len()];
        member.staking.wanted(pool.earned, &staked, &mut wanted);
        let mut change = vec![0; whole.len()];
        for (row, (&wanted, &whole)) in wanted.iter().zip(&whole).enumerate() {
            let (now, held) = (member.stakes.staked()[row], held[row]);
            // A share that is no number wants nothing changed.
            let more = if wanted.is_nan() { 0 } else { (share_of(wanted.min(1.0), whole) - now).min(held) };
            // Less than a thousandth of all is left as it is: rewards would else be called for and staked in each step.
            if more.unsigned_abs() <= whole.unsigned_abs() / 1000 {
                continue;
            }
            change[row] = -more.max(0);
            if more > 0 {
                member.stakes.stake(row, more);
                given += i128::from(more);
            } else {
                member.stakes.call_back(row, -more, due);
                called -= i128::from(more);
            }
        }
        if change.iter().any(|&atoms| atoms != 0) {
            ledger.post_column(id, asset, custody, Reason::Stake, |row, _| change[row])?;
        }
    }
    for (act, amount) in [("staked", given), ("called_back", called)] {
        if amount > 0 {
            let amount = Atoms::try_from(amount).unwrap_or(Atoms::MAX);
            events.enter(Entry::of(&pool.institution, act).amount(asset, amount));
        }
    }
    Ok(())
}
