//! `demand`: one row per step and cohort that requests resources.

use super::{Columns, Entry, Names, entry};
use crate::column::{NameColumn, OptionalF64s};

/// What a cohort's requests came to by the end of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DemandRow {
    /// The step, from 0.
    pub step: u32,
    /// The cohort, an index into [`Names::cohorts`].
    pub cohort: u32,
    /// What its agents got from what they used, all together and since the beginning.
    pub utility: f64,
    /// Jobs that have arrived since the beginning; `NaN` (null in the file) where it has no jobs, as in the columns that follow.
    pub arrived: f64,
    /// Jobs that are not finished and not given up.
    pub waiting: f64,
    /// Jobs finished since the beginning, late ones included.
    pub finished: f64,
    /// Jobs with a deadline that were finished by it.
    pub in_time: f64,
    /// Jobs finished or given up after their deadline.
    pub late: f64,
    /// Steps from a job's arrival to the end of the step in which it was finished, over all finished jobs.
    pub waited: f64,
}

/// The `demand` table in columns; each is described at [`DemandRow`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each column is described at the row's field of the same name")]
pub struct DemandColumns {
    pub step: Vec<u32>,
    pub cohort: NameColumn,
    pub utility: Vec<f64>,
    pub arrived: OptionalF64s,
    pub waiting: OptionalF64s,
    pub finished: OptionalF64s,
    pub in_time: OptionalF64s,
    pub late: OptionalF64s,
    pub waited: OptionalF64s,
}

impl Columns for DemandColumns {
    const NAME: &'static str = "demand";
    type Row<'a> = DemandRow;

    fn new(names: &Names) -> Self {
        Self {
            step: Vec::new(),
            cohort: NameColumn::new(&names.cohorts),
            utility: Vec::new(),
            arrived: OptionalF64s::default(),
            waiting: OptionalF64s::default(),
            finished: OptionalF64s::default(),
            in_time: OptionalF64s::default(),
            late: OptionalF64s::default(),
            waited: OptionalF64s::default(),
        }
    }

    fn push(&mut self, row: &DemandRow) {
        self.step.push(row.step);
        self.cohort.push(row.cohort);
        self.utility.push(row.utility);
        self.arrived.0.push(row.arrived);
        self.waiting.0.push(row.waiting);
        self.finished.0.push(row.finished);
        self.in_time.0.push(row.in_time);
        self.late.0.push(row.late);
        self.waited.0.push(row.waited);
    }

    fn len(&self) -> usize {
        self.step.len()
    }

    fn entries(&mut self) -> Vec<Entry<'_>> {
        vec![
            entry("step", "steps", &mut self.step),
            entry("cohort", "", &mut self.cohort),
            entry("utility", "utility", &mut self.utility),
            entry("arrived", "jobs", &mut self.arrived),
            entry("waiting", "jobs", &mut self.waiting),
            entry("finished", "jobs", &mut self.finished),
            entry("in_time", "jobs", &mut self.in_time),
            entry("late", "jobs", &mut self.late),
            entry("waited", "steps", &mut self.waited),
        ]
    }
}
