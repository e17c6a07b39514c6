//! Distributions: minted into accounts of their own, and given out as far as due.

use walras_agents::population::Data;
use walras_catalog::read::NamedItem;
use walras_catalog::{Problem, Reference};
use walras_institutions::distribution::{self, Entities};
use walras_institutions::release::{AnyRelease, Plan};
use walras_ledger::{AgentAddress, AssetId, Atoms, Reason, Transfer};
use walras_numerics::Purpose;

use super::{countable, each_once, mint, names};
use crate::economy::{self, Economy};
use crate::world::{Cohort, Distribution, World};

/// Mints every distribution into its own account, and gives out what is due before the first step.
pub(super) fn add_distributions(economy: &Economy, world: &mut World, data: &mut dyn Data) -> Result<(), Problem> {
    for (number, NamedItem { name, span, item }) in economy.distributions.0.iter().enumerate() {
        let index = item.asset.find("asset", names(&economy.assets))? + 1;
        let (asset, id) = (&world.assets[index], AssetId(index as u16));
        let cohorts = recipients(economy, world, item, id)?;
        let entities: Vec<Entities> =
            cohorts.iter().map(|&c| Entities { first: world.cohorts[c].entity, size: world.cohorts[c].size }).collect();
        let total = item.total.map(|total| countable(asset, total, *span)).transpose()?;
        let purpose = Purpose::distribution(number as u16);
        let mut request = distribution::Request { keys: world.keys, purpose, cohorts: &entities, data };
        let at = |why: String| Problem::at(*span, format!("distribution `{name}`: {why}"), "this distribution");
        let amounts = distribution::allot(&*item.shares, total, asset.scale, &mut request).map_err(at)?;
        let total: i128 = amounts.iter().map(|&amount| i128::from(amount)).sum();
        if total + i128::from(world.ledger.supply(id)) > i128::from(asset.maximum_supply) {
            return Err(at(format!("{total} atoms pass the maximum supply of `{}`", asset.name)));
        }
        let account = world.ledger.open(format!("distribution:{name}"));
        mint(&mut world.ledger, id, account, total as Atoms).map_err(|why| at(why.to_string()))?;
        let plan = Plan::new(amounts, item.release.clone());
        if matches!(item.release, AnyRelease::Genesis(_)) {
            let addresses: Vec<AgentAddress> = addresses(&world.cohorts, &cohorts).collect();
            for (recipient, amount) in plan.payments(0) {
                let (from, to) = (account.into(), addresses[recipient].into());
                let transfer = Transfer { asset: id, from, to, amount, reason: Reason::Genesis };
                world.ledger.post(transfer).map_err(|why| at(why.to_string()))?;
            }
        } else {
            world.distributions.push(Distribution { name: name.clone(), asset: id, account, cohorts, plan });
        }
    }
    Ok(())
}

/// The agents of some cohorts, in order.
pub(crate) fn addresses<'a>(cohorts: &'a [Cohort], which: &'a [usize]) -> impl Iterator<Item = AgentAddress> + 'a {
    which.iter().flat_map(|&c| {
        let cohort = &cohorts[c];
        (0..cohort.size).map(move |row| AgentAddress { cohort: cohort.id, row: row as u32 })
    })
}

fn recipients(
    economy: &Economy,
    world: &World,
    item: &economy::Distribution,
    asset: AssetId,
) -> Result<Vec<usize>, Problem> {
    let holds = |c: &usize| world.ledger.can_hold(world.cohorts[*c].id, asset);
    let Some(references) = &item.cohorts else {
        let all: Vec<usize> = (0..world.cohorts.len()).filter(holds).collect();
        if all.is_empty() {
            let message = format!("nobody trades `{}`, so nobody can receive it", item.asset.name);
            return Err(Problem::at(item.asset.span, message, "an asset that is traded"));
        }
        return Ok(all);
    };
    let find = |reference: &Reference| {
        let c = reference.find("cohort", names(&economy.cohorts))?;
        if holds(&c) {
            return Ok(c);
        }
        let message = format!("the agents of `{}` do not trade `{}`", reference.name, item.asset.name);
        Err(Problem::at(reference.span, message, "a cohort that trades the asset"))
    };
    each_once(references, find)
}
