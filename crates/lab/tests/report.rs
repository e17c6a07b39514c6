//! A run and its report, end to end.

mod shared;

use std::fs;

use shared::{economy, run_into};
use walras_lab::{Silent, report};

#[test]
fn a_run_ends_with_a_page_and_charts() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    run_into(&out, &economy(&[]), 2, &mut Silent);
    let files = report(&out).unwrap();
    let page = fs::read_to_string(&files.html).unwrap();
    for words in [
        "Two tokens",
        "alpha",
        "beta",
        "traders",
        "holders",
        "Gini",
        "halt",
        "vesting",
        "became of each supply",
        "controllers.slope",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("class=\"n unbalanced\""), "money was lost");
    assert!(files.charts.iter().filter(|path| path.extension().is_some_and(|it| it == "png")).count() >= 8);
    assert!(files.charts.iter().all(|path| fs::metadata(path).unwrap().len() > 500));
}
