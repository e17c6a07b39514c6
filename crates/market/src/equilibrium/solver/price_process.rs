//! Tâtonnement in continuous time.

use walras_catalog::{Bounds, choice, entry};
use walras_numerics::sum;

use super::super::excess_demand::{ExcessDemand, Undefined};
use super::recurrence::Recurrence;
use super::{Ending, Outcome, Search, Solver, diverged};

choice! {
    /// How a differential equation is stepped.
    pub enum Method {
        /// Explicit Euler steps: of first order, and always a little outwards.
        Euler = "euler",
        /// The classical Runge–Kutta steps of fourth order.
        RungeKutta = "runge_kutta",
    }
}

entry! {
    /// Prices move in continuous time, each as fast as its good is in excess demand.
    ///
    /// |p|² is conserved, by Walras's law; explicit Euler steps lengthen it by h²·|z|² each, Runge–Kutta steps keep it
    /// to the order of h⁵. With gross substitutes prices come to rest; in Scarf's economy they circle for ever.
    pub struct PriceProcess = "price_process" {
        formula: "dp/dt = z(p)",
        source: "P. A. Samuelson, \"The stability of equilibrium\", Econometrica 9, 1941; W. Kutta, 1901",
        /// How it is stepped.
        method: Method = Method::RungeKutta;
        /// h: the time of one step.
        step: f64 = 0.01, within Bounds::above_to(0.0, 1e9), unit "time";
        /// The greatest excess demand left, as a share of supply.
        tolerance: f64 = 1e-10, within 1e-15..=1.0;
        /// The most steps.
        steps_max: u64 = 1_000_000, within 1.0..=1e12, unit "steps";
    }
}

/// |p|²: conserved by dp/dt = z in any economy.
#[must_use]
pub fn norm_squared(prices: &[f64]) -> f64 {
    sum::sum_by(prices.len(), |good| prices[good] * prices[good])
}

/// The product of all prices: conserved by dp/dt = z in Scarf's economy.
#[must_use]
pub fn product(prices: &[f64]) -> f64 {
    prices.iter().product()
}

impl PriceProcess {
    /// The prices one step after `prices`, at which z is `excess`.
    ///
    /// # Errors
    /// When z is not defined at a point that the step looks at.
    pub fn next(&self, market: &dyn ExcessDemand, prices: &[f64], excess: &[f64]) -> Result<Vec<f64>, Undefined> {
        let h = self.step;
        let along =
            |share: f64, z: &[f64]| -> Vec<f64> { prices.iter().zip(z).map(|(p, z)| p + share * h * z).collect() };
        if self.method == Method::Euler {
            return Ok(along(1.0, excess));
        }
        let at = |prices: &[f64]| {
            let mut z = vec![0.0; prices.len()];
            market.excess_demand(prices, &mut z).map(|()| z)
        };
        let second = at(&along(0.5, excess))?;
        let third = at(&along(0.5, &second))?;
        let fourth = at(&along(1.0, &third))?;
        let mean = |good: usize| (excess[good] + 2.0 * (second[good] + third[good]) + fourth[good]) / 6.0;
        Ok(prices.iter().enumerate().map(|(good, price)| price + h * mean(good)).collect())
    }

    /// The evaluations of one step: one where it arrives, and those on its way.
    const fn evaluations(&self) -> u64 {
        match self.method {
            Method::Euler => 0,
            Method::RungeKutta => 3,
        }
    }
}

impl Solver for PriceProcess {
    fn solve(&self, market: &dyn ExcessDemand, start: &[f64]) -> Outcome {
        let mut search = match Search::new(market, start) {
            Ok(search) => search,
            Err(outcome) => return outcome,
        };
        let mut recurrence = Recurrence::new(true, start, search.residual);
        loop {
            if search.residual <= self.tolerance {
                return search.end(Ending::Converged);
            }
            if search.steps == self.steps_max {
                return search.end(Ending::OutOfBudget);
            }
            search.steps += 1;
            search.evaluations += self.evaluations();
            let next = match self.next(market, &search.prices, &search.excess) {
                Ok(next) => next,
                // A price driven below zero within the step.
                Err(Undefined::Price { .. }) => return search.end(Ending::Diverged),
                Err(error) => return search.end(Ending::Undefined(error)),
            };
            if diverged(&next) {
                search.prices = next;
                return search.end(Ending::Diverged);
            }
            if let Err(error) = search.move_to(&next) {
                return search.end(Ending::Undefined(error));
            }
            if let Some(period) = recurrence.observe(&search.prices, search.residual) {
                return search.end(Ending::Cycling { period });
            }
        }
    }
}
