//! Why a run could not be made, continued or read.

use std::fmt;

use walras_ledger::Broken;
use walras_numerics::StateError;
use walras_record::RecordError;
use walras_scenario::ScenarioError;

/// Why a run, or something done with one, stopped.
#[derive(Debug)]
pub enum RunError {
    /// The scenario is wrong; shown with its place by `walras_scenario::show`.
    Scenario(Box<ScenarioError>),
    /// Something could not be written or read: a full disk, a directory without a run.
    Record(RecordError),
    /// An invariant of the economy broke.
    Broken(Broken),
    /// Anything else, in plain words.
    Other(String),
}

impl RunError {
    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self::Other(message.into())
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scenario(error) => error.fmt(f),
            Self::Record(error) => error.fmt(f),
            Self::Broken(error) => error.fmt(f),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for RunError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Scenario(error) => Some(error),
            Self::Record(error) => Some(error),
            Self::Broken(error) => Some(error),
            Self::Other(_) => None,
        }
    }
}

impl From<Box<ScenarioError>> for RunError {
    fn from(error: Box<ScenarioError>) -> Self {
        Self::Scenario(error)
    }
}

impl From<RecordError> for RunError {
    fn from(error: RecordError) -> Self {
        Self::Record(error)
    }
}

impl From<Broken> for RunError {
    fn from(error: Broken) -> Self {
        Self::Broken(error)
    }
}

impl From<StateError> for RunError {
    fn from(error: StateError) -> Self {
        Self::Other(error.0)
    }
}
