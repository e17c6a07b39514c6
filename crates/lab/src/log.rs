//! What institutions did, into the log that anybody can verify.

use walras_engine::World;
use walras_engine::entry::Entry;
use walras_engine::step::Happened;
use walras_record::log::{LogEntry, LogHeads};
use walras_record::{LogProgress, LogWriter, RecordError, RunDirectory};

/// The log of a run under way, and its heads so far.
pub(crate) struct Log {
    writer: LogWriter,
    heads: LogHeads,
}

impl Log {
    /// An empty log.
    pub(crate) fn create(directory: &RunDirectory) -> Result<Self, RecordError> {
        Ok(Self { writer: LogWriter::create(directory)?, heads: LogHeads::default() })
    }

    /// The log as it was when `steps` steps were done.
    pub(crate) fn resume(
        directory: &RunDirectory,
        progress: LogProgress,
        mut heads: LogHeads,
        steps: u32,
    ) -> Result<Self, RecordError> {
        heads.cut_back(u64::from(steps));
        let writer = LogWriter::resume(directory, progress)?;
        if writer.head() != heads.head() {
            let message = "the manifest's heads of the log are not those of the checkpoint".to_owned();
            return Err(RecordError::Mismatch { path: directory.manifest(), message });
        }
        Ok(Self { writer, heads })
    }

    /// Enters what institutions did in the step that `world` has just done.
    pub(crate) fn after_step(&mut self, world: &World, happened: &Happened<'_>) -> Result<(), RecordError> {
        if happened.events.entries.is_empty() {
            return Ok(());
        }
        for entry in entries(world, happened, self.heads.size) {
            self.writer.enter(&entry)?;
        }
        self.heads.push(u64::from(world.step - 1), self.writer.head());
        Ok(())
    }

    /// Makes what was entered durable, and says how far the log is.
    pub(crate) fn save(&mut self) -> Result<LogProgress, RecordError> {
        self.writer.checkpoint().cloned()
    }

    /// The heads so far.
    pub(crate) fn heads(&self) -> &LogHeads {
        &self.heads
    }
}

/// What institutions did in the step that `world` has just done, numbered from `first`.
pub(crate) fn entries<'a>(
    world: &'a World,
    happened: &'a Happened<'_>,
    first: u64,
) -> impl Iterator<Item = LogEntry<'a>> {
    happened.events.entries.iter().zip(first..).map(|(entry, number)| entry_of(world, entry, number))
}

fn entry_of<'a>(world: &'a World, entry: &'a Entry, number: u64) -> LogEntry<'a> {
    let agent = entry.agent.map(|agent| {
        let cohort = agent.cohort.index();
        let before: usize = world.cohorts[..cohort].iter().map(|cohort| cohort.size).sum();
        (world.cohorts[cohort].name.as_str(), before as u64 + u64::from(agent.row))
    });
    LogEntry {
        entry: number,
        step: world.step - 1,
        institution: (&*entry.institution).into(),
        act: entry.act.into(),
        cohort: agent.map(|(cohort, _)| cohort.into()),
        agent: agent.map(|(_, number)| number),
        asset: entry.asset.map(|asset| world.assets[asset.index()].name.as_str().into()),
        amount: entry.amount,
        value: entry.value,
        detail: entry.detail.as_str().into(),
    }
}
