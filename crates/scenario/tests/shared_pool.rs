//! Pools of several assets in a whole economy: one queue for all, each asset its own price, and not an atom lost.

use std::path::Path;
use std::sync::Arc;

use walras_agents::observation::View;
use walras_agents::policy::{Desk, Memory, Policy};
use walras_engine::{Scratch, World, step};
use walras_ledger::AssetId;
use walras_ledger::exchange::Payment;
use walras_market::command::Action;
use walras_market::order::{LimitShape, OrdersPart, Rejection, Shape};
use walras_market::pool::fee::AnyFee;
use walras_market::pool::{Design, Lmsr, Pool, StableSwap, Weighted};
use walras_scenario::Loaded;

const WEIGHTED: &str =
    "pool = { kind = 'weighted', weights = [0.4, 0.35, 0.25], fee = { kind = 'fixed', rate = 0.003 } }
money = 40000.0\ntokens = [350.0, 250.0]";
const STABLE: &str = "pool = { kind = 'stable_swap', amplification = 50, protocol_share = 0.5 }\nmoney = 40000.0\ntokens = [40000.0, 40000.0]";
const OUTCOMES: &str = "pool = { kind = 'lmsr', outcomes = 2, fee = { kind = 'fixed', rate = 0.01 } }\nmoney = 5000.0";

fn text(market: &str, low: f64, high: f64, tokens: f64, more: &str) -> String {
    let shares = if tokens > 0.0 {
        ["A", "B"]
            .map(|it| format!("[distributions.{it}]\nasset = '{it}'\ntotal = {tokens}\nshares = 'uniform'\n"))
            .concat()
    } else {
        String::new()
    };
    format!(
        "[run]\nname = 'shared'\nsteps = 1\n[assets.A]\n[assets.B]\n[markets.m]\nkind = 'shared_pool'\n\
         assets = ['A', 'B']\n{market}\n{more}\n[cohorts.traders]\nsize = 40\nbalance = 3000.0\npriority_fee = \
         {{ kind = 'uniform', low = 0, high = 1 }}\npolicy = {{ kind = 'zero_intelligence', valuation = {{ kind = 'uniform', \
         low = {low}, high = {high} }}, lowest = {}, highest = {}, activity = 0.5 }}\n{shares}",
        low / 2.0,
        high * 1.2,
    )
}

fn build(text: &str, set: &[&str]) -> Result<World, String> {
    let set: Vec<String> = set.iter().map(|&set| set.to_owned()).collect();
    let loaded = Loaded::from_text("m.toml", text, Path::new(""), &set).map_err(|error| format!("{error:?}"))?;
    Ok(loaded.build(7, u64::MAX).map_err(|error| format!("{error:?}"))?.world)
}

/// Whether the pool, asked for what this trade asked, says what the trade came to; it is then done.
fn does(pool: &mut Box<dyn Pool>, token: usize, payment: &Payment) -> bool {
    let quote =
        if payment.tokens > 0 { pool.cost(token, 0, payment.tokens) } else { pool.proceeds(token, 0, -payment.tokens) };
    let Ok(swap) = quote else { return false };
    let money = if payment.tokens > 0 { -swap.paid } else { swap.received };
    let same = money == payment.money() - payment.priority_fee;
    if same {
        pool.settle(&swap);
    }
    same
}

/// An order in which the pool does the trades of both assets, each asset's as they stand, the higher priority fee first where
/// it may be either; `None` where there is none.
fn order_of(pool: &dyn Pool, trades: [&[Payment]; 2]) -> Option<(Box<dyn Pool>, Vec<usize>)> {
    if trades.iter().all(|trades| trades.is_empty()) {
        return Some((pool.duplicate(), Vec::new()));
    }
    let mut heads: Vec<usize> = (0..2).filter(|&asset| !trades[asset].is_empty()).collect();
    heads.sort_by_key(|&asset| trades[asset][0].priority_fee);
    heads.into_iter().find_map(|asset| {
        let mut next = pool.duplicate();
        let mut rest = trades;
        rest[asset] = &trades[asset][1..];
        let (end, mut order) = does(&mut next, asset + 1, &trades[asset][0]).then(|| order_of(&*next, rest))??;
        order.insert(0, asset);
        Some((end, order))
    })
}

/// Puts the trades of both assets into the one order in which the pool does them all, and returns their priority fees in
/// that order and how often it passed from one asset to the other. The twin is the market crate's own pool.
fn replay(pool: &mut Box<dyn Pool>, trades: [&[Payment]; 2], name: &str) -> (Vec<i64>, usize) {
    let found = order_of(&**pool, trades);
    let (end, order) = found.unwrap_or_else(|| panic!("{name}: in no order would the pool itself trade so"));
    *pool = end;
    let mut at = [0, 0];
    let fees = order.iter().map(|&asset| {
        at[asset] += 1;
        -trades[asset][at[asset] - 1].priority_fee
    });
    (fees.collect(), order.windows(2).filter(|pair| pair[0] != pair[1]).count())
}

/// A name, a market, the pool that it is, and between what values its traders differ and how many tokens they begin with.
type Case = (&'static str, &'static str, Box<dyn Pool>, (f64, f64, f64));

#[test]
fn the_pool_itself_does_the_same_trades_to_the_atom() {
    let atoms = |units: f64| (units * 1e6) as i64;
    let fee = AnyFee::fixed(0.003);
    let weighted = Weighted { weights: vec![0.4, 0.35, 0.25], fee, protocol_share: 0.0 };
    let stable = StableSwap { amplification: 50, rates: None, fee: AnyFee::fixed(0.0004), protocol_share: 0.5 };
    let outcomes = Lmsr { outcomes: 2, fee: AnyFee::fixed(0.01), protocol_share: 0.0 };
    let cases: [Case; 3] = [
        ("weighted", WEIGHTED, weighted.open(&[40_000.0, 350.0, 250.0].map(atoms)).unwrap(), (70.0, 140.0, 300.0)),
        ("stable", STABLE, stable.open(&[40_000.0; 3].map(atoms)).unwrap(), (0.8, 1.3, 3000.0)),
        ("outcomes", OUTCOMES, outcomes.open(&[atoms(5000.0)]).unwrap(), (0.3, 0.7, 0.0)),
    ];
    for (name, market, twin, (low, high, tokens)) in cases {
        for order in ["simultaneous", "shuffled"] {
            let set = format!("run.order_of_events={order}");
            let text = text(market, low, high, tokens, "arrival = 'priority_fee'");
            let mut world = build(&text, &[&set]).unwrap_or_else(|error| panic!("{name}: {error}"));
            let (mut pool, mut scratch, mut all) = (twin.clone(), Scratch::default(), [0, 0]);
            for _ in 0..40 {
                pool.begin_step();
                let happened = step(&mut world, &mut scratch).unwrap_or_else(|broken| panic!("{name}: {broken}"));
                let trades = [0, 1].map(|v| -> Vec<Payment> {
                    happened.fills.venues[v].results.trades.iter().map(|trade| trade.payment).collect()
                });
                let (fees, passed) = replay(&mut pool, [&trades[0], &trades[1]], name);
                if order == "simultaneous" {
                    assert!(fees.is_sorted_by(|a, b| a >= b), "{name}: one queue by priority fee: {fees:?}");
                }
                all = [all[0] + fees.len(), all[1] + passed];
                world.ledger.check_fully().unwrap();
                for venue in &world.venues {
                    let on = venue.pool().unwrap();
                    assert_eq!(on.pool.balances(), pool.balances(), "{name}");
                    assert_eq!(venue.price(&world.ledger), pool.price(on.token, 0), "{name}");
                }
                if name == "outcomes" {
                    let sum: f64 = world.venues.iter().map(|venue| venue.price(&world.ledger)).sum();
                    assert!((sum - 1.0).abs() < 1e-12, "the outcomes' prices sum to {sum}");
                    // Whatever comes true, the maker can pay it out of what it holds.
                    let held = world.ledger.held(world.venues[0].accounts.money, AssetId::NUMERAIRE);
                    assert!((1..3).all(|asset| held >= world.ledger.supply(AssetId(asset))));
                }
            }
            assert!(all[0] > 60 && all[1] > 10, "{name}: {all:?} trades and passages from one asset to the other");
        }
    }
}

/// Trades on both venues, provides and takes back at random, more than is there too.
struct Provider;

impl Policy for Provider {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: None, limit: LimitShape::Each, priority_fee: Some(0) }
    }

    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        for i in 0..view.len() {
            let mut draws = view.stream(0, i);
            for market in 0..2 {
                let held = view.holdings(market)[i] as f64;
                let money = (view.balances[i] as f64 * 0.3 * draws.open_unit()) as i64;
                let tokens = (held * 1.1 * draws.open_unit()) as i64;
                match (draws.open_unit() * 6.0) as u32 {
                    0 => desk.ask(market, i, Action::Provide { money, tokens, range: None }),
                    1 => desk.ask(market, i, Action::Withdraw { share: 1.1 * draws.open_unit() }),
                    _ => {}
                }
                let OrdersPart { side, size, limit, .. } = desk.market(market);
                side[i] = [0, 1, -1][(draws.open_unit() * 3.0) as usize];
                size[i] = (held * draws.open_unit()) as i64;
                limit[i] = if side[i] > 0 { f64::INFINITY } else { 0.0 };
            }
        }
    }
}

/// Laws: shares out are what the pool counts, what agents have committed is what it would return for their shares, which is
/// counted once and not at each venue, and every copy of the pool is alike.
#[test]
fn providers_share_one_pool_at_all_its_venues() {
    for (market, tokens) in [(WEIGHTED, 300.0), (STABLE, 30_000.0)] {
        for order in ["simultaneous", "shuffled"] {
            let set = format!("run.order_of_events={order}");
            let mut world = build(&text(market, 70.0, 140.0, tokens, ""), &[&set]).unwrap();
            world.cohorts[0].set_policy(Arc::new(Provider));
            let mut scratch = Scratch::default();
            let (mut provided, mut withdrawn) = ([0; 2], [0; 2]);
            for _ in 0..30 {
                let happened = step(&mut world, &mut scratch).unwrap_or_else(|broken| panic!("{broken}"));
                for (v, fills) in happened.fills.venues.iter().enumerate() {
                    provided[v] += fills.results.liquidity.iter().filter(|moved| moved.shares < 0).count();
                    withdrawn[v] += fills.results.liquidity.iter().filter(|moved| moved.shares > 0).count();
                }
                world.ledger.check_fully().unwrap();
                let pools: Vec<_> = world.venues.iter().map(|venue| venue.pool().unwrap()).collect();
                assert_eq!(pools[0].pool.balances(), pools[1].pool.balances());
                assert_eq!(pools[0].pool.shares(), world.ledger.supply(pools[0].shares));
                let held = world.ledger.column(world.cohorts[0].id, pools[0].shares).unwrap();
                let worth = |&shares: &i64| pools[0].pool.clone().remove_single(shares, 0).map_or(0, i128::from);
                let expected: i128 = held.iter().filter(|shares| **shares > 0).map(worth).sum();
                assert_eq!(world.committed_in_all(0), [expected, 0, 0, 0]);
            }
            assert!(provided.iter().chain(&withdrawn).all(|count| *count > 10), "{provided:?} {withdrawn:?}");
        }
    }
}

/// Law: what a router sends to one asset's venue changes the pool for all.
#[test]
fn a_router_may_send_to_one_venue_of_a_shared_pool() {
    let more = "[markets.other]\nkind = 'pool'\nasset = 'A'\npool = 'constant_product'\nmoney = 40000.0\ntokens = 350.0\n\
                [markets.best]\nkind = 'router'\nasset = 'A'\nmarkets = ['m:A', 'other']";
    for order in ["simultaneous", "shuffled"] {
        let set = ["cohorts.traders.markets=['best', 'm:B']".to_owned(), format!("run.order_of_events={order}")];
        let set: Vec<&str> = set.iter().map(String::as_str).collect();
        let mut world = build(&text(WEIGHTED, 70.0, 140.0, 300.0, more), &set).unwrap();
        let mut scratch = Scratch::default();
        let mut filled = [0; 3];
        for _ in 0..20 {
            let happened = step(&mut world, &mut scratch).unwrap_or_else(|broken| panic!("{broken}"));
            for (sum, figures) in filled.iter_mut().zip(&happened.record.markets) {
                *sum += figures.filled;
            }
            world.ledger.check_fully().unwrap();
            let balances = |v: usize| world.venues[v].pool().unwrap().pool.balances();
            assert_eq!(balances(0), balances(1));
        }
        assert!(filled.iter().all(|count| *count > 10), "{filled:?}");
    }
}

/// What issues its outcomes has no shares to provide for.
#[test]
fn a_scoring_rule_takes_no_deposits() {
    let mut world = build(&text(OUTCOMES, 0.3, 0.7, 0.0, ""), &[]).unwrap();
    world.cohorts[0].set_policy(Arc::new(Provider));
    let mut scratch = Scratch::default();
    let mut refused = 0;
    for _ in 0..5 {
        let happened = step(&mut world, &mut scratch).unwrap();
        refused += happened.record.markets[0].rejected[Rejection::NotOffered as usize];
    }
    assert!(refused > 10, "{refused}");
}

#[test]
fn a_cohort_names_one_asset_or_all() {
    let all = build(&text(OUTCOMES, 0.3, 0.7, 0.0, ""), &["cohorts.traders.markets=['m']"]).unwrap();
    assert_eq!(all.cohorts[0].places.len(), 2);
    let one = build(&text(OUTCOMES, 0.3, 0.7, 0.0, ""), &["cohorts.traders.markets=['m:B']"]).unwrap();
    assert_eq!(one.cohorts[0].places.iter().map(|place| place.venue).collect::<Vec<_>>(), [1]);
    assert_eq!(one.venues.iter().map(|venue| venue.name.as_str()).collect::<Vec<_>>(), ["m:A", "m:B"]);
}

/// A provider of tokens on the last market takes everything back on the first, a step later, just after a buyer paid much on
/// the last.
struct InTurn {
    provides: bool,
}

impl Policy for InTurn {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: None, limit: LimitShape::Each, priority_fee: Some(0) }
    }

    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let last = view.markets.len() - 1;
        let tokens = view.holdings(last)[0];
        match (self.provides, view.step) {
            (true, 0) => desk.ask(last, 0, Action::Provide { money: 0, tokens, range: None }),
            (true, _) => desk.ask(0, 0, Action::Withdraw { share: 1.0 }),
            (false, step) => {
                let OrdersPart { side, size, limit, .. } = desk.market(last);
                (side[0], size[0], limit[0]) = (i8::from(step > 0), 900_000_000, 1000.0);
            }
        }
    }
}

/// Law: what is paid at one venue is there for whoever is served after at another, though the other's accounts are posted
/// first where venues are posted one by one.
#[test]
fn what_is_paid_at_one_venue_pays_at_another() {
    let text = "[run]\nname = 'paid'\nsteps = 1\n[assets.A]\n[assets.B]\n[markets.m]\nkind = 'shared_pool'\n\
                assets = ['A', 'B']\npool = { kind = 'weighted', weights = [0.4, 0.3, 0.3] }\nmoney = 100.0\n\
                tokens = [100.0, 100.0]\narrival = 'priority_fee'\n\
                [cohorts.provider]\nsize = 1\nbalance = 10.0\npolicy = 'buy_and_hold'\n\
                [cohorts.buyer]\nsize = 1\nbalance = 2000000.0\npriority_fee = 1.0\npolicy = 'buy_and_hold'\n\
                [distributions.b]\nasset = 'B'\ntotal = 1000\ncohorts = ['provider']\nshares = 'uniform'\n";
    let mut world = build(text, &[]).unwrap_or_else(|error| panic!("{error}"));
    world.cohorts[0].set_policy(Arc::new(InTurn { provides: true }));
    world.cohorts[1].set_policy(Arc::new(InTurn { provides: false }));
    let mut scratch = Scratch::default();
    for _ in 0..2 {
        let happened = step(&mut world, &mut scratch).unwrap_or_else(|broken| panic!("{broken}"));
        let refused: u64 = happened.record.markets.iter().flat_map(|figures| figures.rejected).sum();
        assert_eq!(refused, 0);
        world.ledger.check_fully().unwrap();
    }
    let got = world.ledger.column(world.cohorts[0].id, AssetId::NUMERAIRE).unwrap()[0];
    assert!(got > 110_000_000, "the provider has {got}, more than the pool's first hundred and its own ten");
}

#[test]
fn wrong_pools_are_told_what_is_wrong() {
    let good = text(OUTCOMES, 0.3, 0.7, 0.0, "");
    let cases = [
        ("['A', 'B']", "['A']", "needs two assets"),
        ("['A', 'B']", "['A', 'A']", "`A` is named twice"),
        ("['A', 'B']", "['A', 'C']", "no asset called `C`"),
        ("outcomes = 2", "outcomes = 3", "the pool trades 3 assets against the numeraire"),
        ("[assets.A]", "[assets.A]\ndecimals = 4", "an outcome of 4 decimals"),
        ("money = 5000.0", "money = 5000.0\ntokens = [1.0]", "1 amounts for 2 assets"),
        (
            "[cohorts.traders]",
            "[markets.'m:A']\nkind = 'pool'\nasset = 'A'\npool = 'constant_product'\nmoney = 1\ntokens = 1\n[cohorts.traders]",
            "`m:A` is the name of two markets",
        ),
        (
            "[cohorts.traders]",
            "[distributions.A]\nasset = 'A'\ntotal = 10\nshares = 'uniform'\n[cohorts.traders]",
            "are out that the pool did not sell",
        ),
    ];
    for (from, to, expected) in cases {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good);
        let problem = build(&text, &[]).err().unwrap_or_else(|| panic!("{to} is accepted"));
        assert!(problem.contains(expected), "{expected:?} is not in {problem}");
    }
}
