//! `contracts`: one row per step and section of contracts. Amounts are of the asset that is paid.

use super::{Columns, Entry, Names, entry};
use crate::column::{NameColumn, OptionalF64s};

/// What the contracts of a section came to by the end of a step, all together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ContractRow {
    /// The step, from 0.
    pub step: u32,
    /// The section of contracts, an index into [`Names::contracts`].
    pub contract: u32,
    /// Contracts that are not settled yet.
    pub open: u32,
    /// Contracts under which contributions count.
    pub active: u32,
    /// What is held in escrow.
    pub escrow: i64,
    /// What of it is promised to claims that are not paid.
    pub committed: i64,
    /// What has been earned since the beginning.
    pub earned: i64,
    /// What has been paid since the beginning.
    pub paid: i64,
    /// What has gone back to the primaries.
    pub refunded: i64,
    /// What of what was earned was taken back.
    pub clawed_back: i64,
    /// What is held of stakes.
    pub staked: i64,
    /// What of stakes was lost.
    pub slashed: i64,
    /// What has been contributed and measured since the beginning.
    pub contribution: f64,
    /// What of that the affiliates made themselves.
    pub manufactured: f64,
    /// The share of those who can be reached who know of the markets; `NaN` (null in the file) where nobody promotes.
    pub aware: f64,
}

/// The `contracts` table in columns; each is described at [`ContractRow`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each column is described at the row's field of the same name")]
pub struct ContractColumns {
    pub step: Vec<u32>,
    pub contract: NameColumn,
    pub open: Vec<u32>,
    pub active: Vec<u32>,
    pub escrow: Vec<i64>,
    pub committed: Vec<i64>,
    pub earned: Vec<i64>,
    pub paid: Vec<i64>,
    pub refunded: Vec<i64>,
    pub clawed_back: Vec<i64>,
    pub staked: Vec<i64>,
    pub slashed: Vec<i64>,
    pub contribution: Vec<f64>,
    pub manufactured: Vec<f64>,
    pub aware: OptionalF64s,
}

impl Columns for ContractColumns {
    const NAME: &'static str = "contracts";
    type Row<'a> = ContractRow;

    fn new(names: &Names) -> Self {
        Self {
            step: Vec::new(),
            contract: NameColumn::new(&names.contracts),
            open: Vec::new(),
            active: Vec::new(),
            escrow: Vec::new(),
            committed: Vec::new(),
            earned: Vec::new(),
            paid: Vec::new(),
            refunded: Vec::new(),
            clawed_back: Vec::new(),
            staked: Vec::new(),
            slashed: Vec::new(),
            contribution: Vec::new(),
            manufactured: Vec::new(),
            aware: OptionalF64s::default(),
        }
    }

    fn push(&mut self, row: &ContractRow) {
        self.step.push(row.step);
        self.contract.push(row.contract);
        self.open.push(row.open);
        self.active.push(row.active);
        self.escrow.push(row.escrow);
        self.committed.push(row.committed);
        self.earned.push(row.earned);
        self.paid.push(row.paid);
        self.refunded.push(row.refunded);
        self.clawed_back.push(row.clawed_back);
        self.staked.push(row.staked);
        self.slashed.push(row.slashed);
        self.contribution.push(row.contribution);
        self.manufactured.push(row.manufactured);
        self.aware.0.push(row.aware);
    }

    fn len(&self) -> usize {
        self.step.len()
    }

    fn entries(&mut self) -> Vec<Entry<'_>> {
        vec![
            entry("step", "steps", &mut self.step),
            entry("contract", "", &mut self.contract),
            entry("open", "contracts", &mut self.open),
            entry("active", "contracts", &mut self.active),
            entry("escrow", "atoms", &mut self.escrow),
            entry("committed", "atoms", &mut self.committed),
            entry("earned", "atoms", &mut self.earned),
            entry("paid", "atoms", &mut self.paid),
            entry("refunded", "atoms", &mut self.refunded),
            entry("clawed_back", "atoms", &mut self.clawed_back),
            entry("staked", "atoms", &mut self.staked),
            entry("slashed", "atoms", &mut self.slashed),
            entry("contribution", "units", &mut self.contribution),
            entry("manufactured", "units", &mut self.manufactured),
            entry("aware", "1", &mut self.aware),
        ]
    }
}
