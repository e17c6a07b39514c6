//! Economies that are watched: alerts, the rules that follow from them, and control by looking ahead.

mod shared;

use std::sync::Arc;

use shared::build;
use walras_agents::observation::View;
use walras_agents::policy::{Desk, Memory, Policy};
use walras_engine::stage::Event;
use walras_engine::{Scratch, World, step};
use walras_ledger::AssetId;
use walras_market::order::{LimitShape, Rejection, Shape, Side};
use walras_numerics::{Keys, Purpose};
use walras_scenario::Loaded;

/// Traders on a curve.
const TRADED: &str = "
[run]
name = 'watched'
steps = 60
[assets.TOKEN]
[markets.curve]
kind = 'curve'
asset = 'TOKEN'
curve = { kind = 'linear', intercept = 1.0, slope = 0.000_1 }
buy_fee = 0.01
[cohorts.traders]
size = 40
balance = 1000.0
policy = { kind = 'logistic', valuation = { kind = 'lognormal', median = 1.5, sigma = 0.4 }, sensitivity = 4.0, activity = 0.5, order_size = { amount = 0.2, unit = 'share' }, slippage = 0.5 }
";

/// What a step came to.
struct Told {
    events: Vec<Event>,
    acts: Vec<&'static str>,
    /// The rows of those who were frozen.
    frozen: Vec<u32>,
    orders: u64,
    rejected: [u64; Rejection::ALL.len()],
    price: f64,
}

impl Told {
    fn rejected(&self, why: Rejection) -> u64 {
        self.rejected[why as usize]
    }

    fn tells(&self, kind: &str) -> bool {
        self.events.iter().any(|event| event.kind == kind)
    }
}

fn run(world: &mut World, steps: u32) -> Vec<Told> {
    let mut scratch = Scratch::default();
    let mut told = Vec::new();
    for _ in 0..steps {
        let happened = step(world, &mut scratch).unwrap();
        let market = &happened.record.markets[0];
        let mut next = Told {
            events: happened.events.list.clone(),
            acts: happened.events.entries.iter().map(|entry| entry.act).collect(),
            frozen: happened
                .events
                .entries
                .iter()
                .filter(|entry| entry.act == "frozen")
                .filter_map(|entry| Some(entry.agent?.row))
                .collect(),
            orders: market.orders,
            rejected: market.rejected,
            price: f64::NAN,
        };
        next.price = world.venues[0].price(&world.ledger);
        told.push(next);
    }
    told
}

/// The first step at whose end something is told.
fn first(told: &[Told], kind: &str) -> usize {
    told.iter().position(|it| it.tells(kind)).unwrap_or_else(|| panic!("no {kind}"))
}

#[test]
fn a_circuit_breaker_halts_the_market_and_opens_it_again() {
    let monitors = "
[monitors.high]
market = 'curve'
watch = 'price'
monitor = { kind = 'threshold', above = 1.2 }
then = [{ kind = 'circuit_breaker', steps = 4 }]
";
    let mut world = build(&format!("{TRADED}{monitors}"), &[], 7);
    let told = run(&mut world, 40);
    let alert = first(&told, "alert");
    assert!(told[alert].price > 1.2 && told[..alert].iter().all(|it| it.price <= 1.2));
    assert!(told[alert].tells("rule_imposed") && told[alert].acts == ["alerted", "rule_imposed"]);
    for (step, it) in told.iter().enumerate().take(alert + 10) {
        let halted = (alert + 1..=alert + 4).contains(&step);
        assert_eq!(it.rejected(Rejection::Halted) > 0, halted, "step {step}");
        assert!(!halted || it.rejected(Rejection::Halted) == it.orders, "step {step}");
    }
    assert_eq!(first(&told, "rule_lifted"), alert + 4);
    // The price stays where it was, so that the alert lasts; it does not halt the market again.
    assert_eq!(told[alert].price, told[alert + 4].price);
    assert_eq!(
        told.iter().filter(|it| it.tells("rule_imposed")).count(),
        1 + told[alert + 5..].iter().filter(|it| it.tells("alert")).count()
    );
}

#[test]
fn nobody_buys_beyond_a_position_limit() {
    let monitors = "
[monitors.always]
monitor = { kind = 'formula', when = 'step >= 5' }
then = [{ kind = 'position_limit', asset = 'TOKEN', most = 120.0 }]
";
    let held = |text: &str| {
        let mut world = build(text, &[], 7);
        let told = run(&mut world, 6);
        let before = world.ledger.column(world.cohorts[0].id, AssetId(1)).unwrap().to_vec();
        let later = run(&mut world, 50);
        let after = world.ledger.column(world.cohorts[0].id, AssetId(1)).unwrap().to_vec();
        let rejected = |told: &[Told]| told.iter().map(|it| it.rejected(Rejection::PositionLimit)).sum::<u64>();
        (before, after, rejected(&told), rejected(&later))
    };
    let (before, after, early, late) = held(&format!("{TRADED}{monitors}"));
    assert!(early == 0 && late > 0, "{early} {late}");
    let limit = 120_000_000;
    assert!(after.iter().zip(&before).all(|(&after, &before)| after <= limit.max(before)), "{after:?}");
    let (_, free, ..) = held(TRADED);
    assert!(free.iter().any(|&held| held > limit), "without the limit some hold more: {free:?}");
}

#[test]
fn a_fee_rises_and_returns() {
    let monitors = "
[monitors.early]
market = 'curve'
monitor = { kind = 'formula', when = 'step == 3 or step == 5' }
then = [{ kind = 'fee_rise', parameter = 'buy_fee', by = 0.25, steps = 4 }]
";
    let mut world = build(&format!("{TRADED}{monitors}"), &[], 7);
    let fees: Vec<f64> = (0..14)
        .map(|_| {
            run(&mut world, 1);
            world.venues[0].terms.buy_fee.share()
        })
        .collect();
    // The fee of the step after each: raised after step 3, kept up by the alert of step 5 until step 9.
    let expected: Vec<f64> = (0..14).map(|step| if (3..9).contains(&step) { 0.26 } else { 0.01 }).collect();
    assert!(fees.iter().zip(&expected).all(|(fee, expected)| (fee - expected).abs() < 1e-9), "{fees:?}");
}

/// Buys in every first step of two and sells the same in the second while it washes; else it buys or sells by lot.
struct Washing {
    washers: usize,
    from: u32,
    to: u32,
}

const SEED: u64 = 11;

impl Washing {
    fn washes(&self, agent: usize, step: u32) -> bool {
        agent < self.washers && (self.from..self.to).contains(&step)
    }
}

impl Policy for Washing {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: Some(3_000_000), limit: LimitShape::Slippage(0.9), priority_fee: Some(0) }
    }

    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let keys = Keys::new(SEED);
        for (i, side) in desk.market(0).side.iter_mut().enumerate() {
            let agent = view.rows.start + i;
            let draw = keys.unit(Purpose::decision(7), agent as u64, view.step);
            *side = match draw {
                _ if self.washes(agent, view.step) => {
                    if view.step.is_multiple_of(2) {
                        Side::BUY
                    } else {
                        Side::SELL
                    }
                }
                _ if draw < 0.3 => Side::BUY,
                _ if draw < 0.45 => Side::SELL,
                _ => Side::NONE,
            };
        }
    }
}

fn washed(then: &str) -> World {
    let monitors = format!(
        "
[monitors.wash]
market = 'curve'
monitor = {{ kind = 'wash_trading', window = 10, tolerance = 0.05, limit = 0.35 }}
consecutive = 2
{then}
"
    );
    let mut world = build(&format!("{TRADED}{monitors}"), &[], 7);
    world.cohorts[0].set_policy(Arc::new(Washing { washers: 12, from: 60, to: 120 }));
    world
}

/// Twelve of forty agents wash their trades over sixty of two hundred steps. An alert is right when at least half of its
/// window lies within those steps.
#[test]
fn planted_wash_trades_are_found_and_little_else() {
    let mut world = washed("");
    let (mut right, mut wrong, mut missed, mut pointed) = (0, 0, 0, [0_u32; 2]);
    let mut scratch = Scratch::default();
    for at in 0..200_u32 {
        let happened = step(&mut world, &mut scratch).unwrap();
        let alert = happened.events.alerts.first();
        let planted = (65..125).contains(&at);
        match alert {
            Some(alert) if planted => {
                right += 1;
                pointed = [pointed[0] + alert.pointed.min(12), pointed[1] + alert.pointed.saturating_sub(12)];
            }
            Some(_) => wrong += 1,
            None if planted => missed += 1,
            None => {}
        }
    }
    let (precision, recall) =
        (f64::from(right) / f64::from(right + wrong), f64::from(right) / f64::from(right + missed));
    println!("wash trading: precision {precision:.3}, recall {recall:.3}, pointed to {pointed:?}");
    assert!(precision > 0.9 && recall > 0.8, "precision {precision}, recall {recall}");
}

/// A look every second step sees the purchase of one step and the sale of the next: each washer cancels in every look.
#[test]
fn a_look_at_trades_sees_all_since_the_last() {
    let monitor = "monitor = { kind = 'wash_trading', window = 1, tolerance = 0.0, limit = 0.0 }";
    let pointed = |every: u32| {
        let mut world =
            build(&format!("{TRADED}[monitors.wash]\nmarket = 'curve'\n{monitor}\nevery = {every}\n"), &[], 7);
        world.cohorts[0].set_policy(Arc::new(Washing { washers: 40, from: 0, to: 40 }));
        let mut scratch = Scratch::default();
        let mut pointed = Vec::new();
        for _ in 0..40 {
            let alerts = &step(&mut world, &mut scratch).unwrap().events.alerts;
            pointed.extend(alerts.iter().map(|alert| alert.pointed));
        }
        pointed
    };
    assert!(pointed(1).is_empty(), "in one step nobody both buys and sells");
    assert_eq!(pointed(2), [40; 20]);
}

#[test]
fn those_pointed_to_are_frozen_and_let_go() {
    let mut world = washed("then = [{ kind = 'freeze', steps = 15 }]");
    let told = run(&mut world, 140);
    let alert = first(&told, "alert");
    assert!((60..90).contains(&alert), "{alert}");
    let frozen: Vec<u64> = told.iter().map(|it| it.rejected(Rejection::Frozen)).collect();
    assert!(frozen[..=alert].iter().all(|&count| count == 0));
    assert!(frozen[alert + 1..alert + 5].iter().any(|&count| count >= 6), "{frozen:?}");
    let washers = told[alert].frozen.iter().filter(|&&row| row < 12).count();
    assert!(washers >= 10, "{washers} of 12 washers were frozen: {:?}", told[alert].frozen);
    assert!(told.iter().any(|it| it.tells("rule_lifted")), "nobody is frozen for ever");
}

#[test]
fn named_cohorts_can_be_frozen() {
    let monitors = "
[monitors.stop]
monitor = { kind = 'formula', when = 'step == 4' }
then = [{ kind = 'freeze', cohorts = ['traders'], steps = 2 }]
";
    let mut world = build(&format!("{TRADED}{monitors}"), &[], 7);
    let told = run(&mut world, 10);
    for (step, it) in told.iter().enumerate() {
        let expected = if (5..=6).contains(&step) { it.orders } else { 0 };
        assert_eq!(it.rejected(Rejection::Frozen), expected, "step {step}");
    }
}

/// A resource whose capacity is halved while an alert lasts, and agents who ask for all of it.
#[test]
fn capacity_changes_while_the_rule_holds() {
    let text = "
[run]
name = 'shed'
steps = 20
[assets.POWER]
role = 'resource'
decay = 1.0
[resources.grid]
capacity = { POWER = 100.0 }
rule = 'max_min'
[cohorts.homes]
size = 10
balance = 10.0
demand = { requests = { kind = 'fixed', need = 20.0 } }
[monitors.shed]
resource = 'grid'
monitor = { kind = 'formula', when = 'step == 3 and requested > capacity' }
then = [{ kind = 'capacity_change', resource = 'grid', factor = 0.5, steps = 3 }]
";
    let mut world = build(text, &[], 1);
    let mut scratch = Scratch::default();
    let units: Vec<f64> = (0..10)
        .map(|_| {
            step(&mut world, &mut scratch).unwrap();
            world.resources[0].supplies[0].units
        })
        .collect();
    let expected: Vec<f64> = (0..10).map(|step| if (4..=6).contains(&step) { 50.0 } else { 100.0 }).collect();
    assert_eq!(units, expected);
}

/// A price that should be 1.4, held there by the fee: looking ahead comes nearer than leaving the fee as it is.
#[test]
fn looking_ahead_costs_less_than_not_acting() {
    let controller = |luck: &str| {
        format!(
            "
[controllers.ahead]
market = 'curve'
parameter = 'fee'
controller = {{ kind = 'model_predictive', cost = '(price - 1.2) ^ 2', horizon = 3, low = 0.0, high = 0.3, candidates = 5, every = 3, luck = '{luck}' }}
"
        )
    };
    let cost = |text: &str| {
        let mut world = build(text, &[], 7);
        run(&mut world, 45).iter().map(|it| (it.price - 1.2) * (it.price - 1.2)).sum::<f64>()
    };
    let idle = cost(TRADED);
    let (same, other) =
        (cost(&format!("{TRADED}{}", controller("same"))), cost(&format!("{TRADED}{}", controller("other"))));
    println!("cost without control {idle:.4}, with foresight of luck {same:.4}, without {other:.4}");
    assert!(same < 0.9 * idle && other < 0.9 * idle, "{idle} {same} {other}");
    let twice = [0, 1].map(|_| cost(&format!("{TRADED}{}", controller("other"))));
    assert_eq!(twice[0], twice[1]);
}

fn message(monitors: &str) -> String {
    let text = format!("{TRADED}{monitors}");
    let loaded = Loaded::from_text("test.toml", &text, std::path::Path::new(""), &[]);
    let error = match loaded {
        Err(error) => error,
        Ok(loaded) => match loaded.build(1, u64::MAX) {
            Err(error) => error,
            Ok(_) => panic!("it is accepted: {monitors}"),
        },
    };
    assert!(error.problem.span.is_some(), "{}", error.problem.message);
    format!("{} {}", error.problem.message, error.problem.help.as_deref().unwrap_or_default())
}

#[test]
fn wrong_monitors_are_refused_with_what_to_do() {
    let of = |keys: &str| message(&format!("[monitors.m]\n{keys}\n"));
    let above = "monitor = { kind = 'threshold', above = 1.0 }";
    assert!(of(above).contains("needs a number to look at"));
    assert!(of(&format!("{above}\nmarket = 'curve'\nwatch = 'prise'")).contains("`price`"));
    assert!(of(&format!("{above}\nmarket = 'curv'\nwatch = 'price'")).contains("`curve`"));
    assert!(
        of("monitor = { kind = 'threshold', above = 1.0, below = 2.0 }\nwatch = 'curve.price'")
            .contains("wrong way round")
    );
    assert!(of("monitor = { kind = 'z_score', window = 5000 }\nwatch = 'curve.price'").contains("out of range"));
    assert!(of("monitor = { kind = 'wash_trading' }").contains("needs a `market`"));
    assert!(
        of("monitor = { kind = 'wash_trading' }\nmarket = 'curve'\nwatch = 'price'").contains("looks at no number")
    );
    assert!(of("monitor = { kind = 'concentration', limit = 0.5 }\nasset = 'TOKN'").contains("`TOKEN`"));
    assert!(of("monitor = { kind = 'formula', when = 'curve.price' }").contains("true or false"));
    let then = |rule: &str| of(&format!("{above}\nwatch = 'curve.price'\nthen = [{rule}]"));
    assert!(then("{ kind = 'circuit_breaker' }").contains("needs a `market`"));
    assert!(then("{ kind = 'circuit_braker' }").contains("`circuit_breaker`"));
    assert!(then("{ kind = 'freeze' }").contains("points to nobody"));
    assert!(then("{ kind = 'capacity_change', resource = 'grid', factor = 0.5 }").contains("grid"));
    assert!(then("{ kind = 'fee_rise', market = 'curve', parameter = 'fe', by = 0.1 }").contains("`fee`"));
    let long = "monitor = { kind = 'collusion', window = 4096 }\nmarket = 'curve'";
    let crowd = TRADED.replace("size = 40", "size = 40000");
    let text = format!("{crowd}[monitors.m]\n{long}\n");
    let loaded = Loaded::from_text("test.toml", &text, std::path::Path::new(""), &[]).unwrap();
    let Err(error) = loaded.build(1, u64::MAX) else { panic!("it is accepted") };
    assert!(error.problem.message.contains("watch groups instead"), "{}", error.problem.message);
}

/// A division by zero while the economy runs is told, not a panic.
#[test]
fn a_formula_without_a_value_is_told() {
    let monitors = "
[monitors.ratio]
market = 'curve'
watch = '1 / (step - 3)'
monitor = { kind = 'threshold', above = 0.4 }
";
    let mut world = build(&format!("{TRADED}{monitors}"), &[], 7);
    let told = run(&mut world, 8);
    let undefined: Vec<usize> = (0..8).filter(|&step| told[step].tells("formula_undefined")).collect();
    assert_eq!(undefined, [3]);
    assert_eq!(first(&told, "alert"), 4);
}

/// A world that is saved and loaded between steps goes the same way, rules in force and windows included.
#[test]
fn a_copy_taken_in_the_middle_goes_the_same_way() {
    let mut world = washed("then = [{ kind = 'freeze', steps = 15 }, { kind = 'fee_rise', by = 0.01, steps = 3 }]");
    run(&mut world, 95);
    let mut copy = world.clone();
    run(&mut world, 40);
    run(&mut copy, 40);
    assert_eq!(world.hash().unwrap(), copy.hash().unwrap());
    world.watchers[0].rules[0].frozen.push((39, 999));
    assert_ne!(world.hash().unwrap(), copy.hash().unwrap(), "who is frozen is part of the state");
}
