//! What monitors add to a step: `cargo bench --bench monitor`.
//!
//! An economy with monitors and one without are timed in turns, several times, and the median of the differences is
//! printed, since machines are shared and noisy.

use std::path::Path;
use std::time::Instant;

use walras_engine::{Scratch, World, advance};
use walras_scenario::Loaded;

/// Rounds of which the median is taken.
const ROUNDS: usize = 9;

/// Monitors that look at one number each.
const NUMBERS: &str = "
[monitors.threshold]
watch = 'curve.price'
monitor = { kind = 'threshold', above = 1e6 }
[monitors.reserve]
market = 'curve'
monitor = { kind = 'reserve_ratio', least = 0.0 }
[monitors.score]
watch = 'curve.price'
monitor = { kind = 'z_score', window = 50, limit = 1e6 }
[monitors.cusum]
watch = 'curve.price'
monitor = { kind = 'cusum', target = 1.6, deviation = 1e6 }
[monitors.condition]
monitor = { kind = 'formula', when = 'curve.price > 10 * mean(curve.price, 20)' }
";

const BUBBLE: &str = "
[monitors.bubble]
watch = 'curve.price'
monitor = { kind = 'bubble', window = 100, critical = 1e6 }
";

/// Monitors that look at a column of all agents.
const COLUMNS: [(&str, &str); 3] = [
    ("concentration", "[monitors.m]\nmarket = 'curve'\nmonitor = { kind = 'concentration', limit = 1.0 }\n"),
    ("wash_trading, window 20", "[monitors.m]\nmarket = 'curve'\nmonitor = { kind = 'wash_trading', limit = 1.0 }\n"),
    ("collusion, window 30", "[monitors.m]\nmarket = 'curve'\nmonitor = { kind = 'collusion', limit = 1e6 }\n"),
];

fn world(agents: usize, monitors: &str) -> World {
    let slope = 0.1 / agents as f64;
    let text = format!(
        "[run]\nname = 'watched'\nsteps = 1\n[assets.TOKEN]\n\
         [markets.curve]\nkind = 'curve'\nasset = 'TOKEN'\n\
         curve = {{ kind = 'linear', slope = {slope:e}, intercept = 1.0 }}\n\
         [cohorts.traders]\nsize = {agents}\nbalance = 1000.0\n\
         policy = {{ kind = 'logistic', valuation = {{ kind = 'uniform', low = 1.5, high = 2.5 }}, sensitivity = 4.0, \
         slippage = 0.5 }}\n\
         [distributions.genesis]\nasset = 'TOKEN'\ntotal = {}\nshares = 'uniform'\n{monitors}",
        10 * agents
    );
    let loaded = Loaded::from_text("watched.toml", &text, Path::new(""), &[]).unwrap_or_else(|error| panic!("{error}"));
    loaded.build(1, u64::MAX).unwrap_or_else(|error| panic!("{error}")).world
}

/// Seconds that a step takes.
fn timed(world: &mut World, scratch: &mut Scratch, steps: usize) -> f64 {
    let start = Instant::now();
    for _ in 0..steps {
        advance(world, scratch).map_or_else(|broken| panic!("{broken}"), |_| ());
    }
    start.elapsed().as_secs_f64() / steps as f64
}

fn compare(name: &str, agents: usize, monitors: &str) {
    let steps = (20_000_000 / agents).clamp(20, 5000);
    let (mut plain, mut watched) = (world(agents, ""), world(agents, monitors));
    let (mut scratch, mut watched_scratch) = (Scratch::default(), Scratch::default());
    let mut rounds: Vec<(f64, f64)> = (0..=ROUNDS)
        .map(|_| (timed(&mut plain, &mut scratch, steps), timed(&mut watched, &mut watched_scratch, steps)))
        .skip(1)
        .collect();
    rounds.sort_by(|x, y| (x.1 / x.0).total_cmp(&(y.1 / y.0)));
    let (without, with) = rounds[ROUNDS / 2];
    let (step, added) = (without * 1e6, (with - without) * 1e6);
    println!("{name:<26} {agents:>9} {step:>14.2} {added:>12.2} {:>10.1}", 100.0 * (with / without - 1.0));
}

fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    pool.install(|| {
        println!("{:<26} {:>9} {:>14} {:>12} {:>10}", "monitors", "agents", "a step, µs", "they add, µs", "share, %");
        for agents in [100, 1000, 10_000, 100_000] {
            compare("five of one number", agents, NUMBERS);
            compare("bubble, window 100", agents, BUBBLE);
        }
        for agents in [100, 1000, 10_000] {
            for (name, monitor) in COLUMNS {
                compare(name, agents, monitor);
            }
        }
    });
}
