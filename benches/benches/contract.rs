//! What contracts add to a step: `cargo bench -p walras-benches --bench contract`.
//!
//! A million agents trade on a curve, once by themselves and once beside ten thousand contracts over a hundred thousand
//! affiliates, a hundredth of whom reach somebody in each step. One thread, recording off; the median of several rounds, each of
//! whole epochs, so that the work at their ends is in it. Where the system tells, it is the time on a processor that
//! counts, not that of the clock.

use std::path::Path;

use walras_benches::clock::timed;
use walras_engine::{Scratch, World, advance};
use walras_scenario::Loaded;

const ROUNDS: usize = 5;
const AGENTS: usize = 1_000_000;
const AFFILIATES: usize = 100_000;
const CONTRACTS: usize = 10_000;
/// Steps of an epoch, and of a round.
const EPOCH: usize = 20;

fn economy() -> String {
    let slope = 0.1 / AGENTS as f64;
    format!(
        "[run]\nname = 'bench'\nsteps = 1000000\n[assets.TOKEN]\n\
         [markets.curve]\nkind = 'curve'\nasset = 'TOKEN'\nbuy_fee = 0.001\n\
         curve = {{ kind = 'linear', slope = {slope:e}, intercept = 1.0 }}\n\
         [cohorts.public]\nsize = {AGENTS}\nbalance = 1000.0\n\
         policy = {{ kind = 'logistic', valuation = {{ kind = 'uniform', low = 0.5, high = 1.5 }}, slippage = 0.5 }}\n"
    )
}

fn contracts() -> String {
    format!(
        "[cohorts.primaries]\nsize = {CONTRACTS}\nbalance = 1000000.0\nmarkets = []\n\
         [cohorts.affiliates]\nsize = {AFFILIATES}\nbalance = 1000.0\nmarkets = []\n\
         promotion = {{ effort = {{ kind = 'fixed', effort = 0.01 }}, every = {EPOCH} }}\n\
         [contacts]\ncohorts = ['public']\n\
         [contracts.many]\nprimary = 'primaries'\naffiliates = 'affiliates'\ncontribution = 'volume'\n\
         market = 'curve'\nreward = {{ kind = 'proportional', rate = 0.001 }}\ncap = 900000.0\nepoch = {EPOCH}\n\
         vesting = {{ cliff = 20, duration = 60 }}\n"
    )
}

/// Milliseconds of a step, the median of the rounds.
fn measure(text: &str) -> (f64, World) {
    let loaded = Loaded::from_text("bench.toml", text, Path::new(""), &[]).unwrap_or_else(|why| panic!("{why}"));
    let mut world = loaded.build(1, u64::MAX).unwrap_or_else(|why| panic!("{why}")).world;
    let mut scratch = Scratch::default();
    let mut go = || {
        for _ in 0..EPOCH {
            advance(&mut world, &mut scratch).expect("a step");
        }
    };
    go();
    let mut rounds: Vec<f64> = (0..ROUNDS).map(|_| timed(&mut go).0.as_secs_f64() * 1e3 / EPOCH as f64).collect();
    rounds.sort_by(f64::total_cmp);
    (rounds[ROUNDS / 2], world)
}

fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    let (alone, _) = pool.install(|| measure(&economy()));
    let (with, world) = pool.install(|| measure(&(economy() + &contracts())));
    let group = &world.contracts[0];
    let active = group.contracts.iter().filter(|contract| contract.money().earned > 0).count();
    let reached = world.contacts.as_ref().map_or(0, |contacts| contacts.touches.len());
    println!(
        "agents {AGENTS}, affiliates {AFFILIATES}, contracts {CONTRACTS}, of which {active} have paid for anything"
    );
    println!("alone {alone:.2} ms/step, with contracts {with:.2} ms/step: {:+.1} %", 100.0 * (with / alone - 1.0));
    println!("agents reached: {reached}");
}
