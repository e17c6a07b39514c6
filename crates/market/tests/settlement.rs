//! Batch and sequential settlement against their laws, over random orders.

use walras_ledger::Atoms;
use walras_market::curve::batch::{Batch, Cleared, Group};
use walras_market::curve::in_turn::{InTurn, Row, Standing, run};
use walras_market::curve::{Exact, Linear};
use walras_market::order::{Limit, LimitShape, Orders, Rejection, Shape, Side};
use walras_market::taken::Taken;
use walras_numerics::{Column, Keys, Purpose, Stream};

const CASES: u64 = 3000;
const CURVE: Linear = Linear { slope: 0.001_5, intercept: 0.0 };
const START: Atoms = 20_000_000;

fn stream(case: u64) -> Stream {
    Keys::new(99).stream(Purpose::shock(0), case, 0)
}

fn exact() -> Exact<'static, Linear> {
    Exact::new(&CURVE, 4, 4, 1.0)
}

fn standing() -> Standing {
    let reserve = exact().required_reserve(START, 0).unwrap();
    Standing { supply: START, reserve }
}

fn arrival(group: u32, trader: usize) -> u32 {
    Keys::new(7).word(Purpose::arrival(0), u64::from(group) << 32 | trader as u64, 0)
}

/// Orders of `traders` around the price of 3, some of them with a limit for each, some with a slippage for all.
fn random_orders(draws: &mut Stream, traders: usize) -> Orders {
    let each = draws.open_unit() < 0.6;
    let limit = if each { LimitShape::Each } else { LimitShape::Slippage(0.3 * draws.open_unit()) };
    let shared = (draws.open_unit() < 0.4).then(|| 1 + (60_000.0 * draws.open_unit()) as Atoms);
    let mut orders = Orders::new(traders, &Shape { size: shared, limit, priority_fee: Some(0) });
    for trader in 0..traders {
        orders.side[trader] = [Side::BUY, Side::SELL, Side::NONE][(draws.open_unit() * 2.4) as usize];
        if let Column::Each(sizes) = &mut orders.size {
            sizes[trader] = 1 + (60_000.0 * draws.open_unit()) as Atoms;
        }
        if let Limit::Each(limits) = &mut orders.limit {
            // A coarse grid, so that many orders share a limit.
            limits[trader] = 2.0 + (20.0 * draws.open_unit()).floor() * 0.1;
        }
    }
    orders
}

/// Every order: group, trader, side, size, limit.
fn list(books: &[Orders], seen: f64) -> Vec<(usize, usize, i8, Atoms, f64)> {
    let mut all = Vec::new();
    for (g, orders) in books.iter().enumerate() {
        for (trader, &side) in orders.side.iter().enumerate().filter(|(_, side)| **side != 0) {
            all.push((g, trader, side.signum(), orders.size.get(trader), orders.limit_of(trader, seen)));
        }
    }
    all
}

fn groups(books: &mut [Orders], seen: f64) -> Vec<Group<'_>> {
    let mut groups = Vec::new();
    for (g, orders) in books.iter_mut().enumerate() {
        let all = list(std::slice::from_ref(orders), seen);
        let of = |side: i8| all.iter().filter(move |order| order.2 == side);
        let (bought, sold) = (of(1).map(|o| i128::from(o.3)).sum(), of(-1).map(|o| i128::from(o.3)).sum());
        let lowest_buy = of(1).map(|o| o.4).fold(f64::INFINITY, f64::min);
        let highest_sell = of(-1).map(|o| o.4).fold(f64::NEG_INFINITY, f64::max);
        groups.push(Group { orders, bought, sold, seen, lowest_buy, highest_sell, arrival_group: g as u32 });
    }
    groups
}

fn batch(maximum_supply: Atoms) -> Batch<'static, Linear> {
    Batch { exact: exact(), standing: standing(), maximum_supply, price_scale: 1.0 }
}

fn clear(case: u64, maximum_supply: Atoms) -> (Vec<Orders>, Vec<Orders>, f64, Option<Cleared>) {
    let mut draws = stream(case);
    let count = 1 + (3.0 * draws.open_unit()) as usize;
    let before: Vec<Orders> = (0..count).map(|_| random_orders(&mut draws, 1 + case as usize % 40)).collect();
    let mut after = before.clone();
    let seen = exact().price(START, standing().reserve);
    let cleared = batch(maximum_supply).clear(&mut groups(&mut after, seen), &arrival);
    (before, after, seen, cleared)
}

/// The price if the orders that were filled and one more traded.
fn price_with(bought: i128, sold: i128) -> f64 {
    batch(Atoms::MAX).settle_at(bought, sold).map_or(f64::INFINITY, |cleared| cleared.price)
}

#[test]
fn whoever_trades_in_a_batch_trades_within_the_limit_and_nobody_is_left_out_needlessly() {
    let (mut rationed, mut all_filled) = (0, 0);
    for case in 0..CASES {
        let (before, after, seen, cleared) = clear(case, Atoms::MAX);
        let asked = list(&before, seen);
        let filled = |order: &&(usize, usize, i8, Atoms, f64)| after[order.0].side[order.1].unsigned_abs() == 1;
        let Some(cleared) = cleared else {
            assert!(!asked.iter().any(|order| filled(&order)));
            continue;
        };
        let total = |side| asked.iter().filter(filled).filter(|o| o.2 == side).map(|o| i128::from(o.3)).sum::<i128>();
        assert_eq!((cleared.bought, cleared.sold), (total(1), total(-1)));
        assert_eq!(cleared.price, price_with(cleared.bought, cleared.sold));
        for order in &asked {
            let (_, _, side, size, limit) = *order;
            if filled(&order) {
                assert!(if side > 0 { cleared.price <= limit } else { cleared.price >= limit }, "case {case}");
            } else {
                rationed += 1;
                // With it the price would pass its limit, or that of somebody who trades.
                let (more_bought, more_sold) = if side > 0 { (i128::from(size), 0) } else { (0, i128::from(size)) };
                let price = price_with(cleared.bought + more_bought, cleared.sold + more_sold);
                let hurt = asked.iter().filter(filled).chain([order]);
                let violated = |o: &(usize, usize, i8, Atoms, f64)| if o.2 > 0 { price > o.4 } else { price < o.4 };
                assert!(hurt.into_iter().any(violated), "case {case}: {order:?} at {price}, cleared {cleared:?}");
            }
        }
        all_filled += i32::from(asked.iter().all(|order| filled(&order)));
    }
    assert!(rationed > 1000 && all_filled > 100, "the cases must cover both: {rationed}, {all_filled}");
}

/// With whole tokens and whole coins a single atom moves the average both ways, since a cost is rounded up: the
/// search for the price must still end, and nobody may trade beyond the limit.
#[test]
fn coarse_atoms_neither_trap_the_search_nor_break_a_limit() {
    // The first tokens cost less than a coin each, so one alone costs as much as several together.
    let curve = Linear { slope: 0.02, intercept: 0.05 };
    let (mut traded, mut left_out) = (0, 0);
    for case in 0..20_000 {
        let mut draws = stream(case);
        let supply = (40.0 * draws.open_unit()) as Atoms;
        let exact = Exact::new(&curve, 0, 0, 1.0);
        let reserve = exact.required_reserve(supply, 0).unwrap();
        let seen = exact.price(supply, reserve);
        let each = Shape { size: None, limit: LimitShape::Each, priority_fee: Some(0) };
        let mut orders = Orders::new(1 + case as usize % 9, &each);
        for trader in 0..orders.side.len() {
            orders.side[trader] = if draws.open_unit() < 0.5 { Side::BUY } else { Side::SELL };
            let (Column::Each(sizes), Limit::Each(limits)) = (&mut orders.size, &mut orders.limit) else {
                panic!("each")
            };
            sizes[trader] = 1 + (3.0 * draws.open_unit()) as Atoms;
            limits[trader] = (12.0 * draws.open_unit()).floor() * 0.1;
        }
        // Nobody sells what is not out.
        let mut held = supply;
        for trader in 0..orders.side.len() {
            let size = orders.size.get(trader);
            if orders.side[trader] == Side::SELL && size > held {
                orders.side[trader] = Side::NONE;
            } else if orders.side[trader] == Side::SELL {
                held -= size;
            }
        }
        let mut after = vec![orders.clone()];
        let standing = Standing { supply, reserve };
        let batch = Batch { exact, standing, maximum_supply: supply + 12, price_scale: 1.0 };
        let cleared = batch.clear(&mut groups(&mut after, seen), &arrival);
        for (_, trader, side, _, limit) in list(&[orders], seen) {
            if after[0].side[trader].unsigned_abs() != 1 {
                left_out += 1;
                continue;
            }
            traded += 1;
            let price = cleared.expect("somebody trades").price;
            assert!(if side > 0 { price <= limit } else { price >= limit }, "case {case}: {price} beyond {limit}");
        }
    }
    assert!(traded > 1000 && left_out > 1000, "{traded}, {left_out}");
}

#[test]
fn a_batch_never_leaves_the_reserve_short() {
    for case in 0..CASES {
        let (before, after, seen, cleared) = clear(case, Atoms::MAX);
        let Some(cleared) = cleared else { continue };
        let mut reserve = i128::from(standing().reserve);
        for (g, trader, side, size, _) in list(&before, seen) {
            match (after[g].side[trader], side) {
                (Side::BUY, _) => reserve += i128::from(cleared.buyers.up(size).unwrap()),
                (Side::SELL, _) => reserve -= i128::from(cleared.sellers.down(size).unwrap()),
                _ => {}
            }
        }
        let supply = (i128::from(START) + cleared.bought - cleared.sold) as Atoms;
        let owed = exact().required_reserve(supply, reserve as Atoms).unwrap();
        assert!(reserve >= i128::from(owed), "case {case}: {reserve} held, {owed} owed");
    }
}

#[test]
fn a_batch_never_passes_the_maximum_supply() {
    let mut capped = 0;
    for case in 0..CASES {
        let maximum = START + (case as Atoms % 7) * 20_000;
        let (_, after, _, cleared) = clear(case, maximum);
        let Some(cleared) = cleared else { continue };
        assert!(i128::from(START) + cleared.bought - cleared.sold <= i128::from(maximum));
        let why = after.iter().flat_map(|orders| orders.side.iter()).filter_map(|&side| Side::rejection(side));
        capped += why.filter(|why| *why == Rejection::MaximumSupply).count();
    }
    assert!(capped > 100);
}

#[test]
fn in_turn_each_order_pays_the_curve_where_it_stands() {
    for case in 0..500 {
        let mut draws = stream(case);
        let mut rows: Vec<Row> = (0..50)
            .map(|trader| {
                let buys = draws.open_unit() < 0.55;
                let amount = 1 + (40_000.0 * draws.open_unit()) as Atoms;
                let limit = if buys { 2.9 + draws.open_unit() } else { 2.3 + draws.open_unit() };
                Row { amount: if buys { amount } else { -amount }, limit, trader, ..Row::default() }
            })
            .collect();
        let maximum_supply = START + 150_000;
        let mut turn = InTurn {
            rows: &mut rows,
            standing: standing(),
            maximum_supply,
            decimals: (4, 4),
            anchor: 1.0,
            taken: Taken::default(),
        };
        run(&CURVE, &mut turn);
        let end = turn.standing;
        // The twin: one quote after another.
        let Standing { mut supply, mut reserve } = standing();
        for row in &rows {
            let quote = if row.amount > 0 {
                exact().cost(supply, reserve, row.amount)
            } else {
                exact().proceeds(supply, reserve, -row.amount)
            };
            let average = quote.map_or(f64::NAN, |money| money as f64 / row.amount.abs() as f64);
            let suits = if row.amount > 0 { average <= row.limit } else { average >= row.limit };
            let fits = supply + row.amount.max(0) <= maximum_supply;
            assert_eq!(row.rejection.is_none(), suits && fits, "case {case}: {row:?} at {average}");
            if row.rejection.is_none() {
                assert_eq!(Some(row.money), quote);
                supply += row.amount;
                reserve += if row.amount > 0 { row.money } else { -row.money };
            } else if !fits {
                assert_eq!(row.rejection, Some(Rejection::MaximumSupply));
            }
        }
        assert_eq!(end, Standing { supply, reserve });
        assert!(reserve >= exact().required_reserve(supply, reserve).unwrap());
    }
}
