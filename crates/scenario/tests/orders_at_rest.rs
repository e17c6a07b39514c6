//! Orders at rest hide nothing from those who gave them.

use std::path::Path;
use std::sync::Arc;

use walras_agents::policy::custom::{AgentView, Decision, per_agent};
use walras_engine::{Scratch, World, step};
use walras_scenario::Loaded;

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
    let loaded = Loaded::from_text("rest.toml", text, Path::new(""), &[]).unwrap_or_else(|e| panic!("{e}"));
    loaded.build(1, u64::MAX).unwrap_or_else(|e| panic!("{e}")).world
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
