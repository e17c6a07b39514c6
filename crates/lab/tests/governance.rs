//! Runs of economies that vote: written down, stopped and resumed, verified and reported.

mod shared;

use std::fs;
use std::path::{Path, PathBuf};

use shared::{Meddler, economy, options, run_into};
use walras_engine::utility::utilities;
use walras_engine::{Scratch, step};
use walras_lab::{Outcome, Silent, resume, run, verify};
use walras_record::Run;
use walras_record::table::{AgentColumns, Columns, ProposalColumns};
use walras_scenario::Loaded;

const SCENARIOS: [&str; 5] = ["dao-fee", "flash-loan-vote", "vote-buying", "apathy", "quadratic-funding"];

fn load(name: &str, overrides: &[&str]) -> Loaded {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(format!("{name}.toml"));
    let overrides: Vec<String> = overrides.iter().map(|&it| it.to_owned()).collect();
    Loaded::from_file(&path, &overrides).unwrap_or_else(|error| panic!("{error}"))
}

fn rows<C: Columns>(dir: &Path) -> C {
    let run = Run::open(dir).unwrap();
    let (mut reader, mut columns) = (run.table::<C>().unwrap(), C::new(&run.manifest.names()));
    while reader.append_next(&mut columns).unwrap() {}
    columns
}

/// What was written is what running it again gives, row by row, and it can be shown.
#[test]
fn votes_are_recorded_verified_and_shown() {
    for name in SCENARIOS {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("run");
        let reported = walras_lab::RunOptions { report: true, ..options(&out, 2) };
        let outcome: Outcome = run(&load(name, &[]), &reported, &mut Silent).unwrap();
        let found = verify(&out, Some(1), &mut Silent).unwrap();
        assert!(found.ok, "{name}: {found:#?}");
        let page = fs::read_to_string(out.join("report.html")).unwrap();
        let summary = &outcome.summary;
        if name == "quadratic-funding" {
            assert_eq!(summary.funding[0].projects.len(), 3);
            assert!(page.contains("library: matched"));
            continue;
        }
        let body = &summary.governance[0];
        assert!(page.contains("Votes") && page.contains("Nakamoto coefficient"), "{name}");
        assert!(body.proposals > 0 && body.passed + body.failed <= body.proposals, "{name}: {body:?}");
        let written: ProposalColumns = rows(&out);
        let highest = written.proposal.iter().max().unwrap();
        assert_eq!(u64::from(*highest) + 1, body.proposals, "{name}");
        if name == "dao-fee" {
            assert!(out.join("charts/votes.svg").is_file());
        }
    }
}

/// Stopped in the middle of votes and resumed, a run ends as if nothing had happened.
#[test]
fn a_stopped_vote_goes_on() {
    for name in SCENARIOS {
        let folder = tempfile::tempdir().unwrap();
        let (whole, cut) = (folder.path().join("whole"), folder.path().join("cut"));
        let loaded = load(name, &["record.checkpoint_every=7"]);
        let straight = run_into(&whole, &loaded, 1, &mut Silent);
        // Within a voting period of every scenario that has one.
        let mut meddler = Meddler { stop_after: Some(21), directory: cut.clone(), ..Meddler::default() };
        run_into(&cut, &loaded, 1, &mut meddler);
        let resumed = resume(&cut, Some(1), &mut Silent).unwrap();
        assert_eq!(straight.final_hash, resumed.final_hash, "{name}");
        assert_eq!(straight.summary, resumed.summary, "{name}");
        if name != "quadratic-funding" {
            let [one, other] = [&whole, &cut].map(|dir| format!("{:?}", rows::<ProposalColumns>(dir)));
            assert_eq!(one, other, "{name}");
        }
    }
}

/// What voters who look ahead compare is what the tables call utility.
#[test]
fn utility_is_what_the_tables_say() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let loaded = economy(&["record.agents_every=1", "record.agents_sample=1000"]);
    run_into(&out, &loaded, 1, &mut Silent);
    let written: AgentColumns = rows(&out);
    let mut world = loaded.build(loaded.scenario.run.seed, 1 << 33).unwrap_or_else(|error| panic!("{error}")).world;
    let mut scratch = Scratch::default();
    for _ in 0..loaded.scenario.run.steps {
        step(&mut world, &mut scratch).unwrap();
    }
    let last = world.step - 1;
    let recorded: Vec<f64> =
        (0..written.len()).filter(|&row| written.step[row] == last).map(|row| written.utility[row]).collect();
    let computed: Vec<f64> = (0..world.cohorts.len()).flat_map(|cohort| utilities(&world, cohort)).collect();
    assert_eq!(recorded, computed);
}
