//! Excess demand as solvers see it: a function of prices.

use std::fmt;

use walras_numerics::elementary::sqrt;
use walras_numerics::sum;

use super::matrix::Matrix;

/// Why there is no excess demand at some prices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Undefined {
    /// A price is not a positive finite number.
    Price {
        /// The good.
        good: usize,
        /// Its price.
        price: f64,
    },
    /// Two goods serve a consumer equally well, so that demand is a set of bundles and not one.
    Tie {
        /// The consumer.
        consumer: usize,
        /// One of the goods.
        first: usize,
        /// The other.
        second: usize,
    },
    /// A consumer's demand for a good is beyond any number.
    NotFinite {
        /// The consumer.
        consumer: usize,
        /// The good.
        good: usize,
    },
    /// Walras's law is broken: what a consumer demands costs more or less than what he owns is worth.
    BudgetMissed {
        /// The consumer.
        consumer: usize,
        /// What his demand costs.
        spent: f64,
        /// What his endowment is worth.
        income: f64,
    },
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Price { good, price } => write!(f, "the price of good {good} is {price}: it must be positive"),
            Self::Tie { consumer, first, second } => {
                write!(f, "goods {first} and {second} serve consumer {consumer} equally well: demand is not one bundle")
            }
            Self::NotFinite { consumer, good } => {
                write!(f, "consumer {consumer}'s demand for good {good} is not a finite number")
            }
            Self::BudgetMissed { consumer, spent, income } => {
                write!(
                    f,
                    "consumer {consumer} demands what costs {spent}, with an income of {income}: Walras's law fails"
                )
            }
        }
    }
}

impl std::error::Error for Undefined {}

/// The excess demand z(p) of a whole economy: what is demanded at prices p beyond what there is.
///
/// It is homogeneous of degree zero and obeys Walras's law, p·z(p) = 0.
pub trait ExcessDemand {
    /// How many goods.
    fn goods(&self) -> usize;

    /// How much of each good there is, above zero: what excess demands are measured against.
    fn supply(&self) -> &[f64];

    /// Writes z(p).
    ///
    /// # Errors
    /// When it is not defined there.
    fn excess_demand(&self, prices: &[f64], into: &mut [f64]) -> Result<(), Undefined>;

    /// Writes the slopes ∂z_j/∂p_k (row j, column k) and returns true, or returns false where they are not known in
    /// closed form.
    ///
    /// # Errors
    /// When z is not defined there.
    fn slopes(&self, prices: &[f64], into: &mut Matrix) -> Result<bool, Undefined>;
}

/// A good whose whole supply is worth no more than this, as a share of the worth of all supplies, is free.
pub const FREE_WORTH: f64 = 1e-12;

/// Whether each good is free: priced so low that what is left of it is worth nothing (see [`FREE_WORTH`]).
#[must_use]
pub fn free_goods(prices: &[f64], supply: &[f64]) -> Vec<bool> {
    let worth = |good: usize| prices[good] * supply[good];
    let all = sum::sum_by(prices.len(), worth);
    (0..prices.len()).map(|good| worth(good) <= FREE_WORTH * all).collect()
}

/// The greatest excess demand or supply of any good, as a share of what there is of it: zero in equilibrium. A good
/// that is free may be left over, as in any equilibrium with free disposal: z ≤ 0, and p_j = 0 where z_j < 0.
#[must_use]
pub fn residual(prices: &[f64], excess: &[f64], supply: &[f64]) -> f64 {
    let free = free_goods(prices, supply);
    let share = |good: usize| if free[good] && excess[good] < 0.0 { 0.0 } else { excess[good].abs() / supply[good] };
    (0..prices.len()).map(share).fold(0.0, |most, share| if share > most || share.is_nan() { share } else { most })
}

/// Checks that every price is a positive finite number.
///
/// # Errors
/// Names the first good whose price is not.
pub fn check_prices(prices: &[f64]) -> Result<(), Undefined> {
    match prices.iter().position(|&price| !(price > 0.0 && price.is_finite())) {
        Some(good) => Err(Undefined::Price { good, price: prices[good] }),
        None => Ok(()),
    }
}

/// Prices scaled to sum to one: a point of the unit simplex.
#[must_use]
pub fn on_simplex(prices: &[f64]) -> Vec<f64> {
    let total = sum::sum(prices);
    prices.iter().map(|price| price / total).collect()
}

/// Prices in units of good `numeraire`.
#[must_use]
pub fn in_units_of(prices: &[f64], numeraire: usize) -> Vec<f64> {
    prices.iter().map(|price| price / prices[numeraire]).collect()
}

/// Prices scaled to the length one.
#[must_use]
pub fn on_sphere(prices: &[f64]) -> Vec<f64> {
    let length = sqrt(sum::sum_by(prices.len(), |good| prices[good] * prices[good]));
    prices.iter().map(|price| price / length).collect()
}

/// The slopes of z by central differences in each price, over a 6-millionth of it: the cube root of the rounding
/// unit, at which rounding and curvature weigh alike. Takes two evaluations for each good.
///
/// # Errors
/// When z is not defined at a point that is looked at.
pub fn difference_slopes(market: &dyn ExcessDemand, prices: &[f64], into: &mut Matrix) -> Result<(), Undefined> {
    const SHARE: f64 = 6e-6;
    let n = market.goods();
    let mut at = prices.to_vec();
    let (mut above, mut below) = (vec![0.0; n], vec![0.0; n]);
    for k in 0..n {
        let (high, low) = (prices[k] * (1.0 + SHARE), prices[k] * (1.0 - SHARE));
        at[k] = high;
        market.excess_demand(&at, &mut above)?;
        at[k] = low;
        market.excess_demand(&at, &mut below)?;
        at[k] = prices[k];
        for j in 0..n {
            into[(j, k)] = (above[j] - below[j]) / (high - low);
        }
    }
    Ok(())
}
