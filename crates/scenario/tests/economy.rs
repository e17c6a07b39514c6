//! Laws of whole economies, stepped one by one.

use std::path::Path;
use std::sync::Arc;

use walras_agents::policy::custom::{AgentView, Decision, per_agent};
use walras_engine::stage::{Event, record::MarketFigures};
use walras_engine::{Scratch, World, step};
use walras_ledger::AssetId;
use walras_market::order::Rejection;
use walras_scenario::Loaded;

const BASE: &str = "
[run]
name = 'laws'
steps = 1
seed = 9
[assets.T]
[markets.m]
kind = 'curve'
asset = 'T'
curve = { kind = 'linear', slope = 0.001, intercept = 1.0 }
[cohorts.traders]
size = 200
balance = { kind = 'lognormal', median = 100.0, sigma = 0.5 }
policy = { kind = 'logistic', valuation = { kind = 'uniform', low = 1.0, high = 2.0 }, slippage = 0.2 }
";

fn world(text: &str, overrides: &[&str]) -> World {
    let overrides: Vec<String> = overrides.iter().map(|&text| text.to_owned()).collect();
    let loaded = Loaded::from_text("laws.toml", text, Path::new(""), &overrides).unwrap_or_else(|e| panic!("{e}"));
    loaded.build(loaded.scenario.run.seed, u64::MAX).unwrap_or_else(|e| panic!("{e}")).world
}

/// Takes steps and checks after each that nothing appeared or vanished and that the reserve covers the supply.
fn run(world: &mut World, steps: u32) -> Vec<(MarketFigures, Vec<Event>)> {
    let mut scratch = Scratch::default();
    let mut history = Vec::new();
    for _ in 0..steps {
        let happened = step(world, &mut scratch).unwrap_or_else(|broken| panic!("{broken}"));
        history.push((happened.record.markets[0].clone(), happened.events.list.clone()));
        world.ledger.check_fully().unwrap();
        for venue in &world.venues {
            let (supply, reserve) = venue.standing(&world.ledger);
            let owed = venue.exact().unwrap().required_reserve(supply, reserve).unwrap();
            assert!(reserve >= owed, "step {}: {reserve} held, {owed} owed", world.step);
        }
    }
    history
}

fn told(history: &[(MarketFigures, Vec<Event>)], kind: &str) -> usize {
    history.iter().flat_map(|(_, events)| events).filter(|event| event.kind == kind).count()
}

fn prices(history: &[(MarketFigures, Vec<Event>)]) -> Vec<f64> {
    history.iter().map(|(figures, _)| figures.price).collect()
}

/// Raises the slope at step 10 and lowers it at step 20.
const SCHEDULE: &str = "
[controllers.c]
market = 'm'
parameter = 'slope'
controller = { kind = 'schedule', points = [[10, 0.002], [20, 0.0005]], interpolation = 'step' }
";

#[test]
fn re_anchoring_moves_the_price_and_no_money() {
    let mut world = world(&format!("{BASE}{SCHEDULE}"), &["markets.m.on_change=re_anchor"]);
    let history = run(&mut world, 40);
    assert_eq!((told(&history, "parameter_changed"), told(&history, "parameter_refused")), (2, 0));
    assert_ne!(world.venues[0].curve().unwrap().anchor, 1.0);
}

#[test]
fn a_fund_pays_what_a_steeper_curve_needs_and_receives_what_a_flatter_one_frees() {
    let rich = ["markets.m.on_change=fund", "markets.m.change_fund=100000"];
    let mut world = world(&format!("{BASE}{SCHEDULE}"), &rich);
    let fund = |world: &World| world.ledger.held(world.venues[0].curve().unwrap().change_account, AssetId::NUMERAIRE);
    let start = fund(&world);
    run(&mut world, 15);
    let after_rise = fund(&world);
    run(&mut world, 15);
    assert!(after_rise < start && fund(&world) > after_rise);
}

#[test]
fn an_empty_fund_and_a_short_reserve_refuse_the_change() {
    for how in ["fund", "refuse"] {
        let mut world = world(&format!("{BASE}{SCHEDULE}"), &[&format!("markets.m.on_change={how}")]);
        let history = run(&mut world, 40);
        // The steeper curve is refused at each of the ten steps it is asked for; the flatter one owes less than is held.
        assert_eq!((told(&history, "parameter_refused"), told(&history, "parameter_changed")), (10, 1), "{how}");
    }
}

#[test]
fn a_halted_market_rejects_every_order_and_nothing_moves() {
    let halt = "[shocks.h]\nat = 5\nuntil = 7\nevent = { kind = 'halt', market = 'm' }";
    let mut world = world(&format!("{BASE}{halt}"), &[]);
    let history = run(&mut world, 10);
    for (t, (figures, _)) in history.iter().enumerate() {
        let halted = (5..=7).contains(&t);
        assert_eq!(figures.filled == 0, halted, "step {t}");
        assert_eq!(figures.rejected[Rejection::Halted as usize] == figures.orders, halted, "step {t}");
    }
    assert_eq!(history[4].0.supply, history[7].0.supply);
}

#[test]
fn half_the_demand_buys_half_as_much_of_every_order() {
    let half = "[shocks.d]\nat = 0\nevent = { kind = 'demand', asset = 'T', factor = 0.5 }";
    let whole = run(&mut world(BASE, &[]), 1);
    let halved = run(&mut world(&format!("{BASE}{half}"), &[]), 1);
    // Nobody holds tokens at step 0, so all that trade are buyers, each of one token.
    assert!(whole[0].0.bought > 0 && whole[0].0.sold == 0);
    assert_eq!(whole[0].0.bought, 2 * halved[0].0.bought);
}

#[test]
fn who_never_acts_changes_nobody_elses_luck() {
    let idle = "[cohorts.idle]\nsize = 777\nbalance = 5.0\n\
                policy = { kind = 'logistic', valuation = 1.0, activity = 0.0 }";
    for settlement in ["batch", "sequential"] {
        let set = format!("markets.m.settlement={settlement}");
        let alone = prices(&run(&mut world(BASE, &[&set]), 30));
        let beside = prices(&run(&mut world(&format!("{BASE}{idle}"), &[&set]), 30));
        assert_eq!(alone, beside, "{settlement}");
    }
}

#[test]
fn a_number_that_is_none_is_quarantined_to_its_agent() {
    let decide = |broken: bool| {
        move |view: &AgentView<'_, '_>| match view.row() {
            3 if broken => [Decision::buy(f64::NAN)],
            3 => [Decision::wait()],
            row if row % 2 == 0 => [Decision::buy(1.0)],
            _ => [Decision::sell(0.5)],
        }
    };
    let start = |broken: bool| {
        let mut world = world(BASE, &[]);
        // The cohort's own orders have the form of its own policy.
        world.cohorts[0].set_policy(Arc::new(per_agent::<1, _>(decide(broken))));
        world
    };
    let (mut broken, mut quiet) = (start(true), start(false));
    let (with, without) = (run(&mut broken, 10), run(&mut quiet, 10));
    assert_eq!(told(&with, "quarantined"), 10);
    assert_eq!(told(&without, "quarantined"), 0);
    assert_eq!(prices(&with), prices(&without));
    assert!(with[0].0.filled > 0);
}

#[test]
fn money_and_tokens_that_come_and_go_are_accounted_for() {
    let shocks = "
[shocks.gift]
at = 3
event = { kind = 'transfer', cohort = 'traders', amount = 10.0 }
[shocks.theft]
at = 12
until = 14
event = { kind = 'transfer', cohort = 'traders', asset = 'T', share = -0.25 }
[shocks.return]
at = 18
event = { kind = 'transfer', cohort = 'traders', asset = 'T', amount = 100.0 }
";
    for settlement in ["batch", "sequential"] {
        let mut world = world(&format!("{BASE}{shocks}"), &[&format!("markets.m.settlement={settlement}")]);
        let before = world.ledger.supply(AssetId::NUMERAIRE);
        let history = run(&mut world, 25);
        assert_eq!(world.ledger.supply(AssetId::NUMERAIRE) - before, 200 * 10_000_000);
        // The return asks for more than was taken: the rest is told, not made.
        assert_eq!(told(&history, "transfer_short"), 1);
        assert_eq!(world.ledger.held(world.shock_account, AssetId(1)), 0);
    }
}

#[test]
fn income_is_issued_and_expenses_stop_at_what_is_there() {
    let text = BASE.replace("[cohorts.traders]", "[cohorts.traders]\nincome = 2.0\nexpenses = 30.0");
    let mut world = world(&text, &[]);
    let history = run(&mut world, 30);
    assert!(told(&history, "expense_unpaid") > 0);
}

/// Two markets: what a seller offers to be served earlier at both was once counted against the same money.
#[test]
fn priority_fees_at_two_markets_never_cost_more_than_there_is() {
    let text = "
[run]
name = 'fees'
steps = 1
[assets.A]
[assets.B]
[markets.a]
kind = 'curve'
asset = 'A'
settlement = 'sequential'
arrival = 'priority_fee'
curve = { kind = 'linear', slope = 1e-9, intercept = 1e-6 }
[markets.b]
kind = 'curve'
asset = 'B'
curve = { kind = 'linear', slope = 1e-9, intercept = 1e-6 }
[cohorts.sellers]
size = 50
balance = 1.0
priority_fee = 0.75
policy = { kind = 'threshold', buy_below = 0.0, sell_above = 0.0, slippage = 0.9 }
[distributions.a]
asset = 'A'
total = 500
shares = 'uniform'
[distributions.b]
asset = 'B'
total = 500
shares = 'uniform'
";
    for slippage in ["0.9", "\"none\""] {
        // With the limit that all share, and with one of each agent's own.
        let text = if slippage == "0.9" { text.to_owned() } else { text.replace(", slippage = 0.9", "") };
        let history = run(&mut world(&text, &[]), 5);
        assert_eq!(history[0].0.rejected[Rejection::InsufficientBalance as usize], 50);
    }
}

#[test]
fn naming_a_market_or_a_recipient_twice_is_refused() {
    let gift = "[distributions.g]\nasset = 'T'\ntotal = 10\nshares = 'uniform'\ncohorts = ['traders', 'traders']";
    for (text, set) in
        [(BASE.to_owned(), "cohorts.traders.markets=[\"m\", \"m\"]"), (format!("{BASE}{gift}"), "run.seed=1")]
    {
        let loaded = Loaded::from_text("laws.toml", &text, Path::new(""), &[set.to_owned()]).unwrap();
        let error = loaded.build(1, u64::MAX).err().expect("refused");
        assert!(error.problem.message.contains("named twice"), "{error}");
    }
}

/// The shipped feed scenario on a deployed token's market price.
#[test]
fn the_feed_scenario_follows_a_real_series() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let series = root.join("../shared/data/rai_states_2021.csv");
    if !series.exists() {
        println!("skipped: {} not present", series.display());
        return;
    }
    let series = series.canonicalize().unwrap();
    let overrides = [
        format!("feeds.fundamental.file={:?}", series.display().to_string()),
        "feeds.fundamental.column=marketPriceUsd".to_owned(),
        "feeds.fundamental.every=1".to_owned(),
    ];
    let loaded = Loaded::from_file(&root.join("scenarios/fundamental-feed.toml"), &overrides);
    let loaded = loaded.unwrap_or_else(|error| panic!("{error}"));
    let mut world = loaded.build(loaded.scenario.run.seed, u64::MAX).unwrap_or_else(|error| panic!("{error}")).world;
    let values = world.feeds[0].values.clone();
    let history = run(&mut world, 300);
    for (t, (figures, _)) in history.iter().enumerate() {
        assert_eq!(figures.fundamental, Some(values[t]), "step {t}");
    }
    // Half of the money looks at fundamentals: the price ends nearer to the last value than it began.
    let last = values[299];
    assert!((history[299].0.price - last).abs() < (history[0].0.price - last).abs());
}
