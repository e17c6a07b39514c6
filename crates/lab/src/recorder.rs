//! From steps to rows: what each step came to, for the tables and the summary.

use walras_agents::request::Backlog;
use walras_catalog::read::number_of;
use walras_engine::World;
use walras_engine::contract::Contacts;
use walras_engine::monitor::Alert;
use walras_engine::stage::clear::Fill;
use walras_engine::step::Happened;
use walras_engine::venue::Made;
use walras_institutions::contract::{Contract, State};
use walras_ledger::Reason;
use walras_market::curve::AnyCurve;
use walras_numerics::{StateError, StateVisitor};
use walras_record::table::{
    AccountRow, AffiliateRow, AgentRow, AlertRow, ContractRow, DemandRow, EventRow, FillRow, MAKER, MarketRow, Names,
    ParameterRow, ProposalRow, ResourceRow, Side, TaskRow,
};
use walras_record::{RecordError, Tables};

use crate::books::{Books, Flow, account_names};
use crate::error::RunError;
use crate::sample::Sample;
use crate::schedule::Schedule;
use crate::summary::{Running, RunningAlignment, Summary};
use crate::valuation::{Portfolio, Standards, Valued};

/// Where rows go: into tables, or beside tables to be compared.
pub(crate) trait Rows {
    /// Whether fills are wanted: they take a pass over all orders.
    fn wants_fills(&self) -> bool;
    /// Whether agents are wanted: they take a valuation each.
    fn wants_agents(&self) -> bool;
    fn market(&mut self, row: &MarketRow) -> Result<(), RecordError>;
    fn fill(&mut self, row: &FillRow) -> Result<(), RecordError>;
    fn agent(&mut self, row: &AgentRow<'_>) -> Result<(), RecordError>;
    fn event(&mut self, row: &EventRow<'_>) -> Result<(), RecordError>;
    fn account(&mut self, row: &AccountRow) -> Result<(), RecordError>;
    fn parameter(&mut self, row: &ParameterRow<'_>) -> Result<(), RecordError>;
    fn resource(&mut self, row: &ResourceRow) -> Result<(), RecordError>;
    fn demand(&mut self, row: &DemandRow) -> Result<(), RecordError>;
    fn proposal(&mut self, row: &ProposalRow<'_>) -> Result<(), RecordError>;
    fn alert(&mut self, row: &AlertRow<'_>) -> Result<(), RecordError>;
    fn task(&mut self, row: &TaskRow) -> Result<(), RecordError>;
    fn contract(&mut self, row: &ContractRow) -> Result<(), RecordError>;
    fn affiliate(&mut self, row: &AffiliateRow) -> Result<(), RecordError>;
}

impl Rows for Tables {
    fn wants_fills(&self) -> bool {
        self.fills.is_on()
    }

    fn wants_agents(&self) -> bool {
        self.agents.is_on()
    }

    fn market(&mut self, row: &MarketRow) -> Result<(), RecordError> {
        self.markets.push(row)
    }

    fn fill(&mut self, row: &FillRow) -> Result<(), RecordError> {
        self.fills.push(row)
    }

    fn agent(&mut self, row: &AgentRow<'_>) -> Result<(), RecordError> {
        self.agents.push(row)
    }

    fn event(&mut self, row: &EventRow<'_>) -> Result<(), RecordError> {
        self.events.push(row)
    }

    fn account(&mut self, row: &AccountRow) -> Result<(), RecordError> {
        self.accounts.push(row)
    }

    fn parameter(&mut self, row: &ParameterRow<'_>) -> Result<(), RecordError> {
        self.parameters.push(row)
    }

    fn resource(&mut self, row: &ResourceRow) -> Result<(), RecordError> {
        self.resources.push(row)
    }

    fn demand(&mut self, row: &DemandRow) -> Result<(), RecordError> {
        self.demand.push(row)
    }

    fn proposal(&mut self, row: &ProposalRow<'_>) -> Result<(), RecordError> {
        self.proposals.push(row)
    }

    fn alert(&mut self, row: &AlertRow<'_>) -> Result<(), RecordError> {
        self.alerts.push(row)
    }

    fn task(&mut self, row: &TaskRow) -> Result<(), RecordError> {
        self.tasks.push(row)
    }

    fn contract(&mut self, row: &ContractRow) -> Result<(), RecordError> {
        self.contracts.push(row)
    }

    fn affiliate(&mut self, row: &AffiliateRow) -> Result<(), RecordError> {
        self.affiliates.push(row)
    }
}

/// Agents valued at a time.
const LOOK_ROWS: usize = 1024;

/// Turns steps into rows and a summary, in memory that does not grow with the steps.
pub(crate) struct Recorder {
    schedule: Schedule,
    portfolios: Vec<Portfolio>,
    samples: Vec<Sample>,
    /// The number of each cohort's first agent in the whole economy.
    first_agent: Vec<u64>,
    /// The numbers among each curve's parameters.
    parameters: Vec<Vec<&'static str>>,
    books: Books,
    running: Running,
    alignment: RunningAlignment,
    room: Room,
}

/// Room to work in.
#[derive(Default)]
struct Room {
    valued: Valued,
    rows: Vec<u32>,
    holdings: Vec<i64>,
}

impl Recorder {
    /// For a world before its first step; see [`Recorder::visit_state`] to go on later in a run.
    ///
    /// # Errors
    /// When there are more agents than a table can number.
    pub(crate) fn new(world: &mut World, schedule: Schedule, agents_sample: u64) -> Result<Self, RunError> {
        let agents = world.agents() as u64;
        if agents > u64::from(u32::MAX) {
            return Err(RunError::other(format!("{agents} agents; the tables can number at most {}", u32::MAX)));
        }
        let books = Books::open(world);
        let portfolios: Vec<Portfolio> = world.cohorts.iter().map(|cohort| Portfolio::of(world, cohort)).collect();
        let samples = world.cohorts.iter().map(|cohort| Sample::draw(world.keys, cohort, agents_sample));
        let before = |first: &mut u64, size: usize| Some(std::mem::replace(first, *first + size as u64));
        Ok(Self {
            schedule,
            samples: samples.collect(),
            first_agent: world.cohorts.iter().map(|cohort| cohort.size).scan(0, before).collect(),
            parameters: world
                .venues
                .iter()
                .map(|venue| venue.curve().map(|on| numbers_of(&on.curve)).unwrap_or_default())
                .collect(),
            running: Running::new(world, &portfolios),
            alignment: RunningAlignment::new(world, schedule.steps),
            portfolios,
            books,
            room: Room::default(),
        })
    }

    /// What each account holds before the first step.
    pub(crate) fn opening(&mut self, world: &World, rows: &mut impl Rows) -> Result<(), RunError> {
        self.books.genesis(&world.ledger).iter().try_for_each(|flow| account_rows(0, flow, rows))
    }

    /// Writes down the step that `world` has just done.
    ///
    /// # Errors
    /// When a row cannot be written, or a figure is beyond what a table holds.
    pub(crate) fn after_step(
        &mut self,
        world: &mut World,
        happened: &Happened<'_>,
        rows: &mut impl Rows,
    ) -> Result<(), RunError> {
        let step = world.step - 1;
        market_rows(step, world, happened, rows)?;
        resource_rows(step, world, happened, rows)?;
        demand_rows(step, world, rows)?;
        proposal_rows(step, world, rows)?;
        crate::task::rows(step, world, rows)?;
        contract_rows(step, world, rows)?;
        self.affiliate_rows(step, world, happened, rows)?;
        if rows.wants_fills() {
            self.fill_rows(step, world, happened, rows)?;
        }
        for event in &happened.events.list {
            let (kind, subject, detail) = (event.kind, event.subject.as_str(), event.detail.as_str());
            rows.event(&EventRow { step, kind, subject, detail, amount: event.amount })?;
        }
        for &Alert { monitor, begins, level, value, pointed } in &happened.events.alerts {
            let monitor = world.watchers[monitor].name.as_str();
            rows.alert(&AlertRow { step, monitor, level, value, pointed, begins: begins.into() })?;
        }
        self.parameter_rows(step, world, happened, rows)?;
        if rows.wants_agents() && self.schedule.looks_at_agents(step) {
            self.agent_rows(step, world, rows)?;
        }
        if self.alignment.looks_at(step) {
            let utilities = self.mean_utilities(world);
            self.alignment.push(world, utilities.into_iter());
        }
        self.running.push(world, &self.portfolios, happened, &mut self.books);
        if self.schedule.accounts_for_flows(step + 1) {
            for flow in self.books.close(&mut world.ledger) {
                account_rows(step, &flow, rows)?;
            }
            self.running.flows_reset();
        }
        Ok(())
    }

    /// What the run came to so far.
    pub(crate) fn summary(&self, world: &World) -> Summary {
        let alignment = self.alignment.summary(world);
        Summary { alignment, ..self.running.summary(world, &self.portfolios) }
    }

    /// Visits what must be kept from step to step. To load, the recorder must be made from the world before its
    /// first step, then the world loaded, then [`Recorder::reopen`] called.
    ///
    /// # Errors
    /// When the visitor fails.
    pub(crate) fn visit_state(&mut self, world: &World, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        self.running.visit_state(visitor)?;
        self.alignment.visit_state(visitor)?;
        self.books.visit_state(&world.ledger, visitor)
    }

    /// Opens the books anew on a world that was just loaded.
    pub(crate) fn reopen(&mut self, world: &mut World) {
        self.books = Books::open(world);
        self.running.flows_reset();
    }

    fn fill_rows(
        &self,
        step: u32,
        world: &World,
        happened: &Happened<'_>,
        rows: &mut impl Rows,
    ) -> Result<(), RecordError> {
        let money_scale = world.assets[0].scale;
        let mut result = Ok(());
        happened.fills.each(&world.cohorts, |Fill { venue, cohort, row, payment }| {
            let tokens = payment.tokens.unsigned_abs() as f64 / world.assets[world.venues[venue].asset.index()].scale;
            let row = FillRow {
                step,
                market: venue as u32,
                agent: (self.first_agent[cohort] + row as u64) as u32,
                // Who pays and gets nothing, as in an all-pay auction, bids to buy.
                side: if payment.tokens > 0 || payment.trade < 0 { Side::Buy } else { Side::Sell },
                amount: payment.tokens.abs(),
                paid: -payment.money(),
                fee: -(payment.fee + payment.tribute + payment.priority_fee),
                price: payment.trade.unsigned_abs() as f64 / money_scale / tokens,
            };
            if result.is_ok() {
                result = rows.fill(&row);
            }
        });
        happened.fills.each_made(|market, made| {
            for row in made_rows(step, world, market, made) {
                if result.is_ok() {
                    result = rows.fill(&row);
                }
            }
        });
        result
    }

    fn agent_rows(&mut self, step: u32, world: &World, rows: &mut impl Rows) -> Result<(), RecordError> {
        let Room { valued, rows: chunk, holdings } = &mut self.room;
        let standards = Standards::of(world);
        for (c, (cohort, portfolio)) in world.cohorts.iter().zip(&self.portfolios).enumerate() {
            let columns: Vec<&[i64]> = (0..world.assets.len())
                .map(|asset| world.ledger.column(cohort.id, walras_ledger::AssetId(asset as u16)).unwrap_or_default())
                .collect();
            for first in (0..self.samples[c].len()).step_by(LOOK_ROWS) {
                self.samples[c].rows(first, LOOK_ROWS, chunk);
                valued.value(world, c, portfolio, &standards, chunk);
                for (i, &row) in chunk.iter().enumerate() {
                    holdings.clear();
                    let held = columns[1..].iter().map(|column| column.get(row as usize).copied().unwrap_or(0));
                    holdings.extend(held);
                    rows.agent(&AgentRow {
                        step,
                        agent: (self.first_agent[c] + u64::from(row)) as u32,
                        cohort: c as u32,
                        balance: columns[0][row as usize],
                        holdings,
                        wealth: valued.marked[i],
                        liquidation: valued.liquidation[i],
                        utility: valued.utility[i],
                    })?;
                }
            }
        }
        Ok(())
    }

    fn affiliate_rows(
        &self,
        step: u32,
        world: &World,
        happened: &Happened<'_>,
        rows: &mut impl Rows,
    ) -> Result<(), RecordError> {
        for it in &happened.contracted.affiliates {
            let group = &world.contracts[it.group];
            let units = |atoms: i64| atoms as f64 / group.terms.units.contribution;
            rows.affiliate(&AffiliateRow {
                step,
                contract: it.group as u32,
                cohort: group.affiliates as u32,
                affiliate: (self.first_agent[group.affiliates] + u64::from(it.row)) as u32,
                contribution: units(it.contribution),
                manufactured: units(it.manufactured),
                earned: it.earned,
            })?;
        }
        Ok(())
    }

    /// The mean utility of each cohort's agents, as far as they are sampled.
    fn mean_utilities(&mut self, world: &World) -> Vec<f64> {
        let Room { valued, rows, .. } = &mut self.room;
        let standards = Standards::of(world);
        let mut means = Vec::with_capacity(world.cohorts.len());
        for (c, (portfolio, sample)) in self.portfolios.iter().zip(&self.samples).enumerate() {
            let (mut sum, mut count) = (0.0, 0_usize);
            for first in (0..sample.len()).step_by(LOOK_ROWS) {
                sample.rows(first, LOOK_ROWS, rows);
                valued.value(world, c, portfolio, &standards, rows);
                sum += walras_numerics::sum::sum(&valued.utility);
                count += rows.len();
            }
            means.push(if count > 0 { sum / count as f64 } else { f64::NAN });
        }
        means
    }

    /// All numbers of a curve after the first step and after each step that changed one.
    fn parameter_rows(
        &self,
        step: u32,
        world: &World,
        happened: &Happened<'_>,
        rows: &mut impl Rows,
    ) -> Result<(), RecordError> {
        for (v, (venue, numbers)) in world.venues.iter().zip(&self.parameters).enumerate() {
            let changed =
                |event: &walras_engine::stage::Event| event.kind == "parameter_changed" && event.subject == venue.name;
            if step > 0 && !happened.events.list.iter().any(changed) {
                continue;
            }
            let Some(on) = venue.curve() else { continue };
            let market = v as u32;
            for parameter in numbers {
                if let Some(value) = number_of(&on.curve, parameter) {
                    rows.parameter(&ParameterRow { step, market, parameter, value })?;
                }
            }
            rows.parameter(&ParameterRow { step, market, parameter: ANCHOR, value: on.anchor })?;
        }
        Ok(())
    }
}

/// The name under which the factor on a curve's prices stands among its parameters.
pub(crate) const ANCHOR: &str = "anchor";

/// The names of the numbers among a curve's parameters.
pub(crate) fn numbers_of(curve: &AnyCurve) -> Vec<&'static str> {
    let entry = AnyCurve::catalog().into_iter().find(|entry| entry.name == curve.name());
    let parameters = entry.map(|entry| entry.parameters).unwrap_or_default();
    let names = parameters.into_iter().map(|parameter| parameter.name);
    names.filter(|name| number_of(curve, name).is_some()).collect()
}

/// The names that ids in rows stand for.
pub(crate) fn names_of(world: &World) -> Names {
    Names {
        markets: world.venues.iter().map(|venue| venue.name.clone()).collect(),
        assets: world.assets.iter().map(|asset| asset.name.clone()).collect(),
        resources: world.resources.iter().map(|source| source.name.clone()).collect(),
        cohorts: world.cohorts.iter().map(|cohort| cohort.name.clone()).collect(),
        boards: world.tasks.iter().map(|standing| standing.name.clone()).collect(),
        contracts: world.contracts.iter().map(|group| group.name.clone()).collect(),
        accounts: account_names(world),
        reasons: Reason::ALL.iter().map(|reason| reason.name().to_owned()).collect(),
    }
}

fn market_rows(step: u32, world: &World, happened: &Happened<'_>, rows: &mut impl Rows) -> Result<(), RunError> {
    for (v, (venue, figures)) in world.venues.iter().zip(&happened.record.markets).enumerate() {
        let atoms = |what: &str, amount: i128| {
            i64::try_from(amount).map_err(|_| {
                let name = &venue.name;
                RunError::other(format!("step {step}: the {what} of {name}, {amount} atoms, is beyond what a table holds; use fewer decimals or smaller amounts"))
            })
        };
        let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let known = |value: Option<f64>| value.unwrap_or(f64::NAN);
        let quotes = figures.quotes;
        rows.market(&MarketRow {
            step,
            market: v as u32,
            asset: u32::from(venue.asset.0),
            price: figures.price,
            settlement_price: figures.settlement_price.unwrap_or(f64::NAN),
            supply: figures.supply,
            reserve: figures.reserve,
            volume: atoms("volume", figures.volume)?,
            bought: atoms("amount bought", figures.bought)?,
            sold: atoms("amount sold", figures.sold)?,
            fees: atoms("fees", figures.fees)?,
            fees_tokens: atoms("fees in tokens", figures.token_fees.atoms)?,
            fees_tokens_worth: figures.token_fees.worth / world.assets[0].scale,
            // Agents are numbered in 32 bits; what they ask besides an order each may be more.
            orders: count(figures.orders),
            filled: count(figures.filled),
            rejected: count(figures.rejected.iter().sum()),
            reserve_ratio: figures.reserve_ratio.unwrap_or(f64::NAN),
            fundamental: figures.fundamental.unwrap_or(f64::NAN),
            asset_price: figures.asset_price,
            best_bid: known(quotes.and_then(|quotes| quotes.bid)),
            best_ask: known(quotes.and_then(|quotes| quotes.ask)),
            spread: known(quotes.and_then(|quotes| quotes.spread())),
            bid_depth: known(quotes.map(|quotes| quotes.bid_size)),
            ask_depth: known(quotes.map(|quotes| quotes.ask_size)),
            imbalance: known(quotes.and_then(|quotes| quotes.imbalance())),
            effective_spread: known(figures.effective_spread),
            resting: count(figures.resting),
            inventory: figures.inventory,
            shares: figures.shares,
        })?;
    }
    Ok(())
}

fn resource_rows(step: u32, world: &World, happened: &Happened<'_>, rows: &mut impl Rows) -> Result<(), RunError> {
    for figures in &happened.record.resources {
        let (resource, asset) = (&world.resources[figures.resource].name, &world.assets[figures.asset].name);
        let atoms = |what: &str, amount: i128| {
            i64::try_from(amount).map_err(|_| {
                RunError::other(format!("step {step}: the {what} of {asset} at {resource}, {amount} atoms, is beyond what a table holds; use fewer decimals or smaller amounts"))
            })
        };
        let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let known = |value: Option<f64>| value.unwrap_or(f64::NAN);
        rows.resource(&ResourceRow {
            step,
            resource: figures.resource as u32,
            asset: figures.asset as u32,
            price: known(figures.price),
            capacity: figures.capacity,
            requested: atoms("amount requested", figures.requested)?,
            granted: atoms("amount granted", figures.granted)?,
            requesters: count(figures.requesters),
            served: count(figures.served),
            paid: atoms("payment", figures.paid)?,
            fairness: known(figures.fairness),
            envious: known(figures.envious),
            efficiency: known(figures.efficiency),
            dominant_spread: known(figures.dominant_spread),
            cut: count(figures.cut),
            used: atoms("use", figures.used)?,
            decayed: atoms("decay", figures.decayed)?,
            held: atoms("amount held", figures.held)?,
        })?;
    }
    Ok(())
}

fn demand_rows(step: u32, world: &World, rows: &mut impl Rows) -> Result<(), RunError> {
    for (c, cohort) in world.cohorts.iter().enumerate() {
        let Some(asker) = &cohort.demand else { continue };
        let backlog = asker.backlog();
        let known = |read: fn(&Backlog) -> f64| backlog.as_ref().map_or(f64::NAN, read);
        rows.demand(&DemandRow {
            step,
            cohort: c as u32,
            utility: walras_numerics::sum::sum(&asker.utility),
            arrived: known(|it| it.arrived),
            waiting: known(|it| it.waiting),
            finished: known(|it| it.finished),
            in_time: known(|it| it.in_time),
            late: known(|it| it.late),
            waited: known(|it| it.waited),
        })?;
    }
    Ok(())
}

/// What the contracts of each section came to, all together.
fn contract_rows(step: u32, world: &World, rows: &mut impl Rows) -> Result<(), RunError> {
    let share = |contacts: &Contacts| contacts.aware() as f64 / contacts.agents().max(1) as f64;
    let aware = world.contacts.as_ref().map_or(f64::NAN, share);
    for (number, group) in world.contracts.iter().enumerate() {
        let sum = |what: &str, of: fn(&Contract) -> i64| {
            let atoms: i128 = group.contracts.iter().map(|contract| i128::from(of(contract))).sum();
            i64::try_from(atoms).map_err(|_| {
                let name = &group.name;
                RunError::other(format!("step {step}: what {name} has {what}, {atoms} atoms, is beyond what a table holds; use fewer decimals or smaller amounts"))
            })
        };
        let count = |of: fn(&Contract) -> bool| group.contracts.iter().filter(|&contract| of(contract)).count() as u32;
        let units = |atoms: i64| atoms as f64 / group.terms.units.contribution;
        rows.contract(&ContractRow {
            step,
            contract: number as u32,
            open: count(|contract| !contract.is_over()),
            active: count(|contract| contract.state() == State::Active),
            escrow: sum("in escrow", |contract| contract.money().held())?,
            committed: sum("promised", |contract| contract.money().committed)?,
            earned: sum("seen earned", |contract| contract.money().earned)?,
            paid: sum("paid", |contract| contract.money().paid)?,
            refunded: sum("refunded", |contract| contract.money().refunded)?,
            clawed_back: sum("taken back", |contract| contract.money().clawed_back)?,
            staked: sum("of stakes", |contract| contract.money().staked)?,
            slashed: sum("slashed", |contract| contract.money().slashed)?,
            contribution: units(group.contribution[0]),
            manufactured: units(group.contribution[1]),
            aware,
        })?;
    }
    Ok(())
}

fn proposal_rows(step: u32, world: &World, rows: &mut impl Rows) -> Result<(), RunError> {
    for body in &world.bodies {
        let proceedings = &body.proceedings;
        for index in proceedings.live() {
            let (proposal, tally, lever) =
                (proceedings.proposal(index), proceedings.tally(index), body.lever_name(index));
            let of_lever = |value: f64| if lever.is_empty() { f64::NAN } else { value };
            let bounded = |value: f64| if value > 0.0 && value.is_finite() { value } else { f64::NAN };
            rows.proposal(&ProposalRow {
                step,
                body: &body.name,
                proposal: index as u32,
                subject: body.subject(index),
                lever,
                before: of_lever(proposal.before),
                value: of_lever(proposal.value),
                requested: proposal.requested,
                status: proceedings.status(index).name(),
                yes: tally.yes,
                no: tally.no,
                electorate: bounded(tally.electorate),
                needed: if tally.needed.is_finite() { tally.needed } else { f64::NAN },
                voters: tally.voters,
            })?;
        }
    }
    Ok(())
}

/// A flow as rows: one, or several where 64 bits do not hold it.
fn account_rows(step: u32, flow: &Flow, rows: &mut impl Rows) -> Result<(), RunError> {
    let mut rest = flow.atoms;
    while rest != 0 {
        let amount = rest.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
        rest -= amount;
        let Flow { account, asset, reason, .. } = *flow;
        rows.account(&AccountRow { step, account, asset, reason, amount: amount as i64 })?;
    }
    Ok(())
}

/// What a maker traded, at the book that it makes and as the book's order at its curve.
fn made_rows(step: u32, world: &World, market: usize, made: &Made) -> [FillRow; 2] {
    let money_scale = world.assets[0].scale;
    let tokens = made.tokens.unsigned_abs() as f64 / world.assets[world.venues[market].asset.index()].scale;
    let row = |market: usize, buys: bool, paid: i64, fee: i64| FillRow {
        step,
        market: market as u32,
        agent: MAKER,
        side: if buys { Side::Buy } else { Side::Sell },
        amount: made.tokens.abs(),
        paid,
        fee,
        price: (paid - fee).unsigned_abs() as f64 / money_scale / tokens,
    };
    let own = made.fee + made.tribute;
    [
        row(market, made.tokens < 0, made.market_fee - made.paid, made.market_fee),
        row(made.curve, made.tokens > 0, made.trade + own, own),
    ]
}
