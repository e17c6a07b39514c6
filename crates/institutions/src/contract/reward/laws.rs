//! What every reward keeps, tested over all entries.

use proptest::prelude::*;
use walras_catalog::{Node, Read, Table, Value};
use walras_formula::Scope;
use walras_ledger::Atoms;

use super::{AnyReward, Measured, Units, names};

fn reward(name: &str, keys: &[(&str, Node)]) -> AnyReward {
    let mut table = Table::default();
    table.set("kind", Default::default(), Value::made(Node::Text(name.to_owned())));
    for (key, node) in keys {
        table.set(key, Default::default(), Value::made(node.clone()));
    }
    AnyReward::read(&Value::made(Node::Table(table)), None).unwrap_or_else(|problem| panic!("{name}: {problem:?}"))
}

fn brackets(pairs: &[(f64, f64)]) -> Node {
    let float = |number| Value::made(Node::Float(number));
    Node::List(pairs.iter().map(|&(a, b)| Value::made(Node::List(vec![float(a), float(b)]))).collect())
}

/// Settings of every entry, split-proof ones and others.
fn settings(name: &str) -> Vec<AnyReward> {
    let float = Node::Float;
    let text = |text: &str| Node::Text(text.to_owned());
    let of = |keys: &[(&str, Node)]| reward(name, keys);
    match name {
        "proportional" => [0.0, 0.3, 7.7, 1e9].map(|rate| of(&[("rate", float(rate))])).into(),
        "linear" => [(0.0, 0.3), (5.0, 0.3), (5.0, 0.0)]
            .map(|(base, rate)| of(&[("base", float(base)), ("rate", float(rate))]))
            .into(),
        "tiered" => [&[(0.0, 0.1), (3.0, 0.1), (70.0, 2.5)][..], &[(0.0, 2.0), (10.0, 0.7)], &[(0.0, 0.1)]]
            .map(|pairs| of(&[("brackets", brackets(pairs))]))
            .into(),
        "capped" => vec![of(&[("rate", float(0.5)), ("most", float(20.0))])],
        "formula" => ["contribution / 3", "1e30 * contribution", "sqrt(contribution)", "1 / (contribution - 1)"]
            .map(|earns| of(&[("earns", text(earns))]))
            .into(),
        _ => panic!("the reward `{name}` needs settings to be tested with"),
    }
}

fn every_entry() -> Vec<AnyReward> {
    AnyReward::catalog().into_iter().flat_map(|description| settings(description.name)).collect()
}

const UNITS: Units = Units { contribution: 10.0, paid: 100.0 };

/// What each part earns, all in one epoch.
fn earned(any: &AnyReward, parts: &[Atoms]) -> i128 {
    let reward = any.build(UNITS, &names(Scope::default())).unwrap();
    let total = parts.iter().map(|&part| i128::from(part)).sum();
    let of = |&own: &Atoms| reward.earned(&Measured { own, total, epoch: 0, paid: 0, series: &[] }).unwrap_or(0);
    parts.iter().map(|part| i128::from(of(part))).sum()
}

proptest! {
    /// Parts of a contribution never earn more than the whole where a rule says so, as long as it can be counted.
    #[test]
    fn split_proof_rewards_are(parts in prop::collection::vec(1_i64..1_000_000, 1..6)) {
        for any in every_entry().iter().filter(|any| any.split_proof()) {
            let whole = parts.iter().sum();
            prop_assert!(earned(any, &parts) <= earned(any, &[whole]), "{any:?}");
        }
    }

    #[test]
    fn nothing_is_negative(own in 1_i64..=Atoms::MAX) {
        for any in every_entry() {
            prop_assert!(earned(&any, &[own]) >= 0, "{any:?}");
        }
    }
}

/// A rule that does not say so can be gained on, or is a formula, of which nothing is known.
#[test]
fn other_rewards_pay_those_who_split() {
    for any in every_entry().iter().filter(|any| !any.split_proof() && any.name() != "formula") {
        let whole = 4_000;
        assert!(earned(any, &[whole / 2, whole / 2]) > earned(any, &[whole]), "{any:?}");
    }
}
