//! The fee market's base fee is the protocol's, block by block, on a made-up demand and on recorded blocks.

use std::path::Path;

use walras_engine::{Scratch, step};
use walras_scenario::Loaded;

/// What a block can hold, in gas.
const LIMIT: u128 = 30_000_000;

/// EIP-1559's rule for the base fee in wei after a block, from its text (V. Buterin et al., 2019): an eighth of the fee
/// times the relative distance from half full, rounded down at each division, and up by at least one wei.
fn next(fee: u128, used: u128) -> u128 {
    let target = LIMIT / 2;
    if used > target {
        fee + (fee * (used - target) / target / 8).max(1)
    } else {
        fee - fee * (target - used) / target / 8
    }
}

/// Runs the scenario and holds every fee to the rule; returns how many blocks there were and how many of them were used in
/// part, in full and not at all.
fn follow(overrides: &[String]) -> (u32, [u32; 3]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/fee-market.toml");
    let loaded = Loaded::from_file(&path, overrides).unwrap_or_else(|error| panic!("{error}"));
    let mut world = loaded.build(loaded.scenario.run.seed, 1 << 33).unwrap_or_else(|error| panic!("{error}")).world;
    let mut scratch = Scratch::default();
    let wei = |price: f64| (price * 1e9).round() as u128;
    let mut fee = wei(world.venues[0].price(&world.ledger));
    let mut sorts = [0; 3];
    for block in 0..loaded.scenario.run.steps {
        let market = &step(&mut world, &mut scratch).unwrap().record.markets[0];
        let (used, price) = (market.bought as u128, market.price);
        fee = next(fee, used).max(7);
        assert_eq!(wei(price), fee, "after block {block}, which used {used}");
        sorts[if used == 0 { 2 } else { usize::from(used == LIMIT) }] += 1;
    }
    (loaded.scenario.run.steps, sorts)
}

#[test]
fn every_base_fee_is_the_protocols() {
    let (blocks, [part, ..]) = follow(&[]);
    assert!(blocks == 800 && part > 400, "{part} of {blocks} blocks used in part");
    // Six times the demand at the same first fee: blocks are full until the fee has caught up.
    let (_, [part, full, _]) = follow(&["feeds.wanted.scale=0.06".to_owned()]);
    assert!(part > 400 && full > 5, "{part} blocks used in part, {full} full");
}

/// Recorded demand at a limit of 30 million: what was used in each of the first blocks that had a base fee.
#[test]
fn recorded_blocks_move_the_fee_as_the_protocol_does() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/ethereum_basefee.csv");
    if !Path::new(file).exists() {
        println!("skipped: the recorded blocks are not present");
        return;
    }
    let overrides = [
        format!("feeds.wanted.file={file}"),
        "feeds.wanted.column=\"Gas used\"".to_owned(),
        "run.steps=5000".to_owned(),
        "distributions.space.total=2e11".to_owned(),
        // Those who were in these blocks paid whatever the fee was.
        "cohorts.users.policy.buy_below=1e8".to_owned(),
    ];
    let (_, [part, full, none]) = follow(&overrides);
    assert!(part > 3000 && none > 10, "{part} blocks used in part, {full} full, {none} empty");
}
