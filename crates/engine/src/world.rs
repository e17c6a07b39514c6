//! All state of an economy, and the one visit that hashes, saves and loads it.

use std::sync::Arc;

use walras_agents::objective::AnyObjective;
use walras_agents::policy::Policy;
use walras_catalog::{Problem, Reference};
use walras_formula::Program;
use walras_institutions::control::AnyController;
use walras_institutions::measure::MeasureSpec;
use walras_institutions::release::Plan;
use walras_ledger::{AssetId, Atoms, CohortId, Ledger, NamedId};
use walras_market::allocation::Charge;
use walras_market::manner::Manner;
use walras_market::order::{Orders, Shape};
use walras_numerics::{Column, Keys, StateError, StateHash, StateHasher, StateVisitor};

use crate::contract::{Contacts, Group};
use crate::economy::{AfterEnd, FeedTarget, OrderOfEvents, Role};
use crate::governance;
use crate::incentive;
use crate::lever::Lever;
use crate::monitor::Watcher;
use crate::price::AnyPriceRule;
use crate::production::Producer;
use crate::quantity::Quantities;
use crate::resource::{Asker, Carriage, Source};
use crate::restraint::Restraint;
use crate::shock::Happen;
use crate::steering;
use crate::task;
pub use crate::venue::Venue;

/// An economy at the beginning of step [`World::step`].
#[derive(Clone)]
pub struct World {
    /// The step about to be taken, t.
    pub step: u32,
    /// Keys of every draw.
    pub keys: Keys,
    /// Who holds what.
    pub ledger: Ledger,
    /// The assets, the numeraire first.
    pub assets: Vec<Asset>,
    /// The markets.
    pub venues: Vec<Venue>,
    /// What has capacity to share.
    pub resources: Vec<Source>,
    /// Over what their assets are carried, where there is a network.
    pub carriage: Option<Carriage>,
    /// The agents.
    pub cohorts: Vec<Cohort>,
    /// Tokens still to be given out.
    pub distributions: Vec<Distribution>,
    /// What moves parameters.
    pub controllers: Vec<Control>,
    /// Accounts that the scenario names: treasuries.
    pub accounts: Vec<Treasury>,
    /// Rewards and penalties.
    pub incentives: Vec<incentive::Standing>,
    /// Bodies that vote.
    pub bodies: Vec<governance::Body>,
    /// Rounds that match gifts.
    pub funding_rounds: Vec<governance::Round>,
    /// What is wanted of the economy.
    pub goals: Vec<crate::goal::Goal>,
    /// Pools of stakes.
    pub pools: Vec<crate::staking::Pool>,
    /// What watches, and what follows from it.
    pub watchers: Vec<Watcher>,
    /// Boards of tasks.
    pub tasks: Vec<task::Standing>,
    /// Affiliates who point requesters to idle capacity.
    pub steering: Vec<steering::Standing>,
    /// What formulas look at.
    pub quantities: Quantities,
    /// Who knows of the markets, and who can be reached.
    pub contacts: Option<Contacts>,
    /// What affiliates are paid for.
    pub contracts: Vec<Group>,
    /// Outside events.
    pub shocks: Vec<PlannedShock>,
    /// Outside series.
    pub feeds: Vec<Feed>,
    /// Holds tokens that outside events took.
    pub shock_account: NamedId,
    /// Whether agents act at once or in turn.
    pub order_of_events: OrderOfEvents,
    /// Steps in a year.
    pub steps_per_year: f64,
    /// Whether it is a copy in which something is looked up beforehand, where nobody looks ahead in turn.
    pub is_foreseen: bool,
}

/// An asset and its intrinsic properties.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its name.
    pub name: String,
    /// Decimals of its smallest unit.
    pub decimals: u32,
    /// Atoms in one unit.
    pub scale: f64,
    /// Weight in utilities.
    pub utility_weight: f64,
    /// The most atoms that may be out.
    pub maximum_supply: Atoms,
    /// What it is for.
    pub role: Role,
    /// The share that is gone at the end of each step.
    pub decay: f64,
    /// Fundamental value now.
    pub fundamental: Option<f64>,
    /// What its price is when several markets trade it.
    pub price: AnyPriceRule,
}

impl Asset {
    /// `units` of the asset in whole atoms, to the nearest; `None` when they cannot be counted.
    #[must_use]
    pub fn atoms(&self, units: f64) -> Option<Atoms> {
        let atoms = (units * self.scale).round();
        (0.0..9.2e18).contains(&atoms).then_some(atoms as Atoms)
    }
}

/// Agents of one policy.
#[derive(Clone)]
pub struct Cohort {
    /// Its name.
    pub name: String,
    /// Its accounts.
    pub id: CohortId,
    /// The key of its first agent in draws.
    pub entity: u64,
    /// How many agents.
    pub size: usize,
    /// The markets it trades on, in the order declared; then those that only routers send its orders to.
    pub places: Vec<Place>,
    /// How many markets its agents see and decide for.
    pub visible: usize,
    /// How its agents act.
    pub policy: Arc<dyn Policy>,
    /// The policy's name.
    pub policy_name: &'static str,
    /// What its agents try to raise.
    pub objective: AnyObjective,
    /// What its agents ask of resources.
    pub demand: Option<Asker>,
    /// What its agents make of goods.
    pub producer: Option<Producer>,
    /// What its agents remember, by column.
    pub memory: Vec<Vec<f64>>,
    /// Money received from outside each step, in atoms.
    pub income: Column,
    /// Money spent outside each step, in atoms.
    pub expenses: Column,
    /// How many steps late its agents see the markets.
    pub latency: u32,
    /// What rules in force forbid its agents.
    pub restraint: Restraint,
}

impl Cohort {
    /// The markets its agents see, each with its number among them.
    pub fn seen_places(&self) -> impl Iterator<Item = (usize, &Place)> {
        self.places.iter().take(self.visible).enumerate()
    }

    /// Lets the cohort act by `policy` from now on: how a program puts a policy of its own into a scenario's economy.
    /// What agents remembered is forgotten. Prices that the markets do not remember cannot be looked back on.
    pub fn set_policy(&mut self, policy: Arc<dyn Policy>) {
        for (market, place) in self.places.iter_mut().enumerate().take(self.visible) {
            place.shape = policy.shape(market);
            let priority_fee = place.orders.priority_fee.clone();
            place.orders = place.room(self.size);
            if place.shape.priority_fee.is_some() {
                place.orders.priority_fee = priority_fee;
            }
        }
        self.memory = policy.memory().into_iter().map(|value| vec![value; self.size]).collect();
        self.policy = policy;
        self.policy_name = "custom";
    }
}

/// A cohort's standing at one of its markets.
#[derive(Clone)]
pub struct Place {
    /// The market, an index into [`World::venues`].
    pub venue: usize,
    /// The place of the cohort's first agent among all traders of the market.
    pub first: usize,
    /// The share of its balance an agent may spend there.
    pub budget_share: f64,
    /// Factor on private valuations in this step.
    pub valuation_shift: f64,
    /// Factor on the size of buy orders in this step.
    pub demand: f64,
    /// The form of its orders.
    pub shape: Shape,
    /// This step's orders.
    pub orders: Orders,
    /// The price its agents saw when they decided, numeraire per token.
    pub seen: f64,
    /// Whether orders can rest there.
    pub can_rest: bool,
    /// How its orders are carried out, where orders can rest.
    pub manner: Manner,
    /// How far, as a share of the price seen, a trade must be above it for a buyer's order and below it for a seller's to
    /// enter the market; `None` where they enter at once.
    pub stop: Option<f64>,
}

impl Place {
    /// Room for the orders of `size` agents.
    #[must_use]
    pub fn room(&self, size: usize) -> Orders {
        let orders = Orders::new(size, &self.shape);
        if self.can_rest { orders.telling_limits() } else { orders }
    }
}

/// Tokens to be given out.
#[derive(Clone)]
pub struct Distribution {
    /// Its name.
    pub name: String,
    /// What is given.
    pub asset: AssetId,
    /// Holds what has not been given yet.
    pub account: NamedId,
    /// Who receives: the agents of these cohorts, in order.
    pub cohorts: Vec<usize>,
    /// How much and when.
    pub plan: Plan,
}

/// An account that the scenario names.
#[derive(Debug, Clone)]
pub struct Treasury {
    /// Its name.
    pub name: String,
    /// The account, `account:NAME` in the ledger.
    pub id: NamedId,
}

/// A controller, the parameter it drives and what it remembers.
#[derive(Clone)]
pub struct Control {
    /// Its name.
    pub name: String,
    /// Its name in the log.
    pub institution: Arc<str>,
    /// The parameter.
    pub lever: Lever,
    /// The parameter's value at the start.
    pub initial: f64,
    /// What it watches.
    pub watched: Watched,
    /// How it answers.
    pub controller: AnyController,
    /// What it remembers.
    pub memory: Vec<f64>,
}

/// What a controller watches.
#[derive(Debug, Clone)]
pub enum Watched {
    /// Nothing.
    Nothing,
    /// A measure of a market.
    Measure {
        /// The market.
        venue: usize,
        /// The measure.
        spec: MeasureSpec,
    },
    /// A formula over named quantities.
    Formula(Program),
    /// What an outcome costs, to a controller that looks ahead.
    Cost(Program),
}

/// An outside event and when it holds.
#[derive(Clone)]
pub struct PlannedShock {
    /// Its name.
    pub name: String,
    /// First step.
    pub from: u32,
    /// Last step.
    pub to: u32,
    /// What happens.
    pub event: Arc<dyn Happen>,
}

/// An outside series.
#[derive(Clone)]
pub struct Feed {
    /// Its name.
    pub name: String,
    /// The asset concerned.
    pub asset: usize,
    /// What it sets.
    pub sets: FeedTarget,
    /// The values.
    pub values: Arc<[f64]>,
    /// Factor on every value.
    pub scale: f64,
    /// Rows skipped.
    pub start: u64,
    /// Steps that each value stays.
    pub every: u64,
    /// What holds after the last row.
    pub after_end: AfterEnd,
}

impl Feed {
    /// The value at `step`.
    #[must_use]
    pub fn value(&self, step: u32) -> f64 {
        let row = self.after_end.row(step, self.start, self.every, self.values.len());
        self.values[row] * self.scale
    }
}

impl World {
    /// The hash of all state: two worlds with the same hash go the same way.
    ///
    /// # Errors
    /// Never in practice: hashing takes what it is given.
    pub fn hash(&mut self) -> Result<StateHash, StateError> {
        let mut hasher = StateHasher::default();
        self.visit_state(&mut hasher)?;
        Ok(hasher.finish())
    }

    /// Visits everything that changes from step to step.
    ///
    /// # Errors
    /// When the visitor fails, or loads state that does not fit this world.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let mut step = u64::from(self.step);
        visitor.u64("step", &mut step)?;
        self.step = u32::try_from(step).map_err(|_| StateError(format!("step {step} is too large")))?;
        self.ledger.visit_state(visitor)?;
        for asset in &mut self.assets {
            let mut fundamental = asset.fundamental.unwrap_or(f64::NAN);
            visitor.f64(&asset.name, &mut fundamental)?;
            asset.fundamental = (!fundamental.is_nan()).then_some(fundamental);
        }
        for venue in &mut self.venues {
            venue.visit_state(visitor)?;
        }
        for source in &mut self.resources {
            source.visit_state(visitor)?;
        }
        if let Some(carriage) = &mut self.carriage {
            carriage.visit_state(visitor)?;
        }
        for cohort in &mut self.cohorts {
            if let Some(asker) = &mut cohort.demand {
                asker.visit_state(&cohort.name, visitor)?;
            }
            if let Some(producer) = &mut cohort.producer {
                producer.visit_state(&cohort.name, visitor)?;
            }
            for (index, column) in cohort.memory.iter_mut().enumerate() {
                visitor.f64s(&format!("{} memory {index}", cohort.name), column)?;
                if column.len() != cohort.size {
                    return Err(StateError(format!("the memory of {} has another length", cohort.name)));
                }
            }
        }
        for incentive in &mut self.incentives {
            incentive.visit_state(visitor)?;
        }
        for body in &mut self.bodies {
            body.visit_state(visitor)?;
        }
        for round in &mut self.funding_rounds {
            round.visit_state(visitor)?;
        }
        for pool in &mut self.pools {
            pool.visit_state(visitor)?;
        }
        for watcher in &mut self.watchers {
            watcher.visit_state(visitor)?;
        }
        for board in &mut self.tasks {
            board.visit_state(visitor)?;
        }
        for steering in &mut self.steering {
            steering.visit_state(visitor)?;
        }
        if let Some(contacts) = &mut self.contacts {
            contacts.visit_state(visitor)?;
        }
        for group in &mut self.contracts {
            group.visit_state(visitor)?;
        }
        self.quantities.visit_state(visitor)?;
        for control in &mut self.controllers {
            let len = control.memory.len();
            visitor.f64s(&control.name, &mut control.memory)?;
            if control.memory.len() != len {
                return Err(StateError(format!("the memory of {} has another length", control.name)));
            }
        }
        Ok(())
    }

    /// The pairs of cohort and market place that concern `asset`, of one cohort or of all.
    ///
    /// # Errors
    /// When a name does not exist, or nobody concerned trades the asset.
    pub fn places_of(&self, asset: &Reference, cohort: Option<&Reference>) -> Result<Vec<(usize, usize)>, Problem> {
        let id = AssetId(asset.find("asset", self.assets.iter().map(|asset| asset.name.as_str()))? as u16);
        let names = || self.cohorts.iter().map(|cohort| cohort.name.as_str());
        let only = cohort.map(|cohort| cohort.find("cohort", names())).transpose()?;
        let mut places = Vec::new();
        for (c, cohort) in self.cohorts.iter().enumerate().filter(|(c, _)| only.is_none_or(|only| only == *c)) {
            let traded = cohort.places.iter().enumerate().filter(|(_, place)| self.venues[place.venue].asset == id);
            places.extend(traded.map(|(p, _)| (c, p)));
        }
        if places.is_empty() {
            let span = cohort.map_or(asset.span, |cohort| cohort.span);
            return Err(Problem::at(
                span,
                format!("nobody concerned trades `{}`", asset.name),
                "an asset and cohort that trade",
            ));
        }
        Ok(places)
    }

    /// The price P of an asset at the end of the last step, numeraire per unit; `NaN` where no market trades it.
    #[must_use]
    pub fn price(&self, asset: AssetId) -> f64 {
        if asset == AssetId::NUMERAIRE {
            return 1.0;
        }
        let venues: Vec<&Venue> =
            self.venues.iter().filter(|venue| venue.asset == asset && venue.router().is_none()).collect();
        if venues.is_empty() { f64::NAN } else { self.assets[asset.index()].price.price(&venues) }
    }

    /// The account that `reference` means: one of [accounts.*] by its name, or any by its full name.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn account(&self, reference: &Reference) -> Result<NamedId, Problem> {
        if let Some(account) = self.accounts.iter().find(|account| account.name == reference.name) {
            return Ok(account.id);
        }
        // What is out is an issuer's balance, which no institution may touch.
        let others = || self.ledger.named_accounts().skip(self.ledger.asset_count());
        let names = self.accounts.iter().map(|account| account.name.as_str());
        let all: Vec<&str> = names.chain(others().map(|id| self.ledger.name(id))).collect();
        let index = reference.find("account", all.iter().copied())?;
        Ok(others().nth(index - self.accounts.len()).unwrap_or(self.shock_account))
    }

    /// Money and holdings of the agents of cohort number `cohort` together, each at its price, numeraire; what nobody asks
    /// a price for counts nothing. What is committed to markets counts.
    #[must_use]
    pub fn marked_wealth(&self, cohort: usize) -> f64 {
        let committed = self.committed_in_all(cohort);
        let worth = |asset: usize| {
            let id = AssetId(asset as u16);
            let column = self.ledger.column(self.cohorts[cohort].id, id).unwrap_or_default();
            let held = column.iter().map(|&atoms| i128::from(atoms)).sum::<i128>() + committed[asset];
            let price = if held == 0 { 0.0 } else { self.price(id) };
            if price.is_nan() { 0.0 } else { held as f64 / self.assets[asset].scale * price }
        };
        (0..self.assets.len()).map(worth).fold(0.0, |sum, worth| sum + worth)
    }

    /// What a unit of each asset is worth to those who make or use it, numeraire per unit: its price at markets, else
    /// what the first resource that charges for it charges; `NaN` where nobody asks a price for it.
    #[must_use]
    pub fn goods_prices(&self) -> Vec<f64> {
        let charged = |asset: AssetId| {
            let charging = self.resources.iter().filter(|source| source.rule.charges() != Charge::Nothing);
            let supplies = charging.flat_map(|source| &source.supplies);
            supplies.filter(|supply| supply.asset == asset).map(|supply| supply.venue.price).next()
        };
        let price = |asset: usize| {
            let id = AssetId(asset as u16);
            let traded = self.price(id);
            if traded.is_nan() { charged(id).unwrap_or(f64::NAN) } else { traded }
        };
        (0..self.assets.len()).map(price).collect()
    }

    /// What the agents of cohort number `cohort` have committed, by asset, a column each: set aside for orders, provided as
    /// liquidity, or staked. `None` when it trades on no market that takes commitments and may not stake.
    #[must_use]
    pub fn committed(&self, cohort: usize) -> Option<Vec<Vec<Atoms>>> {
        let size = self.cohorts[cohort].size;
        let mut committed = vec![Vec::new(); self.assets.len()];
        self.each_committed(cohort, |asset, row, atoms| {
            let column: &mut Vec<Atoms> = &mut committed[asset.index()];
            column.resize(size, 0);
            column[row] += atoms;
        });
        for pool in self.pools.iter().filter(|pool| pool.members.iter().any(|member| member.cohort == cohort)) {
            for asset in [0, pool.asset.index()] {
                committed[asset].resize(size, 0);
            }
        }
        let stakes = self.pools.iter().any(|pool| pool.members.iter().any(|member| member.cohort == cohort));
        let cohort = &self.cohorts[cohort];
        let takes = |place: &Place| self.venues[place.venue].takes_commitments();
        for place in cohort.places.iter().filter(|place| takes(place)) {
            for asset in [0, self.venues[place.venue].asset.index()] {
                committed[asset].resize(size, 0);
            }
        }
        (stakes || cohort.places.iter().any(takes)).then_some(committed)
    }

    /// As [`World::committed`], for all of the cohort's agents together, in atoms of each asset.
    #[must_use]
    pub fn committed_in_all(&self, cohort: usize) -> Vec<i128> {
        let mut all = vec![0; self.assets.len()];
        self.each_committed(cohort, |asset, _, atoms| all[asset.index()] += i128::from(atoms));
        all
    }

    /// Calls `each` with the asset, the row and the atoms of everything that a cohort's agents have committed.
    fn each_committed(&self, cohort: usize, mut each: impl FnMut(AssetId, usize, Atoms)) {
        for pool in &self.pools {
            for member in pool.members.iter().filter(|member| member.cohort == cohort) {
                member.stakes.each(|row, atoms| each(pool.asset, row, atoms));
            }
        }
        let cohort = &self.cohorts[cohort];
        let mut counted: Vec<AssetId> = Vec::new();
        for place in &cohort.places {
            let venue = &self.venues[place.venue];
            let traders = place.first..place.first + cohort.size;
            if let Some(book) = venue.book() {
                let columns = [(AssetId::NUMERAIRE, &book.money_aside), (venue.asset, &book.tokens_aside)];
                for (asset, column) in columns {
                    let held = column[traders.clone()].iter().enumerate().filter(|(_, atoms)| **atoms != 0);
                    held.for_each(|(row, &atoms)| each(asset, row, atoms));
                }
            }
            // Venues that share a pool have the same shares.
            let Some(asset) = venue.share_asset().filter(|asset| !counted.contains(asset)) else { continue };
            counted.push(asset);
            let shares = self.ledger.column(cohort.id, asset);
            for (row, &held) in shares.unwrap_or_default().iter().enumerate().filter(|(_, held)| **held > 0) {
                let [money, tokens] = venue.committed((place.first + row) as u32, held);
                each(AssetId::NUMERAIRE, row, money);
                each(venue.asset, row, tokens);
            }
        }
    }

    /// How many agents there are.
    #[must_use]
    pub fn agents(&self) -> usize {
        self.cohorts.iter().map(|cohort| cohort.size).sum()
    }
}
