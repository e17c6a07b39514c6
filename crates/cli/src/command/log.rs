//! `walras log`: what the institutions of a run did, entry by entry.

use std::collections::BTreeSet;
use std::path::PathBuf;

use walras_record::log::LogEntry;
use walras_record::{Manifest, Run};
use walras_report::number::{atoms, count};

use crate::failure::{Exit, Failure};
use crate::layout::{Align, table};
use crate::terminal::Terminal;

/// List what the institutions of a run did: contracts, incentives, controllers, votes, monitors.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The directory of the run.
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// Only entries of this institution, with its section or without: `controllers.slope`, `slope`.
    #[arg(long, value_name = "NAME")]
    institution: Option<String>,
    /// Only entries of this act: `paid`, `parameter_changed`.
    #[arg(long, value_name = "ACT")]
    act: Option<String>,
    /// Only entries of this step, from 0.
    #[arg(long, value_name = "T")]
    step: Option<u32>,
}

/// Rows laid out together: columns are as wide as their widest cell among as many.
const ROWS_TOGETHER: usize = 1000;

/// What was found on the way.
#[derive(Default)]
struct Found {
    shown: u64,
    institutions: BTreeSet<String>,
    acts: BTreeSet<String>,
}

impl Arguments {
    /// Lists it.
    ///
    /// # Errors
    /// When it is no run, or its log cannot be read.
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let run = Run::open(&self.run)?;
        if terminal.json { self.list_for_programs(&run, terminal) } else { self.list(&run, terminal) }?;
        Ok(Exit::Success)
    }

    /// Gives every entry that is asked for, with its line.
    fn each(
        &self,
        run: &Run,
        mut show: impl FnMut(&LogEntry<'_>, &[u8]) -> Result<(), Failure>,
    ) -> Result<Found, Failure> {
        let mut found = Found::default();
        if run.manifest.log.size == 0 && !run.directory().log().exists() {
            return Ok(found);
        }
        let mut reader = run.log()?;
        let mut number = 0_u64;
        while let Some(line) = reader.next_line()? {
            number += 1;
            let entry = LogEntry::parse(line).map_err(|error| {
                Failure::bad_input(format!("{}: line {number}: {error}", run.directory().log().display()))
            })?;
            found.institutions.insert(entry.institution.to_string());
            found.acts.insert(entry.act.to_string());
            if self.wants(&entry) {
                found.shown += 1;
                show(&entry, line)?;
            }
        }
        Ok(found)
    }

    fn wants(&self, entry: &LogEntry<'_>) -> bool {
        let bare = entry.institution.split_once('.').map(|(_, name)| name);
        self.institution.as_deref().is_none_or(|wanted| wanted == entry.institution || Some(wanted) == bare)
            && self.act.as_deref().is_none_or(|wanted| wanted == entry.act)
            && self.step.is_none_or(|wanted| wanted == entry.step)
    }

    fn list_for_programs(&self, run: &Run, terminal: &mut Terminal) -> Result<(), Failure> {
        let head = run.manifest.log.head();
        // Entry by entry, so that a long log takes little room; each line is JSON as it stands.
        terminal.write(&format!("{{\n  \"size\": {},\n  \"root\": \"{}\",\n  \"entries\": [", head.size, head.root))?;
        let mut first = true;
        self.each(run, |_, line| {
            terminal.write(if std::mem::take(&mut first) { "\n    " } else { ",\n    " })?;
            terminal.write(&String::from_utf8_lossy(line))
        })?;
        terminal.line(if first { "]\n}" } else { "\n  ]\n}" })
    }

    fn list(&self, run: &Run, terminal: &mut Terminal) -> Result<(), Failure> {
        let heading = ["entry", "step", "institution", "act", "agent", "amount", "value", "detail"];
        let heading = heading.map(|word| terminal.faint(word)).to_vec();
        let mut rows = vec![heading];
        let found = self.each(run, |entry, _| {
            rows.push(cells(entry, &run.manifest));
            if rows.len() >= ROWS_TOGETHER { flush(&mut rows, terminal) } else { Ok(()) }
        })?;
        let head = run.manifest.log.head();
        if head.size == 0 && found.institutions.is_empty() {
            return terminal.line("No institution entered anything.");
        }
        if found.shown == 0 {
            let list = |names: &BTreeSet<String>| names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            terminal.line("No entry is like that.")?;
            terminal.line(&format!("  institutions  {}", list(&found.institutions)))?;
            terminal.line(&format!("  acts          {}", list(&found.acts)))?;
        } else {
            flush(&mut rows, terminal)?;
        }
        let shown = if found.shown == head.size {
            format!("{} entries", count(head.size))
        } else {
            format!("{} of {} entries", count(found.shown), count(head.size))
        };
        terminal.line(&terminal.faint(&format!("{shown}, root {}", head.root)))
    }
}

const ALIGN: [Align; 8] =
    [Align::Right, Align::Right, Align::Left, Align::Left, Align::Left, Align::Right, Align::Right, Align::Left];

fn flush(rows: &mut Vec<Vec<String>>, terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.write(&table(rows, &ALIGN, 0))?;
    rows.clear();
    Ok(())
}

fn cells(entry: &LogEntry<'_>, manifest: &Manifest) -> Vec<String> {
    let decimals = |name: &str| {
        let asset = manifest.assets.iter().find(|asset| asset.name == name);
        asset.map_or(0, |asset| u8::try_from(asset.decimals).unwrap_or(u8::MAX))
    };
    let agent = entry.agent.map(|agent| match &entry.cohort {
        Some(cohort) => format!("{cohort} {agent}"),
        None => agent.to_string(),
    });
    let amount = entry.amount.map(|amount| match &entry.asset {
        Some(asset) => format!("{} {asset}", atoms(i128::from(amount), decimals(asset))),
        None => amount.to_string(),
    });
    vec![
        entry.entry.to_string(),
        entry.step.to_string(),
        entry.institution.to_string(),
        entry.act.to_string(),
        agent.unwrap_or_default(),
        amount.unwrap_or_default(),
        entry.value.map(|value| format!("{value:?}")).unwrap_or_default(),
        entry.detail.replace('\n', " "),
    ]
}
