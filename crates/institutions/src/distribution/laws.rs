//! What every way of sharing keeps, tested over all entries.

use std::sync::Arc;

use walras_agents::population::Data;
use walras_catalog::{Node, Read, Table, Value};
use walras_ledger::Atoms;
use walras_numerics::{Keys, Purpose};

use super::{AnyShares, Entities, Request, Shares, allot};

/// Any column of any file, with a known number of rows.
struct Rows(usize);

impl Data for Rows {
    fn texts(&mut self, file: &str, _: &str) -> Result<std::sync::Arc<[String]>, String> {
        Err(format!("`{file}` has no texts"))
    }

    fn column(&mut self, _: &str, _: &str) -> Result<Arc<[f64]>, String> {
        Ok((0..self.0).map(|row| (row * row % 97) as f64 / 4.0).collect())
    }
}

const RECIPIENTS: usize = 1000;

fn weights(shares: &dyn Shares, seed: u64, cohorts: &[Entities], rows: usize) -> Result<Vec<f64>, String> {
    let (keys, purpose) = (Keys::new(seed), Purpose::distribution(2));
    shares.weights(&mut Request { keys, purpose, cohorts, data: &mut Rows(rows) })
}

/// The weights of `n` recipients in one cohort.
pub(super) fn weights_of(shares: &dyn Shares, n: usize) -> Vec<f64> {
    weights(shares, 7, &[Entities { first: 0, size: n }], n).unwrap()
}

/// The Gini coefficient.
pub(super) fn gini(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let ranked: f64 = sorted.iter().enumerate().map(|(i, x)| (2.0 * (i as f64 + 1.0) - n - 1.0) * x).sum();
    ranked / (n * sorted.iter().sum::<f64>())
}

/// Every entry, with its defaults where it has them.
fn every_entry() -> Vec<AnyShares> {
    let made = |description: walras_catalog::Description| {
        let mut table = Table::default();
        let mut set = |key: &str, text: &str| {
            table.set(key, Default::default(), Value::made(Node::Text(text.to_owned())));
        };
        set("kind", description.name);
        if description.parameters.iter().any(|parameter| parameter.name == "file") {
            set("file", "shares.csv");
            set("column", "weight");
        }
        let made = AnyShares::read(&Value::made(Node::Table(table)), None);
        made.unwrap_or_else(|problem| panic!("{}: {problem:?}", description.name))
    };
    AnyShares::catalog().into_iter().map(made).collect()
}

#[test]
fn weights_are_finite_not_negative_and_one_for_each_recipient() {
    for shares in every_entry() {
        for n in [0, 1, 2, RECIPIENTS] {
            let weights = weights_of(&*shares, n);
            assert_eq!(weights.len(), n, "{}", shares.name());
            assert!(weights.iter().all(|&weight| weight.is_finite() && weight >= 0.0), "{}", shares.name());
        }
        assert!(weights_of(&*shares, RECIPIENTS).iter().sum::<f64>() > 0.0, "{}", shares.name());
    }
}

/// However the recipients are cut into cohorts, each keeps its weight.
#[test]
fn weights_do_not_depend_on_where_cohorts_are_cut() {
    for shares in every_entry() {
        let whole = weights_of(&*shares, RECIPIENTS);
        for cut in [1, 64, 333, 999] {
            let cohorts = [Entities { first: 0, size: cut }, Entities { first: cut as u64, size: RECIPIENTS - cut }];
            assert_eq!(weights(&*shares, 7, &cohorts, RECIPIENTS).unwrap(), whole, "{}", shares.name());
        }
    }
}

/// More recipients at the end change nobody's weight.
#[test]
fn weights_do_not_depend_on_later_recipients() {
    for shares in every_entry() {
        let (fewer, more) = (weights_of(&*shares, 100), weights_of(&*shares, RECIPIENTS));
        assert_eq!(fewer, more[..100], "{}", shares.name());
    }
}

/// Random shares follow the seed and the recipient's key; the others follow neither.
#[test]
fn only_random_shares_change_with_the_seed() {
    let cohort = |first| [Entities { first, size: RECIPIENTS }];
    for shares in every_entry() {
        let random = ["pareto", "lognormal"].contains(&shares.name());
        let base = weights_of(&*shares, RECIPIENTS);
        let reseeded = weights(&*shares, 8, &cohort(0), RECIPIENTS).unwrap();
        let elsewhere = weights(&*shares, 7, &cohort(5000), RECIPIENTS).unwrap();
        assert_eq!(base != reseeded, random, "{}", shares.name());
        assert_eq!(base != elsewhere, random, "{}", shares.name());
    }
}

#[test]
fn every_allotment_sums_to_its_total() {
    let cohorts = [Entities { first: 0, size: RECIPIENTS }];
    for shares in every_entry() {
        let allot = |total| {
            let (keys, purpose) = (Keys::new(1), Purpose::distribution(0));
            let mut request = Request { keys, purpose, cohorts: &cohorts, data: &mut Rows(RECIPIENTS) };
            allot(&*shares, total, 100.0, &mut request)
        };
        if shares.sets_total() {
            // Quarters of tokens are whole hundredths.
            let expected: Vec<Atoms> = (0..RECIPIENTS).map(|row| (row * row % 97) as Atoms * 25).collect();
            assert_eq!(allot(None).unwrap(), expected, "{}", shares.name());
            assert!(allot(Some(1)).is_err(), "{}", shares.name());
        } else {
            for total in [0, 1, 999, Atoms::MAX] {
                let amounts = allot(Some(total)).unwrap();
                assert_eq!(amounts.iter().sum::<Atoms>(), total, "{}", shares.name());
            }
            assert!(allot(None).is_err(), "{}", shares.name());
        }
    }
}

#[test]
fn a_file_of_another_length_is_refused() {
    for shares in every_entry().iter().filter(|shares| ["weighted", "list"].contains(&shares.name())) {
        for rows in [0, RECIPIENTS - 1, RECIPIENTS + 1] {
            let cohorts = [Entities { first: 0, size: RECIPIENTS }];
            let message = weights(&**shares, 7, &cohorts, rows).unwrap_err();
            assert!(message.contains(&format!("{rows} rows for 1000 recipients")), "{message}");
        }
    }
}
