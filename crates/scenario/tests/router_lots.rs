//! Routers over books, which trade in whole lots.

mod shared;

use std::sync::Arc;

use walras_agents::policy::Policy;
use walras_agents::policy::custom::{AgentView, Decision, per_agent};
use walras_engine::{Scratch, step};
use walras_market::order::Rejection;

/// Two books at which two agents offer three tokens each, at 10 and at `dearer`, and a third buys through a router.
fn text(lots: [f64; 2], more: &str) -> String {
    let book = |name: &str, lot: f64| {
        format!(
            "[markets.{name}]\nkind = 'order_book'\nasset = 'A'\nreference = 10.0\ntick = 0.5\nlot = {lot}\n\
             [cohorts.{name}]\nsize = 1\nbalance = 1000.0\nmarkets = ['{name}']\npolicy = 'buy_and_hold'\n"
        )
    };
    format!(
        "[run]\nname = 'lots'\nsteps = 1\norder_of_events = 'fixed'\n[assets.A]\n{}{}{more}\
         [markets.all]\nkind = 'router'\nasset = 'A'\nmarkets = ['one', 'two'{}]\n\
         [cohorts.buyer]\nsize = 1\nbalance = 1000.0\nmarkets = ['all']\npolicy = 'buy_and_hold'\n\
         [distributions.a]\nasset = 'A'\ntotal = 36\nshares = 'uniform'\n",
        book("one", lots[0]),
        book("two", lots[1]),
        if more.is_empty() { "" } else { ", 'pool'" },
    )
}

/// Tokens bought at each market, and why the order was rejected if it was.
fn bought(text: &str, offered: [f64; 2], prices: [f64; 2], size: f64) -> (Vec<f64>, Option<Rejection>) {
    let mut world = shared::build(text, &[], 1);
    for seller in [0, 1] {
        let decide = move |_: &AgentView<'_, '_>| [Decision::sell(offered[seller]).at(prices[seller])];
        world.cohorts[seller].set_policy(Arc::new(per_agent::<1, _>(decide)) as Arc<dyn Policy>);
    }
    let buyer = world.cohorts.iter().position(|cohort| cohort.name == "buyer").unwrap();
    let decide = move |_: &AgentView<'_, '_>| [Decision::buy(size).at(12.0)];
    world.cohorts[buyer].set_policy(Arc::new(per_agent::<1, _>(decide)));
    let mut scratch = Scratch::default();
    let markets = step(&mut world, &mut scratch).unwrap().record.markets.clone();
    let bought = markets.iter().map(|market| market.bought as f64 / 1e6).collect();
    world.ledger.check_fully().unwrap();
    let router = markets.last().unwrap();
    let why = Rejection::ALL.into_iter().find(|&why| router.rejected[why as usize] > 0);
    assert_eq!(router.filled + u64::from(why.is_some()), 1);
    (bought, why)
}

/// What was left of whole lots when an order was cut over books alone rejected the order, also where another lot would
/// have taken it.
#[test]
fn an_order_over_books_alone_was_refused_for_what_was_left_of_a_lot() {
    // Both offer three at ten: three are cut in 1.5 and 1.5, and one of the halves makes the other whole.
    let (found, why) = bought(&text([1.0, 1.0], ""), [3.0, 3.0], [10.0, 10.0], 3.0);
    assert_eq!((found[0] + found[1], why), (3.0, None), "{found:?}");
    // Lots of three and of two: five are one lot of each, though halves would leave three after one lot of two.
    let (found, why) = bought(&text([3.0, 2.0], ""), [3.0, 6.0], [10.0, 10.0], 5.0);
    assert_eq!((found[0] + found[1], why), (5.0, None), "{found:?}");
    // The cheaper one first, as far as it goes.
    let (found, why) = bought(&text([1.0, 1.0], ""), [3.0, 3.0], [10.0, 11.0], 4.0);
    assert_eq!((&found[..2], why), (&[3.0, 1.0][..], None));
}

/// Only where nobody takes what is left is the order rejected, with a reason that says so.
#[test]
fn what_no_market_takes_is_rejected_as_off_the_grid() {
    let (found, why) = bought(&text([1.0, 1.0], ""), [3.0, 3.0], [10.0, 10.0], 2.5);
    assert_eq!((&found[..2], why), (&[0.0, 0.0][..], Some(Rejection::OffGrid)));
    let (found, why) = bought(&text([1.0, 1.0], ""), [3.0, 3.0], [10.0, 10.0], 7.0);
    assert_eq!((&found[..2], why), (&[0.0, 0.0][..], Some(Rejection::NoLiquidity)));
    let (found, why) = bought(&text([1.0, 1.0], ""), [3.0, 3.0], [10.0, 12.5], 6.0);
    assert_eq!((&found[..2], why), (&[3.0, 3.0][..], None), "the average is within the limit");
    let (found, why) = bought(&text([1.0, 1.0], ""), [3.0, 3.0], [11.5, 13.0], 6.0);
    assert_eq!((&found[..2], why), (&[0.0, 0.0][..], Some(Rejection::LimitNotReached)));
    // A pool takes any size.
    let pool = "[markets.pool]\nkind = 'pool'\nasset = 'A'\npool = 'constant_product'\nmoney = 1100\ntokens = 100\n";
    let (found, why) = bought(&text([1.0, 1.0], pool), [3.0, 3.0], [10.0, 10.0], 2.5);
    assert_eq!((&found[..3], why), (&[found[0], found[1], 0.5][..], None));
    assert_eq!(found[0] + found[1], 2.0);
}
