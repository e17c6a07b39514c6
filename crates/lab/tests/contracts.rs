//! Contracts and promotion: what a run writes down can be verified, goes on after an interruption as if nothing had
//! happened, and sums up what its tables say.

mod shared;

use std::path::Path;

use shared::{Meddler, run_into};
use walras_lab::summary::ContractSummary;
use walras_lab::{Silent, Summary, report, resume, verify};
use walras_record::Run;
use walras_record::table::{AffiliateColumns, Columns, ContractColumns};
use walras_scenario::Loaded;

const SCENARIOS: [&str; 3] = ["token-promotion", "wash-ring", "sybil-chain"];

fn scenario(name: &str, set: &[&str]) -> Loaded {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../scenarios/{name}.toml"));
    let set: Vec<String> = set.iter().map(|&set| set.to_owned()).collect();
    Loaded::from_file(&path, &set).unwrap_or_else(|error| panic!("{error}"))
}

fn whole<C: Columns>(run: &Run) -> C {
    let (mut columns, mut reader) = (C::new(&run.manifest.names()), run.table::<C>().unwrap());
    while reader.append_next(&mut columns).unwrap() {}
    columns
}

fn contracts(dir: &Path) -> Vec<ContractSummary> {
    let summary: Summary = serde_json::from_value(Run::open(dir).unwrap().manifest.summary).unwrap();
    summary.contracts
}

#[test]
fn runs_can_be_verified_resumed_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    for name in SCENARIOS {
        let loaded = scenario(name, &["run.steps=90", "record.checkpoint_every=25", "record.hash_every=10"]);
        let (straight, broken) = (folder.path().join(format!("{name}-1")), folder.path().join(format!("{name}-2")));
        run_into(&straight, &loaded, 2, &mut Silent);
        // Within an epoch: what was contributed in it so far is state.
        let mut stops = Meddler { stop_after: Some(47), directory: broken.clone(), ..Meddler::default() };
        run_into(&broken, &loaded, 1, &mut stops);
        resume(&broken, Some(1), &mut Silent).unwrap();
        let (one, other) = (Run::open(&straight).unwrap(), Run::open(&broken).unwrap());
        assert_eq!(one.manifest.final_hash, other.manifest.final_hash, "{name}");
        assert_eq!(one.manifest.summary, other.manifest.summary, "{name}");
        let rows = |run: &Run| format!("{:?}{:?}", whole::<ContractColumns>(run), whole::<AffiliateColumns>(run));
        assert_eq!(rows(&one), rows(&other), "{name}");
        let verified = verify(&straight, None, &mut Silent).unwrap();
        assert!(verified.checks.iter().all(|check| check.ok), "{name}: {verified:?}");
        let files = report(&straight).unwrap();
        let page = std::fs::read_to_string(files.html).unwrap();
        assert!(page.contains("What contracts paid"), "{name}");
        assert!(files.charts.iter().any(|chart| chart.ends_with("contracts.svg")), "{name}: {:?}", files.charts);
    }
}

/// The summary's amounts are the last rows' of the table, and what affiliates earned adds up to what was earned.
#[test]
fn the_summary_says_what_the_tables_say() {
    let folder = tempfile::tempdir().unwrap();
    for name in SCENARIOS {
        let out = folder.path().join(name);
        run_into(&out, &scenario(name, &[]), 2, &mut Silent);
        let run = Run::open(&out).unwrap();
        let (table, each) = (whole::<ContractColumns>(&run), whole::<AffiliateColumns>(&run));
        let summaries = contracts(&out);
        for (number, summary) in summaries.iter().enumerate() {
            let last = (0..table.len()).rfind(|&row| table.contract.ids()[row] as usize == number).unwrap();
            let units = |atoms: i64| atoms as f64 / 1e6;
            assert_eq!(summary.paid, units(table.paid[last]), "{name}");
            assert_eq!(summary.held, units(table.escrow[last]), "{name}");
            assert_eq!((summary.contributed, summary.imbalance), (table.contribution[last], 0.0), "{name}");
            assert!(summary.paid + summary.refunded <= summary.funded && summary.paid > 0.0, "{name}");
            assert!(summary.solvency_minimum.is_none_or(|least| least >= 1.0), "{name}");
            let own = (0..each.len()).filter(|&row| each.contract.ids()[row] as usize == number);
            assert_eq!(own.map(|row| each.earned[row]).sum::<i64>(), table.earned[last], "{name}");
        }
    }
}

/// Wash trading pays iff k > f·(1 − r): the ring above drains its contract and is richer, the ring below stops with a
/// loss. What both contributed they made themselves.
#[test]
fn a_ring_pays_above_the_fee_less_the_referral_and_not_below() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("ring");
    run_into(&out, &scenario("wash-ring", &[]), 2, &mut Silent);
    let [above, below, ..] = &contracts(&out)[..] else { panic!("four contracts") };
    assert_eq!((above.paid, above.funded), (2000.0, 2000.0));
    // One trial, and no more.
    assert!(below.paid < 200.0 && below.contributed < 0.15 * above.contributed, "{below:?}");
    for contract in [above, below] {
        assert_eq!((contract.manufactured_share, contract.verified), (Some(1.0), 0.0));
        assert_eq!(contract.cost_per_verified, None);
    }
    let summary: Summary = serde_json::from_value(Run::open(&out).unwrap().manifest.summary).unwrap();
    let profit = |name: &str| summary.cohorts.iter().find(|cohort| cohort.name == name).unwrap().profit.unwrap();
    assert!(profit("ring_above") > 0.0 && profit("ring_below") < 0.0, "{summary:?}");
}

/// The same trade by one identity and by three in a chain: a third more where the sponsor's half comes on top, the same
/// where the affiliate bears it, and less than nothing where identities have a price and fraud is found.
#[test]
fn sybils_gain_only_where_the_chain_comes_on_top() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("chain");
    run_into(&out, &scenario("sybil-chain", &[]), 2, &mut Silent);
    let [alone, on_top, borne, staked] = &contracts(&out)[..] else { panic!("four contracts") };
    assert!((alone.contributed - on_top.contributed).abs() < 1e-3 * alone.contributed);
    assert!((on_top.paid / alone.paid - 4.0 / 3.0).abs() < 1e-4, "{} and {}", on_top.paid, alone.paid);
    assert!((borne.paid / alone.paid - 1.0).abs() < 1e-4, "{} and {}", borne.paid, alone.paid);
    assert!(staked.paid < staked.slashed, "{staked:?}");
}
