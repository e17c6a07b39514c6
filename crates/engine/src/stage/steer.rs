//! steer: what requesters were granted where affiliates pointed them, and where there was capacity to spare, is counted.

use super::allocate::Allocation;
use crate::steering::Steered;
use crate::world::{Cohort, World};

/// Counts what every affiliate steered to resources whose load was below the mean of those like them.
pub(super) fn steer(world: &mut World, allocation: &Allocation) {
    let World { steering, cohorts, resources, keys, step, assets, .. } = world;
    for (number, standing) in steering.iter_mut().enumerate() {
        standing.steered.clear();
        for cohort in cohorts.iter() {
            let Some(asker) = &cohort.demand else { continue };
            let Some(advice) = asker.advice.filter(|advice| usize::from(advice.number) == number) else { continue };
            for group in asker.groups.iter().filter(|group| group.sources.len() > 1) {
                let loads = group.sources.iter().map(|&source| resources[source].load);
                let mean = loads.fold(0.0, |sum, load| sum + load) / group.sources.len() as f64;
                for &source in group.sources.iter().filter(|source| resources[**source].load < mean) {
                    let asked = &allocation.sources[source];
                    for (index, who) in asked.who.iter().enumerate().filter(|(_, who)| who.cohort == cohort.id) {
                        if !advice.is_heard(*keys, cohort.entity + u64::from(who.row), *step) {
                            continue;
                        }
                        for (of, supply) in asked.supplies.iter().zip(&resources[source].supplies) {
                            let atoms = of.grants.granted.get(index).copied().unwrap_or_default();
                            let affiliate = advice.affiliate_of(who.row);
                            standing.steered.push(Steered { affiliate, resource: source, asset: supply.asset, atoms });
                        }
                    }
                }
            }
        }
        gather(&mut standing.steered);
        for sources in alike(cohorts, number) {
            standing.adapt(sources, resources);
        }
        for steered in &standing.steered {
            let units = steered.atoms as f64 / assets[steered.asset.index()].scale;
            standing.total[steered.affiliate as usize] += units;
        }
    }
}

/// The groups of resources that those may choose among who listen to steering number `number`, each once.
fn alike(cohorts: &[Cohort], number: usize) -> Vec<&[usize]> {
    let mut found: Vec<&[usize]> = Vec::new();
    let listening = cohorts.iter().filter_map(|cohort| cohort.demand.as_ref());
    for asker in listening.filter(|asker| asker.advice.is_some_and(|advice| usize::from(advice.number) == number)) {
        let several = asker.groups.iter().map(|group| &group.sources[..]).filter(|sources| sources.len() > 1);
        found.extend(several);
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// One for each affiliate, resource and asset, in that order, and none of nothing.
fn gather(steered: &mut Vec<Steered>) {
    steered.retain(|one| one.atoms > 0);
    steered.sort_unstable();
    steered.dedup_by(|next, kept| {
        let same = (next.affiliate, next.resource, next.asset) == (kept.affiliate, kept.resource, kept.asset);
        if same {
            kept.atoms = kept.atoms.saturating_add(next.atoms);
        }
        same
    });
}
