//! The log of a run: held to the roots in the manifest as it stands on disk, and to the run made again.

use walras_engine::World;
use walras_engine::step::Happened;
use walras_record::log::{Frontier, LogHeads, LogReader};
use walras_record::{RecordError, Run, RunStatus};

use super::Check;
use crate::log::entries;

/// What the file holds against the heads that the manifest tells: needs no run.
pub(super) fn root(run: &Run) -> Check {
    let heads = &run.manifest.log;
    let found = against_heads(run).unwrap_or_else(|error| Some(error.to_string()));
    let holds = match (heads.size, heads.steps.len()) {
        (0, _) => "no institution entered anything".to_owned(),
        (size, 1) => format!("the {size} entries have the root {}", heads.root),
        (size, grown) => {
            format!("the {size} entries have the root {}, and so had they after each of {grown} steps", heads.root)
        }
    };
    Check::of("log: roots", found, holds)
}

fn against_heads(run: &Run) -> Result<Option<String>, RecordError> {
    let heads = &run.manifest.log;
    let mut last = heads.clone();
    last.cut_back(u64::MAX);
    if last != *heads {
        return Ok(Some("the root in the manifest is not that after the last step that grew the log".to_owned()));
    }
    let Some(mut reader) = open(run)? else {
        return Ok((heads.size > 0).then(|| format!("log.jsonl is not there, and had {} entries", heads.size)));
    };
    let mut frontier = Frontier::default();
    for head in &heads.steps {
        while frontier.size() < head.size {
            let Some(line) = reader.next_line()? else {
                let size = frontier.size();
                return Ok(Some(format!("entry {size} of {} is missing", heads.size)));
            };
            frontier.append(line);
        }
        if frontier.head().root != head.root {
            let first = heads.steps.iter().take_while(|before| before.step < head.step).last();
            let first = first.map_or(0, |before| before.size);
            return Ok(Some(format!(
                "of the entries {first} to {} of step {}, one is not what it was: the root is not {}",
                head.size - 1,
                head.step,
                head.root
            )));
        }
    }
    // A run that was cut off may have entered more than its manifest tells.
    let ended = matches!(run.manifest.status, RunStatus::Complete | RunStatus::Interrupted);
    let more = ended && (reader.next_line()?.is_some() || reader.cut_off());
    Ok(more.then(|| format!("log.jsonl goes on after the {} entries under the root", heads.size)))
}

/// The log of the run; `None` when there is no such file.
fn open(run: &Run) -> Result<Option<LogReader>, RecordError> {
    match run.log() {
        Ok(reader) => Ok(Some(reader)),
        Err(RecordError::Missing { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The entries of a run made again, held to those on disk one by one.
pub(super) struct Entries {
    reader: Option<LogReader>,
    frontier: Frontier,
    heads: LogHeads,
    line: Vec<u8>,
    difference: Option<String>,
    /// Whether nothing may be missing at the end.
    whole: bool,
}

impl Entries {
    pub(super) fn open(run: &Run) -> Result<Self, RecordError> {
        Ok(Self {
            reader: open(run)?,
            frontier: Frontier::default(),
            heads: LogHeads::default(),
            line: Vec::new(),
            difference: None,
            whole: matches!(run.manifest.status, RunStatus::Complete | RunStatus::Interrupted),
        })
    }

    /// Holds the next entries on disk to those of the step that `world` has just done.
    pub(super) fn after_step(&mut self, world: &World, happened: &Happened<'_>) -> Result<(), RecordError> {
        let before = self.frontier.size();
        for entry in entries(world, happened, before) {
            self.line.clear();
            entry.write_line(&mut self.line);
            self.frontier.append(&self.line);
            self.compare(entry.entry, entry.step)?;
        }
        if self.frontier.size() > before {
            self.heads.push(u64::from(world.step - 1), self.frontier.head());
        }
        Ok(())
    }

    fn compare(&mut self, number: u64, step: u32) -> Result<(), RecordError> {
        if self.difference.is_some() {
            return Ok(());
        }
        let stored = match &mut self.reader {
            Some(reader) => reader.next_line()?,
            None => None,
        };
        self.difference = match stored {
            Some(stored) if stored == self.line => None,
            Some(_) => Some(format!("entry {number}, of step {step}, is not what running it again gives")),
            None if self.whole => Some(format!("entry {number}, of step {step}, is missing")),
            None => None,
        };
        Ok(())
    }

    pub(super) fn check(mut self, heads: &LogHeads, end: u32) -> Check {
        let size = self.frontier.size();
        if self.difference.is_none() && self.whole {
            let more = self.reader.as_mut().is_some_and(|reader| reader.next_line().is_ok_and(|line| line.is_some()));
            self.difference = more.then(|| format!("there are more entries than the {size} that the run gives"));
        }
        let mut told = heads.clone();
        told.cut_back(u64::from(end));
        if self.difference.is_none() && told != self.heads {
            self.difference = Some("the manifest's roots are not those that running it again gives".to_owned());
        }
        Check::of("log: entries", self.difference, format!("all {size} are what running it again gives"))
    }
}
