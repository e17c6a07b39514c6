//! Whole tasks, one by one, each to the lowest dominant share.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use ruint::aliases::U256;
use walras_ledger::Atoms;

use super::super::fill::whole_weights;
use super::dominant_resource_fairness::dominant_share;
use super::filling::{first_used_up, ready};
use super::{JointGrants, JointRequests, JointScratch};

/// Room to take turns.
#[derive(Debug, Clone, Default)]
pub(super) struct Turns {
    waiting: Vec<Turn>,
    left: Vec<Atoms>,
    reduced: Vec<Atoms>,
    count: Vec<Atoms>,
    weights: Vec<i64>,
}

/// A row that waits for its next task: its dominant share so far, by weight, is top/bottom.
#[derive(Debug, Clone, Copy)]
struct Turn {
    /// The share as a float, which decides unless it is close.
    about: f64,
    /// Atoms of its dominant resource that it has.
    top: u128,
    /// Their capacity times its weight.
    bottom: u128,
    row: u32,
}

/// Relative distance below which two shares are compared exactly: floats are much closer to them.
const CLOSE: f64 = 1e-12;

impl Ord for Turn {
    /// The greatest is the lowest share, of equal ones the lowest row, since heaps give the greatest first.
    fn cmp(&self, other: &Self) -> Ordering {
        let order = if (self.about - other.about).abs() > CLOSE * self.about.max(other.about) {
            self.about.total_cmp(&other.about)
        } else {
            let product = |top: u128, bottom: u128| U256::from(top) * U256::from(bottom);
            product(self.top, other.bottom).cmp(&product(other.top, self.bottom))
        };
        order.then(self.row.cmp(&other.row)).reverse()
    }
}

impl PartialOrd for Turn {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Turn {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Turn {}

/// Grants tasks in turns and writes them and what they need.
pub(super) fn take_turns(
    capacity: &[Atoms],
    requests: &JointRequests<'_>,
    demand: &[Atoms],
    scratch: &mut JointScratch,
    grants: &mut JointGrants,
) {
    let (rows, resources) = (requests.len(), capacity.len());
    let mut turns = std::mem::take(&mut scratch.whole);
    start(capacity, requests, demand, scratch, &mut turns);
    if requests.weight.is_empty() {
        turns.weights.clear();
        turns.weights.resize(rows, 1);
    } else {
        whole_weights(requests.weight, &mut turns.weights);
    }
    let Turns { mut waiting, mut left, mut count, weights, reduced } = turns;
    waiting.clear();
    waiting.extend((0..rows).filter_map(|row| {
        let needs = &demand[row * resources..][..resources];
        let dominant = dominant(needs, capacity)?;
        let bottom = u128::from(capacity[dominant].cast_unsigned()) * u128::from(weights[row].cast_unsigned());
        let top = u128::from(needs[dominant].cast_unsigned()) * u128::from(count[row].cast_unsigned());
        Some(Turn { about: top as f64 / bottom as f64, top, bottom, row: row as u32 })
    }));
    let mut heap = BinaryHeap::from(waiting);
    let mut refused = 0;
    loop {
        let Some(mut next) = heap.peek_mut() else { break };
        let row = next.row as usize;
        let needs = &demand[row * resources..][..resources];
        let wanted = requests.tasks.get(row).is_none_or(|&tasks| count[row] < tasks);
        if !wanted || needs.iter().zip(&left).any(|(need, left)| need > left) {
            // What is left only shrinks: it will never fit.
            PeekMut::pop(next);
            refused += 1;
            // Where many do not fit, all who do not leave at once.
            if refused > heap.len() / 16 + 64 {
                refused = 0;
                let fits = |turn: &Turn| {
                    let needs = &demand[turn.row as usize * resources..][..resources];
                    needs.iter().zip(&left).all(|(need, left)| need <= left)
                };
                heap.retain(fits);
            }
            continue;
        }
        count[row] += 1;
        for (left, need) in left.iter_mut().zip(needs) {
            *left -= need;
        }
        // A row that waits has a dominant resource.
        let dominant = dominant(needs, capacity).unwrap_or_default();
        next.top += u128::from(needs[dominant].cast_unsigned());
        next.about = next.top as f64 / next.bottom as f64;
    }
    grants.tasks.extend(count.iter().map(|&count| count as f64));
    grants.granted.extend((0..rows * resources).map(|at| demand[at] * count[at / resources]));
    scratch.whole = Turns { waiting: heap.into_vec(), left, count, weights, reduced };
}

/// The tasks that surely come first, at once, and what they leave.
///
/// Where all turns up to some level of dominant shares fit together, they are granted, in whatever order. The level is
/// looked for by halving, from the one at which a task more of everybody still fits to the one at which tasks that could
/// be cut would use a resource up.
fn start(
    capacity: &[Atoms],
    requests: &JointRequests<'_>,
    demand: &[Atoms],
    scratch: &mut JointScratch,
    turns: &mut Turns,
) {
    let resources = capacity.len();
    let one_each =
        |resource: usize| demand.iter().skip(resource).step_by(resources).map(|&need| i128::from(need)).sum::<i128>();
    turns.reduced.clear();
    // Where not even that fits, nothing is reduced, and the level is zero.
    turns.reduced.extend(
        capacity
            .iter()
            .enumerate()
            .map(|(resource, &capacity)| (i128::from(capacity) - one_each(resource)).max(0) as Atoms),
    );
    ready(capacity, requests, demand, |needs| dominant_share(needs, capacity), scratch);
    let high = first_used_up(capacity, demand, 0.0, scratch);
    let low = first_used_up(&turns.reduced, demand, 0.0, scratch);
    let mut level = low.or(high).unwrap_or(f64::MAX);
    if !turns.fit(level, capacity, requests, demand, scratch) {
        level = 0.0;
    }
    let mut width = high.map_or(0.0, |high| high - level);
    for _ in 0..HALVINGS {
        width *= 0.5;
        if turns.fit(level + width, capacity, requests, demand, scratch) {
            level += width;
        }
    }
    // A little less, so that turns which floats might misplace are left to be taken in their order.
    turns.count(level * (1.0 - AROUND), requests, scratch);
    turns.left.clear();
    turns.left.extend_from_slice(capacity);
    for (needs, &count) in demand.chunks_exact(resources).zip(&turns.count) {
        for (left, need) in turns.left.iter_mut().zip(needs) {
            *left -= need * count;
        }
    }
}

/// How often the level is halved: few turns are left by then.
const HALVINGS: usize = 12;
/// How far from a level, as a share of it, turns might be misplaced by floats, with a wide margin.
const AROUND: f64 = 1e-9;

impl Turns {
    /// How many tasks each row has when all turns below `level` are taken.
    fn count(&mut self, level: f64, requests: &JointRequests<'_>, scratch: &JointScratch) {
        self.count.clear();
        let rows = scratch.rate.iter().zip(&scratch.limit).enumerate();
        self.count.extend(rows.map(|(row, (&rate, &limit))| {
            let tasks = (level.min(limit) * rate).ceil();
            // Not a number where a row needs nothing.
            if tasks > 0.0 { tasks.min(requests.tasks_of(row)) as Atoms } else { 0 }
        }));
    }

    /// Whether all turns up to `level` fit together, those that floats might misplace among them.
    fn fit(
        &mut self,
        level: f64,
        capacity: &[Atoms],
        requests: &JointRequests<'_>,
        demand: &[Atoms],
        scratch: &JointScratch,
    ) -> bool {
        self.count(level * (1.0 + AROUND), requests, scratch);
        (0..capacity.len()).all(|resource| {
            let needs = demand.iter().skip(resource).step_by(capacity.len()).zip(&self.count);
            needs.map(|(&need, &count)| i128::from(need) * i128::from(count)).sum::<i128>()
                <= i128::from(capacity[resource])
        })
    }
}

/// The resource of which one task takes the greatest share; `None` for who needs nothing, or something that is not there.
fn dominant(needs: &[Atoms], capacity: &[Atoms]) -> Option<usize> {
    if needs.iter().zip(capacity).any(|(need, capacity)| need > capacity) {
        return None;
    }
    let product = |a: Atoms, b: Atoms| i128::from(a) * i128::from(b);
    let mut found = None;
    for resource in (0..needs.len()).filter(|&resource| needs[resource] > 0) {
        match found {
            Some(best) if product(needs[resource], capacity[best]) <= product(needs[best], capacity[resource]) => {}
            _ => found = Some(resource),
        }
    }
    found
}
