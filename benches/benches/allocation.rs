//! Sharing among a million requests, beside bare loops and sorts over the same arrays, one thread:
//! `cargo bench -p walras-benches --bench allocation`.
//!
//! Everything is timed in turns; medians of the rounds are printed, and the median of the ratios to what it is measured
//! against. Where the system tells, it is the time on a processor that counts.

use std::hint::black_box;

use walras_benches::clock::timed;
use walras_market::allocation::joint::{
    DominantResourceFairness, JointAllocation, JointGrants, JointRequests, JointScratch, Tasks,
};
use walras_market::allocation::{
    Allocation, FirstComeFirstServed, Grants, Lottery, MaxMin, Offer, Proportional, Requests, Scratch, UniformPrice,
    VickreyClarkeGroves,
};
use walras_market::clearing::Venue;
use walras_numerics::{Keys, Purpose};

const ROUNDS: usize = 7;
/// How long each is repeated in one round, in seconds, so that the system's ticks of milliseconds do not matter.
const ROUND: f64 = 0.2;
const ROWS: usize = 1_000_000;

/// What is timed.
type Work<'a> = Box<dyn FnMut() + 'a>;

/// Columns of requests.
struct Columns {
    amount: Vec<i64>,
    weight: Vec<f64>,
    bid: Vec<f64>,
    arrival: Vec<u64>,
    lot: Vec<u32>,
    demand: Vec<i64>,
    tasks: Vec<i64>,
    total: i64,
}

impl Columns {
    fn draw() -> Self {
        let keys = Keys::new(1);
        let column = |index: u16, most: u32| -> Vec<u32> {
            (0..ROWS as u64).map(|row| 1 + keys.word(Purpose::sample(index), row, 0) % most).collect()
        };
        let amount: Vec<i64> = column(0, 1_000_000).into_iter().map(i64::from).collect();
        let demand = column(4, 1000).into_iter().zip(column(5, 1000));
        Self {
            total: amount.iter().sum(),
            amount,
            weight: column(1, 16).into_iter().map(|weight| f64::from(weight) * 0.25).collect(),
            bid: column(2, 1_000_000).into_iter().map(f64::from).collect(),
            arrival: column(3, u32::MAX).into_iter().map(u64::from).collect(),
            lot: column(6, u32::MAX),
            demand: demand.flat_map(|(one, other)| [i64::from(one), i64::from(other)]).collect(),
            tasks: column(7, 200).into_iter().map(i64::from).collect(),
        }
    }

    fn requests(&self) -> Requests<'_> {
        Requests { amount: &self.amount, bid: &self.bid, arrival: &self.arrival, lot: &self.lot, ..Requests::default() }
    }
}

/// The bare loop in floats: a sum, and each amount by one factor, rounded down; what is left over is not handed out.
fn bare_floats(amount: &[i64], capacity: i64, granted: &mut [i64]) {
    let total: i64 = amount.iter().sum();
    let share = capacity as f64 / total as f64;
    for (granted, &amount) in granted.iter_mut().zip(amount) {
        *granted = (amount as f64 * share) as i64;
    }
}

/// The bare loop in whole numbers: exact, but without the atoms left over.
fn bare_exact(amount: &[i64], capacity: i64, granted: &mut [i64]) {
    let total: i128 = amount.iter().map(|&amount| i128::from(amount)).sum();
    for (granted, &amount) in granted.iter_mut().zip(amount) {
        *granted = (i128::from(amount) * i128::from(capacity) / total) as i64;
    }
}

/// Max–min fairness of sorted amounts: the level where the next amount is more than an equal share of what is left.
fn sorted_max_min(amount: &[i64], capacity: i64, sorted: &mut Vec<i64>, granted: &mut [i64]) {
    sorted.clear();
    sorted.extend_from_slice(amount);
    sorted.sort_unstable();
    let mut left = capacity;
    let mut level = i64::MAX;
    for (met, &amount) in sorted.iter().enumerate() {
        let share = left / (sorted.len() - met) as i64;
        if amount > share {
            level = share;
            left -= share * (sorted.len() - met) as i64;
            break;
        }
        left -= amount;
    }
    for (granted, &amount) in granted.iter_mut().zip(amount) {
        let one = i64::from(amount > level && left > 0);
        left -= one;
        *granted = amount.min(level) + one;
    }
}

/// Times `cases` in turns and prints medians, and ratios to the first.
fn compare(title: &str, cases: &mut [(&str, Work<'_>)]) {
    let mut times = vec![Vec::new(); cases.len()];
    let mut repeats = Vec::new();
    for case in cases.iter_mut() {
        // The first brings arrays into being.
        case.1();
        let (time, ()) = timed(|| (0..4).for_each(|_| case.1()));
        repeats.push((ROUND / (time.as_secs_f64() / 4.0).max(1e-4)).ceil() as usize);
    }
    for _ in 0..ROUNDS {
        for ((case, times), &repeats) in cases.iter_mut().zip(&mut times).zip(&repeats) {
            let (time, ()) = timed(|| (0..repeats).for_each(|_| case.1()));
            times.push(time.as_secs_f64() * 1e3 / repeats as f64);
        }
    }
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    println!("{title}");
    for ((name, _), mine) in cases.iter().zip(&times) {
        let ratios = mine.iter().zip(&times[0]).map(|(mine, first)| mine / first).collect();
        println!("  {name:<40} {:>8.2} ms {:>8.3}", median(mine.clone()), median(ratios));
    }
}

fn single(columns: &'static Columns) {
    let capacity = columns.total / 2;
    let allocate = |rule: &'static dyn Allocation, requests: Requests<'static>| {
        let (mut venue, mut scratch, mut grants) = (Venue::default(), Scratch::default(), Grants::default());
        move || {
            rule.allocate(&Offer::of(capacity), &requests, &mut venue, &mut scratch, &mut grants).expect("valid");
            black_box(&grants);
        }
    };
    let (plain, amount) = (columns.requests(), &columns.amount);
    let weighted = Requests { weight: &columns.weight, ..plain };
    let mut granted = vec![0; ROWS];
    let mut other = vec![0; ROWS];
    compare(
        "in proportion",
        &mut [
            ("bare loop, floats", Box::new(|| bare_floats(black_box(amount), capacity, &mut granted))),
            ("bare loop, whole numbers", Box::new(|| bare_exact(black_box(amount), capacity, &mut other))),
            ("proportional", Box::new(allocate(&Proportional {}, plain))),
        ],
    );
    let mut sorted = Vec::new();
    let mut keyed = Vec::new();
    compare(
        "max–min",
        &mut [
            ("by sorting", Box::new(|| sorted_max_min(black_box(amount), capacity, &mut sorted, &mut granted))),
            ("max_min", Box::new(allocate(&MaxMin {}, plain))),
            ("max_min, weighted", Box::new(allocate(&MaxMin {}, weighted))),
        ],
    );
    compare(
        "in order",
        &mut [
            (
                "sort of keys and rows",
                Box::new(|| {
                    keyed.clear();
                    keyed.extend(columns.arrival.iter().enumerate().map(|(row, &arrival)| (arrival, row as u32)));
                    keyed.sort_unstable();
                    black_box(&keyed);
                }),
            ),
            ("first_come_first_served", Box::new(allocate(&FirstComeFirstServed {}, plain))),
            ("lottery", Box::new(allocate(&Lottery {}, plain))),
            ("uniform_price", Box::new(allocate(&UniformPrice {}, plain))),
            ("vickrey_clarke_groves", Box::new(allocate(&VickreyClarkeGroves {}, plain))),
        ],
    );
}

fn joint(columns: &Columns) {
    let half = |resource: usize| -> i64 {
        let rows = columns.demand.iter().skip(resource).step_by(2).zip(&columns.tasks);
        rows.map(|(need, tasks)| need * tasks).sum::<i64>() / 2
    };
    let capacity = [half(0), half(1)];
    let requests =
        JointRequests { rows: ROWS, demand: &columns.demand, tasks: &columns.tasks, ..JointRequests::default() };
    let share = |tasks: Tasks| {
        let (mut scratch, mut grants) = (JointScratch::default(), JointGrants::default());
        move || {
            let rule = DominantResourceFairness { tasks };
            rule.allocate(&capacity, &requests, &mut scratch, &mut grants).expect("valid");
            black_box(&grants);
        }
    };
    let mut keyed = Vec::new();
    let sort = || {
        keyed.clear();
        let shares = columns.demand.chunks_exact(2).zip(&columns.tasks).enumerate();
        keyed.extend(shares.map(|(row, (needs, &tasks))| {
            let share = (needs[0] as f64 / capacity[0] as f64).max(needs[1] as f64 / capacity[1] as f64);
            (share * tasks as f64, row as u32)
        }));
        keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        black_box(&keyed);
    };
    compare(
        "dominant resource fairness, two resources",
        &mut [
            ("sort of dominant shares and rows", Box::new(sort)),
            ("divisible", Box::new(share(Tasks::Divisible))),
            ("whole tasks", Box::new(share(Tasks::Whole))),
        ],
    );
}

fn main() {
    println!("{ROWS} requests; medians of {ROUNDS} rounds, and of the ratios to the first line of each\n");
    // For the length of the process.
    let columns: &'static Columns = Box::leak(Box::new(Columns::draw()));
    single(columns);
    joint(columns);
}
