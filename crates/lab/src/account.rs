//! One agent's account: what changed its balance and its holdings, exact to the atom.

use std::path::Path;

use serde::Serialize;
use walras_engine::{Scratch, World, step};
use walras_ledger::statement::{Decomposition, Line};
use walras_ledger::{Account, AgentAddress, AssetId, Atoms, Broken, Reason};

use crate::error::RunError;
use crate::rerun::{Rerun, stopped};
use crate::run::in_pool;
use crate::watch::Watch;

/// Whose account, and over which part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountQuery {
    /// The agent's number in the whole economy: cohorts in the scenario's order, then rows.
    pub agent: u64,
    /// One step, counted from 0; absent for the whole run.
    pub step: Option<u32>,
}

/// What changed an agent's account. For each asset opening + income − expenses + trades + policy effects = closing,
/// in whole atoms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The agent's number in the whole economy.
    pub agent: u64,
    /// Its cohort.
    pub cohort: String,
    /// Its row in the cohort.
    pub row: u64,
    /// The first step covered.
    pub first_step: u32,
    /// The last step covered.
    pub last_step: u32,
    /// The numeraire, then every asset that the agent can hold.
    pub assets: Vec<AssetStatement>,
}

/// One asset of a [`Statement`], in atoms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssetStatement {
    /// The asset.
    pub asset: String,
    /// One unit is ten to this power atoms.
    pub decimals: u32,
    /// Held before the first step covered.
    pub opening: Atoms,
    /// Received from outside.
    pub income: i128,
    /// Spent outside, as a positive amount.
    pub expenses: i128,
    /// Net value of trades.
    pub trades: i128,
    /// Fees, distributions, events and whatever else institutions did, net.
    pub policy_effects: i128,
    /// Held after the last step covered.
    pub closing: Atoms,
    /// The same by reason; reasons that did not occur are left out.
    pub lines: Vec<StatementLine>,
}

/// What one reason came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatementLine {
    /// Why it moved.
    pub reason: &'static str,
    /// The part of the identity it belongs to: `income`, `expenses`, `trades` or `policy effects`.
    pub category: &'static str,
    /// Net amount received, in atoms; negative when paid.
    pub amount: i128,
}

/// What changed one agent's account in a step or over a whole run. Runs it again and follows the agent.
///
/// # Errors
/// When there is no run, no such agent or step, the run cannot be made again, it gives other states than were recorded,
/// or the watch stops it.
pub fn account(dir: &Path, query: &AccountQuery, watch: &mut dyn Watch) -> Result<Statement, RunError> {
    in_pool(None, || {
        let mut rerun = Rerun::open(dir)?;
        if let Some(changed) = rerun.changed_data_files.first() {
            return Err(RunError::other(format!("{changed}; the run cannot be made again")));
        }
        let done = rerun.manifest.final_step as u32;
        let (first, last) = match query.step {
            Some(step) if step < done => (step, step),
            None if done > 0 => (0, done - 1),
            asked => return Err(no_such_step(asked, done)),
        };
        let (address, cohort) = find(&rerun.world, query.agent)?;
        let mut opened = Opened::at(&rerun.world, address);
        let mut scratch = Scratch::default();
        rerun.world.ledger.watch(Some(address));
        while rerun.world.step <= last {
            if watch.stop() {
                return Err(stopped());
            }
            if rerun.world.step == first {
                opened = Opened::at(&rerun.world, address);
            }
            let now = rerun.world.step;
            step(&mut rerun.world, &mut scratch)?;
            let lines = rerun.world.ledger.take_watched();
            if now >= first {
                opened.add(&lines);
            }
            check_hash(&mut rerun)?;
            watch.step(now + 1, last + 1);
        }
        let assets = opened.close(&rerun.world, address)?;
        let row = u64::from(address.row);
        Ok(Statement { agent: query.agent, cohort, row, first_step: first, last_step: last, assets })
    })
}

fn no_such_step(asked: Option<u32>, done: u32) -> RunError {
    let has = match done {
        0 => "the run has no step".to_owned(),
        1 => "the run has only step 0".to_owned(),
        _ => format!("the run has steps 0 to {}", done - 1),
    };
    RunError::other(asked.map_or(has.clone(), |step| format!("there is no step {step}: {has}")))
}

/// The address and the cohort of an agent by its number.
fn find(world: &World, agent: u64) -> Result<(AgentAddress, String), RunError> {
    let mut row = agent;
    for cohort in &world.cohorts {
        if row < cohort.size as u64 {
            return Ok((AgentAddress { cohort: cohort.id, row: row as u32 }, cohort.name.clone()));
        }
        row -= cohort.size as u64;
    }
    let agents = world.agents();
    Err(RunError::other(format!("there is no agent {agent}: the run has agents 0 to {}", agents.saturating_sub(1))))
}

/// A statement is worth nothing if the run made again is not the run that was recorded.
fn check_hash(rerun: &mut Rerun) -> Result<(), RunError> {
    let done = rerun.world.step;
    let Some(recorded) = rerun.recorded_hash(done).map(str::to_owned) else { return Ok(()) };
    if rerun.world.hash()?.to_string() == recorded {
        return Ok(());
    }
    Err(RunError::other(format!(
        "after {done} steps the run made again is not the one recorded: the record was changed, or made by another version ({})",
        rerun.manifest.walras_version
    )))
}

/// A statement being gathered.
struct Opened {
    assets: Vec<Open>,
}

struct Open {
    asset: AssetId,
    opening: Atoms,
    sums: [i128; Reason::ALL.len()],
    identity: Decomposition,
}

impl Opened {
    fn at(world: &World, address: AgentAddress) -> Self {
        let ids = (0..world.assets.len()).map(|asset| AssetId(asset as u16));
        let held = ids.filter_map(|asset| Some((asset, world.ledger.balance(Account::Agent(address), asset)?)));
        let open = |(asset, opening)| Open {
            asset,
            opening,
            sums: [0; Reason::ALL.len()],
            identity: Decomposition::default(),
        };
        Self { assets: held.map(open).collect() }
    }

    fn add(&mut self, lines: &[Line]) {
        for Open { asset, sums, identity, .. } in &mut self.assets {
            let more = Decomposition::of(lines, *asset);
            identity.income += more.income;
            identity.expenses += more.expenses;
            identity.trades += more.trades;
            identity.policy_effects += more.policy_effects;
            for line in lines.iter().filter(|line| line.asset == *asset) {
                sums[line.reason as usize] += i128::from(line.amount);
            }
        }
    }

    fn close(self, world: &World, address: AgentAddress) -> Result<Vec<AssetStatement>, RunError> {
        let close = |Open { asset, opening, sums, identity }: Open| {
            let closing = world.ledger.balance(Account::Agent(address), asset).unwrap_or(0);
            let name = &world.assets[asset.index()].name;
            if i128::from(opening) + identity.change() != i128::from(closing) {
                return Err(RunError::Broken(Broken(format!(
                    "an agent's {name} went from {opening} to {closing} atoms, and its account explains {}",
                    identity.change()
                ))));
            }
            let lines = Reason::ALL.iter().zip(sums).filter(|(_, amount)| *amount != 0);
            Ok(AssetStatement {
                asset: name.clone(),
                decimals: world.assets[asset.index()].decimals,
                opening,
                income: identity.income,
                expenses: identity.expenses,
                trades: identity.trades,
                policy_effects: identity.policy_effects,
                closing,
                lines: lines
                    .map(|(reason, amount)| StatementLine {
                        reason: reason.name(),
                        category: reason.category().name(),
                        amount,
                    })
                    .collect(),
            })
        };
        self.assets.into_iter().map(close).collect()
    }
}
