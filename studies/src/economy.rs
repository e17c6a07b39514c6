//! Scenarios as text, built and stepped.

use std::path::Path;

use walras_engine::step::Happened;
use walras_engine::{Scratch, World, step};
use walras_ledger::{AssetId, Atoms};
use walras_scenario::Loaded;

/// The world of a scenario's text.
///
/// # Panics
/// When the scenario is wrong: it is a study's own.
#[must_use]
pub fn world(text: &str, seed: u64) -> World {
    world_with(text, seed, &[])
}

/// As [`world`], with these overrides, `key=value` each.
///
/// # Panics
/// When the scenario or an override is wrong.
#[must_use]
pub fn world_with(text: &str, seed: u64, overrides: &[String]) -> World {
    let loaded = Loaded::from_text("study.toml", text, Path::new(""), overrides);
    let loaded = loaded.unwrap_or_else(|error| panic!("{error}"));
    loaded.build(seed, u64::MAX).unwrap_or_else(|error| panic!("{error}")).world
}

/// Takes `steps` steps and shows what happened in each.
///
/// # Panics
/// When an invariant of the world breaks.
pub fn run(world: &mut World, steps: u32, mut seen: impl FnMut(&World, &Happened<'_>)) {
    let mut scratch = Scratch::default();
    for _ in 0..steps {
        let happened = step(world, &mut scratch).unwrap_or_else(|broken| panic!("{broken}"));
        seen(world, &happened);
    }
}

/// What each agent of cohort number `cohort` has of `asset`, at hand and in orders at rest.
#[must_use]
pub fn owned(world: &World, cohort: usize, asset: AssetId) -> Vec<Atoms> {
    let held = world.ledger.column(world.cohorts[cohort].id, asset).unwrap_or_default();
    match world.committed(cohort) {
        Some(committed) if !committed[asset.index()].is_empty() => {
            held.iter().zip(&committed[asset.index()]).map(|(held, aside)| held + aside).collect()
        }
        _ => held.to_vec(),
    }
}

/// The price of every trade of a step at the market, as its buyers paid it, numeraire per token.
#[must_use]
pub fn trade_prices(world: &World, happened: &Happened<'_>) -> Vec<f64> {
    let mut prices = Vec::new();
    happened.fills.each(&world.cohorts, |fill| {
        if fill.payment.tokens > 0 {
            let per_token = world.venues[fill.venue].per_token();
            prices.push(-fill.payment.trade as f64 / fill.payment.tokens as f64 * per_token);
        }
    });
    prices
}
