//! What a formula costs: `cargo bench --bench formula`.
//!
//! Nanoseconds for each evaluation, one by one and for each row of a column of 1024, beside the same arithmetic written
//! in Rust. Medians of seven rounds, since machines are shared and noisy.

use std::hint::black_box;
use std::time::Instant;

use walras_formula::{Formula, Input, Scope};
use walras_numerics::CHUNK;
use walras_numerics::elementary::{exp, logistic, pow};

/// Rounds of which the median is taken.
const ROUNDS: usize = 7;

type ByHand = fn(f64, f64, &[f64]) -> f64;

const CASES: [(&str, ByHand); 6] = [
    ("price * 1.02", |price, _, _| price * 1.02),
    ("max(0, 100 - 2.5 * price)", |price, _, _| if 0.0 > 100.0 - 2.5 * price { 0.0 } else { 100.0 - 2.5 * price }),
    ("if price > 10 and supply > 0 then price / supply else 0", |price, supply, _| {
        if price > 10.0 && supply > 0.0 { price / supply } else { 0.0 }
    }),
    ("1_000 * exp(-0.3 * (price - 8)) / (1 + supply)", |price, supply, _| {
        1000.0 * exp(-0.3 * (price - 8.0)) / (1.0 + supply)
    }),
    ("50 * (price / 8) ^ -1.2 + logistic(supply - 3)", |price, supply, _| {
        50.0 * pow(price / 8.0, -1.2) + logistic(supply - 3.0)
    }),
    ("price / mean(past, 16) - 1", |price, _, past| price / walras_numerics::sum::mean(&past[past.len() - 16..]) - 1.0),
];

fn main() {
    let scope = Scope::default().number("price", "", "").number("supply", "", "").series("past", "", "");
    let prices: Vec<f64> = (0..CHUNK).map(|row| 5.0 + row as f64 / 100.0).collect();
    let supplies: Vec<f64> = (0..CHUNK).map(|row| (row % 7) as f64).collect();
    let past: Vec<f64> = (0..64).map(|step| 9.0 + f64::from(step % 5)).collect();
    println!("{:<58} {:>9} {:>9} {:>9}", "ns for each evaluation", "by hand", "formula", "column");
    for (text, by_hand) in CASES {
        let program = Formula::parse(text).and_then(|formula| formula.number(&scope)).expect("a formula");
        let rows = || prices.iter().zip(&supplies);
        let mut out = vec![0.0; CHUNK];
        let hand = median(|| rows().map(|(&price, &supply)| black_box(by_hand(price, supply, &past))).sum());
        let single = median(|| {
            rows().map(|(&price, &supply)| program.evaluate(black_box(&[price, supply]), &[&past]).unwrap_or(0.0)).sum()
        });
        let column = median(|| {
            program.evaluate_column(&[Input::Each(&prices), Input::Each(&supplies)], &[&past], &mut out);
            black_box(&out)[CHUNK - 1]
        });
        println!("{text:<58} {hand:>9.1} {single:>9.1} {column:>9.1}");
    }
    let nested = "1 + price * (".repeat(24) + "supply" + &")".repeat(24);
    let program = Formula::parse(&nested).and_then(|formula| formula.number(&scope)).expect("a formula");
    let nanoseconds =
        median(|| prices.iter().map(|&price| program.evaluate(&[price, 0.01], &[&past]).unwrap_or(0.0)).sum());
    println!("{:<58} {:>9} {nanoseconds:>9.1}", "48 operations, 49 values deep", "");
}

/// The median time of `work` over a chunk of rows, in nanoseconds a row.
fn median(mut work: impl FnMut() -> f64) -> f64 {
    const REPEATS: usize = 300;
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..REPEATS {
                black_box(work());
            }
            start.elapsed().as_secs_f64() * 1e9 / (REPEATS * CHUNK) as f64
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}
