//! What every release keeps, tested over all entries.

use walras_catalog::{Node, Read, Table, Value};
use walras_ledger::Atoms;

use super::{AnyRelease, Plan};

const AMOUNTS: [Atoms; 8] = [0, 1, 2, 7, 999_999_937, 1 << 53, (1 << 62) + 1, Atoms::MAX];

/// Settings of every entry's required and optional keys, ordinary and at the edges.
fn settings(name: &str) -> Vec<Vec<(&'static str, f64)>> {
    match name {
        "genesis" => vec![vec![]],
        "airdrop" => vec![vec![("step", 0.0)], vec![("step", 17.0)]],
        "vesting" => vec![
            vec![("duration", 1.0)],
            vec![("duration", 100.0)],
            vec![("start", 5.0), ("cliff", 12.0), ("duration", 48.0), ("every", 7.0)],
            vec![("start", 3.0), ("cliff", 20.0), ("duration", 20.0), ("every", 1000.0)],
        ],
        "hatch_vesting" => vec![
            vec![("half_life", 1.0)],
            vec![("half_life", 0.001)],
            vec![("start", 4.0), ("cliff", 9.0), ("half_life", 2.75)],
            vec![("cliff", 1.0), ("half_life", 11.0)],
        ],
        _ => panic!("the release `{name}` needs settings to be tested with"),
    }
}

fn every_entry() -> Vec<AnyRelease> {
    let mut entries = Vec::new();
    for description in AnyRelease::catalog() {
        for keys in settings(description.name) {
            let mut table = Table::default();
            table.set("kind", Default::default(), Value::made(Node::Text(description.name.to_owned())));
            for (key, value) in keys {
                let whole = key != "half_life";
                let node = if whole { Node::Integer(value as i64) } else { Node::Float(value) };
                table.set(key, Default::default(), Value::made(node));
            }
            let entry = AnyRelease::read(&Value::made(Node::Table(table)), None);
            entries.push(entry.unwrap_or_else(|problem| panic!("{}: {problem:?}", description.name)));
        }
    }
    entries
}

#[test]
fn releases_never_fall_and_end_exactly() {
    for release in every_entry() {
        let last = release.last_step();
        for amount in AMOUNTS {
            let mut before = 0;
            for step in 0..=last + 3 {
                let released = release.released(step, amount);
                assert!(released >= before && released <= amount, "{release:?} at {step}: {released} of {amount}");
                assert!(released == before || release.due(step), "{release:?} moves at {step}, where nothing is due");
                assert!(step < last || released == amount, "{release:?} at {step}: {released} of {amount}");
                before = released;
            }
            assert_eq!(release.released(u32::MAX, amount), amount, "{release:?}");
        }
        assert!(!release.due(last + 1) && !release.due(u32::MAX), "{release:?}");
    }
}

/// The last step is no later than needed: the greatest amount is not out before it.
#[test]
fn the_last_step_is_where_the_greatest_amount_is_released() {
    for release in every_entry() {
        let last = release.last_step();
        assert!(last == 0 || release.released(last - 1, Atoms::MAX) < Atoms::MAX, "{release:?}");
    }
}

#[test]
fn payments_of_all_steps_sum_to_the_amounts() {
    for release in every_entry() {
        let plan = Plan::new(AMOUNTS.to_vec(), release);
        let mut paid = [0_i128; AMOUNTS.len()];
        for step in 0..=plan.release().last_step() + 1 {
            for (recipient, payment) in plan.payments(step) {
                assert!(payment > 0);
                paid[recipient] += i128::from(payment);
            }
            assert_eq!(paid.iter().sum::<i128>(), plan.released(step));
        }
        assert_eq!(paid, AMOUNTS.map(i128::from), "{:?}", plan.release());
        assert_eq!(plan.total(), AMOUNTS.iter().map(|&amount| i128::from(amount)).sum());
    }
}
