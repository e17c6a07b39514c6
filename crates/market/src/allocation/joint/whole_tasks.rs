//! Whole tasks, one by one, each to the lowest dominant share.
//!
//! As long as every task fits, which ones are granted does not depend on their order: all turns below a level are taken at
//! once, the level being the highest at which they fit together. Only the turns around it are taken one by one, in their
//! order, until somebody's task does not fit. As what is left only shrinks, it never will; so those to whom this happens
//! leave, and the others go on to the next level.

use walras_ledger::Atoms;

use super::super::fill::whole_weights;
use super::band::{Band, surely_below};
use super::takers::{Asked, Takers, fits};
use super::turns::{Turn, sort};
use super::{JointGrants, JointRequests, JointScratch};

/// Room to take turns.
#[derive(Debug, Clone, Default)]
pub(super) struct Turns {
    takers: Takers,
    weights: Vec<i64>,
    /// Tasks of each row.
    count: Vec<Atoms>,
    /// Atoms left of each resource.
    left: Vec<Atoms>,
    /// Turns that are taken one by one.
    few: Vec<Turn>,
}

#[cfg(test)]
impl Turns {
    /// The tasks of each row when last taken.
    pub(super) fn count(&self) -> &[Atoms] {
        &self.count
    }
}

/// Grants tasks in turns and writes them and what they need.
pub(super) fn take_turns(
    capacity: &[Atoms],
    requests: &JointRequests<'_>,
    demand: &[Atoms],
    scratch: &mut JointScratch,
    grants: &mut JointGrants,
) {
    let (rows, resources) = (requests.len(), capacity.len());
    let Turns { takers, weights, count, left, few } = &mut scratch.whole;
    weights.clear();
    if !requests.weight.is_empty() {
        whole_weights(requests.weight, weights);
        // Only their ratios count, and small ones are compared sooner.
        let twos = weights.iter().fold(0, |bits, weight| bits | weight).trailing_zeros();
        weights.iter_mut().for_each(|weight| *weight >>= twos);
    }
    let asked = Asked::new(capacity, requests, demand, weights);
    count.clear();
    count.resize(rows, 0);
    left.clear();
    left.extend_from_slice(capacity);
    takers.admit(&asked, rows);
    let mut from = 0.0;
    while takers.len() > 0 {
        let band = takers.band(&asked, from);
        take_at_once(takers, &asked, &band, count, left, few);
        sort(few, &asked);
        take_one_by_one(few, &asked, band.end, count, left);
        takers.keep(&asked, count, left);
        from = band.end;
    }
    grants.tasks.extend(count.iter().map(|&count| count as f64));
    grants.granted.resize(demand.len(), 0);
    let cells = grants.granted.chunks_exact_mut(resources).zip(demand.chunks_exact(resources));
    for ((granted, needs), &count) in cells.zip(&*count) {
        for (granted, need) in granted.iter_mut().zip(needs) {
            *granted = need * count;
        }
    }
}

/// Takes the turns that are surely below the band, and collects those in it.
fn take_at_once(
    takers: &Takers,
    asked: &Asked<'_>,
    band: &Band,
    count: &mut [Atoms],
    left: &mut [Atoms],
    few: &mut Vec<Turn>,
) {
    few.clear();
    let (low, surely_low) = (band.low.unwrap_or(0.0), surely_below(band.low.unwrap_or(0.0)));
    if band.low.is_some() {
        for ((left, &budget), &used) in left.iter_mut().zip(&takers.budget).zip(&takers.used_low) {
            // It fits.
            *left = budget - used as Atoms;
        }
    }
    takers.visit(asked, (surely_low, band.end), |at, fewer, more| {
        let row = takers.rows[at];
        let has = &mut count[row as usize];
        *has = fewer.max(*has);
        if *has < more {
            few.extend(Turn::of(asked, row, *has, more));
            // What they use is there again until they come.
            let early = (takers.tasks_below(asked, at, low) - *has).max(0);
            for (left, need) in left.iter_mut().zip(asked.needs(row as usize)) {
                *left += need * early;
            }
        }
    });
}

/// Takes turns in their order up to the end of the band, where turns that are not among them might come between.
fn take_one_by_one(few: &[Turn], asked: &Asked<'_>, end: f64, count: &mut [Atoms], left: &mut [Atoms]) {
    for turn in few.iter().take_while(|turn| turn.about < surely_below(end)) {
        let needs = asked.needs(turn.row as usize);
        // Whoever did not fit before does not now.
        if fits(needs, left) {
            count[turn.row as usize] += 1;
            left.iter_mut().zip(needs).for_each(|(left, need)| *left -= need);
        }
    }
}
