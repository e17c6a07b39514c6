//! What is left of a bubble under central control, `scenarios/bubble-central.toml` with its parts taken away, and where
//! holders vote on it, `scenarios/bubble-voted.toml`.

use std::path::Path;

use walras_engine::{Scratch, step};
use walras_numerics::elementary::{ln, sqrt};
use walras_numerics::sum::mean;
use walras_scenario::Loaded;

/// Means over seeds: the highest price over what the token is worth, the root mean square of the logarithm of that ratio
/// over the run, the greatest loss from a peak, orders that were rejected because of a halt, what the
/// fund gained, and proposals that were carried out.
#[derive(Debug)]
struct Outcome {
    peak: f64,
    mispricing: f64,
    drawdown: f64,
    halted: f64,
    gained: f64,
    executed: f64,
}

const SEEDS: u64 = 12;

fn outcome(scenario: &str, set: &[&str]) -> Outcome {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(scenario);
    let set: Vec<String> = set.iter().map(|&set| set.to_owned()).collect();
    let loaded = Loaded::from_file(&path, &set).unwrap_or_else(|error| panic!("{error}"));
    let runs: Vec<[f64; 6]> = (0..SEEDS).map(|seed| run(&loaded, seed)).collect();
    let of = |i: usize| mean(&runs.iter().map(|run| run[i]).collect::<Vec<f64>>());
    Outcome { peak: of(0), mispricing: of(1), drawdown: of(2), halted: of(3), gained: of(4), executed: of(5) }
}

fn run(loaded: &Loaded, seed: u64) -> [f64; 6] {
    let mut world = loaded.build(seed, u64::MAX).unwrap_or_else(|error| panic!("{error}")).world;
    let mut scratch = Scratch::default();
    let worth = world.assets[1].fundamental.unwrap();
    let halted_by = walras_market::order::Rejection::Halted as usize;
    let (mut peak, mut squares, mut drawdown, mut halted, mut executed) = (0.0_f64, 0.0, 0.0_f64, 0, 0);
    for _ in 0..loaded.scenario.run.steps {
        let happened = step(&mut world, &mut scratch).unwrap();
        halted += happened.record.markets[0].rejected[halted_by];
        executed += happened.events.entries.iter().filter(|entry| entry.act == "executed").count();
        let ratio = world.venues[0].price(&world.ledger) / worth;
        peak = peak.max(ratio);
        drawdown = drawdown.max(1.0 - ratio / peak);
        squares += ln(ratio) * ln(ratio);
    }
    let fund = world.venues[0].curve().unwrap().change_account;
    let left = world.ledger.held(fund, walras_ledger::AssetId::NUMERAIRE) as f64 / world.assets[0].scale;
    let steps = f64::from(loaded.scenario.run.steps);
    [peak, sqrt(squares / steps), drawdown, halted as f64, left - 100_000.0, executed as f64]
}

/// A controller held so near to what the curve is that it does nothing.
const NO_CONTROLLER: &str = "controllers.lean.controller.low=0.000_049_999";
const NO_HALTS: &str = "monitors.bubble.then=[]";

#[test]
fn leaning_against_a_bubble_does_what_halts_alone_do_not() {
    let none = outcome("bubble-central.toml", &[NO_CONTROLLER, NO_HALTS]);
    let halts = outcome("bubble-central.toml", &[NO_CONTROLLER]);
    let controller = outcome("bubble-central.toml", &[NO_HALTS]);
    let both = outcome("bubble-central.toml", &[]);
    for (name, outcome) in [("none", &none), ("halts", &halts), ("controller", &controller), ("both", &both)] {
        println!("{name:>10}: {outcome:.3?}");
    }
    assert!(none.peak > 1.7 && none.drawdown > 0.4, "without control there is a bubble: {none:?}");
    // Halts alone take the top off, and put off more than they prevent.
    assert!(halts.peak < none.peak && halts.halted > 0.0, "{halts:?}");
    assert!(halts.mispricing > 0.6 * none.mispricing, "{halts:?}");
    // What makes tokens plentiful while they are dear leaves little of it.
    assert!(controller.peak < 1.3 && controller.mispricing < 0.25 * none.mispricing, "{controller:?}");
    assert!(both.peak < 1.3 && both.mispricing < 0.25 * none.mispricing, "{both:?}");
    // A flatter curve owes less: the fund is left with the difference, which is what holders could have sold for.
    assert!(controller.gained > 0.0 && none.gained.abs() < 10.0, "{controller:?} {none:?}");
    assert!(none.halted == 0.0 && controller.halted == 0.0, "{none:?} {controller:?}");
}

/// Those who look ten steps ahead never vote their bubble away: what they hold is worth less with it gone. Nobody proposes
/// it, and what others propose fails. Some who see beyond the end of the bubble do.
#[test]
fn holders_do_not_vote_their_own_bubble_away() {
    let none = outcome("bubble-central.toml", &[NO_CONTROLLER, NO_HALTS]);
    let ahead = |horizon: u32| {
        let set = ["investors", "trend_followers"]
            .map(|cohort| format!("governance.holders.voters.{cohort}.horizon={horizon}"));
        outcome("bubble-voted.toml", &[&set[0], &set[1]])
    };
    let [near, far, farthest] = [10, 80, 150].map(ahead);
    for (name, outcome) in [("10 steps", &near), ("80 steps", &far), ("150 steps", &farthest)] {
        println!("{name:>10}: {outcome:.3?}");
    }
    assert!(near.executed == 0.0 && (near.mispricing / none.mispricing - 1.0).abs() < 0.01, "{near:?} {none:?}");
    assert!(far.executed > 0.0, "{far:?}");
    assert!(farthest.executed > 0.0 && farthest.mispricing > 0.5 * none.mispricing, "{farthest:?}");
}
