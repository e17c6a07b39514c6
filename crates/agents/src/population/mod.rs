//! How the agents of one cohort differ: per-agent parameters drawn from distributions.

mod beta;
mod constant;
mod data_column;
mod log_uniform;
mod lognormal;
mod normal;
mod pareto;
mod per_asset;
#[cfg(test)]
mod sampling;
mod uniform;

use std::fmt::Debug;
use std::sync::Arc;

use walras_catalog::{Bounds, Kind, Node, Problem, Read, Value, entries};
use walras_numerics::{Column, Keys, Purpose, Stream};

pub use beta::Beta;
pub use constant::Constant;
pub use data_column::DataColumn;
pub use log_uniform::LogUniform;
pub use lognormal::Lognormal;
pub use normal::Normal;
pub use pareto::Pareto;
pub use per_asset::PerAsset;
pub use uniform::Uniform;

/// One value for each agent of a cohort.
pub trait Distribution: Debug + Send + Sync {
    /// Draws the parameter of every agent of the cohort that is being set up.
    ///
    /// # Errors
    /// When a file is missing or holds too few rows, or a draw leaves the parameter's bounds.
    fn draw(&self, purpose: Purpose, setup: &mut Setup<'_>) -> Result<Column, String>;
}

entries! {
    /// How a parameter is spread over the agents of a cohort.
    pub enum AnyDistribution: dyn Distribution = "distribution" {
        Constant(Constant),
        Uniform(Uniform),
        LogUniform(LogUniform),
        Normal(Normal),
        Lognormal(Lognormal),
        Pareto(Pareto),
        Beta(Beta),
        DataColumn(DataColumn),
    }
}

/// A parameter that may differ between the agents of a cohort: a number for all, or a distribution.
#[derive(Debug, Clone)]
pub struct PerAgent {
    spread: AnyDistribution,
    bounds: Option<Bounds>,
}

impl PerAgent {
    /// The same value for all.
    #[must_use]
    pub fn constant(value: f64) -> Self {
        Self { spread: AnyDistribution::Constant(Constant { value }), bounds: None }
    }

    /// Every value between the two as likely as any other.
    #[must_use]
    pub fn uniform(low: f64, high: f64) -> Self {
        Self { spread: AnyDistribution::Uniform(Uniform { low, high }), bounds: None }
    }
}

impl Read for PerAgent {
    fn kind() -> Kind {
        Kind::Either(Box::new(Kind::Number), Box::new(AnyDistribution::kind()))
    }

    fn read(value: &Value, bounds: Option<&Bounds>) -> Result<Self, Problem> {
        let spread = match &value.node {
            Node::Integer(_) | Node::Float(_) => {
                AnyDistribution::Constant(Constant { value: f64::read(value, bounds)? })
            }
            _ => AnyDistribution::read(value, None)?,
        };
        Ok(Self { spread, bounds: bounds.copied() })
    }

    fn write(&self) -> Node {
        match &self.spread {
            AnyDistribution::Constant(constant) => Node::Float(constant.value),
            other => other.write(),
        }
    }
}

/// Columns of numbers from files, resolved by whoever may read files.
pub trait Data {
    /// The column `column` of `file`, relative to the scenario.
    ///
    /// # Errors
    /// Says what is wrong with the file or column.
    fn column(&mut self, file: &str, column: &str) -> Result<Arc<[f64]>, String>;

    /// The texts of column `column` of `file`, relative to the scenario.
    ///
    /// # Errors
    /// Says what is wrong with the file or column.
    fn texts(&mut self, file: &str, column: &str) -> Result<Arc<[String]>, String>;
}

/// No files at all.
pub struct NoData;

impl Data for NoData {
    fn column(&mut self, file: &str, _: &str) -> Result<Arc<[f64]>, String> {
        Err(format!("`{file}` cannot be read here: no data files are given"))
    }

    fn texts(&mut self, file: &str, _: &str) -> Result<Arc<[String]>, String> {
        Err(format!("`{file}` cannot be read here: no data files are given"))
    }
}

/// A cohort that is being set up.
pub struct Setup<'a> {
    /// The run's keys.
    pub keys: Keys,
    /// The key of the cohort's first agent in draws.
    pub entity: u64,
    /// How many agents the cohort has.
    pub size: usize,
    /// The markets it trades on, in the order declared.
    pub markets: &'a [MarketSetup],
    /// Atoms in one unit of the numeraire.
    pub money_scale: f64,
    /// Files.
    pub data: &'a mut dyn Data,
    /// How many parameters have been drawn; each is a purpose of its own.
    pub drawn: u16,
}

/// One of the markets a cohort trades on.
#[derive(Debug, Clone, PartialEq)]
pub struct MarketSetup {
    /// The asset's name.
    pub asset: String,
    /// Atoms in one token.
    pub token_scale: f64,
}

impl Setup<'_> {
    /// One value for each agent, each from a stream of its own, so that more agents change nobody's value.
    ///
    /// # Errors
    /// The first of `sample`'s, with the agent it happened to.
    pub fn each(
        &self,
        purpose: Purpose,
        sample: impl Fn(&mut Stream) -> Result<f64, String>,
    ) -> Result<Column, String> {
        let value = |row: usize| {
            let mut stream = self.keys.stream(purpose, self.entity + row as u64, 0);
            sample(&mut stream).map_err(|message| format!("agent {row}: {message}"))
        };
        (0..self.size).map(value).collect::<Result<_, _>>().map(Column::Each)
    }

    /// As [`Setup::column`], with the parameter's name in the message.
    ///
    /// # Errors
    /// As [`Distribution::draw`].
    pub fn parameter(&mut self, name: &str, parameter: &PerAgent) -> Result<Column, String> {
        self.column(parameter).map_err(|message| format!("`{name}`: {message}"))
    }

    /// Draws a parameter for every agent and checks that each value is finite and within the parameter's bounds.
    ///
    /// # Errors
    /// As [`Distribution::draw`].
    pub fn column(&mut self, parameter: &PerAgent) -> Result<Column, String> {
        let purpose = Purpose::parameter(self.drawn);
        self.drawn += 1;
        let column = parameter.spread.draw(purpose, self)?;
        let bounds = parameter.bounds.unwrap_or(Bounds::from(f64::MIN..));
        let outside = match &column {
            Column::Constant(value, _) => (!bounds.contain(*value)).then_some((0, *value)),
            Column::Each(values) => values.iter().copied().enumerate().find(|(_, value)| !bounds.contain(*value)),
        };
        match outside {
            Some((row, value)) => Err(format!("agent {row} drew {value}, which must be {}", bounds.words())),
            None => Ok(column),
        }
    }
}
