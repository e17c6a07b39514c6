//! How much of a resource there is to share in each step.
//!
//! Every capacity is finite and never negative, whatever its parameters and draws; `tests/capacity_laws.rs` holds every
//! entry to this, and to giving the same again from the same state.

mod constant;
mod failing;
mod growing;
mod regrowing;
mod schedule;
mod series;

use std::fmt::Debug;

use walras_catalog::{Bounds, Kind, Node, Problem, Read, Value, entries};
use walras_numerics::{Keys, Purpose};

pub use constant::Constant;
pub use failing::Failing;
pub use growing::Growing;
pub use regrowing::Regrowing;
pub use schedule::Schedule;
pub use series::Series;

/// What a capacity depends on at one step.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The step, t.
    pub step: u32,
    /// The run's keys.
    pub keys: Keys,
    /// What its draws are for: no two capacities of a run share one.
    pub purpose: Purpose,
    /// What was paid for it in the step before, numeraire.
    pub revenue: f64,
    /// Units that are left from the step before, and are shared in this one too.
    pub kept: f64,
    /// The numbers of the file that [`Capacity::file`] names; empty where it names none.
    pub series: &'a [f64],
}

/// The capacity of one asset at one resource.
pub trait Capacity: Debug + Send + Sync {
    /// Units there are to share at `moment`, finite and not negative. `memory` begins as [`Capacity::memory`].
    fn at(&self, moment: &Moment<'_>, memory: &mut [f64]) -> f64;

    /// What it remembers from step to step, as it begins.
    fn memory(&self) -> Vec<f64> {
        Vec::new()
    }

    /// The file and the column that it follows, where it follows any.
    fn file(&self) -> Option<(&str, &str)> {
        None
    }

    /// Checks the numbers of that file.
    ///
    /// # Errors
    /// Says which row is wrong and why.
    fn check(&self, _series: &[f64]) -> Result<(), String> {
        Ok(())
    }
}

entries! {
    /// Any capacity.
    pub enum AnyCapacity: dyn Capacity = "capacity" {
        Constant(Constant),
        Schedule(Schedule),
        Series(Series),
        Failing(Failing),
        Growing(Growing),
        Regrowing(Regrowing),
    }
}

/// A capacity as a scenario writes it: a number for one that never changes, or an entry.
#[derive(Debug, Clone)]
pub struct Given(pub AnyCapacity);

impl Read for Given {
    fn kind() -> Kind {
        Kind::Either(Box::new(Kind::Number), Box::new(AnyCapacity::kind()))
    }

    fn read(value: &Value, _: Option<&Bounds>) -> Result<Self, Problem> {
        Ok(Self(match &value.node {
            Node::Integer(_) | Node::Float(_) => {
                AnyCapacity::Constant(Constant { amount: f64::read(value, Some(&Bounds::from(0.0..=9e18)))? })
            }
            _ => AnyCapacity::read(value, None)?,
        }))
    }

    fn write(&self) -> Node {
        match &self.0 {
            AnyCapacity::Constant(constant) => Node::Float(constant.amount),
            other => other.write(),
        }
    }
}
