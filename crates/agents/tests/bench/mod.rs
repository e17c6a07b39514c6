//! A cohort on a bench: everything a policy sees and writes, set by hand.

#![allow(dead_code, unreachable_pub, reason = "each test that includes the bench uses a part of it")]

use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};
use walras_agents::observation::{Depth, History, MarketView, Quotes, Tape, View};
use walras_agents::policy::{AnyPolicy, Build, Desk, Memory, Policy};
use walras_agents::population::{Data, MarketSetup, Setup};
use walras_catalog::{Node, Problem, Read, Span, Table, Value};
use walras_ledger::Atoms;
use walras_market::command::Command;
use walras_market::order::{Limit, LimitShape, Orders, OrdersPart};
use walras_numerics::{CHUNK, Column, Keys};

pub struct Bench {
    pub keys: Keys,
    pub entity: u64,
    pub step: u32,
    pub money_scale: f64,
    pub balances: Vec<Atoms>,
    /// One column for each market.
    pub holdings: Vec<Vec<Atoms>>,
    /// Liquidity shares, one column for each market or none.
    pub shares: Vec<Vec<Atoms>>,
    pub markets: Vec<Market>,
    /// What the last decision asked beside orders, market by market.
    pub commands: Vec<Vec<Command>>,
    pub memory: Vec<Vec<f64>>,
}

pub struct Market {
    pub asset: String,
    pub price: f64,
    pub fundamental: Option<f64>,
    pub halted: bool,
    pub valuation_shift: f64,
    pub budget_share: f64,
    pub token_scale: f64,
    pub history: History,
    pub quotes: Quotes,
    pub tape: Tape,
    pub tick: f64,
    pub lot: f64,
    pub fee: f64,
    pub latency: u32,
    pub depth: Option<Box<dyn Depth>>,
    pub shares_out: Atoms,
    pub reserve: f64,
    pub inventory: f64,
}

impl Bench {
    /// `size` agents with 1,000 units of money and 10 tokens at each of `markets` markets, priced 1.
    pub fn new(size: usize, markets: usize) -> Self {
        let market = |number| Market {
            asset: format!("TOKEN{number}"),
            price: 1.0,
            fundamental: Some(1.0),
            halted: false,
            valuation_shift: 1.0,
            budget_share: 1.0 / markets as f64,
            token_scale: 1e6,
            history: History::new(2),
            quotes: Quotes::default(),
            tape: Tape::new(0),
            tick: 0.0,
            lot: 0.0,
            fee: 0.0,
            depth: None,
            latency: 0,
            shares_out: 0,
            reserve: 500.0,
            inventory: 0.0,
        };
        Self {
            keys: Keys::new(2026),
            entity: 4096,
            step: 0,
            money_scale: 100.0,
            balances: vec![100_000; size],
            holdings: vec![vec![10_000_000; size]; markets],
            shares: Vec::new(),
            markets: (0..markets).map(market).collect(),
            commands: Vec::new(),
            memory: Vec::new(),
        }
    }

    pub fn size(&self) -> usize {
        self.balances.len()
    }

    /// Builds the policy for this cohort, gives it its memory, and shows it the price now.
    pub fn start(&mut self, entry: &dyn Build) -> Result<Box<dyn Policy>, String> {
        let market = |market: &Market| MarketSetup { asset: market.asset.clone(), token_scale: market.token_scale };
        let markets: Vec<MarketSetup> = self.markets.iter().map(market).collect();
        let policy = entry.build(&mut Setup {
            keys: self.keys,
            entity: self.entity,
            size: self.size(),
            markets: &markets,
            money_scale: self.money_scale,
            data: &mut Ramp,
            drawn: 0,
        })?;
        self.memory = policy.memory().iter().map(|&value| vec![value; self.size()]).collect();
        for market in &mut self.markets {
            market.history = History::new(policy.lookback());
            market.history.push(market.price);
            market.tape = Tape::new(policy.tape_length());
        }
        Ok(policy)
    }

    /// The next step, with these prices.
    pub fn advance(&mut self, prices: &[f64]) {
        self.step += 1;
        for (market, &price) in self.markets.iter_mut().zip(prices) {
            market.price = price;
            market.history.push(price);
        }
    }

    /// The orders of every market, decided in chunks.
    pub fn decide(&mut self, policy: &dyn Policy) -> Vec<Orders> {
        let chunks: Vec<_> =
            (0..self.size()).step_by(CHUNK).map(|start| start..(start + CHUNK).min(self.size())).collect();
        self.decide_in(policy, &chunks)
    }

    /// The orders of every market, decided in these pieces in this order.
    pub fn decide_in(&mut self, policy: &dyn Policy, pieces: &[Range<usize>]) -> Vec<Orders> {
        self.decide_as(policy, pieces, |_| {})
    }

    /// The orders of every market, written over whatever `before` left there.
    pub fn decide_over(&mut self, policy: &dyn Policy, before: impl Fn(&mut Orders)) -> Vec<Orders> {
        let whole = 0..self.size();
        self.decide_as(policy, std::slice::from_ref(&whole), before)
    }

    fn decide_as(&mut self, policy: &dyn Policy, pieces: &[Range<usize>], before: impl Fn(&mut Orders)) -> Vec<Orders> {
        let size = self.size();
        let room = |market| {
            let shape = policy.shape(market);
            let mut orders = Orders::new(size, &shape);
            if shape.limit != LimitShape::Each {
                // Limits that a policy does not give are none of what it writes.
                orders.limit = Limit::Slippage(0.0);
            }
            orders
        };
        let mut orders: Vec<Orders> = (0..self.markets.len()).map(room).collect();
        orders.iter_mut().for_each(before);
        let mut memory = std::mem::take(&mut self.memory);
        let mut parts: Vec<OrdersPart<'_>> = orders.iter_mut().map(part).collect();
        let mut commands = vec![Vec::new(); self.markets.len()];
        for rows in pieces {
            let mut columns: Vec<&mut [f64]> = memory.iter_mut().map(Vec::as_mut_slice).collect();
            self.with_view(rows.clone(), |view| {
                let mut memory = Memory::new(&mut columns, rows.clone());
                policy.decide(view, &mut memory, &mut Desk::new(&mut parts, &mut commands, 0, rows.clone()));
            });
        }
        self.memory = memory;
        self.commands = commands;
        orders
    }

    /// Lets the policy learn from what stands on the bench now.
    pub fn learn_in(&mut self, policy: &dyn Policy, pieces: &[Range<usize>]) {
        let mut memory = std::mem::take(&mut self.memory);
        for rows in pieces {
            let mut columns: Vec<&mut [f64]> = memory.iter_mut().map(Vec::as_mut_slice).collect();
            self.with_view(rows.clone(), |view| {
                policy.learn(view, &mut Memory::new(&mut columns, rows.clone()));
            });
        }
        self.memory = memory;
    }

    pub fn learn(&mut self, policy: &dyn Policy) {
        let pieces: Vec<_> =
            (0..self.size()).step_by(CHUNK).map(|start| start..(start + CHUNK).min(self.size())).collect();
        self.learn_in(policy, &pieces);
    }

    /// Shows what the whole cohort sees.
    pub fn see(&self, see: impl FnOnce(&View<'_>)) {
        self.with_view(0..self.size(), see);
    }

    fn with_view(&self, rows: Range<usize>, see: impl FnOnce(&View<'_>)) {
        fn view(market: &Market) -> MarketView<'_> {
            MarketView {
                price: market.price,
                supply: 1000.0,
                reserve: market.reserve,
                fundamental: market.fundamental,
                halted: market.halted,
                valuation_shift: market.valuation_shift,
                budget_share: market.budget_share,
                token_scale: market.token_scale,
                history: market.history.seen_late(market.latency),
                inventory: market.inventory,
                shares_out: market.shares_out,
                quotes: market.quotes,
                own_orders: None,
                tape: &market.tape,
                tick: market.tick,
                lot: market.lot,
                buy_fee: market.fee,
                sell_fee: market.fee,
                latency: market.latency,
                depth: market.depth.as_deref(),
            }
        }
        let markets: Vec<MarketView<'_>> = self.markets.iter().map(view).collect();
        let columns: Vec<&[Atoms]> = self.holdings.iter().map(Vec::as_slice).collect();
        let shares: Vec<&[Atoms]> = self.shares.iter().map(Vec::as_slice).collect();
        see(&View {
            step: self.step,
            keys: self.keys,
            entity: self.entity + rows.start as u64,
            rows: rows.clone(),
            balances: &self.balances[rows.clone()],
            columns: &columns,
            share_columns: &shares,
            aside_columns: &[],
            column_rows: rows,
            upcoming: Default::default(),
            markets: &markets,
            money_scale: self.money_scale,
        });
    }
}

/// All of a market's orders, to be written.
fn part(orders: &mut Orders) -> OrdersPart<'_> {
    fn each(column: &mut Column<Atoms>) -> &mut [Atoms] {
        match column {
            Column::Constant(..) => &mut [],
            Column::Each(values) => values,
        }
    }
    let limit: &mut [f64] = match &mut orders.limit {
        Limit::Each(limits) => limits,
        _ => &mut [],
    };
    let priority_fee = each(&mut orders.priority_fee);
    OrdersPart { side: &mut orders.side, size: each(&mut orders.size), limit, priority_fee, at_any_price: &mut [] }
}

/// A data file whose every column is 0.25, 0.5, 0.75, … up to 25; as texts, seconds of 900 rows each.
pub struct Ramp;

impl Data for Ramp {
    fn texts(&mut self, _: &str, _: &str) -> Result<Arc<[String]>, String> {
        Ok((0..10_000).map(|i| (i / 900).to_string()).collect())
    }

    fn column(&mut self, _: &str, _: &str) -> Result<Arc<[f64]>, String> {
        Ok((0..10_000).map(|i| 0.25 * f64::from(1 + i % 100)).collect())
    }
}

/// The value a TOML text stands for.
pub fn value(text: &str) -> Value {
    fn table(items: &DeTable<'_>) -> Node {
        let mut table = Table::default();
        for (name, item) in items {
            table.set(name.as_ref(), Span::default(), Value::made(node(item.as_ref())));
        }
        Node::Table(table)
    }
    fn node(value: &DeValue<'_>) -> Node {
        match value {
            DeValue::String(text) => Node::Text(text.to_string()),
            DeValue::Integer(number) => Node::Integer(number.as_str().parse().unwrap()),
            DeValue::Float(number) => Node::Float(number.as_str().parse().unwrap()),
            DeValue::Boolean(flag) => Node::Flag(*flag),
            DeValue::Array(items) => Node::List(items.iter().map(|item| Value::made(node(item.as_ref()))).collect()),
            DeValue::Table(items) => table(items),
            DeValue::Datetime(_) => panic!("no dates stand in scenarios"),
        }
    }
    Value::made(table(DeTable::parse(text).unwrap().as_ref()))
}

/// An entry as a scenario would write it.
pub fn read<T: Read>(text: &str) -> Result<T, Problem> {
    T::read(&value(text), None)
}

/// A policy as a scenario would write it.
pub fn policy(text: &str) -> AnyPolicy {
    read(text).unwrap()
}

/// How many sides are 1 and −1.
pub fn count(side: &[i8]) -> (usize, usize) {
    (side.iter().filter(|&&side| side == 1).count(), side.iter().filter(|&&side| side == -1).count())
}

/// The share `found` of `n` is within five standard errors of the probability `p`.
pub fn assert_share(found: usize, n: usize, p: f64) {
    let (share, error) = (found as f64 / n as f64, 5.0 * (p * (1.0 - p) / n as f64).sqrt());
    assert!((share - p).abs() <= error, "{share} is not {p} ± {error}");
}
