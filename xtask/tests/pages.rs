//! Pages point to what is there, and the tables that people wrote in them are complete.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every page of the project with its path from the root.
fn pages() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["", "docs"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            if Path::new(&name).extension().is_some_and(|extension| extension == "md") {
                let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                found.push((path.clone(), read(&path)));
            }
        }
    }
    found
}

/// The targets of a page's links to files: `](target)`, without what follows `#`.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .map(|target| target.split('#').next().unwrap_or_default())
        .filter(|it| !it.is_empty() && !it.contains("://"))
}

#[test]
fn links_lead_somewhere() {
    let mut count = 0;
    for (name, text) in pages() {
        let folder = root().join(&name).parent().unwrap().to_path_buf();
        for link in links(&text) {
            assert!(folder.join(link).exists(), "{name} points to {link}, which is not there");
            count += 1;
        }
    }
    assert!(count > 50, "only {count} links were found");
}

#[test]
fn every_page_can_be_reached_from_the_readme() {
    let readme = read("README.md");
    for (name, _) in pages() {
        assert!(name == "README.md" || readme.contains(&format!("({name})")), "the README does not lead to {name}");
    }
}

/// The texts between `before` and the next quotation mark.
fn quoted(source: &str, before: &str) -> Vec<String> {
    let after = source.split(before).skip(1);
    after.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// Fails unless the page names each in backticks in a table row.
fn tabled(page: &str, names: &[String]) {
    assert!(names.len() > 2, "{page}: too few names were found: {names:?}");
    let text = read(page);
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
    for name in names {
        let marked = format!("`{name}`");
        assert!(rows.iter().any(|row| row.contains(&marked)), "{page} has no row for {marked}");
    }
}

#[test]
fn tables_name_every_measure_rejection_reason_and_column() {
    let measured = read("crates/institutions/src/measure.rs");
    let measured = measured.split("impl Measured").next().unwrap();
    tabled("docs/controllers.md", &quoted(measured, " = \""));
    let change = read("crates/institutions/src/anchor.rs");
    tabled("docs/controllers.md", &quoted(change.split("#[cfg(test)]").next().unwrap(), " = \""));
    let orders = read("crates/market/src/order.rs");
    let rejections = orders.split("impl Rejection").nth(1).unwrap();
    tabled("docs/settlement.md", &quoted(rejections.split("impl Orders").next().unwrap(), "=> \""));
    let reasons = read("crates/ledger/src/reason.rs");
    let reasons = reasons.split("impl Reason").nth(1).unwrap();
    tabled("docs/money.md", &quoted(reasons.split("impl Category").next().unwrap(), "=> \""));
    for table in ["markets", "fills", "agents", "events", "accounts", "parameters", "resources", "demand", "alerts"] {
        tabled("docs/records.md", &quoted(&read(&format!("crates/record/src/table/{table}.rs")), "entry(\""));
    }
    for table in
        ["markets", "fills", "agents", "events", "accounts", "parameters", "resources", "demand", "tasks", "proposals"]
    {
        tabled("docs/records.md", &quoted(&read(&format!("crates/record/src/table/{table}.rs")), "entry(\""));
    }
}
