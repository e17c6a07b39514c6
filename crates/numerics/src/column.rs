//! A column of per-agent values that costs nothing when all agents share one.

use std::ops::Range;

use crate::chunk::CHUNK;
use crate::prefetch::prefetch;

/// One value for all, or one for each.
#[derive(Debug, Clone, PartialEq)]
pub enum Column<T = f64> {
    /// The same value for every agent.
    Constant(T, Vec<T>),
    /// One value for each agent, in agent order.
    Each(Vec<T>),
}

impl<T: Copy> Column<T> {
    /// The same value for every agent. One chunk's worth is kept so that kernels read all columns alike.
    #[must_use]
    pub fn constant(value: T) -> Self {
        Self::Constant(value, vec![value; CHUNK])
    }

    /// The value of agent `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> T {
        match self {
            Self::Constant(value, _) => *value,
            Self::Each(values) => values[index],
        }
    }

    /// The values of the agents in `range`, which spans at most one [`CHUNK`].
    #[must_use]
    pub fn chunk(&self, range: Range<usize>) -> &[T] {
        match self {
            Self::Constant(_, values) => &values[..range.len()],
            Self::Each(values) => &values[range],
        }
    }

    /// Asks for the values in `range`, as far as there are any, to be brought near. Changes nothing but time.
    #[inline]
    pub fn prefetch(&self, range: Range<usize>) {
        if let Self::Each(values) = self {
            prefetch(&values[range.start.min(values.len())..range.end.min(values.len())]);
        }
    }

    /// The one value, when all agents share it.
    #[must_use]
    pub fn shared(&self) -> Option<T> {
        match self {
            Self::Constant(value, _) => Some(*value),
            Self::Each(_) => None,
        }
    }

    /// The same column with every value changed.
    #[must_use]
    pub fn map(&self, change: impl Fn(T) -> T) -> Self {
        match self {
            Self::Constant(value, _) => Self::constant(change(*value)),
            Self::Each(values) => Self::Each(values.iter().map(|&value| change(value)).collect()),
        }
    }
}
