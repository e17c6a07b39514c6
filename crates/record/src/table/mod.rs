//! The tables of a run. Each file beside this one is one table: its row, its columns, their units.

pub mod accounts;
pub mod affiliates;
pub mod agents;
pub mod alerts;
pub mod contracts;
pub mod demand;
pub mod events;
pub mod fills;
pub mod markets;
pub mod parameters;
pub mod proposals;
pub mod resources;
mod tables;
pub mod tasks;
mod writer;

pub(crate) use writer::part_number;

use serde::{Deserialize, Serialize};

use crate::column::Column;

pub use accounts::{AccountColumns, AccountRow};
pub use affiliates::{AffiliateColumns, AffiliateRow};
pub use agents::{AgentColumns, AgentRow};
pub use alerts::{AlertColumns, AlertRow};
pub use contracts::{ContractColumns, ContractRow};
pub use demand::{DemandColumns, DemandRow};
pub use events::{EventColumns, EventRow};
pub use fills::{FillColumns, FillRow, MAKER, Side};
pub use markets::{MarketColumns, MarketRow};
pub use parameters::{ParameterColumns, ParameterRow};
pub use proposals::{ProposalColumns, ProposalRow};
pub use resources::{ResourceColumns, ResourceRow};
pub use tables::Tables;
pub use tasks::{TaskColumns, TaskRow};
pub use writer::Table;

/// The columns of one table, in memory: what a writer fills and a reader returns.
pub trait Columns: Sized {
    /// The table's name, which is its folder's.
    const NAME: &'static str;
    /// One row, as plain values.
    type Row<'a>;

    /// No rows yet; ids in rows index these names.
    fn new(names: &Names) -> Self;

    /// Appends a row.
    fn push(&mut self, row: &Self::Row<'_>);

    /// The number of rows.
    fn len(&self) -> usize;

    /// Whether there are no rows.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The columns in the order of the file.
    fn entries(&mut self) -> Vec<Entry<'_>>;

    /// Bytes of free text held, so that a writer can bound them.
    fn text_bytes(&self) -> usize {
        0
    }
}

/// One column of a table: its name, its unit and its values.
pub struct Entry<'a> {
    /// The column's name in the file.
    pub name: &'a str,
    /// The unit of its values, in words; empty for names and text.
    pub unit: &'static str,
    /// The values.
    pub column: &'a mut dyn Column,
}

fn entry<'a>(name: &'a str, unit: &'static str, column: &'a mut dyn Column) -> Entry<'a> {
    Entry { name, unit, column }
}

/// The names that ids in rows stand for, by position.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Markets.
    pub markets: Vec<String>,
    /// Assets; the first is the numeraire.
    pub assets: Vec<String>,
    /// Resources.
    pub resources: Vec<String>,
    /// Cohorts.
    pub cohorts: Vec<String>,
    /// Boards of tasks.
    pub boards: Vec<String>,
    /// Sections of contracts.
    pub contracts: Vec<String>,
    /// Accounts other than agents': reserves, issuers, treasuries, pools.
    pub accounts: Vec<String>,
    /// Reasons for which value moves.
    pub reasons: Vec<String>,
}

/// Which tables a run writes, and the names in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each table is on or off independently")]
pub struct TableConfig {
    /// Prices, supply and volume per market and step.
    pub markets: bool,
    /// What each order got.
    pub fills: bool,
    /// Balances, holdings and wealth per agent.
    pub agents: bool,
    /// Shocks, refusals and other happenings.
    pub events: bool,
    /// Flows into accounts by reason.
    pub accounts: bool,
    /// Market parameters.
    pub parameters: bool,
    /// What resources shared.
    pub resources: bool,
    /// What cohorts' requests came to.
    pub demand: bool,
    /// How proposals stand.
    pub proposals: bool,
    /// What monitors found.
    pub alerts: bool,
    /// How boards of tasks stand.
    pub tasks: bool,
    /// What contracts came to.
    pub contracts: bool,
    /// What affiliates came to.
    pub affiliates: bool,
    /// The names that ids in rows stand for.
    pub names: Names,
}

impl TableConfig {
    /// Every table on.
    #[must_use]
    pub fn all(names: Names) -> Self {
        Self {
            markets: true,
            fills: true,
            agents: true,
            events: true,
            accounts: true,
            parameters: true,
            resources: true,
            demand: true,
            proposals: true,
            alerts: true,
            tasks: true,
            contracts: true,
            affiliates: true,
            names,
        }
    }
}

/// How much of a table is in closed parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableProgress {
    /// The table's name.
    pub name: String,
    /// Parts closed, numbered from 0.
    pub parts: u32,
    /// Rows in them, all together.
    pub rows: u64,
}
