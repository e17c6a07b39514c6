//! All tables of a run together.

use std::path::Path;

use crate::RecordError;
use crate::directory::RunDirectory;
use crate::table::{
    AccountColumns, AffiliateColumns, AgentColumns, AlertColumns, Columns, ContractColumns, DemandColumns,
    EventColumns, FillColumns, MarketColumns, ParameterColumns, ProposalColumns, ResourceColumns, Table, TableConfig,
    TableProgress, TaskColumns,
};

/// The tables of a run, each on or off.
pub struct Tables {
    /// One row per market and step.
    pub markets: Table<MarketColumns>,
    /// One row per order that got something.
    pub fills: Table<FillColumns>,
    /// One row per recorded agent and step.
    pub agents: Table<AgentColumns>,
    /// One row per thing worth telling.
    pub events: Table<EventColumns>,
    /// One row per account, asset and reason that saw a flow in a step.
    pub accounts: Table<AccountColumns>,
    /// One row per market parameter and step.
    pub parameters: Table<ParameterColumns>,
    /// One row per asset of each resource and step.
    pub resources: Table<ResourceColumns>,
    /// One row per step and cohort that requests resources.
    pub demand: Table<DemandColumns>,
    /// One row per step and proposal under way.
    pub proposals: Table<ProposalColumns>,
    /// One row per look of a monitor that found something.
    pub alerts: Table<AlertColumns>,
    /// One row per step and board of tasks.
    pub tasks: Table<TaskColumns>,
    /// One row per step and section of contracts.
    pub contracts: Table<ContractColumns>,
    /// One row per affiliate, contract and epoch.
    pub affiliates: Table<AffiliateColumns>,
}

impl Tables {
    /// Makes the folders of the chosen tables in the run directory `root`.
    ///
    /// # Errors
    /// When a folder cannot be made.
    pub fn create(root: &Path, config: &TableConfig) -> Result<Self, RecordError> {
        let directory = RunDirectory::at(root);
        Ok(Self {
            markets: create(config.markets, &directory, config)?,
            fills: create(config.fills, &directory, config)?,
            agents: create(config.agents, &directory, config)?,
            events: create(config.events, &directory, config)?,
            accounts: create(config.accounts, &directory, config)?,
            parameters: create(config.parameters, &directory, config)?,
            resources: create(config.resources, &directory, config)?,
            demand: create(config.demand, &directory, config)?,
            proposals: create(config.proposals, &directory, config)?,
            alerts: create(config.alerts, &directory, config)?,
            tasks: create(config.tasks, &directory, config)?,
            contracts: create(config.contracts, &directory, config)?,
            affiliates: create(config.affiliates, &directory, config)?,
        })
    }

    /// Goes on from a checkpoint: deletes the parts newer than `progress` and numbers on from there.
    ///
    /// # Errors
    /// When the chosen tables are not those of the checkpoint, a part that it counts on is missing, or the folders
    /// cannot be changed.
    pub fn resume(root: &Path, config: &TableConfig, progress: &[TableProgress]) -> Result<Self, RecordError> {
        let directory = RunDirectory::at(root);
        Ok(Self {
            markets: resume(config.markets, &directory, config, progress)?,
            fills: resume(config.fills, &directory, config, progress)?,
            agents: resume(config.agents, &directory, config, progress)?,
            events: resume(config.events, &directory, config, progress)?,
            accounts: resume(config.accounts, &directory, config, progress)?,
            parameters: resume(config.parameters, &directory, config, progress)?,
            resources: resume(config.resources, &directory, config, progress)?,
            demand: resume(config.demand, &directory, config, progress)?,
            proposals: resume(config.proposals, &directory, config, progress)?,
            alerts: resume(config.alerts, &directory, config, progress)?,
            tasks: resume(config.tasks, &directory, config, progress)?,
            contracts: resume(config.contracts, &directory, config, progress)?,
            affiliates: resume(config.affiliates, &directory, config, progress)?,
        })
    }

    /// Closes the current parts, durably, and says how far each table is: for the checkpoint that is then written.
    ///
    /// # Errors
    /// The first table that cannot be written; the others are closed all the same.
    pub fn checkpoint(&mut self) -> Result<Vec<TableProgress>, RecordError> {
        gather([
            self.markets.close_part(),
            self.fills.close_part(),
            self.agents.close_part(),
            self.events.close_part(),
            self.accounts.close_part(),
            self.parameters.close_part(),
            self.resources.close_part(),
            self.demand.close_part(),
            self.proposals.close_part(),
            self.alerts.close_part(),
            self.tasks.close_part(),
            self.contracts.close_part(),
            self.affiliates.close_part(),
        ])
    }

    /// Closes the tables for good; each that is on has at least one part, empty if need be.
    ///
    /// # Errors
    /// The first table that cannot be written; the others are closed all the same.
    pub fn finish(mut self) -> Result<Vec<TableProgress>, RecordError> {
        gather([
            self.markets.finish(),
            self.fills.finish(),
            self.agents.finish(),
            self.events.finish(),
            self.accounts.finish(),
            self.parameters.finish(),
            self.resources.finish(),
            self.demand.finish(),
            self.proposals.finish(),
            self.alerts.finish(),
            self.tasks.finish(),
            self.contracts.finish(),
            self.affiliates.finish(),
        ])
    }
}

fn create<C: Columns>(on: bool, directory: &RunDirectory, config: &TableConfig) -> Result<Table<C>, RecordError> {
    if on { Table::create(directory, &config.names) } else { Ok(Table::off()) }
}

fn resume<C: Columns>(
    on: bool,
    directory: &RunDirectory,
    config: &TableConfig,
    progress: &[TableProgress],
) -> Result<Table<C>, RecordError> {
    let table = progress.iter().find(|table| table.name == C::NAME);
    match (on, table) {
        (true, Some(table)) => Table::resume(directory, &config.names, table),
        (false, None) => Ok(Table::off()),
        (true, None) => Err(RecordError::mismatch(
            &directory.table(C::NAME),
            "this table is wanted now but was off before the checkpoint",
        )),
        (false, Some(_)) => Err(RecordError::mismatch(
            &directory.table(C::NAME),
            "this table is off now but was written before the checkpoint",
        )),
    }
}

fn gather<const N: usize>(
    tables: [Result<Option<TableProgress>, RecordError>; N],
) -> Result<Vec<TableProgress>, RecordError> {
    tables.into_iter().filter_map(Result::transpose).collect()
}
