//! At which steps what is looked at, hashed and saved.

use walras_scenario::sections::{Record, Scenario};

use crate::error::RunError;

/// The most state hashes that one manifest holds.
const HASHES_MAX: u32 = 1_000_000;

/// The steps at which a run does more than step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Schedule {
    /// Steps to run.
    pub(crate) steps: u32,
    pub(crate) agents_every: u32,
    pub(crate) accounts_every: u32,
    pub(crate) hash_every: u32,
    pub(crate) checkpoint_every: Option<u32>,
}

impl Schedule {
    /// What the scenario asks for, or about 20 looks at agents, 100 accounts of flows and 10 hashes.
    ///
    /// # Errors
    /// When more hashes are asked for than a manifest holds.
    pub(crate) fn of(scenario: &Scenario) -> Result<Self, RunError> {
        let (steps, record) = (scenario.run.steps, &scenario.record);
        let schedule = Self {
            steps,
            agents_every: Record::every(record.agents_every, steps, 20),
            accounts_every: Record::every(record.accounts_every, steps, 100),
            hash_every: Record::every(record.hash_every, steps, 10),
            checkpoint_every: record.checkpoint_every,
        };
        let hashes = steps / schedule.hash_every;
        if hashes > HASHES_MAX {
            return Err(RunError::other(format!(
                "`hash_every = {}` would make {hashes} hashes in {steps} steps; the manifest holds at most {HASHES_MAX}",
                schedule.hash_every
            )));
        }
        Ok(schedule)
    }

    /// Whether agents are looked at after step `step`, counted from 0.
    pub(crate) fn looks_at_agents(&self, step: u32) -> bool {
        step.is_multiple_of(self.agents_every) || step + 1 == self.steps
    }

    /// Whether flows are written down when `done` steps are done.
    pub(crate) fn accounts_for_flows(&self, done: u32) -> bool {
        done.is_multiple_of(self.accounts_every) || done == self.steps
    }

    /// Whether state is hashed when `done` steps are done.
    pub(crate) fn hashes(&self, done: u32) -> bool {
        done.is_multiple_of(self.hash_every) || done == self.steps
    }

    /// Whether a checkpoint is written when `done` steps are done.
    pub(crate) fn saves(&self, done: u32) -> bool {
        done < self.steps && self.checkpoint_every.is_some_and(|every| done.is_multiple_of(every))
    }
}
