//! Stages that run one after another, timed, until one fails.

use std::time::{Duration, Instant};

use crate::project::Project;

/// Why something failed and what to do about it, in plain words.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

/// A value, or why there is none.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// Says what was being done when an error came.
pub(crate) trait Doing<T> {
    /// The value, or a failure that begins with `what` was being done.
    fn doing(self, what: impl FnOnce() -> String) -> Outcome<T>;
}

impl<T, E: std::fmt::Display> Doing<T> for Result<T, E> {
    fn doing(self, what: impl FnOnce() -> String) -> Outcome<T> {
        self.map_err(|error| Failure(format!("{}: {error}", what())))
    }
}

/// One thing to check.
pub(crate) struct Stage {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What it checks.
    pub(crate) what: &'static str,
    /// Checks it.
    pub(crate) run: fn(&Project) -> Outcome,
}

/// Runs `stages` in order and prints how long each took.
///
/// # Errors
/// At the first stage that fails, with its name.
pub(crate) fn run_all(project: &Project, stages: &[&Stage]) -> Outcome {
    let begin = Instant::now();
    let mut times: Vec<(&str, Duration)> = Vec::new();
    for (number, stage) in stages.iter().enumerate() {
        println!("\n== {} ({} of {}): {}", stage.name, number + 1, stages.len(), stage.what);
        let start = Instant::now();
        let outcome = (stage.run)(project);
        times.push((stage.name, start.elapsed()));
        if let Err(Failure(why)) = outcome {
            print_times(&times, begin.elapsed());
            return Err(Failure(format!("{} failed: {why}\nagain: cargo xtask test {}", stage.name, stage.name)));
        }
    }
    print_times(&times, begin.elapsed());
    println!("all {} stages passed", stages.len());
    Ok(())
}

fn print_times(times: &[(&str, Duration)], total: Duration) {
    println!();
    for (name, time) in times.iter().copied().chain([("total", total)]) {
        println!("{name:>12} {:7.1} s", time.as_secs_f64());
    }
}
