//! Walras's tâtonnement, step by step.

use walras_catalog::{Bounds, choice, entry};

use super::super::excess_demand::ExcessDemand;
use super::recurrence::Recurrence;
use super::{Ending, Outcome, Search, Solver, diverged};

choice! {
    /// How a price answers excess demand.
    pub enum Adjustment {
        /// By a factor: p ← p·(1 + λ·z/s). A price stays positive while λ is below one.
        Multiplicative = "multiplicative",
        /// By an amount: p ← p + λ·z. Explicit Euler steps of dp/dt = z.
        Additive = "additive",
    }
}

entry! {
    /// An auctioneer calls prices, hears excess demands, and raises the price of what is wanted more than there is.
    ///
    /// It converges for gross substitutes if steps are short enough, overshoots if they are not, and may circle or run
    /// away in any other economy. An adaptive step is halved whenever the greatest relative rate at which a price
    /// rises would not fall, and grows back by a fifth at every step that succeeds, never above λ. With gross
    /// substitutes that rate falls all the way to zero, which by Walras's law is an equilibrium (Arrow, Block and
    /// Hurwicz 1959); where no step lowers it, the search says that it has stalled. With the step fixed it is the
    /// plain iteration.
    pub struct Tatonnement = "tatonnement" {
        formula: "p ← p·(1 + λ·z/s), or p ← p + λ·z",
        source: "L. Walras, \"Éléments d'économie politique pure\", 1874; K. J. Arrow, H. D. Block, L. Hurwicz, \"On the stability of the competitive equilibrium II\", Econometrica 27, 1959",
        /// How a price answers excess demand.
        adjustment: Adjustment = Adjustment::Multiplicative;
        /// λ: how strongly.
        step: f64 = 0.5, within Bounds::above_to(0.0, 1e9);
        /// Whether the step adapts.
        adaptive: bool = true;
        /// The greatest excess demand left, as a share of supply.
        tolerance: f64 = 1e-10, within 1e-15..=1.0;
        /// The most steps.
        steps_max: u64 = 100_000, within 1.0..=1e12, unit "steps";
    }
}

/// The least share of λ that an adaptive step may shrink to.
const SHRINK_MAX: f64 = 1e-9;

impl Tatonnement {
    /// The relative rate at which each price would change, for a λ of one.
    fn rate(&self, price: f64, excess: f64, supply: f64) -> f64 {
        match self.adjustment {
            Adjustment::Multiplicative => excess / supply,
            Adjustment::Additive => excess / price,
        }
    }

    fn greatest_rate(&self, market: &dyn ExcessDemand, prices: &[f64], excess: &[f64]) -> f64 {
        let goods = prices.iter().zip(excess).zip(market.supply());
        goods.map(|((&price, &excess), &supply)| self.rate(price, excess, supply)).fold(0.0, f64::max)
    }

    fn next(&self, search: &Search<'_>, step: f64) -> Vec<f64> {
        let goods = search.prices.iter().zip(&search.excess).zip(search.market.supply());
        let next = |((&price, &excess), &supply): ((&f64, &f64), &f64)| match self.adjustment {
            Adjustment::Multiplicative => price * (1.0 + step * excess / supply),
            Adjustment::Additive => price + step * excess,
        };
        goods.map(next).collect()
    }

    /// Takes one step of fixed length.
    fn advance(&self, search: &mut Search<'_>) -> Result<(), Ending> {
        let next = self.next(search, self.step);
        if diverged(&next) {
            search.prices = next;
            return Err(Ending::Diverged);
        }
        search.move_to(&next).map_err(Ending::Undefined)
    }

    /// Takes the longest step, from `step` downwards by halves, that lowers the greatest rate.
    fn advance_adaptively(&self, search: &mut Search<'_>, step: &mut f64) -> Result<(), Ending> {
        let before = self.greatest_rate(search.market, &search.prices, &search.excess);
        while *step >= SHRINK_MAX * self.step {
            let next = self.next(search, *step);
            if !diverged(&next) {
                let excess = search.look(&next).map_err(Ending::Undefined)?;
                if self.greatest_rate(search.market, &next, &excess) < before {
                    search.stand(&next, excess);
                    *step = (1.2 * *step).min(self.step);
                    return Ok(());
                }
            }
            *step *= 0.5;
        }
        Err(Ending::Stalled("no step in the direction of excess demand slows the fastest rise of a price"))
    }
}

impl Solver for Tatonnement {
    fn solve(&self, market: &dyn ExcessDemand, start: &[f64]) -> Outcome {
        let mut search = match Search::new(market, start) {
            Ok(search) => search,
            Err(outcome) => return outcome,
        };
        let mut recurrence = Recurrence::new(false, start, search.residual);
        let mut step = self.step;
        loop {
            if search.residual <= self.tolerance {
                return search.end(Ending::Converged);
            }
            if search.steps == self.steps_max {
                return search.end(Ending::OutOfBudget);
            }
            let advanced =
                if self.adaptive { self.advance_adaptively(&mut search, &mut step) } else { self.advance(&mut search) };
            search.steps += 1;
            if let Err(ending) = advanced {
                return search.end(ending);
            }
            if let Some(period) = recurrence.observe(&search.prices, search.residual) {
                return search.end(Ending::Cycling { period });
            }
        }
    }
}
