//! A cohort's demand for resources as it stands while an economy runs.

use std::ops::Range;
use std::sync::Arc;

use walras_agents::need::Need;
use walras_agents::reporting::Reporting;
use walras_agents::request::{Backlog, Requests};
use walras_agents::satisfaction::Satisfaction;
use walras_ledger::{AssetId, Atoms};
use walras_numerics::{Column, StateError, StateVisitor};

use super::Choice;
use crate::steering::Advice;

/// What a cohort asks of resources, and what came of it.
#[derive(Clone)]
pub struct Asker {
    /// What its agents want.
    pub requests: Arc<dyn Requests>,
    /// How what they need changes.
    pub need: Arc<dyn Need>,
    /// What they say of it.
    pub reporting: Arc<dyn Reporting>,
    /// What they get from it.
    pub satisfaction: Arc<dyn Satisfaction>,
    /// The assets they may request, group by group.
    pub assets: Vec<Wanted>,
    /// Resources with the same assets, of which an agent turns to one.
    pub groups: Vec<Group>,
    /// Which of them.
    pub choice: Choice,
    /// Who points its agents to one of them, where anybody does.
    pub advice: Option<Advice>,
    /// Where its agents live, in turn; empty without a network.
    pub places: Vec<usize>,
    /// The share of its balance that an agent may spend in a step.
    pub budget: f64,
    /// How much each agent counts beside others.
    pub weight: Column,
    /// For how many steps each asks, under rules that lease.
    pub lease: Column,
    /// Who goes first.
    pub priority: i64,
    /// The most that each agent is granted of each asset, in atoms; empty for no quota.
    pub quota: Vec<Column<Atoms>>,
    /// What its requests remember, then its needs.
    pub memory: Vec<Vec<f64>>,
    /// How many columns of the memory are the requests'.
    pub own: usize,
    /// What each agent got from what it used, since the beginning.
    pub utility: Vec<f64>,
}

/// An asset that a cohort may request.
#[derive(Clone)]
pub struct Wanted {
    /// The asset.
    pub asset: AssetId,
    /// Which of the assets of each resource of its group it is.
    pub supply: usize,
    /// What each agent would use in this step, in atoms. Written and read within a step.
    pub amounts: Vec<Atoms>,
}

/// Resources with the same assets.
#[derive(Clone)]
pub struct Group {
    /// Their assets, a range of the cohort's.
    pub assets: Range<usize>,
    /// The resources, indices into the world's.
    pub sources: Vec<usize>,
}

impl Asker {
    /// Where the agent in row `row` lives; 0 without a network.
    #[must_use]
    pub fn place(&self, row: usize) -> usize {
        if self.places.is_empty() { 0 } else { self.places[row % self.places.len()] }
    }

    /// Whether its agents turn to the resource number `source` or to others by how much is asked of each.
    #[must_use]
    pub fn compares_load(&self, source: usize) -> bool {
        let is_one_of_several = |group: &Group| group.sources.len() > 1 && group.sources.contains(&source);
        let by_load = matches!(self.choice, Choice::LeastLoaded) || self.advice.is_some();
        by_load && self.groups.iter().any(is_one_of_several)
    }

    /// How its jobs stand, where it has any.
    #[must_use]
    pub fn backlog(&self) -> Option<Backlog> {
        self.requests.backlog(&self.memory[..self.own])
    }

    /// Visits what changes from step to step.
    ///
    /// # Errors
    /// When the visitor fails, or loads what does not fit.
    pub fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let size = self.utility.len();
        for (index, column) in self.memory.iter_mut().enumerate() {
            visitor.f64s(&format!("{name} demand {index}"), column)?;
        }
        visitor.f64s(&format!("{name} utility"), &mut self.utility)?;
        if self.memory.iter().chain([&self.utility]).any(|column| column.len() != size) {
            return Err(StateError(format!("the demand of {name} has another length")));
        }
        Ok(())
    }
}
