//! What holds in every file: nothing left undone, no machine's paths, and no arithmetic that varies by platform where
//! bits count.

use std::fs;
use std::path::{Path, PathBuf};

/// Crates whose results enter the state: see docs/determinism.md.
const SAME_BITS: [&str; 10] =
    ["catalog", "numerics", "formula", "ledger", "market", "agents", "institutions", "engine", "measures", "scenario"];

/// Where two platforms, thread counts or moments could differ.
const VARIES: [&str; 26] = [
    ".exp(",
    ".exp2(",
    ".exp_m1(",
    ".ln(",
    ".ln_1p(",
    ".log(",
    ".log2(",
    ".log10(",
    ".powf(",
    ".powi(",
    ".sin(",
    ".cos(",
    ".tan(",
    ".sinh(",
    ".cosh(",
    ".tanh(",
    ".asin(",
    ".acos(",
    ".atan(",
    ".cbrt(",
    ".hypot(",
    ".mul_add(",
    "HashMap",
    "HashSet",
    "Instant::now",
    "SystemTime",
];

/// The longest a source file may be, in lines. Most are under 400.
const LINES_MAX: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let skipped = (name.starts_with('.') && name != ".ci" && name != ".github")
            || ["target", "runs", "corpus", "artifacts", "coverage", "node_modules"].contains(&name.as_str());
        if path.is_dir() && !skipped {
            walk(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

/// Every text file that people write here, with its path from the root.
fn files(extensions: &[&str]) -> Vec<(String, String)> {
    let mut paths = Vec::new();
    walk(&root(), &mut paths);
    paths.sort();
    let wanted = |path: &PathBuf| path.extension().is_some_and(|found| extensions.iter().any(|one| found == *one));
    paths
        .into_iter()
        .filter(wanted)
        .filter_map(|path| {
            let text = fs::read_to_string(&path).ok()?;
            let name = path.strip_prefix(root()).ok()?.to_string_lossy().replace('\\', "/");
            Some((name, text))
        })
        .collect()
}

fn code() -> Vec<(String, String)> {
    let files = files(&["rs"]);
    assert!(files.len() > 100, "only {} source files were found", files.len());
    files
}

#[test]
fn nothing_is_left_undone() {
    // In two pieces, so that this file passes its own test.
    let marks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["for ", "now"], ["un", "implemented!("], ["#[ig", "nore"]];
    for (name, text) in files(&["rs", "md", "toml", "js", "css", "sh", "yml"]) {
        for mark in marks.map(|parts| parts.concat()) {
            if let Some(line) = text.lines().position(|line| line.contains(&mark)) {
                panic!("{name}:{}: `{mark}`", line + 1);
            }
        }
    }
}

#[test]
fn nothing_points_to_one_machine() {
    let paths = [["/ho", "me/"], ["/ro", "ot/"], ["/Us", "ers/"], ["/wo", "rk/"], ["C:", "\\"], ["/t", "mp/"]];
    for (name, text) in files(&["rs", "md", "toml", "js", "css", "sh", "yml", "svg", "json"]) {
        for path in paths.map(|parts| parts.concat()) {
            if let Some(line) = text.lines().position(|line| line.contains(&path)) {
                panic!("{name}:{}: `{path}`", line + 1);
            }
        }
    }
}

/// The code before a file's tests, without comments.
fn plain_code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().take_while(|line| !line.contains("#[cfg(test)]")).enumerate();
    lines.map(|(number, line)| (number + 1, line.split("//").next().unwrap_or_default()))
}

#[test]
fn no_arithmetic_varies_where_bits_count() {
    for (name, text) in code() {
        let within = |folder: &&str| name.starts_with(&format!("crates/{folder}/src/"));
        if !SAME_BITS.iter().any(within) || is_test_file(&name) {
            continue;
        }
        for (number, line) in plain_code(&text) {
            if let Some(varies) = VARIES.iter().find(|varies| line.contains(**varies)) {
                panic!("{name}:{number}: `{varies}`: use walras_numerics::elementary, or a column in order");
            }
        }
    }
}

/// Files that are compiled for tests only are named in their `mod.rs` after `#[cfg(test)]`.
fn is_test_file(name: &str) -> bool {
    let path = root().join(name);
    let (Some(folder), Some(stem)) = (path.parent(), path.file_stem()) else { return false };
    let declared = format!("#[cfg(test)]\nmod {};", stem.to_string_lossy());
    let parents = [folder.join("mod.rs"), folder.join("lib.rs"), folder.with_extension("rs")];
    parents.iter().any(|parent| fs::read_to_string(parent).is_ok_and(|text| text.contains(&declared)))
}

#[test]
fn names_say_what_things_are() {
    let vague = ["manager", "handler", "helper", "helpers", "util", "utils", "common", "misc"];
    for (name, text) in code() {
        let stem = Path::new(&name).file_stem().unwrap().to_string_lossy().into_owned();
        assert!(!stem.split('_').any(|word| vague.contains(&word)), "{name}: call it by what it is");
        for (number, line) in plain_code(&text) {
            for keyword in ["struct ", "enum ", "trait ", "mod "] {
                let Some((_, rest)) = line.split_once(keyword) else { continue };
                let item = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
                let lower = item.to_lowercase();
                let named = vague.iter().find(|word| lower == **word || lower.ends_with(**word));
                assert!(named.is_none(), "{name}:{number}: `{item}`: call it by what it is");
            }
        }
    }
}

#[test]
fn files_have_one_subject() {
    for (name, text) in code() {
        let lines = text.lines().count();
        assert!(lines <= LINES_MAX, "{name} has {lines} lines: it has more than one subject");
    }
}
