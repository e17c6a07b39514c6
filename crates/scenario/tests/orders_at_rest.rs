//! Orders at rest hide nothing from those who gave them.

mod shared;

use std::sync::Arc;

use walras_agents::observation::View;
use walras_agents::policy::custom::{AgentView, Decision, per_agent};
use walras_agents::policy::{Desk, Memory, Policy};
use walras_engine::{Scratch, World, step};
use walras_market::book::Side;
use walras_market::command::{Action, Quote};
use walras_market::order::{LimitShape, Shape};

const BOOK: &str = "
[run]
name = 'orders at rest'
steps = 1
[assets.T]
[markets.book]
kind = 'order_book'
asset = 'T'
reference = 100
tick = 1
highest_price = 1000
[cohorts.traders]
size = 1
balance = 1000
policy = { kind = 'threshold', buy_below = 1, sell_above = 1000 }
[distributions.genesis]
asset = 'T'
total = 10
shares = 'uniform'
";

fn world(text: &str) -> World {
    shared::build(text, &[], 1)
}

/// What an order at rest has set aside was once missing from what its agent saw, so that one that orders a share of what
/// it has, or quotes by its inventory, ordered all in one step and nothing in the next.
#[test]
fn who_orders_a_share_of_what_it_has_orders_the_same_every_step() {
    let sells = |view: &AgentView<'_, '_>| [Decision::sell(view.holding(0)).at(150.0)];
    let buys = |view: &AgentView<'_, '_>| [Decision::buy(view.balance() / 60.0).at(50.0)];
    for sell in [true, false] {
        let mut world = world(BOOK);
        world.cohorts[0].set_policy(if sell {
            Arc::new(per_agent::<1, _>(sells))
        } else {
            Arc::new(per_agent::<1, _>(buys))
        });
        let mut scratch = Scratch::default();
        for _ in 0..5 {
            let happened = step(&mut world, &mut scratch).unwrap();
            assert_eq!(happened.record.markets[0].rejected.iter().sum::<u64>(), 0);
            let committed = world.committed(0).unwrap();
            // All ten tokens, or sixteen whole lots at 50.
            assert_eq!((committed[0][0], committed[1][0]), if sell { (0, 10_000_000) } else { (800_000_000, 0) });
        }
    }
}

/// A seller's offered unit was once counted as sold, so that it went on with the next one, at that one's cost.
#[test]
fn a_unit_that_is_offered_is_not_sold() {
    let text = BOOK.replace("highest_price = 1000", "highest_price = 200\nreplace = false\nbest_only = true").replace(
        "{ kind = 'threshold', buy_below = 1, sell_above = 1000 }",
        "{ kind = 'zero_intelligence', lowest = 1, highest = 200, \
         entitlement = { role = 'seller', units = [10, 190] } }",
    );
    let mut world = world(&text);
    let mut scratch = Scratch::default();
    for _ in 0..200 {
        step(&mut world, &mut scratch).unwrap();
    }
    // The lowest of 200 asks that are uniform from 10 to 200: 30 or above once in 10^9 times.
    let ask = world.venues[0].book().unwrap().book.best_ask().unwrap();
    assert!((10..30).contains(&ask), "{ask}");
}

/// One agent's wishes at the book of [`BOOK`], step by step.
struct Script(Vec<Vec<(usize, Action)>>);

impl Policy for Script {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: Some(1_000_000), limit: LimitShape::Each, priority_fee: Some(0) }
    }

    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        desk.market(0).side.fill(0);
        for &(agent, action) in self.0.get(view.step as usize).into_iter().flatten() {
            desk.ask(0, agent, action);
        }
    }
}

fn bid(price: f64) -> Action {
    Action::Quote { bid: Some(Quote { price, size: 1_000_000 }), ask: None }
}

fn scripted(text: &str, script: Vec<Vec<(usize, Action)>>) -> (World, Vec<u64>) {
    let mut world = world(text);
    let steps = script.len();
    world.cohorts[0].set_policy(Arc::new(Script(script)));
    let mut scratch = Scratch::default();
    let rejected = (0..steps).map(|_| step(&mut world, &mut scratch).unwrap().record.markets[0].rejected.iter().sum());
    let rejected = rejected.collect();
    (world, rejected)
}

fn bids(world: &World) -> Vec<(u32, i64)> {
    let book = &world.venues[0].book().unwrap().book;
    book.orders(Side::Buy).map(|order| (order.trader, order.price.unwrap())).collect()
}

/// An order outside the band, or a worse one where only the best stands, was once refused after the one it would have
/// replaced had been taken back.
#[test]
fn a_refused_order_leaves_what_stands() {
    for rule in ["band = 0.1", "best_only = true"] {
        let text = BOOK.replace("highest_price = 1000", &format!("highest_price = 1000\n{rule}"));
        let (world, rejected) = scripted(&text, vec![vec![(0, bid(95.0))], vec![(0, bid(20.0))]]);
        assert_eq!((bids(&world), rejected), (vec![(0, 95)], vec![0, 1]), "{rule}");
    }
}

/// Commands that a policy gives in another order than that of its agents were once looked up in vain.
#[test]
fn commands_are_carried_out_in_whatever_order_they_are_given() {
    let text = BOOK.replace("size = 1\nbalance", "size = 4\nbalance");
    let given = vec![(3, bid(93.0)), (0, bid(90.0)), (2, bid(92.0)), (0, bid(91.0)), (1, bid(94.0))];
    let (world, rejected) = scripted(&text, vec![given]);
    assert_eq!(rejected, [0]);
    assert_eq!(bids(&world), [(1, 94), (3, 93), (2, 92), (0, 91)]);
}

/// What stands could once not be taken back while the market was halted.
#[test]
fn a_halted_market_gives_orders_back_and_takes_no_others() {
    let text = format!("{BOOK}[shocks.halt]\nat = 1\nevent = {{ kind = 'halt', market = 'book' }}\n");
    let (world, rejected) = scripted(&text, vec![vec![(0, bid(95.0))], vec![(0, bid(96.0))]]);
    assert_eq!((bids(&world), rejected), (vec![(0, 95)], vec![0, 1]));
    let (world, rejected) = scripted(&text, vec![vec![(0, bid(95.0))], vec![(0, Action::Cancel)]]);
    assert_eq!((bids(&world), rejected), (vec![], vec![0, 0]));
    assert_eq!(world.committed(0).unwrap()[0][0], 0);
}

/// A price that is a tick but for rounding is that tick, also for what a buyer sets aside; money itself is never rounded
/// up to a tick, which would have spent what its agent does not have.
#[test]
fn a_price_rounded_up_to_its_tick_never_spends_more_than_there_is() {
    const TOKENS: f64 = 142_857.0;
    // (balance, limit) → (tokens bought, rejected): 7 × 142857 = 999999.
    let below = 7.0 * (1.0 - 5e-10);
    let cases = [
        ("999999.0001", Some(below), (TOKENS, 0)),
        ("999999", Some(below), (0.0, 1)),
        ("999999.0001", None, (TOKENS, 0)),
        ("999998.9999", None, (0.0, 1)),
    ];
    for (balance, limit, expected) in cases {
        let text = BOOK.replace("size = 1\nbalance = 1000", &format!("size = 2\nbalance = {balance}"));
        let text = text.replace("total = 10", "total = 285714").replace("reference = 100", "reference = 5");
        let mut world = world(&text);
        world.cohorts[0].set_policy(Arc::new(per_agent::<1, _>(move |view: &AgentView<'_, '_>| {
            [match (view.row(), view.step()) {
                (0, 0) => Decision::sell(TOKENS).at(7.0),
                (1, 1) => limit.map_or(Decision::buy(TOKENS), |limit| Decision::buy(TOKENS).at(limit)),
                _ => Decision::wait(),
            }]
        })));
        let mut scratch = Scratch::default();
        step(&mut world, &mut scratch).unwrap();
        let market = step(&mut world, &mut scratch).unwrap().record.markets[0].clone();
        let found = (market.bought as f64 / 1e6, market.rejected.iter().sum::<u64>());
        assert_eq!(found, expected, "{balance} {limit:?}");
    }
}
