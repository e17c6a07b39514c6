//! `events`: one row per thing worth telling: a shock, a refusal, a change of parameters.

use super::{Columns, Entry, Names, entry};
use crate::column::TextColumn;

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EventRow<'a> {
    /// The step, from 0.
    pub step: u32,
    /// What sort of thing: shock, feed, rejected, quarantined, parameter_refused, parameter_changed, vesting, airdrop, halt…
    pub kind: &'a str,
    /// What it happened to: the name of a market, a cohort, an agent, an account.
    pub subject: &'a str,
    /// A plain sentence for people.
    pub detail: &'a str,
    /// The amount concerned, in atoms of the asset that the detail names; null when there is none.
    pub amount: Option<i64>,
}

/// The `events` table in columns; each is described at [`EventRow`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each column is described at the row's field of the same name")]
pub struct EventColumns {
    pub step: Vec<u32>,
    pub kind: TextColumn,
    pub subject: TextColumn,
    pub detail: TextColumn,
    pub amount: Vec<Option<i64>>,
}

impl Columns for EventColumns {
    const NAME: &'static str = "events";
    type Row<'a> = EventRow<'a>;

    fn new(_names: &Names) -> Self {
        Self {
            step: Vec::new(),
            kind: TextColumn::default(),
            subject: TextColumn::default(),
            detail: TextColumn::default(),
            amount: Vec::new(),
        }
    }

    fn push(&mut self, row: &EventRow<'_>) {
        self.step.push(row.step);
        self.kind.push(row.kind);
        self.subject.push(row.subject);
        self.detail.push(row.detail);
        self.amount.push(row.amount);
    }

    fn len(&self) -> usize {
        self.step.len()
    }

    fn entries(&mut self) -> Vec<Entry<'_>> {
        vec![
            entry("step", "steps", &mut self.step),
            entry("kind", "", &mut self.kind),
            entry("subject", "", &mut self.subject),
            entry("detail", "", &mut self.detail),
            entry("amount", "atoms", &mut self.amount),
        ]
    }

    fn text_bytes(&self) -> usize {
        self.kind.bytes() + self.subject.bytes() + self.detail.bytes()
    }
}
