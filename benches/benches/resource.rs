//! Whole steps of a resource economy: `cargo bench -p walras-benches --bench resource`.
//!
//! A hundred thousand agents with queues of jobs ask two resources of limited capacity; one thread, recording off. With the
//! traces of `shared/data` beside the project the jobs are those of a real hour (20 or 30 a second for all agents together),
//! else Poisson's, and always also a crowd in which every agent asks in every step. Printed is the median of several
//! rounds; where the system tells, it is the time on a processor that counts, not that of the clock.

use std::path::Path;

use walras_benches::clock::timed;
use walras_engine::{Scratch, step};
use walras_scenario::Loaded;

const ROUNDS: usize = 7;
const AGENTS: usize = 100_000;
const STEPS: usize = 40;

const RULES: [&str; 7] = [
    "rule = 'proportional'",
    "rule = 'max_min'",
    "rule = 'first_come_first_served'",
    "rule = 'lottery'",
    "rule = 'uniform_price'",
    "rule = { kind = 'posted_price', adjustment = { kind = 'exponential', gain = 0.05 } }",
    "together = 'dominant_resource_fairness'",
];

fn scenario(rule: &str, requests: &str) -> String {
    format!(
        "[run]\nname = 'bench'\nsteps = 1000000\n[numeraire]\ndecimals = 9\n\
         [assets.CONTEXT]\ndecimals = 0\ndecay = 1.0\n[assets.GENERATED]\ndecimals = 0\ndecay = 1.0\n\
         [resources.cluster]\ncapacity = {{ CONTEXT = 12500, GENERATED = 1350 }}\n{rule}\n\
         price = {{ CONTEXT = 0.000001, GENERATED = 0.00001 }}\n\
         [cohorts.tenants]\nsize = {AGENTS}\nbalance = 10.0\ndemand = {{ requests = {requests} }}\n"
    )
}

fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread");
    let trace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/azure_llm_conv_2023.csv");
    let jobs = if trace.is_file() {
        let file = trace.display();
        format!(
            "{{ kind = 'jobs', arrivals = {{ kind = 'trace', file = '{file}', time = 'TIMESTAMP', sizes = {{ CONTEXT = 'ContextTokens', GENERATED = 'GeneratedTokens' }} }} }}"
        )
    } else {
        println!("shared/data is not present: jobs are Poisson's");
        "{ kind = 'jobs', arrivals = { kind = 'poisson', rate = 0.00005, size = { CONTEXT = 1155.0, GENERATED = 211.0 } } }".to_owned()
    };
    let all = "{ kind = 'fixed', need = { CONTEXT = 3.0, GENERATED = 2.0 }, worth = { CONTEXT = { kind = 'uniform', low = 0.000001, high = 0.00001 }, GENERATED = 0.0001 } }".to_owned();
    println!("{:<60} {:<12} {:>9} {:>14}", "rule", "who asks", "ms/step", "ms/step, asset");
    for rule in RULES {
        for (who, requests) in [("few", &jobs), ("everybody", &all)] {
            let ms = pool.install(|| measure(&scenario(rule, requests)));
            println!("{rule:<60} {who:<12} {ms:>9.2} {:>14.2}", ms / 2.0);
        }
    }
}

fn measure(text: &str) -> f64 {
    let loaded = Loaded::from_text("bench.toml", text, Path::new(""), &[]).unwrap_or_else(|why| panic!("{why}"));
    let mut world = loaded.build(1, u64::MAX).unwrap_or_else(|why| panic!("{why}")).world;
    let mut scratch = Scratch::default();
    let mut go = || {
        for _ in 0..STEPS {
            step(&mut world, &mut scratch).expect("a step");
        }
    };
    go();
    let mut rounds: Vec<f64> = (0..ROUNDS).map(|_| timed(&mut go).0.as_secs_f64() * 1e3 / STEPS as f64).collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}
