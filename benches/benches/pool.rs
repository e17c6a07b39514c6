//! How many swaps a second one core makes: `cargo bench --bench pool`.
//!
//! Swaps go both ways at random sizes, so that the pool stays near its opening; each changes the state that the next one
//! sees.

use std::time::{Duration, Instant};

use walras_market::pool::concentrated::RangePool;
use walras_market::pool::constant_product::ProtocolPay;
use walras_market::pool::fee::AnyFee;
use walras_market::pool::{
    AnyPool, ConcentratedLiquidity, ConstantProduct, ConstantSum, Lmsr, Order, Pool, StableSwap, Weighted,
};

/// Rounds, of which the fastest counts: on a machine shared with others the rest measure them too.
const ROUNDS: usize = 400;

/// Sizes and directions that repeat, drawn beforehand.
const DRAWS: usize = 4096;

fn draws(low: i64, high: i64) -> Vec<i64> {
    let mut word = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = || {
        word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + ((word >> 33) as i64) % (high - low)
    };
    (0..DRAWS).map(|i| if i % 2 == 0 { draw() } else { -draw() }).collect()
}

/// The greatest of `ROUNDS` rates, in million operations a second.
fn rate(operations: usize, mut work: impl FnMut()) -> f64 {
    let mut fastest = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        work();
        fastest = fastest.min(start.elapsed());
    }
    operations as f64 / fastest.as_secs_f64() / 1e6
}

/// Swaps `sizes` again and again, positive ones of asset 0 for `other`, negative ones the other way.
fn swaps<P: Pool + ?Sized>(pool: &mut P, sizes: &[i64], other: usize, count: usize) {
    let mut received = 0_i64;
    for &size in sizes.iter().cycle().take(count) {
        let (from, to) = if size > 0 { (0, other) } else { (other, 0) };
        if let Ok(swap) = pool.swap(&Order::exact_in(from, to, size.abs())) {
            received = received.wrapping_add(swap.received);
        }
    }
    std::hint::black_box(received);
}

fn show(name: &str, rate: f64) {
    println!("{name:<56} {rate:>10.2} M/s {:>9.1} ns", 1e3 / rate);
}

fn ranges(narrow: bool) -> RangePool {
    let design = ConcentratedLiquidity { tick_spacing: 10, fee: AnyFee::fixed(0.0005), protocol_share: 0.0 };
    let mut pool = design.ranges(&[1_000_000_000_000, 1_000_000_000_000]).expect("a deposit");
    if narrow {
        // A range every ten ticks, so that a swap of a thousandth crosses one or two.
        for i in -200..200 {
            pool.add_range(10 * i, 10 * (i + 1), [1_000_000_000, 1_000_000_000]).expect("a range");
        }
    }
    pool
}

fn main() {
    println!("{:<56} {:>14} {:>12}", "swaps on one core", "rate", "each");
    let count = 2 * DRAWS;
    let design = ConstantProduct { fee: AnyFee::fixed(0.003), protocol_share: 0.0, protocol_pay: ProtocolPay::AtOnce };
    let sizes = draws(1000, 1_000_000_000);
    let mut pool = design.reserves(&[1_000_000_000_000, 2_000_000_000_000]).expect("a deposit");
    show("constant product", rate(count, || swaps(&mut pool, &sizes, 1, count)));
    let quotes = rate(count, || {
        let sum = sizes.iter().cycle().take(count).fold(0_i64, |sum, size| {
            sum.wrapping_add(pool.amount_out(0, 1, size.abs()).map_or(0, |swap| swap.received))
        });
        std::hint::black_box(sum);
    });
    show("constant product, quotes", quotes);
    let count = DRAWS;
    let (small, mut wide) = (draws(1000, 100_000_000), ranges(false));
    show("concentrated liquidity, inside one range", rate(count, || swaps(&mut wide, &small, 1, count)));
    let mut narrow = ranges(true);
    let before = narrow.ranges().tick();
    show("concentrated liquidity, a range every ten ticks", rate(count, || swaps(&mut narrow, &sizes, 1, count)));
    println!("    from tick {before} to {}", narrow.ranges().tick());
    let count = DRAWS / 16;
    let others: [(&str, AnyPool, Vec<i64>); 4] = [
        (
            "constant sum",
            AnyPool::ConstantSum(ConstantSum { rates: None, fee: AnyFee::fixed(0.0005), protocol_share: 0.0 }),
            vec![1_000_000_000_000; 2],
        ),
        (
            "weighted, 20 to 80",
            AnyPool::Weighted(Weighted { weights: vec![0.2, 0.8], fee: AnyFee::fixed(0.003), protocol_share: 0.0 }),
            vec![1_000_000_000_000; 2],
        ),
        (
            "stable swap, three assets",
            AnyPool::StableSwap(StableSwap {
                amplification: 100,
                rates: None,
                fee: AnyFee::fixed(0.0004),
                protocol_share: 0.5,
            }),
            vec![1_000_000_000_000; 3],
        ),
        (
            "lmsr, two outcomes",
            AnyPool::Lmsr(Lmsr { outcomes: 2, fee: AnyFee::fixed(0.0), protocol_share: 0.0 }),
            vec![1_000_000_000_000],
        ),
    ];
    for (name, design, deposits) in others {
        let mut pool = design.open(&deposits).expect("a deposit");
        show(name, rate(count, || swaps(&mut *pool, &sizes, 1, count)));
    }
}
