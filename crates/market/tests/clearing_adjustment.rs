//! The laws that every rule of adjustment meets, and Ethereum's base fee block by block.

use std::path::Path;

use walras_catalog::{Node, Read, Span, Table, Value};
use walras_market::clearing::adjustment::{Adjustment, AnyAdjustment, Eip1559, Function, Seen, next_base_fee};
use walras_numerics::{Keys, Purpose};

const BASE_FEES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/ethereum_basefee.csv");
const REFERENCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/reference/mechanisms.csv");

fn read(name: &str, given: &[(&str, Node)]) -> AnyAdjustment {
    let mut table = Table::default();
    table.set("kind", Span::default(), Value::made(Node::Text(name.to_owned())));
    for (key, node) in given {
        table.set(key, Span::default(), Value::made(node.clone()));
    }
    AnyAdjustment::read(&Value::made(Node::Table(table)), None).unwrap_or_else(|problem| panic!("{name}: {problem:?}"))
}

fn samples() -> Vec<AnyAdjustment> {
    let number = Node::Float;
    let text = |text: &str| Node::Text(text.to_owned());
    let mut samples = Vec::new();
    for entry in AnyAdjustment::catalog() {
        let given: Vec<Vec<(&str, Node)>> = match entry.name {
            "linear" => vec![vec![("gain", number(0.01))], vec![("gain", number(5.0)), ("floor", number(2.0))]],
            "proportional" | "exponential" | "tanh" => ["supply", "turnover", "outstanding"]
                .map(|scale| vec![("gain", number(0.5)), ("scale", text(scale)), ("ceiling", number(1e6))])
                .into(),
            "eip1559" => vec![vec![], vec![("elasticity", Node::Integer(1)), ("floor", Node::Integer(7))]],
            "proportional_integral" => vec![vec![("proportional_gain", number(0.3)), ("integral_gain", number(0.05))]],
            // What the linear rule and the exponential one say, and a rule with no name.
            "formula" => [
                "price + 0.01 * excess",
                "price * exp(0.5 * clamp(excess / supply, -1, 1))",
                "if excess > 0 then price * 1.01 else if excess < 0 then price / 1.01 else price",
            ]
            .map(|formula| vec![("next", text(formula)), ("ceiling", number(1e6))])
            .into(),
            other => panic!("no sample parameters for `{other}`: add some"),
        };
        samples.extend(given.iter().map(|given| read(entry.name, given)));
    }
    samples
}

#[test]
fn prices_rest_without_excess_follow_its_sign_and_keep_their_bounds() {
    for (index, rule) in samples().iter().enumerate() {
        let (floor, ceiling) = rule.bounds();
        let mut memory = vec![0.0; rule.memory()];
        for case in 0..10_000 {
            let mut stream = Keys::new(index as u64).stream(Purpose::sample(11), case, 0);
            // Whole numbers, since one of the rules counts in them.
            let price = f64::from(stream.word() % 1_000_000).max(1.0).clamp(floor, ceiling);
            let supply = f64::from(2 * (1 + stream.word() % 1_000_000));
            let demand = f64::from(stream.word() % 2_000_000).min(supply * 3.0);
            let seen = Seen { price, demand, supply, outstanding: f64::from(stream.word()) };
            let rest = Seen { demand: rule.target(supply), ..seen };
            let mut fresh = vec![0.0; rule.memory()];
            assert_eq!(rule.next(&rest, &mut fresh), price, "{rule:?} moves without excess at {rest:?}");
            fresh.fill(0.0);
            let next = rule.next(&seen, &mut fresh);
            let step = next - price;
            let excess = demand - rule.target(supply);
            assert!(step == 0.0 || (step > 0.0) == (excess > 0.0), "{rule:?} moves by {step} at {seen:?}");
            let remembered = rule.next(&seen, &mut memory);
            for price in [next, remembered] {
                assert!((floor..=ceiling).contains(&price) && price >= 0.0, "{rule:?} sets {price} at {seen:?}");
            }
        }
        for extreme in [(f64::MAX, 0.0), (0.0, f64::MAX), (0.0, 0.0), (1e300, 1e-300)] {
            let price = 3.0_f64.clamp(floor, ceiling);
            let seen = Seen { price, demand: extreme.0, supply: extreme.1, outstanding: 1.0 };
            assert!((floor..=ceiling).contains(&rule.next(&seen, &mut memory)), "{rule:?} at {seen:?}");
        }
    }
}

/// Demand 100 − 2P, supply 10 + P, so P* = 30, and there D = O = 40 with slopes adding up to 3.
fn steps(rule: &dyn Adjustment, from: f64, steps: usize) -> f64 {
    let mut memory = vec![0.0; rule.memory()];
    (0..steps).fold(from, |price, _| {
        let (demand, supply) = ((100.0 - 2.0 * price).max(0.0), 10.0 + price);
        rule.next(&Seen { price, demand, supply, outstanding: 50.0 }, &mut memory)
    })
}

/// Near P* a rule of gain g on (D − O)/N moves the price by g·P*·3/N times its distance: it converges below 2.
#[test]
fn gains_below_their_bound_converge_and_above_it_do_not() {
    let of = |name: &str, gain: f64, more: &[(&str, Node)]| {
        let mut given = vec![("gain", Node::Float(gain))];
        given.extend(more.iter().cloned());
        read(name, &given)
    };
    let steep = ("maximum", Node::Float(0.5));
    // The bounds 2/3 for the linear rule, 2·N/(3·P*) for the others with N = O = 40, D + O = 80, S = 50.
    let bound = |base: f64| 2.0 * base / (3.0 * 30.0);
    let text = |text: &str| ("scale", Node::Text(text.to_owned()));
    let rules = [
        ("linear", 2.0 / 3.0, vec![]),
        ("proportional", bound(40.0), vec![]),
        ("proportional", bound(80.0), vec![text("turnover")]),
        ("proportional", bound(50.0), vec![text("outstanding")]),
        ("exponential", bound(40.0), vec![]),
        // The gain of tanh near zero is m·κ.
        ("tanh", bound(40.0) / 0.5, vec![steep]),
    ];
    for (name, bound, more) in &rules {
        let below = steps(&*of(name, 0.9 * bound, more), 30.1, 2000);
        assert!((below - 30.0).abs() < 1e-9, "{name} with {more:?} ends at {below}");
        let above = steps(&*of(name, 1.1 * bound, more), 30.001, 2000);
        assert!((above - 30.0).abs() > 0.05, "{name} with {more:?} ends at {above} above its bound");
        let slow = steps(&*of(name, 0.05 * bound, more), 3.0, 3000);
        assert!((slow - 30.0).abs() < 1e-9, "{name} with {more:?} ends at {slow} from afar");
    }
    let controller =
        read("proportional_integral", &[("proportional_gain", Node::Float(0.2)), ("integral_gain", Node::Float(0.02))]);
    assert!((steps(&*controller, 3.0, 5000) - 30.0).abs() < 1e-9);
}

/// A formula that says what an entry says sets the same prices, to the bit.
#[test]
fn a_formula_follows_the_entry_it_repeats() {
    let text = |text: &str| Node::Text(text.to_owned());
    let pairs = [
        ("linear", vec![("gain", Node::Float(0.03))], "price + 0.03 * (demand - supply)"),
        (
            "exponential",
            vec![("gain", Node::Float(0.5)), ("scale", text("turnover"))],
            "price * exp(0.5 * (excess / (demand + supply)))",
        ),
        (
            "tanh",
            vec![("gain", Node::Float(2.0)), ("scale", text("outstanding"))],
            "price * (1 + 0.1 * tanh(2 * (excess / outstanding)))",
        ),
    ];
    for (name, given, formula) in pairs {
        let (entry, written) = (read(name, &given), read("formula", &[("next", text(formula))]));
        for from in [3.0, 30.5, 200.0] {
            assert_eq!(
                steps(&*entry, from, 50).to_bits(),
                steps(&*written, from, 50).to_bits(),
                "{formula} from {from}"
            );
        }
    }
}

/// A function in Rust stands beside the entries.
#[test]
fn a_function_is_kept_between_floor_and_ceiling() {
    let rule = Function { next: |seen: &Seen| seen.price * (seen.demand / seen.supply), floor: 1.0, ceiling: 100.0 };
    let next = |demand, supply| rule.next(&Seen { price: 10.0, demand, supply, outstanding: 1.0 }, &mut []);
    assert_eq!((next(3.0, 2.0), next(1e9, 1.0), next(0.0, 1.0), next(0.0, 0.0)), (15.0, 100.0, 1.0, 10.0));
}

#[test]
fn the_specifications_rows_are_met() {
    let Ok(mut reader) = csv::Reader::from_path(Path::new(REFERENCE)) else {
        println!("skipped: the reference file is not present");
        return;
    };
    let mut count = 0;
    for record in reader.records().map(Result::unwrap).filter(|record| &record[0] == "eip1559") {
        let (params, input): (serde_json::Value, serde_json::Value) =
            (serde_json::from_str(&record[1]).unwrap(), serde_json::from_str(&record[3]).unwrap());
        let whole = |key: &str| params[key].as_u64().unwrap();
        let (fee, limit) = (u128::from(whole("parent_base_fee")), u128::from(whole("parent_gas_limit")));
        let used = u128::from(input["parent_gas_used"].as_u64().unwrap());
        let next = next_base_fee(fee, used, limit, whole("elasticity"), whole("max_change_denominator"));
        assert_eq!(next, Some(record[4].parse().unwrap()), "{record:?}");
        count += 1;
    }
    assert!(count > 0, "the reference file has no rows for the base fee");
}

/// Every transition of the first 35,000 blocks with a base fee, both by the integers and as a rule of adjustment.
#[test]
fn the_base_fee_of_every_block_follows_from_the_one_before() {
    let Ok(mut reader) = csv::Reader::from_path(Path::new(BASE_FEES)) else {
        println!("skipped: the data are not present");
        return;
    };
    let rows: Vec<[u64; 3]> = reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            [2, 3, 4].map(|column| record[column].parse().unwrap())
        })
        .collect();
    let rule = Eip1559 { elasticity: 2, denominator: 8, unit: 1.0, lot: 1.0, floor: 0 };
    for pair in rows.windows(2) {
        let [used, limit, fee] = pair[0];
        let next = next_base_fee(u128::from(fee), u128::from(used), u128::from(limit), 2, 8);
        assert_eq!(next, Some(u128::from(pair[1][2])));
        let seen = Seen { price: fee as f64, demand: used as f64, supply: limit as f64, outstanding: 0.0 };
        assert_eq!(rule.next(&seen, &mut []), pair[1][2] as f64);
    }
    assert_eq!(rows.len() - 1, 34_999);
}

/// z = (15 − 10)/10 = ½: 8·(1 + 0.2·½ + 0.1·½) = 9.2, then with a sum of 1, 8·(1 + 0.1 + 0.1) = 9.6. Held at its ceiling
/// the sum does not grow, and shrinks as soon as there is a lack.
#[test]
fn a_controllers_sum_grows_only_while_the_price_is_free() {
    let rule = |ceiling: f64| {
        let gains = [("proportional_gain", Node::Float(0.2)), ("integral_gain", Node::Float(0.1))];
        read("proportional_integral", &[&gains[..], &[("ceiling", Node::Float(ceiling))]].concat())
    };
    let seen = |demand| Seen { price: 8.0, demand, supply: 10.0, outstanding: 1.0 };
    let mut memory = [0.0];
    assert!((rule(100.0).next(&seen(15.0), &mut memory) - 9.2).abs() < 1e-14);
    assert!((rule(100.0).next(&seen(15.0), &mut memory) - 9.6).abs() < 1e-14);
    assert_eq!(memory, [1.0]);
    assert_eq!((rule(9.0).next(&seen(15.0), &mut memory), memory), (9.0, [1.0]));
    assert!((rule(9.0).next(&seen(5.0), &mut memory) - 8.0 * (1.0 - 0.1 + 0.05)).abs() < 1e-14);
    assert_eq!(memory, [0.5]);
}
