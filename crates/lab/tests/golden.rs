//! Every shipped scenario still comes to the state that it came to.
//!
//! `golden.toml` holds, for each scenario, the steps run and the hash after them. After a change that is meant to
//! change results, `WALRAS_BLESS=1 cargo test -p walras-lab --test golden` writes it anew.

mod shared;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use walras_engine::{Scratch, step};
use walras_scenario::Loaded;

/// Steps of a longer scenario that are run.
const STEPS_MAX: u32 = 5000;

fn scenarios(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|it| it == "toml")).collect();
    found.sort();
    found
}

/// Every folder of scenarios, with what stands before the names of those in it.
const FOLDERS: [(&str, &str); 3] =
    [("scenarios", ""), ("scenarios/mechanisms", "mechanisms."), ("scenarios/rules", "rules.")];

/// Steps and hash; `None` when a data file of the scenario is not there.
fn hash_of(path: &Path) -> Option<(u32, String)> {
    let loaded = Loaded::from_file(path, &[]).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if let Some(file) = loaded.missing_files().first() {
        println!("skipped: {file} of {} is not present", path.display());
        return None;
    }
    let mut world = loaded.build(loaded.scenario.run.seed, 1 << 33).unwrap_or_else(|error| panic!("{error}")).world;
    let mut scratch = Scratch::default();
    let steps = loaded.scenario.run.steps.min(STEPS_MAX);
    for _ in 0..steps {
        step(&mut world, &mut scratch).unwrap();
    }
    Some((steps, world.hash().unwrap().to_string()))
}

#[test]
fn shipped_scenarios_keep_their_results() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden.toml");
    let mut expected: BTreeMap<String, (u32, String)> = read(&golden);
    let bless = std::env::var_os("WALRAS_BLESS").is_some();
    let mut different = Vec::new();
    let mut names = Vec::new();
    let paths =
        FOLDERS.iter().flat_map(|(folder, prefix)| scenarios(folder).into_iter().map(move |path| (path, prefix)));
    for (path, prefix) in paths {
        let name = format!("{prefix}{}", path.file_stem().unwrap().to_string_lossy());
        names.push(name.clone());
        let Some(found) = hash_of(&path) else { continue };
        if bless {
            expected.insert(name, found);
        } else if expected.get(&name) != Some(&found) {
            different.push(format!("{name}: expected {:?}, found {found:?}", expected.get(&name)));
        }
    }
    assert!(!names.is_empty(), "no scenario was found");
    if bless {
        expected.retain(|name, _| names.contains(name));
        fs::write(&golden, write(&expected)).unwrap();
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// Mechanisms, and rules, are held against each other on the same agents: the files of a folder differ in nothing but the
/// market's or the resource's own section, and what is said of it.
#[test]
fn files_that_are_compared_differ_in_one_section_alone() {
    let marks = |path: &Path, section: &str| {
        let text = fs::read_to_string(path).unwrap();
        let (above, same) = text.split_once("# From here on every file").unwrap();
        let sections: Vec<String> = above.lines().filter(|line| line.starts_with('[')).map(str::to_owned).collect();
        assert_eq!(sections, ["[run]", section], "{}", path.display());
        same.to_owned()
    };
    for (folder, section) in [("scenarios/mechanisms", "[markets.main]"), ("scenarios/rules", "[resources.cluster]")] {
        let paths = scenarios(folder);
        assert!(paths.len() >= 8, "{paths:?}");
        for path in &paths {
            let (one, first) = (marks(path, section), marks(&paths[0], section));
            assert_eq!(one, first, "{} and {}", path.display(), paths[0].display());
        }
    }
}

/// Reads what [`write`] writes.
fn read(path: &Path) -> BTreeMap<String, (u32, String)> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut entries = BTreeMap::new();
    let (mut name, mut steps) = (String::new(), 0);
    for line in text.lines() {
        if let Some(section) = line.strip_prefix('[') {
            name = section.trim_end_matches(']').to_owned();
        } else if let Some(number) = line.strip_prefix("steps = ") {
            steps = number.parse().unwrap();
        } else if let Some(hash) = line.strip_prefix("hash = ") {
            entries.insert(name.clone(), (steps, hash.trim_matches('"').to_owned()));
        }
    }
    entries
}

fn write(entries: &BTreeMap<String, (u32, String)>) -> String {
    let mut text = "# Written by `WALRAS_BLESS=1 cargo test -p walras-lab --test golden`.\n".to_owned();
    for (name, (steps, hash)) in entries {
        let _ = write!(text, "\n[{name}]\nsteps = {steps}\nhash = \"{hash}\"\n");
    }
    text
}
