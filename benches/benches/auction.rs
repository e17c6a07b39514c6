//! A call auction of a million orders beside sorting them: `cargo bench --bench auction`.
//!
//! The same orders are sorted by side and limit in three ways and auctioned; all are timed in turns, and medians of seven
//! rounds are printed. The radix sort is the one that a hand-written auction over sorted orders would use.

use std::hint::black_box;
use std::time::Instant;

use walras_market::auction::call::Candidates;
use walras_market::auction::{Auction, Bids, CallAuction, Conditions, Margin, Tick};
use walras_market::clearing::adjustment::{AnyAdjustment, Proportional as Answer, Scale};
use walras_market::clearing::rationing::{AnyRationing, ByArrival};
use walras_market::clearing::{Clear, Clearing, Posted, Setting, StepOrders, Venue};
use walras_numerics::{Keys, Purpose};

const ROUNDS: usize = 7;

/// What is timed.
type Work<'a> = Box<dyn FnMut() + 'a>;

/// Orders as columns.
struct Orders {
    trader: Vec<u32>,
    side: Vec<i8>,
    quantity: Vec<i64>,
    limit: Vec<i64>,
    price: Vec<f64>,
    arrival: Vec<u32>,
}

impl Orders {
    /// `rows` orders with limits up to `spread` ticks around 2³⁰.
    fn draw(rows: usize, spread: u32) -> Self {
        let keys = Keys::new(1);
        let word = |index: u16, row: usize| keys.word(Purpose::sample(index), row as u64, 0);
        let limit: Vec<i64> =
            (0..rows).map(|row| (1 << 30) + ((u64::from(word(0, row)) * u64::from(spread)) >> 32) as i64).collect();
        Self {
            trader: (0..rows as u32).collect(),
            side: (0..rows).map(|row| if word(1, row) % 2 == 0 { 1 } else { -1 }).collect(),
            quantity: (0..rows).map(|row| i64::from(1 + word(2, row) % 1000)).collect(),
            price: limit.iter().map(|&limit| limit as f64 * 1e-6).collect(),
            limit,
            arrival: (0..rows).map(|row| word(3, row)).collect(),
        }
    }

    fn bids(&self) -> Bids<'_> {
        Bids {
            trader: &self.trader,
            side: &self.side,
            quantity: &self.quantity,
            limit: &self.limit,
            arrival: &self.arrival,
        }
    }

    fn step(&self) -> StepOrders<'_> {
        StepOrders { side: &self.side, size: &self.quantity, limit: &self.price, arrival: &self.arrival }
    }

    /// Side and limit in one word, and the row.
    fn keyed(&self) -> Vec<(u64, u32)> {
        let key = |row: usize| (self.limit[row].cast_unsigned() << 1) | u64::from(self.side[row] > 0);
        (0..self.side.len()).map(|row| (key(row), row as u32)).collect()
    }
}

/// Least significant digit first, eleven bits at once, only over the bits that differ.
fn radix(mut rows: Vec<(u64, u32)>) -> Vec<(u64, u32)> {
    let low = rows.iter().map(|row| row.0).min().unwrap_or(0);
    let high = rows.iter().map(|row| row.0).max().unwrap_or(0);
    let bits = u64::BITS - (high - low).leading_zeros();
    let mut spare = vec![(0, 0); rows.len()];
    for digit in 0..bits.div_ceil(11) {
        let digit_of = |row: &(u64, u32)| ((row.0 - low) >> (11 * digit)) as usize & 2047;
        let mut starts = [0_usize; 2048];
        for row in &rows {
            starts[digit_of(row)] += 1;
        }
        let mut start = 0;
        for slot in &mut starts {
            start += std::mem::replace(slot, start);
        }
        for row in &rows {
            let slot = &mut starts[digit_of(row)];
            spare[*slot] = *row;
            *slot += 1;
        }
        std::mem::swap(&mut rows, &mut spare);
    }
    rows
}

fn main() {
    println!("milliseconds, medians of {ROUNDS} rounds\n");
    let rows = 1_000_000;
    for spread in [100, 10_000, 1_000_000, u32::MAX] {
        let orders = Orders::draw(rows, spread);
        let conditions = Conditions { offered: 0, reserve: 0, reference: None, tick: Tick::UNIT };
        let auction = |margin| CallAuction { margin, candidates: Candidates::Limits };
        let hold = |margin| black_box(auction(margin).hold(&orders.bids(), &conditions).is_ok());
        let setting = Setting { numeraire_decimals: 6, asset_decimals: 6, outstanding: 0 };
        let settle = |rule: &dyn Clearing| {
            let mut venue = Venue { price: 1_073.741_824 + f64::from(spread) * 0.5e-6, memory: Vec::new() };
            black_box(rule.settle(&orders.step(), &setting, &mut venue).is_ok());
        };
        let clear = Clear { position: 0.5, rationing: AnyRationing::ByArrival(ByArrival {}) };
        let adjustment = Answer { gain: 0.1, scale: Scale::Supply, floor: 1e-9, ceiling: 1e30 };
        let posted = Posted {
            rationing: AnyRationing::ByArrival(ByArrival {}),
            adjustment: AnyAdjustment::Proportional(adjustment),
        };
        let sort = || {
            let mut keyed = orders.keyed();
            keyed.sort_unstable();
            black_box(keyed);
        };
        let mut cases: Vec<(&str, Work<'_>)> = vec![
            (
                "radix sort",
                Box::new(|| {
                    black_box(radix(orders.keyed()));
                }),
            ),
            ("sort_unstable", Box::new(sort)),
            (
                "call, price alone",
                Box::new(|| {
                    black_box(auction(Margin::Time).price(&orders.bids(), None));
                }),
            ),
            (
                "call, by arrival",
                Box::new(|| {
                    hold(Margin::Time);
                }),
            ),
            (
                "call, pro rata",
                Box::new(|| {
                    hold(Margin::ProRata);
                }),
            ),
            ("clear", Box::new(|| settle(&clear))),
            ("posted", Box::new(|| settle(&posted))),
        ];
        let mut times = vec![Vec::new(); cases.len()];
        for _ in 0..ROUNDS {
            for (case, times) in cases.iter_mut().zip(&mut times) {
                let start = Instant::now();
                case.1();
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
        }
        let median = |times: &mut Vec<f64>| {
            times.sort_by(f64::total_cmp);
            times[ROUNDS / 2]
        };
        let medians: Vec<f64> = times.iter_mut().map(median).collect();
        println!("{rows} orders over {spread} ticks");
        for ((name, _), time) in cases.iter().zip(&medians) {
            println!("  {name:<20} {time:>8.2}   / radix {:>5.2}", time / medians[0]);
        }
    }
}
