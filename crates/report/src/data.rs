//! What a report shows: one run, as plain numbers and text.
//!
//! Amounts in series are `f64` in whole units of their asset (tokens, not atoms), because they are drawn.
//! Amounts in [`AccountTotal`] are exact atoms, because they are checked. A value that is not known is
//! `f64::NAN` inside a column and `None` where the field is an `Option`.

mod contract;
mod governance;
mod institution;
mod log;
mod resource;
mod task;

pub use contract::{Contract, ContractSeries};
pub use governance::{Body, LeverPath, Proposal};
pub use institution::{Alignment, Incentive};
pub use log::{Act, Log};
pub use resource::{Demand, DemandSeries, Jobs, Resource, ResourceSeries};
pub use task::{Board, BoardSeries};

/// Everything a report shows about one run.
#[derive(Clone, Debug, Default)]
pub struct ReportData {
    /// Title of the run, usually the scenario's name.
    pub title: String,
    /// One or two sentences on what the scenario is about; may be empty.
    pub description: String,
    /// The scenario as it was run, in full.
    pub scenario_text: String,
    /// The command line that runs it again, for instance `walras run token-economy.toml --seed 7`.
    pub reproduce: String,
    /// Seed of every random draw.
    pub seed: u64,
    /// Steps that were run.
    pub steps: u64,
    /// What one step stands for, for instance `1 day`; empty where the scenario does not say.
    pub step_length: String,
    /// Hash of the final state, in hexadecimal.
    pub state_hash: String,
    /// Time the run took, in seconds of a wall clock; NaN where unknown.
    pub wall_s: f64,
    /// Version of the program that ran it.
    pub version: String,
    /// How the run ended.
    pub status: Status,
    /// Assets, the numeraire first; [`Market::asset`], [`Market::money`] and [`AccountTotal::asset`] index this list.
    pub assets: Vec<Asset>,
    /// Markets, in the scenario's order.
    pub markets: Vec<Market>,
    /// What resources shared, an entry for each asset of each, in the scenario's order.
    pub resources: Vec<Resource>,
    /// What the requests of each cohort that makes any came to, in the scenario's order.
    pub demand: Vec<Demand>,
    /// Bodies that vote, in the scenario's order.
    pub governance: Vec<Body>,
    /// What boards of tasks came to, in the scenario's order.
    pub boards: Vec<Board>,
    /// What contracts paid, an entry for each section, in the scenario's order.
    pub contracts: Vec<Contract>,
    /// Distribution of wealth over agents, where it was sampled and they are not all alike.
    pub wealth: Option<Wealth>,
    /// Cohorts, in the scenario's order.
    pub cohorts: Vec<Cohort>,
    /// Events, in order of step.
    pub events: Vec<Event>,
    /// What institutions did, where any did anything.
    pub log: Option<Log>,
    /// What incentives and pools of stakes came to.
    pub incentives: Vec<Incentive>,
    /// How far goals and objectives pull together.
    pub alignment: Vec<Alignment>,
    /// What became of each asset's supply, where it is known.
    pub supplies: Vec<Supply>,
    /// Every account's total by reason, over the whole run. For each asset they sum to zero.
    pub accounts: Vec<AccountTotal>,
    /// Key numbers, most important first.
    pub summary: Vec<SummaryItem>,
}

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// All steps were run.
    #[default]
    Completed,
    /// It was stopped before its last step and can be resumed.
    Interrupted,
    /// It stopped on an error, with its message.
    Failed(String),
}

/// One asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Short name, used as the unit of its amounts, for instance `CREDIT`.
    pub name: String,
    /// Decimal places: one unit is 10^decimals atoms.
    pub decimals: u8,
}

/// One market: how the price of `asset` in `money` formed.
#[derive(Clone, Debug, Default)]
pub struct Market {
    /// Name in the scenario.
    pub name: String,
    /// How it forms its price, for instance `linear curve, batch settlement`.
    pub mechanism: String,
    /// What kind of market it is: which charts tell its story.
    pub kind: MarketKind,
    /// Index of the asset that is traded.
    pub asset: usize,
    /// Index of the asset that it is priced in.
    pub money: usize,
    /// What happened, step by step.
    pub series: MarketSeries,
    /// Price against supply, where the market has such a curve; several where its parameters changed.
    pub curves: Vec<SampledCurve>,
    /// Parameters Φ over time; empty where they are constant.
    pub parameters: Vec<Parameter>,
    /// What providers of liquidity came to, where there are any.
    pub providers: Vec<Provider>,
}

/// One provider of liquidity, or all of a cohort, in units of money at the prices of the end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provider {
    /// Who it is.
    pub name: String,
    /// What its liquidity would return.
    pub value: f64,
    /// What it put in less what it took out would be worth, had it been held.
    pub value_if_held: f64,
    /// The one less the other.
    pub gain: f64,
}

/// The kinds of market, as far as they need charts of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MarketKind {
    /// Mints and burns against a reserve.
    #[default]
    Curve,
    /// Swaps against what providers have put in.
    Pool,
    /// Orders rest and meet in a book.
    Book,
    /// Traders meet at one price for all, in an auction or where demand is supply.
    Clearing,
}

/// Columns over the recorded steps of one market.
///
/// Every column is as long as `step`, or empty where it was not recorded. A column that is shorter reads
/// as NaN from its end.
#[derive(Clone, Debug, Default)]
pub struct MarketSeries {
    /// Step numbers, strictly increasing.
    pub step: Vec<u64>,
    /// Spot price at the end of the step, in money per unit of the asset.
    pub price: Vec<f64>,
    /// Average price at which the step's orders settled, in money per unit; NaN where nothing traded.
    pub settlement_price: Vec<f64>,
    /// Value that the scenario holds to be fundamental, in money per unit.
    pub fundamental: Vec<f64>,
    /// Supply, in units of the asset.
    pub supply: Vec<f64>,
    /// Reserve, in units of money.
    pub reserve: Vec<f64>,
    /// Reserve divided by supply times price; dimensionless.
    pub reserve_ratio: Vec<f64>,
    /// Money traded in the step, in units of money.
    pub volume: Vec<f64>,
    /// Orders placed in the step.
    pub orders: Vec<f64>,
    /// Orders filled in the step.
    pub filled: Vec<f64>,
    /// Orders rejected in the step.
    pub rejected: Vec<f64>,
    /// Fees charged in the step, in units of money.
    pub fees: Vec<f64>,
    /// Highest price bid at the end of the step, in money per unit.
    pub best_bid: Vec<f64>,
    /// Lowest price asked at the end of the step, in money per unit.
    pub best_ask: Vec<f64>,
    /// Best ask less best bid, in money per unit.
    pub spread: Vec<f64>,
    /// Effective spread of the step's trades, in money per unit.
    pub effective_spread: Vec<f64>,
    /// Units wanted at the best bid.
    pub bid_depth: Vec<f64>,
    /// Units offered at the best ask.
    pub ask_depth: Vec<f64>,
    /// Depth at the bid less that at the ask over their sum, from −1 to 1.
    pub imbalance: Vec<f64>,
    /// Orders at rest.
    pub resting: Vec<f64>,
    /// Units that the market itself holds.
    pub inventory: Vec<f64>,
    /// Liquidity shares out, in their atoms.
    pub shares: Vec<f64>,
    /// What a share is worth over what its part of the first deposit would be, had it been held, less 1.
    pub against_holding: Vec<f64>,
}

/// A curve as points of (supply in units of the asset, price in money per unit), supply increasing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SampledCurve {
    /// What the curve is, for instance `curve at step 0`.
    pub label: String,
    /// The points.
    pub points: Vec<(f64, f64)>,
}

/// One parameter of a market over the steps of its [`MarketSeries`].
#[derive(Clone, Debug, Default)]
pub struct Parameter {
    /// Name in the scenario, for instance `slope`.
    pub name: String,
    /// Unit; empty where dimensionless.
    pub unit: String,
    /// What sets it, for instance `proportional–integral controller on volatility`; may be empty.
    pub set_by: String,
    /// Values, one per recorded step.
    pub values: Vec<f64>,
}

/// How wealth was spread over agents.
#[derive(Clone, Debug, Default)]
pub struct Wealth {
    /// Unit of wealth, usually the numeraire's name.
    pub unit: String,
    /// At the first sampled step.
    pub start: WealthSnapshot,
    /// At the last sampled step.
    pub end: WealthSnapshot,
    /// Gini coefficient at sampled steps, each (step, coefficient in 0..=1).
    pub gini: Vec<(u64, f64)>,
    /// Share of all wealth held by the richest tenth at sampled steps, each (step, share in 0..=1).
    pub top_10_percent: Vec<(u64, f64)>,
}

/// The spread of wealth at one step. Both histograms of a report should share their edges, to be compared.
#[derive(Clone, Debug, Default)]
pub struct WealthSnapshot {
    /// Step at which it was taken.
    pub step: u64,
    /// Lorenz curve: (share of agents from the poorest, share of wealth they hold), both from 0 to 1.
    pub lorenz: Vec<(f64, f64)>,
    /// Agents by wealth.
    pub histogram: Histogram,
    /// Gini coefficient in 0..=1 (above 1 only where wealth may be negative).
    pub gini: f64,
    /// Share of wealth held by the richest hundredth.
    pub top_1_percent: f64,
    /// Share of wealth held by the richest tenth.
    pub top_10_percent: f64,
    /// Mean wealth per agent.
    pub mean: f64,
    /// Median wealth.
    pub median: f64,
}

/// Counts of agents in bins of wealth.
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    /// Edges of the bins, increasing, one more than there are counts.
    pub edges: Vec<f64>,
    /// Agents in each bin.
    pub counts: Vec<u64>,
    /// Whether the bins are equally wide on a logarithmic axis (then every edge is above zero).
    pub logarithmic: bool,
}

/// One cohort and how it fared. Amounts of money are per agent, in asset 0, the numeraire.
#[derive(Clone, Debug, Default)]
pub struct Cohort {
    /// Name in the scenario.
    pub name: String,
    /// Policy that its agents follow.
    pub policy: String,
    /// Objective that they try to raise.
    pub objective: String,
    /// Number of agents.
    pub size: u64,
    /// Whether it does nothing but request resources: then its money tells what it spent, and no profit.
    pub only_requests: bool,
    /// Mean wealth per agent at the start.
    pub wealth_start: f64,
    /// Mean wealth per agent at the end.
    pub wealth_end: f64,
    /// Mean wealth per agent over the run.
    pub wealth_mean: f64,
    /// Mean profit (above zero) or loss per agent.
    pub profit: f64,
    /// Mean of the objective at the end; None where the cohort has none.
    pub utility: Option<f64>,
    /// Sharpe ratio of the cohort's wealth over the run; None where undefined.
    pub sharpe: Option<f64>,
    /// What buying and holding would have earned per agent beyond what the cohort earned; None where
    /// unknown.
    pub regret: Option<f64>,
    /// Quantiles of wealth over agents at sampled steps.
    pub fan: Vec<WealthQuantiles>,
}

/// Quantiles of wealth over a cohort's agents at one step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WealthQuantiles {
    /// Step.
    pub step: u64,
    /// 5 % of the agents have less.
    pub p05: f64,
    /// A quarter has less.
    pub p25: f64,
    /// Median.
    pub p50: f64,
    /// A quarter has more.
    pub p75: f64,
    /// 5 % have more.
    pub p95: f64,
}

/// Something that happened at a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Step.
    pub step: u64,
    /// Kind of event, for instance `shock`.
    pub kind: String,
    /// Market, cohort or asset that it concerns.
    pub subject: String,
    /// What happened.
    pub detail: String,
}

/// Net amount that one account received (above zero) or paid for one reason over the whole run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountTotal {
    /// Index of the asset.
    pub asset: usize,
    /// Account or group of accounts, for instance `issuer`, `reserve of TOKEN`, `agents`.
    pub account: String,
    /// Why the amount moved, for instance `trade`, `fee`, `distribution`.
    pub reason: String,
    /// Net amount in atoms of the asset.
    pub atoms: i128,
}

/// What became of an asset's supply over the whole run, in atoms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Supply {
    /// Index of the asset.
    pub asset: usize,
    /// Out before the first step.
    pub opening: i128,
    /// What raised it, or lowered it (below zero), and why.
    pub flows: Vec<(String, i128)>,
    /// Out at the end.
    pub closing: i128,
}

/// One key number.
#[derive(Clone, Debug)]
pub struct SummaryItem {
    /// What it is, for instance `price volatility`.
    pub label: String,
    /// The number, or words.
    pub value: SummaryValue,
    /// Unit; empty where dimensionless.
    pub unit: String,
    /// How to read it, in one short sentence.
    pub explanation: String,
}

/// Value of a [`SummaryItem`].
#[derive(Clone, Debug)]
pub enum SummaryValue {
    /// A number, shown grouped or with an SI prefix.
    Number(f64),
    /// A fraction of one, shown as a percentage.
    Fraction(f64),
    /// Words, shown as they are.
    Text(String),
}

impl ReportData {
    /// Name of asset `index`, or `?` where there is none.
    #[must_use]
    pub fn asset_name(&self, index: usize) -> &str {
        self.assets.get(index).map_or("?", |asset| &asset.name)
    }

    /// Unit of a market's prices, for instance `CREDIT per TOKEN`.
    #[must_use]
    pub fn price_unit(&self, market: &Market) -> String {
        format!("{} per {}", self.asset_name(market.money), self.asset_name(market.asset))
    }
}
