//! How many agents of each policy decide in a second on one core: `cargo run --release -p walras-agents --example
//! policy_speed`.

#[path = "../tests/bench/mod.rs"]
mod bench;

use std::time::Instant;

use bench::{Bench, policy};

const AGENTS: usize = 1 << 15;
const STEPS: u32 = 60;

const UNIFORM: &str = "{kind = 'uniform', low = 2, high = 50}";

fn main() {
    let entries = [
        "kind = 'zero_intelligence'\nvaluation = {kind = 'uniform', low = 1, high = 2}\nhighest = 3".to_owned(),
        "kind = 'zero_intelligence'\nhighest = 3\nentitlement = {role = 'buyer', units = [2, 1.5, 1], period = 10}".to_owned(),
        "kind = 'noise'\nplacement = 'uniform'".to_owned(),
        "kind = 'noise'".to_owned(),
        "kind = 'noise'\nplacement = 'normal'".to_owned(),
        "kind = 'noise'\nplacement = 'power'".to_owned(),
        format!("kind = 'chiarella_iori'\nwindow = {UNIFORM}"),
        format!("kind = 'chiarella_iori'\nwindow = {UNIFORM}\ndemand = 'cara'"),
        "kind = 'value'".to_owned(),
        "kind = 'zip'\nentitlement = {role = 'buyer', units = [2, 1.5, 1]}".to_owned(),
        "kind = 'gjerstad_dickhaut'\nhighest = 3\nentitlement = {role = 'buyer', units = [{kind = 'uniform', low = 1, high = 2}]}".to_owned(),
        "kind = 'adaptive_aggressive'\nhighest = 3\nentitlement = {role = 'buyer', units = [2, 1.5, 1]}".to_owned(),
        "kind = 'avellaneda_stoikov'".to_owned(),
        "kind = 'inventory_market_maker'".to_owned(),
        "kind = 'latent_liquidity'".to_owned(),
        "kind = 'execution'\nrole = 'buyer'\ntotal = 5".to_owned(),
    ];
    for tick in [0.0, 0.01] {
        println!("tick {tick}");
        for text in &entries {
            let mut bench = Bench::new(AGENTS, 1);
            bench.markets[0].tick = tick;
            let policy = bench.start(&*policy(text)).unwrap();
            // The quickest step, since the machine may do other things besides.
            let mut quickest = f64::INFINITY;
            for step in 0..STEPS {
                let begin = Instant::now();
                bench.decide(&*policy);
                quickest = quickest.min(begin.elapsed().as_secs_f64());
                bench.advance(&[1.0 + 0.01 * f64::from(step % 3)]);
            }
            let rate = AGENTS as f64 / quickest;
            println!("{:7.1} M/s  {}", rate / 1e6, text.replace('\n', ", "));
        }
    }
}
