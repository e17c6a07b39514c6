//! Conviction voting against numbers that the contract's own code computed.

use std::path::PathBuf;

use serde_json::Value as Json;
use walras_institutions::voting::Decay;

/// A reference file: in the folder that `WALRAS_REFERENCE` names, or in `shared/reference` beside the repository.
fn reference(name: &str) -> PathBuf {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/reference");
    std::env::var_os("WALRAS_REFERENCE").map_or_else(|| PathBuf::from(beside), PathBuf::from).join(name)
}

/// A number, or a text that is one.
fn number(object: &Json, name: &str) -> f64 {
    let value = &object[name];
    let text = || value.as_str().and_then(|text| text.parse().ok());
    value.as_f64().or_else(text).unwrap_or_else(|| panic!("no number {name} in {object}"))
}

/// The contract counts α in ten millionths, so that 1 − α is a whole number of them.
fn decay(params: &Json) -> Decay {
    const UNITS: f64 = 1e7;
    let kept = (number(params, "alpha") * UNITS).round();
    Decay { kept: kept / UNITS, forgotten: (UNITS - kept) / UNITS }
}

#[test]
fn every_row_is_met_within_its_tolerance() {
    let Ok(mut reader) = csv::Reader::from_path(reference("mechanisms.csv")) else {
        println!("skipped: the reference file is not present");
        return;
    };
    let (mut convictions, mut thresholds) = (0, 0);
    for (index, record) in reader.records().enumerate() {
        let record = record.expect("a readable row");
        if &record[0] != "conviction_voting" {
            continue;
        }
        let params: Json = serde_json::from_str(&record[1]).expect("parameters");
        let found = match &record[2] {
            "calculateConviction" => {
                convictions += 1;
                let input: Json = serde_json::from_str(&record[3]).expect("an input");
                decay(&params).after(number(&input, "t") as u32, number(&input, "y0"), number(&input, "x"))
            }
            "calculateThreshold" => {
                thresholds += 1;
                let requested = record[3].parse().expect("an amount");
                let [beta, rho, staked, funds] = ["beta", "rho", "staked", "funds"].map(|name| number(&params, name));
                decay(&params).threshold(beta, rho, staked, requested, funds)
            }
            other => panic!("row {}: teach this test to compute `{other}`", index + 2),
        };
        let expected: f64 = record[4].parse().expect("a number");
        let tolerance = record[5].rsplit(' ').next().and_then(|word| word.parse::<f64>().ok()).expect("a tolerance");
        let error = (found / expected - 1.0).abs();
        assert!(error <= tolerance, "row {}: {found}, not {expected}", index + 2);
    }
    println!("{convictions} convictions, {thresholds} thresholds");
    assert!(convictions > 0 && thresholds > 0, "the reference file has no rows for conviction voting");
}
