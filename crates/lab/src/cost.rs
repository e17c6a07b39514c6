//! What a run will take, before it is made.

use std::time::Instant;

use walras_engine::{Scratch, World, step};
use walras_institutions::contract::ContractTerms;
use walras_record::RecordError;
use walras_record::table::{
    AccountRow, AffiliateRow, AgentRow, AlertRow, ContractRow, DemandRow, EventRow, FillRow, MarketRow, ParameterRow,
    ProposalRow, ResourceRow, TaskRow,
};
use walras_scenario::Loaded;

use crate::error::RunError;
use crate::manifest::memory_free;
use crate::recorder::{Recorder, Rows};
use crate::run::in_pool;
use crate::schedule::Schedule;

/// About what a run will take on this machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Agents.
    pub agents: u64,
    /// Bytes that the agents take in memory.
    pub memory_bytes: u64,
    /// Seconds. From a short trial with fewer agents, so right within a factor of two or so.
    pub seconds: f64,
    /// Bytes that the run directory takes on disk, the report apart.
    pub disk_bytes: u64,
}

/// Agents of the larger trial.
const TRIAL_AGENTS: u64 = 8192;
/// How long a trial may take, in seconds, and of how many steps it is at most.
const TRIAL_S: f64 = 0.08;
const TRIAL_STEPS: u32 = 400;
/// Seconds that writing one value of a table takes.
const VALUE_S: f64 = 12e-9;
/// Seconds to begin and end a run, most of them spent making files durable.
const FIXED_S: f64 = 0.03;
/// Seconds for an agent and step where no trial can be made.
const AGENT_STEP_S: f64 = 30e-9;
/// How much of a further core's time is won.
const PARALLEL_GAIN: f64 = 0.7;
/// Agents of one cohort from which its work is shared between threads.
const PARALLEL_FROM: u64 = 16_384;

/// Says about what a run of the scenario will take, from a trial of a few steps with few agents. Takes a fraction of a
/// second, however large the scenario is, besides reading its data files.
///
/// # Errors
/// When the scenario asks for what no run can give.
pub fn cost(loaded: &Loaded) -> Result<Cost, RunError> {
    let schedule = Schedule::of(&loaded.scenario)?;
    let sizes = || loaded.scenario.cohorts.0.iter().map(|cohort| cohort.item.size);
    let agents = sizes().fold(0, u64::saturating_add);
    let trials = in_pool(Some(1), || {
        let large = trial(loaded, agents.min(TRIAL_AGENTS));
        let small = if agents > TRIAL_AGENTS { trial(loaded, TRIAL_AGENTS / 4) } else { None };
        Ok((large, small))
    })?;
    let (step_s, rows) = match trials {
        (Some(large), small) => {
            let each = small.map_or(0.0, |small| {
                let slope = (large.step_s - small.step_s) / (large.agents - small.agents);
                slope.max(0.3 * large.step_s / large.agents)
            });
            let more = agents as f64 - large.agents;
            let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as f64;
            let shared = sizes().any(|size| size >= PARALLEL_FROM);
            let speed = if shared { 1.0 + PARALLEL_GAIN * (threads - 1.0) } else { 1.0 };
            (large.step_s + more * each / speed, large.rows.with_agents(agents as f64 / large.agents))
        }
        (None, _) => (agents as f64 * AGENT_STEP_S, Count::default()),
    };
    let written = written(loaded, &schedule, rows);
    let steps = f64::from(schedule.steps);
    Ok(Cost {
        agents,
        memory_bytes: loaded.memory_estimate(),
        seconds: FIXED_S + steps * step_s + written.values * VALUE_S,
        disk_bytes: (written.bytes + checkpoint_bytes(loaded)) as u64,
    })
}

/// What a few steps with few agents took.
struct Trial {
    agents: f64,
    step_s: f64,
    /// Rows in a step.
    rows: Count,
}

/// Runs a copy of the economy with about `agents` agents; `None` when that cannot be built, because a file lists one
/// value for each agent for instance.
fn trial(loaded: &Loaded, agents: u64) -> Option<Trial> {
    let mut loaded = loaded.clone();
    let all: u64 = loaded.scenario.cohorts.0.iter().map(|cohort| cohort.item.size).fold(0, u64::saturating_add);
    for cohort in &mut loaded.scenario.cohorts.0 {
        let share = u128::from(cohort.item.size) * u128::from(agents) / u128::from(all.max(1));
        cohort.item.size = (share as u64).max(1);
    }
    let schedule = Schedule { agents_every: u32::MAX, ..Schedule::of(&loaded.scenario).ok()? };
    let mut world = loaded.build(loaded.scenario.run.seed, memory_free()).ok()?.world;
    let mut recorder = Recorder::new(&mut world, schedule, 1).ok()?;
    let mut rows = Count { wants_fills: loaded.scenario.record.fills, ..Count::default() };
    let mut scratch = Scratch::default();
    // The first step warms up, and is counted only where it is the only one.
    let mut take = |world: &mut World, rows: &mut Count| {
        let happened = step(world, &mut scratch).ok()?;
        recorder.after_step(world, &happened, rows).ok()
    };
    let start = Instant::now();
    take(&mut world, &mut rows)?;
    let (mut step_s, mut taken) = (start.elapsed().as_secs_f64(), 1);
    let most = TRIAL_STEPS.min(loaded.scenario.run.steps);
    if most > 1 {
        let start = Instant::now();
        while taken < most && start.elapsed().as_secs_f64() < TRIAL_S {
            take(&mut world, &mut rows)?;
            taken += 1;
        }
        step_s = start.elapsed().as_secs_f64() / f64::from(taken - 1);
    }
    Some(Trial { agents: world.agents() as f64, step_s, rows: rows.per_step(taken) })
}

/// Counts rows instead of writing them.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    wants_fills: bool,
    fills: f64,
    events: f64,
    accounts: f64,
    parameters: f64,
    proposals: f64,
}

impl Count {
    /// The rows of one of `steps` steps.
    fn per_step(self, steps: u32) -> Self {
        let part = |rows: f64| rows / f64::from(steps);
        Self {
            wants_fills: self.wants_fills,
            fills: part(self.fills),
            events: part(self.events),
            accounts: part(self.accounts),
            parameters: part(self.parameters),
            proposals: part(self.proposals),
        }
    }

    /// The same for more agents: only fills grow with them.
    fn with_agents(self, factor: f64) -> Self {
        Self { fills: self.fills * factor, ..self }
    }
}

impl Rows for Count {
    fn wants_fills(&self) -> bool {
        self.wants_fills
    }

    fn wants_agents(&self) -> bool {
        false
    }

    fn market(&mut self, _: &MarketRow) -> Result<(), RecordError> {
        Ok(())
    }

    fn fill(&mut self, _: &FillRow) -> Result<(), RecordError> {
        self.fills += 1.0;
        Ok(())
    }

    fn agent(&mut self, _: &AgentRow<'_>) -> Result<(), RecordError> {
        Ok(())
    }

    fn event(&mut self, _: &EventRow<'_>) -> Result<(), RecordError> {
        self.events += 1.0;
        Ok(())
    }

    fn account(&mut self, _: &AccountRow) -> Result<(), RecordError> {
        self.accounts += 1.0;
        Ok(())
    }

    fn parameter(&mut self, _: &ParameterRow<'_>) -> Result<(), RecordError> {
        self.parameters += 1.0;
        Ok(())
    }

    fn resource(&mut self, _: &ResourceRow) -> Result<(), RecordError> {
        Ok(())
    }

    fn demand(&mut self, _: &DemandRow) -> Result<(), RecordError> {
        Ok(())
    }

    fn proposal(&mut self, _: &ProposalRow<'_>) -> Result<(), RecordError> {
        self.proposals += 1.0;
        Ok(())
    }

    fn alert(&mut self, _: &AlertRow<'_>) -> Result<(), RecordError> {
        Ok(())
    }

    fn task(&mut self, _: &TaskRow) -> Result<(), RecordError> {
        Ok(())
    }

    fn contract(&mut self, _: &ContractRow) -> Result<(), RecordError> {
        Ok(())
    }

    fn affiliate(&mut self, _: &AffiliateRow) -> Result<(), RecordError> {
        Ok(())
    }
}

/// What a run writes.
#[derive(Debug, Clone, Copy, Default)]
struct Written {
    values: f64,
    bytes: f64,
}

impl Written {
    /// Adds `rows` rows of `values` values that take `bytes` bytes in a table.
    fn add(&mut self, wanted: bool, rows: f64, values: f64, bytes: f64) {
        if wanted {
            self.values += rows * values;
            // A table's own description takes about 4 KiB.
            self.bytes += rows * bytes + 4096.0;
        }
    }
}

/// What the tables take: bytes for a row as `examples/record_speed.rs` finds them on disk.
fn written(loaded: &Loaded, schedule: &Schedule, rows: Count) -> Written {
    let (scenario, record) = (&loaded.scenario, &loaded.scenario.record);
    let (steps, markets) = (f64::from(schedule.steps), venues(loaded));
    let looked_at = scenario.cohorts.0.iter().map(|cohort| cohort.item.size.min(record.agents_sample) as f64);
    let looks = f64::from(schedule.steps.div_ceil(schedule.agents_every)) + 1.0;
    let assets = scenario.assets.0.len() as f64;
    let mut written = Written { values: 0.0, bytes: 16_384.0 + loaded.text.len() as f64 * 2.0 };
    written.add(record.markets, steps * markets, 29.0, 80.0);
    written.add(record.fills, steps * rows.fills, 8.0, 26.0);
    // Valuing an agent takes about as long as writing ten values for each asset.
    written.add(record.agents, looks * looked_at.sum::<f64>(), 7.0 + 11.0 * assets, 36.0 + 8.0 * assets);
    written.add(record.events, steps * rows.events, 5.0, 3.0);
    written.add(record.accounts, steps * rows.accounts, 5.0, 9.0);
    written.add(record.parameters, steps * rows.parameters, 4.0, 9.0);
    let shared = scenario.resources.0.iter().map(|it| it.item.capacity.0.len() as f64).sum::<f64>();
    written.add(record.resources && shared > 0.0, steps * shared, 18.0, 78.0);
    let asking = scenario.cohorts.0.iter().filter(|cohort| cohort.item.demand.is_some()).count() as f64;
    written.add(record.demand && asking > 0.0, steps * asking, 9.0, 40.0);
    let votes = !scenario.governance.0.is_empty();
    written.add(record.proposals && votes, steps * rows.proposals, 14.0, 30.0);
    let boards = scenario.tasks.0.len() as f64;
    written.add(record.tasks && boards > 0.0, steps * boards, 18.0, 40.0);
    let sections = scenario.contracts.0.len() as f64;
    written.add(record.contracts && sections > 0.0, steps * sections, 15.0, 60.0);
    // At most: each affiliate contributes in each epoch.
    let affiliates = |item: &ContractTerms| {
        let cohort = scenario.cohorts.0.iter().find(|cohort| cohort.name == item.affiliates.name);
        cohort.map_or(0.0, |cohort| cohort.item.size as f64 * (steps / f64::from(item.epoch)).floor())
    };
    let epochs: f64 = scenario.contracts.0.iter().map(|contract| affiliates(&contract.item)).sum();
    written.add(record.affiliates && sections > 0.0, epochs, 7.0, 30.0);
    written
}

/// How many venues there are: one for each asset of each market.
fn venues(loaded: &Loaded) -> f64 {
    loaded.scenario.markets.0.iter().map(|market| market.item.assets().len() as f64).sum()
}

/// The size of a checkpoint: money and holdings of every agent, where checkpoints are asked for.
fn checkpoint_bytes(loaded: &Loaded) -> f64 {
    let scenario = &loaded.scenario;
    if scenario.record.checkpoint_every.is_none() {
        return 0.0;
    }
    let markets = venues(loaded);
    let held = |cohort: &walras_engine::economy::Cohort| {
        let traded = cohort.markets.as_ref().map_or(markets, |traded| traded.len() as f64);
        cohort.size as f64 * 8.0 * (1.0 + traded)
    };
    scenario.cohorts.0.iter().map(|cohort| held(&cohort.item)).sum()
}
