//! Every kind of market: what a run writes down can be verified, goes on after an interruption as if nothing had
//! happened, explains every agent's account, and sums up what its tables say.

mod shared;

use shared::{Meddler, load, run_into};
use walras_lab::summary::MarketSummary;
use walras_lab::{AccountQuery, Silent, Summary, account, report, resume, verify};
use walras_measures::discovery::{price_discovery_error, variance_ratio, volatility_signature};
use walras_measures::efficiency::{allocative_efficiency, smith_alpha};
use walras_measures::liquidity::{amihud_illiquidity, kyle_lambda};
use walras_measures::moments::mean;
use walras_measures::returns::simple_returns;
use walras_record::Run;
use walras_record::table::MarketColumns;

const COMMON: &str = r#"
[run]
name = "One market"
steps = 60
seed = 5
steps_per_year = 365

[numeraire]
name = "CASH"
decimals = 4

[assets.GOOD]
decimals = 2
fundamental = 20.0

[cohorts.noise]
size = 40
balance = 800.0
policy = { kind = "noise", activity = 0.3, market_orders = 0.1, distance = 0.03, order_size = { amount = 2.0 } }

[distributions.noise]
asset = "GOOD"
total = 800.0
cohorts = ["noise"]
shares = "uniform"

[record]
fills = true
agents_every = 10
accounts_every = 7
checkpoint_every = 20
hash_every = 6
"#;

const BOOK: &str = r#"
[markets.book]
kind = "order_book"
asset = "GOOD"
reference = 20.0
tick = 0.05
lot = 1.0
lifetime = 6
maker_fee = 0.001
taker_fee = 0.002

[cohorts.makers]
size = 10
balance = 8_000.0
policy = { kind = "inventory_market_maker", spread = 0.02, order_size = { amount = 5.0 } }

[distributions.makers]
asset = "GOOD"
total = 100.0
cohorts = ["makers"]
shares = "uniform"
"#;

const CALL: &str = r#"
[markets.call]
kind = "order_book"
asset = "GOOD"
reference = 20.0
trading = "call_auction"
lifetime = 3
"#;

const PROVIDERS: &str = r#"
[cohorts.providers]
size = 3
balance = 2_000.0
policy = { kind = "liquidity_provider", share = 0.5, start = 3, end = 45 }

[cohorts.arbitrageurs]
size = 1
balance = 20_000.0
policy = { kind = "arbitrageur", against = "fundamental" }

[distributions.providers]
asset = "GOOD"
total = 800.0
cohorts = ["providers", "arbitrageurs"]
shares = "uniform"
"#;

const POOL: &str = r#"
[markets.pool]
kind = "pool"
asset = "GOOD"
money = 20_000.0
tokens = 1_000.0
pool = { kind = "constant_product", fee = { kind = "fixed", rate = 0.003 } }
"#;

const RANGES: &str = r#"
[markets.ranges]
kind = "pool"
asset = "GOOD"
money = 20_000.0
tokens = 1_000.0
pool = { kind = "concentrated_liquidity", fee = { kind = "fixed", rate = 0.003 } }
"#;

const SHARED: &str = r#"
[assets.OTHER]
decimals = 3
fundamental = 5.0

[markets.basket]
kind = "shared_pool"
assets = ["GOOD", "OTHER"]
money = 20_000.0
tokens = [750.0, 3_000.0]
pool = { kind = "weighted", weights = [0.4, 0.3, 0.3], protocol_share = 0.2 }

[distributions.other]
asset = "OTHER"
total = 2_000.0
shares = "uniform"
"#;

const HALL: &str = r#"
[markets.hall]
kind = "clearing"
asset = "GOOD"
price = 18.0
rule = { kind = "clear" }
buy_fee = 0.001
"#;

const AUCTION: &str = r#"
[markets.house]
kind = "auction"
asset = "GOOD"
auction = { kind = "call" }
reference = 20.0
every = 3
"#;

const SALE: &str = r#"
[markets.sale]
kind = "auction"
asset = "GOOD"
auction = { kind = "uniform_price" }
offered = 30.0
reference = 20.0
"#;

const ALL_PAY: &str = r#"
[markets.prize]
kind = "auction"
asset = "GOOD"
auction = { kind = "all_pay" }
offered = 2.0
reference = 20.0
"#;

const CURVE: &str = r#"
[markets.curve]
kind = "curve"
asset = "GOOD"
curve = { kind = "linear", slope = 0.01, intercept = 8.0 }
settlement = "sequential"
"#;

const ROUTER: &str = r#"
[markets.router]
kind = "router"
asset = "GOOD"
markets = ["pool", "book"]
"#;

/// A curve that quotes into a book, takes orders itself, and is reached through a router besides.
const MADE: &str = r#"
[markets.launch]
kind = "curve"
asset = "GOOD"
curve = { kind = "augmented", hatch_price = 14.0, theta = 0.3, entry_tribute = 0.004, exit_tribute = 0.003 }
sell_fee = 0.002

[markets.book]
kind = "order_book"
asset = "GOOD"
reference = 20.0
tick = 0.05
lot = 0.1
lifetime = 6
maker_fee = 0.001
taker_fee = 0.002
maker = { curve = "launch", levels = 6 }

[markets.direct]
kind = "router"
asset = "GOOD"
markets = ["launch"]
"#;

const QUESTION: &str = r#"
[assets.YES]
decimals = 4
fundamental = 0.6

[assets.NO]
decimals = 4
fundamental = 0.4

[markets.question]
kind = "shared_pool"
assets = ["YES", "NO"]
money = 500.0
pool = { kind = "lmsr", outcomes = 2, fee = { kind = "fixed", rate = 0.01 } }

[shocks.answer]
at = 32
event = { kind = "resolution", outcome = "NO" }
"#;

fn economies() -> Vec<(&'static str, String)> {
    [
        ("curve", vec![CURVE]),
        ("order book", vec![BOOK]),
        ("call auction book", vec![CALL]),
        ("pool", vec![POOL, PROVIDERS]),
        ("ranges", vec![RANGES, PROVIDERS]),
        ("a pool of several assets", vec![SHARED, PROVIDERS]),
        ("a question that is answered", vec![CALL, QUESTION]),
        ("clearing", vec![HALL]),
        ("auction", vec![AUCTION]),
        ("sale", vec![SALE]),
        ("all-pay", vec![ALL_PAY]),
        ("a pool, a book and a hall for one asset", vec![POOL, PROVIDERS, BOOK, HALL]),
        ("a router", vec![POOL, BOOK, ROUTER]),
        ("a curve in a book", vec![MADE]),
    ]
    .map(|(name, parts)| {
        let text = format!("{COMMON}{}", parts.concat());
        // Who bids any price for a lot that all must pay for could not pay.
        let limits_only = text.replace("market_orders = 0.1", "market_orders = 0.0");
        (name, if name == "all-pay" { limits_only } else { text })
    })
    .into()
}

/// What is written is what running it again gives, and every law of conservation holds.
#[test]
fn runs_of_every_kind_are_verified_and_report() {
    for (name, text) in economies() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("run");
        run_into(&out, &load(&text, &[]), 1, &mut Silent);
        let traded: i64 = Run::open(&out).unwrap().read_markets().unwrap().bought.iter().sum();
        assert!(traded > 0, "{name}: the test needs trade");
        let found = verify(&out, Some(1), &mut Silent).unwrap();
        let failing: Vec<_> = found.checks.iter().filter(|check| !check.ok).collect();
        assert!(failing.is_empty(), "{name}: {failing:#?}");
        assert_eq!(found.checks.iter().filter(|check| check.name.starts_with("law: ")).count(), 3, "{name}");
        let page = std::fs::read_to_string(report(&out).unwrap().html).unwrap();
        assert!(!page.contains("class=\"n unbalanced\""), "{name}: money was lost");
    }
}

#[test]
fn runs_of_every_kind_go_on_as_if_nothing_had_happened() {
    for (name, text) in economies() {
        let folder = tempfile::tempdir().unwrap();
        let (straight, broken) = (folder.path().join("straight"), folder.path().join("broken"));
        let whole = run_into(&straight, &load(&text, &[]), 1, &mut Silent);
        let mut stop = Meddler { stop_after: Some(31), ..Meddler::default() };
        run_into(&broken, &load(&text, &[]), 1, &mut stop);
        let resumed = resume(&broken, Some(2), &mut Silent).unwrap();
        assert_eq!(resumed.final_hash, whole.final_hash, "{name}");
        assert_eq!(
            serde_json::to_value(&resumed.summary).unwrap(),
            serde_json::to_value(&whole.summary).unwrap(),
            "{name}"
        );
    }
}

/// Every agent's account is explained to the atom, and what orders and liquidity hold back is among the reasons.
#[test]
fn accounts_of_every_kind_are_explained() {
    for (name, text) in economies() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("run");
        let loaded = load(&text, &["run.steps=25"]);
        let agents: u64 = loaded.scenario.cohorts.0.iter().map(|cohort| cohort.item.size).sum();
        run_into(&out, &loaded, 1, &mut Silent);
        let mut reasons = std::collections::BTreeSet::new();
        for agent in [0, 7, 39, 40, agents - 1].into_iter().filter(|&agent| agent < agents) {
            let statement = account(&out, &AccountQuery { agent, step: None }, &mut Silent).unwrap();
            for asset in &statement.assets {
                let change: i128 = asset.lines.iter().map(|line| line.amount).sum();
                assert_eq!(i128::from(asset.opening) + change, i128::from(asset.closing), "{name}: {asset:?}");
                reasons.extend(asset.lines.iter().map(|line| line.reason));
            }
        }
        assert_eq!(text.contains("order_book"), reasons.contains("order"), "{name}: {reasons:?}");
        assert_eq!(text.contains("liquidity_provider"), reasons.contains("liquidity"), "{name}: {reasons:?}");
    }
}

fn recorded(parts: &[&str]) -> (MarketSummary, MarketColumns, Summary) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let loaded = load(&format!("{COMMON}{}", parts.concat()), &[]);
    let summary = run_into(&out, &loaded, 1, &mut Silent).summary;
    (summary.markets[0].clone(), Run::open(&out).unwrap().read_markets().unwrap(), summary)
}

fn close(found: Option<f64>, expected: Option<f64>, what: &str) {
    let (found, expected) = (found.unwrap_or_else(|| panic!("no {what}")), expected.unwrap());
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1e-9), "{what}: {found} is not {expected}");
}

fn known(column: &[f64]) -> Vec<f64> {
    column.iter().copied().filter(|value| !value.is_nan()).collect()
}

#[test]
fn a_book_is_measured_as_its_rows() {
    let (market, rows, _) = recorded(&[BOOK]);
    let liquidity = &market.liquidity;
    assert_eq!(market.kind, "order_book");
    close(liquidity.quoted_spread, mean(&known(&rows.spread.0)), "spread");
    close(liquidity.bid_depth, mean(&rows.bid_depth.0), "depth at the bid");
    close(liquidity.ask_depth, mean(&rows.ask_depth.0), "depth at the ask");
    close(liquidity.imbalance, mean(&known(&rows.imbalance.0)), "imbalance");
    let quoted = known(&rows.best_bid.0).len().min(known(&rows.best_ask.0).len());
    assert!(quoted > 30 && rows.resting.iter().any(|&orders| orders > 5), "the test needs orders at rest");
    for row in 0..rows.step.len() {
        let (bid, ask) = (rows.best_bid.0[row], rows.best_ask.0[row]);
        assert!(bid.is_nan() || ask.is_nan() || bid < ask, "step {row} ends with crossed quotes {bid} and {ask}");
        assert_eq!(rows.bid_depth.0[row] > 0.0, bid.is_finite());
    }
    // What a trade is worth counts once, though it has a buyer and a seller.
    assert_eq!(rows.bought, rows.sold);
    let prices: Vec<f64> = std::iter::once(20.0).chain(rows.price.iter().copied()).collect();
    let volumes: Vec<f64> = rows.volume.iter().map(|&atoms| atoms as f64 / 1e4).collect();
    let worth: f64 = rows
        .settlement_price
        .0
        .iter()
        .zip(&rows.bought)
        .filter(|(_, tokens)| **tokens > 0)
        .map(|(price, &tokens)| price * tokens as f64 / 1e2)
        .sum();
    close(Some(volumes.iter().sum()), Some(worth), "volume");
    close(liquidity.illiquidity, amihud_illiquidity(&simple_returns(&prices).unwrap(), &volumes), "illiquidity");
    close(market.discovery.error, price_discovery_error(&prices[1..], &[20.0; 60]), "discovery error");
    close(market.discovery.relative_error, market.discovery.error.map(|error| error / 20.0), "relative error");
    let intervals: Vec<usize> = market.discovery.signature.iter().map(|it| it.steps as usize).collect();
    assert_eq!(intervals, [1, 5, 20]);
    for (it, whole) in market.discovery.signature.iter().zip(volatility_signature(&prices, &intervals).unwrap()) {
        close(it.volatility, whole, "volatility at an interval");
        assert_eq!(it.variance_ratio.is_some(), it.steps > 1);
        if it.steps > 1 {
            close(it.variance_ratio, variance_ratio(&prices, it.steps as usize).map(|it| it.ratio), "variance ratio");
        }
    }
    // Takers cannot do better than the middle on average, and makers quote the spread that they pay.
    assert!(liquidity.effective_spread.unwrap() > 0.0);
    assert_eq!((market.reserve_ratio_final, &market.provision), (None, &None));
}

#[test]
fn a_curve_has_the_impact_of_its_slope() {
    let (market, rows, _) = recorded(&[CURVE]);
    // The price rises by the slope with each token, whoever trades: λ is the slope and nothing else moves the price.
    close(market.liquidity.kyle_lambda, Some(0.01), "lambda");
    assert!(market.liquidity.kyle_r_squared.unwrap() > 1.0 - 1e-6);
    let flows: Vec<f64> =
        rows.bought.iter().zip(&rows.sold).map(|(bought, sold)| (bought - sold) as f64 / 1e2).collect();
    let prices: Vec<f64> = std::iter::once(market.first_price.unwrap()).chain(rows.price.iter().copied()).collect();
    let changes: Vec<f64> = prices.windows(2).map(|pair| pair[1] - pair[0]).collect();
    close(market.liquidity.kyle_lambda, kyle_lambda(&flows, &changes).map(|line| line.slope), "lambda");
    assert_eq!(market.liquidity.quoted_spread, None);
    assert!(rows.spread.0.iter().chain(&rows.bid_depth.0).all(|value| value.is_nan()));
}

/// Spreads were once measured at books and pools alone. On a line the average price of n tokens lies n/2 slopes from the
/// price before them: orders of two tokens in turn pay two slopes twice over, a batch with a net flow of n pays n slopes
/// on each of those n tokens. Both are less a step later by twice the move of the price with the flow.
#[test]
fn a_curve_had_no_spreads() {
    for settlement in ["sequential", "batch"] {
        let (market, rows, _) = recorded(&[&CURVE.replace("sequential", settlement)]);
        let flow = |row: usize| (rows.bought[row] - rows.sold[row]) as f64 / 1e2;
        let volume = |row: usize| (rows.bought[row] + rows.sold[row]) as f64 / 1e2;
        let steps = rows.step.len();
        let tokens: f64 = (0..steps).map(volume).sum();
        let expected = match settlement {
            "sequential" => 0.01 * 2.0,
            _ => (0..steps).map(|row| 0.01 * flow(row) * flow(row)).sum::<f64>() / tokens,
        };
        // Each order of two tokens pays up to an atom, a ten-thousandth, more: twice that, over two tokens.
        let rounding = 1e-4 * (1.0 + 1e-9);
        let effective = market.liquidity.effective_spread.unwrap();
        assert!((effective - expected).abs() <= rounding, "{settlement}: {effective} is not {expected}");
        // What buyers paid less what sellers got is what the reserve gained: at first 0.01/2·800² + 8·800 = 9600.
        let reserve = |row: usize| if row == 0 { 9600.0 } else { rows.reserve[row - 1] as f64 / 1e4 };
        let kept: f64 =
            (0..steps - 1).map(|row| 2.0 * (reserve(row + 1) - reserve(row) - rows.price[row + 1] * flow(row))).sum();
        let expected = kept / (tokens - volume(steps - 1));
        let realised = market.liquidity.realised_spread.unwrap();
        assert!((realised - expected).abs() <= rounding, "{settlement}: {realised} is not {expected}");
        assert!(rows.effective_spread.0.iter().any(|spread| *spread > 0.0));
    }
}

/// Traders who meet at one price pay no spread, and a McAfee auction keeps one between its two prices. What a market sells
/// itself has no price before it.
#[test]
fn traders_who_meet_had_no_spread() {
    for (text, expected) in [(CALL, Some(0.0)), (HALL, Some(0.0)), (AUCTION, Some(0.0)), (SALE, None), (ALL_PAY, None)]
    {
        let (market, rows, _) = recorded(&[text]);
        let liquidity = &market.liquidity;
        assert!(rows.bought.iter().any(|&bought| bought > 0), "the test needs trades at {text}");
        // Payments are rounded in whole atoms of a ten-thousandth.
        let rounded = |found: Option<f64>| found.map(|found| (found * 1e2).round() / 1e2);
        let found = [liquidity.effective_spread, liquidity.realised_spread].map(rounded);
        assert_eq!(found, [expected; 2], "{text}");
    }
    let mcafee = AUCTION.replace("call", "mcafee");
    let (market, rows, _) = recorded(&[&mcafee]);
    let paid_less_received: f64 = known(&rows.effective_spread.0).iter().sum();
    assert!(paid_less_received > 0.0 && market.liquidity.effective_spread > Some(0.0), "{market:?}");
}

/// What the parts of a pool's providers are worth is what the pool holds, and who puts in and takes out at once gains
/// and loses nothing but what rounding takes.
#[test]
fn a_pools_providers_are_measured() {
    for pool in [POOL, RANGES] {
        let (market, rows, _) = recorded(&[pool, PROVIDERS]);
        let provision = market.provision.unwrap();
        let last = rows.step.len() - 1;
        let value = rows.reserve[last] as f64 / 1e4 + rows.inventory[last] as f64 / 1e2 * 20.0;
        close(provision.value, Some(value), "value");
        close(Some(provision.providers.iter().map(|it| it.value).sum()), Some(value), "parts");
        let held: f64 = provision.providers.iter().map(|it| it.value_if_held).sum();
        close(provision.value_if_held, Some(held), "value had it been held");
        let names: Vec<&str> = provision.providers.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["first deposit", "providers"]);
        assert_eq!(provision.providers[1].value, 0.0, "they withdrew");
        assert!(rows.shares.iter().max() > rows.shares.first(), "the test needs liquidity provided");
        assert!(market.liquidity.effective_spread.unwrap() > 2.0 * 0.003 * 18.0, "at least the fee, twice");
    }
}

/// A pool of several assets had no figures of its providers. They stand once, at the first of its venues, and count all
/// that it holds: at the fundamental values of 20 and 5 what the rows of all venues tell, and in parts no more.
#[test]
fn a_shared_pool_had_no_figures_of_its_providers() {
    let (_, rows, summary) = recorded(&[SHARED, PROVIDERS]);
    let provision = summary.markets[0].provision.clone().unwrap();
    assert_eq!((summary.markets.len(), &summary.markets[1].provision), (2, &None));
    // Two rows a step: basket:GOOD, then basket:OTHER.
    let last = rows.step.len() - 2;
    let tokens = [rows.inventory[last] as f64 / 1e2 * 20.0, rows.inventory[last + 1] as f64 / 1e3 * 5.0];
    close(provision.value, Some(rows.reserve[last] as f64 / 1e4 + tokens[0] + tokens[1]), "value");
    close(Some(provision.providers.iter().map(|it| it.value).sum()), provision.value, "parts");
    close(Some(provision.providers.iter().map(|it| it.value_if_held).sum()), provision.value_if_held, "held");
    assert_eq!(provision.providers[0].value_if_held, 20_000.0 + 750.0 * 20.0 + 3_000.0 * 5.0);
    assert_eq!(provision.providers[0].name, "first deposit");
    assert!(provision.loss_versus_rebalancing.is_some());
}

/// The maker of a prediction market, whose outcome could not come true, had no figures either: it holds its subsidy and,
/// with a minus, what it sold. In the end it has what the winners left of it.
#[test]
fn the_maker_of_a_question_had_no_figures() {
    let (_, rows, summary) = recorded(&[CALL, QUESTION]);
    let question = summary.markets.iter().find(|market| market.name == "question:YES").unwrap();
    let provision = question.provision.clone().unwrap();
    let reserve = *rows.reserve.last().unwrap() as f64 / 1e4;
    close(provision.value, Some(reserve), "value");
    close(provision.value_if_held, Some(500.0), "subsidy");
    close(provision.against_holding, Some(reserve / 500.0 - 1.0), "gain");
    // It can lose no more than it was given.
    assert!(reserve > 0.0 && provision.loss_versus_rebalancing.unwrap().is_finite());
    let no = summary.markets.iter().find(|market| market.name == "question:NO").unwrap();
    assert_eq!((question.final_price, no.final_price, question.supply, no.supply), (Some(0.0), Some(1.0), 0.0, 0.0));
    assert_eq!(question.price_return, Some(-1.0));
    // What is measured of prices ends with trading.
    assert!(question.return_volatility.is_some() && question.discovery.relative_error.is_some());
}

/// Gode and Sunder's first market, traded by zero intelligence in a book: the gains of trade from the fills, an agent's
/// n-th being its n-th unit, over those of the equilibrium.
#[test]
fn the_gains_of_trade_are_those_of_the_fills() {
    let text = r#"
[run]
name = "Double auction"
steps = 200
seed = 1993

[numeraire]
name = "CASH"
decimals = 4

[assets.GOOD]
decimals = 2

[markets.book]
kind = "order_book"
asset = "GOOD"
reference = 80.0
tick = 1.0
lot = 1.0
best_only = true
clear_on_trade = true

[cohorts.buyers]
size = 3
balance = 10_000.0
policy = { kind = "zero_intelligence", constraint = "unconstrained", lowest = 1, highest = 120, activity = 0.3, entitlement = { role = "buyer", units = [102, 97, 92, 87, 82, 77] } }

[cohorts.sellers]
size = 3
balance = 0.0
policy = { kind = "zero_intelligence", constraint = "unconstrained", lowest = 40, highest = 200, activity = 0.3, entitlement = { role = "seller", units = [34, 46, 58, 70, 82, 94] } }

[distributions.sellers]
asset = "GOOD"
total = 18.0
cohorts = ["sellers"]
shares = "uniform"

[record]
fills = true
"#;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let summary = run_into(&out, &load(text, &[]), 1, &mut Silent).summary;
    let fills = Run::open(&out).unwrap().read_fills().unwrap();
    let (values, costs) = ([102.0, 97.0, 92.0, 87.0, 82.0, 77.0], [34.0, 46.0, 58.0, 70.0, 82.0, 94.0]);
    let mut done = [0; 6];
    let (mut bought, mut sold, mut prices) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..fills.step.len() {
        assert_eq!(fills.amount[row], 100, "a unit is one token");
        let agent = fills.agent[row] as usize;
        if agent < 3 {
            bought.push(values[done[agent]]);
        } else {
            sold.push(costs[done[agent]]);
        }
        done[agent] += 1;
        prices.push(fills.price[row]);
    }
    assert!(bought.len() > 6, "the test needs trade");
    let surplus = summary.markets[0].surplus.as_ref().unwrap();
    let expected = allocative_efficiency(&bought, &sold, &values.repeat(3), &costs.repeat(3));
    close(surplus.allocative_efficiency, expected, "allocative efficiency");
    assert_eq!((surplus.periods, surplus.surplus_max), (1, 510.0), "three times 68 + 51 + 34 + 17 + 0");
    assert_eq!(surplus.equilibrium_price, 82.0);
    close(surplus.smith_alpha, smith_alpha(&prices, 82.0), "alpha");
}
