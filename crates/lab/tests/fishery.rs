//! The tragedy of the commons: the fishery's stock lasts with a price or a cap, and is gone without.

use std::path::Path;

use walras_engine::{Scratch, step};
use walras_ledger::AssetId;
use walras_scenario::Loaded;

/// Units left in the sea after each step.
fn stock(overrides: &[&str]) -> Vec<f64> {
    let overrides: Vec<String> = overrides.iter().map(|&text| text.to_owned()).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/fishery.toml");
    let loaded = Loaded::from_file(&path, &overrides).unwrap_or_else(|error| panic!("{error}"));
    let mut world = loaded.build(loaded.scenario.run.seed, 1 << 33).unwrap_or_else(|error| panic!("{error}")).world;
    let mut scratch = Scratch::default();
    let mut left = Vec::new();
    for _ in 0..loaded.scenario.run.steps {
        step(&mut world, &mut scratch).unwrap();
        left.push(world.ledger.held(world.resources[0].account, AssetId(1)) as f64 / 1e6);
    }
    left
}

#[test]
fn open_to_all_the_stock_is_gone() {
    let left = stock(&["resources.sea.rule=max_min"]);
    let gone = left.iter().position(|&stock| stock == 0.0).expect("it is emptied");
    println!("gone after step {gone}");
    assert!(gone < 100 && left[gone..].iter().all(|&stock| stock == 0.0), "gone after step {gone}");
}

/// The price rests where a tenth of what there is is asked for: Schaefer's stock for a constant share h of it,
/// maximum·(1 − h/(rate·(1 − h))).
#[test]
fn a_price_that_answers_to_the_catch_keeps_the_stock_where_it_should() {
    let left = stock(&[]);
    let should = 100_000.0 * (1.0 - 0.1 / (0.3 * 0.9));
    let mean = left[500..].iter().sum::<f64>() / 500.0;
    println!("{mean} left, {should} by theory");
    assert!((mean / should - 1.0).abs() < 0.03, "{mean} left, not {should}");
}

/// The same catch H for ever: what is left settles at the larger root of rate·S·(1 − S/maximum) = H.
#[test]
fn a_cap_on_each_boat_keeps_the_stock_where_it_should() {
    let left = stock(&["resources.sea.rule=max_min", "cohorts.boats.demand.quota=20"]);
    let should = 50_000.0 * (1.0 + (1.0 - 4.0 * 6000.0 / (0.3 * 100_000.0_f64)).sqrt());
    let last = *left.last().unwrap();
    assert!((last / should - 1.0).abs() < 1e-6, "{last} left, not {should}");
    // One that allows more than a quarter of rate·maximum does not.
    assert_eq!(stock(&["resources.sea.rule=max_min", "cohorts.boats.demand.quota=26"]).last(), Some(&0.0));
}
