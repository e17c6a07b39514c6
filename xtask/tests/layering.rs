//! Arrows between crates point one way only.

use std::fs;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

/// Which crates of the project each crate may use. A new crate takes its place here first.
const ALLOWED: [(&str, &[&str]); 15] = [
    ("catalog", &[]),
    ("numerics", &[]),
    ("report", &[]),
    ("measures", &["numerics"]),
    ("record", &["numerics"]),
    ("formula", &["catalog", "numerics"]),
    ("ledger", &["catalog", "numerics"]),
    ("market", &["catalog", "numerics", "formula", "ledger"]),
    ("agents", &["catalog", "numerics", "formula", "ledger", "market"]),
    ("institutions", &["catalog", "numerics", "formula", "ledger", "market", "agents"]),
    ("engine", &["catalog", "numerics", "formula", "ledger", "market", "agents", "institutions", "measures"]),
    ("scenario", &["catalog", "numerics", "formula", "ledger", "market", "agents", "institutions", "engine"]),
    (
        "lab",
        &[
            "catalog",
            "numerics",
            "formula",
            "ledger",
            "market",
            "agents",
            "institutions",
            "engine",
            "scenario",
            "measures",
            "record",
            "report",
        ],
    ),
    (
        "cli",
        &[
            "catalog",
            "numerics",
            "formula",
            "ledger",
            "market",
            "agents",
            "institutions",
            "engine",
            "scenario",
            "measures",
            "record",
            "report",
            "lab",
        ],
    ),
    ("studies", &["numerics", "ledger", "market", "agents", "engine", "scenario", "measures", "lab"]),
];

/// Packages that stand beside `crates/`, in folders of their own.
const BESIDE: [&str; 1] = ["studies"];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates")
}

/// The project's crates that `name` names in its `Cargo.toml`, in any section and for any platform.
fn arrows(name: &str) -> Vec<String> {
    let folder = if BESIDE.contains(&name) { crates().join("..") } else { crates() };
    let path = folder.join(name).join("Cargo.toml");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let manifest = DeTable::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut found = Vec::new();
    collect(manifest.as_ref(), &mut found);
    found
}

fn collect(table: &DeTable<'_>, found: &mut Vec<String>) {
    for (key, value) in table {
        let DeValue::Table(inner) = value.as_ref() else { continue };
        if !key.as_ref().ends_with("dependencies") {
            collect(inner, found);
            continue;
        }
        for (name, _) in inner {
            // The command itself is the package `walras`.
            let arrow = if name.as_ref() == "walras" { Some("cli") } else { name.as_ref().strip_prefix("walras-") };
            found.extend(arrow.map(str::to_owned));
        }
    }
}

#[test]
fn every_crate_has_its_place() {
    let mut found: Vec<String> = fs::read_dir(crates())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("Cargo.toml").is_file())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let mut placed: Vec<String> = ALLOWED.iter().map(|(name, _)| (*name).to_owned()).collect();
    placed.retain(|name| !BESIDE.contains(&name.as_str()));
    placed.sort();
    assert_eq!(found, placed);
}

#[test]
fn no_arrow_points_up() {
    for (name, allowed) in ALLOWED {
        for arrow in arrows(name) {
            assert!(allowed.contains(&arrow.as_str()), "{name} must not use walras-{arrow}");
        }
    }
}

/// The table above allows no circle: each crate uses only crates that stand before it.
#[test]
fn what_is_allowed_is_a_ladder() {
    for (place, (name, uses)) in ALLOWED.iter().enumerate() {
        for used in *uses {
            assert!(ALLOWED[..place].iter().any(|(before, _)| before == used), "{used} does not stand before {name}");
        }
    }
}
