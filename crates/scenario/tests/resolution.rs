//! Questions that are answered: a prediction market pays for what came true, and is over.

mod shared;

use std::path::Path;

use walras_engine::{Scratch, World, step};
use walras_ledger::{AssetId, Reason};
use walras_market::order::Rejection;
use walras_scenario::Loaded;
use walras_scenario::show::{Form, show};

const QUESTION: &str = "
[run]
name = 'a question'
steps = 40
[assets.YES]
fundamental = 0.7
[assets.NO]
fundamental = 0.3
[markets.question]
kind = 'shared_pool'
assets = ['YES', 'NO']
pool = { kind = 'lmsr', outcomes = 2, fee = { kind = 'fixed', rate = 0.01 } }
money = 500
[cohorts.traders]
size = 40
balance = 300.0
policy = { kind = 'zero_intelligence', valuation = { kind = 'uniform', low = 0.3, high = 0.7 }, lowest = 0.1, highest = 0.9, activity = 0.5 }
[cohorts.no]
size = 5
balance = 300.0
markets = ['question:NO']
policy = { kind = 'value', noise = 0.05, surplus = 0.01 }
[shocks.tax]
at = 18
event = { kind = 'transfer', asset = 'YES', cohort = 'traders', share = -0.1 }
[shocks.answer]
at = 20
event = { kind = 'resolution', outcome = 'YES' }
";

fn column(world: &World, cohort: usize, asset: u16) -> Vec<i64> {
    world.ledger.column(world.cohorts[cohort].id, AssetId(asset)).unwrap_or_default().to_vec()
}

/// The outcome of a prediction market could never be known, so that nobody was ever paid for having been right.
#[test]
fn nobody_was_paid_for_having_been_right() {
    for (answer, winner) in [("YES", 0), ("NO", 1)] {
        let mut world = shared::build(QUESTION, &[&format!("shocks.answer.event.outcome={answer}")], 3);
        let mut scratch = Scratch::default();
        for _ in 0..20 {
            step(&mut world, &mut scratch).unwrap();
        }
        let before: Vec<[Vec<i64>; 3]> = (0..2).map(|c| [0, 1, 2].map(|asset| column(&world, c, asset))).collect();
        let balances = world.venues[0].pool().unwrap().pool.balances();
        assert!(balances[1] < 0 && balances[2] < 0, "the test needs bets on both: {balances:?}");
        let kept = world.ledger.held(world.shock_account, AssetId(1));
        assert!(kept > 0, "the test needs tokens outside the cohorts");
        let happened = step(&mut world, &mut scratch).unwrap();
        let paid = -balances[1 + winner];
        let event = happened.events.list.iter().find(|event| event.kind == "resolution").unwrap();
        assert_eq!((event.subject.as_str(), event.amount), (answer, Some(paid)));
        assert_eq!((happened.record.markets[winner].price, happened.record.markets[1 - winner].price), (1.0, 0.0));
        // In the very step nobody trades any more.
        for market in &happened.record.markets {
            assert_eq!(market.rejected[Rejection::Halted as usize], market.orders);
        }
        for (c, [money, yes, no]) in before.iter().enumerate() {
            let won = if winner == 0 { yes } else { no };
            for (row, held) in column(&world, c, 0).iter().enumerate() {
                assert_eq!(held - money[row], won.get(row).copied().unwrap_or(0), "cohort {c} row {row}");
            }
            assert!([1, 2].iter().all(|&asset| column(&world, c, asset).iter().all(|&held| held == 0)));
        }
        assert_eq!(world.ledger.held(world.shock_account, AssetId(0)), if winner == 0 { kept } else { 0 });
        // The subsidy covers it, and what is left stays where it was.
        let left = balances[0] - paid;
        assert!(left >= 0);
        for venue in &world.venues {
            assert_eq!(venue.pool().unwrap().pool.balances(), [left, 0, 0]);
            assert_eq!(world.ledger.held(venue.accounts.money, AssetId(0)), left);
            assert_eq!(world.ledger.supply(venue.asset), 0);
        }
        let flow = world.ledger.named_flow(world.venues[0].accounts.money, AssetId(0), Reason::Redemption);
        assert_eq!(flow, -i128::from(paid));
        assert_eq!(world.assets[1 + winner].fundamental, Some(1.0));
        assert_eq!(world.assets[2 - winner].fundamental, Some(0.0));
        for _ in 0..5 {
            let happened = step(&mut world, &mut scratch).unwrap();
            assert!(happened.record.markets.iter().all(|market| market.bought + market.sold == 0));
        }
        world.ledger.check_fully().unwrap();
    }
}

#[test]
fn a_question_is_answered_once() {
    let again = "[shocks.again]\nat = 22\nevent = { kind = 'resolution', outcome = 'NO' }\n";
    let mut world = shared::build(&format!("{QUESTION}{again}"), &[], 3);
    let mut scratch = Scratch::default();
    for _ in 0..22 {
        step(&mut world, &mut scratch).unwrap();
    }
    let happened = step(&mut world, &mut scratch).unwrap();
    assert!(happened.events.list.iter().any(|event| event.kind == "resolution" && event.amount.is_none()));
    assert_eq!(happened.record.markets[0].price, 1.0);
}

#[test]
fn what_is_no_outcome_is_refused_with_its_place() {
    let book = "[markets.book]\nkind = 'order_book'\nasset = 'NO'\nreference = 0.5\ntick = 0.01\n";
    let coin = "[assets.COIN]\n[markets.coin]\nkind = 'pool'\nasset = 'COIN'\npool = { kind = 'constant_product' }\n\
                money = 10\ntokens = 10\n";
    let cases = [
        (QUESTION.replace("outcome = 'YES'", "outcome = 'COIN'") + coin, "no outcome that a market maker sold"),
        (QUESTION.replace("outcome = 'YES'", "outcome = 'MAYBE'"), "there is no asset called `MAYBE`"),
        (format!("{QUESTION}{book}"), "the market `book` trades an outcome too"),
    ];
    for (text, expected) in cases {
        let loaded = Loaded::from_text("q.toml", &text, Path::new(""), &[]).unwrap_or_else(|error| panic!("{error}"));
        let problems = loaded.build(1, u64::MAX).err().unwrap_or_else(|| panic!("not refused: {expected}"));
        let shown = show(&problems, Form::Plain);
        assert!(shown.contains(expected) && shown.contains("outcome = '"), "{shown}");
    }
}
