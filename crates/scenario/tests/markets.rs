//! Laws of every kind of market in a whole economy: nothing is created or lost, what is set aside is what orders at rest
//! can cost, pools hold what they count, and the bits are the same on any number of threads.

use std::path::Path;

use walras_engine::venue::Market;
use walras_engine::{Scratch, World, step};
use walras_ledger::AssetId;
use walras_scenario::Loaded;

/// One population, whatever the market.
const PEOPLE: &str = "
[assets.A]
fundamental = 100.0
[cohorts.traders]
size = 120
balance = 3000.0
priority_fee = 0.5
policy = { kind = 'zero_intelligence', valuation = { kind = 'uniform', low = 60, high = 140 }, lowest = 1, highest = 200, activity = 0.4 }
[cohorts.late]
size = 30
balance = 3000.0
latency = 3
policy = { kind = 'momentum', fast = 2, slow = 5 }
[distributions.a]
asset = 'A'
total = 1500
shares = 'uniform'
";

/// Every kind of market, and every way in which it differs.
const MARKETS: [(&str, &str); 14] = [
    ("curve, batch", "kind = 'curve'\ncurve = { kind = 'linear', slope = 0.02, intercept = 60.0 }\nbuy_fee = 0.003"),
    (
        "curve, sequential",
        "kind = 'curve'\nsettlement = 'sequential'\ncurve = { kind = 'linear', slope = 0.02, intercept = 60.0 }",
    ),
    ("pool", "kind = 'pool'\npool = 'constant_product'\nmoney = 100000.0\ntokens = 1000.0"),
    ("weighted pool", "kind = 'pool'\npool = { kind = 'weighted', weights = [0.5, 0.5] }\nmoney = 100000.0\ntokens = 1000.0"),
    (
        "concentrated pool",
        "kind = 'pool'\npool = { kind = 'concentrated_liquidity' }\nmoney = 100000.0\ntokens = 1000.0",
    ),
    ("book", "kind = 'order_book'\nreference = 100.0"),
    ("book with fees", "kind = 'order_book'\nreference = 100.0\nmaker_fee = 0.0013\ntaker_fee = 0.0029\nlot = 0.01"),
    ("book of few steps", "kind = 'order_book'\nreference = 100.0\nlifetime = 2\nreplace = false"),
    ("book of one quote", "kind = 'order_book'\nreference = 100.0\nbest_only = true\nclear_on_trade = true\ntick = 1.0"),
    ("call auction in a book", "kind = 'order_book'\nreference = 100.0\ntrading = 'call_auction'\ntaker_fee = 0.002"),
    ("opening auction", "kind = 'order_book'\nreference = 100.0\ntrading = 'opening_auction'\nopening_steps = 5\nband = 0.1"),
    ("auction", "kind = 'auction'\nauction = 'call'\nreference = 100.0\nbuy_fee = 0.001"),
    ("demand and supply", "kind = 'clearing'\nrule = 'clear'\nprice = 100.0\nsell_fee = 0.001"),
    (
        "posted price",
        "kind = 'clearing'\nrule = { kind = 'posted', adjustment = { kind = 'linear', gain = 0.01 } }\nprice = 100.0",
    ),
];

const ORDERS_OF_EVENTS: [&str; 4] = ["simultaneous", "shuffled", "fixed", "priority_fee"];

fn world(people: &str, market: &str, set: &[&str]) -> World {
    let text = format!("[run]\nname = 'laws'\nsteps = 1\nseed = 11\n{people}\n[markets.m]\nasset = 'A'\n{market}\n");
    let set: Vec<String> = set.iter().map(|&set| set.to_owned()).collect();
    let loaded = Loaded::from_text("laws.toml", &text, Path::new(""), &set).unwrap_or_else(|error| panic!("{error}"));
    loaded.build(11, u64::MAX).unwrap_or_else(|error| panic!("{error}")).world
}

fn each_case(mut check: impl FnMut(&str, World)) {
    for (name, market) in MARKETS {
        for order in ORDERS_OF_EVENTS {
            let set = format!("run.order_of_events={order}");
            check(&format!("{name}, {order}"), world(PEOPLE, market, &[&set]));
        }
    }
}

/// What orders at rest have set aside is in the clearing house, and no continuous book stands crossed.
fn check_commitments(name: &str, world: &World) {
    for venue in &world.venues {
        match &venue.market {
            Market::Book(on) => {
                let sum = |column: &[i64]| column.iter().map(|&atoms| i128::from(atoms)).sum::<i128>();
                let held = |asset| i128::from(world.ledger.held(venue.accounts.money, asset));
                assert_eq!(sum(&on.money_aside), held(AssetId::NUMERAIRE), "{name}: money aside");
                assert_eq!(sum(&on.tokens_aside), held(venue.asset), "{name}: tokens aside");
                let continuous = on.book.phase() == walras_market::book::Phase::Continuous;
                assert!(!(continuous && on.book.is_crossed()), "{name}: crossed");
                for place in 0..on.money_aside.len() as u32 {
                    let locked = on.book.locked(place);
                    let lots = on.tokens_aside[place as usize] / on.book.rules().grid.lot();
                    assert_eq!(locked.lots_sold as i64, lots, "{name}: trader {place}");
                    assert!(locked.money <= i128::from(on.money_aside[place as usize]), "{name}: trader {place}");
                }
            }
            // Checked after every step by the engine itself.
            Market::Pool(_) | Market::Curve(_) | Market::Auction(_) | Market::Clearing(_) => {}
        }
    }
}

#[test]
fn nothing_is_created_or_lost_at_any_market_in_any_order_of_events() {
    each_case(|name, mut world| {
        let mut scratch = Scratch::default();
        let (mut traded, mut rejected) = (0, 0);
        for _ in 0..25 {
            let happened = step(&mut world, &mut scratch).unwrap_or_else(|broken| panic!("{name}: {broken}"));
            let figures = &happened.record.markets[0];
            traded += figures.filled;
            rejected += figures.rejected.iter().sum::<u64>();
            // In an auction orders of earlier steps trade too.
            let counted = figures.filled + figures.rejected.iter().sum::<u64>();
            assert!(counted <= figures.orders || name.contains("auction"), "{name}: {figures:?}");
            if world.venues[0].curve().is_none() && world.venues[0].pool().is_none() {
                assert_eq!(figures.bought, figures.sold, "{name}: agents trade with each other");
            }
            world.ledger.check_fully().unwrap_or_else(|broken| panic!("{name}: {broken}"));
            check_commitments(name, &world);
        }
        assert!(traded > 0, "{name}: nobody trades");
        assert!(rejected > 0 || name.starts_with("book"), "{name}: a population that asks for everything gets it");
    });
}

#[test]
fn the_bits_are_the_same_on_any_number_of_threads() {
    let hash = |threads: usize, (market, order): (&str, &str)| {
        let set = format!("run.order_of_events={order}");
        let mut world = world(PEOPLE, market, &[&set, "cohorts.traders.size=40000"]);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut scratch = Scratch::default();
        pool.install(|| {
            for _ in 0..2 {
                step(&mut world, &mut scratch).unwrap();
            }
        });
        world.hash().unwrap()
    };
    for (name, market) in MARKETS {
        let case = (market, "simultaneous");
        assert_eq!(hash(1, case), hash(3, case), "{name}");
    }
    assert_eq!(hash(1, (MARKETS[5].1, "shuffled")), hash(3, (MARKETS[5].1, "shuffled")));
}

/// One after another each agent sees what those before it did; at once they do not.
#[test]
fn the_order_of_events_changes_what_agents_see() {
    for (name, market) in MARKETS {
        let hash = |order: &str| {
            let mut world = world(PEOPLE, market, &[&format!("run.order_of_events={order}")]);
            let mut scratch = Scratch::default();
            for _ in 0..10 {
                step(&mut world, &mut scratch).unwrap();
            }
            world.hash().unwrap()
        };
        assert_ne!(hash("shuffled"), hash("fixed"), "{name}");
        assert_eq!(hash("shuffled"), hash("shuffled"), "{name}");
    }
}
