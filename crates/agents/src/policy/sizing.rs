//! How large an order is: a part of what most policies say.

use walras_catalog::{Bounds, choice, entry};
use walras_ledger::Atoms;
use walras_market::order::{LimitShape, Shape};
use walras_numerics::Column;

use crate::observation::View;
use crate::population::{PerAgent, Setup};

choice! {
    /// What an order's size is measured in.
    pub enum SizeUnit {
        /// A number of tokens.
        Tokens = "tokens",
        /// A share of what the agent could spend on the market (buying) or holds (selling).
        Share = "share",
    }
}

entry! {
    /// How large orders are.
    pub struct OrderSize = "order_size" {
        formula: "q = tokens, or q = share·B/P when buying and share·H when selling",
        source: "elementary",
        /// The number of tokens, or the share.
        amount: PerAgent = PerAgent::constant(1.0), within Bounds::above(0.0);
        /// What `amount` is measured in.
        unit: SizeUnit = SizeUnit::Tokens;
    }
}

impl Default for OrderSize {
    fn default() -> Self {
        Self { amount: PerAgent::constant(1.0), unit: SizeUnit::Tokens }
    }
}

/// Order sizes of a cohort at all its markets.
#[derive(Debug, Clone)]
pub struct Sizes {
    unit: SizeUnit,
    amount: Column,
    /// Atoms of an order at each market, when all agents order the same number of tokens.
    shared: Vec<Option<Atoms>>,
}

impl Sizes {
    /// Draws the sizes of a cohort.
    ///
    /// # Errors
    /// When a size is below one atom, or cannot be counted, or a share is above one.
    pub fn new(size: &OrderSize, setup: &mut Setup<'_>) -> Result<Self, String> {
        let amount = setup.column(&size.amount)?;
        let mut shared = Vec::new();
        for market in setup.markets {
            shared.push(match (size.unit, amount.shared()) {
                (SizeUnit::Tokens, Some(tokens)) => Some(tokens_to_atoms(tokens, market.token_scale)?),
                _ => None,
            });
        }
        if size.unit == SizeUnit::Share {
            let above = (0..setup.size).map(|row| amount.get(row)).find(|&share| share > 1.0);
            if let Some(share) = above {
                return Err(format!("an order of {share} of what is there is more than all of it"));
            }
        }
        Ok(Self { unit: size.unit, amount, shared })
    }

    /// The shape of orders of these sizes, limited by slippage where a share is given.
    #[must_use]
    pub fn shape(&self, market: usize, slippage: Option<f64>) -> Shape {
        Shape {
            size: self.shared[market],
            limit: slippage.map_or(LimitShape::Market, LimitShape::Slippage),
            priority_fee: Some(0),
        }
    }

    /// Writes the sizes of the chunk's orders at `market`, where they differ. Sides must have been written.
    pub fn write(&self, view: &View<'_>, market: usize, side: &[i8], size: &mut [Atoms]) {
        if size.is_empty() {
            return;
        }
        let amounts = self.amount.chunk(view.rows.clone());
        let seen = &view.markets[market];
        match self.unit {
            SizeUnit::Tokens => {
                for (size, &tokens) in size.iter_mut().zip(amounts) {
                    *size = (tokens * seen.token_scale) as Atoms;
                }
            }
            SizeUnit::Share => {
                let spendable = seen.budget_share / view.money_scale / seen.price * seen.token_scale;
                let holdings = view.holdings(market);
                for (i, size) in size.iter_mut().enumerate() {
                    *size = match side[i] {
                        1 => (amounts[i] * view.balances[i] as f64 * spendable) as Atoms,
                        -1 => ((amounts[i] * holdings[i] as f64) as Atoms).min(holdings[i]),
                        _ => 0,
                    };
                }
            }
        }
    }
}

/// A number of tokens as atoms, rounded down.
///
/// # Errors
/// When it is below one atom or cannot be counted.
pub fn tokens_to_atoms(tokens: f64, token_scale: f64) -> Result<Atoms, String> {
    let atoms = (tokens * token_scale).floor();
    if !(1.0..9.2e18).contains(&atoms) {
        return Err(format!(
            "{tokens} tokens of {token_scale} atoms each cannot be ordered: at least one atom, at most 9.2e18"
        ));
    }
    Ok(atoms as Atoms)
}
