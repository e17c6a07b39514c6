//! Every kind of order that a book knows, placed by agents: what it trades, what it sets aside and what it gives back.
//!
//! Expected amounts are worked out by hand from prices and sizes; all money and tokens have six decimals, a tick is one
//! unit of money for a token, a lot one token, and there are no fees.

mod shared;

use std::path::Path;
use std::sync::Arc;

use walras_agents::observation::View;
use walras_agents::policy::{Desk, Memory, Policy};
use walras_engine::{Scratch, World, step};
use walras_ledger::{AssetId, Atoms};
use walras_market::command::{Action, Placement, Quote};
use walras_market::manner::Execution;
use walras_market::order::{LimitShape, Rejection, Shape};
use walras_scenario::Loaded;
use walras_scenario::show::{Form, show};

/// Four agents with a thousand of money and ten tokens each; their orders do not replace each other.
const BOOK: &str = "
[run]
name = 'order kinds'
steps = 1
[assets.T]
[markets.book]
kind = 'order_book'
asset = 'T'
reference = 100
tick = 1
highest_price = 1000
replace = false
[cohorts.traders]
size = 4
balance = 1000
policy = { kind = 'threshold', buy_below = 1, sell_above = 1000 }
[distributions.genesis]
asset = 'T'
total = 40
shares = 'uniform'
";

const UNIT: Atoms = 1_000_000;

fn world(text: &str) -> World {
    shared::build(text, &[], 1)
}

/// What agents ask, step by step.
struct Script(Vec<Vec<(usize, Action)>>);

impl Policy for Script {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: Some(UNIT), limit: LimitShape::Each, priority_fee: Some(0) }
    }

    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        desk.market(0).side.fill(0);
        for &(agent, action) in self.0.get(view.step as usize).into_iter().flatten() {
            desk.ask(0, agent, action);
        }
    }
}

/// A world whose first cohort follows a script, and what was refused in the last step.
struct Play {
    world: World,
    scratch: Scratch,
    refused: Vec<Rejection>,
}

impl Play {
    fn new(text: &str, script: Vec<Vec<(usize, Action)>>) -> Self {
        let mut world = world(text);
        world.cohorts[0].set_policy(Arc::new(Script(script)));
        Self { world, scratch: Scratch::default(), refused: Vec::new() }
    }

    fn step(&mut self) -> &mut Self {
        let happened = step(&mut self.world, &mut self.scratch).unwrap();
        let counts = happened.record.markets[0].rejected;
        self.refused = Rejection::ALL.into_iter().filter(|&why| counts[why as usize] > 0).collect();
        self.world.ledger.check_fully().unwrap();
        self
    }

    fn steps(&mut self, steps: usize) -> &mut Self {
        (0..steps).for_each(|_| {
            self.step();
            assert_eq!(self.refused, []);
        });
        self
    }

    /// Money and tokens of an agent at hand, and set aside, in units.
    fn has(&self, agent: usize) -> [[f64; 2]; 2] {
        let column = |asset| self.world.ledger.column(self.world.cohorts[0].id, asset).unwrap()[agent];
        let units = |atoms: Atoms| atoms as f64 / UNIT as f64;
        let committed = self.world.committed(0).unwrap();
        let asset = self.world.venues[0].asset;
        let held = [AssetId::NUMERAIRE, asset].map(|asset| units(column(asset)));
        [held, [committed[0][agent], committed[1][agent]].map(units)]
    }

    /// Live orders in the book.
    fn live(&self) -> u32 {
        self.world.venues[0].book().unwrap().book.live()
    }

    fn touch(&self) -> [Option<f64>; 2] {
        let quotes = self.world.venues[0].quotes();
        [quotes.bid, quotes.ask]
    }
}

const fn buy(tokens: Atoms) -> Placement {
    Placement::buy(tokens * UNIT)
}

const fn sell(tokens: Atoms) -> Placement {
    Placement::sell(tokens * UNIT)
}

const fn place(order: Placement) -> Action {
    Action::Place(order)
}

const NOTHING: [f64; 2] = [0.0, 0.0];

#[test]
fn what_an_immediate_order_does_not_trade_is_given_back_in_the_same_step() {
    let immediate = buy(5).at(105.0).executed(Execution::ImmediateOrCancel);
    let script = vec![vec![(0, place(sell(3).at(100.0)))], vec![(1, place(immediate))], vec![(1, place(immediate))]];
    let mut play = Play::new(BOOK, script);
    assert_eq!(play.steps(1).has(0), [[1000.0, 7.0], [0.0, 3.0]]);
    assert_eq!(play.steps(1).has(1), [[700.0, 13.0], NOTHING]);
    assert_eq!((play.has(0), play.live()), ([[1300.0, 7.0], NOTHING], 0));
    assert_eq!(play.step().refused, [Rejection::Unfilled]);
    assert_eq!((play.has(1), play.live()), ([[700.0, 13.0], NOTHING], 0));
}

#[test]
fn an_order_that_is_to_trade_in_full_trades_in_full_or_not_at_all() {
    let whole = |tokens| place(buy(tokens).at(105.0).executed(Execution::FillOrKill));
    let mut play = Play::new(BOOK, vec![vec![(0, place(sell(3).at(100.0)))], vec![(1, whole(5))], vec![(1, whole(3))]]);
    assert_eq!(play.steps(1).step().refused, [Rejection::CannotFill]);
    assert_eq!((play.has(0), play.has(1)), ([[1000.0, 7.0], [0.0, 3.0]], [[1000.0, 10.0], NOTHING]));
    assert_eq!(play.steps(1).has(1), [[700.0, 13.0], NOTHING]);
    assert_eq!((play.has(0), play.live()), ([[1300.0, 7.0], NOTHING], 0));
}

#[test]
fn an_order_that_is_to_stand_does_not_take() {
    let posted = |price| place(buy(4).at(price).executed(Execution::PostOnly));
    let any = place(buy(4).executed(Execution::PostOnly));
    let script =
        vec![vec![(0, place(sell(3).at(100.0)))], vec![(1, posted(100.0))], vec![(1, any)], vec![(1, posted(99.0))]];
    let mut play = Play::new(BOOK, script);
    assert_eq!(play.steps(1).step().refused, [Rejection::WouldTake]);
    assert_eq!(play.step().refused, [Rejection::WouldTake]);
    assert_eq!((play.has(1), play.touch()), ([[1000.0, 10.0], NOTHING], [None, Some(100.0)]));
    assert_eq!(play.steps(1).has(1), [[604.0, 10.0], [396.0, 0.0]]);
    assert_eq!(play.touch(), [Some(99.0), Some(100.0)]);
}

/// Nine tokens, two at a time: after five are sold the third slice has one left and three are hidden.
#[test]
fn an_iceberg_sets_aside_all_of_it_and_shows_a_part() {
    let iceberg = place(sell(9).at(100.0).showing(2 * UNIT));
    let mut play = Play::new(BOOK, vec![vec![(0, iceberg)], vec![(1, place(buy(5).at(100.0)))]]);
    assert_eq!(play.steps(1).has(0), [[1000.0, 1.0], [0.0, 9.0]]);
    assert_eq!(play.world.venues[0].quotes().ask_size, 2.0);
    assert_eq!(play.steps(1).has(0), [[1500.0, 1.0], [0.0, 4.0]]);
    assert_eq!((play.has(1), play.world.venues[0].quotes().ask_size), ([[500.0, 15.0], NOTHING], 1.0));
}

/// A trade at 96 leaves the stop at 95 waiting; one at 94 lets it sell what is bid there, and the rest is given back.
#[test]
fn a_stop_sells_what_it_can_once_the_price_has_fallen_to_it() {
    let sells = || vec![(3, place(sell(1)))];
    let script = vec![
        vec![(0, place(sell(4).stopped_at(95.0)))],
        vec![(1, place(buy(2).at(94.0))), (2, place(buy(1).at(96.0)))],
        sells(),
        sells(),
    ];
    let mut play = Play::new(BOOK, script);
    assert_eq!(play.steps(1).has(0), [[1000.0, 6.0], [0.0, 4.0]]);
    assert_eq!(play.steps(2).has(0), [[1000.0, 6.0], [0.0, 4.0]]);
    assert_eq!((play.has(2), play.has(3)), ([[904.0, 11.0], NOTHING], [[1096.0, 9.0], NOTHING]));
    assert_eq!(play.steps(1).has(0), [[1094.0, 9.0], NOTHING]);
    assert_eq!((play.has(3), play.has(1), play.live()), ([[1190.0, 8.0], NOTHING], [[812.0, 12.0], NOTHING], 0));
}

/// Four tokens at any price for a thousand: at most 249 each, as four ticks of 250 leave nothing for a fraction of an atom.
#[test]
fn a_buyer_s_stop_sets_aside_what_it_may_cost_and_gives_back_the_rest() {
    let script =
        vec![vec![(0, place(buy(4).stopped_at(105.0)))], vec![(1, place(sell(2).at(106.0)))], vec![(2, place(buy(1)))]];
    let mut play = Play::new(BOOK, script);
    assert_eq!(play.steps(2).has(0), [[4.0, 10.0], [996.0, 0.0]]);
    assert_eq!(play.steps(1).has(0), [[894.0, 11.0], NOTHING]);
    assert_eq!((play.has(1), play.has(2), play.live()), ([[1212.0, 8.0], NOTHING], [[894.0, 11.0], NOTHING], 0));
}

#[test]
fn a_stop_limit_stands_at_its_limit_once_triggered() {
    let script = vec![
        vec![(0, place(sell(4).stopped_at(95.0).at(95.0))), (1, place(buy(1).at(95.0)))],
        vec![(2, place(sell(1).at(95.0)))],
    ];
    let mut play = Play::new(BOOK, script);
    assert_eq!(play.steps(1).touch(), [Some(95.0), None]);
    assert_eq!(play.steps(1).touch(), [None, Some(95.0)]);
    assert_eq!((play.has(0), play.has(2)), ([[1000.0, 6.0], [0.0, 4.0]], [[1095.0, 9.0], NOTHING]));
}

/// A triggered stop that finds nobody is told of when that happens.
#[test]
fn a_stop_that_finds_nobody_is_refused_when_it_is_triggered() {
    let script = vec![
        vec![(0, place(sell(4).stopped_at(95.0))), (1, place(buy(1).at(95.0)))],
        vec![(2, place(sell(1).at(95.0)))],
    ];
    let mut play = Play::new(BOOK, script);
    assert_eq!(play.steps(1).step().refused, [Rejection::Unfilled]);
    assert_eq!((play.has(0), play.live()), ([[1000.0, 10.0], NOTHING], 0));
}

#[test]
fn an_order_that_is_good_till_a_step_stands_through_it() {
    let order = place(buy(3).at(90.0).executed(Execution::GoodTillStep).standing(2));
    let mut play = Play::new(BOOK, vec![vec![(0, order)]]);
    for _ in 0..3 {
        assert_eq!(play.steps(1).has(0), [[730.0, 10.0], [270.0, 0.0]]);
    }
    assert_eq!((play.steps(1).has(0), play.live()), ([[1000.0, 10.0], NOTHING], 0));
}

#[test]
fn orders_are_taken_back_and_replaced_by_their_own_traders_alone() {
    let replace = |price, tokens| Action::ReplaceOrder { id: 1, price, size: tokens * UNIT };
    let cancel = |id| Action::CancelOrder { id };
    let script = vec![
        vec![(0, place(buy(5).at(90.0)))],
        vec![(1, cancel(1))],
        vec![(1, cancel(7))],
        vec![(1, replace(91.0, 1))],
        vec![(0, replace(100.0, 10))],
        vec![(0, replace(101.0, 10))],
        vec![(0, replace(50.0, 2))],
        vec![(0, cancel(1))],
    ];
    let mut play = Play::new(BOOK, script);
    let stands = [[550.0, 10.0], [450.0, 0.0]];
    assert_eq!(play.steps(1).has(0), stands);
    for why in [Rejection::NotOwned, Rejection::UnknownOrder, Rejection::NotOwned] {
        assert_eq!(play.step().refused, [why]);
        assert_eq!(play.has(0), stands);
    }
    // A thousand and a little more for roundings: what is locked beforehand is an upper bound.
    assert_eq!(play.step().refused, [Rejection::InsufficientBalance]);
    assert_eq!(play.step().refused, [Rejection::InsufficientBalance]);
    assert_eq!(play.has(0), stands);
    assert_eq!(play.steps(1).has(0), [[900.0, 10.0], [100.0, 0.0]]);
    assert_eq!((play.steps(1).has(0), play.live()), ([[1000.0, 10.0], NOTHING], 0));
}

/// All ten tokens are at rest: another ask can only be paid with what is taken back before it in the same turn.
#[test]
fn what_is_taken_back_can_be_offered_again_in_the_same_turn() {
    for replace in ["false", "true"] {
        let text = BOOK.replace("replace = false", &format!("replace = {replace}"));
        let (first, second) = (place(sell(10).at(120.0)), place(sell(10).at(110.0)));
        let script = vec![
            vec![(0, first)],
            vec![(0, second)],
            vec![(0, Action::Cancel), (0, second)],
            vec![(0, Action::CancelOrder { id: 2 }), (0, first)],
            vec![(0, Action::Cancel), (0, first), (0, second)],
        ];
        let mut play = Play::new(&text, script);
        assert_eq!(play.steps(1).step().refused, [Rejection::InsufficientHolding], "replace = {replace}");
        assert_eq!(play.steps(1).touch(), [None, Some(110.0)]);
        assert_eq!(play.steps(1).touch(), [None, Some(120.0)]);
        assert_eq!(play.step().refused, [Rejection::InsufficientHolding]);
        assert_eq!((play.has(0), play.live()), ([[1000.0, 0.0], [0.0, 10.0]], 1));
    }
}

#[test]
fn orders_that_say_nothing_that_could_be_carried_out_are_refused() {
    let both = buy(1).at(90.0).executed(Execution::PostOnly).showing(UNIT / 2);
    let cases = [
        (buy(0).at(90.0), Rejection::BadSize),
        (buy(1).at(f64::INFINITY), Rejection::NotFinite),
        (sell(1).stopped_at(f64::NAN), Rejection::NotFinite),
        (buy(11).at(100.0), Rejection::InsufficientBalance),
        (sell(11).at(100.0), Rejection::InsufficientHolding),
        (buy(1).at(0.5), Rejection::OffGrid),
        (sell(1).stopped_at(2000.0), Rejection::OffGrid),
        (both, Rejection::NotOffered),
        (buy(1).at(90.0).executed(Execution::GoodTillStep), Rejection::NotOffered),
        (sell(4).at(100.0).showing(UNIT / 2), Rejection::BadSize),
    ];
    for (order, why) in cases {
        let mut play = Play::new(BOOK, vec![vec![(0, place(order))]]);
        assert_eq!(play.step().refused, [why], "{order:?}");
        assert_eq!((play.has(0), play.live()), ([[1000.0, 10.0], NOTHING], 0));
    }
}

/// An order that a stronger demand refuses leaves what its agent has in the book where orders replace each other.
#[test]
fn an_order_that_is_refused_for_how_it_is_carried_out_leaves_what_stands() {
    for execution in ["post_only", "fill_or_kill"] {
        let cohort = format!("order = {{ execution = '{execution}' }}\npolicy");
        let text = BOOK.replace("replace = false", "").replacen("policy", &cohort, 1);
        let quote = |price| Action::Quote { bid: Some(Quote { price, size: 5 * UNIT }), ask: None };
        let script = vec![vec![(0, place(buy(2).at(90.0))), (1, place(sell(1).at(100.0)))], vec![(0, quote(100.0))]];
        let mut play = Play::new(&text, script);
        play.steps(1).step();
        let why = if execution == "post_only" { Rejection::WouldTake } else { Rejection::CannotFill };
        assert_eq!((&play.refused[..], play.has(0)), (&[why][..], [[820.0, 10.0], [180.0, 0.0]]));
    }
}

/// An unfilled market order of a noise seller once stood at the lowest tick where orders had a lifetime; it is cancelled
/// at once, and in an auction with it.
#[test]
fn a_market_order_never_rests() {
    for (trading, buyer) in [("continuous", 0), ("call_auction", 0), ("continuous", 1), ("call_auction", 1)] {
        let text = BOOK.replace("replace = false", &format!("lifetime = 5\ntrading = '{trading}'")).replace(
            "policy = { kind = 'threshold', buy_below = 1, sell_above = 1000 }",
            &format!("policy = {{ kind = 'noise', buyer = {buyer}, market_orders = 1 }}"),
        );
        let mut world = world(&text);
        let mut scratch = Scratch::default();
        for _ in 0..3 {
            let happened = step(&mut world, &mut scratch).unwrap();
            if trading == "continuous" {
                assert_eq!(happened.record.markets[0].rejected[Rejection::Unfilled as usize], 4);
            }
            assert_eq!(world.venues[0].book().unwrap().book.live(), 0, "{trading}, buyer {buyer}");
            assert_eq!(world.committed_in_all(0), [0, 0]);
        }
    }
}

/// Where prices are held to a band, a market order once asked for all prices and was refused as outside it.
#[test]
fn a_market_order_takes_what_a_band_lets_it_have() {
    let text = BOOK.replace("replace = false", "replace = false\nband = 0.1");
    let script = vec![vec![(0, place(sell(1).at(105.0)))], vec![(1, place(buy(1)))]];
    assert_eq!(Play::new(&text, script).steps(2).has(1), [[895.0, 11.0], NOTHING]);
}

/// What a cohort declares holds for plain orders: a threshold trader's iceberg, its stop, and its order of one step.
#[test]
fn a_cohort_s_plain_orders_are_carried_out_as_it_declares() {
    let sells = |order: &str| {
        let text = BOOK.replace(
            "policy = { kind = 'threshold', buy_below = 1, sell_above = 1000 }",
            &format!(
                "order = {{ {order} }}\npolicy = {{ kind = 'threshold', buy_below = 1, sell_above = 10, slippage = 0.0, \
                 order_size = {{ amount = 6 }} }}"
            ),
        );
        let mut world = world(&text);
        let mut scratch = Scratch::default();
        step(&mut world, &mut scratch).unwrap();
        world
    };
    let book = |world: &World| {
        let book = &world.venues[0].book().unwrap().book;
        let orders = book.orders(walras_market::book::Side::Sell).chain(book.stops(walras_market::book::Side::Sell));
        orders.map(|order| (order.price, order.stop, order.shown, order.hidden, order.until)).collect::<Vec<_>>()
    };
    assert_eq!(book(&sells("displayed = 2")), [(Some(100), None, 2, 4, u64::MAX); 4]);
    assert_eq!(book(&sells("stop = 0.05")), [(Some(100), Some(95), 6, 0, u64::MAX); 4]);
    assert_eq!(book(&sells("execution = 'good_till_step', lifetime = 7")), [(Some(100), None, 6, 0, 7); 4]);
    assert_eq!(book(&sells("execution = 'immediate_or_cancel'")), []);
}

/// Makers that quote post-only icebergs' worth: no quote takes, whoever quotes first, so there is never a trade among them.
#[test]
fn makers_that_post_only_never_trade_with_each_other() {
    let trades = |order: &str| {
        let text = BOOK.replace(
            "policy = { kind = 'threshold', buy_below = 1, sell_above = 1000 }",
            &format!(
                "{order}\npolicy = {{ kind = 'avellaneda_stoikov', volatility = 1, horizon = 10, around = 'price', \
                 risk_aversion = 0.5, inventory_target = {{ kind = 'uniform', low = 0, high = 20 }} }}"
            ),
        );
        let mut world = world(&text.replace("replace = false", ""));
        let mut scratch = Scratch::default();
        let mut filled = 0;
        for _ in 0..20 {
            filled += step(&mut world, &mut scratch).unwrap().record.markets[0].filled;
        }
        filled
    };
    assert!(trades("") > 0);
    assert_eq!(trades("order = { execution = 'post_only' }"), 0);
}

/// An execution in icebergs shows less than its slice: 8 tokens in two slices of 4, one token shown.
#[test]
fn an_execution_can_hide_its_slices() {
    let text = BOOK.replace(
        "policy = { kind = 'threshold', buy_below = 1, sell_above = 1000 }",
        "order = { displayed = 1 }\npolicy = { kind = 'execution', role = 'seller', total = 8, duration = 2, slippage = 0.0 }",
    );
    let mut world = world(&text.replace("size = 4", "size = 1").replace("total = 40", "total = 10"));
    step(&mut world, &mut Scratch::default()).unwrap();
    assert_eq!(world.venues[0].quotes().ask_size, 1.0);
    assert_eq!(world.committed(0).unwrap()[1], [4 * UNIT]);
}

/// A holder with a stop ten per cent below 100 is out at the bid of 88 once somebody sells there.
#[test]
fn a_stop_loss_sells_out_when_the_price_has_fallen() {
    let text = format!(
        "{BOOK}[cohorts.holder]\nsize = 1\nbalance = 0\npolicy = {{ kind = 'stop_loss', distance = 0.1 }}\n\
         [distributions.holder]\nasset = 'T'\ntotal = 5\ncohorts = ['holder']\nshares = 'uniform'\n"
    )
    .replace("total = 40\n", "total = 40\ncohorts = ['traders']\n");
    let script = vec![vec![(0, place(buy(8).at(88.0)))], vec![(1, place(sell(1)))], vec![]];
    let mut play = Play::new(&text, script);
    let holder = |world: &World| {
        let asset = world.venues[0].asset;
        let column = |asset| world.ledger.column(world.cohorts[1].id, asset).unwrap()[0];
        [column(AssetId::NUMERAIRE), column(asset), world.committed_in_all(1)[1] as Atoms].map(|atoms| atoms / UNIT)
    };
    assert_eq!(holder(&play.steps(1).world), [0, 0, 5]);
    let stops: Vec<_> = play.world.venues[0].book().unwrap().book.stops(walras_market::book::Side::Sell).collect();
    assert_eq!((stops.len(), stops[0].stop), (1, Some(90)));
    assert_eq!(holder(&play.steps(1).world), [440, 0, 0]);
    assert_eq!(play.has(0), [[1000.0 - 8.0 * 88.0, 16.0], [2.0 * 88.0, 0.0]]);
    assert_eq!(holder(&play.steps(1).world), [440, 0, 0]);
}

/// What cannot be is said when the scenario is loaded, with its place.
#[test]
fn settings_that_cannot_be_are_problems_with_a_place() {
    let problem = |text: &str| match Loaded::from_text("kinds.toml", text, Path::new(""), &[]) {
        Err(problem) => show(&problem, Form::Plain),
        Ok(loaded) => show(&loaded.build(1, u64::MAX).err().expect("it is wrong"), Form::Plain),
    };
    let with = |order: &str| BOOK.replacen("policy", &format!("order = {order}\npolicy"), 1);
    let cases = [
        (with("{ execution = 'post_only', displayed = 2 }"), "an order is post-only or an iceberg, not both"),
        (with("{ execution = 'fill_or_kill', stop = 0.1 }"), "a stop cannot be fill-or-kill"),
        (with("{ execution = 'good_till_step' }"), "an order that is good till a step needs a `lifetime`"),
        (with("{ execution = 'immediate_or_cancel', lifetime = 3 }"), "an order that never stands has no `lifetime`"),
        (with("{ execution = 'post-only' }"), "did you mean `post_only`?"),
        (with("'post_only'"), "expected a table, found a text"),
        (with("{ displayed = 0.5 }"), "less than a lot of `book`"),
        (with("{ displayed = 2 }"), "the orders of `traders` are 1000000 atoms large and would show 2000000 at a time"),
        (
            with("{ stop = 0.1 }").replace("replace = false", "trading = 'call_auction'"),
            "`traders` waits for trades one by one, but `book` is a call auction",
        ),
        (
            format!(
                "{}[markets.other]\nkind = 'auction'\nasset = 'T'\nauction = 'call'\nreference = 100\n",
                with("{ stop = 0.1 }")
            ),
            "`other` is no order book",
        ),
        (
            BOOK.replace("kind = 'threshold', buy_below = 1, sell_above = 1000", "kind = 'stop_loss'")
                .replace("replace = false", "trading = 'call_auction'"),
            "the agents of `traders` place stops, which cannot wait at `book`",
        ),
    ];
    for (text, message) in cases {
        let found = problem(&text);
        assert!(found.contains(message) && found.contains("kinds.toml:"), "{message}\n{found}");
    }
}
