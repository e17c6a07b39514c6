//! One entry, one file: a folder of entries has one file for each line of its list.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder's list: the trait its entries implement, and their types.
struct Listing {
    folder: PathBuf,
    trait_name: String,
    types: Vec<String>,
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The lists in files named `mod.rs` of every crate.
fn listings() -> Vec<Listing> {
    let mut files = Vec::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates")).unwrap() {
        rust_files(&entry.unwrap().path().join("src"), &mut files);
    }
    files.retain(|file| file.ends_with("mod.rs"));
    files.sort();
    files.iter().filter_map(|file| listing(file)).collect()
}

fn listing(file: &Path) -> Option<Listing> {
    let text = fs::read_to_string(file).unwrap();
    let block = text.split("\nentries! {").nth(1)?.split("\n}").next()?;
    let trait_name = block.split(": dyn ").nth(1)?.split(' ').next()?.to_owned();
    let body = block.split_once("\" {")?.1;
    let types = body.split(',').filter_map(|line| Some(line.split_once('(')?.1.split(')').next()?.trim().to_owned()));
    Some(Listing { folder: file.parent()?.to_path_buf(), trait_name, types: types.collect() })
}

/// The types that a folder's files define as entries and that implement its trait, each with its files.
fn entries(listing: &Listing) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in fs::read_dir(&listing.folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") || path.ends_with("mod.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for block in text.split("\nentry! {").skip(1) {
            let Some(name) = block.split("pub struct ").nth(1).and_then(|rest| rest.split([' ', '=']).next()) else {
                continue;
            };
            // A group of parameters that entries share is not an entry of the folder.
            if text.contains(&format!("impl {} for {name} {{", listing.trait_name)) {
                let file = path.file_name().unwrap().to_string_lossy().into_owned();
                found.entry(name.to_owned()).or_default().push(file);
            }
        }
    }
    found
}

#[test]
fn every_folder_of_entries_is_seen() {
    let folders: Vec<String> =
        listings().iter().map(|listing| listing.folder.file_name().unwrap().to_string_lossy().into_owned()).collect();
    for known in ["curve", "policy", "objective", "population", "distribution", "release", "control", "shock"] {
        assert!(folders.iter().any(|folder| folder == known), "no list found for {known}, only for {folders:?}");
    }
}

#[test]
fn lists_and_files_agree() {
    for listing in listings() {
        let folder = listing.folder.display();
        let entries = entries(&listing);
        for name in &listing.types {
            let files = entries.get(name).unwrap_or_else(|| panic!("{folder} lists {name}, which no file defines"));
            assert_eq!(files.len(), 1, "{folder}: {name} is defined in {files:?}");
        }
        let mut of_file: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, files) in &entries {
            assert!(listing.types.contains(name), "{folder}: {name} in {files:?} is not listed in mod.rs");
            of_file.entry(&files[0]).or_default().push(name);
        }
        for (file, names) in of_file {
            assert_eq!(names.len(), 1, "{folder}/{file} defines {names:?}: one entry, one file");
        }
    }
}
