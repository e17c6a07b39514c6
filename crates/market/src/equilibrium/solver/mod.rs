//! Ways to the prices of an equilibrium.
//!
//! Each solver is one file. All take the same thing, an excess demand and prices to start from, and say honestly how
//! they ended: only [`Ending::Converged`] is an equilibrium, and its residual is measured, not assumed.

mod homotopy;
mod newton;
pub mod price_process;
mod recurrence;
pub mod simplicial;
mod tatonnement;

use std::fmt::Debug;

use walras_catalog::{choice, entries};

use super::excess_demand::{ExcessDemand, Undefined, difference_slopes, residual};
use super::matrix::Matrix;

pub use homotopy::Homotopy;
pub use newton::{Newton, Normalisation};
pub use price_process::{Method, PriceProcess};
pub use simplicial::Simplicial;
pub use tatonnement::{Adjustment, Tatonnement};

/// How a search for prices ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// No market's excess demand or supply is above the tolerance, as a share of supply; a free good may be left over.
    Converged,
    /// Prices run through the same loop again and again, this many steps long.
    Cycling {
        /// The length of a loop, in steps.
        period: u64,
    },
    /// A price fell to zero or below, or prices grew apart beyond any measure.
    Diverged,
    /// The steps that were allowed are used up.
    OutOfBudget,
    /// No further step is to be had from here; why.
    Stalled(&'static str),
    /// There is no excess demand where the search went; the prices are the last at which there was.
    Undefined(Undefined),
}

/// Where a search for prices ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// The prices it ended at.
    pub prices: Vec<f64>,
    /// The greatest excess demand or supply there, as a share of what there is of the good; NaN when there never
    /// was one.
    pub residual: f64,
    /// How many steps were taken.
    pub steps: u64,
    /// How often excess demand, or its slopes, were evaluated.
    pub evaluations: u64,
}

impl Outcome {
    /// The prices, if they are an equilibrium's.
    #[must_use]
    pub fn equilibrium(&self) -> Option<&[f64]> {
        if self.ending == Ending::Converged { Some(&self.prices) } else { None }
    }
}

/// A way to the prices of an equilibrium.
pub trait Solver: Debug + Send + Sync {
    /// Looks for prices at which `market` clears, from `start`.
    ///
    /// # Panics
    /// When `start` has another length than the market has goods.
    fn solve(&self, market: &dyn ExcessDemand, start: &[f64]) -> Outcome;
}

entries! {
    /// Any solver.
    pub enum AnySolver: dyn Solver = "equilibrium_solver" {
        Tatonnement(Tatonnement),
        PriceProcess(PriceProcess),
        Newton(Newton),
        Homotopy(Homotopy),
        Simplicial(Simplicial),
    }
}

choice! {
    /// Where the slopes of excess demand come from.
    pub enum Derivatives {
        /// From the market in closed form; by differences where it has none.
        Analytic = "analytic",
        /// Central differences.
        Differences = "differences",
    }
}

/// A market and what a search knows of it: the prices it stands at, z there, and how often it looked.
struct Search<'a> {
    market: &'a dyn ExcessDemand,
    prices: Vec<f64>,
    excess: Vec<f64>,
    residual: f64,
    steps: u64,
    evaluations: u64,
}

impl<'a> Search<'a> {
    /// Stands at `start`.
    fn new(market: &'a dyn ExcessDemand, start: &[f64]) -> Result<Self, Outcome> {
        assert_eq!(start.len(), market.goods(), "one price for each good");
        let excess = vec![0.0; start.len()];
        let mut search = Self { market, prices: start.to_vec(), excess, residual: f64::NAN, steps: 0, evaluations: 0 };
        match search.move_to(start) {
            Ok(()) => Ok(search),
            Err(error) => Err(search.end(Ending::Undefined(error))),
        }
    }

    /// z at `prices`.
    fn look(&mut self, prices: &[f64]) -> Result<Vec<f64>, Undefined> {
        self.evaluations += 1;
        let mut excess = vec![0.0; prices.len()];
        self.market.excess_demand(prices, &mut excess)?;
        Ok(excess)
    }

    /// Goes to `prices`, or stays where there is no excess demand there.
    fn move_to(&mut self, prices: &[f64]) -> Result<(), Undefined> {
        let excess = self.look(prices)?;
        self.stand(prices, excess);
        Ok(())
    }

    /// Stands at `prices`, where z is known to be `excess`.
    fn stand(&mut self, prices: &[f64], excess: Vec<f64>) {
        self.prices.copy_from_slice(prices);
        self.residual = residual(prices, &excess, self.market.supply());
        self.excess = excess;
    }

    /// ∂z_j/∂p_k at `prices`.
    fn slopes(&mut self, prices: &[f64], derivatives: Derivatives) -> Result<Matrix, Undefined> {
        let n = prices.len();
        let mut slopes = Matrix::zeros(n, n);
        self.evaluations += 1;
        if derivatives == Derivatives::Differences || !self.market.slopes(prices, &mut slopes)? {
            self.evaluations += 2 * n as u64 - 1;
            difference_slopes(self.market, prices, &mut slopes)?;
        }
        Ok(slopes)
    }

    fn end(self, ending: Ending) -> Outcome {
        let Self { prices, residual, steps, evaluations, .. } = self;
        Outcome { ending, prices, residual, steps, evaluations }
    }
}

/// Prices further apart than this have diverged.
const SPREAD_MAX: f64 = 1e15;

/// Whether prices are no longer positive, or further apart than any tolerance could bridge.
fn diverged(prices: &[f64]) -> bool {
    let least = prices.iter().copied().fold(f64::INFINITY, f64::min);
    let most = prices.iter().copied().fold(0.0, f64::max);
    let positive = prices.iter().all(|&price| price > 0.0 && price.is_finite());
    !positive || most > least * SPREAD_MAX
}
