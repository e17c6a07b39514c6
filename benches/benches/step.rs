//! The engine against hand-written loops, side by side: `cargo bench --bench step`.
//!
//! Each pair is timed in turns, several times, and the median of the ratios is printed, since machines are shared
//! and noisy.

use std::time::{Duration, Instant};

use walras_benches::economy::{Bare, run, world};
use walras_benches::{batch, in_turn};
use walras_engine::Scratch;

/// Rounds of which the median is taken.
const ROUNDS: usize = 7;

fn main() {
    println!("{:<24} {:>10} {:>14} {:>14} {:>8}", "case, one thread", "agents", "by hand M/s", "engine M/s", "ratio");
    for agents in [100, 1000, 10_000, 100_000, 1_000_000, 10_000_000] {
        let steps = steps(agents, 100_000_000);
        let (mut engine, mut scratch) = (world(agents, "batch"), Scratch::default());
        let mut hand = batch::ByHand::new(Bare::of(&engine));
        compare("batch", agents, steps, || hand.run(steps), || one_thread(|| run(&mut engine, &mut scratch, steps)));
    }
    for agents in [100, 1000, 10_000, 100_000, 1_000_000] {
        let steps = steps(agents, 10_000_000);
        let (mut engine, mut scratch) = (world(agents, "sequential"), Scratch::default());
        let mut hand = in_turn::ByHand::new(Bare::of(&engine));
        let name = "sequential";
        compare(name, agents, steps, || hand.run(steps), || one_thread(|| run(&mut engine, &mut scratch, steps)));
    }
    println!("\n{:<24} {:>10} {:>14} {:>14} {:>8}", "case, engine", "agents", "1 thread M/s", "2 threads M/s", "ratio");
    for agents in [100_000, 1_000_000, 10_000_000] {
        let steps = steps(agents, 100_000_000);
        let (mut one, mut two) = (world(agents, "batch"), world(agents, "batch"));
        let (mut scratch_one, mut scratch_two) = (Scratch::default(), Scratch::default());
        let single = || one_thread(|| run(&mut one, &mut scratch_one, steps));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads");
        compare("batch", agents, steps, single, || pool.install(|| run(&mut two, &mut scratch_two, steps)));
    }
    let before = resident();
    let large = world(10_000_000, "batch");
    if let (Some(before), Some(after)) = (before, resident()) {
        println!(
            "\nmemory per agent, 10 M agents holding one asset: {:.1} bytes",
            (after - before) / large.agents() as f64
        );
    }
    drop(large);
    let (mut small, mut scratch) = (world(100, "batch"), Scratch::default());
    let time = (0..ROUNDS).map(|_| timed(|| one_thread(|| run(&mut small, &mut scratch, 20_000)))).min();
    println!(
        "\na step of 100 agents, recording off: {:.2} µs",
        time.unwrap_or_default().as_secs_f64() * 1e6 / 20_000.0
    );
}

/// Resident memory of this process, in bytes, where the system tells.
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kibibytes| kibibytes * 1024.0)
}

fn steps(agents: usize, work: usize) -> usize {
    (work / agents).max(2)
}

fn one_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread_local! {
        static POOL: rayon::ThreadPool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    }
    POOL.with(|pool| pool.install(work))
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn compare(name: &str, agents: usize, steps: usize, mut a: impl FnMut(), mut b: impl FnMut()) {
    a();
    b();
    let mut rounds: Vec<(f64, f64)> =
        (0..ROUNDS).map(|_| (timed(&mut a).as_secs_f64(), timed(&mut b).as_secs_f64())).collect();
    rounds.sort_by(|x, y| (x.0 / x.1).total_cmp(&(y.0 / y.1)));
    let (a, b) = rounds[ROUNDS / 2];
    let rate = |time: f64| (agents * steps) as f64 / time / 1e6;
    println!("{name:<24} {agents:>10} {:>14.1} {:>14.1} {:>8.2}", rate(a), rate(b), a / b);
}
