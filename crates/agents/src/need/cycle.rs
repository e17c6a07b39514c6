//! Needs that come and go with the time of day.

use std::f64::consts::TAU;

use walras_catalog::{Bounds, entry};
use walras_numerics::Column;
use walras_numerics::elementary::sin;

use super::{BuildNeed, Need};
use crate::policy::Memory;
use crate::population::{PerAgent, Setup};
use crate::request::ResourceView;

entry! {
    /// Needs rise and fall in a wave, as with the time of day or of the year.
    pub struct Cycle = "cycle" {
        formula: "n(t) = 1 + amplitude·sin(2π·(t/period + phase))",
        source: "elementary",
        /// How far needs rise above their mean, and fall below it, as a share of it.
        amplitude: PerAgent, within 0.0..=1.0;
        /// Steps of a whole wave.
        period: PerAgent, within Bounds::above_to(0.0, 1e9), unit "steps";
        /// The share of a wave by which an agent is ahead.
        phase: PerAgent = PerAgent::constant(0.0), within -1.0..=1.0;
    }
}

struct Wave {
    amplitude: Column,
    period: Column,
    phase: Column,
}

impl BuildNeed for Cycle {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Need>, String> {
        Ok(Box::new(Wave {
            amplitude: setup.parameter("amplitude", &self.amplitude)?,
            period: setup.parameter("period", &self.period)?,
            phase: setup.parameter("phase", &self.phase)?,
        }))
    }
}

impl Need for Wave {
    fn factors(&self, view: &ResourceView<'_>, _: &mut Memory<'_, '_>, factors: &mut [f64]) {
        let step = f64::from(view.step);
        for (factor, row) in factors.iter_mut().zip(view.rows.clone()) {
            // Whole waves are taken off first, so that the wave of a late step is as good as that of an early one.
            let turns = step / self.period.get(row) + self.phase.get(row);
            let wave = sin(TAU * (turns - turns.floor()));
            *factor = (1.0 + self.amplitude.get(row) * wave).max(0.0);
        }
    }
}
