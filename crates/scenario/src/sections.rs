//! The sections of a scenario file.

use walras_catalog::{Named, entry};
use walras_engine::economy::{
    AnyMarket, Asset, BodyPlan, Cohort, ContactsPlan, Control, Distribution, Economy, Feed, GoalPlan, IncentivePlan,
    NetworkPlan, Numeraire, OrderOfEvents, Resource, RoundPlan, ShockPlan, StakingPlan, SteeringPlan, TaskBoard,
    Treasury,
};
use walras_engine::monitor::MonitorPlan;
use walras_institutions::contract::ContractTerms;

/// The most steps of one run.
pub const STEPS_MAX: u32 = 1_000_000_000;

entry! {
    /// A whole scenario: an economy, how long it runs, and what is written down.
    pub struct Scenario = "scenario" {
        formula: "",
        check: |this| {
            if this.cohorts.0.is_empty() {
                return Err(("cohorts", "an economy needs at least one cohort of agents".to_owned()));
            }
            let trades = !this.markets.0.is_empty() || !this.resources.0.is_empty() || !this.tasks.0.is_empty();
            if !trades && this.governance.0.is_empty() && this.funding_rounds.0.is_empty() {
                return Err(("markets", "an economy needs at least one market, resource or board of tasks".to_owned()));
            }
            Ok(())
        },
        source: "",
        /// What the run is and how long it lasts.
        run: Run;
        /// The base currency.
        numeraire: Numeraire = Numeraire { name: "USD".to_owned(), decimals: 6 };
        /// Tokens and resources, by name.
        assets: Named<Asset>;
        /// Where they trade, by name.
        markets: Named<AnyMarket>;
        /// What has capacity to share, by name.
        resources: Named<Resource>;
        /// Where resources and agents are.
        network: Option<NetworkPlan>;
        /// Agents of one policy, by name.
        cohorts: Named<Cohort>;
        /// Tokens given out, by name.
        distributions: Named<Distribution>;
        /// What moves parameters between steps, by name.
        controllers: Named<Control>;
        /// Accounts that institutions pay from and collect into, by name.
        accounts: Named<Treasury>;
        /// Rewards and penalties, by name.
        incentives: Named<IncentivePlan>;
        /// Bodies that vote, by name.
        governance: Named<BodyPlan>;
        /// Rounds that match gifts, by name.
        funding_rounds: Named<RoundPlan>;
        /// What is wanted of the economy, by name.
        goals: Named<GoalPlan>;
        /// Pools of stakes, by name.
        staking: Named<StakingPlan>;
        /// What watches, and what follows from alerts, by name.
        monitors: Named<MonitorPlan>;
        /// Boards of tasks, by name.
        tasks: Named<TaskBoard>;
        /// Affiliates who point requesters to idle capacity, by name.
        steering: Named<SteeringPlan>;
        /// Who can be reached by those who promote.
        contacts: Option<ContactsPlan>;
        /// What affiliates are paid for, by name.
        contracts: Named<ContractTerms>;
        /// Outside events, by name.
        shocks: Named<ShockPlan>;
        /// Outside series, by name.
        feeds: Named<Feed>;
        /// What is written down.
        record: Record = Record::default();
    }
}

entry! {
    /// What the run is and how long it lasts.
    pub struct Run = "run" {
        formula: "",
        source: "",
        /// Title of the report.
        name: String;
        /// What the scenario is about.
        description: String = String::new();
        /// How many steps.
        steps: u32, within 1.0..=f64::from(STEPS_MAX), unit "steps";
        /// Where every draw comes from.
        seed: u64 = 1, within 0.0..;
        /// Steps in a year, to annualise by: 365 for daily steps.
        steps_per_year: f64 = 365.0, within 1e-6..=1e12, unit "steps/year";
        /// Whether agents act at once on what they saw, or one after another.
        order_of_events: OrderOfEvents = OrderOfEvents::Simultaneous;
    }
}

entry! {
    /// Which tables are written, how often agents are looked at, and how often state is hashed and saved.
    pub struct Record = "record" {
        formula: "",
        source: "",
        /// Price, supply, reserve, volume and orders of every market and step.
        markets: bool = true;
        /// Every single trade.
        fills: bool = false;
        /// Holdings and wealth of agents.
        agents: bool = true;
        /// Steps between two looks at the agents; absent for about twenty looks in all.
        agents_every: Option<u32>, within 1.0.., unit "steps";
        /// The most agents of one cohort that are looked at; the rest stand in for by these, chosen by draws.
        agents_sample: u64 = 1000, within 1.0..=1e9, unit "agents/cohort";
        /// Shocks, rejected orders, changed parameters, distributions.
        events: bool = true;
        /// What flowed into each account and why, every `accounts_every` steps.
        accounts: bool = true;
        /// Steps between two accounts of flows; absent for about a hundred in all.
        accounts_every: Option<u32>, within 1.0.., unit "steps";
        /// What each resource shared in every step.
        resources: bool = true;
        /// What each cohort's requests came to by every step.
        demand: bool = true;
        /// How each proposal stands after every step in which it is under way.
        proposals: bool = true;
        /// What monitors found, look by look.
        alerts: bool = true;
        /// How each board of tasks stands after every step.
        tasks: bool = true;
        /// What the contracts of each section came to by every step.
        contracts: bool = true;
        /// What each affiliate came to in every epoch.
        affiliates: bool = true;
        /// Parameters of the curves after every step in which one changed.
        parameters: bool = true;
        /// Steps between two hashes of the whole state; absent for about ten in all.
        hash_every: Option<u32>, within 1.0.., unit "steps";
        /// Steps between two checkpoints; absent for none but the one an interruption writes.
        checkpoint_every: Option<u32>, within 1.0.., unit "steps";
    }
}

impl Default for Record {
    fn default() -> Self {
        let name = walras_catalog::Value::made(walras_catalog::Node::Text("record".to_owned()));
        walras_catalog::Read::read(&name, None).expect("every key of `record` has a default")
    }
}

impl Record {
    /// The steps between two looks at something, when `given` or else about `count` in `steps`.
    #[must_use]
    pub fn every(given: Option<u32>, steps: u32, count: u32) -> u32 {
        given.unwrap_or_else(|| steps.div_ceil(count).max(1))
    }
}

impl Scenario {
    /// The economy it describes.
    #[must_use]
    pub fn economy(&self) -> Economy {
        Economy {
            order_of_events: self.run.order_of_events,
            steps_per_year: self.run.steps_per_year,
            numeraire: self.numeraire.clone(),
            assets: self.assets.clone(),
            markets: self.markets.clone(),
            resources: self.resources.clone(),
            network: self.network.clone(),
            cohorts: self.cohorts.clone(),
            distributions: self.distributions.clone(),
            controllers: self.controllers.clone(),
            accounts: self.accounts.clone(),
            incentives: self.incentives.clone(),
            governance: self.governance.clone(),
            funding_rounds: self.funding_rounds.clone(),
            goals: self.goals.clone(),
            staking: self.staking.clone(),
            monitors: self.monitors.clone(),
            tasks: self.tasks.clone(),
            steering: self.steering.clone(),
            contacts: self.contacts.clone(),
            contracts: self.contracts.clone(),
            shocks: self.shocks.clone(),
            feeds: self.feeds.clone(),
        }
    }
}
