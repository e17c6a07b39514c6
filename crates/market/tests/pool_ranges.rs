//! What holds of ticks, liquidity and positions after every operation on a pool of ranges.

use walras_market::pool::concentrated::RangePool;
use walras_market::pool::concentrated::ranges::Tick;
use walras_market::pool::fee::AnyFee;
use walras_market::pool::{ConcentratedLiquidity, Order, Pool, Refusal};
use walras_numerics::{Keys, Purpose};

fn open(spacing: u32, protocol_share: f64, deposit: i64) -> RangePool {
    let design = ConcentratedLiquidity { tick_spacing: spacing, fee: AnyFee::fixed(0.003), protocol_share };
    design.ranges(&[deposit, deposit]).unwrap()
}

/// The liquidity in range is the sum of what begins less what ends at or below the price; each tick's is what the
/// positions say.
fn check(pool: &RangePool) {
    let ranges = pool.ranges();
    let below: i128 = ranges.ticks().range(..=ranges.tick()).map(|(_, tick)| tick.net).sum();
    assert_eq!(below, ranges.liquidity().cast_signed(), "at {}", ranges.tick());
    let all: i128 = ranges.ticks().values().map(|tick| tick.net).sum();
    assert_eq!(all, 0);
    let mut expected: std::collections::BTreeMap<i32, Tick> = std::collections::BTreeMap::new();
    for position in ranges.positions().values().filter(|position| position.liquidity > 0) {
        let liquidity = position.liquidity.cast_signed();
        for (end, net) in [(position.lower, liquidity), (position.upper, -liquidity)] {
            let tick = expected.entry(end).or_default();
            tick.gross += position.liquidity;
            tick.net += net;
        }
    }
    let seen: Vec<_> = ranges.ticks().iter().map(|(place, tick)| (*place, tick.gross, tick.net)).collect();
    let expected: Vec<_> = expected.iter().map(|(place, tick)| (*place, tick.gross, tick.net)).collect();
    assert_eq!(seen, expected);
}

#[test]
fn active_liquidity_is_the_net_liquidity_below_the_price() {
    let (mut crossed, mut swaps) = (0, 0);
    for sequence in 0..2000 {
        let mut stream = Keys::new(11).stream(Purpose::sample(6), sequence, 0);
        let mut below = |end: u32| stream.word() % end;
        let spacing = [1, 10, 60][below(3) as usize];
        let mut pool = open(spacing, [0.0, 0.25][below(2) as usize], 1 << (12 + below(40)));
        let mut positions = Vec::new();
        for _ in 0..12 {
            let balances = pool.balances();
            let part = |balance: i64, share: u32| (balance as f64 * f64::from(share) / 1000.0) as i64;
            match below(4) {
                0 => {
                    let step = spacing as i32;
                    let lower = (below(200) as i32 - 100) * step;
                    let upper = lower + (1 + below(50) as i32) * step;
                    let most = [part(balances[0], below(1000)), part(balances[1], below(1000))];
                    if let Ok(added) = pool.add_range(lower, upper, most) {
                        positions.push((added.position, added.liquidity));
                    }
                }
                1 => {
                    if let Some((position, liquidity)) = positions.pop() {
                        pool.remove_range(position, liquidity).unwrap();
                        pool.collect(position).unwrap();
                    }
                }
                _ => {
                    let from = below(2) as usize;
                    let before = pool.ranges().liquidity();
                    let order = Order::exact_in(from, 1 - from, part(balances[from], below(400)));
                    swaps += usize::from(pool.swap(&order).is_ok());
                    crossed += usize::from(pool.ranges().liquidity() != before);
                }
            }
            check(&pool);
        }
    }
    assert!(swaps > 5000 && crossed > 1000, "{swaps} swaps, {crossed} of them across a tick");
}

/// Two positions over the same range, one three times the other, collect fees one to three; one out of range collects none.
#[test]
fn fees_go_to_liquidity_in_range() {
    let mut pool = open(60, 0.0, 1_000_000_000);
    let one = pool.add_range(-600, 600, [1_000_000_000, 1_000_000_000]).unwrap();
    let three = pool.add_range(-600, 600, [3_000_000_000, 3_000_000_000]).unwrap();
    let away = pool.add_range(1200, 1800, [1_000_000_000, 0]).unwrap();
    let swap = pool.swap(&Order::exact_in(0, 1, 10_000_000)).unwrap();
    assert_eq!(swap.fee, 30_000);
    let fees = [one, three, away].map(|range| pool.collect(range.position).unwrap());
    let whole = pool.collect(0).unwrap();
    assert!(fees[1][0].abs_diff(3 * fees[0][0]) <= 3, "{fees:?}");
    assert_eq!((fees[2], fees[0][1], fees[1][1]), ([0, 0], 0, 0));
    // All of it is paid out, save what rounding down keeps.
    let sum = fees[0][0] + fees[1][0] + whole[0];
    assert!((29_996..=30_000).contains(&sum), "{sum}");
    assert_eq!(pool.collect(one.position).unwrap(), [0, 0]);
}

/// A swap up to a price stops there, pays for what it got and leaves the rest; one at the wrong side of it is refused.
#[test]
fn a_swap_may_stop_at_a_price() {
    let mut pool = open(10, 0.0, 1_000_000_000_000);
    let order = Order::exact_in(0, 1, 500_000_000_000);
    // Asset 1 in asset 0 costs 1; up to 1.21 the root of the price moves by a tenth.
    let swap = pool.swap_up_to(&order, 1.21).unwrap();
    assert!((swap.traded_in() as f64 / 1e11 - 1.0).abs() < 1e-6, "{swap:?}");
    assert!((pool.price(1, 0) - 1.21).abs() < 1e-9);
    assert_eq!(pool.swap_up_to(&order, 1.2), Err(Refusal::LimitNotReached));
    check(&pool);
}

#[test]
fn ranges_that_cannot_be_are_refused() {
    let mut pool = open(60, 0.0, 1_000_000);
    for (lower, upper) in [(60, 60), (120, 60), (-30, 60), (0, 61), (-900_000, 0), (0, 887_272)] {
        assert_eq!(pool.add_range(lower, upper, [1000, 1000]), Err(Refusal::OutOfRange), "{lower} to {upper}");
    }
    assert_eq!(pool.add_range(60, 120, [0, 1000]), Err(Refusal::BadAmount));
    assert_eq!(pool.remove_range(99, 1), Err(Refusal::NoSuchPosition));
    assert_eq!(pool.remove_range(0, u128::MAX), Err(Refusal::NotEnoughHeld));
    assert_eq!(pool.add(&[1, 1]), Err(Refusal::NotOffered));
}
