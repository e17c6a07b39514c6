//! Steps whose trades are carried to the agents' accounts against steps that post them at once.

use std::path::Path;

use walras_engine::{Scratch, World, advance, step};
use walras_ledger::{AgentAddress, Reason};
use walras_scenario::Loaded;

/// Cohorts large enough to be carried, one of them with income, beside markets of both settlements, tokens released
/// over time and events that look at accounts.
const TEXT: &str = "
[run]
name = 'advance'
steps = 1
seed = 11
[assets.T]
[assets.U]
[markets.t]
kind = 'curve'
asset = 'T'
buy_fee = 0.003
curve = { kind = 'linear', slope = 1e-5, intercept = 1.0 }
[markets.u]
kind = 'curve'
asset = 'U'
curve = { kind = 'linear', slope = 1e-5, intercept = 1.0 }
[cohorts.many]
size = 40000
balance = 30.0
policy = { kind = 'logistic', valuation = { kind = 'uniform', low = 1.0, high = 3.0 }, slippage = 0.2 }
[cohorts.paid]
size = 33000
balance = 10.0
income = 0.5
markets = ['t']
policy = { kind = 'logistic', valuation = { kind = 'uniform', low = 1.0, high = 3.0 }, slippage = 0.2 }
[distributions.vested]
asset = 'T'
total = 50000
shares = 'uniform'
cohorts = ['many']
release = { kind = 'vesting', start = 4, cliff = 0, duration = 3, every = 1 }
[shocks.gift]
at = 8
event = { kind = 'transfer', cohort = 'many', share = 0.1 }
";

fn world(settlement: &str) -> World {
    let overrides = [format!("markets.u.settlement={settlement}")];
    let loaded = Loaded::from_text("advance.toml", TEXT, Path::new(""), &overrides).unwrap_or_else(|e| panic!("{e}"));
    loaded.build(11, u64::MAX).unwrap_or_else(|e| panic!("{e}")).world
}

#[test]
fn carried_steps_are_steps() {
    for (settlement, threads) in [("batch", 1), ("batch", 3), ("sequential", 2)] {
        let (mut late, mut now) = (world(settlement), world(settlement));
        let watched = AgentAddress { cohort: late.cohorts[0].id, row: 777 };
        late.ledger.watch(Some(watched));
        now.ledger.watch(Some(watched));
        let (mut scratch, mut other) = (Scratch::default(), Scratch::default());
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut carried = 0;
        for t in 0..12 {
            let happened = pool.install(|| advance(&mut late, &mut scratch)).unwrap();
            let expected = step(&mut now, &mut other).unwrap();
            assert_eq!(happened.record.markets, expected.record.markets, "step {t}");
            assert_eq!(happened.events.list, expected.events.list, "step {t}");
            let (mut fills, mut wanted) = (Vec::new(), Vec::new());
            happened.fills.each(&late.cohorts, |fill| fills.push(fill));
            expected.fills.each(&now.cohorts, |fill| wanted.push(fill));
            assert!(!fills.is_empty() && fills == wanted, "step {t}");
            assert_eq!(late.ledger.take_watched(), now.ledger.take_watched(), "step {t}");
            for cohort in &late.cohorts {
                for (asset, reason) in late.assets.iter().zip(0..).flat_map(|(_, a)| Reason::ALL.map(|r| (a, r))) {
                    let of = |world: &World| world.ledger.cohort_flow(cohort.id, walras_ledger::AssetId(asset), reason);
                    assert_eq!(of(&late), of(&now), "step {t}");
                }
            }
            carried += u32::from(late.ledger.check_fully().is_err());
            // Not after every step, so that some are carried over others.
            if t % 5 == 4 {
                assert_eq!(late.hash().unwrap(), now.hash().unwrap(), "step {t}");
                late.ledger.check_fully().unwrap();
            }
        }
        assert_eq!(late.hash().unwrap(), now.hash().unwrap());
        // Large cohorts whose trades all settle at one price are carried, others are posted at once.
        assert_eq!(carried > 0, settlement == "batch", "{settlement}");
    }
}
