//! consume: agents use what they want of what they hold, and what perishes or decays is gone.

use walras_agents::policy::Memory;
use walras_agents::request::{AssetView, InputView, ResourceView, Wants};
use walras_ledger::{AssetId, Atoms, Broken, Reason, Transfer};
use walras_numerics::CHUNK;

use crate::resource::Asker;
use crate::world::{Cohort, World};

/// What was used up and what was lost in a step, in atoms, by asset.
#[derive(Debug, Default)]
pub struct Consumed {
    /// Used by agents.
    pub used: Vec<i128>,
    /// Perished or decayed.
    pub decayed: Vec<i128>,
    /// Held, by those who may request it, when the rest was used or lost.
    pub held: Vec<i128>,
    room: Room,
}

#[derive(Debug, Default)]
struct Room {
    /// Atoms that each agent of a chunk uses, by asset.
    used: Vec<Vec<Atoms>>,
    /// Used and wanted units of one agent, by asset.
    units: [Vec<f64>; 2],
}

/// Lets every cohort that requests resources use what it wants, posts it, and sees what agents get from it.
///
/// # Errors
/// When a posting breaks an invariant.
pub fn consume(world: &mut World, consumed: &mut Consumed) -> Result<(), Broken> {
    let Consumed { used, decayed, held, room } = consumed;
    for totals in [used, decayed, held] {
        totals.clear();
        totals.resize(world.assets.len(), 0);
    }
    if world.resources.is_empty() {
        return Ok(());
    }
    for c in 0..world.cohorts.len() {
        if world.cohorts[c].demand.is_some() {
            enjoy(world, c, room);
            use_up(world, c, &mut consumed.used)?;
        }
    }
    Ok(())
}

/// What an agent uses of what it wants.
fn usable(wanted: Atoms, held: Atoms) -> Atoms {
    if wanted == Wants::NOT_A_NUMBER { 0 } else { wanted.min(held) }
}

/// Writes down what agents get from what they are about to use.
fn enjoy(world: &mut World, c: usize, room: &mut Room) {
    let World { cohorts, ledger, keys, step, assets, .. } = world;
    let Cohort { demand: Some(asker), id, entity, size, .. } = &mut cohorts[c] else { return };
    let Asker { requests, satisfaction, assets: wanted, memory, own, utility, .. } = asker;
    let held: Vec<&[Atoms]> = wanted.iter().map(|it| ledger.column(*id, it.asset).unwrap_or_default()).collect();
    let scales: Vec<f64> = wanted.iter().map(|it| assets[it.asset.index()].scale).collect();
    let (request_memory, _) = memory.split_at_mut(*own);
    room.used.resize_with(wanted.len(), Vec::new);
    for start in (0..*size).step_by(CHUNK) {
        let rows = start..(start + CHUNK).min(*size);
        for ((used, wanted), held) in room.used.iter_mut().zip(wanted.iter()).zip(&held) {
            let both = wanted.amounts[rows.clone()].iter().zip(&held[rows.clone()]);
            used.clear();
            let consumes = requests.consumes();
            used.extend(both.map(|(&wanted, &held)| if consumes { usable(wanted, held) } else { 0 }));
        }
        let views: Vec<AssetView<'_>> = held
            .iter()
            .zip(&scales)
            .map(|(held, &scale)| AssetView {
                price: &[],
                held: &held[rows.clone()],
                scale,
                capacity: 0.0,
                input: InputView::default(),
            })
            .collect();
        let (step, keys, entity) = (*step, *keys, *entity + start as u64);
        let view = ResourceView { step, keys, entity, rows: rows.clone(), budgets: &[], assets: &views };
        let mut columns: Vec<&mut [f64]> = request_memory.iter_mut().map(Vec::as_mut_slice).collect();
        let mut memory = Memory::new(&mut columns, rows.clone());
        let columns: Vec<&[Atoms]> = room.used.iter().map(Vec::as_slice).collect();
        let utility = &mut utility[rows.clone()];
        if requests.used(&view, &columns, &mut memory, utility) || !requests.consumes() {
            continue;
        }
        let [used, wants] = &mut room.units;
        for (i, row) in rows.clone().enumerate() {
            used.clear();
            used.extend(columns.iter().zip(&scales).map(|(column, scale)| column[i] as f64 / scale));
            wants.clear();
            wants.extend(wanted.iter().zip(&scales).map(|(it, scale)| it.amounts[row].max(0) as f64 / scale));
            utility[i] += satisfaction.utility(row, used, wants);
        }
    }
}

/// Posts what agents use.
fn use_up(world: &mut World, c: usize, totals: &mut [i128]) -> Result<(), Broken> {
    let World { cohorts, ledger, .. } = world;
    let cohort = &cohorts[c];
    let consuming = cohort.demand.iter().filter(|asker| asker.requests.consumes());
    for wanted in consuming.flat_map(|asker| &asker.assets) {
        let issuer = ledger.issuer(wanted.asset);
        let change = |row: usize, held: Atoms| -usable(wanted.amounts[row], held);
        let posted = ledger.post_column(cohort.id, wanted.asset, issuer, Reason::Consumption, change)?;
        totals[wanted.asset.index()] -= posted;
    }
    Ok(())
}

/// Takes away what perishes or decays, of agents and of resources, rounded down, and counts what is kept.
///
/// # Errors
/// When a posting breaks an invariant.
pub fn decay(world: &mut World, consumed: &mut Consumed) -> Result<(), Broken> {
    if world.resources.is_empty() && world.assets.iter().all(|asset| asset.decay == 0.0) {
        return Ok(());
    }
    world.ledger.deliver()?;
    lose(world, consumed)?;
    count_kept(world, consumed);
    Ok(())
}

/// Counts what those hold who may request it. Of what perishes with the step nobody has any left.
fn count_kept(world: &World, consumed: &mut Consumed) {
    for cohort in &world.cohorts {
        for wanted in cohort.demand.iter().flat_map(|asker| &asker.assets) {
            let asset = wanted.asset.index();
            if world.assets[asset].decay < 1.0 {
                let held = world.ledger.column(cohort.id, wanted.asset).unwrap_or_default();
                consumed.held[asset] += held.iter().map(|&atoms| i128::from(atoms)).sum::<i128>();
            }
        }
    }
}

fn lose(world: &mut World, consumed: &mut Consumed) -> Result<(), Broken> {
    let World { cohorts, resources, ledger, assets, .. } = world;
    for (a, asset) in assets.iter().enumerate().filter(|(_, asset)| asset.decay > 0.0) {
        let id = AssetId(a as u16);
        let issuer = ledger.issuer(id);
        let lost = |held: Atoms| if asset.decay == 1.0 { held } else { (held as f64 * asset.decay).floor() as Atoms };
        for cohort in cohorts.iter().filter(|cohort| ledger.can_hold(cohort.id, id)).collect::<Vec<_>>() {
            let posted = ledger.post_column(cohort.id, id, issuer, Reason::Decay, |_, held| -lost(held))?;
            consumed.decayed[a] -= posted;
        }
        for source in resources.iter().filter(|source| source.assets().any(|asset| asset == id)) {
            let amount = lost(ledger.held(source.account, id));
            let transfer =
                Transfer { asset: id, from: source.account.into(), to: issuer.into(), amount, reason: Reason::Decay };
            ledger.post(transfer).map_err(|why| Broken(format!("decay at {}: {why}", source.name)))?;
            consumed.decayed[a] += i128::from(amount);
        }
    }
    Ok(())
}
