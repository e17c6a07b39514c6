//! The price of an asset that several markets trade, and who sees it late.

mod shared;

use std::sync::{Arc, Mutex};

use walras_agents::observation::View;
use walras_agents::policy::{Desk, Memory, Policy};
use walras_engine::{Scratch, World, step};
use walras_ledger::AssetId;
use walras_market::order::{LimitShape, Shape};

fn world(rule: &str, latency: u32) -> World {
    let text = format!(
        "[run]\nname = 'prices'\nsteps = 1\n[assets.A]\nprice = {rule}\n\
         [markets.pool]\nkind = 'pool'\nasset = 'A'\npool = 'constant_product'\nmoney = 10000.0\ntokens = 100.0\n\
         [markets.book]\nkind = 'order_book'\nasset = 'A'\nreference = 120.0\nlot = 0.01\n\
         [markets.other]\nkind = 'pool'\nasset = 'A'\npool = 'constant_product'\nmoney = 30000.0\ntokens = 200.0\n\
         [cohorts.traders]\nsize = 40\nbalance = 5000.0\n\
         policy = {{ kind = 'zero_intelligence', valuation = {{ kind = 'uniform', low = 60, high = 190 }}, \
         lowest = 1, highest = 250, order_size = {{ amount = 0.5 }} }}\n\
         [cohorts.watchers]\nsize = 1\nlatency = {latency}\nmarkets = ['pool']\npolicy = 'buy_and_hold'\n\
         [distributions.a]\nasset = 'A'\ntotal = 400\nshares = 'uniform'\n"
    );
    shared::build(&text, &[], 3)
}

/// Prices and volumes of each market after every step, the prices before the first one first.
fn course(world: &mut World, steps: usize) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let now = |world: &World| world.venues.iter().map(|venue| venue.price(&world.ledger)).collect::<Vec<_>>();
    let (mut prices, mut volumes) = (vec![now(world)], Vec::new());
    let mut scratch = Scratch::default();
    for _ in 0..steps {
        let happened = step(world, &mut scratch).unwrap();
        volumes.push(happened.record.markets.iter().map(|market| market.volume as f64 / 1e6).collect());
        prices.push(now(world));
    }
    (prices, volumes)
}

fn price(world: &World) -> f64 {
    world.price(AssetId(1))
}

#[test]
fn an_assets_price_follows_its_rule() {
    let steps = 12;
    let last = |rule: &str| {
        let mut world = world(rule, 0);
        let (prices, volumes) = course(&mut world, steps);
        (price(&world), prices, volumes)
    };
    let close = |a: f64, b: f64, what: &str| assert!((a / b - 1.0).abs() < 1e-12, "{what}: {a} {b}");
    let (found, prices, volumes) = last("'market'");
    let end = &prices[steps];
    assert!(end.iter().all(|price| price.is_finite()) && end[0] != end[1] && end[1] != end[2]);
    assert!(volumes.iter().all(|step| step.iter().sum::<f64>() > 0.0));
    assert_eq!(found, end[0], "the first market's");
    assert_eq!(last("{ kind = 'market', market = 'other' }").0, end[2]);
    let mut sorted = end.clone();
    sorted.sort_by(f64::total_cmp);
    assert_eq!(last("'median'").0, sorted[1]);
    // A trade in the book counts once, as at the pools.
    let weighted = |steps: std::ops::Range<usize>| {
        let each = || steps.clone().flat_map(|t| volumes[t].iter().zip(&prices[t + 1]));
        each().map(|(volume, price)| volume * price).sum::<f64>() / each().map(|(volume, _)| volume).sum::<f64>()
    };
    close(last("'volume_weighted'").0, weighted(steps - 1..steps), "one step");
    close(last("{ kind = 'volume_weighted', steps = 5 }").0, weighted(steps - 5..steps), "five steps");
    let mean = prices[steps - 3..].iter().map(|prices| prices[1]).sum::<f64>() / 4.0;
    close(last("{ kind = 'time_weighted', steps = 4, market = 'book' }").0, mean, "four steps");
}

/// Writes down the price it sees.
struct Watcher(Arc<Mutex<Vec<(f64, f64)>>>);

impl Policy for Watcher {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: Some(1), limit: LimitShape::Slippage(0.0), priority_fee: Some(0) }
    }

    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let market = &view.markets[0];
        self.0.lock().unwrap().push((market.price, market.history.price(0)));
        desk.market(0).side.fill(0);
    }
}

#[test]
fn who_is_late_sees_what_the_others_saw_before() {
    for latency in [0, 1, 4] {
        let mut world = world("'market'", latency);
        let seen = Arc::new(Mutex::new(Vec::new()));
        world.cohorts[1].set_policy(Arc::new(Watcher(Arc::clone(&seen))));
        let (prices, _) = course(&mut world, 15);
        let seen = seen.lock().unwrap();
        for (t, &(price, last)) in seen.iter().enumerate() {
            let then = prices[t.saturating_sub(latency as usize)][0];
            assert_eq!((price, last), (then, then), "latency {latency}, step {t}");
        }
        assert_eq!(seen.len(), 15);
    }
}
