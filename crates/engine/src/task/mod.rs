//! Boards of tasks and who works for them, as they stand while an economy runs.

use std::sync::Arc;

use walras_agents::request::arrivals::Arrivals;
use walras_agents::worker::{TaskView, Workers};
use walras_institutions::task::{Board, By, Taken, Task, TaskBoard, WORK_SCALE};
use walras_ledger::{AgentAddress, AssetId, Atoms, NamedId};
use walras_numerics::{Column, StateError, StateVisitor};

use crate::production::Good;
use crate::world::Cohort;

/// A board of tasks.
#[derive(Clone)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Its name in the log.
    pub institution: Arc<str>,
    /// What the scenario says of it.
    pub terms: TaskBoard,
    /// The tasks that stand, and what ever happened.
    pub board: Board,
    /// Who posts tasks, a cohort by number.
    pub primaries: usize,
    /// When each of them posts one.
    pub arrivals: Arc<dyn Arrivals>,
    /// How many tasks of each primary have arrived, and when the last did.
    pub arrived: [Vec<f64>; 2],
    /// What each primary pays for a unit of work, numeraire.
    pub reward: Column,
    /// What a unit of work uses up of each asset, in atoms.
    pub goods: Vec<(AssetId, f64)>,
    /// Who works.
    pub crews: Vec<Crew>,
    /// Holds rewards and what checks cost.
    pub escrow: NamedId,
    /// Holds stakes.
    pub stakes: NamedId,
    /// Receives what checks cost.
    pub checks: NamedId,
    /// Steps that workers had a task in their hands, all together and since the beginning.
    pub busy: u64,
    /// Money spent on work since the beginning, in atoms.
    pub spent: i128,
    /// What was delivered in the last step.
    pub delivered: Vec<Delivered>,
}

/// Agents of a cohort who work for a board.
#[derive(Clone)]
pub struct Crew {
    /// The cohort, by number.
    pub cohort: usize,
    /// How they work.
    pub policy: Arc<dyn Workers>,
    /// What each does in a step, in millionths of a unit of work.
    pub skill: Column,
    /// What a unit of work costs each, numeraire.
    pub cost: Column,
    /// How likely what each finishes is right.
    pub reliability: Column,
    /// How likely each can work in a step.
    pub availability: Column,
}

/// A task that was delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// Who worked, or did not.
    pub by: By,
    /// The task's number.
    pub number: u64,
    /// Whether it is right.
    pub right: bool,
    /// What was paid for it; 0 where it was found false.
    pub paid: Atoms,
}

impl Standing {
    /// What `work` millionths of a unit of work use up of each asset, in atoms: rounded up, so that nobody works with less.
    pub fn goods_of(&self, work: f64) -> impl Iterator<Item = (AssetId, Atoms)> + '_ {
        self.goods.iter().map(move |&(asset, each)| (asset, (each * (work / WORK_SCALE)).ceil() as Atoms))
    }

    /// What whoever has a task could do of it in a step, in millionths of a unit of work.
    #[must_use]
    pub fn doable(&self, task: &Task, taken: &Taken) -> f64 {
        let crew = &self.crews[taken.by.workforce as usize];
        crew.skill.get(taken.by.row as usize).min((task.work - taken.done) as f64)
    }

    /// How likely a false delivery is found out.
    #[must_use]
    pub fn detection(&self) -> f64 {
        self.terms.checked * self.terms.detection
    }

    /// What a worker sets aside for a task, in atoms: rounded up, in favour of who relies on it.
    #[must_use]
    pub fn stake_of(&self, task: &Task) -> Atoms {
        (task.reward as f64 * self.terms.stake).ceil().min(9e18) as Atoms
    }

    /// What workers see of a task that pays `reward` atoms.
    #[must_use]
    pub fn view(&self, task: &Task, reward: Atoms, money_scale: f64) -> TaskView {
        TaskView {
            work: task.work as f64 / WORK_SCALE,
            reward: reward as f64 / money_scale,
            stake: self.stake_of(task) as f64 / money_scale,
            detection: self.detection(),
        }
    }

    /// Where a worker's account is.
    #[must_use]
    pub fn address(&self, by: By, cohorts: &[Cohort]) -> AgentAddress {
        AgentAddress { cohort: cohorts[self.crews[by.workforce as usize].cohort].id, row: by.row }
    }

    /// How many workers have a task in their hands.
    #[must_use]
    pub fn at_work(&self) -> usize {
        self.board.tasks().iter().filter(|task| task.taken.is_some()).count()
    }

    /// How many workers there are.
    #[must_use]
    pub fn workers(&self, cohorts: &[Cohort]) -> usize {
        self.crews.iter().map(|crew| cohorts[crew.cohort].size).sum()
    }

    /// Visits what changes from step to step.
    ///
    /// # Errors
    /// When the visitor fails, or loads what does not fit.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let name = &self.institution;
        self.board.visit_state(name, visitor)?;
        for (index, column) in self.arrived.iter_mut().enumerate() {
            let len = column.len();
            visitor.f64s(&format!("{name} arrived {index}"), column)?;
            if column.len() != len {
                return Err(StateError(format!("the arrivals of {name} have another length")));
            }
        }
        visitor.u64(name, &mut self.busy)?;
        let (mut low, mut high) = (self.spent as u64, (self.spent >> 64) as u64);
        visitor.u64(name, &mut low)?;
        visitor.u64(name, &mut high)?;
        self.spent = i128::from(high.cast_signed()) << 64 | i128::from(low);
        Ok(())
    }
}

/// What the agents of cohort number `cohort`, `size` in all, could use in this step for the tasks in their hands.
#[must_use]
pub fn needed(boards: &[Standing], cohort: usize, size: usize) -> Vec<Good> {
    let mut needed: Vec<Good> = Vec::new();
    for standing in boards.iter().filter(|standing| !standing.goods.is_empty()) {
        for (w, _) in standing.crews.iter().enumerate().filter(|(_, crew)| crew.cohort == cohort) {
            let first = needed.len();
            needed.extend(standing.goods.iter().map(|&(asset, _)| Good::new(asset, size)));
            for task in standing.board.tasks() {
                let Some(taken) = task.taken.filter(|it| it.by.workforce as usize == w && !it.lies) else { continue };
                let doable = standing.doable(task, &taken);
                for (good, (_, amount)) in needed[first..].iter_mut().zip(standing.goods_of(doable)) {
                    good.usable[taken.by.row as usize] = amount;
                }
            }
        }
    }
    needed
}
