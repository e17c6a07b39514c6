//! Every study at its ordinary size: a claim that fails, fails its test.

use walras_studies::{Size, find};

/// Measures the study `name` and checks every number but those in `open`, which are not reproduced and are shown as that.
fn holds(name: &str, open: &[&str]) {
    let study = find(name).unwrap();
    let findings = match (study.run)(Size::Ordinary) {
        Ok(findings) => findings,
        Err(missing) => return println!("skipped: {missing}"),
    };
    assert!(!findings.is_empty());
    for quantity in open {
        assert!(findings.iter().any(|finding| finding.quantity == *quantity), "nothing measures `{quantity}`");
    }
    let missed: Vec<String> = findings
        .iter()
        .filter(|finding| !open.contains(&finding.quantity.as_str()) && !finding.reproduced())
        .map(|finding| format!("{}: {} is not {}", finding.quantity, finding.value, finding.target))
        .collect();
    assert!(missed.is_empty(), "{name}\n{}", missed.join("\n"));
}

#[test]
fn gode_sunder() {
    // At the end of its range, from which the mean of so few periods is off by more than what is left.
    holds("gode_sunder", &["market 3: efficiency of ZI-C, %"]);
}

#[test]
fn cliff() {
    holds("cliff", &[]);
}

#[test]
fn scarf() {
    holds("scarf", &[]);
}

#[test]
fn cobb_douglas() {
    holds("cobb_douglas", &[]);
}

#[test]
fn ethereum_fee_market() {
    holds("ethereum_fee_market", &[]);
}

#[test]
fn loss_versus_rebalancing() {
    holds("loss_versus_rebalancing", &[]);
}

#[test]
fn cross_pool_arbitrage() {
    holds("cross_pool_arbitrage", &[]);
}

#[test]
fn santa_fe() {
    holds("santa_fe", &["the same, ε from .01 to .4"]);
}

#[test]
fn shared_cluster() {
    holds("shared_cluster", &[]);
}

#[test]
fn stylised_facts() {
    holds("stylised_facts", &[]);
}

#[test]
fn metaorder_impact() {
    holds("metaorder_impact", &[]);
}
