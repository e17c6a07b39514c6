//! What an economy is made of, as a scenario declares it.

use walras_agents::objective::AnyObjective;
use walras_agents::policy::AnyPolicy;
use walras_agents::population::PerAgent;
use walras_agents::production::AnyProduction;
use walras_catalog::{Bounds, Named, Reference, choice, entry};
use walras_formula::Formula;
use walras_institutions::contract::ContractTerms;
use walras_institutions::control::AnyController;
use walras_institutions::distribution::AnyShares;
use walras_institutions::measure::MeasureSpec;
use walras_institutions::release::AnyRelease;
pub use walras_institutions::task::TaskBoard;
pub use walras_market::series::AfterEnd;

pub use crate::contract::{ContactsPlan, PromotionPlan};
pub use crate::goal::GoalPlan;
pub use crate::governance::{BodyPlan, RoundPlan};
pub use crate::incentive::IncentivePlan;
pub use crate::lever::Aim;
pub use crate::market::AnyMarket;
use crate::monitor::MonitorPlan;
use crate::order_terms::OrderTerms;
use crate::price::{AnyPriceRule, MarketPrice};
pub use crate::resource::{Demand, NetworkPlan, Resource};
use crate::shock::AnyShock;
pub use crate::staking::StakingPlan;
pub use crate::steering::SteeringPlan;

/// The most agents one cohort may have.
pub const COHORT_MAX: u64 = 1 << 31;

/// The most agents all cohorts together may have: their places at a market are counted in 32 bits.
pub const AGENTS_MAX: u64 = u32::MAX as u64;

/// Everything a world is built from.
#[derive(Debug, Clone)]
pub struct Economy {
    /// Whether agents act at once or one after another.
    pub order_of_events: OrderOfEvents,
    /// Steps in a year, to annualise by.
    pub steps_per_year: f64,
    /// The base currency.
    pub numeraire: Numeraire,
    /// The other assets.
    pub assets: Named<Asset>,
    /// Where they trade.
    pub markets: Named<AnyMarket>,
    /// What has capacity to share.
    pub resources: Named<Resource>,
    /// Where they and those who request them are.
    pub network: Option<NetworkPlan>,
    /// Who trades.
    pub cohorts: Named<Cohort>,
    /// Tokens given out.
    pub distributions: Named<Distribution>,
    /// What moves parameters between steps.
    pub controllers: Named<Control>,
    /// Treasuries.
    pub accounts: Named<Treasury>,
    /// Rewards and penalties.
    pub incentives: Named<IncentivePlan>,
    /// Bodies that vote.
    pub governance: Named<BodyPlan>,
    /// Rounds that match gifts.
    pub funding_rounds: Named<RoundPlan>,
    /// What is wanted of the economy.
    pub goals: Named<GoalPlan>,
    /// Pools of stakes.
    pub staking: Named<StakingPlan>,
    /// What watches, and what follows from alerts.
    pub monitors: Named<MonitorPlan>,
    /// Boards of tasks.
    pub tasks: Named<TaskBoard>,
    /// Affiliates who point requesters to idle capacity.
    pub steering: Named<SteeringPlan>,
    /// Who can be reached by those who promote.
    pub contacts: Option<ContactsPlan>,
    /// What affiliates are paid for.
    pub contracts: Named<ContractTerms>,
    /// Outside events.
    pub shocks: Named<ShockPlan>,
    /// Outside series.
    pub feeds: Named<Feed>,
}

choice! {
    /// Whether agents act at once on what they saw, or one after another.
    pub enum OrderOfEvents {
        /// All decide on the state at the start of the step.
        Simultaneous = "simultaneous",
        /// One after another in random order, drawn anew each step; each sees what those before it did.
        Shuffled = "shuffled",
        /// One after another in the order of the scenario; each sees what those before it did.
        Fixed = "fixed",
        /// One after another, the highest priority fee first and ties in random order.
        PriorityFee = "priority_fee",
        /// One alone in each step, drawn anew with all equally likely; the others wait.
        Single = "single",
    }
}

entry! {
    /// The base currency, asset 0.
    pub struct Numeraire = "numeraire" {
        formula: "",
        source: "",
        /// Its name in tables and charts.
        name: String = "USD".to_owned();
        /// Decimals of its smallest unit: 6 for millionths.
        decimals: u32 = 6, within 0.0..=18.0;
    }
}

choice! {
    /// What an asset is for.
    pub enum Role {
        /// A token that is traded.
        Token = "token",
        /// Something that is used up.
        Resource = "resource",
    }
}

entry! {
    /// An asset and its intrinsic properties Π.
    pub struct Asset = "asset" {
        formula: "",
        source: "",
        /// Decimals of its smallest unit.
        decimals: u32 = 6, within 0.0..=18.0;
        /// Its weight in utilities over holdings.
        utility_weight: f64 = 1.0, within 0.0..=1e9;
        /// The most that may ever be out; absent for no limit but what can be counted.
        maximum_supply: Option<f64>, within Bounds::above(0.0), unit "tokens";
        /// What it is for.
        role: Role = Role::Token;
        /// The share that is gone at the end of each step, whoever holds it: 1 for what perishes with the step.
        decay: f64 = 0.0, within 0.0..=1.0;
        /// Its fundamental value where one is known; a feed may move it.
        fundamental: Option<f64>, within Bounds::above(0.0), unit "numeraire/token";
        /// What its price is when several markets trade it.
        price: AnyPriceRule = AnyPriceRule::MarketPrice(MarketPrice { market: None });
    }
}

choice! {
    /// How the orders of one step settle.
    pub enum Settlement {
        /// All at one price, the average along the net move.
        Batch = "batch",
        /// One after another, each moving the price.
        Sequential = "sequential",
    }
}

entry! {
    /// Agents of one policy.
    pub struct Cohort = "cohort" {
        formula: "",
        source: "",
        /// How many agents.
        size: u64, within 1.0..=COHORT_MAX as f64, unit "agents";
        /// The markets they trade on; absent for all.
        markets: Option<Vec<Reference>>;
        /// The share of its balance an agent may spend on each market; absent for equal shares.
        budget: Option<Vec<f64>>, within 0.0..=1.0;
        /// Money each agent starts with.
        balance: PerAgent = PerAgent::constant(0.0), within 0.0..=9e18, unit "numeraire";
        /// How they act on markets; absent for not at all.
        policy: Option<AnyPolicy>;
        /// What they ask of resources; absent for nothing.
        demand: Option<Demand>;
        /// What they make of goods; absent for nothing.
        production: Option<AnyProduction>;
        /// How they promote what contracts pay them for; absent for not at all.
        promotion: Option<PromotionPlan>;
        /// What they try to raise.
        objective: AnyObjective = default_objective();
        /// Money each receives from outside every step.
        income: PerAgent = PerAgent::constant(0.0), within 0.0..=9e18, unit "numeraire/step";
        /// Money each spends outside every step, as far as it has it.
        expenses: PerAgent = PerAgent::constant(0.0), within 0.0..=9e18, unit "numeraire/step";
        /// How many steps late they see the markets.
        latency: u32 = 0, within 0.0..=10_000.0, unit "steps";
        /// What each offers with an order to be served earlier.
        priority_fee: PerAgent = PerAgent::constant(0.0), within 0.0..=9e18, unit "numeraire/order";
        /// How their orders are carried out at order books, plain ones and quotes.
        order: OrderTerms = OrderTerms::default();
    }
}

entry! {
    /// Tokens given to agents: how many, to whom, in which shares, when.
    pub struct Distribution = "distribution_plan" {
        formula: "",
        source: "",
        /// What is given out.
        asset: Reference;
        /// How much in all; with a list of amounts it must be their sum and may be left out.
        total: Option<f64>, within Bounds::above(0.0), unit "tokens";
        /// Who receives; absent for everyone.
        cohorts: Option<Vec<Reference>>;
        /// In which shares.
        shares: AnyShares;
        /// When.
        release: AnyRelease = AnyRelease::Genesis(walras_institutions::release::Genesis {});
    }
}

entry! {
    /// A controller and the parameter it drives.
    pub struct Control = "control" {
        formula: "",
        source: "",
        /// The market whose parameter it drives.
        market: Option<Reference>;
        /// The resource whose parameter it drives.
        resource: Option<Reference>;
        /// The incentive whose parameter it drives.
        incentive: Option<Reference>;
        /// The contract whose reward it drives.
        contract: Option<Reference>;
        /// The parameter: of a market, any number of its curve, `buy_fee`, `sell_fee`, or both as `fee`; of a resource
        /// `capacity` (a factor), `price` or `cap`; of an incentive, any number of its rule; of a contract, any number of its
        /// reward.
        parameter: Reference;
        /// The measure of the market that it watches; schedules watch nothing.
        measure: Option<MeasureSpec>;
        /// A formula over named quantities that it watches in a measure's place.
        watch: Option<Formula>;
        /// How it answers.
        controller: AnyController;
    }
}

impl Control {
    /// The names whose quantities its formulas may call plainly.
    #[must_use]
    pub fn own(&self) -> Vec<&str> {
        [&self.market, &self.resource].into_iter().flatten().map(|it| it.name.as_str()).collect()
    }

    /// The parameter it drives.
    #[must_use]
    pub fn aim(&self) -> Aim {
        let Self { market, resource, incentive, contract, parameter, .. } = self.clone();
        Aim { market, resource, incentive, contract, parameter }
    }
}

entry! {
    /// An account that institutions pay from and collect into: a treasury.
    pub struct Treasury = "account" {
        formula: "",
        source: "",
        /// Money in it at the start.
        balance: f64 = 0.0, within 0.0..=9e18, unit "numeraire";
        /// What else is in it at the start, by asset.
        holdings: Named<f64> = Named(Vec::new()), within 0.0..=9e18, unit "units";
    }
}

entry! {
    /// An outside event and when it happens.
    pub struct ShockPlan = "shock_plan" {
        formula: "",
        check: |this| match this.until {
            Some(until) if until < this.at => Err(("until", format!("ends at step {until}, before it begins at {}", this.at))),
            _ => Ok(()),
        },
        source: "",
        /// The first step at which it holds.
        at: u32, unit "step";
        /// The last step at which it holds; absent for `at` alone.
        until: Option<u32>, unit "step";
        /// What happens.
        event: AnyShock;
    }
}

choice! {
    /// What a fed series sets.
    pub enum FeedTarget {
        /// The asset's fundamental value, numeraire per token.
        Fundamental = "fundamental",
        /// A factor on the private valuations of all agents.
        Valuation = "valuation",
        /// A factor on the size of all buy orders.
        Demand = "demand",
    }
}

entry! {
    /// A series from a file that the world follows.
    pub struct Feed = "feed" {
        formula: "x(t) = scale·series[start + t / every]",
        source: "",
        /// The asset concerned.
        asset: Reference;
        /// What the series sets.
        sets: FeedTarget = FeedTarget::Fundamental;
        /// The CSV or Parquet file, relative to the scenario.
        file: String;
        /// The column: its header, or its number from 1.
        column: String;
        /// Factor on every value.
        scale: f64 = 1.0, within Bounds::above(0.0);
        /// Rows to skip.
        start: u64 = 0;
        /// Steps that each value stays.
        every: u64 = 1, within 1.0..=1e9, unit "steps";
        /// What holds after the last row.
        after_end: AfterEnd = AfterEnd::Hold;
    }
}

fn default_objective() -> AnyObjective {
    let name = walras_catalog::Value::made(walras_catalog::Node::Text("wealth".to_owned()));
    walras_catalog::Read::read(&name, None).expect("`wealth` has no parameters")
}
