//! A curve that makes the market of an order book: its quotes are its own prices, what trades with it is one order at the
//! curve to the atom, nobody gains by going round through it, and its reserve always covers its tokens.

mod shared;

use std::path::Path;
use std::sync::Arc;

use walras_agents::observation::View;
use walras_agents::policy::{Desk, Memory, Policy};
use walras_engine::venue::Made;
use walras_engine::{Scratch, World, step};
use walras_ledger::{AssetId, Atoms};
use walras_market::book::{Side, Standing};
use walras_market::command::{Action, Quote};
use walras_market::order::{LimitShape, OrdersPart, Shape};
use walras_scenario::Loaded;
use walras_scenario::show::{Form, show};

fn economy(order: &str, curve: &str, book: &str, rest: &str) -> String {
    format!(
        "[run]\nname = 'maker'\nsteps = 1\norder_of_events = '{order}'\n[assets.A]\n\
         [markets.launch]\nkind = 'curve'\nasset = 'A'\n{curve}\n\
         [markets.book]\nkind = 'order_book'\nasset = 'A'\nreference = 100.0\n{book}\n{rest}\n"
    )
}

const ONE: &str = "[cohorts.one]\nsize = 1\nbalance = 500000.0\npolicy = WAITS\nmarkets = ['book']\n\
                   [cohorts.others]\nsize = 3\nbalance = 1000.0\npolicy = WAITS\nmarkets = ['book']\n\
                   [distributions.others]\nasset = 'A'\ntotal = 300\ncohorts = ['others']\nshares = 'uniform'\n";

fn world(text: &str, seed: u64) -> World {
    let text = &text.replace("WAITS", "{ kind = 'buy_and_hold', start = 1000000 }");
    shared::build(text, &[], seed)
}

/// Curves of every sort that matters here: of supply alone, flat, of supply and reserve, and with tributes; with fees.
const CURVES: [&str; 4] = [
    "curve = { kind = 'linear', slope = 0.02, intercept = 94.0 }\nbuy_fee = 0.0031\nsell_fee = 0.0017",
    "curve = { kind = 'linear', slope = 0.0, intercept = 100.0 }",
    "curve = { kind = 'constant_reserve_ratio', reserve_ratio = 0.4 }\ninitial_reserve = 12000.0\nsell_fee = 0.002",
    "curve = { kind = 'augmented', hatch_price = 70.0, theta = 0.3, entry_tribute = 0.01, exit_tribute = 0.02 }",
];

/// Market orders and quotes, whatever is written in the script for each agent and step.
struct Script(Vec<(i8, Atoms)>);

impl Policy for Script {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: None, limit: LimitShape::Each, priority_fee: Some(0) }
    }

    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let OrdersPart { side, size, limit, .. } = desk.market(0);
        side.fill(0);
        if let Some(&(wanted, tokens)) = self.0.get(view.step as usize) {
            (side[0], size[0], limit[0]) = (wanted, tokens, if wanted > 0 { f64::INFINITY } else { 0.0 });
        }
    }
}

/// The curve's orders of a side in the book.
fn quotes(world: &World, side: Side) -> Vec<Standing> {
    let on = world.venues[1].book().unwrap();
    let maker = on.money_aside.len() as u32;
    on.book.orders(side).filter(|order| order.trader == maker).collect()
}

fn held(world: &World, cohort: usize, asset: AssetId) -> Atoms {
    world.ledger.column(world.cohorts[cohort].id, asset).unwrap()[0]
}

/// What trading `lots` of the orders at rest moves at their prices, with the book's fee on each order.
fn at_quotes(world: &World, side: Side, mut lots: i64, taker: f64) -> (Atoms, Atoms) {
    let on = world.venues[1].book().unwrap();
    let (mut money, mut fees) = (0, 0);
    for order in quotes(world, side) {
        let traded = lots.min(order.open().into());
        let value = on.book.rules().grid.value(order.price.unwrap(), traded).unwrap();
        money += value;
        // In whole parts per billion, rounded up.
        fees += (i128::from(value) * (taker * 1e9).round() as i128 + 999_999_999).div_euclid(1_000_000_000) as Atoms;
        lots -= traded;
    }
    assert_eq!(lots, 0, "the test wants no more than is quoted");
    (money, fees)
}

/// Every level of the ladder holds as many lots as the curve's own marginal cost allows, counted lot by lot by its formula
/// in real numbers, and none more: within the atoms that rounding and error leave.
#[test]
fn quotes_are_the_curves_own_prices() {
    for spacing in [1_i64, 7] {
        let maker = format!("maker = {{ curve = 'launch', levels = 6, spacing = {spacing} }}\nmaker_fee = 0.001");
        let world = {
            let mut world = world(&economy("simultaneous", CURVES[0], &maker, ONE), 1);
            step(&mut world, &mut Scratch::default()).unwrap();
            world
        };
        // P = 0.02·S + 94 at 300 tokens; a lot is a token, a tick a cent.
        let cost_of = |lot: f64| 94.0 + 0.02 * (300.0 + lot + 0.5);
        let charge = |lot: f64| cost_of(lot) * 1.0031 / 0.999;
        let returns = |lot: f64| cost_of(-lot - 1.0) * (1.0 - 0.0017) / 1.001;
        for (side, sign) in [(Side::Sell, 1.0), (Side::Buy, -1.0)] {
            let ladder = quotes(&world, side);
            assert_eq!(ladder.len(), 6);
            let mut offered = 0.0;
            for (i, order) in ladder.iter().enumerate() {
                let price = order.price.unwrap() as f64 / 100.0;
                let worth = |lot: f64| if sign > 0.0 { charge(lot) } else { returns(lot) };
                let lots = f64::from(order.open());
                assert!(sign * (price - worth(offered + lots - 1.0)) >= 1e-6, "level {i}: its last lot is worth it");
                assert!(sign * (price - worth(offered + lots)) < 2e-5, "level {i}: the next lot is not");
                if i > 0 {
                    let apart = (order.price.unwrap() - ladder[i - 1].price.unwrap()).abs();
                    assert!(
                        apart >= spacing && (apart == spacing || lots == 1.0),
                        "level {i} is {apart} ticks further"
                    );
                }
                offered += lots;
            }
            // The first tick at which a lot can be had.
            let first = ladder[0].price.unwrap() as f64 / 100.0;
            assert!(sign * (first - sign * 0.01 - if sign > 0.0 { charge(0.0) } else { returns(0.0) }) < 1e-5);
        }
    }
}

/// An order through several levels is one order at the curve: supply, reserve, fees and the taker's account, to the atom.
#[test]
fn what_trades_is_one_order_at_the_curve_to_the_atom() {
    for curve in CURVES {
        for (maker_fee, taker_fee) in [(0.0, 0.0), (0.0013, 0.0029)] {
            let book = format!(
                "maker = {{ curve = 'launch', levels = 8, size = 3.0 }}\nlot = 0.5\nmaker_fee = {maker_fee}\ntaker_fee = {taker_fee}"
            );
            let mut world = world(&economy("simultaneous", curve, &book, ONE), 1);
            world.cohorts[0].set_policy(Arc::new(Script(vec![(0, 0), (1, 11_500_000), (-1, 10_000_000)])));
            let (mut scratch, asset) = (Scratch::default(), world.venues[0].asset);
            step(&mut world, &mut scratch).unwrap();
            for (side, sign, tokens) in [(Side::Sell, 1, 11_500_000), (Side::Buy, -1, 10_000_000)] {
                let (supply, reserve) = world.venues[0].standing(&world.ledger);
                let exact = world.venues[0].exact().unwrap();
                let bare = if sign > 0 {
                    exact.cost(supply, reserve, tokens).unwrap()
                } else {
                    -exact.proceeds(supply, reserve, tokens).unwrap()
                };
                let (worth, fees) = at_quotes(&world, side, tokens / 500_000, taker_fee);
                let (_, makers) = at_quotes(&world, side, tokens / 500_000, maker_fee);
                let before = [held(&world, 0, AssetId::NUMERAIRE), held(&world, 0, asset)];
                let taken = |world: &World, number: usize| {
                    let accounts = &world.venues[number].accounts;
                    let held = |account| world.ledger.held(account, AssetId::NUMERAIRE);
                    if number == 0 && accounts.tributes != accounts.fees {
                        held(accounts.fees) + held(accounts.tributes)
                    } else {
                        held(accounts.fees)
                    }
                };
                let fees_before = [taken(&world, 0), taken(&world, 1)];
                let happened = step(&mut world, &mut scratch).unwrap();
                let figures = &happened.record.markets;
                assert_eq!((figures[0].volume, figures[1].volume), (bare.unsigned_abs().into(), i128::from(worth)));
                assert_eq!((figures[0].filled, figures[0].orders, figures[1].filled), (1, 1, 1));
                assert_eq!(
                    world.venues[0].standing(&world.ledger),
                    (supply + sign * tokens, reserve + bare),
                    "{curve}"
                );
                let after = [held(&world, 0, AssetId::NUMERAIRE), held(&world, 0, asset)];
                assert_eq!(after, [before[0] - sign * worth - fees, before[1] + sign * tokens], "{curve}");
                let left = sign * worth - makers - bare;
                assert!(left >= 0, "{curve}: {left}");
                let fees_after = [taken(&world, 0), taken(&world, 1)];
                assert_eq!(fees_after, [fees_before[0] + left, fees_before[1] + fees + makers], "{curve}");
                // Quoted anew: the far side has moved with the curve.
                assert!(!quotes(&world, side.opposite()).is_empty());
            }
        }
    }
}

/// Agents who ask for anything at the book and at the curve.
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
                let price = view.markets[market].price * (0.9 + 0.2 * draws.open_unit());
                let held = view.holdings(market)[i] as f64;
                let mut size = |share: f64| (held * share * draws.open_unit() + 3e6 * share) as i64 - 1000;
                // Routers send whole lots.
                let (bid, ask, order) = (size(0.3), size(0.4), size(0.7) / 100_000 * 100_000);
                let action = (draws.open_unit() * 8.0) as u32;
                match action {
                    0 => {
                        let bid = Some(Quote { price: price * 0.98, size: bid });
                        let ask = Some(Quote { price: price * 1.02, size: ask });
                        desk.ask(market, i, Action::Quote { bid, ask });
                    }
                    1 => desk.ask(market, i, Action::Cancel),
                    _ => {}
                }
                let OrdersPart { side, size, limit, .. } = desk.market(market);
                side[i] = [0, 1, -1, 1, -1][(draws.open_unit() * 5.0) as usize];
                size[i] = order;
                let any = draws.open_unit() < 0.3;
                limit[i] = if !any {
                    price
                } else if side[i] > 0 {
                    f64::INFINITY
                } else {
                    0.0
                };
            }
        }
    }
}

fn check(name: &str, world: &World) {
    world.ledger.check_fully().unwrap_or_else(|broken| panic!("{name}: {broken}"));
    let (supply, reserve) = world.venues[0].standing(&world.ledger);
    let owed = world.venues[0].exact().unwrap().required_reserve(supply, reserve).unwrap();
    assert!(reserve >= owed && reserve >= 0, "{name}: {reserve} held against {owed}");
    let (venue, on) = (&world.venues[1], world.venues[1].book().unwrap());
    let sum = |column: &[Atoms]| column.iter().map(|&atoms| i128::from(atoms)).sum::<i128>();
    let house = |asset| i128::from(world.ledger.held(venue.accounts.money, asset));
    assert_eq!(sum(&on.money_aside), house(AssetId::NUMERAIRE), "{name}: money aside");
    assert_eq!(sum(&on.tokens_aside), house(venue.asset), "{name}: tokens aside");
    let continuous = on.book.phase() == walras_market::book::Phase::Continuous;
    assert!(!(continuous && on.book.is_crossed()), "{name}: crossed");
}

/// Random orders of every kind, at the book, at the curve and through a router, in every order of events and session.
#[test]
fn nothing_is_lost_and_the_reserve_covers_whatever_is_asked() {
    let books = [
        "maker = { curve = 'launch', levels = 4, spacing = 5 }\nlot = 0.01\nmaker_fee = 0.0013\ntaker_fee = 0.0029",
        "maker = { curve = 'launch', levels = 12, size = 0.7 }\nlot = 0.1\nreplace = false\nlifetime = 3\nband = 0.02",
        "maker = { curve = 'launch', spacing = 20 }\nlot = 0.001\ntrading = 'call_auction'\ntaker_fee = 0.002",
        "maker = { curve = 'launch', levels = 3 }\ntick = 0.5\nlot = 0.01\ntrading = 'opening_auction'\nopening_steps = 4\nclear_on_trade = true",
    ];
    let rest = "[markets.all]\nkind = 'router'\nasset = 'A'\nmarkets = ['book']\n\
                [markets.other]\nkind = 'router'\nasset = 'A'\nmarkets = ['launch']\n\
                [cohorts.a]\nsize = 40\nbalance = 3000.0\npolicy = 'buy_and_hold'\n\
                [distributions.a]\nasset = 'A'\ntotal = 300\nshares = 'uniform'\n\
                [shocks.halt]\nat = 12\nuntil = 13\nevent = { kind = 'halt', market = 'launch' }\n";
    for (i, curve) in CURVES.iter().enumerate() {
        for (j, book) in books.iter().enumerate() {
            let (order, settlement) =
                [("simultaneous", "batch"), ("shuffled", "batch"), ("simultaneous", "sequential")][(i + j) % 3];
            let name = format!("{order} {settlement} {curve} {book}");
            let curve = format!("settlement = '{settlement}'\n{curve}");
            let mut world = world(&economy(order, &curve, book, rest), 7);
            world.cohorts[0].set_policy(Arc::new(Unruly { markets: 4 }));
            let (mut scratch, mut made, mut both, mut routed) = (Scratch::default(), 0, [0, 0], [0, 0]);
            for _ in 0..25 {
                let happened = step(&mut world, &mut scratch).unwrap_or_else(|broken| panic!("{name}: {broken}"));
                happened.fills.each_made(|market, &Made { curve, tokens, fee, least_fee, .. }| {
                    assert_eq!((market, curve), (1, 0));
                    assert!(fee >= least_fee, "{name}: no trade brings less than the curve charges");
                    made += 1;
                    both[usize::from(tokens > 0)] += 1;
                });
                for (routed, market) in routed.iter_mut().zip([2, 3]) {
                    *routed += happened.record.markets[market].filled;
                }
                let figures = &happened.record.markets[1];
                assert_eq!(figures.bought, figures.sold, "{name}: the maker is one of the traders");
                check(&name, &world);
            }
            assert!(made >= 15 && both[0] > 0 && both[1] > 0, "{name}: {made} {both:?}");
            assert!(routed[0] > 0 || book.contains("auction"), "{name}: {routed:?}");
            assert!(routed[1] > 0, "{name}: {routed:?}");
        }
    }
}

/// One agent goes round and round through the quotes: whenever it could sell all it has to the curve, at the curve's own
/// price without any fee, it would have no more than it began with.
#[test]
fn going_round_through_the_quotes_never_profits() {
    for (seed, curve) in CURVES.iter().enumerate() {
        for lot in ["1.0", "0.001"] {
            let book = format!("maker = {{ curve = 'launch', levels = 5, spacing = 2 }}\nlot = {lot}\nlifetime = 0");
            let mut world = world(&economy("fixed", curve, &book, ONE), 3);
            // A fixed list of sizes that means nothing, from a multiplicative generator.
            let mut state = 1_000_003 * (seed as i64 + 1);
            let mut next = |most: i64| {
                state = state * 48_271 % 2_147_483_647;
                state % most
            };
            let script: Vec<(i8, Atoms)> =
                (0..300).map(|_| (if next(2) == 0 { 1 } else { -1 }, 1000 * (1 + next(20_000)))).collect();
            world.cohorts[0].set_policy(Arc::new(Script(script)));
            let (asset, start) = (world.venues[0].asset, held(&world, 0, AssetId::NUMERAIRE));
            let (mut scratch, mut traded) = (Scratch::default(), 0);
            for t in 0..300 {
                traded += step(&mut world, &mut scratch).unwrap().record.markets[1].filled;
                let (supply, reserve) = world.venues[0].standing(&world.ledger);
                let (money, tokens) = (held(&world, 0, AssetId::NUMERAIRE), held(&world, 0, asset));
                let worth = world.venues[0].exact().unwrap().proceeds(supply, reserve, tokens).unwrap();
                assert!(money + worth <= start, "{curve} after {t}: {} atoms gained", money + worth - start);
            }
            assert!(traded > 50, "{curve}: {traded}");
        }
    }
}

/// Where the curve's own market was bought from in the same turn, the quotes have followed before the book serves anyone.
#[test]
fn quotes_follow_what_the_curve_itself_sells() {
    for (order, settlement) in [("simultaneous", "batch"), ("simultaneous", "sequential"), ("fixed", "batch")] {
        let curve = format!("settlement = '{settlement}'\n{}", CURVES[0]);
        let rest = "[cohorts.early]\nsize = 1\nbalance = 500000.0\nmarkets = ['launch']\npolicy = 'buy_and_hold'\n\
                    [cohorts.late]\nsize = 1\nbalance = 500000.0\nmarkets = ['book']\npolicy = 'buy_and_hold'\n\
                    [distributions.one]\nasset = 'A'\ntotal = 300\nshares = 'uniform'\n";
        let mut world = world(&economy(order, &curve, "maker = { curve = 'launch' }", rest), 1);
        world.cohorts[0].set_policy(Arc::new(Script(vec![(0, 0), (1, 40_000_000)])));
        world.cohorts[1].set_policy(Arc::new(Script(vec![(0, 0), (1, 2_000_000)])));
        let mut scratch = Scratch::default();
        step(&mut world, &mut scratch).unwrap();
        let before = quotes(&world, Side::Sell)[0].price.unwrap();
        let happened = step(&mut world, &mut scratch).unwrap();
        let mut made = Vec::new();
        happened.fills.each_made(|_, it| made.push(*it));
        let [Made { tokens: 2_000_000, paid, .. }] = made[..] else { panic!("{order} {settlement}: {made:?}") };
        // Forty tokens at a fiftieth each, and the fee on it: 80 cents dearer than the first ask was.
        let first = paid as f64 / 2e4;
        assert!((first - before as f64 - 80.0).abs() <= 4.0, "{order} {settlement}: {first} {before}");
    }
}

#[test]
fn a_curve_that_trades_through_a_book_alone_has_no_traders_of_its_own() {
    let rest = ONE.replace("\nmarkets = ['book']", "");
    let open = world(&economy("fixed", CURVES[0], "maker = { curve = 'launch' }", &rest), 1);
    assert_eq!(open.cohorts[0].places.len(), 2);
    let closed = world(&economy("fixed", CURVES[0], "maker = { curve = 'launch', direct = false }", &rest), 1);
    let places: Vec<usize> = closed.cohorts[0].places.iter().map(|place| place.venue).collect();
    assert_eq!((places, closed.cohorts[0].places[0].budget_share), (vec![1], 1.0));
}

/// Where the text is wrong, what is expected, and the nearest right spelling.
#[test]
fn what_cannot_make_the_market_is_refused_with_its_place() {
    let refused = |book: &str, rest: &str| {
        let text = economy("fixed", CURVES[0], book, &format!("{ONE}{rest}"));
        let text = text.replace("[assets.A]", "[assets.A]\n[assets.B]");
        let text = text.replace("WAITS", "'buy_and_hold'");
        let error = match Loaded::from_text("maker.toml", &text, Path::new(""), &[]) {
            Ok(loaded) => loaded.build(1, u64::MAX).err().unwrap_or_else(|| panic!("{book}: taken")),
            Err(error) => error,
        };
        let shown = show(&error, Form::Plain);
        assert!(shown.contains("maker.toml:") && shown.contains("`-- "), "{shown}");
        shown
    };
    let says = |book: &str, rest: &str, parts: &[&str]| {
        let error = refused(book, rest);
        for part in parts {
            assert!(error.contains(part), "{error}\nlacks {part}");
        }
    };
    says(
        "maker = { curve = 'lunch' }",
        "",
        &["there is no market declared before called `lunch`", "did you mean `launch`?"],
    );
    says("maker = { curve = 'launch', levels = 0 }", "", &["levels", "maker.toml:17"]);
    says("maker = { curve = 'launch', size = -2.0 }", "", &["size", "maker.toml:17"]);
    says("maker = { curve = 'launch', spacing = 0 }", "", &["spacing"]);
    says(
        "maker = { curve = 'launch', size = 2.0, spacing = 3 }",
        "",
        &["either `spacing` ticks apart or of one `size`"],
    );
    says("maker = { curve = 'launch', size = 0.25 }", "", &["a size of 0.25 tokens is 0.25 lots"]);
    says("maker = { curve = 'launch' }\nbest_only = true", "", &["only the best would stand"]);
    let other = "[markets.other]\nkind = 'order_book'\nasset = 'B'\nreference = 1.0\nmaker = { curve = 'launch' }\n";
    says("", other, &["`launch` trades another asset", "a curve market of `B`"]);
    let book = "[markets.other]\nkind = 'order_book'\nasset = 'A'\nreference = 1.0\nmaker = { curve = 'book' }\n";
    says("", book, &["`book` is no bonding curve", "a market of the kind `curve`"]);
    let twice = other.replace("'B'", "'A'");
    says("maker = { curve = 'launch' }", &twice, &["`launch` already makes the market at `book`"]);
    let router = |markets: &str| format!("[markets.r]\nkind = 'router'\nasset = 'A'\nmarkets = [{markets}]\n");
    says("maker = { curve = 'launch' }", &router("'launch', 'book'"), &["counted twice"]);
    says("maker = { curve = 'launch' }", &router("'book', 'launch'"), &["counted twice"]);
    let closed = "maker = { curve = 'launch', direct = false }";
    says(closed, &router("'launch'"), &["`launch` is traded through a book alone"]);
    let direct = "[cohorts.direct]\nsize = 1\nbalance = 1.0\npolicy = 'buy_and_hold'\nmarkets = ['launch']\n";
    says(closed, direct, &["`launch` is traded through a book alone"]);
}
