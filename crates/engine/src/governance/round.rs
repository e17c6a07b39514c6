//! A round that matches gifts, as it stands while an economy runs.

use std::sync::Arc;

use walras_institutions::voting::QuadraticFunding;
use walras_ledger::{Atoms, NamedId};
use walras_numerics::{StateError, StateVisitor};

/// Rounds in which agents give to projects, and a pot matches what they give.
#[derive(Debug, Clone)]
pub struct Round {
    /// Its name.
    pub name: String,
    /// Its name in the log.
    pub institution: Arc<str>,
    /// Who gives.
    pub givers: Vec<Givers>,
    /// What is given to.
    pub projects: Vec<Project>,
    /// What matches.
    pub pot: NamedId,
    /// The share of the pot that a round may give out.
    pub share: f64,
    /// How gifts are matched.
    pub rule: QuadraticFunding,
    /// Steps from one round to the next.
    pub every: u32,
}

/// A cohort that gives.
#[derive(Debug, Clone)]
pub struct Givers {
    /// The cohort.
    pub cohort: usize,
    /// What each gives, in atoms.
    pub gifts: Vec<Atoms>,
    /// The only project it gives to.
    pub project: Option<usize>,
    /// Over how many accounts a gift is split.
    pub accounts: u32,
}

/// A project.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// The cohort that it pays.
    pub cohort: usize,
    /// Where its gifts are collected.
    pub account: NamedId,
    /// How likely it is picked, in proportion.
    pub appeal: f64,
    /// Atoms given to it so far.
    pub given: Atoms,
    /// Atoms by which these were matched.
    pub matched: Atoms,
}

impl Round {
    /// Visits all state.
    ///
    /// # Errors
    /// When the visitor fails.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        for Project { name, given, matched, .. } in &mut self.projects {
            visitor.i64(&format!("{}.{name}.given", self.institution), given)?;
            visitor.i64(&format!("{}.{name}.matched", self.institution), matched)?;
        }
        Ok(())
    }
}
