//! Newton's method, damped.

use walras_catalog::{choice, entry};
use walras_numerics::elementary::exp;
use walras_numerics::sum;

use super::super::excess_demand::{ExcessDemand, in_units_of, on_simplex};
use super::super::matrix::{Factors, Matrix};
use super::{Derivatives, Ending, Outcome, Search, Solver, diverged};

choice! {
    /// What pins the level of prices, which excess demand leaves open.
    pub enum Normalisation {
        /// They sum to one.
        Simplex = "simplex",
        /// The price of one good is one.
        Numeraire = "numeraire",
    }
}

entry! {
    /// Excess demand is made linear about the prices, the linear one solved, and the step shortened until it helps.
    ///
    /// By Walras's law one market's equation follows from the others; the normalisation stands in its place. Prices
    /// move in their logarithms, so that they stay positive, by a factor of e² at most in one step. Near an equilibrium
    /// with a regular matrix of slopes the error squares at each step. Away from one it may stall where the
    /// sum of squares has a local minimum, or where the matrix is singular, and says so.
    pub struct Newton = "newton" {
        formula: "z'(p)·diag(p)·d = −z(p), p ← p·e^(t·d) with t ≤ 1 such that Σ (z_j/s_j)² falls",
        source: "J. E. Dennis, R. B. Schnabel, \"Numerical Methods for Unconstrained Optimization and Nonlinear Equations\", 1983, chapter 6",
        /// What pins the level of prices.
        normalisation: Normalisation = Normalisation::Simplex;
        /// The good whose price is one, counted from zero, under the normalisation `numeraire`.
        numeraire: usize = 0;
        /// Where slopes come from.
        derivatives: Derivatives = Derivatives::Analytic;
        /// The greatest excess demand left, as a share of supply.
        tolerance: f64 = 1e-12, within 1e-15..=1.0;
        /// The most steps.
        steps_max: u64 = 200, within 1.0..=1e12, unit "steps";
    }
}

/// The greatest change of a price's logarithm in one step.
const LEAP_MAX: f64 = 2.0;

/// The share of the decrease that slopes promise and a step must keep.
const SUFFICIENT: f64 = 1e-4;

/// Halvings of a step before the search gives up.
const HALVINGS_MAX: u32 = 40;

impl Newton {
    fn normalised(&self, prices: &[f64]) -> Vec<f64> {
        match self.normalisation {
            Normalisation::Simplex => on_simplex(prices),
            Normalisation::Numeraire => in_units_of(prices, self.numeraire),
        }
    }

    /// Newton's direction in the logarithms of prices; `None` when the matrix is singular.
    fn direction(&self, prices: &[f64], excess: &[f64], supply: &[f64], slopes: &Matrix) -> Option<Vec<f64>> {
        let n = prices.len();
        let mut matrix = Matrix::zeros(n, n);
        let mut right: Vec<f64> = excess.iter().zip(supply).map(|(excess, supply)| -excess / supply).collect();
        for j in 0..n {
            for k in 0..n {
                matrix[(j, k)] = slopes[(j, k)] * prices[k] / supply[j];
            }
        }
        // The equation left out is that of the good of most worth: it follows best from the others.
        let worth = |good: usize| prices[good] * supply[good];
        let dropped = (1..n).fold(0, |most, good| if worth(good) > worth(most) { good } else { most });
        right[dropped] = 0.0;
        for k in 0..n {
            matrix[(dropped, k)] = match self.normalisation {
                Normalisation::Simplex => prices[k],
                Normalisation::Numeraire if k == self.numeraire => 1.0,
                Normalisation::Numeraire => 0.0,
            };
        }
        Some(Factors::of(&matrix)?.solve(&right))
    }

    /// Goes along `direction` as far as the sum of squares falls.
    fn advance(&self, search: &mut Search<'_>, direction: &[f64]) -> Result<(), Ending> {
        let squares = |excess: &[f64], supply: &[f64]| {
            sum::sum_by(excess.len(), |good| (excess[good] / supply[good]) * (excess[good] / supply[good]))
        };
        let supply = search.market.supply();
        let before = squares(&search.excess, supply);
        let longest = direction.iter().fold(0.0, |most: f64, part| most.max(part.abs()));
        let mut share = if longest > LEAP_MAX { LEAP_MAX / longest } else { 1.0 };
        let mut obstacle = None;
        for _ in 0..HALVINGS_MAX {
            let moved: Vec<f64> =
                search.prices.iter().zip(direction).map(|(price, part)| price * exp(share * part)).collect();
            let next = self.normalised(&moved);
            if !diverged(&next) {
                match search.look(&next) {
                    Ok(excess) if squares(&excess, supply) <= (1.0 - 2.0 * SUFFICIENT * share) * before => {
                        search.stand(&next, excess);
                        return Ok(());
                    }
                    Ok(_) => {}
                    Err(error) => obstacle = Some(error),
                }
            }
            share *= 0.5;
        }
        Err(obstacle.map_or(
            Ending::Stalled("no step in Newton's direction lowers the sum of squared excess demands"),
            Ending::Undefined,
        ))
    }
}

impl Solver for Newton {
    fn solve(&self, market: &dyn ExcessDemand, start: &[f64]) -> Outcome {
        let mut search = match Search::new(market, start) {
            Ok(search) => search,
            Err(outcome) => return outcome,
        };
        if self.normalisation == Normalisation::Numeraire && self.numeraire >= start.len() {
            return search.end(Ending::Stalled("the numeraire is none of the goods"));
        }
        // The same excess demand, at prices of the level that is kept from here on.
        let (prices, excess) = (self.normalised(start), search.excess.clone());
        search.stand(&prices, excess);
        loop {
            if search.residual <= self.tolerance {
                return search.end(Ending::Converged);
            }
            if search.steps == self.steps_max {
                return search.end(Ending::OutOfBudget);
            }
            search.steps += 1;
            let prices = search.prices.clone();
            let slopes = match search.slopes(&prices, self.derivatives) {
                Ok(slopes) => slopes,
                Err(error) => return search.end(Ending::Undefined(error)),
            };
            let Some(direction) = self.direction(&prices, &search.excess, market.supply(), &slopes) else {
                return search.end(Ending::Stalled("the matrix of slopes is singular"));
            };
            if let Err(ending) = self.advance(&mut search, &direction) {
                return search.end(ending);
            }
        }
    }
}
