//! `alerts`: one row per look of a monitor that found something.

use super::{Columns, Entry, Names, entry};
use crate::column::TextColumn;

/// What a monitor found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AlertRow<'a> {
    /// The step, from 0.
    pub step: u32,
    /// The monitor.
    pub monitor: &'a str,
    /// The limit that was passed, in the unit of what the monitor computes.
    pub level: f64,
    /// What passed it.
    pub value: f64,
    /// To how many of what it watches it points.
    pub pointed: u32,
    /// 1 where the alert begins with this look, 0 where it goes on.
    pub begins: u32,
}

/// The `alerts` table in columns; each is described at [`AlertRow`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each column is described at the row's field of the same name")]
pub struct AlertColumns {
    pub step: Vec<u32>,
    pub monitor: TextColumn,
    pub level: Vec<f64>,
    pub value: Vec<f64>,
    pub pointed: Vec<u32>,
    pub begins: Vec<u32>,
}

impl Columns for AlertColumns {
    const NAME: &'static str = "alerts";
    type Row<'a> = AlertRow<'a>;

    fn new(_names: &Names) -> Self {
        Self {
            step: Vec::new(),
            monitor: TextColumn::default(),
            level: Vec::new(),
            value: Vec::new(),
            pointed: Vec::new(),
            begins: Vec::new(),
        }
    }

    fn push(&mut self, row: &AlertRow<'_>) {
        self.step.push(row.step);
        self.monitor.push(row.monitor);
        self.level.push(row.level);
        self.value.push(row.value);
        self.pointed.push(row.pointed);
        self.begins.push(row.begins);
    }

    fn len(&self) -> usize {
        self.step.len()
    }

    fn entries(&mut self) -> Vec<Entry<'_>> {
        vec![
            entry("step", "steps", &mut self.step),
            entry("monitor", "", &mut self.monitor),
            entry("level", "the monitor's own unit", &mut self.level),
            entry("value", "the monitor's own unit", &mut self.value),
            entry("pointed", "", &mut self.pointed),
            entry("begins", "", &mut self.begins),
        ]
    }

    fn text_bytes(&self) -> usize {
        self.monitor.bytes()
    }
}
