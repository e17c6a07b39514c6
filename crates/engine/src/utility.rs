//! What agents' utility is, agent by agent, at the end of a step.

use walras_agents::objective::Wealth;
use walras_ledger::{AssetId, Atoms};

use crate::world::World;

/// The utility of each agent of cohort number `cohort`: its objective's value for what it owns of the assets that the
/// cohort trades, what is committed to markets included. What no market trades counts nothing.
///
/// # Panics
/// When the cohort still carries a posting; see [`walras_ledger::Ledger::deliver`].
#[must_use]
pub fn utilities(world: &World, cohort: usize) -> Vec<f64> {
    let (committed, of) = (world.committed(cohort), &world.cohorts[cohort]);
    let owned = |asset: AssetId| -> Vec<Atoms> {
        let held = world.ledger.column(of.id, asset).unwrap_or_default();
        let aside = committed.as_ref().map_or(&[][..], |committed| committed[asset.index()].as_slice());
        (0..of.size).map(|row| held.get(row).unwrap_or(&0) + aside.get(row).unwrap_or(&0)).collect()
    };
    let money_scale = world.assets[0].scale;
    let money: Vec<f64> = owned(AssetId::NUMERAIRE).iter().map(|&atoms| atoms as f64 / money_scale).collect();
    let (mut marked, mut liquidation) = (money.clone(), money.clone());
    let (mut holdings, mut weights, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    // A router quotes nothing of its own: what it sends orders to values the asset.
    for place in of.places.iter().filter(|place| world.venues[place.venue].router().is_none()) {
        let venue = &world.venues[place.venue];
        if seen.contains(&venue.asset) {
            continue;
        }
        seen.push(venue.asset);
        let (asset, price) = (&world.assets[venue.asset.index()], world.price(venue.asset));
        let atoms = owned(venue.asset);
        let tokens: Vec<f64> = atoms.iter().map(|&atoms| atoms as f64 / asset.scale).collect();
        for (row, &atoms) in atoms.iter().enumerate() {
            marked[row] += tokens[row] * price;
            if atoms > 0 {
                liquidation[row] += venue.liquidation(&world.ledger, atoms) as f64 / money_scale;
            }
        }
        holdings.push(tokens);
        weights.push(asset.utility_weight);
    }
    let holdings: Vec<&[f64]> = holdings.iter().map(Vec::as_slice).collect();
    let wealth =
        Wealth { marked: &marked, liquidation: &liquidation, money: &money, holdings: &holdings, weights: &weights };
    let mut utility = vec![0.0; of.size];
    of.objective.utility(&wealth, &mut utility);
    utility
}
