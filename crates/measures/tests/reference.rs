//! Measures of liquidity provision against numbers that other people computed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use walras_measures::provision::{
    arbitrage_share_fixed_blocks, arbitrage_share_poisson_blocks, impermanent_loss, loss_versus_rebalancing_rate,
    weighted_impermanent_loss,
};

/// The reference file, in the folder beside the checkout or above it.
fn reference() -> Option<PathBuf> {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    folders.map(|folder| folder.join("shared/reference/mechanisms.csv")).find(|path| path.is_file())
}

#[test]
fn every_row_is_met_within_its_tolerance() {
    let Some(mut reader) = reference().and_then(|path| csv::Reader::from_path(path).ok()) else {
        println!("skipped: the reference file is not present");
        return;
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.expect("a readable row");
        let params: Json = serde_json::from_str(&record[1]).unwrap_or(Json::Null);
        let number = |name: &str| params[name].as_f64().unwrap_or(f64::NAN);
        let input = || record[3].parse::<f64>().expect("a number");
        // The shares with fees are closed forms to four or more digits; the loss and the rate are exact.
        let (found, tolerance) = match &record[0] {
            "impermanent_loss_cpmm" => (impermanent_loss(input()), 1e-12),
            "impermanent_loss_weighted" => (weighted_impermanent_loss(input(), number("weight")), 1e-12),
            "lvr_cpmm" => (loss_versus_rebalancing_rate(number("sigma")).map(|rate| rate * number("T")), 1e-12),
            "lvr_fee_poisson_blocks" => {
                (arbitrage_share_poisson_blocks(number("log_fee"), number("sigma_per_block")), 1e-12)
            }
            "lvr_fee_fixed_blocks" => {
                (arbitrage_share_fixed_blocks(number("log_fee"), number("sigma_per_block")), 5e-5)
            }
            _ => continue,
        };
        let (found, expected) = (found.expect("defined"), record[4].parse::<f64>().expect("a number"));
        let error = (found / expected - 1.0).abs();
        assert!(error <= tolerance, "row {}, {}: {found}, not {expected}", index + 2, &record[0]);
        *counts.entry(record[0].to_owned()).or_default() += 1;
    }
    println!("{counts:?}");
    assert!(counts.len() == 5 && counts.values().all(|&count| count > 1), "{counts:?}");
}
