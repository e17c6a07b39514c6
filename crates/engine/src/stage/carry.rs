//! What is granted is carried over the network: links let through what they can, and what takes time is on its way.

use walras_ledger::{Atoms, Broken, Reason, Transfer};
use walras_market::allocation::{Allocation as _, Grants, MaxMin, Offer, Requests, Scratch};
use walras_market::clearing::Venue;

use super::allocate::Asked;
use crate::resource::{Carriage, Source};
use crate::world::{Asset, Cohort, World};

/// Hands over what is there by now.
///
/// # Errors
/// When a posting breaks an invariant.
pub(super) fn arrive(world: &mut World) -> Result<(), Broken> {
    let World { carriage: Some(carriage), ledger, step, .. } = world else { return Ok(()) };
    let mut result = Ok(());
    carriage.shipments.retain(|shipment| {
        if shipment.arrives > *step {
            return true;
        }
        let (asset, amount) = (walras_ledger::AssetId(shipment.asset), shipment.amount);
        let (from, to) = (carriage.transit.into(), shipment.to.into());
        if result.is_ok() {
            result = ledger.post(Transfer { asset, from, to, amount, reason: Reason::Grant });
        }
        false
    });
    result.map_err(|why| Broken(format!("what is on its way cannot be handed over: {why}")))
}

/// What one row asks over a link.
#[derive(Debug, Clone, Copy)]
struct Over {
    source: usize,
    supply: usize,
    row: usize,
}

/// Cuts what is asked for to what links can carry, link by link in their order: where more is asked for over a link than it
/// carries, its capacity is shared as evenly as can be. So no grant can be more than can be carried.
///
/// # Errors
/// When amounts cannot be counted in one unit.
pub(super) fn admit(
    carriage: &Carriage,
    resources: &[Source],
    cohorts: &[Cohort],
    assets: &[Asset],
    asked: &mut [Asked],
    scratch: &mut Scratch,
) -> Result<(), Broken> {
    if carriage.network.links().all(|(_, _, link)| link.capacity.is_infinite()) {
        return Ok(());
    }
    let scale = |source: usize, supply: usize| assets[resources[source].supplies[supply].asset.index()].scale;
    let all = |(s, source): (usize, &Source)| (0..source.supplies.len()).map(move |k| (s, k));
    let finest = resources.iter().enumerate().flat_map(all).map(|(s, k)| scale(s, k)).fold(1.0, f64::max);
    let mut over: Vec<Vec<Over>> = vec![Vec::new(); carriage.network.links().count()];
    for (source, asked) in asked.iter().enumerate() {
        let Some(ways) = &carriage.ways[source] else { continue };
        for (row, who) in asked.who.iter().enumerate() {
            let asker = cohorts[who.cohort.index()].demand.as_ref();
            let place = asker.map_or(0, |asker| asker.place(who.row as usize));
            for link in ways.links(place) {
                over[link].extend((0..asked.supplies.len()).map(|supply| Over { source, supply, row }));
            }
        }
    }
    let (mut amounts, mut grants) = (Vec::new(), Grants::default());
    for ((_, _, link), rows) in
        carriage.network.links().zip(&over).filter(|((_, _, link), _)| link.capacity.is_finite())
    {
        amounts.clear();
        for &Over { source, supply, row } in rows {
            let factor = (finest / scale(source, supply)) as Atoms;
            let amount = asked[source].supplies[supply].amount[row].checked_mul(factor);
            amounts.push(amount.ok_or_else(|| Broken("what is asked over a link cannot be counted".to_owned()))?);
        }
        let capacity = (link.capacity * finest).floor().min(9.2e18) as Atoms;
        let requests = Requests { amount: &amounts, ..Requests::default() };
        let shared = MaxMin {}.allocate(&Offer::of(capacity), &requests, &mut Venue::default(), scratch, &mut grants);
        shared.map_err(|why| Broken(format!("a link: {why}")))?;
        for (&Over { source, supply, row }, &granted) in rows.iter().zip(&grants.granted) {
            let factor = (finest / scale(source, supply)) as Atoms;
            let of = &mut asked[source].supplies[supply];
            let through = granted / factor;
            of.blocked += u64::from(through < of.amount[row]);
            of.amount[row] = through;
        }
    }
    Ok(())
}
