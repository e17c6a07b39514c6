//! Boards of tasks and steered requests: what a run writes down can be verified, goes on after an interruption as if nothing
//! had happened, and sums up what its tables say.

mod shared;

use std::path::Path;

use shared::{Meddler, run_into};
use walras_lab::{Silent, Summary, report, resume, verify};
use walras_record::Run;
use walras_record::table::{Columns, TaskColumns};
use walras_scenario::Loaded;

fn scenario(name: &str, set: &[&str]) -> Loaded {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../scenarios/{name}.toml"));
    let set: Vec<String> = set.iter().map(|&set| set.to_owned()).collect();
    Loaded::from_file(&path, &set).unwrap_or_else(|error| panic!("{error}"))
}

fn whole(run: &Run) -> TaskColumns {
    let (mut columns, mut reader) = (TaskColumns::new(&run.manifest.names()), run.table::<TaskColumns>().unwrap());
    while reader.append_next(&mut columns).unwrap() {}
    columns
}

fn summary(run: &Run) -> Summary {
    serde_json::from_value(run.manifest.summary.clone()).unwrap()
}

#[test]
fn an_interrupted_run_goes_on_as_if_nothing_had_happened() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["task-completion", "capacity-promotion"] {
        let loaded = scenario(name, &["run.steps=90"]);
        let (straight, broken) = (folder.path().join(name), folder.path().join(format!("{name}-broken")));
        run_into(&straight, &loaded, 2, &mut Silent);
        let mut stops = Meddler { stop_after: Some(47), directory: broken.clone(), ..Meddler::default() };
        run_into(&broken, &loaded, 1, &mut stops);
        resume(&broken, Some(1), &mut Silent).unwrap();
        let (one, other) = (Run::open(&straight).unwrap(), Run::open(&broken).unwrap());
        assert_eq!(one.manifest.final_hash, other.manifest.final_hash, "{name}");
        assert_eq!(one.manifest.summary, other.manifest.summary, "{name}");
        let verified = verify(&straight, None, &mut Silent).unwrap();
        assert!(verified.ok, "{name}: {verified:?}");
        if name == "task-completion" {
            assert_eq!(format!("{:?}", whole(&one)), format!("{:?}", whole(&other)));
            let files = report(&straight).unwrap();
            assert!(std::fs::read_to_string(files.html).unwrap().contains("What became of tasks"));
            assert!(files.charts.iter().any(|chart| chart.ends_with("tasks.svg")), "{:?}", files.charts);
        }
    }
}

/// The summary's figures are the last row's of the table, and every task that was posted is over or stands.
#[test]
fn the_summary_is_what_the_table_says() {
    let folder = tempfile::tempdir().unwrap();
    run_into(folder.path(), &scenario("task-completion", &["run.steps=150"]), 1, &mut Silent);
    let run = Run::open(folder.path()).unwrap();
    let (table, summary) = (whole(&run), summary(&run));
    let (board, last) = (&summary.tasks[0], table.len() - 1);
    assert_eq!(board.completed, u64::from(table.completed[last]));
    assert_eq!(board.paid, table.paid[last] as f64 / 1e6);
    let over = |row: usize| {
        let ended = [&table.completed, &table.paid_false, &table.found_false, &table.late, &table.untaken];
        ended.iter().map(|column| column[row]).sum::<u32>()
    };
    for row in 0..table.len() {
        assert_eq!(table.posted[row], over(row) + table.open[row] + table.at_work[row]);
    }
    let busy: u32 = table.at_work.iter().sum();
    assert_eq!(board.utilisation, Some(f64::from(busy) / (60.0 * 150.0)));
    assert!(board.cost_per_completion.unwrap() > 0.0 && board.completed > 100);
}

/// Pointed by shares that adapt, requests spread until the loads are alike; pointed all to the least loaded they crowd, and
/// no more is used than without advice. Guides are paid for what they steered to the operator who pays.
#[test]
fn advice_that_adapts_fills_idle_capacity() {
    let folder = tempfile::tempdir().unwrap();
    let run = |name: &str, set: &[&str]| {
        let path = folder.path().join(name);
        run_into(&path, &scenario("capacity-promotion", set), 1, &mut Silent);
        let summary = summary(&Run::open(&path).unwrap());
        let granted: f64 = summary.resources.iter().map(|resource| resource.granted).sum();
        let used: Vec<f64> = summary.resources.iter().map(|resource| resource.utilisation.unwrap()).collect();
        (granted, used, summary.contracts[0].paid)
    };
    let (adapted, used, paid) = run("adaptive", &["steering.guides.listens=1.0"]);
    let (unsteered, _, unpaid) = run("unsteered", &["steering.guides.listens=0.0"]);
    let (crowded, ..) = run("crowded", &["steering.guides.listens=1.0", "steering.guides.pointing=\"least_loaded\""]);
    assert!(adapted > 1.25 * unsteered && crowded < 1.05 * unsteered, "{adapted} {unsteered} {crowded}");
    let (least, most) = used.iter().fold((1.0_f64, 0.0_f64), |(a, b), &it| (a.min(it), b.max(it)));
    assert!(most - least < 0.05, "{used:?}");
    assert!(paid > 0.0 && unpaid == 0.0, "{paid} {unpaid}");
}
