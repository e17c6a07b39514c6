//! `THIRD-PARTY.md`: whose work is in the `walras` command.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::licences::text;
use crate::project::Project;
use crate::stage::{Failure, Outcome};

/// A table of the packages that are linked into the `walras` command on some platform, without those that only
/// build or test it.
///
/// # Errors
/// When cargo does not say.
pub(crate) fn table(project: &Project) -> Outcome<String> {
    let metadata = project.metadata(&["--locked"])?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages = list(&metadata["packages"]);
    let packages: BTreeMap<&str, &Value> = packages.iter().map(|package| (text(package, "id"), package)).collect();
    let nodes = list(&metadata["resolve"]["nodes"]);
    let nodes: BTreeMap<&str, &Value> = nodes.iter().map(|node| (text(node, "id"), node)).collect();
    let ours = |package: &Value| package["source"].is_null();
    let Some(start) = packages.values().find(|package| ours(package) && text(package, "name") == "walras") else {
        return Err(Failure("the workspace has no package `walras`".to_owned()));
    };
    let mut linked = BTreeSet::new();
    let mut waiting = vec![text(start, "id")];
    while let Some(id) = waiting.pop() {
        if !linked.insert(id) {
            continue;
        }
        let Some(node) = nodes.get(id) else { continue };
        for dependency in node["deps"].as_array().into_iter().flatten() {
            // A kind of null is an ordinary dependency; others build or test.
            let kinds = dependency["dep_kinds"].as_array().into_iter().flatten();
            let is_macro = packages.get(text(dependency, "pkg")).is_some_and(|package| is_macro(package));
            if kinds.into_iter().any(|kind| kind["kind"].is_null()) && !is_macro {
                waiting.push(text(dependency, "pkg"));
            }
        }
    }
    let mut rows: Vec<String> = Vec::new();
    for package in linked.iter().filter_map(|id| packages.get(id)).filter(|package| !ours(package)) {
        let (name, version) = (text(package, "name"), text(package, "version"));
        let licence = text(package, "license");
        let name = match text(package, "repository") {
            "" => name.to_owned(),
            repository => format!("[{name}]({repository})"),
        };
        rows.push(format!("| {name} | {version} | {licence} |"));
    }
    rows.sort_by_key(|row| row.trim_start_matches(['|', ' ', '[']).to_lowercase());
    Ok(format!("| package | version | licence |\n|---|---|---|\n{}\n", rows.join("\n")))
}

/// Whether a package is a procedural macro, which runs in the compiler and leaves nothing of itself in the command.
fn is_macro(package: &Value) -> bool {
    let targets = package["targets"].as_array().into_iter().flatten();
    targets.flat_map(|target| target["kind"].as_array().into_iter().flatten()).any(|kind| kind == "proc-macro")
}
