//! What every way of choosing effort keeps, tested over all entries.

use walras_catalog::{Node, Read, Table, Value};
use walras_numerics::Keys;

use super::{AnyPromotion, EFFORT_MAX, Seen};
use crate::population::{NoData, Setup};

/// Settings of every entry.
fn settings(name: &str) -> Vec<Vec<(&'static str, Node)>> {
    let (float, text) = (Node::Float, |text: &str| Node::Text(text.to_owned()));
    match name {
        "fixed" => [0.0, 0.3, EFFORT_MAX].map(|effort| vec![("effort", float(effort))]).into(),
        "proportional" => [0.0, 2.0, 1e9].map(|gain| vec![("gain", float(gain))]).into(),
        "formula" => ["1 / earned", "effort - 1", "1e300 * balance", "step / cost"]
            .map(|formula| vec![("effort", text(formula))])
            .into(),
        _ => panic!("the promotion `{name}` needs settings to be tested with"),
    }
}

#[test]
fn efforts_are_numbers_within_bounds_whatever_is_earned() {
    for description in AnyPromotion::catalog() {
        for keys in settings(description.name) {
            let mut table = Table::default();
            table.set("kind", Default::default(), Value::made(Node::Text(description.name.to_owned())));
            keys.iter().for_each(|(key, node)| table.set(key, Default::default(), Value::made(node.clone())));
            let any = AnyPromotion::read(&Value::made(Node::Table(table)), None).unwrap();
            let earned = [0.0, 1.0, -3.0, f64::MAX, f64::NAN, 1e-300];
            let (size, data) = (earned.len(), &mut NoData);
            let (keys, markets, money_scale) = (Keys::new(1), &[][..], 100.0);
            let mut setup = Setup { keys, entity: 0, size, markets, money_scale, data, drawn: 0 };
            let promotion = any.build(&mut setup).unwrap();
            let mut efforts = vec![0.0; size];
            for step in 0..6 {
                let (period, balances) = (step + 1, vec![i64::MAX / 2; size]);
                let (first, cost, balances) = (step == 0, f64::from(step), &balances[..]);
                promotion
                    .efforts(&Seen { step, first, earned: &earned, period, cost, balances, money_scale }, &mut efforts);
                assert!(efforts.iter().all(|effort| (0.0..=EFFORT_MAX).contains(effort)), "{any:?}: {efforts:?}");
            }
        }
    }
}
