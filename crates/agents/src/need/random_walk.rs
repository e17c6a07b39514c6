//! Needs that wander.

use walras_catalog::{Bounds, entry};
use walras_numerics::elementary::{exp, ln};
use walras_numerics::{CHUNK, Column};

use super::{BuildNeed, FACTOR_MAX, Need};
use crate::policy::Memory;
use crate::policy::gaussian::normal;
use crate::population::{PerAgent, Setup};
use crate::request::ResourceView;

entry! {
    /// The logarithm of a need wanders at random, drawn back to 0 by `reversion`; without it needs are a geometric random
    /// walk without drift.
    ///
    /// With it the logarithm settles into a normal law of standard deviation deviation/√(1 − (1 − reversion)²).
    pub struct RandomWalk = "random_walk" {
        formula: "ln n(t + 1) = (1 − reversion)·ln n(t) + deviation·z",
        source: "G. Uhlenbeck and L. Ornstein, \"On the theory of the Brownian motion\", Physical Review 36, 1930",
        /// The standard deviation of a step of the logarithm.
        deviation: PerAgent, within 0.0..=10.0;
        /// The share of its distance from 0 that the logarithm loses in a step.
        reversion: PerAgent = PerAgent::constant(0.0), within 0.0..=1.0;
        /// The largest factor; its inverse is the smallest.
        most: f64 = 1e6, within Bounds::above_to(1.0, FACTOR_MAX);
    }
}

struct Walk {
    deviation: Column,
    reversion: Column,
    /// The logarithm of the largest factor.
    most: f64,
}

impl BuildNeed for RandomWalk {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Need>, String> {
        Ok(Box::new(Walk {
            deviation: setup.parameter("deviation", &self.deviation)?,
            reversion: setup.parameter("reversion", &self.reversion)?,
            most: ln(self.most),
        }))
    }
}

impl Need for Walk {
    fn memory(&self) -> Vec<f64> {
        vec![0.0]
    }

    fn factors(&self, view: &ResourceView<'_>, memory: &mut Memory<'_, '_>, factors: &mut [f64]) {
        let mut words = [0; CHUNK];
        view.fill(0, &mut words);
        let (deviation, reversion) = (self.deviation.chunk(view.rows.clone()), self.reversion.chunk(view.rows.clone()));
        let logarithms = memory.column(0);
        for (i, (factor, logarithm)) in factors.iter_mut().zip(logarithms).enumerate() {
            // The first step has the needs as they were given.
            if view.step > 0 {
                let next = (1.0 - reversion[i]) * *logarithm + deviation[i] * normal(words[i]);
                *logarithm = next.clamp(-self.most, self.most);
            }
            *factor = exp(*logarithm);
        }
    }
}
