//! A per-agent parameter that may also differ between the assets a cohort trades.

use walras_catalog::{Bounds, Kind, Named, Node, Problem, Read, Value};
use walras_numerics::Column;

use super::{PerAgent, Setup};

/// A parameter for each agent and asset: one spread for all assets, or one for each by name.
#[derive(Debug, Clone)]
pub enum PerAsset {
    /// The same spread at every asset, drawn anew for each.
    All(PerAgent),
    /// A spread for each asset.
    ByAsset(Named<PerAgent>),
}

impl PerAsset {
    /// The same value for all agents and assets.
    #[must_use]
    pub fn constant(value: f64) -> Self {
        Self::All(PerAgent::constant(value))
    }

    /// As [`PerAsset::columns`], with the parameter's name in the message.
    ///
    /// # Errors
    /// As [`PerAsset::columns`].
    pub fn parameters(&self, name: &str, setup: &mut Setup<'_>) -> Result<Vec<Column>, String> {
        self.columns(setup).map_err(|message| format!("`{name}`: {message}"))
    }

    /// One column for each market of the cohort.
    ///
    /// # Errors
    /// When a market's asset is not named, a named asset is not traded, or a draw fails.
    pub fn columns(&self, setup: &mut Setup<'_>) -> Result<Vec<Column>, String> {
        let markets = setup.markets;
        match self {
            Self::All(parameter) => markets.iter().map(|_| setup.column(parameter)).collect(),
            Self::ByAsset(named) => {
                let traded = |name: &str| markets.iter().any(|market| market.asset == name);
                if let Some(stranger) = named.0.iter().find(|item| !traded(&item.name)) {
                    return Err(format!("`{}` is not an asset that this cohort trades", stranger.name));
                }
                let mut columns = Vec::new();
                for market in markets {
                    let item = named.0.iter().find(|item| item.name == market.asset);
                    let item = item.ok_or_else(|| format!("no value is given for the asset `{}`", market.asset))?;
                    columns.push(setup.column(&item.item)?);
                }
                Ok(columns)
            }
        }
    }
}

impl Read for PerAsset {
    fn kind() -> Kind {
        Kind::Either(Box::new(PerAgent::kind()), Box::new(Named::<PerAgent>::kind()))
    }

    fn read(value: &Value, bounds: Option<&Bounds>) -> Result<Self, Problem> {
        match &value.node {
            Node::Table(table) if table.get("kind").is_none() => Named::read(value, bounds).map(Self::ByAsset),
            _ => PerAgent::read(value, bounds).map(Self::All),
        }
    }

    fn write(&self) -> Node {
        match self {
            Self::All(parameter) => parameter.write(),
            Self::ByAsset(named) => named.write(),
        }
    }
}
