//! Everything that leases keep, for hash, checkpoint and resume.

use walras_numerics::{StateError, StateVisitor};

use super::{Job, Lease, Leases, Waiting};

/// A deadline that there is not.
const NONE: i64 = -1;

/// Columns of a list of jobs: number, requester, size, steps, priority, deadline, and two that only this list has.
const COLUMNS: usize = 8;

impl Leases {
    /// Visits all that it keeps; the rule is the scenario's.
    ///
    /// # Errors
    /// When the visitor fails, or what it loads is no list of jobs.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visitor.u64("leases.next", &mut self.next)?;
        let mut rows: Vec<[i64; COLUMNS]> = self
            .running
            .iter()
            .map(|lease| row(lease.id, &lease.job, lease.start.cast_signed(), lease.end.cast_signed()))
            .collect();
        visit("leases.running", &mut rows, visitor)?;
        let read = |row: &[i64; COLUMNS]| {
            let (id, job) = job(row)?;
            Ok(Lease { id, job, start: row[6].cast_unsigned(), end: row[7].cast_unsigned() })
        };
        self.running = rows.iter().map(read).collect::<Result<_, _>>()?;
        let mut rows: Vec<[i64; COLUMNS]> =
            self.queue.iter().map(|waiting| row(waiting.id, &waiting.job, i64::from(waiting.left), 0)).collect();
        visit("leases.queue", &mut rows, visitor)?;
        let read = |row: &[i64; COLUMNS]| {
            let (id, job) = job(row)?;
            let left = u32::try_from(row[6]).map_err(|_| wrong("what is left of a job", row[6]))?;
            Ok(Waiting { id, job, left })
        };
        self.queue = rows.iter().map(read).collect::<Result<_, _>>()?;
        Ok(())
    }
}

fn row(id: u64, job: &Job, first: i64, second: i64) -> [i64; COLUMNS] {
    let deadline = job.deadline.map_or(NONE, u64::cast_signed);
    [id.cast_signed(), job.requester.into(), job.size, job.steps.into(), job.priority, deadline, first, second]
}

fn job(row: &[i64; COLUMNS]) -> Result<(u64, Job), StateError> {
    let [id, requester, size, steps, priority, deadline, ..] = *row;
    let requester = u32::try_from(requester).map_err(|_| wrong("a requester", requester))?;
    let steps = u32::try_from(steps).map_err(|_| wrong("a job's steps", steps))?;
    let deadline = (deadline != NONE).then_some(deadline.cast_unsigned());
    Ok((id.cast_unsigned(), Job { requester, size, steps, priority, deadline }))
}

fn wrong(what: &str, found: i64) -> StateError {
    StateError(format!("{what} cannot be {found}: the checkpoint is not one of leases"))
}

/// Visits rows as one column of numbers.
fn visit(name: &str, rows: &mut Vec<[i64; COLUMNS]>, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
    let mut numbers = rows.concat();
    visitor.i64s(name, &mut numbers)?;
    let (chunks, rest) = numbers.as_chunks::<COLUMNS>();
    if !rest.is_empty() {
        return Err(StateError(format!("{name} has {} numbers, which are no whole rows of {COLUMNS}", numbers.len())));
    }
    *rows = chunks.to_vec();
    Ok(())
}
