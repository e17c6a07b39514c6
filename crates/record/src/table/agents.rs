//! `agents`: one row per recorded agent and step.

use super::{Columns, Entry, Names, entry};
use crate::column::NameColumn;

/// An agent at the end of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AgentRow<'a> {
    /// The step, from 0.
    pub step: u32,
    /// The agent's number in the whole economy.
    pub agent: u32,
    /// The agent's cohort, an index into [`Names::cohorts`].
    pub cohort: u32,
    /// Balance, in numeraire atoms.
    pub balance: i64,
    /// Holdings, in asset atoms: one per asset of [`Names::assets`] after the numeraire, in that order.
    pub holdings: &'a [i64],
    /// Balance and holdings marked to market, in numeraire units.
    pub wealth: f64,
    /// What balance and holdings would bring if all were sold now, in numeraire units.
    pub liquidation: f64,
    /// The agent's objective, in its own unit.
    pub utility: f64,
}

/// The `agents` table in columns; each is described at [`AgentRow`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each column is described at the row's field of the same name")]
pub struct AgentColumns {
    pub step: Vec<u32>,
    pub agent: Vec<u32>,
    pub cohort: NameColumn,
    pub balance: Vec<i64>,
    /// One column per asset after the numeraire, in the order of [`Names::assets`].
    pub holdings: Vec<Vec<i64>>,
    pub wealth: Vec<f64>,
    pub liquidation: Vec<f64>,
    pub utility: Vec<f64>,
    holding_names: Vec<String>,
}

impl Columns for AgentColumns {
    const NAME: &'static str = "agents";
    type Row<'a> = AgentRow<'a>;

    fn new(names: &Names) -> Self {
        let assets = names.assets.iter().skip(1);
        let holding_names: Vec<String> = assets.map(|asset| format!("holding_{asset}")).collect();
        Self {
            step: Vec::new(),
            agent: Vec::new(),
            cohort: NameColumn::new(&names.cohorts),
            balance: Vec::new(),
            holdings: vec![Vec::new(); holding_names.len()],
            wealth: Vec::new(),
            liquidation: Vec::new(),
            utility: Vec::new(),
            holding_names,
        }
    }

    fn push(&mut self, row: &AgentRow<'_>) {
        self.step.push(row.step);
        self.agent.push(row.agent);
        self.cohort.push(row.cohort);
        self.balance.push(row.balance);
        // A row with too few or too many holdings leaves columns of unequal length, which the writer refuses.
        for (column, &holding) in self.holdings.iter_mut().zip(row.holdings) {
            column.push(holding);
        }
        self.wealth.push(row.wealth);
        self.liquidation.push(row.liquidation);
        self.utility.push(row.utility);
    }

    fn len(&self) -> usize {
        self.step.len()
    }

    fn entries(&mut self) -> Vec<Entry<'_>> {
        let mut entries = vec![
            entry("step", "steps", &mut self.step),
            entry("agent", "agent number", &mut self.agent),
            entry("cohort", "", &mut self.cohort),
            entry("balance", "numeraire atoms", &mut self.balance),
        ];
        for (name, holding) in self.holding_names.iter().zip(&mut self.holdings) {
            entries.push(entry(name, "asset atoms", holding));
        }
        entries.push(entry("wealth", "numeraire units", &mut self.wealth));
        entries.push(entry("liquidation", "numeraire units", &mut self.liquidation));
        entries.push(entry("utility", "the objective's own unit", &mut self.utility));
        entries
    }
}
