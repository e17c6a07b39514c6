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
    ///
    /// A share is of what the agent could spend at the worst price its slippage allows, so that with a slippage even
    /// the whole share can be paid for. A share that comes to less than one atom is no order.
    pub struct OrderSize = "order_size" {
        formula: "q = tokens, or q = share·B/(P·(1 + slippage)) when buying and share·H when selling",
        source: "elementary",
        /// The number of tokens, or the share.
        amount: PerAgent = PerAgent::constant(1.0), within Bounds::above(0.0);
        /// What `amount` is measured in.
        unit: SizeUnit = SizeUnit::Tokens;
    }
}

impl OrderSize {
    /// Checks that sizes are numbers of tokens, for policies whose orders are each for one unit.
    ///
    /// # Errors
    /// When they are shares, with the parameter to blame.
    pub fn in_tokens(&self) -> Result<(), (&'static str, String)> {
        match self.unit {
            SizeUnit::Tokens => Ok(()),
            SizeUnit::Share => Err(("order_size", "a unit is a number of tokens, not a share".to_owned())),
        }
    }
}

impl Default for OrderSize {
    fn default() -> Self {
        Self { amount: PerAgent::constant(1.0), unit: SizeUnit::Tokens }
    }
}

/// Order sizes of a cohort at all its markets, and how its orders are limited.
#[derive(Debug, Clone)]
pub struct Sizes {
    unit: SizeUnit,
    amount: Column,
    slippage: Option<f64>,
    /// Atoms of an order at each market, when all agents order the same number of tokens.
    shared: Vec<Option<Atoms>>,
}

impl Sizes {
    /// Draws the sizes of a cohort, whose orders are limited by `slippage` where a share is given.
    ///
    /// # Errors
    /// When a size is below one atom, or cannot be counted, or a share is above one.
    pub fn new(size: &OrderSize, slippage: Option<f64>, setup: &mut Setup<'_>) -> Result<Self, String> {
        let amount = setup.parameter("amount", &size.amount)?;
        let mut shared = Vec::new();
        for market in setup.markets {
            shared.push(match (size.unit, &amount) {
                (SizeUnit::Tokens, Column::Constant(tokens, _)) => Some(tokens_to_atoms(*tokens, market.token_scale)?),
                (SizeUnit::Tokens, Column::Each(each)) => {
                    each.iter().try_for_each(|&tokens| tokens_to_atoms(tokens, market.token_scale).map(drop))?;
                    None
                }
                (SizeUnit::Share, _) => None,
            });
        }
        if size.unit == SizeUnit::Share {
            let above = (0..setup.size).map(|row| amount.get(row)).find(|&share| share > 1.0);
            if let Some(share) = above {
                return Err(format!("an order of {share} of what is there is more than all of it"));
            }
        }
        Ok(Self { unit: size.unit, amount, slippage, shared })
    }

    /// Atoms in an order of the agent at `row`, where sizes are numbers of tokens.
    #[inline]
    #[must_use]
    pub fn atoms(&self, market: usize, row: usize, token_scale: f64) -> Atoms {
        self.shared[market].unwrap_or_else(|| (self.amount.get(row) * token_scale) as Atoms)
    }

    /// Atoms that the agent at `row` would order on a side, given how many it could pay for and how many it holds.
    #[must_use]
    pub fn wanted(&self, row: usize, side: i8, affordable: f64, holding: f64, token_scale: f64) -> f64 {
        match self.unit {
            SizeUnit::Tokens => self.amount.get(row) * token_scale,
            SizeUnit::Share if side > 0 => self.amount.get(row) * affordable,
            SizeUnit::Share => self.amount.get(row) * holding,
        }
    }

    /// The shape of orders of these sizes.
    #[must_use]
    pub fn shape(&self, market: usize) -> Shape {
        Shape { size: self.shared[market], limit: limit_shape(self.slippage), priority_fee: Some(0) }
    }

    /// Writes the sizes of the chunk's orders at `market`, where they differ. Sides must have been written; they
    /// become none where there is nothing to buy with or to sell.
    pub fn write(&self, view: &View<'_>, market: usize, side: &mut [i8], size: &mut [Atoms]) {
        if size.is_empty() {
            return;
        }
        let amounts = self.amount.chunk(view.rows.clone());
        match self.unit {
            SizeUnit::Tokens => {
                let scale = view.markets[market].token_scale;
                for (size, &tokens) in size.iter_mut().zip(amounts) {
                    *size = (tokens * scale) as Atoms;
                }
            }
            SizeUnit::Share => {
                let per_money = atoms_per_money(view, market, self.slippage);
                let (balances, holdings) = (view.balances, view.holdings(market));
                for (i, (side, size)) in side.iter_mut().zip(size).enumerate() {
                    let bought = (amounts[i] * balances[i] as f64 * per_money) as Atoms;
                    let sold = ((amounts[i] * holdings[i] as f64) as Atoms).min(holdings[i]);
                    *size = if *side > 0 { bought } else { sold }.max(0);
                    *side = if *size > 0 { *side } else { 0 };
                }
            }
        }
    }
}

/// How many atoms of the asset one atom of an agent's balance buys at `market`, at the worst price that `slippage`
/// allows and with the share of its balance that an agent may spend there; 0 where there is no price to divide by.
#[must_use]
pub fn atoms_per_money(view: &View<'_>, market: usize, slippage: Option<f64>) -> f64 {
    let seen = &view.markets[market];
    let worst = seen.price * (1.0 + slippage.unwrap_or(0.0));
    if worst > 0.0 && worst.is_finite() { seen.budget_share / view.money_scale / worst * seen.token_scale } else { 0.0 }
}

/// The form of limits that an optional slippage makes.
#[must_use]
pub fn limit_shape(slippage: Option<f64>) -> LimitShape {
    slippage.map_or(LimitShape::Market, LimitShape::Slippage)
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
