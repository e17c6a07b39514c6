//! Policies: what turns observation into orders.
//!
//! A policy sees a chunk of its cohort at once, as columns, and writes at most one order for each agent and
//! market. What an agent remembers from step to step lives in memory columns that the engine keeps, so
//! that it is hashed and checkpointed with everything else; a policy itself never changes.

pub mod activity;
mod adaptive_aggressive;
pub mod aggressiveness;
mod arbitrageur;
pub mod around;
mod avellaneda_stoikov;
pub mod belief;
mod buy_and_hold;
pub mod cara_demand;
mod chiarella_iori;
pub mod custom;
pub mod entitlement;
mod execution;
pub mod gaussian;
mod gjerstad_dickhaut;
pub mod hearing;
mod inventory_market_maker;
mod latent_liquidity;
mod liquidity_provider;
mod logistic;
mod mean_reversion;
mod momentum;
pub mod moving_average;
mod noise;
pub mod quoting;
mod rebalancer;
pub mod reference;
pub mod sizing;
mod stop_loss;
mod switching;
mod threshold;
pub mod tick;
pub mod trading_venue;
mod value;
pub mod volatility;
mod wash_trader;
mod zero_intelligence;
mod zip;

use std::fmt::Debug;
use std::ops::Range;

use walras_catalog::entries;
use walras_market::command::{Action, Command};
use walras_market::order::{OrdersPart, Shape};

use crate::observation::View;
use crate::population::Setup;

pub use adaptive_aggressive::AdaptiveAggressive;
pub use arbitrageur::Arbitrageur;
pub use avellaneda_stoikov::AvellanedaStoikov;
pub use buy_and_hold::BuyAndHold;
pub use chiarella_iori::ChiarellaIori;
pub use entitlement::Induced;
pub use execution::Execution;
pub use gjerstad_dickhaut::GjerstadDickhaut;
pub use inventory_market_maker::InventoryMarketMaker;
pub use latent_liquidity::LatentLiquidity;
pub use liquidity_provider::LiquidityProvider;
pub use logistic::Logistic;
pub use mean_reversion::MeanReversion;
pub use momentum::Momentum;
pub use noise::Noise;
pub use rebalancer::Rebalancer;
pub use stop_loss::StopLoss;
pub use switching::Switching;
pub use threshold::Threshold;
pub use value::Value;
pub use wash_trader::WashTrader;
pub use zero_intelligence::{Constraint, ZeroIntelligence};
pub use zip::Zip;

/// A policy as a scenario describes it: draws its agents' parameters and becomes a [`Policy`].
pub trait Build: Debug + Send + Sync {
    /// Draws the parameters of a cohort.
    ///
    /// # Errors
    /// Says which parameter cannot be drawn and why.
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String>;

    /// Whether its agents look at fundamental values, so that every market they trade on must have one.
    fn needs_fundamental(&self) -> bool {
        false
    }

    /// Whether its agents place stops, so that every market they trade on must be an order book in which they can wait.
    fn needs_stops(&self) -> bool {
        false
    }
}

entries! {
    /// Any policy.
    pub enum AnyPolicy: dyn Build = "policy" {
        ZeroIntelligence(ZeroIntelligence),
        Zip(Zip),
        GjerstadDickhaut(GjerstadDickhaut),
        AdaptiveAggressive(AdaptiveAggressive),
        Noise(Noise),
        Value(Value),
        ChiarellaIori(ChiarellaIori),
        AvellanedaStoikov(AvellanedaStoikov),
        InventoryMarketMaker(InventoryMarketMaker),
        Arbitrageur(Arbitrageur),
        LiquidityProvider(LiquidityProvider),
        LatentLiquidity(LatentLiquidity),
        Execution(Execution),
        Threshold(Threshold),
        Logistic(Logistic),
        Momentum(Momentum),
        MeanReversion(MeanReversion),
        Switching(Switching),
        BuyAndHold(BuyAndHold),
        StopLoss(StopLoss),
        Rebalancer(Rebalancer),
        WashTrader(WashTrader),
    }
}

/// A cohort's way of acting, with the parameters of all its agents.
pub trait Policy: Send + Sync {
    /// The form of the orders it writes for the cohort's market number `market`.
    fn shape(&self, market: usize) -> Shape;

    /// What agents remember: the initial value of each memory column (state of an agent, `f64`).
    fn memory(&self) -> Vec<f64> {
        Vec::new()
    }

    /// How many past prices it looks back on.
    fn lookback(&self) -> usize {
        2
    }

    /// How many of each market's last shouts it listens to; 0 for none.
    fn tape_length(&self) -> usize {
        0
    }

    /// What units are worth to its agents at the cohort's market number `market`, where that is given from outside, so
    /// that the gains of trade can be measured.
    fn induced(&self, _market: usize) -> Option<Induced<'_>> {
        None
    }

    /// Writes the orders of one chunk: for every market of the cohort and every agent a side, and a size, limit
    /// and priority fee where the shape says that they differ.
    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>);

    /// Sees the step's outcome (prices after the trades, holdings after settlement) and may change what it
    /// remembers.
    fn learn(&self, _view: &View<'_>, _memory: &mut Memory<'_, '_>) {}
}

/// The memory columns of one chunk.
pub struct Memory<'a, 'b> {
    columns: &'a mut [&'b mut [f64]],
    rows: Range<usize>,
}

impl<'a, 'b> Memory<'a, 'b> {
    /// The chunk at `rows` of the given columns.
    pub fn new(columns: &'a mut [&'b mut [f64]], rows: Range<usize>) -> Self {
        Self { columns, rows }
    }

    /// Memory column `index`.
    pub fn column(&mut self, index: usize) -> &mut [f64] {
        &mut self.columns[index][self.rows.clone()]
    }

    /// The first `N` memory columns at once.
    ///
    /// # Panics
    /// When the policy declared fewer.
    pub fn columns<const N: usize>(&mut self) -> [&mut [f64]; N] {
        self.columns_from(0)
    }

    /// `N` memory columns at once, from column `first` on.
    ///
    /// # Panics
    /// When the policy declared fewer.
    pub fn columns_from<const N: usize>(&mut self, first: usize) -> [&mut [f64]; N] {
        let rows = self.rows.clone();
        let mut columns = self.columns[first..].iter_mut();
        std::array::from_fn(|_| &mut columns.next().expect("the policy declared its columns")[rows.clone()])
    }
}

/// Where one chunk's orders are written, market by market.
pub struct Desk<'a, 'b> {
    parts: &'a mut [OrdersPart<'b>],
    commands: &'a mut [Vec<Command>],
    first: usize,
    rows: Range<usize>,
}

impl<'a, 'b> Desk<'a, 'b> {
    /// The chunk at `rows` of the given parts, which begin with the cohort's row `first`, and the list of each
    /// market's commands.
    pub fn new(
        parts: &'a mut [OrdersPart<'b>],
        commands: &'a mut [Vec<Command>],
        first: usize,
        rows: Range<usize>,
    ) -> Self {
        Self { parts, commands, first, rows }
    }

    /// The orders at market number `market`.
    #[inline]
    pub fn market(&mut self, market: usize) -> OrdersPart<'_> {
        self.parts[market].rows(self.rows.clone())
    }

    /// Asks for more than a plain order at market number `market`, on behalf of the chunk's agent `i`. What an agent
    /// asks is carried out in the order it asks it, before its plain order.
    pub fn ask(&mut self, market: usize, i: usize, action: Action) {
        let trader = (self.first + self.rows.start + i) as u32;
        self.commands[market].push(Command::new(trader, action));
    }
}
