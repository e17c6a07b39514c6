//! Routes and arbitrage, against brute force over every whole amount and against their laws.

use walras_market::curve::{Exact, Linear};
use walras_market::pool::constant_product::ProtocolPay;
use walras_market::pool::fee::AnyFee;
use walras_market::pool::{AnyPool, ConcentratedLiquidity, ConstantProduct, Pool, StableSwap, Weighted};
use walras_market::route::arbitrage::{Leg, against_outside, between, cycle, two_products};
use walras_market::route::{Ladder, Level, OnCurve, OnPool, Venue, split};
use walras_numerics::{Keys, Purpose};

fn product(x: i64, y: i64, fee: f64) -> Box<dyn Pool> {
    let fee = AnyFee::fixed(fee);
    let design = ConstantProduct { fee, protocol_share: 0.0, protocol_pay: ProtocolPay::AtOnce };
    AnyPool::ConstantProduct(design).open(&[x, y]).unwrap()
}

/// The published case with a million atoms to a unit: the closed form, to what an atom in each leg can do.
#[test]
fn the_cycle_finds_the_closed_form() {
    let unit = 1_000_000;
    let (a, b) = (product(1000 * unit, 2_000_000 * unit, 0.003), product(1000 * unit, 2_100_000 * unit, 0.003));
    let legs = [Leg { pool: &*a, from: 1, to: 0 }, Leg { pool: &*b, from: 0, to: 1 }];
    let found = cycle(&legs).unwrap();
    let best = two_products((2e12, 1e9), (1e9, 2.1e12), (0.003, 0.003)).unwrap();
    assert!((best.profit / 469_578_256.709_12 - 1.0).abs() < 1e-9);
    // An atom of the token that is carried is worth some two thousand of the money.
    let lost = best.profit - found.profit as f64;
    assert!((0.0..4500.0).contains(&lost), "{lost}");
    let back = [Leg { pool: &*b, from: 1, to: 0 }, Leg { pool: &*a, from: 0, to: 1 }];
    assert_eq!(cycle(&back), None);
}

/// Small pools of several kinds, where every amount can be tried.
#[test]
fn no_amount_around_a_cycle_earns_more() {
    let mut profitable = 0;
    for case in 0..80 {
        let mut stream = Keys::new(3).stream(Purpose::sample(7), case, 0);
        let mut size = || 1000 + i64::from(stream.word() % 6000);
        let a = product(size(), size(), 0.003);
        let b = AnyPool::Weighted(Weighted { weights: vec![0.3, 0.7], fee: AnyFee::fixed(0.01), protocol_share: 0.0 });
        let b = b.open(&[size(), size()]).unwrap();
        let c = product(size(), size(), 0.0);
        let legs =
            [Leg { pool: &*a, from: 0, to: 1 }, Leg { pool: &*b, from: 0, to: 1 }, Leg { pool: &*c, from: 0, to: 1 }];
        let out = |amount: i64| {
            legs.iter().try_fold(amount, |carried, leg| {
                leg.pool.amount_out(leg.from, leg.to, carried).ok().map(|swap| swap.received)
            })
        };
        let best = (1..12_000).filter_map(|amount| Some(out(amount)? - amount)).max().unwrap();
        let found = cycle(&legs).map_or(0, |found| found.profit);
        assert!(found <= best.max(0));
        // Every leg may round by an atom, which the next ones turn into some of theirs.
        assert!(found >= best - 3 - best / 100, "case {case}: {found} of {best}");
        profitable += usize::from(found > 0);
    }
    assert!(profitable > 5, "{profitable}");
}

/// After the best trade against a price outside, |ln(price/outside)| ≤ −ln(1 − fee).
#[test]
fn arbitrage_leaves_no_more_than_the_fee() {
    let unit = 1_000_000_000_000;
    let designs = [
        AnyPool::ConstantProduct(ConstantProduct {
            fee: AnyFee::fixed(0.003),
            protocol_share: 0.0,
            protocol_pay: ProtocolPay::AtOnce,
        }),
        AnyPool::Weighted(Weighted { weights: vec![0.5, 0.5], fee: AnyFee::fixed(0.01), protocol_share: 0.0 }),
        AnyPool::ConcentratedLiquidity(ConcentratedLiquidity {
            tick_spacing: 10,
            fee: AnyFee::fixed(0.0005),
            protocol_share: 0.0,
        }),
        AnyPool::StableSwap(StableSwap {
            amplification: 10,
            rates: None,
            fee: AnyFee::fixed(0.0004),
            protocol_share: 0.0,
        }),
    ];
    for design in designs {
        for outside in [0.5, 0.9, 0.9999, 1.0001, 1.1, 2.5] {
            let mut pool = design.open(&[unit, unit]).unwrap();
            let fee = pool.fee_share(0, 1);
            let swap = against_outside(&*pool, 0, 1, outside);
            if let Some(swap) = swap {
                // It buys where it is cheaper here, and sells where it is dearer.
                assert_eq!(swap.to == 0, outside > 1.0);
                pool.settle(&swap);
            }
            let error = (pool.price(0, 1) / outside).ln().abs();
            assert!(error <= -(1.0 - fee).ln() + 1e-9, "{error} at {outside}: {design:?}");
            assert_eq!(against_outside(&*pool, 0, 1, outside).filter(|swap| swap.paid > 2), None);
        }
    }
}

fn ladder(levels: &[(i64, i64)], buys: bool) -> Ladder {
    Ladder { levels: levels.iter().map(|&(size, money)| Level { size, money, tokens: 100 }).collect(), buys }
}

/// Every way to cut a small order over a pool, a curve and a ladder is tried.
#[test]
fn no_other_cut_is_cheaper() {
    let pool = product(1000, 2000, 0.003);
    let curve = Linear { slope: 0.004, intercept: 1.5 };
    let asks = ladder(&[(20, 205), (10, 215), (500, 300)], true);
    let bids = ladder(&[(20, 195), (30, 180), (500, 20)], false);
    for buys in [true, false] {
        let on_pool = if buys { OnPool::buying(&*pool, 0, 1) } else { OnPool::selling(&*pool, 0, 1) };
        let exact = Exact::new(&curve, 0, 0, 1.0);
        let on_curve = OnCurve { exact, supply: 100, reserve: 170, decimals: (0, 0), buys };
        let book = if buys { &asks } else { &bids };
        let venues: [&dyn Venue; 3] = [&on_pool, &on_curve, book];
        for order in [1, 2, 7, 40, 90, 150] {
            let found = split(&venues, order).unwrap();
            assert_eq!(found.parts.iter().sum::<i64>(), order);
            let cost = |parts: [i64; 3]| -> Option<i128> {
                venues.iter().zip(parts).map(|(venue, part)| venue.cost(part)).sum()
            };
            let mut best = i128::MAX;
            for a in 0..=order {
                for b in 0..=order - a {
                    best = cost([a, b, order - a - b]).map_or(best, |cost| cost.min(best));
                }
            }
            assert_eq!(cost([found.parts[0], found.parts[1], found.parts[2]]), Some(found.cost));
            // Costs are rounded in each venue: the best cut may use an atom of that at each.
            assert!(found.cost <= best + 3, "{order}: {found:?} costs more than {best}");
            for venue in venues {
                assert!(venue.cost(order).is_none_or(|alone| found.cost <= alone), "{order}: {found:?}");
            }
        }
        assert_eq!(split(&venues, i64::MAX), None);
    }
}

/// Two pools of the same price and fee fill an order in proportion to their depth.
#[test]
fn equal_prices_mean_parts_by_depth() {
    let (small, large) = (product(1_000_000_000, 2_000_000_000, 0.003), product(3_000_000_000, 6_000_000_000, 0.003));
    let (a, b) = (OnPool::buying(&*small, 0, 1), OnPool::buying(&*large, 0, 1));
    let found = split(&[&a, &b], 400_000_000).unwrap();
    assert!(found.parts[0].abs_diff(100_000_000) < 100, "{found:?}");
    let alone = b.cost(400_000_000).unwrap();
    assert!(found.cost < alone);
    let marginals = (a.marginal(found.parts[0]), b.marginal(found.parts[1]));
    assert!((marginals.0 / marginals.1 - 1.0).abs() < 1e-6, "{marginals:?}");
}

/// Liquidity over narrow ranges around or beside the price, on top of a little over all prices.
fn uneven(tokens: i64, money: i64, ranges: &[(i32, i32, i64)]) -> Box<dyn Pool> {
    let design = ConcentratedLiquidity { tick_spacing: 60, fee: AnyFee::fixed(0.003), protocol_share: 0.0 };
    let mut pool = AnyPool::ConcentratedLiquidity(design).open(&[tokens, money]).unwrap();
    for &(low, high, most) in ranges {
        let at = 60 * (((money as f64 / tokens as f64).ln() / 1.0001_f64.ln()) as i32 / 60);
        pool.add_range(at + 60 * low, at + 60 * high, [most, most]).unwrap();
    }
    pool
}

/// Pools of one and of many depths, curves and books, bought from at one and sold to at another: of all amounts none gains
/// more than the one found.
#[test]
fn the_best_trade_between_any_two_venues_is_found() {
    let (cheap, dear) = (product(40_000, 800_000, 0.003), product(30_000, 750_000, 0.003));
    let thin = uneven(10_000, 210_000, &[(-3, 8, 300_000), (10, 14, 40_000)]);
    let deep = uneven(3000, 81_000, &[(-40, 2, 90_000), (-60, -30, 200_000), (2, 6, 90_000)]);
    let line = Linear { slope: 0.0004, intercept: 10.0 };
    let exact = Exact::new(&line, 0, 0, 1.0);
    let curve = OnCurve { exact, supply: 25_000, reserve: 600_000, decimals: (0, 0), buys: true };
    let from: [(&str, Box<dyn Venue + '_>); 4] = [
        ("product", Box::new(OnPool::buying(&*cheap, 0, 1))),
        ("thin", Box::new(OnPool::buying(&*thin, 0, 1))),
        ("curve", Box::new(curve)),
        ("asks", Box::new(ladder(&[(3000, 2010), (2000, 2100), (50_000, 2300)], true))),
    ];
    let to: [(&str, Box<dyn Venue + '_>); 3] = [
        ("product", Box::new(OnPool::selling(&*dear, 0, 1))),
        ("deep", Box::new(OnPool::selling(&*deep, 0, 1))),
        ("bids", Box::new(ladder(&[(1000, 2700), (7000, 2400), (50_000, 2200)], false))),
    ];
    for ((here, from), (there, to)) in from.iter().flat_map(|from| to.iter().map(move |to| (from, to))) {
        for counts in [1.0, 0.97] {
            let gain = |amount: i64| Some(-to.cost(amount)? as f64 * counts - from.cost(amount)? as f64);
            let most = from.depth().min(to.depth()).min(60_000);
            let found = between(&**from, &**to, counts, i64::MAX);
            // Every amount nearby and some of all others.
            let near = (found - 300).max(1)..=(found + 300).min(most);
            let best = near.chain((1..=most).step_by(53)).filter_map(gain).fold(0.0, f64::max);
            // Where a price changes a pool rounds by an atom of the token, which is worth some twenty of the money.
            let gained = gain(found).unwrap();
            assert!(gained >= best - 60.0, "{here} to {there}: {found} gains {gained}, the best is {best}");
            assert!(best > 1500.0, "{here} to {there} at {counts}: the test needs a gain, not {best}");
            assert_eq!(between(&**from, &**to, counts, found / 2), found / 2, "{here} to {there}: no more than asked");
        }
        assert_eq!(between(&**from, &**to, 0.5, i64::MAX), 0, "{here} to {there}: nothing is gained");
    }
}
