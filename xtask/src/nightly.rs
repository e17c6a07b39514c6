//! `cargo xtask nightly`: what takes too long for every change.

use crate::project::{Project, show};
use crate::stage::Outcome;

/// How long each target is fuzzed, in seconds.
const FUZZ_S: u32 = 60;

/// Runs the curves' laws over a million sequences each, the pools' over a hundred thousand, and the order book beside its
/// twin over ten million commands, in release; then fuzzes, where `cargo fuzz` is installed.
///
/// # Errors
/// At the first law that is broken or input that crashes.
pub(crate) fn run(project: &Project) -> Outcome {
    let mut laws = vec!["test", "--release", "--package", "walras-market"];
    laws.extend(
        ["curve_laws", "curve_precision", "pool_laws", "book_laws"].into_iter().flat_map(|test| ["--test", test]),
    );
    show(project.cargo(&laws).env("WALRAS_NIGHTLY", "1"))?;
    if !project.has("fuzz") {
        println!("not fuzzed: cargo-fuzz is not installed (cargo install cargo-fuzz)");
        return Ok(());
    }
    let folder = project.root.join("fuzz");
    for target in project.files("fuzz/fuzz_targets", "rs")? {
        let name = target.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let seconds = format!("-max_total_time={FUZZ_S}");
        // Fuzzing instruments the build, which only a nightly compiler does.
        let arguments = ["+nightly", "fuzz", "run", &name, "--", &seconds];
        show(std::process::Command::new("cargo").args(arguments).current_dir(&folder))?;
    }
    Ok(())
}
