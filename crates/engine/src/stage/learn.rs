//! learn: policies see what happened to them.

use walras_agents::observation::View;
use walras_agents::policy::Memory;
use walras_ledger::{AssetId, Atoms};
use walras_numerics::CHUNK;

use super::observe::{Observations, observe};
use super::settle::Settled;
use super::spendable::Spendable;
use crate::world::{Place, World};

/// Appends prices and volumes to the markets' histories and lets agents that remember anything learn.
pub fn learn(world: &mut World, settled: &Settled, observations: &mut Observations) {
    let money_scale = world.assets[0].scale;
    for (venue, posted) in world.venues.iter_mut().zip(&settled.venues) {
        let price = venue.price(&world.ledger);
        venue.history.push(price);
        let volume = venue.volume(posted);
        venue.volumes.push(volume as f64 / money_scale);
    }
    if world.cohorts.iter().all(|cohort| cohort.memory.is_empty()) {
        return;
    }
    observe(world, observations);
    let World { cohorts, venues, ledger, keys, step, assets, .. } = world;
    for cohort in cohorts.iter_mut().filter(|cohort| !cohort.memory.is_empty()) {
        let markets = observations.of(cohort, venues, &[], |venue| assets[venue.asset.index()].scale);
        let column = |asset| ledger.column(cohort.id, asset).unwrap_or_default();
        let balances = column(AssetId::NUMERAIRE);
        let columns: Vec<&[Atoms]> = cohort.seen_places().map(|(_, place)| column(venues[place.venue].asset)).collect();
        let shares = |(_, place): (usize, &Place)| venues[place.venue].share_asset().map_or(&[] as &[Atoms], column);
        let share_columns: Vec<&[Atoms]> = cohort.seen_places().map(shares).collect();
        let traders = |place: &Place| place.first..place.first + cohort.size;
        let kept = |(_, place): (usize, &Place)| venues[place.venue].kept_aside(traders(place));
        let aside_columns: Vec<&[Atoms]> = cohort.seen_places().map(kept).collect();
        let replaced = |(_, place): (usize, &Place)| venues[place.venue].replaced_aside(traders(place));
        let asides: Vec<_> = cohort.seen_places().map(replaced).collect();
        let spendable = Spendable::of(balances, &columns, asides.into_iter());
        let (balances, columns) = spendable.over(balances, &columns);
        let mut memory: Vec<&mut [f64]> = cohort.memory.iter_mut().map(Vec::as_mut_slice).collect();
        for start in (0..cohort.size).step_by(CHUNK) {
            let rows = start..(start + CHUNK).min(cohort.size);
            let view = View {
                step: *step,
                keys: *keys,
                entity: cohort.entity + start as u64,
                rows: rows.clone(),
                balances: &balances[rows.clone()],
                columns: &columns,
                share_columns: &share_columns,
                aside_columns: &aside_columns,
                column_rows: rows.clone(),
                upcoming: Default::default(),
                markets: &markets,
                money_scale: assets[0].scale,
            };
            cohort.policy.learn(&view, &mut Memory::new(&mut memory, rows));
        }
    }
}
