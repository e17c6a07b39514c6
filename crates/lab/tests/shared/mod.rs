//! Small economies and run directories for tests.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]

use std::path::{Path, PathBuf};

use walras_lab::{Outcome, RunError, RunOptions, Watch, run};
use walras_scenario::Loaded;

/// Two tokens on two curves, one in batches and one in turn, a controller, a shock, income, expenses, an airdrop, a
/// vesting distribution, several policies and objectives.
pub const ECONOMY: &str = r#"
[run]
name = "Two tokens"
steps = 60
seed = 7
steps_per_year = 365

[numeraire]
name = "CASH"
decimals = 6

[assets.ALPHA]
decimals = 6
fundamental = 1.4
maximum_supply = 1_000_000

[assets.BETA]
decimals = 3

[markets.alpha]
kind = "curve"
asset = "ALPHA"
curve = { kind = "linear", slope = 0.001, intercept = 0.5 }
buy_fee = 0.003
sell_fee = 0.002

[markets.beta]
kind = "curve"
asset = "BETA"
curve = { kind = "augmented", kappa = 2.5, hatch_price = 0.4, theta = 0.2, entry_tribute = 0.01, exit_tribute = 0.02 }
settlement = "sequential"

[cohorts.traders]
size = 90
balance = { kind = "lognormal", median = 500.0, sigma = 0.8 }
income = 2.5
policy = { kind = "logistic", valuation = { kind = "lognormal", median = 1.6, sigma = 0.35 }, sensitivity = 4.0, activity = 0.3 }
objective = { kind = "crra", risk_aversion = 2.0 }

[cohorts.noise]
size = 40
balance = 100.0
expenses = 0.3
markets = ["beta"]
policy = { kind = "zero_intelligence", valuation = 1.0, lowest = 0.2, highest = 3.0, activity = 0.4 }
objective = "liquidation"

[cohorts.holders]
size = 20
balance = { kind = "uniform", low = 10.0, high = 300.0 }
markets = ["alpha"]
policy = "buy_and_hold"

[distributions.seed]
asset = "BETA"
total = 10_000.0
shares = "uniform"

[distributions.team]
asset = "ALPHA"
total = 500.0
cohorts = ["holders"]
shares = "uniform"
release = { kind = "vesting", start = 5, cliff = 5, duration = 20 }

[controllers.slope]
market = "alpha"
parameter = "slope"
controller = { kind = "schedule", points = [[10, 0.001], [30, 0.002], [45, 0.0015]], interpolation = "linear" }

[shocks.halted]
at = 20
until = 23
event = { kind = "halt", market = "alpha" }

[record]
fills = true
agents_every = 7
accounts_every = 9
hash_every = 10
checkpoint_every = 8
agents_sample = 50
"#;

/// The economy with other keys on top.
pub fn economy(overrides: &[&str]) -> Loaded {
    load(ECONOMY, overrides)
}

pub fn load(text: &str, overrides: &[&str]) -> Loaded {
    let overrides: Vec<String> = overrides.iter().map(|&it| it.to_owned()).collect();
    Loaded::from_text("economy.toml", text, Path::new("."), &overrides)
        .unwrap_or_else(|error| panic!("{}", walras_scenario::show::show(&error, walras_scenario::show::Form::Plain)))
}

pub fn options(out: &Path, threads: usize) -> RunOptions {
    RunOptions { out: out.to_path_buf(), seed: None, memory_max: 1 << 32, threads: Some(threads), report: false }
}

pub fn run_into(out: &Path, loaded: &Loaded, threads: usize, watch: &mut dyn Watch) -> Outcome {
    match run(loaded, &options(out, threads), watch) {
        Ok(outcome) => outcome,
        Err(RunError::Scenario(error)) => {
            panic!("{}", walras_scenario::show::show(&error, walras_scenario::show::Form::Plain))
        }
        Err(error) => panic!("{error}"),
    }
}

/// Stops before a step; copies the directory away after others, as a crash there would have left it.
#[derive(Default)]
pub struct Meddler {
    pub stop_after: Option<u32>,
    pub copies: Vec<(u32, PathBuf)>,
    pub directory: PathBuf,
    pub done: u32,
}

impl Watch for Meddler {
    fn step(&mut self, done: u32, _of: u32) {
        self.done = done;
        for (_, to) in self.copies.iter().filter(|(step, _)| *step == done) {
            copy(&self.directory, to);
        }
    }

    fn stop(&mut self) -> bool {
        self.stop_after.is_some_and(|step| self.done >= step)
    }
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
