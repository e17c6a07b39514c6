//! Production's state is the whole of it: the same bits on any number of threads, and after a run that was cut off.

mod shared;

use std::path::Path;

use shared::{Meddler, run_into};
use walras_lab::{Silent, resume};
use walras_scenario::Loaded;

/// The supply chain with cohorts large enough that threads share their work, prices that agents look at, random yields
/// and what is under way.
fn chain() -> Loaded {
    let overrides = [
        "run.steps=40",
        "record.checkpoint_every=13",
        "cohorts.drinkers.size=40000",
        "cohorts.drinkers.balance=1000",
        "cohorts.shops.size=20000",
        "cohorts.shops.demand.requests.expected=2.0",
        "cohorts.shops.demand.requests.safety=2.0",
        "cohorts.shops.production.delay=4",
        "cohorts.shops.production.yield_share=0.8",
        "cohorts.shops.production.yield_spread=0.2",
        "resources.counter.rule={kind=\"posted_price\", adjustment={kind=\"exponential\", gain=0.1, ceiling=3.0}}",
        "resources.counter.price={SHELVED=1.0}",
        "cohorts.brewers.demand.requests.expected=40000",
        "cohorts.wholesalers.demand.requests.expected=13333",
        "distributions.shelves.total=120000",
        "distributions.stores.total=81500",
        "distributions.cellars.total=83000",
    ];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/supply-chain.toml");
    let overrides: Vec<String> = overrides.iter().map(|&text| text.to_owned()).collect();
    Loaded::from_file(&path, &overrides).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_same_bits_on_any_number_of_threads_and_after_a_cut() {
    let folder = tempfile::tempdir().unwrap();
    let loaded = chain();
    let straight = folder.path().join("straight");
    let one = run_into(&straight, &loaded, 1, &mut Silent);
    let four = run_into(&folder.path().join("four"), &loaded, 4, &mut Silent);
    assert_eq!((&one.final_hash, &one.summary), (&four.final_hash, &four.summary));
    for supply in &one.summary.supplies {
        assert_eq!(supply.opening + supply.change(), supply.closing, "{supply:?}");
    }
    let explains =
        |reason: &str| one.summary.supplies.iter().flat_map(|it| &it.flows).any(|flow| flow.reason == reason);
    assert!(["capacity", "production", "input", "consumption"].into_iter().all(explains), "{:?}", one.summary.supplies);
    let served = &one.summary.resources;
    assert!(served.iter().all(|resource| resource.granted > 1000.0), "the test needs goods that move: {served:?}");
    for stop in [5, 22] {
        let cut = folder.path().join(format!("stopped-{stop}"));
        let mut watch = Meddler { stop_after: Some(stop), ..Meddler::default() };
        run_into(&cut, &loaded, 2, &mut watch);
        let resumed = resume(&cut, Some(3), &mut Silent).unwrap();
        assert_eq!((&resumed.final_hash, &resumed.summary), (&one.final_hash, &one.summary), "stopped at {stop}");
    }
}
