//! The slow twin of whole tasks: a heap of all who wait, a task at a time.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use ruint::aliases::U256;
use walras_ledger::Atoms;
use walras_numerics::{Keys, Purpose, Stream};

use super::super::fill::whole_weights;
use super::whole_tasks::take_turns;
use super::{JointGrants, JointRequests, JointScratch};

/// A row that waits for its next task: its dominant share so far, by weight, is top/bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Waiting {
    /// Atoms of its dominant resource that it has.
    top: u128,
    /// Their capacity times its weight.
    bottom: u128,
    row: usize,
}

impl Ord for Waiting {
    /// The greatest is the lowest share, of equal ones the lowest row, since heaps give the greatest first.
    fn cmp(&self, other: &Self) -> Ordering {
        let product = |top: u128, bottom: u128| U256::from(top) * U256::from(bottom);
        let order = product(self.top, other.bottom).cmp(&product(other.top, self.bottom));
        order.then(self.row.cmp(&other.row)).reverse()
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn one_by_one(capacity: &[Atoms], requests: &JointRequests<'_>) -> Vec<Atoms> {
    let (rows, resources) = (requests.rows, capacity.len());
    let needs = |row: usize| &requests.demand[row * resources..][..resources];
    let wide = |atoms: Atoms| u128::from(atoms.cast_unsigned());
    let mut weights = vec![1; rows];
    if !requests.weight.is_empty() {
        whole_weights(requests.weight, &mut weights);
    }
    // The greatest share, as a fraction, by weight.
    let share = |row: usize| {
        let shares = needs(row).iter().zip(capacity).filter(|(need, _)| **need > 0);
        let greater = |a: &(u128, u128), b: &(u128, u128)| (a.0 * b.1).cmp(&(b.0 * a.1));
        let (top, bottom) = shares.map(|(&need, &capacity)| (wide(need), wide(capacity))).max_by(greater)?;
        Some((top, bottom * wide(weights[row])))
    };
    let possible = |row: &usize| needs(*row).iter().zip(capacity).all(|(need, capacity)| need <= capacity);
    let waiting = (0..rows).filter(possible).filter_map(|row| Some(Waiting { top: 0, bottom: share(row)?.1, row }));
    let mut heap: BinaryHeap<Waiting> = waiting.collect();
    let (mut left, mut count) = (capacity.to_vec(), vec![0; rows]);
    while let Some(next) = heap.pop() {
        let row = next.row;
        let wanted = requests.tasks.get(row).is_none_or(|&tasks| count[row] < tasks);
        if wanted && needs(row).iter().zip(&left).all(|(need, left)| need <= left) {
            count[row] += 1;
            left.iter_mut().zip(needs(row)).for_each(|(left, need)| *left -= need);
            let (task, _) = share(row).expect("needs something");
            heap.push(Waiting { top: next.top + task, ..next });
        }
    }
    count
}

/// What is asked, of one shape or another.
#[derive(Debug, Default)]
struct Case {
    capacity: Vec<Atoms>,
    demand: Vec<Atoms>,
    tasks: Vec<Atoms>,
    weight: Vec<f64>,
}

fn below(stream: &mut Stream, most: i64) -> i64 {
    (i64::from(stream.word()) << 31 | i64::from(stream.word() >> 1)) % most
}

const SHAPES: u64 = 10;

/// Draws of a case, and of each of its rows.
fn draws(law: u64, case: u64, row: usize) -> Stream {
    Keys::new(law).stream(Purpose::sample(26), case, row as u32)
}

impl Case {
    /// About `turns` turns of a row on average, before something is used up.
    fn draw(shape: u64, rows: usize, turns: i64, draws: impl Fn(usize) -> Stream) -> Self {
        let stream = &mut draws(rows + 1);
        let resources = 1 + below(stream, 4) as usize;
        let mut case = Self::default();
        for row in 0..rows {
            let stream = &mut draws(row);
            let kind = below(stream, 3);
            for resource in 0..resources {
                case.demand.push(match shape {
                    // Any needs, with zeros.
                    0 => below(stream, 6),
                    // All alike: ties all the way.
                    1 => 2,
                    // A few kinds, whose shares are often equal.
                    2 => [1, 2, 6][kind as usize],
                    // One resource each, which are used up one after another.
                    3 => i64::from(row % resources == resource) * (1 + below(stream, 9)),
                    // The first resource is soon used up, and then the others.
                    4 => {
                        if resource == 0 {
                            below(stream, 2) * 50
                        } else {
                            below(stream, 3)
                        }
                    }
                    // Alternately one atom and nearly all of a resource: nearly every second turn is refused.
                    5 => {
                        if row % 2 == 0 {
                            1
                        } else {
                            (turns * rows as i64 / 2 - row as i64 / 2).max(1)
                        }
                    }
                    // A giant, and many small ones.
                    6 => {
                        if row == rows / 2 {
                            turns * rows as i64
                        } else {
                            1 + below(stream, 2)
                        }
                    }
                    // Sizes over many powers of two.
                    7 => below(stream, 1 << 40) >> (kind * 13 + row as i64 % 13),
                    // More than floats hold.
                    8 => (1 << 55) / rows as i64 + below(stream, 3),
                    // Only sampled blocks are small.
                    _ => 1 + below(stream, 5) * if (row / 256).is_multiple_of(16) { 1 } else { 100 },
                });
            }
            case.tasks.push(below(stream, 2 * turns + 2));
            // Sevenths have no exact floats; some weigh next to nothing, or a thousand times as much.
            let weight = (1 + below(stream, 9)) as f64;
            let factors = [1.0, 0.5, 1.0 / 7.0, 1e-3, 1e-25];
            case.weight.push(weight * factors[below(stream, if kind == 0 { 5 } else { 2 }) as usize]);
        }
        let total = |resource: usize| case.demand.iter().skip(resource).step_by(resources).sum::<Atoms>();
        case.capacity = (0..resources)
            .map(|resource| {
                let some = if shape == 5 { turns * rows as i64 } else { total(resource) * below(stream, turns + 1) };
                // Now and then next to nothing is there, or nothing.
                if below(stream, 20) == 0 { below(stream, 3) } else { some / 2 + below(stream, 20) }
            })
            .collect();
        // Without limits a heap would not come to the end of some.
        let are_few = shape != 7;
        match below(stream, 4) {
            0 | 2 if !are_few => {}
            0 => case.tasks.clear(),
            1 => case.weight.clear(),
            2 => {
                case.tasks.clear();
                case.weight.clear();
            }
            _ => {}
        }
        case
    }

    fn requests(&self, rows: usize) -> JointRequests<'_> {
        JointRequests {
            rows,
            demand: &self.demand,
            tasks: &self.tasks,
            weight: &self.weight,
            ..JointRequests::default()
        }
    }
}

fn in_turns(capacity: &[Atoms], requests: &JointRequests<'_>, scratch: &mut JointScratch) -> Vec<Atoms> {
    let mut grants = JointGrants::default();
    take_turns(capacity, requests, requests.demand, scratch, &mut grants);
    scratch.whole.count().to_vec()
}

#[test]
fn turns_equal_those_one_by_one() {
    let mut scratch = JointScratch::default();
    let (mut refused, mut met) = (0, 0);
    for number in 0..8_000 {
        let stream = &mut draws(41, number, usize::MAX);
        let rows = 1 + below(stream, [4, 12, 90][number as usize % 3]) as usize;
        let turns = 1 + below(stream, [3, 40][number as usize % 2]);
        let case = Case::draw(number / 3 % SHAPES, rows, turns, |row| draws(41, number, row));
        let requests = case.requests(rows);
        let expected = one_by_one(&case.capacity, &requests);
        assert_eq!(in_turns(&case.capacity, &requests, &mut scratch), expected, "case {number}: {case:?}");
        let all = !case.tasks.is_empty() && expected == case.tasks;
        (refused, met) = (refused + i32::from(!all), met + i32::from(all));
    }
    assert!(refused > 1000 && met > 100, "{refused} and {met}");
}

/// So many that a sample tells where to look.
#[test]
fn many_turns_equal_those_one_by_one() {
    let mut scratch = JointScratch::default();
    for number in 0..3 * SHAPES {
        let stream = &mut draws(42, number, usize::MAX);
        let rows = 20_000 + below(stream, 3000) as usize;
        let case = Case::draw(number % SHAPES, rows, 1 + below(stream, 4), |row| draws(42, number, row));
        let requests = case.requests(rows);
        let expected = one_by_one(&case.capacity, &requests);
        assert!(in_turns(&case.capacity, &requests, &mut scratch) == expected, "case {number}");
    }
}

/// 10¹⁸ tasks, which no heap would come to the end of.
#[test]
fn tasks_without_number_are_taken_at_once() {
    let all = 1_000_000_000_000_000_000;
    let requests = JointRequests { rows: 3, demand: &[1, 1, 0, 1, 0, 3], ..JointRequests::default() };
    // Up to a half of everything, three fifths for the first, which takes the three atoms that the others have less.
    let half = all / 2;
    assert_eq!(in_turns(&[5, all], &requests, &mut JointScratch::default()), [3, half - 1, (half - 2) / 3]);
    // The first has the one that there is. In the end two atoms are too few for the third.
    assert_eq!(in_turns(&[1, all], &requests, &mut JointScratch::default()), [1, half + 1, (half - 2) / 3]);
    // All weights count: of 10¹⁸ atoms a third and two thirds.
    let requests = JointRequests { rows: 2, demand: &[1, 1], weight: &[0.1, 0.2], ..JointRequests::default() };
    let count = in_turns(&[all], &requests, &mut JointScratch::default());
    assert_eq!(count, [all / 3 + 1, all - all / 3 - 1]);
}
