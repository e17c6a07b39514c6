//! Whether differently built commands compute the same bits: optimised or not, with wide vector instructions or without.
//!
//! The tests hold each shipped scenario to a recorded hash, but they are themselves built one way. Here the command
//! is built three ways and runs every scenario with each, on different numbers of threads.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::project::{Project, output};
use crate::stage::{Doing, Failure, Outcome};

/// Steps that are compared. The first ones already pass every stage.
const STEPS: &str = "run.steps=200";

/// A way to build the command, and the threads it then runs on.
struct Build {
    name: &'static str,
    arguments: &'static [&'static str],
    threads: &'static str,
}

/// The debug builds take in the whole workspace and its examples because the tests do: with another selection cargo
/// would choose other features of some packages, and build half of them twice.
const BUILDS: [Build; 3] = [
    Build { name: "release", arguments: &["--release", "--package", "walras"], threads: "1" },
    Build { name: "debug", arguments: &["--workspace", "--bins", "--examples"], threads: "3" },
    // Only the plain version of each function that otherwise has wider ones, and hardly optimised.
    Build {
        name: "debug-scalar",
        arguments: &["--workspace", "--bins", "--examples", "--features", "walras/scalar"],
        threads: "8",
    },
];

/// Compares the state hashes of every scenario, build by build.
///
/// # Errors
/// When two builds differ, with the scenario.
pub(crate) fn check(project: &Project) -> Outcome {
    let folder = project.empty_scratch("bits")?;
    let mut scenarios = Vec::new();
    let mut expected: Vec<Value> = Vec::new();
    for build in &BUILDS {
        let walras = project.build_walras(build.name, build.arguments)?;
        if scenarios.is_empty() {
            scenarios = project.scenarios(&walras, "scenarios")?;
            scenarios.extend(project.scenarios(&walras, "scenarios/mechanisms")?);
        }
        if scenarios.is_empty() {
            return Err(Failure("there is no scenario to compare".to_owned()));
        }
        for (number, scenario) in scenarios.iter().enumerate() {
            let stem = scenario.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let out = folder.join(format!("{stem}-{}", build.name));
            let hashes = hashes(&walras, scenario, &out, build.threads)?;
            println!("{stem}, {} on {} threads: {}", build.name, build.threads, hashes["final"]);
            match expected.get(number) {
                None => expected.push(hashes),
                Some(first) if *first == hashes => {}
                Some(first) => {
                    let first_name = BUILDS[0].name;
                    return Err(Failure(format!(
                        "{stem} comes out differently:\n  {first_name}: {first}\n  {}: {hashes}",
                        build.name
                    )));
                }
            }
        }
    }
    Ok(())
}

/// The state hashes on the way and at the end of a run.
fn hashes(walras: &Path, scenario: &Path, out: &Path, threads: &str) -> Outcome<Value> {
    let mut command = Command::new(walras);
    command.arg("run").arg(scenario).arg("--out").arg(out).args(["--quiet", "--threads", threads]);
    output(command.args(["--set", STEPS, "--set", "record.hash_every=20"]))?;
    let path = out.join("manifest.json");
    let text = std::fs::read_to_string(&path).doing(|| format!("reading {}", path.display()))?;
    let manifest: Value = serde_json::from_str(&text).doing(|| format!("reading {}", path.display()))?;
    if !manifest["final_hash"].is_string() {
        return Err(Failure(format!("the manifest in {} has no final hash", out.display())));
    }
    Ok(serde_json::json!({ "final": manifest["final_hash"], "steps": manifest["step_hashes"] }))
}
