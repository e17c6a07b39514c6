//! Laws of every kind of market in a whole economy: nothing is created or lost, what is set aside is what orders at rest
//! can cost, pools hold what they count, and the bits are the same on any number of threads.

mod shared;

use std::sync::Arc;

use walras_agents::observation::View;
use walras_agents::policy::{Desk, Memory, Policy};
use walras_engine::stage::turn::{Turns, Who};
use walras_engine::venue::Market;
use walras_engine::{Scratch, World, step};
use walras_ledger::AssetId;
use walras_market::book::Side;
use walras_market::command::{Action, Placement, Quote};
use walras_market::manner::Execution;
use walras_market::order::{LimitShape, OrdersPart, Shape};
use walras_numerics::Stream;

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
const MARKETS: [(&str, &str); 15] = [
    ("curve, batch", "kind = 'curve'\ncurve = { kind = 'linear', slope = 0.02, intercept = 60.0 }\nbuy_fee = 0.003"),
    (
        "curve, sequential",
        "kind = 'curve'\nsettlement = 'sequential'\ncurve = { kind = 'linear', slope = 0.02, intercept = 60.0 }",
    ),
    ("pool", "kind = 'pool'\npool = 'constant_product'\nmoney = 100000.0\ntokens = 1000.0"),
    (
        "weighted pool",
        "kind = 'pool'\npool = { kind = 'weighted', weights = [0.5, 0.5] }\nmoney = 100000.0\ntokens = 1000.0",
    ),
    (
        "concentrated pool",
        "kind = 'pool'\npool = { kind = 'concentrated_liquidity' }\nmoney = 100000.0\ntokens = 1000.0",
    ),
    ("book", "kind = 'order_book'\nreference = 100.0"),
    ("book with fees", "kind = 'order_book'\nreference = 100.0\nmaker_fee = 0.0013\ntaker_fee = 0.0029\nlot = 0.01"),
    ("book of few steps", "kind = 'order_book'\nreference = 100.0\nlifetime = 2\nreplace = false"),
    ("book of one step", "kind = 'order_book'\nreference = 100.0\nlifetime = 0\nreplace = false\nmaker_fee = 0.001"),
    (
        "book of one quote",
        "kind = 'order_book'\nreference = 100.0\nbest_only = true\nclear_on_trade = true\ntick = 1.0",
    ),
    ("call auction in a book", "kind = 'order_book'\nreference = 100.0\ntrading = 'call_auction'\ntaker_fee = 0.002"),
    (
        "opening auction",
        "kind = 'order_book'\nreference = 100.0\ntrading = 'opening_auction'\nopening_steps = 5\nband = 0.1",
    ),
    ("auction", "kind = 'auction'\nauction = 'call'\nreference = 100.0\nbuy_fee = 0.001"),
    ("demand and supply", "kind = 'clearing'\nrule = 'clear'\nprice = 100.0\nsell_fee = 0.001"),
    (
        "posted price",
        "kind = 'clearing'\nrule = { kind = 'posted', adjustment = { kind = 'linear', gain = 0.01 } }\nprice = 100.0",
    ),
];

const ORDERS_OF_EVENTS: [&str; 5] = ["simultaneous", "shuffled", "fixed", "priority_fee", "single"];

fn world(people: &str, market: &str, set: &[&str]) -> World {
    let text = format!("[run]\nname = 'laws'\nsteps = 1\nseed = 11\n{people}\n[markets.m]\nasset = 'A'\n{market}\n");
    shared::build(&text, set, 11)
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
        // Pools are checked after every step by the engine itself.
        if let Market::Book(on) = &venue.market {
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
    }
}

#[test]
fn nothing_is_created_or_lost_at_any_market_in_any_order_of_events() {
    each_case(|name, mut world| {
        let mut scratch = Scratch::default();
        let (mut traded, mut rejected) = (0, 0);
        // Where one agent acts in a step it takes more of them until some meet.
        let steps = if name.ends_with("single") { 1500 } else { 25 };
        for _ in 0..steps {
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
        // Who acts alone in a step meets nobody where orders do not outlive it.
        let fleeting = ["book of one step", "auction", "demand and supply", "posted price"];
        let meets_nobody = name.strip_suffix(", single").is_some_and(|market| fleeting.contains(&market));
        assert_eq!(traded > 0, !meets_nobody, "{name}: {traded} trades");
        let asks_for_little = name.starts_with("book") || name.ends_with("single");
        assert!(rejected > 0 || asks_for_little, "{name}: a population that asks for everything gets it");
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

/// Where one agent acts in a step, it is each of all as often as any other, and by itself.
#[test]
fn a_single_agent_is_drawn_with_all_equally_likely() {
    let mut world = world(PEOPLE, MARKETS[5].1, &["run.order_of_events=single"]);
    let mut turns = Turns::default();
    let (agents, each) = (150, 200);
    let mut counts = vec![0_u32; agents];
    for _ in 0..agents * each {
        turns.draw(&world);
        assert_eq!(turns.count(), 1);
        let Who::One { cohort, row } = turns.turn(0).who else { panic!("all act") };
        counts[120 * cohort + row] += 1;
        world.step += 1;
    }
    // Chi-squared with 149 degrees of freedom: 149 with a standard deviation of 17.3.
    let expected = each as f64;
    let chi_squared: f64 = counts.iter().map(|&n| (f64::from(n) - expected).powi(2) / expected).sum();
    assert!((chi_squared - 149.0).abs() < 4.0 * 17.3, "{chi_squared}");
}

/// Agents that ask for anything at all: orders, quotes, liquidity, more than they have, at absurd prices.
struct Unruly {
    markets: usize,
}

impl Policy for Unruly {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: None, limit: LimitShape::Each, priority_fee: Some(0) }
    }

    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        for i in 0..view.len() {
            let mut draws = view.stream(0, i);
            for market in 0..self.markets {
                let seen = &view.markets[market];
                let price = seen.price * (0.7 + 0.6 * draws.open_unit());
                let held = view.holdings(market)[i] as f64;
                let size = |share: f64| (held * share + 1e6 * share) as i64 - 1000;
                let money = view.balances[i] as f64;
                match (draws.open_unit() * 18.0) as u32 {
                    0 => {
                        let spread = 0.02 * price;
                        let bid = Some(Quote { price: price - spread, size: size(0.4 * draws.open_unit()) });
                        let ask = Some(Quote { price: price + spread, size: size(draws.open_unit()) });
                        desk.ask(market, i, Action::Quote { bid, ask });
                    }
                    1 => desk.ask(market, i, Action::Quote { bid: None, ask: Some(Quote { price, size: size(0.9) }) }),
                    2 => desk.ask(market, i, Action::Cancel),
                    3 | 4 => {
                        let (money, tokens) =
                            ((money * 0.3 * draws.open_unit()) as i64, (held * draws.open_unit()) as i64);
                        let range = (draws.open_unit() < 0.5).then_some((price * 0.8, price * 1.3));
                        desk.ask(market, i, Action::Provide { money, tokens, range });
                    }
                    5 => desk.ask(market, i, Action::Withdraw { share: 1.2 * draws.open_unit() }),
                    6 => {
                        desk.ask(market, i, Action::Quote { bid: Some(Quote { price: f64::NAN, size: 1 }), ask: None });
                    }
                    7..=9 => desk.ask(market, i, Action::Place(any_order(&mut draws, size(0.6), price))),
                    10 => {
                        desk.ask(market, i, Action::Cancel);
                        desk.ask(market, i, Action::Place(any_order(&mut draws, size(1.0), price)));
                        desk.ask(market, i, Action::Place(any_order(&mut draws, size(0.5), price)));
                    }
                    11 => {
                        // Its own order, where it has one, and then anybody's.
                        let own = view.own_orders(market, i).first().map_or(1, |order| order.id);
                        let price = price * (0.9 + 0.2 * draws.open_unit());
                        desk.ask(market, i, Action::ReplaceOrder { id: own, price, size: size(0.8) });
                        desk.ask(market, i, Action::CancelOrder { id: (draws.open_unit() * 300.0) as u64 });
                    }
                    12 => {
                        let own = view.own_orders(market, i).first().map_or(1, |order| order.id);
                        desk.ask(market, i, Action::CancelOrder { id: own });
                        desk.ask(market, i, Action::Place(any_order(&mut draws, size(0.9), price)));
                        desk.ask(market, i, Action::Quote { bid: None, ask: Some(Quote { price, size: size(0.5) }) });
                    }
                    _ => {}
                }
                let OrdersPart { side, size: sizes, limit, .. } = desk.market(market);
                side[i] = [0, 1, -1][(draws.open_unit() * 3.0) as usize];
                sizes[i] = size(1.1 * draws.open_unit());
                limit[i] = if draws.open_unit() < 0.2 { if side[i] > 0 { f64::INFINITY } else { 0.0 } } else { price };
            }
        }
    }
}

/// An order of any kind, some of which contradict themselves.
fn any_order(draws: &mut Stream, size: i64, price: f64) -> Placement {
    let mut half = || draws.open_unit() < 0.5;
    let mut order = if half() { Placement::buy(size) } else { Placement::sell(size) };
    (order.limit, order.stop) = (half().then_some(price), (half() && half()).then_some(price * 1.02));
    order.manner.lifetime = (half() && half()).then_some(3);
    order.manner.displayed = (half() && half()).then_some(size / 3);
    let kinds = [
        Execution::Limit,
        Execution::GoodTillStep,
        Execution::ImmediateOrCancel,
        Execution::FillOrKill,
        Execution::PostOnly,
    ];
    order.manner.execution = kinds[(draws.open_unit() * 5.0) as usize];
    order
}

/// A book under agents who try everything, whatever their cohort declares of its orders.
#[test]
fn unruly_agents_spend_nothing_twice_however_their_orders_are_carried_out() {
    let declared = [
        "execution = 'limit'",
        "execution = 'post_only'",
        "execution = 'fill_or_kill'",
        "execution = 'immediate_or_cancel'",
        "displayed = 1.5",
        "stop = 0.02",
        "stop = 0.01, execution = 'immediate_or_cancel'",
        "execution = 'good_till_step', lifetime = 2",
    ];
    let books = [
        "replace = true\nmaker_fee = 0.0027\ntaker_fee = 0.001",
        "replace = false\ntaker_fee = 0.0027",
        "replace = true\nbest_only = true",
        "replace = false\nband = 0.05\nself_trade = 'cancel_both'",
        "replace = false\ntrading = 'opening_auction'\nopening_steps = 3\nlifetime = 4",
        "replace = true\ntrading = 'call_auction'\ntaker_fee = 0.0027",
    ];
    let mut stopped = 0;
    for (number, book) in books.into_iter().enumerate() {
        for order in declared.into_iter().filter(|order| number != 5 || !order.contains("stop")) {
            let events = ["simultaneous", "shuffled"][number % 2];
            let text = format!(
                "[run]\nname = 'unruly'\nsteps = 1\norder_of_events = '{events}'\n[assets.A]\n[markets.book]\n\
                 kind = 'order_book'\nasset = 'A'\nreference = 100.0\nlot = 0.001\n{book}\n\
                 [cohorts.a]\nsize = 40\nbalance = 2000.0\norder = {{ {order} }}\npolicy = 'buy_and_hold'\n\
                 [distributions.a]\nasset = 'A'\ntotal = 800\nshares = 'uniform'\n"
            );
            let mut world = shared::build(&text, &[], 5);
            world.cohorts[0].set_policy(Arc::new(Unruly { markets: 1 }));
            let mut scratch = Scratch::default();
            let (mut filled, mut refused) = (0, 0);
            for t in 0..60 {
                let happened =
                    step(&mut world, &mut scratch).unwrap_or_else(|broken| panic!("{book}, {order}, {t}: {broken}"));
                filled += happened.record.markets[0].filled;
                refused += happened.record.markets[0].rejected.iter().sum::<u64>();
                world.ledger.check_fully().unwrap_or_else(|broken| panic!("{book}, {order}, {t}: {broken}"));
                check_commitments(order, &world);
                let on = world.venues[0].book().unwrap();
                stopped += Side::BOTH.into_iter().map(|side| on.book.stops(side).count()).sum::<usize>();
            }
            assert!(filled > 10 && refused > 50, "{book}, {order}: {filled} {refused}");
        }
    }
    assert!(stopped > 1000, "{stopped}");
}

/// Five markets of one asset, one of which routes over the others, under agents who try everything.
#[test]
fn unruly_agents_spend_nothing_twice() {
    for order in ["simultaneous", "shuffled"] {
        for (fee, replace) in [("0.0", true), ("0.0027", true), ("0.0027", false)] {
            let text = format!(
                "[run]\nname = 'unruly'\nsteps = 1\norder_of_events = '{order}'\n[assets.A]\n\
                 [markets.curve]\nkind = 'curve'\nasset = 'A'\nsettlement = 'sequential'\n\
                 curve = {{ kind = 'linear', slope = 0.01, intercept = 80.0 }}\nbuy_fee = {fee}\n\
                 [markets.pool]\nkind = 'pool'\nasset = 'A'\npool = 'constant_product'\nmoney = 40000.0\ntokens = 400.0\n\
                 [markets.book]\nkind = 'order_book'\nasset = 'A'\nreference = 100.0\nlot = 0.001\nreplace = {replace}\n\
                 maker_fee = {fee}\ntaker_fee = {fee}\n\
                 [markets.ranges]\nkind = 'pool'\nasset = 'A'\npool = 'concentrated_liquidity'\nmoney = 40000.0\n\
                 tokens = 400.0\n\
                 [markets.all]\nkind = 'router'\nasset = 'A'\nmarkets = ['curve', 'pool', 'book', 'ranges']\n\
                 [cohorts.a]\nsize = 60\nbalance = 2000.0\nbudget = [0.2, 0.2, 0.3, 0.1, 0.2]\npolicy = 'buy_and_hold'\n\
                 [distributions.a]\nasset = 'A'\ntotal = 1200\nshares = 'uniform'\n"
            );
            let mut world = shared::build(&text, &[], 5);
            world.cohorts[0].set_policy(Arc::new(Unruly { markets: 5 }));
            let mut scratch = Scratch::default();
            let (mut provided, mut withdrawn, mut quoted, mut routed) = (0, 0, 0, 0);
            for t in 0..60 {
                let happened =
                    step(&mut world, &mut scratch).unwrap_or_else(|broken| panic!("{order} {fee} {t}: {broken}"));
                for fills in &happened.fills.venues {
                    provided += fills.results.liquidity.iter().filter(|moved| moved.shares < 0).count();
                    withdrawn += fills.results.liquidity.iter().filter(|moved| moved.shares > 0).count();
                    quoted += fills.results.set_aside.len();
                }
                routed += happened.record.markets[4].filled;
                world.ledger.check_fully().unwrap_or_else(|broken| panic!("{order} {fee} {t}: {broken}"));
                check_commitments(order, &world);
                let owed = world.venues[0].exact().unwrap();
                let (supply, reserve) = world.venues[0].standing(&world.ledger);
                assert!(
                    reserve >= owed.required_reserve(supply, reserve).unwrap(),
                    "the curve's reserve covers all tokens"
                );
            }
            assert!(
                provided > 50 && withdrawn > 20 && quoted > 200 && routed > 100,
                "{provided} {withdrawn} {quoted} {routed}"
            );
        }
    }
}

/// Routed over two pools of one price, a large order leaves both at one price again, at a better average than either.
#[test]
fn a_router_ends_at_one_marginal_price() {
    let markets = "
[assets.A]
[markets.small]
kind = 'pool'
asset = 'A'
pool = 'constant_product'
money = 100000.0
tokens = 1000.0
[markets.large]
kind = 'pool'
asset = 'A'
pool = 'constant_product'
money = 300000.0
tokens = 3000.0
[markets.both]
kind = 'router'
asset = 'A'
markets = ['small', 'large']
[cohorts.one]
size = 1
balance = 90000.0
markets = ['MARKET']
policy = { kind = 'threshold', buy_below = 1000.0, sell_above = 2000.0, order_size = { amount = 400.0 } }
";
    let buy = |market: &str| {
        let text = format!("[run]\nname = 'route'\nsteps = 1\n{}", markets.replace("MARKET", market));
        let mut world = shared::build(&text, &[], 1);
        step(&mut world, &mut Scratch::default()).unwrap();
        let asset = world.venues[0].asset;
        let held = |asset| world.ledger.column(world.cohorts[0].id, asset).unwrap()[0];
        assert_eq!(held(asset), 400_000_000, "{market}");
        let prices = [0, 1].map(|venue| world.venues[venue].price(&world.ledger));
        (90_000_000_000 - held(AssetId::NUMERAIRE), prices)
    };
    let (routed, [small, large]) = buy("both");
    // The cost is flat around the best split: an atom of money is worth this much of a difference in price.
    assert!((small / large - 1.0).abs() < 1e-5, "{small} {large}");
    let alone = [buy("small").0, buy("large").0];
    assert!(alone.iter().all(|&paid| routed < paid), "{routed} {alone:?}");
    // One constant-product pool of 4,000 tokens and 400,000 of money would ask 400,000·400/3,600 for 400, and the fee
    // of .3 % on top; what two pools ask differs by their roundings alone.
    let whole = 400_000e6 * 400.0 / 3600.0 / 0.997;
    assert!((routed as f64 / whole - 1.0).abs() < 1e-9, "{routed} {whole}");
}
