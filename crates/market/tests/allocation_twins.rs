//! Every fast way beside a slow and obvious one.

use walras_market::allocation::joint::{
    DominantResourceFairness, JointAllocation, JointGrants, JointRequests, JointScratch, LinearFisher, Tasks,
};
use walras_market::allocation::{
    Allocation, EqualShare, FirstComeFirstServed, Grants, Lottery, MaxMin, Offer, PayAsBid, Requests, Scratch,
    StrictPriority, UniformPrice, VickreyClarkeGroves,
};
use walras_market::clearing::Venue;
use walras_market::equilibrium::fisher::{Fisher, ProportionalResponse};
use walras_market::equilibrium::preference::{AnyPreference, Linear};
use walras_numerics::{Keys, Purpose, Stream};

const CASES: u64 = 10_000;

fn stream(law: u64, case: u64) -> Stream {
    Keys::new(law).stream(Purpose::sample(26), case, 0)
}

fn below(stream: &mut Stream, most: i64) -> i64 {
    (i64::from(stream.word()) << 31 | i64::from(stream.word() >> 1)) % most
}

fn column(stream: &mut Stream, rows: usize, most: i64) -> Vec<i64> {
    (0..rows).map(|_| below(stream, most)).collect()
}

fn allocate(rule: &dyn Allocation, offer: Offer, requests: &Requests<'_>) -> Grants {
    let mut grants = Grants::default();
    rule.allocate(&offer, requests, &mut Venue::default(), &mut Scratch::default(), &mut grants).unwrap();
    grants
}

fn share(rule: &dyn JointAllocation, capacity: &[i64], requests: &JointRequests<'_>) -> JointGrants {
    let mut grants = JointGrants::default();
    rule.allocate(capacity, requests, &mut JointScratch::default(), &mut grants).unwrap();
    grants
}

/// Shares by largest remainder, by sorting them.
fn whole(part: i128, weight: &[i128], rows: &[usize], granted: &mut [i64]) {
    let total: i128 = rows.iter().map(|&row| weight[row]).sum();
    let mut left = part;
    for &row in rows {
        granted[row] = (part * weight[row] / total) as i64;
        left -= i128::from(granted[row]);
    }
    let mut order = rows.to_vec();
    order.sort_by_key(|&row| (-(part * weight[row] % total), row));
    for &row in &order[..left as usize] {
        granted[row] += 1;
    }
}

/// Whole weights in sixteenths, so that everything is exact.
#[test]
fn max_min_equals_that_by_sorting() {
    for case in 0..CASES {
        let stream = &mut stream(1, case);
        // Some long, so that they are served in pieces.
        let rows = if case % 2500 < 2 { 3000 } else { 1 + below(stream, 9) as usize };
        let most = [3, 40, 1 << 40][case as usize % 3];
        let amount = column(stream, rows, most);
        let sixteenths = column(stream, rows, 40).into_iter().map(|w| i128::from(w) + 1).collect::<Vec<_>>();
        let weight: Vec<f64> = sixteenths.iter().map(|&w| w as f64 / 16.0).collect();
        let total: i64 = amount.iter().sum();
        let capacity = below(stream, total + 2);
        let weighted = case % 2 == 0;
        let weights = if weighted { sixteenths } else { vec![1; rows] };
        // In rising order of amount for weight, met as long as it is within the level of the rest.
        let mut order: Vec<usize> = (0..rows).collect();
        order.sort_by(|&a, &b| (i128::from(amount[a]) * weights[b]).cmp(&(i128::from(amount[b]) * weights[a])));
        let (mut left, mut expected) = (i128::from(capacity), vec![0; rows]);
        let mut met = 0;
        while met < rows {
            let rest: i128 = order[met..].iter().map(|&row| weights[row]).sum();
            let row = order[met];
            if i128::from(amount[row]) * rest > weights[row] * left {
                break;
            }
            expected[row] = amount[row];
            left -= i128::from(amount[row]);
            met += 1;
        }
        if met < rows {
            let mut rest = order[met..].to_vec();
            rest.sort_unstable();
            whole(left, &weights, &rest, &mut expected);
        }
        let weight: &[f64] = if weighted { &weight } else { &[] };
        let requests = Requests { amount: &amount, weight, ..Requests::default() };
        let granted = allocate(&MaxMin {}, Offer::of(capacity), &requests).granted;
        assert_eq!(granted, expected, "{capacity} among {amount:?} by {weights:?}");
        // Equal shares by the same weights, cut to what is asked.
        let askers: Vec<usize> = (0..rows).filter(|&row| amount[row] > 0).collect();
        let mut shares = vec![0; rows];
        if !askers.is_empty() {
            whole(i128::from(capacity), &weights, &askers, &mut shares);
        }
        let cut: Vec<i64> = shares.iter().zip(&amount).map(|(&share, &amount)| amount.min(share)).collect();
        assert_eq!(allocate(&EqualShare {}, Offer::of(capacity), &requests).granted, cut);
    }
}

/// One whole request after another.
fn in_order(order: &[usize], amount: &[i64], capacity: i64) -> Vec<i64> {
    let (mut left, mut granted) = (capacity, vec![0; amount.len()]);
    for &row in order {
        granted[row] = amount[row].min(left);
        left -= granted[row];
    }
    granted
}

#[test]
fn serving_in_order_equals_sorting() {
    for case in 0..CASES {
        let stream = &mut stream(2, case);
        let rows = if case % 50 == 0 { 700 } else { 1 + below(stream, 12) as usize };
        let amount = column(stream, rows, 20);
        let arrival: Vec<u64> = column(stream, rows, 8).into_iter().map(|at| at as u64).collect();
        let priority: Vec<i64> = column(stream, rows, 5).into_iter().map(|at| at - 2).collect();
        let lot: Vec<u32> = column(stream, rows, 1 << 32).into_iter().map(|lot| lot as u32).collect();
        let capacity = below(stream, amount.iter().sum::<i64>() + 2);
        let requests =
            Requests { amount: &amount, arrival: &arrival, priority: &priority, lot: &lot, ..Requests::default() };
        let check = |rule: &dyn Allocation, key: &dyn Fn(usize) -> (i64, u64)| {
            let mut order: Vec<usize> = (0..rows).collect();
            order.sort_by_key(|&row| (key(row), row));
            let granted = allocate(rule, Offer::of(capacity), &requests).granted;
            assert_eq!(granted, in_order(&order, &amount, capacity), "{rule:?} of {requests:?}");
        };
        check(&FirstComeFirstServed {}, &|row| (0, arrival[row]));
        check(&StrictPriority {}, &|row| (-priority[row], arrival[row]));
        check(&Lottery {}, &|row| (i64::from(lot[row]), 0));
    }
}

/// Auctions unit by unit, bids being whole numbers.
#[test]
fn auctions_equal_those_unit_by_unit() {
    for case in 0..CASES {
        let stream = &mut stream(3, case);
        let rows = 1 + below(stream, 8) as usize;
        let amount = column(stream, rows, 7);
        let bid = column(stream, rows, 30);
        let requester: Vec<u32> = column(stream, rows, 4).into_iter().map(|of| of as u32).collect();
        let (capacity, reserve) = (below(stream, 24), below(stream, 9));
        // The best units of who takes part: bid, row.
        let units = |without: Option<u32>| {
            let taking = (0..rows).filter(|&row| bid[row] >= reserve && Some(requester[row]) != without);
            let mut units: Vec<(i64, usize)> =
                taking.flat_map(|row| std::iter::repeat_n((-bid[row], row), amount[row] as usize)).collect();
            units.sort_unstable();
            units
        };
        let all = units(None);
        let won = &all[..all.len().min(capacity as usize)];
        let granted: Vec<i64> = (0..rows).map(|row| won.iter().filter(|unit| unit.1 == row).count() as i64).collect();
        let bids: Vec<f64> = bid.iter().map(|&bid| bid as f64).collect();
        let requests = Requests { amount: &amount, requester: &requester, bid: &bids, ..Requests::default() };
        let offer = Offer { reserve: reserve as f64, ..Offer::of(capacity) };
        let paid = |rule: &dyn Allocation| {
            let grants = allocate(rule, offer, &requests);
            assert_eq!(grants.granted, granted, "{rule:?} of {requests:?}");
            grants.paid
        };
        let price = all.get(won.len()).map_or(reserve, |unit| -unit.0);
        assert_eq!(paid(&UniformPrice {}), granted.iter().map(|&atoms| atoms * price).collect::<Vec<i64>>());
        assert_eq!(paid(&PayAsBid {}), granted.iter().zip(&bid).map(|(atoms, bid)| atoms * bid).collect::<Vec<i64>>());
        // What the others could be worth without a requester, less what they are worth now; the seller's worth of an atom
        // is the reserve.
        let worth = |units: &[(i64, usize)], of: &dyn Fn(usize) -> bool| -> i64 {
            let taken = &units[..units.len().min(capacity as usize)];
            let sold: i64 = taken.iter().filter(|unit| of(unit.1)).map(|unit| -unit.0).sum();
            sold + (capacity - taken.len() as i64) * reserve
        };
        let vickrey = paid(&VickreyClarkeGroves {});
        for of in 0..4 {
            let due = worth(&units(Some(of)), &|_| true) - worth(&all, &|row| requester[row] != of);
            let total: i64 = (0..rows).filter(|&row| requester[row] == of).map(|row| vickrey[row]).sum();
            assert_eq!(total, due, "requester {of} of {requests:?}");
        }
    }
}

/// Tasks one by one, to the lowest dominant share, shares compared as fractions.
fn task_by_task(capacity: &[i64], demand: &[i64], tasks: &[i64], weight: &[i64]) -> Vec<i64> {
    let (rows, resources) = (tasks.len(), capacity.len());
    let need = |row: usize, resource: usize| demand[row * resources + resource];
    let mut count = vec![0_i64; rows];
    let mut done = vec![false; rows];
    for row in 0..rows {
        // Who can do no task waits for nothing.
        done[row] = tasks[row] == 0 || (0..resources).all(|resource| need(row, resource) == 0);
    }
    // k·a/(C·w) as a fraction, greatest over resources.
    let dominant = |row: usize| {
        let better = |&a: &usize, &b: &usize| {
            (i128::from(need(row, a)) * i128::from(capacity[b]))
                .cmp(&(i128::from(need(row, b)) * i128::from(capacity[a])))
        };
        (0..resources).filter(|&resource| need(row, resource) > 0).max_by(better).unwrap()
    };
    loop {
        let waiting = (0..rows).filter(|&row| !done[row]);
        let lower = |&a: &usize, &b: &usize| {
            let (top, bottom) = (
                |row: usize| i128::from(count[row] * need(row, dominant(row))),
                |row: usize| i128::from(capacity[dominant(row)] * weight[row]),
            );
            (top(a) * bottom(b)).cmp(&(top(b) * bottom(a))).then(a.cmp(&b))
        };
        let Some(row) = waiting.min_by(lower) else { return count };
        let used = |resource: usize| (0..rows).map(|row| count[row] * need(row, resource)).sum::<i64>();
        let fits = (0..resources).all(|resource| used(resource) + need(row, resource) <= capacity[resource]);
        if fits && count[row] < tasks[row] {
            count[row] += 1;
        } else {
            done[row] = true;
        }
    }
}

#[test]
fn whole_tasks_equal_those_one_by_one() {
    for case in 0..CASES {
        let stream = &mut stream(4, case);
        let (rows, resources) = (1 + below(stream, 5) as usize, 1 + below(stream, 3) as usize);
        let capacity: Vec<i64> = column(stream, resources, [20, 90][case as usize % 2]);
        let demand = column(stream, rows * resources, 6);
        let most = [4, 200][below(stream, 2) as usize];
        let tasks = column(stream, rows, most);
        let weight: Vec<i64> = column(stream, rows, 4).into_iter().map(|weight| 1 << weight).collect();
        let floats: Vec<f64> = weight.iter().map(|&weight| weight as f64 * 0.25).collect();
        let needed =
            |row: usize| (0..resources).all(|resource| demand[row * resources + resource] <= capacity[resource]);
        let possible: Vec<i64> = (0..rows).map(|row| if needed(row) { tasks[row] } else { 0 }).collect();
        for weighted in [false, true] {
            let weights = if weighted { weight.clone() } else { vec![1; rows] };
            let expected = task_by_task(&capacity, &demand, &possible, &weights);
            let weight: &[f64] = if weighted { &floats } else { &[] };
            let requests = JointRequests { rows, demand: &demand, tasks: &tasks, weight, ..JointRequests::default() };
            let grants = share(&DominantResourceFairness { tasks: Tasks::Whole }, &capacity, &requests);
            let found: Vec<i64> = grants.tasks.iter().map(|&tasks| tasks as i64).collect();
            assert_eq!(found, expected, "{capacity:?} among {requests:?}");
        }
    }
}

/// Filling event by event: to the next row that has all it wants or the next resource that is used up.
fn event_by_event(capacity: &[f64], demand: &[f64], tasks: &[f64], weight: &[f64]) -> Vec<f64> {
    let (rows, resources) = (tasks.len(), capacity.len());
    let need = |row: usize, resource: usize| demand[row * resources + resource];
    let dominant = |row: usize| (0..resources).map(|at| need(row, at) / capacity[at]).fold(0.0, f64::max);
    let mut has = vec![0.0; rows];
    let mut going: Vec<usize> = (0..rows).filter(|&row| dominant(row) > 0.0).collect();
    let mut left = capacity.to_vec();
    while !going.is_empty() {
        let rate = |row: usize| weight[row] / dominant(row);
        let speed = |resource: usize| going.iter().map(|&row| rate(row) * need(row, resource)).sum::<f64>();
        let rows_end = going.iter().map(|&row| (tasks[row] - has[row]) / rate(row));
        let used_up = (0..resources).filter(|&at| speed(at) > 0.0).map(|at| left[at] / speed(at));
        let time = rows_end.chain(used_up).fold(f64::INFINITY, f64::min).max(0.0);
        let speeds: Vec<f64> = (0..resources).map(speed).collect();
        for &row in &going {
            has[row] += time * rate(row);
        }
        for (left, speed) in left.iter_mut().zip(speeds) {
            *left -= time * speed;
        }
        let over = |resource: usize| left[resource] <= 1e-9 * capacity[resource];
        going.retain(|&row| {
            has[row] < tasks[row] * (1.0 - 1e-12) && !(0..resources).any(|at| need(row, at) > 0.0 && over(at))
        });
    }
    has
}

#[test]
fn divisible_tasks_equal_those_event_by_event() {
    for case in 0..CASES {
        let stream = &mut stream(5, case);
        let (rows, resources) = (1 + below(stream, 7) as usize, 1 + below(stream, 4) as usize);
        let capacity: Vec<i64> = column(stream, resources, 900).into_iter().map(|capacity| capacity + 1).collect();
        let demand = column(stream, rows * resources, 6);
        let tasks: Vec<i64> = column(stream, rows, 200).into_iter().map(|tasks| tasks + 1).collect();
        let weight: Vec<f64> = column(stream, rows, 4).into_iter().map(|weight| weight as f64 * 0.7 + 0.1).collect();
        let requests =
            JointRequests { rows, demand: &demand, tasks: &tasks, weight: &weight, ..JointRequests::default() };
        let found = share(&DominantResourceFairness { tasks: Tasks::Divisible }, &capacity, &requests).tasks;
        let floats = |column: &[i64]| column.iter().map(|&value| value as f64).collect::<Vec<f64>>();
        let expected = event_by_event(&floats(&capacity), &floats(&demand), &floats(&tasks), &weight);
        let close =
            found.iter().zip(&expected).all(|(found, expected)| (found - expected).abs() <= 1e-6 * expected.max(1.0));
        assert!(close, "{found:?}, not {expected:?}: {capacity:?} among {requests:?}");
    }
}

/// The same bids round by round as the solver of equilibria, which keeps its own matrices.
#[test]
fn fishers_market_equals_the_equilibrium() {
    for case in 0..200 {
        let stream = &mut stream(6, case);
        let (rows, resources) = (1 + below(stream, 5) as usize, 1 + below(stream, 3) as usize);
        let utility: Vec<f64> = column(stream, rows * resources, 9).into_iter().map(|u| u as f64 + 1.0).collect();
        let weight: Vec<f64> = column(stream, rows, 90).into_iter().map(|w| w as f64 + 10.0).collect();
        let capacity: Vec<i64> = column(stream, resources, 1_000_000).into_iter().map(|c| c + 1).collect();
        let requests = JointRequests { rows, utility: &utility, weight: &weight, ..JointRequests::default() };
        let grants = share(&LinearFisher { tolerance: 1e-8, rounds_max: 3000 }, &capacity, &requests);
        let buyers = utility.chunks(resources).zip(&weight);
        let buyers = buyers.map(|(u, &w)| (AnyPreference::Linear(Linear { weights: u.to_vec() }), w)).collect();
        let market = Fisher::of(buyers, capacity.iter().map(|&c| c as f64).collect()).unwrap();
        let solved = ProportionalResponse { tolerance: 1e-8, rounds_max: 3000 }.solve(&market).unwrap();
        for (found, expected) in grants.prices.iter().zip(&solved.prices) {
            assert!((found / expected - 1.0).abs() < 1e-3, "{grants:?}, not {solved:?}");
        }
        assert!((grants.gap - solved.gap).abs() < 1e-6, "{grants:?}, not {solved:?}");
    }
}
