//! The rows of a run made again, held to the rows on disk one by one.

use walras_record::table::{
    AccountColumns, AccountRow, AffiliateColumns, AffiliateRow, AgentColumns, AgentRow, AlertColumns, AlertRow,
    Columns, ContractColumns, ContractRow, DemandColumns, DemandRow, EventColumns, EventRow, FillColumns, FillRow,
    MarketColumns, MarketRow, Names, ParameterColumns, ParameterRow, ProposalColumns, ProposalRow, ResourceColumns,
    ResourceRow, Side, TableConfig, TaskColumns, TaskRow,
};
use walras_record::{Manifest, RecordError, Run, RunStatus, TableReader};

use super::Check;
use crate::recorder::Rows;

/// Stands where tables stand when a run is made, and compares instead of writing.
pub(super) struct Comparison {
    names: Names,
    markets: Stored<MarketColumns>,
    fills: Stored<FillColumns>,
    agents: Stored<AgentColumns>,
    events: Stored<EventColumns>,
    accounts: Stored<AccountColumns>,
    parameters: Stored<ParameterColumns>,
    resources: Stored<ResourceColumns>,
    demand: Stored<DemandColumns>,
    proposals: Stored<ProposalColumns>,
    alerts: Stored<AlertColumns>,
    tasks: Stored<TaskColumns>,
    contracts: Stored<ContractColumns>,
    affiliates: Stored<AffiliateColumns>,
}

impl Comparison {
    /// Over the tables of a run, those that `config` has on. Rows may be missing at the end of a run that was cut off.
    pub(super) fn open(run: &Run, config: &TableConfig, status: &RunStatus) -> Result<Self, RecordError> {
        let whole = matches!(status, RunStatus::Complete | RunStatus::Interrupted);
        Ok(Self {
            names: config.names.clone(),
            markets: Stored::open(run, config.markets, whole)?,
            fills: Stored::open(run, config.fills, whole)?,
            agents: Stored::open(run, config.agents, whole)?,
            events: Stored::open(run, config.events, whole)?,
            accounts: Stored::open(run, config.accounts, whole)?,
            parameters: Stored::open(run, config.parameters, whole)?,
            resources: Stored::open(run, config.resources, whole)?,
            demand: Stored::open(run, config.demand, whole)?,
            proposals: Stored::open(run, config.proposals, whole)?,
            alerts: Stored::open(run, config.alerts, whole)?,
            tasks: Stored::open(run, config.tasks, whole)?,
            contracts: Stored::open(run, config.contracts, whole)?,
            affiliates: Stored::open(run, config.affiliates, whole)?,
        })
    }

    /// One check for each table that is on.
    pub(super) fn checks(self, manifest: &Manifest) -> Vec<Check> {
        let checks = [
            self.markets.check(manifest),
            self.fills.check(manifest),
            self.agents.check(manifest),
            self.events.check(manifest),
            self.accounts.check(manifest),
            self.parameters.check(manifest),
            self.resources.check(manifest),
            self.demand.check(manifest),
            self.alerts.check(manifest),
            self.tasks.check(manifest),
            self.contracts.check(manifest),
            self.affiliates.check(manifest),
            self.proposals.check(manifest),
        ];
        checks.into_iter().flatten().collect()
    }
}

/// A table on disk, read piece by piece alongside the run.
struct Stored<C: Columns> {
    reader: Option<TableReader<C>>,
    names: Names,
    piece: C,
    at: usize,
    /// Rows compared.
    rows: u64,
    /// Whether the last row must be there too.
    whole: bool,
    ended: bool,
    difference: Option<String>,
}

impl<C: Columns> Stored<C> {
    fn open(run: &Run, on: bool, whole: bool) -> Result<Self, RecordError> {
        let names = run.manifest.names();
        let (mut difference, mut reader) = (None, None);
        if on {
            match run.table::<C>() {
                Ok(found) => reader = Some(found),
                Err(error) => difference = Some(error.to_string()),
            }
        }
        let piece = C::new(&names);
        Ok(Self { reader, names, piece, at: 0, rows: 0, whole, ended: false, difference })
    }

    fn is_on(&self) -> bool {
        self.reader.is_some()
    }

    /// Holds the next row on disk to a row of the run.
    fn compare(&mut self, step: u32, same: impl FnOnce(&C, usize) -> bool) -> Result<(), RecordError> {
        if !self.is_on() || self.difference.is_some() || self.ended {
            return Ok(());
        }
        if !self.load() {
            self.ended = true;
            if self.whole && self.difference.is_none() {
                self.difference = Some(format!("row {}, of step {step}, is missing", self.rows));
            }
            return Ok(());
        }
        if !same(&self.piece, self.at) {
            self.difference = Some(format!("row {}, of step {step}, is not what running it again gives", self.rows));
        }
        self.at += 1;
        self.rows += 1;
        Ok(())
    }

    /// Whether there is a next row, read in if need be.
    fn load(&mut self) -> bool {
        while self.at >= self.piece.len() {
            let Some(reader) = &mut self.reader else { return false };
            self.piece = C::new(&self.names);
            self.at = 0;
            match reader.append_next(&mut self.piece) {
                Ok(true) => {}
                Ok(false) => return false,
                Err(error) => {
                    self.difference = Some(error.to_string());
                    return false;
                }
            }
        }
        true
    }

    fn check(mut self, manifest: &Manifest) -> Option<Check> {
        if !self.is_on() && self.difference.is_none() {
            return None;
        }
        if self.difference.is_none() && self.whole && self.load() && self.difference.is_none() {
            self.difference = Some(format!("there are more rows than the {} that the run gives", self.rows));
        }
        let told = manifest.tables.iter().find(|table| table.name == C::NAME).map(|table| table.rows);
        if self.difference.is_none() && self.whole && told != Some(self.rows) {
            let told = told.map_or_else(|| "no such table".to_owned(), |told| format!("{told} rows"));
            self.difference = Some(format!("the manifest tells of {told}, and there are {}", self.rows));
        }
        let same = format!("all {} rows are what running it again gives", self.rows);
        Some(Check::of(&format!("table {}", C::NAME), self.difference, same))
    }
}

/// Bits, so that what is not a number is like itself; every NaN is one on disk.
fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

/// What a market's orders at rest and its holdings were.
fn same_state(stored: &MarketColumns, at: usize, row: &MarketRow) -> bool {
    same(stored.asset_price.0[at], row.asset_price)
        && same(stored.best_bid.0[at], row.best_bid)
        && same(stored.best_ask.0[at], row.best_ask)
        && same(stored.spread.0[at], row.spread)
        && same(stored.bid_depth.0[at], row.bid_depth)
        && same(stored.ask_depth.0[at], row.ask_depth)
        && same(stored.imbalance.0[at], row.imbalance)
        && same(stored.effective_spread.0[at], row.effective_spread)
        && stored.resting[at] == row.resting
        && stored.inventory[at] == row.inventory
        && stored.shares[at] == row.shares
}

impl Rows for Comparison {
    fn wants_fills(&self) -> bool {
        self.fills.is_on()
    }

    fn wants_agents(&self) -> bool {
        self.agents.is_on()
    }

    fn market(&mut self, row: &MarketRow) -> Result<(), RecordError> {
        let Self { markets, names, .. } = self;
        markets.compare(row.step, |stored, at| {
            stored.step[at] == row.step
                && stored.market.name(at) == names.markets[row.market as usize]
                && stored.asset.name(at) == names.assets[row.asset as usize]
                && same(stored.price[at], row.price)
                && same(stored.settlement_price.0[at], row.settlement_price)
                && stored.supply[at] == row.supply
                && stored.reserve[at] == row.reserve
                && stored.volume[at] == row.volume
                && stored.bought[at] == row.bought
                && stored.sold[at] == row.sold
                && stored.fees[at] == row.fees
                && stored.fees_tokens[at] == row.fees_tokens
                && same(stored.fees_tokens_worth[at], row.fees_tokens_worth)
                && stored.orders[at] == row.orders
                && stored.filled[at] == row.filled
                && stored.rejected[at] == row.rejected
                && same(stored.reserve_ratio.0[at], row.reserve_ratio)
                && same(stored.fundamental.0[at], row.fundamental)
                && same_state(stored, at, row)
        })
    }

    fn fill(&mut self, row: &FillRow) -> Result<(), RecordError> {
        let Self { fills, names, .. } = self;
        let side = match row.side {
            Side::Buy => "buy",
            Side::Sell => "sell",
        };
        fills.compare(row.step, |stored, at| {
            stored.step[at] == row.step
                && stored.market.name(at) == names.markets[row.market as usize]
                && stored.agent[at] == row.agent
                && stored.side.name(at) == side
                && stored.amount[at] == row.amount
                && stored.paid[at] == row.paid
                && stored.fee[at] == row.fee
                && same(stored.price[at], row.price)
        })
    }

    fn agent(&mut self, row: &AgentRow<'_>) -> Result<(), RecordError> {
        let Self { agents, names, .. } = self;
        agents.compare(row.step, |stored, at| {
            let holdings = stored.holdings.iter().map(|column| column[at]);
            stored.step[at] == row.step
                && stored.agent[at] == row.agent
                && stored.cohort.name(at) == names.cohorts[row.cohort as usize]
                && stored.balance[at] == row.balance
                && holdings.eq(row.holdings.iter().copied())
                && same(stored.wealth[at], row.wealth)
                && same(stored.liquidation[at], row.liquidation)
                && same(stored.utility[at], row.utility)
        })
    }

    fn event(&mut self, row: &EventRow<'_>) -> Result<(), RecordError> {
        self.events.compare(row.step, |stored, at| {
            stored.step[at] == row.step
                && stored.kind.get(at) == row.kind
                && stored.subject.get(at) == row.subject
                && stored.detail.get(at) == row.detail
                && stored.amount[at] == row.amount
        })
    }

    fn account(&mut self, row: &AccountRow) -> Result<(), RecordError> {
        let Self { accounts, names, .. } = self;
        accounts.compare(row.step, |stored, at| {
            stored.step[at] == row.step
                && stored.account.name(at) == names.accounts[row.account as usize]
                && stored.asset.name(at) == names.assets[row.asset as usize]
                && stored.reason.name(at) == names.reasons[row.reason as usize]
                && stored.amount[at] == row.amount
        })
    }

    fn parameter(&mut self, row: &ParameterRow<'_>) -> Result<(), RecordError> {
        let Self { parameters, names, .. } = self;
        parameters.compare(row.step, |stored, at| {
            stored.step[at] == row.step
                && stored.market.name(at) == names.markets[row.market as usize]
                && stored.parameter.get(at) == row.parameter
                && same(stored.value[at], row.value)
        })
    }
    fn resource(&mut self, row: &ResourceRow) -> Result<(), RecordError> {
        let Self { resources, names, .. } = self;
        resources.compare(row.step, |stored, at| {
            stored.step[at] == row.step
                && stored.resource.name(at) == names.resources[row.resource as usize]
                && stored.asset.name(at) == names.assets[row.asset as usize]
                && same(stored.price.0[at], row.price)
                && stored.capacity[at] == row.capacity
                && stored.requested[at] == row.requested
                && stored.granted[at] == row.granted
                && stored.requesters[at] == row.requesters
                && stored.served[at] == row.served
                && stored.paid[at] == row.paid
                && same(stored.fairness.0[at], row.fairness)
                && same(stored.envious.0[at], row.envious)
                && same(stored.efficiency.0[at], row.efficiency)
                && same(stored.dominant_spread.0[at], row.dominant_spread)
                && stored.cut[at] == row.cut
                && stored.used[at] == row.used
                && stored.decayed[at] == row.decayed
                && stored.held[at] == row.held
        })
    }

    fn demand(&mut self, row: &DemandRow) -> Result<(), RecordError> {
        let Self { demand, names, .. } = self;
        demand.compare(row.step, |stored, at| {
            stored.step[at] == row.step
                && stored.cohort.name(at) == names.cohorts[row.cohort as usize]
                && same(stored.utility[at], row.utility)
                && same(stored.arrived.0[at], row.arrived)
                && same(stored.waiting.0[at], row.waiting)
                && same(stored.finished.0[at], row.finished)
                && same(stored.in_time.0[at], row.in_time)
                && same(stored.late.0[at], row.late)
                && same(stored.waited.0[at], row.waited)
        })
    }

    fn proposal(&mut self, row: &ProposalRow<'_>) -> Result<(), RecordError> {
        self.proposals.compare(row.step, |stored, at| {
            stored.step[at] == row.step
                && stored.body.get(at) == row.body
                && stored.proposal[at] == row.proposal
                && stored.subject.get(at) == row.subject
                && stored.lever.get(at) == row.lever
                && same(stored.before.0[at], row.before)
                && same(stored.value.0[at], row.value)
                && same(stored.requested[at], row.requested)
                && stored.status.get(at) == row.status
                && same(stored.yes[at], row.yes)
                && same(stored.no[at], row.no)
                && same(stored.electorate.0[at], row.electorate)
                && same(stored.needed.0[at], row.needed)
                && stored.voters[at] == row.voters
        })
    }

    fn alert(&mut self, row: &AlertRow<'_>) -> Result<(), RecordError> {
        self.alerts.compare(row.step, |stored, at| {
            stored.step[at] == row.step
                && stored.monitor.get(at) == row.monitor
                && same(stored.level[at], row.level)
                && same(stored.value[at], row.value)
                && stored.pointed[at] == row.pointed
                && stored.begins[at] == row.begins
        })
    }

    fn task(&mut self, row: &TaskRow) -> Result<(), RecordError> {
        let Self { tasks, names, .. } = self;
        tasks.compare(row.step, |stored, at| {
            stored.step[at] == row.step
                && stored.board.name(at) == names.boards[row.board as usize]
                && stored.posted[at] == row.posted
                && stored.unfunded[at] == row.unfunded
                && stored.taken[at] == row.taken
                && stored.completed[at] == row.completed
                && stored.paid_false[at] == row.paid_false
                && stored.found_false[at] == row.found_false
                && stored.late[at] == row.late
                && stored.untaken[at] == row.untaken
                && stored.open[at] == row.open
                && stored.at_work[at] == row.at_work
                && stored.escrow[at] == row.escrow
                && stored.stakes[at] == row.stakes
                && stored.paid[at] == row.paid
                && stored.refunded[at] == row.refunded
                && stored.slashed[at] == row.slashed
                && stored.spent[at] == row.spent
        })
    }

    fn contract(&mut self, row: &ContractRow) -> Result<(), RecordError> {
        let Self { contracts, names, .. } = self;
        contracts.compare(row.step, |stored, at| {
            stored.step[at] == row.step
                && stored.contract.name(at) == names.contracts[row.contract as usize]
                && stored.open[at] == row.open
                && stored.active[at] == row.active
                && stored.escrow[at] == row.escrow
                && stored.committed[at] == row.committed
                && stored.earned[at] == row.earned
                && stored.paid[at] == row.paid
                && stored.refunded[at] == row.refunded
                && stored.clawed_back[at] == row.clawed_back
                && stored.staked[at] == row.staked
                && stored.slashed[at] == row.slashed
                && same(stored.contribution[at], row.contribution)
                && same(stored.manufactured[at], row.manufactured)
                && same(stored.aware.0[at], row.aware)
        })
    }

    fn affiliate(&mut self, row: &AffiliateRow) -> Result<(), RecordError> {
        let Self { affiliates, names, .. } = self;
        affiliates.compare(row.step, |stored, at| {
            stored.step[at] == row.step
                && stored.contract.name(at) == names.contracts[row.contract as usize]
                && stored.cohort.name(at) == names.cohorts[row.cohort as usize]
                && stored.affiliate[at] == row.affiliate
                && same(stored.contribution[at], row.contribution)
                && same(stored.manufactured[at], row.manufactured)
                && stored.earned[at] == row.earned
        })
    }
}
