//! Rows that still take turns, as columns.

use walras_ledger::Atoms;

use super::JointRequests;
use super::dominant_resource_fairness::dominant_share;

/// Rows that are looked at together; of many, a sample has one such block in [`ONE_IN`].
const BLOCK: usize = 256;

/// One block of so many is sampled.
const ONE_IN: usize = 16;

/// From how many rows on a sample is worth it.
const MANY: usize = 1 << 14;

/// Lanes of a sum.
const LANES: usize = 8;

/// Sums of whole numbers below this are exact in floats, whatever their order.
const EXACT: f64 = (1_u64 << 53) as f64;

/// How far from a level, as a share of it, floats may misplace a turn: they lose less than eight units of 2⁻⁵³.
pub(super) const AROUND: f64 = 4e-15;

/// Beyond every level at which somebody still takes a task that fits: shares of a capacity are one at most, and weights
/// one at least.
pub(super) const TOP: f64 = 2.0;

/// What is asked, with weights in whole numbers.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) capacity: &'a [Atoms],
    pub(super) demand: &'a [Atoms],
    /// The most tasks of each row; empty: as many as fit.
    pub(super) tasks: &'a [Atoms],
    /// Empty: all one.
    pub(super) weights: &'a [i64],
}

impl<'a> Asked<'a> {
    pub(super) fn new(
        capacity: &'a [Atoms],
        requests: &JointRequests<'a>,
        demand: &'a [Atoms],
        weights: &'a [i64],
    ) -> Self {
        Self { capacity, demand, tasks: requests.tasks, weights }
    }

    pub(super) fn needs(&self, row: usize) -> &'a [Atoms] {
        &self.demand[row * self.capacity.len()..][..self.capacity.len()]
    }

    pub(super) fn tasks_of(&self, row: usize) -> Atoms {
        self.tasks.get(row).copied().unwrap_or(Atoms::MAX)
    }

    pub(super) fn weight_of(&self, row: usize) -> i64 {
        self.weights.get(row).copied().unwrap_or(1)
    }
}

/// Rows whose next task is wanted and fits into what is left.
#[derive(Debug, Clone, Default)]
pub(super) struct Takers {
    pub(super) rows: Vec<u32>,
    /// Tasks for one unit of the level: the weight over the dominant share of one.
    rate: Vec<f64>,
    /// The most tasks, infinite where no limit is stated.
    most: Vec<f64>,
    /// Atoms that one task needs, a column for each resource.
    need: Vec<Vec<f64>>,
    /// The sum of the rates.
    pub(super) pace: f64,
    /// Atoms of each resource that they may have together: what they have, and what is left.
    pub(super) budget: Vec<Atoms>,
    /// Of the level last looked at: atoms of each resource used up to it, and how fast use rises there.
    pub(super) used: Vec<i128>,
    /// What is used up to the highest level found at which all turns fit.
    pub(super) used_low: Vec<i128>,
    slope: Vec<f64>,
}

/// Which blocks of rows are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Blocks {
    All,
    Sampled,
}

impl Takers {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether a sample tells about where a level lies.
    pub(super) fn are_many(&self) -> bool {
        self.len() >= MANY
    }

    /// All rows that can do a task at all.
    pub(super) fn admit(&mut self, asked: &Asked<'_>, rows: usize) {
        let resources = asked.capacity.len();
        self.rows.clear();
        self.rate.clear();
        self.most.clear();
        self.need.resize_with(resources, Vec::new);
        self.need.iter_mut().for_each(Vec::clear);
        self.pace = 0.0;
        self.budget.clear();
        self.budget.extend_from_slice(asked.capacity);
        for row in 0..rows {
            let needs = asked.needs(row);
            let share = dominant_share(needs, asked.capacity);
            if share > 0.0 && asked.tasks_of(row) > 0 && fits(needs, asked.capacity) {
                let rate = asked.weight_of(row) as f64 / share;
                self.pace += rate;
                self.rows.push(row as u32);
                self.rate.push(rate);
                self.most.push(asked.tasks.get(row).map_or(f64::INFINITY, |&tasks| tasks as f64));
                for (column, &need) in self.need.iter_mut().zip(needs) {
                    column.push(need as f64);
                }
            }
        }
    }

    /// Only those stay who want another task that fits into what is `left`.
    pub(super) fn keep(&mut self, asked: &Asked<'_>, count: &[Atoms], left: &[Atoms]) {
        self.pace = 0.0;
        self.budget.clear();
        self.budget.extend_from_slice(left);
        let mut kept = 0;
        for at in 0..self.len() {
            let row = self.rows[at] as usize;
            let needs = asked.needs(row);
            if count[row] < asked.tasks_of(row) && fits(needs, left) {
                self.rows[kept] = self.rows[at];
                self.rate[kept] = self.rate[at];
                self.most[kept] = self.most[at];
                self.need.iter_mut().for_each(|column| column[kept] = column[at]);
                self.pace += self.rate[kept];
                for (budget, need) in self.budget.iter_mut().zip(needs) {
                    // No more than the capacity, all together.
                    *budget += need * count[row];
                }
                kept += 1;
            }
        }
        self.rows.truncate(kept);
        self.rate.truncate(kept);
        self.most.truncate(kept);
        self.need.iter_mut().for_each(|column| column.truncate(kept));
    }

    /// Tasks that the row at this place has when all turns below the level are taken, but for what floats misplace. It
    /// never falls where the level rises.
    pub(super) fn tasks_below(&self, asked: &Asked<'_>, at: usize, level: f64) -> Atoms {
        exact_tasks(asked, self.rows[at] as usize, (level * self.rate[at]).ceil().min(self.most[at]))
    }

    /// Calls `visit` with each place and the tasks that its row has when all turns below `low`, and below `high`, are taken.
    pub(super) fn visit(&self, asked: &Asked<'_>, (low, high): (f64, f64), mut visit: impl FnMut(usize, Atoms, Atoms)) {
        let (mut fewer, mut more) = ([0.0; BLOCK], [0.0; BLOCK]);
        for start in (0..self.len()).step_by(BLOCK) {
            let end = (start + BLOCK).min(self.len());
            let (rate, most) = (&self.rate[start..end], &self.most[start..end]);
            tasks(low, rate, most, &mut fewer);
            tasks(high, rate, most, &mut more);
            for (at, (&fewer, &more)) in (start..end).zip(fewer.iter().zip(&more)) {
                let row = self.rows[at] as usize;
                visit(at, exact_tasks(asked, row, fewer), exact_tasks(asked, row, more));
            }
        }
    }

    /// Finds what is used when all turns below the level are taken, and how fast that rises.
    pub(super) fn look_at(&mut self, asked: &Asked<'_>, level: f64, blocks: Blocks) {
        let resources = asked.capacity.len();
        self.used.clear();
        self.used.resize(resources, 0);
        self.slope.clear();
        self.slope.resize(resources, 0.0);
        let (mut count, mut speed) = ([0.0; BLOCK], [0.0; BLOCK]);
        let step = if blocks == Blocks::All { BLOCK } else { BLOCK * ONE_IN };
        for start in (0..self.len()).step_by(step) {
            let end = (start + BLOCK).min(self.len());
            let (rate, most) = (&self.rate[start..end], &self.most[start..end]);
            tasks(level, rate, most, &mut count);
            speeds(rate, most, &count, &mut speed);
            for resource in 0..resources {
                let (used, slope) = sums(&self.need[resource][start..end], &count, &speed);
                self.slope[resource] += slope;
                let used = if used < EXACT {
                    i128::from(used as u64)
                } else {
                    self.exactly(asked, level, start..end, resource)
                };
                self.used[resource] = self.used[resource].saturating_add(used);
            }
        }
    }

    /// What these rows use of a resource, in whole numbers; as much as there can be where it is more than that.
    fn exactly(&self, asked: &Asked<'_>, level: f64, places: std::ops::Range<usize>, resource: usize) -> i128 {
        let used = places.map(|at| {
            let need = asked.needs(self.rows[at] as usize)[resource];
            i128::from(need) * i128::from(self.tasks_below(asked, at, level))
        });
        used.fold(0, i128::saturating_add)
    }

    /// What the rows looked at may have together: of a sample, in proportion to its rows.
    pub(super) fn budget_of(&self, resource: usize, blocks: Blocks) -> i128 {
        let (budget, rows) = (i128::from(self.budget[resource]), self.len());
        match blocks {
            Blocks::All => budget,
            Blocks::Sampled => budget * sampled(rows) as i128 / rows as i128,
        }
    }

    /// Whether what is used at the level last looked at is there.
    pub(super) fn fit(&self, blocks: Blocks) -> bool {
        self.used.iter().enumerate().all(|(resource, &used)| used <= self.budget_of(resource, blocks))
    }

    /// How far from the level last looked at the first resource is used up, at the speeds there; negative where it is
    /// already, infinite where nobody goes on.
    pub(super) fn distance(&self, blocks: Blocks) -> f64 {
        let resources = self.used.iter().zip(&self.slope).enumerate().filter(|(_, (_, slope))| **slope > 0.0);
        let distance =
            |(resource, (&used, &slope))| self.budget_of(resource, blocks).saturating_sub(used) as f64 / slope;
        resources.map(distance).fold(f64::INFINITY, f64::min)
    }
}

/// How many of so many rows are sampled.
fn sampled(rows: usize) -> usize {
    let whole = rows / (BLOCK * ONE_IN);
    whole * BLOCK + (rows - whole * BLOCK * ONE_IN).min(BLOCK)
}

/// Whether a task's needs are left.
pub(super) fn fits(needs: &[Atoms], left: &[Atoms]) -> bool {
    needs.iter().zip(left).all(|(need, left)| need <= left)
}

/// A number of tasks as a whole one; a limit that has no float is kept, too.
fn exact_tasks(asked: &Asked<'_>, row: usize, tasks: f64) -> Atoms {
    if tasks < EXACT { tasks as Atoms } else { (tasks as Atoms).min(asked.tasks_of(row)) }
}

/// Tasks of each row when all turns below the level are taken: the k-th comes at a level of (k − 1)/rate.
#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn tasks(level: f64, rate: &[f64], most: &[f64], count: &mut [f64; BLOCK]) {
    for ((count, &rate), &most) in count.iter_mut().zip(rate).zip(most) {
        let tasks = (level * rate).ceil();
        *count = if tasks < most { tasks } else { most };
    }
}

/// How fast each row goes on.
#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn speeds(rate: &[f64], most: &[f64], count: &[f64; BLOCK], speed: &mut [f64; BLOCK]) {
    for (((speed, &rate), &most), &count) in speed.iter_mut().zip(rate).zip(most).zip(count) {
        *speed = if count < most { rate } else { 0.0 };
    }
}

/// Σ need·count and Σ need·speed.
#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn sums(need: &[f64], count: &[f64; BLOCK], speed: &[f64; BLOCK]) -> (f64, f64) {
    let (mut used, mut slope) = ([0.0; LANES], [0.0; LANES]);
    let (needs, rest) = need.as_chunks::<LANES>();
    let (counts, speeds) = (count.as_chunks::<LANES>().0, speed.as_chunks::<LANES>().0);
    for ((need, count), speed) in needs.iter().zip(counts).zip(speeds) {
        for lane in 0..LANES {
            used[lane] += need[lane] * count[lane];
            slope[lane] += need[lane] * speed[lane];
        }
    }
    for (lane, need) in rest.iter().enumerate() {
        used[lane] += need * count[needs.len() * LANES + lane];
        slope[lane] += need * speed[needs.len() * LANES + lane];
    }
    (used.iter().sum(), slope.iter().sum())
}
