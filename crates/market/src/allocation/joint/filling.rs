//! Progressive filling over several resources.
//!
//! All rows' measures (dominant shares, say) rise together, each at the speed of its weight. A row stops when it has all
//! the tasks that it wants, or when a resource that it needs is used up; the others go on (Ghodsi et al. 2011, section 4.1;
//! for links, D. Bertsekas and R. Gallager, "Data networks", 2nd edition, 1992, section 6.5.2).

use walras_ledger::Atoms;

use super::{JointGrants, JointRequests, JointScratch};

/// How much of a resource, as a share of it, may be left when it counts as used up: what floats lose.
const USED_UP: f64 = 1e-12;

/// Fills and writes the tasks of every row. `measure` says by how much a row's measure rises with one task, above zero for
/// every row that needs anything. Rows that need nothing get nothing.
pub(super) fn fill(
    capacity: &[Atoms],
    requests: &JointRequests<'_>,
    demand: &[Atoms],
    measure: impl Fn(&[Atoms]) -> f64,
    scratch: &mut JointScratch,
    grants: &mut JointGrants,
) {
    ready(capacity, requests, demand, measure, scratch);
    let mut level = 0.0;
    while let Some(next) = first_used_up(capacity, demand, level, scratch) {
        level = next;
        stop(capacity, demand, level, scratch);
    }
    let rows = scratch.rate.iter().zip(&scratch.limit);
    // Whoever still has no limit needs only what there is in plenty, which only rows without rate do.
    grants.tasks.extend(rows.map(|(&rate, &limit)| if rate > 0.0 { rate * limit } else { 0.0 }));
    // A limit of tasks is met exactly, whatever dividing and multiplying lost.
    for (row, tasks) in grants.tasks.iter_mut().enumerate() {
        let wanted = requests.tasks_of(row);
        if *tasks >= wanted * (1.0 - USED_UP) {
            *tasks = wanted.min(f64::MAX);
        }
    }
}

/// Tasks of each row for one unit of the level, and the level at which it has all it wants.
fn ready(
    capacity: &[Atoms],
    requests: &JointRequests<'_>,
    demand: &[Atoms],
    measure: impl Fn(&[Atoms]) -> f64,
    scratch: &mut JointScratch,
) {
    let resources = capacity.len();
    scratch.rate.clear();
    scratch.limit.clear();
    for row in 0..requests.len() {
        let needs = &demand[row * resources..][..resources];
        let impossible = needs.iter().zip(capacity).any(|(&need, &capacity)| need > 0 && capacity == 0);
        let measured = measure(needs);
        let rate = if impossible || measured == 0.0 { 0.0 } else { requests.weight_of(row) / measured };
        scratch.rate.push(rate);
        scratch.limit.push(if rate > 0.0 { requests.tasks_of(row) / rate } else { 0.0 });
    }
}

/// How much of each resource is used when all rows are filled to `level`, and how fast that rises.
fn used_at(demand: &[Atoms], level: f64, scratch: &mut JointScratch) {
    let resources = scratch.used.len();
    let JointScratch { rate, limit, used, slope, .. } = scratch;
    used.fill(0.0);
    slope.fill(0.0);
    let rows = rate.iter().zip(limit.iter()).zip(demand.chunks_exact(resources));
    for ((&rate, &limit), needs) in rows {
        let tasks = rate * level.min(limit);
        let speed = if limit > level { rate } else { 0.0 };
        for ((&need, used), slope) in needs.iter().zip(used.iter_mut()).zip(slope.iter_mut()) {
            *used += tasks * need as f64;
            *slope += speed * need as f64;
        }
    }
}

/// The level from `level` on at which the first resource that somebody still takes is used up; `None` when nobody takes
/// any more.
///
/// Use is concave in the level, so that Newton's steps, each to the first resource that would be used up at present
/// speeds, never pass the answer; each but the last passes a row's limit.
fn first_used_up(capacity: &[Atoms], demand: &[Atoms], mut level: f64, scratch: &mut JointScratch) -> Option<f64> {
    scratch.used.resize(capacity.len(), 0.0);
    scratch.slope.resize(capacity.len(), 0.0);
    if capacity.is_empty() {
        return None;
    }
    loop {
        used_at(demand, level, scratch);
        let mut next = f64::INFINITY;
        for ((&capacity, &used), &slope) in capacity.iter().zip(&scratch.used).zip(&scratch.slope) {
            if slope > 0.0 {
                let left = capacity as f64 - used;
                // Used up but for roundings.
                let left = if left <= USED_UP * capacity as f64 { 0.0 } else { left };
                next = next.min(level + left / slope);
            }
        }
        if next == f64::INFINITY {
            return None;
        }
        if next <= level * (1.0 + f64::EPSILON) {
            return Some(level);
        }
        level = next;
    }
}

/// Stops, at `level`, every row that needs a resource that is used up.
fn stop(capacity: &[Atoms], demand: &[Atoms], level: f64, scratch: &mut JointScratch) {
    let resources = capacity.len();
    let share = |resource: usize, scratch: &JointScratch| {
        let capacity = capacity[resource] as f64;
        if scratch.slope[resource] > 0.0 { (capacity - scratch.used[resource]) / capacity } else { f64::INFINITY }
    };
    // The least left counts as used up in any case, so that every call stops somebody.
    let least = (0..resources).map(|resource| share(resource, scratch)).fold(f64::INFINITY, f64::min);
    let most = least.max(USED_UP);
    for resource in 0..resources {
        if share(resource, scratch) <= most {
            for (limit, needs) in scratch.limit.iter_mut().zip(demand.chunks_exact(resources)) {
                if needs[resource] > 0 && *limit > level {
                    *limit = level;
                }
            }
        }
    }
}
