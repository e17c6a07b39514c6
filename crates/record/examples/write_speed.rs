//! How fast tables are written: 10,000 steps of 100 agents with every table on.
//!
//! `cargo run --release -p walras-record --example write_speed [DIRECTORY]`

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use walras_record::table::{
    AccountRow, AgentRow, EventRow, FillRow, MarketRow, Names, ParameterRow, Side, TableConfig, Tables,
};

const STEPS: u32 = 10_000;
const AGENTS: u32 = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let base = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    for round in 0..5 {
        let directory = base.join(format!("walras-write-speed-{}", std::process::id()));
        let start = Instant::now();
        let mut tables = Tables::create(&directory, &TableConfig::all(names()))?;
        let mut draw = Draw(round + 1);
        for step in 0..STEPS {
            write_step(&mut tables, step, &mut draw)?;
        }
        let encoded = start.elapsed().as_secs_f64();
        let progress = tables.finish()?;
        let seconds = start.elapsed().as_secs_f64();
        let rows: u64 = progress.iter().map(|table| table.rows).sum();
        let values: u64 = progress.iter().map(|table| table.rows * columns(&table.name)).sum();
        println!(
            "{rows} rows, {values} values: {seconds:.3} s ({encoded:.3} s before the last sync), {:.1} M values/s, {:.1} MB",
            values as f64 / seconds / 1e6,
            bytes(&directory)? as f64 / 1e6,
        );
        std::fs::remove_dir_all(&directory)?;
    }
    Ok(())
}

fn names() -> Names {
    let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Names {
        markets: list(&["curve"]),
        assets: list(&["CASH", "TOKEN"]),
        boards: Vec::new(),
        resources: Vec::new(),
        cohorts: list(&["holders", "traders", "noise"]),
        contracts: Vec::new(),
        accounts: list(&["reserve", "fees", "issuer"]),
        reasons: list(&["trade", "fee", "mint", "burn"]),
    }
}

fn columns(table: &str) -> u64 {
    match table {
        "markets" => 16,
        "parameters" => 4,
        "events" | "accounts" => 5,
        _ => 8,
    }
}

fn write_step(tables: &mut Tables, step: u32, draw: &mut Draw) -> Result<(), Box<dyn Error>> {
    let price = 1.0 + draw.unit();
    tables.markets.push(&MarketRow {
        step,
        market: 0,
        asset: 1,
        price,
        settlement_price: price,
        supply: draw.amount(),
        reserve: draw.amount(),
        volume: draw.amount(),
        bought: draw.amount(),
        sold: draw.amount(),
        fees: draw.amount(),
        fees_tokens: draw.amount(),
        fees_tokens_worth: draw.unit(),
        orders: 50,
        filled: 49,
        rejected: 1,
        reserve_ratio: draw.unit(),
        fundamental: f64::NAN,
        asset_price: price,
        best_bid: price - draw.unit(),
        best_ask: price + draw.unit(),
        spread: draw.unit(),
        bid_depth: draw.unit(),
        ask_depth: draw.unit(),
        imbalance: 0.0,
        effective_spread: draw.unit(),
        resting: 7,
        inventory: draw.amount(),
        shares: 0,
    })?;
    for agent in 0..AGENTS {
        if agent % 2 == 0 {
            tables.fills.push(&FillRow {
                step,
                market: 0,
                agent,
                side: if draw.unit() < 0.5 { Side::Buy } else { Side::Sell },
                amount: draw.amount(),
                paid: draw.amount(),
                fee: draw.amount() / 300,
                price,
            })?;
        }
        tables.agents.push(&AgentRow {
            step,
            agent,
            cohort: agent % 3,
            balance: draw.amount(),
            holdings: &[draw.amount()],
            wealth: draw.unit(),
            liquidation: draw.unit(),
            utility: draw.unit(),
        })?;
    }
    for account in 0..3 {
        for reason in 0..2 {
            tables.accounts.push(&AccountRow {
                step,
                account,
                asset: reason,
                reason: reason + account % 2,
                amount: draw.amount(),
            })?;
        }
    }
    tables.parameters.push(&ParameterRow { step, market: 0, parameter: "slope", value: draw.unit() })?;
    if step.is_multiple_of(10) {
        tables.events.push(&EventRow {
            step,
            kind: "rejected",
            subject: "traders",
            detail: "7 orders could not be paid for",
            amount: Some(draw.amount()),
        })?;
    }
    Ok(())
}

fn bytes(directory: &std::path::Path) -> std::io::Result<u64> {
    let mut total = 0;
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        total += if entry.file_type()?.is_dir() { bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(total)
}

/// Numbers that do not compress: Marsaglia's xorshift64.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn amount(&mut self) -> i64 {
        (self.next() >> 24).cast_signed()
    }
}
