//! What a consumer wants: demand at prices and an income, and the utility behind it.
//!
//! Each preference is one file. `tests/equilibrium_preferences.rs` holds all of them to the same laws: demand spends
//! the income and no more, is homogeneous of degree zero, maximises the utility, and has the slopes it states.

mod cobb_douglas;
mod constant_elasticity;
mod leontief;
mod linear;
mod quasi_linear;
mod shares;

use std::fmt::Debug;

use walras_catalog::entries;

use super::matrix::Matrix;

pub use cobb_douglas::CobbDouglas;
pub use constant_elasticity::ConstantElasticity;
pub use leontief::Leontief;
pub use linear::Linear;
pub use quasi_linear::{Felicity, QuasiLinear};

/// Two goods give the same most utility for money, so that demand is a set and not a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tie {
    /// One of the goods.
    pub first: usize,
    /// The other.
    pub second: usize,
}

/// How demand changes.
#[derive(Debug, Clone)]
pub struct Slopes {
    /// ∂x_j/∂p_k at a given income; row j, column k.
    pub by_price: Matrix,
    /// ∂x_j/∂m.
    pub by_income: Vec<f64>,
}

impl Slopes {
    /// Room for the slopes of `goods` goods.
    #[must_use]
    pub fn new(goods: usize) -> Self {
        Self { by_price: Matrix::zeros(goods, goods), by_income: vec![0.0; goods] }
    }
}

/// A continuous, convex preference over bundles of goods.
///
/// Prices are positive and finite and an income is zero or more: whoever calls has checked that, as
/// [`super::Economy`] does. Every slice has one element for each good.
pub trait Preference: Debug + Send + Sync {
    /// Over how many goods it is.
    fn goods(&self) -> usize;

    /// Writes the bundle that is wanted most among those that `income` buys at `prices`.
    ///
    /// # Errors
    /// When there is more than one.
    fn demand(&self, prices: &[f64], income: f64, bundle: &mut [f64]) -> Result<(), Tie>;

    /// Writes how that bundle changes with prices and income; at a kink, the slopes on one side of it.
    ///
    /// # Errors
    /// When demand is not one bundle.
    fn slopes(&self, prices: &[f64], income: f64, slopes: &mut Slopes) -> Result<(), Tie>;

    /// The utility of a bundle.
    fn utility(&self, bundle: &[f64]) -> f64;

    /// Writes the marginal utilities at `bundle`; false, having written nothing, for a preference with kinks.
    fn marginal_utility(&self, bundle: &[f64], into: &mut [f64]) -> bool;

    /// The most utility that one unit of money buys, where the utility is homogeneous of degree one: twice the money
    /// buys twice the utility. `None` where it is not.
    fn utility_of_money(&self, prices: &[f64]) -> Option<f64>;

    /// Whether, with any endowment, demand for a good never falls when another's price rises: weak gross
    /// substitutes.
    fn gross_substitutes(&self) -> bool;

    /// Writes what it bids for each good next, after `bids` that summed to the budget had bought `bundle` at
    /// `prices`: the proportional response. False, having written nothing, where none is known to converge.
    fn response(&self, bids: &[f64], bundle: &[f64], prices: &[f64], next: &mut [f64]) -> bool;
}

entries! {
    /// Any preference.
    pub enum AnyPreference: dyn Preference = "preference" {
        CobbDouglas(CobbDouglas),
        ConstantElasticity(ConstantElasticity),
        Leontief(Leontief),
        QuasiLinear(QuasiLinear),
        Linear(Linear),
    }
}

/// What a list of weights must be: some good is wanted, and the list is not longer than an economy may be.
fn some_weight(weights: &[f64]) -> Result<(), (&'static str, String)> {
    if weights.len() > super::GOODS_MAX {
        return Err(("weights", format!("{} goods are more than {}", weights.len(), super::GOODS_MAX)));
    }
    if weights.iter().any(|&weight| weight > 0.0) {
        Ok(())
    } else {
        Err(("weights", "at least one good must have a weight above zero".to_owned()))
    }
}
