//! Measures over a whole run, gathered step by step in memory that does not grow with the steps.

mod alignment;
mod cohort;
mod contract;
mod governance;
mod incentive;
mod key;
mod market;
mod providers;
mod quality;
mod resource;
mod supply;
mod surplus;
mod task;
mod wealth;

use serde::{Deserialize, Serialize};
use walras_engine::World;
use walras_engine::resource::Source;
use walras_engine::step::Happened;
use walras_ledger::{AssetId, Reason};
use walras_numerics::{StateError, StateVisitor};

pub(crate) use alignment::RunningAlignment;
pub use alignment::{AlignmentSummary, CohortAlignment};
pub use cohort::CohortSummary;
pub use contract::ContractSummary;
pub(crate) use contract::unit_of;
pub use governance::{BodySummary, LeverSummary, ProjectSummary, RoundSummary};
pub use incentive::{IncentiveBalance, IncentiveSummary};
pub use key::{KeyNumber, KeyValue};
pub use market::MarketSummary;
pub use providers::{ProviderSummary, ProvisionSummary};
pub use quality::{DiscoverySummary, IntervalVolatility, LiquiditySummary};
pub use resource::{DemandSummary, JobsSummary, ResourceSummary};
pub use supply::{SupplyFlow, SupplySummary};
pub use surplus::SurplusSummary;
pub use task::TaskSummary;
pub use wealth::{WealthFigures, WealthHistogram, WealthSummary};

use crate::books::Books;
use crate::valuation::{Portfolio, Standards, prices};
use cohort::RunningCohort;
use contract::RunningContract;
use market::RunningMarket;
use resource::RunningResource;
use supply::RunningSupplies;
use wealth::Spread;

/// What a run came to. Amounts are in units (not atoms); what is undefined is `None`, null in JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Steps that were run.
    pub steps: u32,
    /// Each market, in the scenario's order.
    pub markets: Vec<MarketSummary>,
    /// Each asset of each resource, in the scenario's order.
    #[serde(default)]
    pub resources: Vec<ResourceSummary>,
    /// Each incentive and each pool of stakes, in the scenario's order.
    #[serde(default)]
    pub incentives: Vec<IncentiveSummary>,
    /// Each goal, in the scenario's order.
    #[serde(default)]
    pub alignment: Vec<AlignmentSummary>,
    /// What became of each asset's supply, the numeraire first.
    #[serde(default)]
    pub supplies: Vec<SupplySummary>,
    /// Each board of tasks, in the scenario's order.
    #[serde(default)]
    pub tasks: Vec<TaskSummary>,
    /// Each section of contracts, in the scenario's order.
    #[serde(default)]
    pub contracts: Vec<ContractSummary>,
    /// How wealth was spread over all agents.
    pub wealth: WealthSummary,
    /// Each cohort, in the scenario's order.
    pub cohorts: Vec<CohortSummary>,
    /// Each body that votes, in the scenario's order.
    #[serde(default)]
    pub governance: Vec<BodySummary>,
    /// Each series of rounds that match gifts, in the scenario's order.
    #[serde(default)]
    pub funding: Vec<RoundSummary>,
}

/// Everything that a summary needs to remember from step to step.
#[derive(Debug)]
pub(crate) struct Running {
    markets: Vec<RunningMarket>,
    resources: Vec<RunningResource>,
    supplies: RunningSupplies,
    contracts: Vec<RunningContract>,
    cohorts: Vec<RunningCohort>,
    /// Wealth before the first step.
    start: Spread,
    /// Trade flows into each market's money account when this was last asked.
    traded: Vec<i128>,
}

impl Running {
    /// Begins with the world before its first step.
    pub(crate) fn new(world: &World, portfolios: &[Portfolio]) -> Self {
        let standards = Standards::of(world);
        Self {
            markets: (0..world.venues.len()).map(|v| RunningMarket::new(world, v)).collect(),
            resources: world.resources.iter().flat_map(|it| &it.supplies).map(|_| RunningResource::new()).collect(),
            supplies: RunningSupplies::new(world),
            contracts: vec![RunningContract::new(); world.contracts.len()],
            cohorts: portfolios
                .iter()
                .enumerate()
                .map(|(c, portfolio)| RunningCohort::new(world, c, portfolio, &standards))
                .collect(),
            start: Spread::of(world, portfolios, &standards),
            traded: vec![0; world.venues.len()],
        }
    }

    /// Takes what the step that was just done came to.
    pub(crate) fn push(&mut self, world: &World, portfolios: &[Portfolio], happened: &Happened<'_>, books: &mut Books) {
        let money_scale = world.assets[0].scale;
        for (v, (venue, figures)) in world.venues.iter().zip(&happened.record.markets).enumerate() {
            let flow = world.ledger.named_flow(venue.accounts.money, AssetId::NUMERAIRE, Reason::Trade);
            let net = flow - std::mem::replace(&mut self.traded[v], flow);
            // In a book sellers get what buyers pay, also where a maker's fees are taken out of it.
            let net = if venue.book().is_some() { 0 } else { net };
            self.markets[v].push(world, v, figures, &happened.fills.venues, net);
        }
        for (resource, figures) in self.resources.iter_mut().zip(&happened.record.resources) {
            resource.push(figures);
        }
        self.supplies.push(world, &happened.record.markets);
        for (contract, group) in self.contracts.iter_mut().zip(&world.contracts) {
            contract.push(group);
        }
        let prices = prices(world);
        for (c, (cohort, portfolio)) in self.cohorts.iter_mut().zip(portfolios).enumerate() {
            let money = AssetId::NUMERAIRE;
            let committed = world.committed_in_all(c);
            let owned = |books: &Books, asset: AssetId| books.total(&world.ledger, c, asset) + committed[asset.index()];
            let mut wealth = owned(books, money) as f64 / money_scale;
            let mut received = books.received(&world.ledger, c, money) as f64 / money_scale;
            for held in &portfolio.assets {
                let worth = prices[held.asset.index()] / held.scale;
                wealth += owned(books, held.asset) as f64 * worth;
                received += books.received(&world.ledger, c, held.asset) as f64 * worth;
            }
            cohort.push(wealth, received);
        }
    }

    /// The ledger's flows were reset.
    pub(crate) fn flows_reset(&mut self) {
        self.traded.fill(0);
        self.supplies.flows_reset();
    }

    /// What the run came to so far.
    pub(crate) fn summary(&self, world: &World, portfolios: &[Portfolio]) -> Summary {
        let standards = Standards::of(world);
        let markets = self.markets.iter().enumerate().map(|(v, market)| market.summary(world, v));
        let supplies = |(r, source): (usize, &Source)| (0..source.supplies.len()).map(move |s| (r, s));
        let each = world.resources.iter().enumerate().flat_map(supplies);
        let growth: Vec<Option<f64>> = self.markets.iter().map(RunningMarket::growth).collect();
        let cohorts = self.cohorts.iter().zip(portfolios).enumerate();
        Summary {
            steps: world.step,
            markets: markets.collect(),
            resources: self.resources.iter().zip(each).map(|(it, (r, s))| it.summary(world, r, s)).collect(),
            incentives: IncentiveSummary::all(world),
            alignment: Vec::new(),
            supplies: self.supplies.summary(world),
            tasks: world.tasks.iter().map(|standing| TaskSummary::of(world, standing)).collect(),
            contracts: self
                .contracts
                .iter()
                .zip(&world.contracts)
                .map(|(it, group)| it.summary(world, group))
                .collect(),
            wealth: self.start.summary_until(Spread::of(world, portfolios, &standards), &world.assets[0].name),
            cohorts: cohorts
                .map(|(c, (running, portfolio))| running.summary(world, c, portfolio, &standards, &growth))
                .collect(),
            governance: world.bodies.iter().map(|body| BodySummary::of(world, body)).collect(),
            funding: world.funding_rounds.iter().map(|round| RoundSummary::of(world, round)).collect(),
        }
    }

    /// Visits every number held but those of the start, which are drawn anew with the world.
    ///
    /// # Errors
    /// When the visitor fails.
    pub(crate) fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        for (v, market) in self.markets.iter_mut().enumerate() {
            market.visit_state(&format!("market {v}"), visitor)?;
        }
        for (r, resource) in self.resources.iter_mut().enumerate() {
            resource.visit_state(&format!("resource {r}"), visitor)?;
        }
        self.supplies.visit_state(visitor)?;
        for (c, contract) in self.contracts.iter_mut().enumerate() {
            contract.visit_state(&format!("contract {c}"), visitor)?;
        }
        for (c, cohort) in self.cohorts.iter_mut().enumerate() {
            cohort.visit_state(&format!("cohort {c}"), visitor)?;
        }
        Ok(())
    }
}
