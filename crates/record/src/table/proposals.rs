//! `proposals`: one row per step and proposal that is open, queued, or was decided or carried out in the step.

use super::{Columns, Entry, Names, entry};
use crate::column::{OptionalF64s, TextColumn};

/// How a proposal stands at the end of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProposalRow<'a> {
    /// The step, from 0.
    pub step: u32,
    /// The name of the body that votes on it.
    pub body: &'a str,
    /// Its number in the body, from 0.
    pub proposal: u32,
    /// What it is called: its name in the scenario, else its lever's.
    pub subject: &'a str,
    /// The lever that it would move; empty for none.
    pub lever: &'a str,
    /// The lever's value when it was proposed; `NaN` (null in the file) where it moves none.
    pub before: f64,
    /// The value proposed; null as the former.
    pub value: f64,
    /// Money that is asked for.
    pub requested: f64,
    /// What has become of it: open, failed, queued, executed or expired.
    pub status: &'a str,
    /// Votes for at the last count, in the rule's unit.
    pub yes: f64,
    /// Votes against.
    pub no: f64,
    /// The most votes there could be; `NaN` (null) where the rule does not bound them.
    pub electorate: f64,
    /// Votes for that it needs as things stand; `NaN` (null) where none are enough.
    pub needed: f64,
    /// Voters who have voted themselves.
    pub voters: u32,
}

/// The `proposals` table in columns; each is described at [`ProposalRow`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each column is described at the row's field of the same name")]
pub struct ProposalColumns {
    pub step: Vec<u32>,
    pub body: TextColumn,
    pub proposal: Vec<u32>,
    pub subject: TextColumn,
    pub lever: TextColumn,
    pub before: OptionalF64s,
    pub value: OptionalF64s,
    pub requested: Vec<f64>,
    pub status: TextColumn,
    pub yes: Vec<f64>,
    pub no: Vec<f64>,
    pub electorate: OptionalF64s,
    pub needed: OptionalF64s,
    pub voters: Vec<u32>,
}

impl Columns for ProposalColumns {
    const NAME: &'static str = "proposals";
    type Row<'a> = ProposalRow<'a>;

    fn new(_: &Names) -> Self {
        Self {
            step: Vec::new(),
            body: TextColumn::default(),
            proposal: Vec::new(),
            subject: TextColumn::default(),
            lever: TextColumn::default(),
            before: OptionalF64s::default(),
            value: OptionalF64s::default(),
            requested: Vec::new(),
            status: TextColumn::default(),
            yes: Vec::new(),
            no: Vec::new(),
            electorate: OptionalF64s::default(),
            needed: OptionalF64s::default(),
            voters: Vec::new(),
        }
    }

    fn push(&mut self, row: &ProposalRow<'_>) {
        self.step.push(row.step);
        self.body.push(row.body);
        self.proposal.push(row.proposal);
        self.subject.push(row.subject);
        self.lever.push(row.lever);
        self.before.0.push(row.before);
        self.value.0.push(row.value);
        self.requested.push(row.requested);
        self.status.push(row.status);
        self.yes.push(row.yes);
        self.no.push(row.no);
        self.electorate.0.push(row.electorate);
        self.needed.0.push(row.needed);
        self.voters.push(row.voters);
    }

    fn len(&self) -> usize {
        self.step.len()
    }

    fn entries(&mut self) -> Vec<Entry<'_>> {
        vec![
            entry("step", "steps", &mut self.step),
            entry("body", "", &mut self.body),
            entry("proposal", "", &mut self.proposal),
            entry("subject", "", &mut self.subject),
            entry("lever", "", &mut self.lever),
            entry("before", "parameter", &mut self.before),
            entry("value", "parameter", &mut self.value),
            entry("requested", "numeraire units", &mut self.requested),
            entry("status", "", &mut self.status),
            entry("yes", "votes", &mut self.yes),
            entry("no", "votes", &mut self.no),
            entry("electorate", "votes", &mut self.electorate),
            entry("needed", "votes", &mut self.needed),
            entry("voters", "agents", &mut self.voters),
        ]
    }

    fn text_bytes(&self) -> usize {
        self.body.bytes() + self.subject.bytes() + self.lever.bytes() + self.status.bytes()
    }
}
