//! A small run whose every value is distinct enough that no column can be taken for another.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]

use std::ops::Range;
use std::path::Path;

use serde_json::Value;
use walras_record::log::LogHeads;
use walras_record::manifest::{
    AssetEntry, CohortEntry, ContractEntry, FORMAT, Features, Manifest, MarketEntry, ResourceEntry, RunStatus,
};
use walras_record::table::{
    AccountColumns, AccountRow, AffiliateColumns, AffiliateRow, AgentColumns, AgentRow, AlertColumns, AlertRow,
    Columns, ContractColumns, ContractRow, DemandColumns, DemandRow, EventColumns, EventRow, FillColumns, FillRow,
    MarketColumns, MarketRow, ParameterColumns, ParameterRow, ProposalColumns, ProposalRow, ResourceColumns,
    ResourceRow, Side, TaskColumns, TaskRow,
};
use walras_record::{Names, RunDirectory, TableConfig, TableProgress, Tables};

pub fn names() -> Names {
    let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Names {
        markets: list(&["curve", "pool"]),
        assets: list(&["CASH", "TOKEN", "GPU"]),
        resources: list(&["cluster", "link"]),
        cohorts: list(&["holders", "traders"]),
        boards: list(&["jobs", "chores"]),
        contracts: list(&["growth", "volume"]),
        accounts: list(&["reserve:curve", "treasury"]),
        reasons: list(&["trade", "fee", "mint"]),
    }
}

pub fn market_row(step: u32) -> MarketRow {
    let base = i64::from(step) * 100;
    MarketRow {
        step,
        market: step % 2,
        asset: 1 + step % 2,
        price: f64::from(step) + 0.5,
        settlement_price: if step.is_multiple_of(3) { f64::NAN } else { f64::from(step) + 0.25 },
        supply: base + 1,
        reserve: i64::MAX - base,
        volume: base + 2,
        bought: base + 3,
        sold: base + 4,
        fees: base + 5,
        fees_tokens: base + 11,
        fees_tokens_worth: f64::from(step) * 1.5,
        orders: u32::MAX - step,
        filled: step + 6,
        rejected: step + 7,
        reserve_ratio: f64::from(step) / 3.0,
        fundamental: if step.is_multiple_of(2) { f64::from(step) * 7.0 } else { f64::NAN },
        asset_price: f64::from(step) + 0.125,
        best_bid: f64::from(step) - 0.5,
        best_ask: if step.is_multiple_of(4) { f64::NAN } else { f64::from(step) + 1.5 },
        spread: if step.is_multiple_of(4) { f64::NAN } else { 2.0 },
        bid_depth: f64::from(step) * 3.0,
        ask_depth: f64::from(step) * 4.0,
        imbalance: -0.25,
        effective_spread: if step.is_multiple_of(3) { f64::NAN } else { 0.75 },
        resting: step + 8,
        inventory: base + 9,
        shares: base + 10,
    }
}

pub fn fill_row(step: u32, agent: u32) -> FillRow {
    let base = i64::from(step) * 100 + i64::from(agent);
    FillRow {
        step,
        market: (step + agent) % 2,
        agent,
        side: if agent.is_multiple_of(2) { Side::Buy } else { Side::Sell },
        amount: base + 1,
        paid: -base,
        fee: base + 2,
        price: f64::from(step) - 0.75,
    }
}

pub fn push_agents(step: u32, mut push: impl FnMut(&AgentRow<'_>)) {
    for agent in 0..5 {
        let base = i64::from(step) * 10 + i64::from(agent);
        push(&AgentRow {
            step,
            agent,
            cohort: agent % 2,
            balance: base - 20,
            holdings: &[base + 1, i64::MIN + base],
            wealth: f64::from(step) * 1.5,
            liquidation: f64::from(agent) * 2.5,
            utility: -f64::from(step + agent),
        });
    }
}

pub fn event_row(step: u32, detail: &str) -> EventRow<'_> {
    EventRow {
        step,
        kind: if step.is_multiple_of(2) { "shock" } else { "rejected" },
        subject: "traders",
        detail,
        amount: (!step.is_multiple_of(3)).then_some(-i64::from(step)),
    }
}

pub fn account_row(step: u32) -> AccountRow {
    AccountRow { step, account: step % 2, asset: step % 3, reason: (step + 1) % 3, amount: 50 - i64::from(step) }
}

pub fn parameter_row(step: u32) -> ParameterRow<'static> {
    let parameter = if step.is_multiple_of(2) { "slope" } else { "fee" };
    ParameterRow { step, market: step % 2, parameter, value: f64::from(step) * 0.001 }
}

pub fn resource_row(step: u32) -> ResourceRow {
    let base = i64::from(step) * 100;
    ResourceRow {
        step,
        resource: step % 2,
        asset: 1 + step % 2,
        price: if step.is_multiple_of(3) { f64::NAN } else { f64::from(step) + 0.5 },
        capacity: base + 1,
        requested: base + 2,
        granted: base + 3,
        requesters: step + 4,
        served: step + 5,
        paid: base + 6,
        fairness: f64::from(step) / 7.0,
        envious: if step.is_multiple_of(4) { f64::NAN } else { 0.25 },
        efficiency: f64::from(step) / 11.0,
        dominant_spread: if step.is_multiple_of(2) { f64::NAN } else { 0.125 },
        cut: step + 7,
        used: base + 8,
        decayed: base + 9,
        held: base + 10,
    }
}

pub fn demand_row(step: u32) -> DemandRow {
    let base = f64::from(step);
    DemandRow {
        step,
        cohort: step % 2,
        utility: base + 0.5,
        arrived: if step.is_multiple_of(2) { f64::NAN } else { base + 1.0 },
        waiting: base + 2.0,
        finished: base + 3.0,
        in_time: base + 4.0,
        late: base + 5.0,
        waited: base + 6.0,
    }
}

pub fn proposal_row(step: u32) -> ProposalRow<'static> {
    let base = f64::from(step);
    let known = if step.is_multiple_of(2) { base / 8.0 } else { f64::NAN };
    ProposalRow {
        step,
        body: "dao",
        proposal: step + 1,
        subject: "raise",
        lever: "fee",
        before: known,
        value: known + 1.0,
        requested: base + 2.0,
        status: "open",
        yes: base + 3.0,
        no: base + 4.0,
        electorate: known + 5.0,
        needed: known + 6.0,
        voters: step + 7,
    }
}

pub fn alert_row(step: u32) -> AlertRow<'static> {
    let level = f64::from(step) + 0.5;
    AlertRow { step, monitor: "watch", level, value: level + 1.0, pointed: step % 4, begins: step % 2 }
}

pub fn task_row(step: u32) -> TaskRow {
    let base = i64::from(step) * 100;
    TaskRow {
        step,
        board: step % 2,
        posted: step + 1,
        unfunded: step + 2,
        taken: step + 3,
        completed: step + 4,
        paid_false: step + 5,
        found_false: step + 6,
        late: step + 7,
        untaken: step + 8,
        open: step + 9,
        at_work: step + 10,
        escrow: base + 11,
        stakes: base + 12,
        paid: base + 13,
        refunded: base + 14,
        slashed: base + 15,
        spent: base + 16,
    }
}

pub fn detail(step: u32) -> String {
    if step.is_multiple_of(4) { String::new() } else { format!("π at step {step}") }
}

/// Writes a step's rows into every table that is on.
pub fn push_step(tables: &mut Tables, step: u32) {
    tables.markets.push(&market_row(step)).ok();
    for agent in 0..step % 4 {
        tables.fills.push(&fill_row(step, agent)).unwrap();
    }
    push_agents(step, |row| tables.agents.push(row).unwrap());
    tables.events.push(&event_row(step, &detail(step))).unwrap();
    tables.accounts.push(&account_row(step)).unwrap();
    tables.parameters.push(&parameter_row(step)).unwrap();
    tables.resources.push(&resource_row(step)).unwrap();
    tables.demand.push(&demand_row(step)).unwrap();
    tables.proposals.push(&proposal_row(step)).unwrap();
    tables.alerts.push(&alert_row(step)).unwrap();
    tables.tasks.push(&task_row(step)).unwrap();
    tables.contracts.push(&contract_row(step)).unwrap();
    tables.affiliates.push(&affiliate_row(step)).unwrap();
}

pub fn contract_row(step: u32) -> ContractRow {
    let base = i64::from(step) * 1000;
    ContractRow {
        step,
        contract: step % 2,
        open: step + 1,
        active: step + 2,
        escrow: base + 3,
        committed: base + 4,
        earned: base + 5,
        paid: base + 6,
        refunded: base + 7,
        clawed_back: base + 8,
        staked: base + 9,
        slashed: base + 10,
        contribution: f64::from(step) + 0.11,
        manufactured: f64::from(step) + 0.12,
        aware: if step.is_multiple_of(3) { f64::NAN } else { 1.0 / f64::from(step) },
    }
}

pub fn affiliate_row(step: u32) -> AffiliateRow {
    AffiliateRow {
        step,
        contract: (step + 1) % 2,
        cohort: step % 2,
        affiliate: step * 7,
        contribution: -f64::from(step) - 0.5,
        manufactured: f64::from(step) + 0.25,
        earned: i64::from(step) * 13,
    }
}

pub struct Expected {
    pub markets: MarketColumns,
    pub fills: FillColumns,
    pub agents: AgentColumns,
    pub events: EventColumns,
    pub accounts: AccountColumns,
    pub parameters: ParameterColumns,
    pub resources: ResourceColumns,
    pub demand: DemandColumns,
    pub proposals: ProposalColumns,
    pub alerts: AlertColumns,
    pub tasks: TaskColumns,
    pub contracts: ContractColumns,
    pub affiliates: AffiliateColumns,
}

/// The same rows, in memory only.
pub fn columns_of(steps: Range<u32>) -> Expected {
    let names = names();
    let mut expected = Expected {
        markets: MarketColumns::new(&names),
        fills: FillColumns::new(&names),
        agents: AgentColumns::new(&names),
        events: EventColumns::new(&names),
        accounts: AccountColumns::new(&names),
        parameters: ParameterColumns::new(&names),
        resources: ResourceColumns::new(&names),
        demand: DemandColumns::new(&names),
        proposals: ProposalColumns::new(&names),
        alerts: AlertColumns::new(&names),
        tasks: TaskColumns::new(&names),
        contracts: ContractColumns::new(&names),
        affiliates: AffiliateColumns::new(&names),
    };
    for step in steps {
        expected.markets.push(&market_row(step));
        for agent in 0..step % 4 {
            expected.fills.push(&fill_row(step, agent));
        }
        push_agents(step, |row| expected.agents.push(row));
        expected.events.push(&event_row(step, &detail(step)));
        expected.accounts.push(&account_row(step));
        expected.parameters.push(&parameter_row(step));
        expected.resources.push(&resource_row(step));
        expected.demand.push(&demand_row(step));
        expected.proposals.push(&proposal_row(step));
        expected.alerts.push(&alert_row(step));
        expected.tasks.push(&task_row(step));
        expected.contracts.push(&contract_row(step));
        expected.affiliates.push(&affiliate_row(step));
    }
    expected
}

/// Writes a complete run of `steps` steps with checkpoints before some of them.
pub fn write_run(root: &Path, steps: u32, checkpoints: &[u32]) {
    let directory = RunDirectory::create(root, "").unwrap();
    let mut tables = Tables::create(root, &TableConfig::all(names())).unwrap();
    for step in 0..steps {
        if checkpoints.contains(&step) {
            tables.checkpoint().unwrap();
        }
        push_step(&mut tables, step);
    }
    let progress = tables.finish().unwrap();
    manifest(progress).write(&directory.manifest()).unwrap();
}

pub fn manifest(tables: Vec<TableProgress>) -> Manifest {
    let names = names();
    Manifest {
        format: FORMAT,
        walras_version: env!("CARGO_PKG_VERSION").into(),
        name: String::new(),
        description: String::new(),
        scenario_text: String::new(),
        scenario_hash: String::new(),
        overrides: vec![],
        data_files: vec![],
        seed: 0,
        steps: 0,
        order_of_events: "at once".into(),
        step_seconds: 1.0,
        checkpoint_every: 0,
        hash_every: 0,
        features: Features { threads: 1, target_arch: String::new(), vector: String::new() },
        status: RunStatus::Complete,
        started_unix_s: 0,
        wall_seconds: 0.0,
        step_hashes: vec![],
        final_hash: None,
        final_step: 0,
        assets: names.assets.into_iter().map(|name| AssetEntry { name, decimals: 6 }).collect(),
        markets: names
            .markets
            .into_iter()
            .map(|name| MarketEntry { name, asset: String::new(), mechanism: String::new(), settlement: String::new() })
            .collect(),
        resources: names
            .resources
            .into_iter()
            .map(|name| ResourceEntry { name, assets: Vec::new(), rule: String::new() })
            .collect(),
        contracts: names
            .contracts
            .into_iter()
            .map(|name| ContractEntry {
                name,
                asset: String::new(),
                contribution: String::new(),
                unit: String::new(),
                affiliates: String::new(),
                count: 1,
            })
            .collect(),
        cohorts: names
            .cohorts
            .into_iter()
            .map(|name| CohortEntry { name, size: 0, first_agent: 0, policy: String::new(), objective: String::new() })
            .collect(),
        log: LogHeads::default(),
        tables,
        summary: Value::Null,
    }
}
