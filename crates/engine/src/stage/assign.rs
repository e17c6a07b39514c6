//! How open tasks find their workers, by claim or by auction.

use std::cmp::Ordering;

use walras_agents::worker::WorkView;
use walras_institutions::task::{Ask, Assignment, By, Task, WORK_SCALE, lowest_ask};
use walras_ledger::{AssetId, Atoms, Broken, Reason, Transfer};

use super::work::{At, LOT, broken, purpose};
use crate::entry::Entry;
use crate::task::Standing;

/// Idle workers of one crew, and what a task would take each. Columns have one place for each.
#[derive(Debug, Default)]
struct Idle {
    rows: Vec<u32>,
    lots: Vec<u32>,
    /// Money that each has, in atoms.
    held: Vec<Atoms>,
    cost: Vec<f64>,
    steps: Vec<f64>,
    asks: Vec<f64>,
    appeal: Vec<f64>,
}

/// Gives open tasks to idle workers.
pub(super) fn assign(at: &mut At<'_>, standing: &mut Standing, prices: &[f64]) -> Result<(), Broken> {
    let open: Vec<Task> = standing.board.tasks().iter().filter(|task| task.taken.is_none()).copied().collect();
    if open.is_empty() {
        return Ok(());
    }
    let mut idle: Vec<Idle> = (0..standing.crews.len()).map(|w| Idle::of(at, standing, w)).collect();
    match standing.terms.assignment {
        Assignment::Claim => claim(at, standing, &open, &mut idle, prices),
        Assignment::Auction => open.iter().try_for_each(|task| auction(at, standing, task, &mut idle, prices)),
    }
}

impl Idle {
    fn of(at: &At<'_>, standing: &Standing, w: usize) -> Self {
        let mut idle = Self::default();
        let cohort = &at.world.cohorts[standing.crews[w].cohort];
        let money = at.world.ledger.column(cohort.id, AssetId::NUMERAIRE).unwrap_or_default();
        let may_act = |row: u32| !cohort.restraint.is_frozen(row as usize);
        let is_idle = |row: u32| standing.board.is_idle(By { workforce: w as u32, row });
        for row in (0..cohort.size as u32).filter(|&row| is_idle(row) && may_act(row)) {
            idle.rows.push(row);
            idle.held.push(money[row as usize]);
            let entity = cohort.entity + u64::from(row);
            idle.lots.push(at.world.keys.word(purpose(at.number, LOT), entity, at.world.step));
        }
        idle
    }

    /// Writes what a task would cost each, how long it would take, and what each asks for it: not a number where it could
    /// not finish in time or not afford the stake.
    fn ask(&mut self, at: &At<'_>, standing: &Standing, w: usize, task: &Task, prices: &[f64]) {
        let (crew, money_scale) = (&standing.crews[w], at.world.assets[0].scale);
        let worth = |(asset, amount): (AssetId, Atoms)| {
            let price = prices[asset.index()];
            if price.is_nan() { 0.0 } else { price * amount as f64 / at.world.assets[asset.index()].scale }
        };
        let goods: f64 = standing.goods_of(task.work as f64).map(worth).fold(0.0, |sum, worth| sum + worth);
        let work = task.work as f64;
        let rows = || self.rows.iter().map(|&row| row as usize);
        self.cost.clear();
        self.cost.extend(rows().map(|row| crew.cost.get(row) * work / WORK_SCALE + goods));
        self.steps.clear();
        self.steps.extend(rows().map(|row| (work / crew.skill.get(row)).ceil()));
        self.asks.clear();
        self.asks.resize(self.rows.len(), f64::NAN);
        let view = WorkView { rows: &self.rows, cost: &self.cost, steps: &self.steps };
        crew.policy.ask(&view, &standing.view(task, task.reward, money_scale), &mut self.asks);
        let (stake, left) = (standing.stake_of(task), f64::from(task.deadline) - f64::from(at.world.step));
        for ((ask, &steps), &held) in self.asks.iter_mut().zip(&self.steps).zip(&self.held) {
            if steps > left || held < stake || *ask < 0.0 {
                *ask = f64::NAN;
            }
        }
    }

    fn remove(&mut self, row: u32) {
        if let Ok(at) = self.rows.binary_search(&row) {
            self.rows.remove(at);
            self.lots.remove(at);
            self.held.remove(at);
        }
    }
}

/// Auctions one task among those who are idle.
fn auction(
    at: &mut At<'_>,
    standing: &mut Standing,
    task: &Task,
    idle: &mut [Idle],
    prices: &[f64],
) -> Result<(), Broken> {
    let money_scale = at.world.assets[0].scale;
    for (w, idle) in idle.iter_mut().enumerate() {
        idle.ask(at, standing, w, task, prices);
    }
    let asks = idle.iter().enumerate().flat_map(|(w, idle)| {
        let columns = idle.rows.iter().zip(&idle.lots).zip(&idle.asks);
        columns.filter_map(move |((&row, &lot), &ask)| {
            // Rounded up: nobody is paid less than it asks.
            let amount = (ask * money_scale).ceil();
            let by = By { workforce: w as u32, row };
            (amount <= task.reward as f64).then_some(Ask { amount: amount as Atoms, lot, by })
        })
    });
    match lowest_ask(asks, task.reward, standing.terms.pays) {
        Some((by, price)) => {
            let it = &idle[by.workforce as usize];
            let place = it.rows.binary_search(&by.row).unwrap_or_default();
            let (cost, steps) = (it.cost[place], it.steps[place]);
            hand_over(at, standing, task, by, price, (cost, steps))?;
            idle[by.workforce as usize].remove(by.row);
            Ok(())
        }
        None => Ok(()),
    }
}

/// Lets idle workers come in the order of their lots, each taking what appeals to it most of what is left.
fn claim(
    at: &mut At<'_>,
    standing: &mut Standing,
    open: &[Task],
    idle: &mut [Idle],
    prices: &[f64],
) -> Result<(), Broken> {
    let money_scale = at.world.assets[0].scale;
    // By crew and task: what appeals to each, not a number where it would not take it; what it costs, how long it takes.
    let mut appeals: Vec<Vec<Vec<f64>>> = Vec::new();
    let mut efforts: Vec<Vec<Vec<(f64, f64)>>> = Vec::new();
    for (w, idle) in idle.iter_mut().enumerate() {
        let (mut of_crew, mut effort) = (Vec::new(), Vec::new());
        for task in open {
            idle.ask(at, standing, w, task, prices);
            let (rows, cost, steps) = (&idle.rows[..], &idle.cost[..], &idle.steps[..]);
            let (view, seen) = (WorkView { rows, cost, steps }, standing.view(task, task.reward, money_scale));
            idle.appeal.clear();
            idle.appeal.resize(rows.len(), f64::NAN);
            standing.crews[w].policy.appeal(&view, &seen, &idle.asks, &mut idle.appeal);
            let takes = |(&ask, &appeal): (&f64, &f64)| {
                if (ask * money_scale).ceil() <= task.reward as f64 { appeal } else { f64::NAN }
            };
            of_crew.push(idle.asks.iter().zip(&idle.appeal).map(takes).collect());
            effort.push(cost.iter().copied().zip(steps.iter().copied()).collect());
        }
        appeals.push(of_crew);
        efforts.push(effort);
    }
    let mut order: Vec<(u32, u32, u32)> = Vec::new();
    for (w, idle) in idle.iter().enumerate() {
        order.extend(idle.lots.iter().enumerate().map(|(place, &lot)| (lot, w as u32, place as u32)));
    }
    order.sort_unstable();
    let mut left: Vec<usize> = (0..open.len()).collect();
    for (_, w, place) in order {
        let (crew, place) = (w as usize, place as usize);
        let appeal = |task: usize| appeals[crew][task][place];
        let better = |&a: &usize, &b: &usize| match appeal(a).total_cmp(&appeal(b)) {
            // Of equals the one that was posted first.
            Ordering::Equal => b.cmp(&a),
            order => order,
        };
        let Some(best) = left.iter().copied().filter(|&task| !appeal(task).is_nan()).max_by(better) else { continue };
        left.retain(|&task| task != best);
        let by = By { workforce: w, row: idle[crew].rows[place] };
        hand_over(at, standing, &open[best], by, open[best].reward, efforts[crew][best][place])?;
    }
    Ok(())
}

/// Gives a task to a worker, who sets its stake aside and makes up its mind whether to work.
fn hand_over(
    at: &mut At<'_>,
    standing: &mut Standing,
    task: &Task,
    by: By,
    price: Atoms,
    (cost, steps): (f64, f64),
) -> Result<(), Broken> {
    let (who, money) = (standing.address(by, &at.world.cohorts), AssetId::NUMERAIRE);
    let amount = standing.stake_of(task);
    at.pay(Transfer { asset: money, from: who.into(), to: standing.stakes.into(), amount, reason: Reason::Stake })?;
    let seen = standing.view(task, price, at.world.assets[0].scale);
    let view = WorkView { rows: &[by.row], cost: &[cost], steps: &[steps] };
    let lies = standing.crews[by.workforce as usize].policy.lies(&view, &seen, 0);
    standing.board.take(task.number, by, price, amount, lies).map_err(broken)?;
    let entry = Entry::of(&standing.institution, "taken").agent(who).amount(money, price);
    at.events.enter(entry.value(task.number as f64));
    Ok(())
}
