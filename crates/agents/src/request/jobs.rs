//! A queue of jobs.

use walras_catalog::entry;
use walras_ledger::Atoms;
use walras_numerics::Column;

use super::arrivals::{AnyArrivals, Arrivals, Job};
use super::{Backlog, BuildRequests, Requests, ResourceView, Wants};
use crate::policy::Memory;
use crate::population::{PerAgent, PerAsset, Setup};

entry! {
    /// Jobs arrive, each with what it takes of every asset; an agent wants whatever its jobs still lack, and works on them
    /// in the order of arrival.
    ///
    /// Work that was done is kept: a job is finished when it got all it takes of every asset. With `abandon`, a job whose
    /// deadline has passed is given up when its turn comes, and what was spent on it is lost. A needs factor
    /// below 1 slows an agent down to that share of what it lacks. A job finished by its deadline yields what it is worth; a
    /// late one yields the share `late_worth` of it.
    pub struct Jobs = "jobs" {
        formula: "Q_k(t) = Σ sizes of the jobs that have arrived − what was used,  up to `most`",
        source: "L. Kleinrock, \"Queueing Systems\", volume 1, 1975",
        /// Where jobs come from.
        arrivals: AnyArrivals;
        /// What a unit that a job takes is worth, and the most that is paid for it; absent for 1, and whatever can be paid.
        worth: Option<PerAsset>, within 0.0..=1e15, unit "numeraire/unit";
        /// The share of its worth that a job yields which is finished late.
        late_worth: f64 = 1.0, within 0.0..=1.0;
        /// Whether jobs are given up when their deadline has passed.
        abandon: bool = false;
        /// The most an agent wants of each asset in one step: how fast it can work.
        most: Option<PerAsset>, within 0.0..=9e15, unit "units/step";
        /// The factor on what is wanted beyond what the first job lacks: 1 for all jobs at once, 0 for one at a time.
        ahead: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
    }
}

#[derive(Debug)]
struct Queue {
    arrivals: Box<dyn Arrivals>,
    assets: usize,
    scales: Vec<f64>,
    worth: Option<Vec<Column>>,
    late_worth: f64,
    abandon: bool,
    /// In atoms.
    most: Option<Vec<Column>>,
    ahead: Column,
}

/// Columns of an agent's memory before those of each asset.
const ARRIVED: usize = 0;
const LAST_TIME: usize = 1;
const DONE: usize = 2;
const FINISHED: usize = 3;
const IN_TIME: usize = 4;
const LATE: usize = 5;
const WAITED: usize = 6;
/// When the job at the head of the queue arrived, and its slack; valid where there is one.
const HEAD_TIME: usize = 7;
const HEAD_SLACK: usize = 8;
const OWN: usize = 9;

/// Of each asset: what jobs that arrived take in all, what was used on them, and what those take that are done, and the
/// one at the head with them.
const TAKEN: usize = 0;
const USED: usize = 1;
const THROUGH_HEAD: usize = 2;
const PER_ASSET: usize = 3;

impl BuildRequests for Jobs {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Requests>, String> {
        let worth = self.worth.as_ref().map(|worth| worth.parameters("worth", setup)).transpose()?;
        let most = self.most.as_ref().map(|most| most.parameters("most", setup)).transpose()?;
        let ahead = setup.parameter("ahead", &self.ahead)?;
        let scales: Vec<f64> = setup.markets.iter().map(|asset| asset.token_scale).collect();
        let in_atoms = |columns: Vec<Column>| -> Vec<Column> {
            columns.iter().zip(&scales).map(|(column, scale)| column.map(|units| (units * scale).floor())).collect()
        };
        Ok(Box::new(Queue {
            arrivals: self.arrivals.build(setup)?,
            assets: scales.len(),
            worth,
            late_worth: self.late_worth,
            abandon: self.abandon,
            most: most.map(in_atoms),
            ahead,
            scales,
        }))
    }
}

impl Queue {
    fn column(asset: usize, which: usize) -> usize {
        OWN + asset * PER_ASSET + which
    }

    /// The job at the head of the queue, where one has arrived and is not done.
    fn has_head(memory: &mut Memory<'_, '_>, i: usize) -> bool {
        memory.column(DONE)[i] < memory.column(ARRIVED)[i]
    }

    /// Counts the jobs that arrive up to step `step`.
    fn admit(&self, step: u32, row: usize, i: usize, memory: &mut Memory<'_, '_>) {
        loop {
            let number = memory.column(ARRIVED)[i] as u64;
            let before = memory.column(LAST_TIME)[i];
            // A time of infinity stands for no more jobs.
            if before.is_infinite() {
                return;
            }
            let Some(Job { time, slack }) = self.arrivals.job(row, number, before) else {
                memory.column(LAST_TIME)[i] = f64::INFINITY;
                return;
            };
            if time >= f64::from(step) + 1.0 {
                return;
            }
            memory.column(ARRIVED)[i] += 1.0;
            memory.column(LAST_TIME)[i] = time;
            let first = memory.column(DONE)[i] as u64 == number;
            for asset in 0..self.assets {
                let size = self.arrivals.size(row, number, asset) as f64;
                memory.column(Self::column(asset, TAKEN))[i] += size;
                if first {
                    memory.column(Self::column(asset, THROUGH_HEAD))[i] += size;
                }
            }
            if first {
                memory.column(HEAD_TIME)[i] = time;
                memory.column(HEAD_SLACK)[i] = slack;
            }
        }
    }

    /// The last step in which the job at the head is in time.
    fn deadline(memory: &mut Memory<'_, '_>, i: usize) -> f64 {
        memory.column(HEAD_TIME)[i].floor() + memory.column(HEAD_SLACK)[i]
    }

    /// The next job comes to the head of the queue.
    fn advance(&self, row: usize, i: usize, memory: &mut Memory<'_, '_>) {
        memory.column(DONE)[i] += 1.0;
        if !Self::has_head(memory, i) {
            return;
        }
        let (number, before) = (memory.column(DONE)[i] as u64, memory.column(HEAD_TIME)[i]);
        if let Some(Job { time, slack }) = self.arrivals.job(row, number, before) {
            memory.column(HEAD_TIME)[i] = time;
            memory.column(HEAD_SLACK)[i] = slack;
        }
        for asset in 0..self.assets {
            memory.column(Self::column(asset, THROUGH_HEAD))[i] += self.arrivals.size(row, number, asset) as f64;
        }
    }

    /// Gives up the jobs at the head whose deadline has passed.
    fn give_up(&self, step: u32, row: usize, i: usize, memory: &mut Memory<'_, '_>) {
        while Self::has_head(memory, i) && Self::deadline(memory, i) < f64::from(step) {
            for asset in 0..self.assets {
                let through = memory.column(Self::column(asset, THROUGH_HEAD))[i];
                let used = &mut memory.column(Self::column(asset, USED))[i];
                // What it still lacks is wanted no longer: it counts as used.
                *used = used.max(through);
            }
            memory.column(LATE)[i] += 1.0;
            self.advance(row, i, memory);
        }
    }

    /// What the job at the head is worth.
    fn worth_of_head(&self, row: usize, number: u64) -> f64 {
        let worth = |asset: usize| self.worth.as_ref().map_or(1.0, |worth| worth[asset].get(row));
        let size = |asset: usize| self.arrivals.size(row, number, asset) as f64 / self.scales[asset];
        (0..self.assets).map(|asset| worth(asset) * size(asset)).sum()
    }
}

impl Requests for Queue {
    fn memory(&self) -> Vec<f64> {
        vec![0.0; OWN + PER_ASSET * self.assets]
    }

    fn want(&self, view: &ResourceView<'_>, needs: &[f64], memory: &mut Memory<'_, '_>, wants: &mut Wants<'_, '_>) {
        let ahead = self.ahead.chunk(view.rows.clone());
        for (i, row) in view.rows.clone().enumerate() {
            self.admit(view.step, row, i, memory);
            if self.abandon {
                self.give_up(view.step, row, i, memory);
            }
            if !Self::has_head(memory, i) {
                continue;
            }
            wants.since[i] = memory.column(HEAD_TIME)[i].floor();
            for asset in 0..self.assets {
                let used = memory.column(Self::column(asset, USED))[i];
                let first = (memory.column(Self::column(asset, THROUGH_HEAD))[i] - used).max(0.0);
                let all = (memory.column(Self::column(asset, TAKEN))[i] - used).max(first);
                // Nobody can use more than its jobs lack.
                let mut wanted = (first + ahead[i] * (all - first)) * needs[i].min(1.0);
                if let Some(most) = &self.most {
                    wanted = wanted.min(most[asset].get(row));
                }
                wants.amounts[asset][i] = Wants::atoms(wanted, 1.0);
            }
        }
        let Some(worth) = &self.worth else { return };
        for (asset, worth) in worth.iter().enumerate() {
            wants.worth[asset].copy_from_slice(worth.chunk(view.rows.clone()));
        }
    }

    fn used(
        &self,
        view: &ResourceView<'_>,
        used: &[&[Atoms]],
        memory: &mut Memory<'_, '_>,
        utility: &mut [f64],
    ) -> bool {
        for (i, row) in view.rows.clone().enumerate() {
            for (asset, used) in used.iter().enumerate() {
                memory.column(Self::column(asset, USED))[i] += used[i] as f64;
            }
            while Self::has_head(memory, i) && self.head_has_all(memory, i) {
                let number = memory.column(DONE)[i] as u64;
                let in_time = f64::from(view.step) <= Self::deadline(memory, i);
                let has_deadline = memory.column(HEAD_SLACK)[i].is_finite();
                memory.column(FINISHED)[i] += 1.0;
                memory.column(WAITED)[i] += f64::from(view.step) + 1.0 - memory.column(HEAD_TIME)[i].floor();
                memory.column(IN_TIME)[i] += f64::from(u8::from(in_time && has_deadline));
                memory.column(LATE)[i] += f64::from(u8::from(!in_time));
                utility[i] += self.worth_of_head(row, number) * if in_time { 1.0 } else { self.late_worth };
                self.advance(row, i, memory);
            }
        }
        true
    }

    fn backlog(&self, memory: &[Vec<f64>]) -> Option<Backlog> {
        let total = |column: usize| walras_numerics::sum::sum(&memory[column]);
        Some(Backlog {
            arrived: total(ARRIVED),
            waiting: total(ARRIVED) - total(DONE),
            finished: total(FINISHED),
            in_time: total(IN_TIME),
            late: total(LATE),
            waited: total(WAITED),
        })
    }
}

impl Queue {
    /// Whether the job at the head got all it takes.
    fn head_has_all(&self, memory: &mut Memory<'_, '_>, i: usize) -> bool {
        (0..self.assets).all(|asset| {
            memory.column(Self::column(asset, USED))[i] >= memory.column(Self::column(asset, THROUGH_HEAD))[i]
        })
    }
}
