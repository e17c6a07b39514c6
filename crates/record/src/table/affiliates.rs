//! `affiliates`: one row per affiliate, contract and epoch in which it contributed.

use super::{Columns, Entry, Names, entry};
use crate::column::NameColumn;

/// What an affiliate came to in an epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AffiliateRow {
    /// The step at whose end an epoch ended, from 0.
    pub step: u32,
    /// The section of contracts, an index into [`Names::contracts`].
    pub contract: u32,
    /// The affiliate's cohort, an index into [`Names::cohorts`].
    pub cohort: u32,
    /// The affiliate's number among all agents.
    pub affiliate: u32,
    /// What it contributed in the epoch; below zero where more was undone than done.
    pub contribution: f64,
    /// What of that it made itself.
    pub manufactured: f64,
    /// What it, and its sponsor through it, earned by that.
    pub earned: i64,
}

/// The `affiliates` table in columns; each is described at [`AffiliateRow`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each column is described at the row's field of the same name")]
pub struct AffiliateColumns {
    pub step: Vec<u32>,
    pub contract: NameColumn,
    pub cohort: NameColumn,
    pub affiliate: Vec<u32>,
    pub contribution: Vec<f64>,
    pub manufactured: Vec<f64>,
    pub earned: Vec<i64>,
}

impl Columns for AffiliateColumns {
    const NAME: &'static str = "affiliates";
    type Row<'a> = AffiliateRow;

    fn new(names: &Names) -> Self {
        Self {
            step: Vec::new(),
            contract: NameColumn::new(&names.contracts),
            cohort: NameColumn::new(&names.cohorts),
            affiliate: Vec::new(),
            contribution: Vec::new(),
            manufactured: Vec::new(),
            earned: Vec::new(),
        }
    }

    fn push(&mut self, row: &AffiliateRow) {
        self.step.push(row.step);
        self.contract.push(row.contract);
        self.cohort.push(row.cohort);
        self.affiliate.push(row.affiliate);
        self.contribution.push(row.contribution);
        self.manufactured.push(row.manufactured);
        self.earned.push(row.earned);
    }

    fn len(&self) -> usize {
        self.step.len()
    }

    fn entries(&mut self) -> Vec<Entry<'_>> {
        vec![
            entry("step", "steps", &mut self.step),
            entry("contract", "", &mut self.contract),
            entry("cohort", "", &mut self.cohort),
            entry("affiliate", "", &mut self.affiliate),
            entry("contribution", "units", &mut self.contribution),
            entry("manufactured", "units", &mut self.manufactured),
            entry("earned", "atoms", &mut self.earned),
        ]
    }
}
