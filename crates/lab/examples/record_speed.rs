//! How long a run takes with every table on: 10,000 steps of 100 agents, every agent looked at and every flow
//! accounted for after every step.
//!
//! `cargo run --release -p walras-lab --example record_speed [DIRECTORY]`

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use walras_lab::{RunOptions, Silent, run};
use walras_scenario::Loaded;

const SCENARIO: &str = r#"
[run]
name = "Speed of recording"
steps = 10_000

[assets.TOKEN]

[markets.launch]
kind = "curve"
asset = "TOKEN"
curve = { kind = "linear", slope = 0.0005, intercept = 0.5 }
buy_fee = 0.003
sell_fee = 0.003

[cohorts.traders]
size = 100
balance = { kind = "lognormal", median = 500.0, sigma = 0.8 }
policy = { kind = "logistic", valuation = { kind = "lognormal", median = 1.6, sigma = 0.35 }, sensitivity = 4.0, activity = 0.2 }

[record]
"#;

const ALL: &str = "fills = true\nagents_every = 1\naccounts_every = 1\n";
const NONE: &str = "markets = false\nagents = false\nevents = false\naccounts = false\nparameters = false\n";

fn main() -> Result<(), Box<dyn Error>> {
    let base = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    for (name, record) in [("every table", ALL), ("no table", NONE)] {
        for round in 0..5 {
            let out = base.join(format!("walras-record-speed-{}-{round}", std::process::id()));
            let loaded = Loaded::from_text("speed", &format!("{SCENARIO}{record}"), Path::new("."), &[])?;
            let options = RunOptions {
                out: out.clone(),
                seed: Some(round),
                memory_max: 1 << 30,
                threads: Some(1),
                report: false,
            };
            let start = Instant::now();
            let outcome = run(&loaded, &options, &mut Silent)?;
            let seconds = start.elapsed().as_secs_f64();
            println!("{name}: {seconds:.3} s, {:.2} M agent-steps/s", outcome.agent_steps_per_s / 1e6);
            std::fs::remove_dir_all(&out)?;
        }
    }
    Ok(())
}
