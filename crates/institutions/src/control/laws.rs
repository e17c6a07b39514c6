//! What every controller keeps, tested over all entries.

use walras_catalog::{Node, Read, Table, Value};
use walras_numerics::{Keys, Purpose};

use super::{AnyController, Controller, Input};

/// Bounds that every entry below keeps.
const LOW: f64 = -5.0;
const HIGH: f64 = 8.0;

fn table(keys: Vec<(&str, Node)>) -> Node {
    let mut table = Table::default();
    for (key, node) in keys {
        table.set(key, Default::default(), Value::made(node));
    }
    Node::Table(table)
}

fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

/// Settings of every entry, its outputs within the bounds.
fn settings(name: &str) -> Vec<Node> {
    let pair =
        |step, value| Value::made(Node::List(vec![Value::made(Node::Integer(step)), Value::made(Node::Float(value))]));
    let points = || Node::List(vec![pair(1, HIGH), pair(40, LOW), pair(300, 0.0)]);
    match name {
        "schedule" => ["step", "linear"]
            .map(|how| table(vec![("kind", text(name)), ("points", points()), ("interpolation", text(how))]))
            .to_vec(),
        "proportional_integral" => {
            let mut all = Vec::new();
            for (proportional, integral) in [(0.3, 0.05), (-2.0, -0.01), (1e300, -1e300), (0.0, 1e300)] {
                for output in ["additive", "multiplicative"] {
                    for (action, every, leak) in [("reverse", 1, 1.0), ("direct", 7, 0.99), ("direct", 2, 0.0)] {
                        all.push(table(vec![
                            ("kind", text(name)),
                            ("target", Node::Float(1.0)),
                            ("proportional_gain", Node::Float(proportional)),
                            ("integral_gain", Node::Float(integral)),
                            ("leak", Node::Float(leak)),
                            ("low", Node::Float(LOW)),
                            ("high", Node::Float(HIGH)),
                            ("every", Node::Integer(every)),
                            ("output", text(output)),
                            ("action", text(action)),
                        ]));
                    }
                }
            }
            all
        }
        "proportional_integral_derivative" => {
            let mut all = Vec::new();
            for (derivative, filter) in [(0.0, 0.0), (0.4, 2.0), (-1e300, 0.0)] {
                for (anti_windup, every) in [("clamping", 1), ("back_calculation", 1), ("back_calculation", 3)] {
                    for rate in [None, Some(0.25)] {
                        let mut keys = vec![
                            ("kind", text(name)),
                            ("target", Node::Float(1.0)),
                            ("proportional_gain", Node::Float(0.5)),
                            ("integral_gain", Node::Float(0.2)),
                            ("derivative_gain", Node::Float(derivative)),
                            ("derivative_filter", Node::Float(filter)),
                            ("dead_band", Node::Float(0.1)),
                            ("anti_windup", text(anti_windup)),
                            ("every", Node::Integer(every)),
                            ("low", Node::Float(LOW)),
                            ("high", Node::Float(HIGH)),
                        ];
                        keys.extend(rate.map(|rate| ("rate_limit", Node::Float(rate))));
                        all.push(table(keys));
                    }
                }
            }
            all
        }
        "bang_bang" => vec![table(vec![
            ("kind", text(name)),
            ("lower", Node::Float(0.5)),
            ("upper", Node::Float(1.5)),
            ("value_below", Node::Float(LOW)),
            ("value_above", Node::Float(HIGH)),
        ])],
        "base_fee" => vec![table(vec![
            ("kind", text(name)),
            ("target", Node::Integer(100)),
            ("lot", Node::Float(0.01)),
            ("unit", Node::Float(0.25)),
            ("ceiling", Node::Integer(32)),
        ])],
        "formula" => vec![table(vec![
            ("kind", text(name)),
            ("next", text("value + 0.1 * (measure - 1) / previous_measure")),
            ("low", Node::Float(LOW)),
            ("high", Node::Float(HIGH)),
        ])],
        // What it does is the engine's; its choice is tested where it is made.
        "model_predictive" => Vec::new(),
        _ => panic!("the controller `{name}` needs settings to be tested with"),
    }
}

fn every_entry() -> Vec<AnyController> {
    let read = |node| AnyController::read(&Value::made(node), None).unwrap_or_else(|problem| panic!("{problem:?}"));
    let settings = AnyController::catalog().into_iter().flat_map(|description| settings(description.name));
    settings.map(read).collect()
}

/// Measures of every kind: ordinary, enormous, infinite and undefined.
fn measures() -> Vec<f64> {
    let odd = [f64::MAX, f64::MIN, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, 1.0];
    let mut stream = Keys::new(3).stream(Purpose::parameter(0), 0, 0);
    (0..500)
        .map(|_| match stream.word() {
            word if word % 5 == 0 => odd[(word / 5) as usize % odd.len()],
            _ => 1.0 + stream.normal(),
        })
        .collect()
}

fn run(controller: &dyn Controller, measures: &[f64], memory: &mut [f64], first: u32, mut current: f64) -> Vec<f64> {
    let mut path = Vec::new();
    for (step, &measure) in (first..).zip(measures) {
        let input = Input { step, current, initial: 2.0, measure };
        if let Some(value) = controller.next(&input, memory) {
            assert!(value != current, "{controller:?} sets what is already so");
            current = value;
        }
        path.push(current);
        assert!((LOW..=HIGH).contains(&current), "{controller:?} at step {step}: {current}");
        assert!(memory.iter().all(|number| number.is_finite()), "{controller:?} at step {step}: {memory:?}");
    }
    path
}

#[test]
fn outputs_are_bounded_and_memory_is_finite_whatever_is_measured() {
    for controller in every_entry() {
        let path = run(&*controller, &measures(), &mut vec![0.0; controller.memory()], 0, 2.0);
        assert!(path.windows(2).any(|pair| pair[0] != pair[1]), "{controller:?} never moves");
    }
}

#[test]
fn an_undefined_measure_leaves_parameter_and_memory_alone() {
    for controller in every_entry().iter().filter(|controller| controller.needs_measure()) {
        let mut memory = vec![0.0; controller.memory()];
        run(&**controller, &measures()[..100], &mut memory, 0, 2.0);
        for measure in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let before = memory.clone();
            for step in 100..120 {
                let input = Input { step, current: 2.0, initial: 2.0, measure };
                assert_eq!(controller.next(&input, &mut memory), None, "{controller:?}");
            }
            assert_eq!(memory, before, "{controller:?}");
        }
    }
}

/// All state is in the memory: a run cut in two and resumed takes the same path.
#[test]
fn a_resumed_run_takes_the_same_path() {
    let measures = measures();
    for controller in every_entry() {
        let straight = run(&*controller, &measures, &mut vec![0.0; controller.memory()], 0, 2.0);
        for cut in [1, 39, 250] {
            let mut memory = vec![0.0; controller.memory()];
            let mut path = run(&*controller, &measures[..cut], &mut memory, 0, 2.0);
            let mut saved = memory.clone();
            path.extend(run(&*controller, &measures[cut..], &mut saved, cut as u32, path[cut - 1]));
            assert_eq!(path, straight, "{controller:?}");
        }
    }
}
