//! `cargo xtask test`: everything a change must pass.

use std::process::{Command, Stdio};

use crate::project::{Project, show};
use crate::stage::{Failure, Outcome, Stage, run_all};
use crate::{bits, commands, licences, pages, snippets};

/// Quick checks first; the tests last, so that their summary ends the output.
const STAGES: [Stage; 11] = [
    Stage { name: "tools", what: "rustfmt and clippy are here, or can be fetched", run: tools },
    Stage { name: "format", what: "the code is formatted", run: format },
    Stage { name: "licences", what: "every dependency may be used by anyone", run: licences::check },
    Stage { name: "clippy", what: "no warnings in any target", run: clippy },
    Stage { name: "rustdoc", what: "the documentation builds without warnings", run: rustdoc },
    Stage { name: "pages", what: "generated pages are up to date", run: pages::check },
    Stage { name: "commands", what: "the commands in README and docs do what they say", run: commands::check },
    Stage { name: "snippets", what: "the pieces of scenarios in README and docs are valid", run: snippets::check },
    Stage { name: "bits", what: "release, debug and plain code give the same bits", run: bits::check },
    Stage { name: "doctests", what: "the examples in the documentation run", run: doctests },
    Stage { name: "tests", what: "every test", run: tests },
];

/// Runs all stages, or those named.
///
/// # Errors
/// At a name that is no stage, and at the first stage that fails.
pub(crate) fn run(project: &Project, names: &[String]) -> Outcome {
    if let Some(unknown) = names.iter().find(|name| STAGES.iter().all(|stage| stage.name != **name)) {
        return Err(Failure(format!("there is no stage `{unknown}`\n\n{}", stages_in_words())));
    }
    let wanted = |stage: &&Stage| names.is_empty() || names.iter().any(|name| name == stage.name);
    run_all(project, &STAGES.iter().filter(wanted).collect::<Vec<_>>())
}

/// The stages and what they check, for the usage text.
pub(crate) fn stages_in_words() -> String {
    let lines = STAGES.iter().map(|stage| format!("  {:<10} {}\n", stage.name, stage.what));
    format!("Stages of `test`:\n{}", lines.collect::<String>())
}

fn tools(project: &Project) -> Outcome {
    let missing: Vec<&str> = ["fmt", "clippy"].into_iter().filter(|name| !project.has(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let rustup = Command::new("rustup").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if rustup.is_ok_and(|status| status.success()) {
        return show(Command::new("rustup").args(["component", "add", "rustfmt", "clippy"]).current_dir(&project.root));
    }
    Err(Failure(format!(
        "cargo {} is missing: install rustfmt and clippy with your Rust toolchain",
        missing.join(", ")
    )))
}

fn format(project: &Project) -> Outcome {
    show(&mut project.cargo(&["fmt", "--all", "--check"]))
}

fn clippy(project: &Project) -> Outcome {
    show(&mut project.cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn rustdoc(project: &Project) -> Outcome {
    // With examples, so that cargo chooses the same features of packages as for clippy and need not check them twice.
    let arguments = ["doc", "--workspace", "--no-deps", "--lib", "--bins", "--examples"];
    show(project.cargo(&arguments).env("RUSTDOCFLAGS", "-D warnings"))
}

fn doctests(project: &Project) -> Outcome {
    show(&mut project.cargo(&["test", "--workspace", "--doc", "--quiet"]))
}

fn tests(project: &Project) -> Outcome {
    if project.has("nextest") {
        return show(&mut project.cargo(&["nextest", "run", "--workspace"]));
    }
    show(&mut project.cargo(&["test", "--workspace", "--lib", "--bins", "--tests"]))
}
