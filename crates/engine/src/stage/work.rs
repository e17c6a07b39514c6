//! work: workers do the tasks in their hands, deliver and are paid; primaries post tasks; idle workers take them.

use walras_institutions::task::{Counts, Delivery, Due, Party, Pool, Refusal, Task, WORK_SCALE, Why};
use walras_ledger::{AgentAddress, AssetId, Atoms, Broken, Ledger, Reason, Transfer};
use walras_numerics::Purpose;

use super::Events;
use super::assign::assign;
use super::consume::Consumed;
use crate::entry::Entry;
use crate::task::{Delivered, Standing};
use crate::world::{Cohort, World};

/// What is drawn about a worker in a step, at each board.
const DRAWS: u16 = 8;
/// Whether it can work.
const AVAILABLE: u16 = 0;
/// Whether what it finishes is right.
const RIGHT: u16 = 1;
/// Whether what it delivers is checked.
const CHECKED: u16 = 2;
/// Whether the check finds what is false.
const FOUND: u16 = 3;
/// When it comes to the board.
pub(super) const LOT: u16 = 4;

/// What draw number `which` at board number `board` is for.
pub(super) fn purpose(board: usize, which: u16) -> Purpose {
    Purpose::task((board as u16).wrapping_mul(DRAWS).wrapping_add(which))
}

/// Lets every board take its step.
///
/// # Errors
/// When a posting breaks an invariant.
pub fn work(world: &mut World, consumed: &mut Consumed, events: &mut Events) -> Result<(), Broken> {
    if world.tasks.is_empty() {
        return Ok(());
    }
    world.ledger.deliver()?;
    let prices = world.goods_prices();
    let mut boards = std::mem::take(&mut world.tasks);
    let done = boards.iter_mut().enumerate().try_for_each(|(number, standing)| {
        let mut at = At { world, number, consumed, events };
        standing.delivered.clear();
        labour(&mut at, standing)?;
        expire(&mut at, standing)?;
        post(&mut at, standing)?;
        assign(&mut at, standing, &prices)?;
        standing.busy += standing.at_work() as u64;
        Ok(())
    });
    world.tasks = boards;
    done
}

/// Where a board takes its step.
pub(super) struct At<'a> {
    pub world: &'a mut World,
    /// The board's number.
    pub number: usize,
    pub consumed: &'a mut Consumed,
    pub events: &'a mut Events,
}

impl At<'_> {
    /// A uniform number in [0, 1) about a worker in this step.
    fn unit(&self, who: AgentAddress, which: u16) -> f64 {
        let entity = self.world.cohorts[who.cohort.index()].entity + u64::from(who.row);
        self.world.keys.unit(purpose(self.number, which), entity, self.world.step)
    }

    /// Moves money.
    pub(super) fn pay(&mut self, transfer: Transfer) -> Result<(), Broken> {
        let posted = self.world.ledger.post(transfer);
        posted.map_err(|why| Broken(format!("board number {}: {why}", self.number)))
    }
}

/// A board refused what the engine had made sure of.
pub(super) fn broken(refusal: Refusal) -> Broken {
    Broken(format!("a board of tasks: {refusal}"))
}

/// Who has a task works on it; what is done, or only said to be, is delivered.
fn labour(at: &mut At<'_>, standing: &mut Standing) -> Result<(), Broken> {
    let hands: Vec<Task> = standing.board.tasks().iter().filter(|task| task.taken.is_some()).copied().collect();
    let mut dues = Vec::new();
    for task in hands {
        let Some(taken) = task.taken else { continue };
        let who = standing.address(taken.by, &at.world.cohorts);
        let crew = &standing.crews[taken.by.workforce as usize];
        if at.world.cohorts[crew.cohort].restraint.is_frozen(who.row as usize) {
            continue;
        }
        let done = taken.lies || (at.unit(who, AVAILABLE) < available(standing, &task) && toil(at, standing, &task)?);
        if !done {
            continue;
        }
        let reliability = standing.crews[taken.by.workforce as usize].reliability.get(taken.by.row as usize);
        let right = !taken.lies && at.unit(who, RIGHT) < reliability;
        let checked = at.unit(who, CHECKED) < standing.terms.checked;
        let found_false = checked && !right && at.unit(who, FOUND) < standing.terms.detection;
        let delivery = Delivery { right, checked, found_false };
        standing.board.settle(task.number, delivery, &mut dues).map_err(broken)?;
        let paid = if found_false { 0 } else { taken.price };
        standing.delivered.push(Delivered { by: taken.by, number: task.number, right, paid });
        let act = if found_false { "found_false" } else { "paid" };
        let amount = if found_false { taken.stake } else { paid };
        let entry = Entry::of(&standing.institution, act).agent(who).amount(AssetId::NUMERAIRE, amount);
        at.events.enter(entry.value(task.number as f64));
    }
    post_dues(at, standing, &dues)
}

fn available(standing: &Standing, task: &Task) -> f64 {
    task.taken.map_or(0.0, |it| standing.crews[it.by.workforce as usize].availability.get(it.by.row as usize))
}

/// A worker works as far as it holds the goods that the work uses up and can pay what it costs; says whether the task is done.
fn toil(at: &mut At<'_>, standing: &mut Standing, task: &Task) -> Result<bool, Broken> {
    let Some(taken) = task.taken else { return Ok(false) };
    let who = standing.address(taken.by, &at.world.cohorts);
    let held = |at: &At<'_>, asset| at.world.ledger.balance(who.into(), asset).unwrap_or(0);
    // Work is cut to what there is for it, rounded down; what it takes is rounded up, and never more than there is.
    let mut worked = standing.doable(task, &taken);
    for &(asset, each) in standing.goods.iter().filter(|(_, each)| *each > 0.0) {
        worked = worked.min((held(at, asset) as f64 / each * WORK_SCALE).floor());
    }
    let money = AssetId::NUMERAIRE;
    let cost = standing.crews[taken.by.workforce as usize].cost.get(taken.by.row as usize);
    let per_work = cost * at.world.assets[0].scale / WORK_SCALE;
    if per_work > 0.0 {
        worked = worked.min((held(at, money) as f64 / per_work).floor());
    }
    for (asset, amount) in standing.goods_of(worked).collect::<Vec<_>>() {
        let (amount, to) = (amount.min(held(at, asset)), at.world.ledger.issuer(asset).into());
        at.pay(Transfer { asset, from: who.into(), to, amount, reason: Reason::Input })?;
        at.consumed.used[asset.index()] += i128::from(amount);
    }
    let amount = ((worked * per_work).ceil() as Atoms).min(held(at, money));
    let to = at.world.ledger.issuer(money).into();
    at.pay(Transfer { asset: money, from: who.into(), to, amount, reason: Reason::Expense })?;
    standing.spent += i128::from(amount);
    standing.board.work(task.number, worked as i64).map_err(broken)
}

/// Takes down the tasks that can no longer be delivered in time.
fn expire(at: &mut At<'_>, standing: &mut Standing) -> Result<(), Broken> {
    let (mut dues, mut expired) = (Vec::new(), Vec::new());
    standing.board.expire(at.world.step.saturating_add(1), &mut dues, &mut expired);
    for task in expired {
        let act = if task.taken.is_some() { "late" } else { "untaken" };
        let primary = primary(standing, task.primary, &at.world.cohorts);
        let who = task.taken.map_or(primary, |taken| standing.address(taken.by, &at.world.cohorts));
        let entry = Entry::of(&standing.institution, act).agent(who).amount(AssetId::NUMERAIRE, task.reward);
        at.events.enter(entry.value(task.number as f64));
    }
    post_dues(at, standing, &dues)
}

fn primary(standing: &Standing, row: u32, cohorts: &[Cohort]) -> AgentAddress {
    AgentAddress { cohort: cohorts[standing.primaries].id, row }
}

/// Posts what the board says is due.
fn post_dues(at: &mut At<'_>, standing: &Standing, dues: &[Due]) -> Result<(), Broken> {
    for &Due { from, to, amount, why } in dues {
        let from = match from {
            Pool::Escrow => standing.escrow,
            Pool::Stakes => standing.stakes,
        };
        let to = match to {
            Party::Primary(row) => primary(standing, row, &at.world.cohorts).into(),
            Party::Worker(by) => standing.address(by, &at.world.cohorts).into(),
            Party::Checker => standing.checks.into(),
        };
        let reason = match why {
            Why::Reward => Reason::Reward,
            Why::Refund => Reason::Escrow,
            Why::Check => Reason::Fee,
            Why::Returned => Reason::Stake,
            Why::Slashed => Reason::Slash,
        };
        at.pay(Transfer { asset: AssetId::NUMERAIRE, from: from.into(), to, amount, reason })?;
    }
    Ok(())
}

/// Primaries post the tasks that arrive in this step, as far as they can set their rewards aside.
fn post(at: &mut At<'_>, standing: &mut Standing) -> Result<(), Broken> {
    let (step, money_scale) = (at.world.step, at.world.assets[0].scale);
    let check = (standing.terms.check_cost * money_scale).ceil().min(9e18) as Atoms;
    for row in 0..at.world.cohorts[standing.primaries].size {
        // Who may not act posts what has arrived once it may again.
        if at.world.cohorts[standing.primaries].restraint.is_frozen(row) {
            continue;
        }
        loop {
            let [count, last] = &standing.arrived;
            let (number, before) = (count[row] as u64, last[row]);
            // A time of infinity stands for no more tasks.
            let Some(job) = before.is_finite().then(|| standing.arrivals.job(row, number, before)).flatten() else {
                standing.arrived[1][row] = f64::INFINITY;
                break;
            };
            if job.time >= f64::from(step) + 1.0 {
                break;
            }
            (standing.arrived[0][row], standing.arrived[1][row]) = (number as f64 + 1.0, job.time);
            let work = standing.arrivals.size(row, number, 0).max(1);
            let reward =
                (standing.reward.get(row) * (work as f64 / WORK_SCALE) * money_scale).floor().min(9e18) as Atoms;
            let deadline = (f64::from(step) + job.slack).min(f64::from(u32::MAX)) as u32;
            announce(at, standing, row as u32, (work, reward, check), deadline)?;
        }
    }
    Ok(())
}

/// Sets a task's reward aside and posts it, where its primary can afford that.
fn announce(
    at: &mut At<'_>,
    standing: &mut Standing,
    row: u32,
    (work, reward, check): (i64, Atoms, Atoms),
    deadline: u32,
) -> Result<(), Broken> {
    let who = primary(standing, row, &at.world.cohorts);
    let money = AssetId::NUMERAIRE;
    let held = at.world.ledger.balance(who.into(), money).unwrap_or(0);
    let aside = reward.checked_add(check).filter(|&aside| aside <= held);
    let Some(amount) = aside else {
        standing.board.counts.unfunded += 1;
        at.events.enter(Entry::of(&standing.institution, "unfunded").agent(who).amount(money, reward));
        return Ok(());
    };
    at.pay(Transfer { asset: money, from: who.into(), to: standing.escrow.into(), amount, reason: Reason::Escrow })?;
    let number = standing.board.post(row, work, (reward, check), deadline).map_err(broken)?;
    let entry = Entry::of(&standing.institution, "posted").agent(who).amount(money, reward);
    at.events.enter(entry.value(number as f64));
    Ok(())
}

impl Standing {
    /// Whether the accounts hold what the board says.
    #[must_use]
    pub fn agrees(&self, ledger: &Ledger) -> bool {
        let held = |account| i128::from(ledger.held(account, AssetId::NUMERAIRE));
        let Counts { escrowed, paid, check_costs, refunded, staked, returned, slashed, .. } = self.board.counts;
        held(self.escrow) == self.board.escrow()
            && held(self.stakes) == self.board.stakes()
            && held(self.checks) == check_costs
            && escrowed == paid + check_costs + refunded + self.board.escrow()
            && staked == returned + slashed + self.board.stakes()
    }
}
