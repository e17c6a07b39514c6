//! A crowd of zero-intelligence traders on an order book, in the engine and by hand, side by side:
//! `cargo bench -p walras-benches --bench market`.
//!
//! All agents decide in every step, one thread, recording off. Both sides draw the same numbers and end in the same
//! balances. Each pair is timed in turns, several times, and the median of the ratios is printed, since machines are
//! shared and noisy; where the system tells, it is the time on a processor that counts, not that of the clock.

use walras_benches::clock::timed;
use walras_benches::crowd::{ByHand, Crowd, Standing, Tally, run};
use walras_engine::{Scratch, World};

/// Rounds of which the median is taken.
const ROUNDS: usize = 7;
/// Decisions in one round.
const DECISIONS: usize = 2_000_000;

fn main() {
    println!(
        "{:<6} {:<14} {:>8} {:>9} {:>9} {:>7} {:>11} {:>8} {:>8} {:>9}",
        "crowd", "orders stand", "agents", "hand M/s", "engine", "ratio", "matched M/s", "trades", "refused", "resting"
    );
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    for constrained in [true, false] {
        for standing in [Standing::OneStep, Standing::Replaced, Standing::Steps(5)] {
            for agents in [1000, 10_000, 100_000] {
                pool.install(|| compare(&Crowd::rich(agents, constrained, standing)));
            }
        }
    }
}

fn compare(crowd: &Crowd) {
    let steps = (DECISIONS / crowd.agents).max(2);
    let mut world: World = crowd.world();
    let mut hand = ByHand::new(crowd, &world);
    let mut scratch = Scratch::default();
    // The book fills before anything is timed.
    run(&mut world, &mut scratch, 10);
    hand.run(10);
    let mut rounds: Vec<(f64, f64, Tally)> = (0..ROUNDS)
        .map(|_| {
            let (by_hand, expected) = timed(|| hand.run(steps));
            let (engine, tally) = timed(|| run(&mut world, &mut scratch, steps));
            assert_eq!(tally, expected, "both match the same orders");
            (by_hand.as_secs_f64(), engine.as_secs_f64(), tally)
        })
        .collect();
    rounds.sort_by(|x, y| (x.0 / x.1).total_cmp(&(y.0 / y.1)));
    let (by_hand, engine, tally) = rounds[ROUNDS / 2];
    let name = match crowd.standing {
        Standing::OneStep => "one step".to_owned(),
        Standing::Replaced => "until replaced".to_owned(),
        Standing::Steps(more) => format!("{more} more steps"),
    };
    let decisions = (crowd.agents * steps) as f64;
    let resting = world.venues[0].book().map_or(0, |on| on.book.live());
    println!(
        "{:<6} {name:<14} {:>8} {:>9.2} {:>9.2} {:>7.2} {:>11.2} {:>8.0} {:>8.0} {resting:>9}",
        if crowd.constrained { "ZI-C" } else { "ZI-U" },
        crowd.agents,
        decisions / by_hand / 1e6,
        decisions / engine / 1e6,
        by_hand / engine,
        2.0 * tally.trades as f64 / engine / 1e6,
        tally.trades as f64 / steps as f64,
        tally.refused as f64 / steps as f64,
    );
}
