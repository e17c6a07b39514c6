//! Who gets how much of a total: the shares of a token distribution.
//!
//! An entry gives every recipient a weight; [`split`] turns the total into whole atoms in proportion to the
//! weights, so that nothing is lost or made by rounding. Recipients are the agents of the cohorts that a
//! distribution names, in that order, and within a cohort in the order of its rows.

mod list;
mod lognormal;
mod pareto;
mod split;
mod uniform;
mod weighted;
mod zipf;

#[cfg(test)]
mod laws;

use std::fmt::Debug;

use walras_agents::population::Data;
use walras_catalog::entries;
use walras_ledger::Atoms;
use walras_numerics::{Keys, Purpose, Stream};

pub use list::List;
pub use lognormal::Lognormal;
pub use pareto::Pareto;
pub use split::split;
pub use uniform::Uniform;
pub use weighted::Weighted;
pub use zipf::Zipf;

/// How a total is shared.
pub trait Shares: Debug + Send + Sync {
    /// One weight for each recipient, finite and not negative. Only their proportions matter, unless
    /// [`Shares::sets_total`].
    ///
    /// # Errors
    /// When a file cannot be read or holds another number of rows than there are recipients.
    fn weights(&self, request: &mut Request<'_>) -> Result<Vec<f64>, String>;

    /// Whether the weights are amounts in tokens, whose sum is the total.
    fn sets_total(&self) -> bool {
        false
    }
}

entries! {
    /// How a token distribution is shared among its recipients.
    pub enum AnyShares: dyn Shares = "shares" {
        Uniform(Uniform),
        Weighted(Weighted),
        Pareto(Pareto),
        Zipf(Zipf),
        Lognormal(Lognormal),
        List(List),
    }
}

/// A distribution that asks for its weights.
pub struct Request<'a> {
    /// The run's keys.
    pub keys: Keys,
    /// What the draws are for: [`Purpose::distribution`] of the distribution's number.
    pub purpose: Purpose,
    /// The cohorts that receive, in order.
    pub cohorts: &'a [Entities],
    /// Files.
    pub data: &'a mut dyn Data,
}

/// The agents of one cohort as keys of draws: `first..first + size`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entities {
    /// The key of the cohort's first agent.
    pub first: u64,
    /// How many agents it has.
    pub size: usize,
}

impl Request<'_> {
    /// How many recipients there are.
    #[must_use]
    pub fn recipients(&self) -> usize {
        self.cohorts.iter().map(|cohort| cohort.size).sum()
    }

    /// One weight for each recipient, from draws of its own that no other recipient shares.
    fn draw(&self, weight: impl Fn(&mut Stream) -> f64) -> Vec<f64> {
        let entities = self.cohorts.iter().flat_map(|cohort| cohort.first..cohort.first + cohort.size as u64);
        entities.map(|entity| weight(&mut self.keys.stream(self.purpose, entity, 0))).collect()
    }

    /// A column of a file with just one row for each recipient.
    fn rows(&mut self, file: &str, column: &str) -> Result<Vec<f64>, String> {
        let values = self.data.column(file, column)?;
        if values.len() != self.recipients() {
            let (rows, recipients) = (values.len(), self.recipients());
            return Err(format!("column `{column}` of `{file}` holds {rows} rows for {recipients} recipients"));
        }
        Ok(values.to_vec())
    }
}

/// The amount of every recipient, in atoms.
///
/// `total` is in atoms and `scale` is the number of atoms in one token. Shares that set the total themselves take no
/// `total`: each of their amounts is rounded to the nearest atom. All others need one and split it exactly.
///
/// # Errors
/// As [`Shares::weights`] and [`split`]; when a total is missing or given where the shares set it; and
/// when the amounts do not fit an `i64`.
pub fn allot(
    shares: &dyn Shares,
    total: Option<Atoms>,
    scale: f64,
    request: &mut Request<'_>,
) -> Result<Vec<Atoms>, String> {
    let weights = shares.weights(request)?;
    match (total, shares.sets_total()) {
        (Some(total), false) => split(total, &weights),
        (None, true) => list::to_atoms(&weights, scale),
        (Some(_), true) => Err("the amounts set the total themselves, so no total can be given".to_owned()),
        (None, false) => Err("a total is needed, since only its shares are given".to_owned()),
    }
}
