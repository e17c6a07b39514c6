//! The project's own commands: `cargo xtask COMMAND`.

mod bench;
mod bits;
mod commands;
mod licences;
mod nightly;
mod pages;
mod project;
mod snippets;
mod stage;
mod test;
mod third_party;

use std::process::ExitCode;

use project::Project;
use stage::{Failure, Outcome};

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  test [STAGE...]    everything a change must pass, or only the stages named
  nightly            the curves' laws over a million sequences each, and a minute of fuzzing
  bench [ARG...]     the benchmarks, with what they are measured against
  docs               writes the generated parts of the pages in docs/ and of THIRD-PARTY.md
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(why)) => {
            eprintln!("\nxtask: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome {
    let Some((command, rest)) = arguments.split_first() else {
        return Err(Failure(format!("no command\n\n{USAGE}\n{}", test::stages_in_words())));
    };
    match command.as_str() {
        "test" => test::run(&Project::find()?, rest),
        "nightly" => nightly::run(&Project::find()?),
        "bench" => bench::run(&Project::find()?, rest),
        "docs" => pages::write(&Project::find()?),
        "help" | "--help" | "-h" => {
            println!("{USAGE}\n{}", test::stages_in_words());
            Ok(())
        }
        other => Err(Failure(format!("there is no command `{other}`\n\n{USAGE}"))),
    }
}
