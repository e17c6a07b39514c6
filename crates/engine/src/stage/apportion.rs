//! A resource's rule apportions what it has among those who ask.

use walras_ledger::{AgentAddress, Atoms, Broken};
use walras_market::allocation::joint::{AnyJointAllocation, JointGrants, JointRequests, JointScratch};
use walras_market::allocation::leases::{Event, Job, Leases};
use walras_market::allocation::{Charge, Offer, Requests, Scratch};

use super::Events;
use super::allocate::Asked;
use crate::resource::{Rule, Source};
use crate::world::{Asset, Cohort};

/// Where rules work, kept from step to step.
#[derive(Debug, Default)]
pub(super) struct Bench {
    pub(super) alone: Scratch,
    together: JointScratch,
    grants: JointGrants,
    capacity: Vec<Atoms>,
    demand: Vec<Atoms>,
    tasks: Vec<Atoms>,
    utility: Vec<f64>,
    bid: Vec<Atoms>,
    /// What happened to leases.
    leased: Vec<Event>,
}

/// Lets a resource's rule share what it has.
///
/// # Errors
/// When the rule refuses what it was asked.
pub(super) fn apportion(
    source: &mut Source,
    asked: &mut Asked,
    (assets, cohorts): (&[Asset], &[Cohort]),
    step: u32,
    bench: &mut Bench,
    events: &mut Events,
) -> Result<(), Broken> {
    for (supply, of) in source.supplies.iter().zip(&mut asked.supplies) {
        of.price = supply.venue.price;
    }
    match &source.rule {
        Rule::Alone(_) => each_alone(source, asked, assets, &mut bench.alone),
        Rule::Together(rule) => together(rule, &source.name, asked, bench),
        Rule::Leased(_) => lease(source, asked, cohorts, step, bench, events),
    }
}

/// Each asset by itself.
fn each_alone(source: &mut Source, asked: &mut Asked, assets: &[Asset], scratch: &mut Scratch) -> Result<(), Broken> {
    let Source { name, rule: Rule::Alone(rule), supplies: of, .. } = source else { return Ok(()) };
    let Asked { weight, arrival, priority, lot, supplies, .. } = asked;
    for (supply, asked) in of.iter_mut().zip(supplies) {
        let requests = Requests {
            amount: &asked.amount,
            requester: &[],
            weight,
            bid: &asked.bid,
            arrival,
            priority,
            lot,
            quota: &asked.quota,
        };
        let (unit, money_unit) = (assets[supply.asset.index()].scale, assets[0].scale);
        let offer = Offer { capacity: asked.capacity, reserve: 0.0, unit, money_unit };
        rule.allocate(&offer, &requests, &mut supply.venue, scratch, &mut asked.grants)
            .map_err(|why| Broken(format!("{name}: {why}")))?;
        if rule.charges() == Charge::Bids
            && let Some(price) = asked.grants.price
        {
            asked.price = price / offer.per_atom();
            supply.venue.price = asked.price;
        }
    }
    Ok(())
}

/// All assets at once: a row's tasks are what it asks for, whole ones where it says how many, else parts of one. Nobody is
/// given more than it asks for, whatever the rule makes of its tastes.
fn together(rule: &AnyJointAllocation, name: &str, asked: &mut Asked, bench: &mut Bench) -> Result<(), Broken> {
    let Asked { who, weight, tasks, supplies, .. } = asked;
    let (rows, resources) = (who.len(), supplies.len());
    let Bench { together, grants, capacity, demand, tasks: counts, utility, bid, .. } = bench;
    capacity.clear();
    capacity.extend(supplies.iter().map(|of| of.capacity));
    for column in [&mut *demand, &mut *counts, &mut *bid] {
        column.clear();
    }
    utility.clear();
    for (row, count) in tasks.iter().map(|&tasks| tasks.max(1)).enumerate() {
        counts.push(count);
        let mut worth = 0.0;
        for of in supplies.iter() {
            let most = of.quota.get(row).copied().unwrap_or(Atoms::MAX);
            demand.push(of.amount[row].min(most) / count);
            let value = of.bid.get(row).copied().unwrap_or(1.0);
            utility.push(if value.is_finite() { value } else { 1.0 });
            worth += value * (of.amount[row].min(most) / count) as f64;
        }
        bid.push(worth.clamp(0.0, 9e18) as Atoms);
    }
    let bids: &[Atoms] = if rule.charges() == Charge::Bids { bid } else { &[] };
    let requests = JointRequests { rows, demand, utility, tasks: counts, weight, bid: bids, requester: &[] };
    let shared = rule.allocate(capacity, &requests, together, grants);
    shared.map_err(|why| Broken(format!("{name}: {why}")))?;
    for (k, of) in supplies.iter_mut().enumerate() {
        of.grants.granted.clear();
        let granted = grants.granted.iter().skip(k).step_by(resources).zip(&of.amount).enumerate();
        of.grants.granted.extend(granted.map(|(row, (&granted, &amount))| {
            let most = of.quota.get(row).copied().unwrap_or(Atoms::MAX);
            granted.min(amount).min(most)
        }));
        of.grants.paid.clear();
        of.grants.price = None;
        if k == 0 {
            of.grants.paid.extend_from_slice(&grants.paid);
        }
    }
    Ok(())
}

/// For several steps at a time. Who has no lease and waits for none submits what it asks for; then the list is of those who
/// wait, who get nothing, and of those who have a lease, who get it whether they want it in this step or not.
fn lease(
    source: &mut Source,
    asked: &mut Asked,
    cohorts: &[Cohort],
    step: u32,
    bench: &mut Bench,
    events: &mut Events,
) -> Result<(), Broken> {
    let Source { name, rule: Rule::Leased(leases), .. } = source else { return Ok(()) };
    let first = |cohort: usize| cohorts[..cohort].iter().map(|cohort| cohort.size as u32).sum::<u32>();
    let number = |who: &AgentAddress| first(who.cohort.index()) + who.row;
    submit(leases, asked, cohorts, number);
    let [of] = &mut asked.supplies[..] else { return Err(Broken(format!("{name} leases more than one asset"))) };
    bench.leased.clear();
    leases.step(u64::from(step), of.capacity, &mut bench.leased);
    let preempted = bench.leased.iter().filter(|event| matches!(event, Event::Preempted(_))).count();
    if preempted > 0 {
        events.push("preempted", name, "leases gave way", Some(preempted as Atoms));
    }
    asked.who.clear();
    asked.weight.clear();
    of.amount.clear();
    of.truth.clear();
    of.grants.granted.clear();
    of.grants.paid.clear();
    let address = |number: u32| {
        let mut row = number;
        for cohort in cohorts {
            if row < cohort.size as u32 {
                return AgentAddress { cohort: cohort.id, row };
            }
            row -= cohort.size as u32;
        }
        AgentAddress { cohort: cohorts[0].id, row: 0 }
    };
    let running = leases.running().iter().map(|lease| (lease.job, lease.job.size));
    for (job, granted) in running.chain(leases.queue().iter().map(|waiting| (waiting.job, 0))) {
        let who = address(job.requester);
        let asker = cohorts[who.cohort.index()].demand.as_ref();
        asked.who.push(who);
        asked.weight.push(asker.map_or(1.0, |asker| asker.weight.get(who.row as usize)));
        of.amount.push(job.size);
        of.grants.granted.push(granted);
    }
    Ok(())
}

/// Takes in the requests of those who have no lease and wait for none.
fn submit(leases: &mut Leases, asked: &Asked, cohorts: &[Cohort], number: impl Fn(&AgentAddress) -> u32) {
    let known = leases.running().iter().map(|lease| lease.job.requester);
    let mut known: Vec<u32> = known.chain(leases.queue().iter().map(|waiting| waiting.job.requester)).collect();
    known.sort_unstable();
    for (row, who) in asked.who.iter().enumerate() {
        let requester = number(who);
        let amount = asked.supplies[0].amount[row];
        let most = asked.supplies[0].quota.get(row).copied().unwrap_or(Atoms::MAX);
        if known.binary_search(&requester).is_ok() || amount.min(most) == 0 {
            continue;
        }
        let steps = cohorts[who.cohort.index()].demand.as_ref().map_or(1.0, |asker| asker.lease.get(who.row as usize));
        let priority = asked.priority[row];
        let job = Job { requester, size: amount.min(most), steps: steps as u32, priority, deadline: None };
        // What is above zero and lasts at least a step is always taken.
        let _ = leases.submit(job);
    }
}
