//! Drawdowns in one pass.

use walras_numerics::{StateError, StateVisitor};

use crate::defined::is_non_negative;
use crate::drawdown::{MaximumDrawdown, TimeUnderWater, drawdown};

/// The drawdowns of all values so far.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningDrawdown {
    count: u64,
    peak: f64,
    peak_at: u64,
    depth: f64,
    deepest: f64,
    deepest_peak_at: u64,
    deepest_trough_at: u64,
    /// The sum of squared drawdowns.
    squares: f64,
    under_water: u64,
    stretch: u64,
    longest_stretch: u64,
    /// False once a value was not finite or negative.
    is_defined: bool,
}

impl Default for RunningDrawdown {
    fn default() -> Self {
        Self {
            count: 0,
            peak: 0.0,
            peak_at: 0,
            depth: 0.0,
            deepest: 0.0,
            deepest_peak_at: 0,
            deepest_trough_at: 0,
            squares: 0.0,
            under_water: 0,
            stretch: 0,
            longest_stretch: 0,
            is_defined: true,
        }
    }
}

impl RunningDrawdown {
    /// Takes the next price or wealth.
    pub fn push(&mut self, value: f64) {
        let at = self.count;
        self.count += 1;
        self.is_defined &= is_non_negative(value);
        if !self.is_defined {
            return;
        }
        if value > self.peak {
            (self.peak, self.peak_at) = (value, at);
        }
        self.depth = drawdown(self.peak, value);
        self.squares += self.depth * self.depth;
        if self.depth > self.deepest {
            (self.deepest, self.deepest_peak_at, self.deepest_trough_at) = (self.depth, self.peak_at, at);
        }
        self.stretch = if value < self.peak { self.stretch + 1 } else { 0 };
        self.under_water += u64::from(value < self.peak);
        self.longest_stretch = self.longest_stretch.max(self.stretch);
    }

    /// The drawdown at the last value, from 0 to 1; the last of [`crate::drawdown::drawdown_series`].
    #[must_use]
    pub fn current(&self) -> Option<f64> {
        self.if_defined(self.depth)
    }

    /// As [`crate::drawdown::maximum_drawdown`], to the bit.
    #[must_use]
    pub fn maximum(&self) -> Option<MaximumDrawdown> {
        self.if_defined(MaximumDrawdown {
            depth: self.deepest,
            peak: self.deepest_peak_at as usize,
            trough: self.deepest_trough_at as usize,
        })
    }

    /// As [`crate::drawdown::ulcer_index`], in per cent.
    #[must_use]
    pub fn ulcer_index(&self) -> Option<f64> {
        self.if_defined(100.0 * (self.squares / self.count as f64).sqrt())
    }

    /// As [`crate::drawdown::time_under_water`].
    #[must_use]
    pub fn time_under_water(&self) -> Option<TimeUnderWater> {
        let time = TimeUnderWater { total: self.under_water as usize, longest: self.longest_stretch as usize };
        self.if_defined(time)
    }

    fn if_defined<T>(&self, result: T) -> Option<T> {
        if self.is_defined && self.count > 0 { Some(result) } else { None }
    }

    /// Visits every number held, each named under `prefix`.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        v.u64(&format!("{prefix}.count"), &mut self.count)?;
        v.f64(&format!("{prefix}.peak"), &mut self.peak)?;
        v.u64(&format!("{prefix}.peak_at"), &mut self.peak_at)?;
        v.f64(&format!("{prefix}.depth"), &mut self.depth)?;
        v.f64(&format!("{prefix}.deepest"), &mut self.deepest)?;
        v.u64(&format!("{prefix}.deepest_peak_at"), &mut self.deepest_peak_at)?;
        v.u64(&format!("{prefix}.deepest_trough_at"), &mut self.deepest_trough_at)?;
        v.f64(&format!("{prefix}.squares"), &mut self.squares)?;
        v.u64(&format!("{prefix}.under_water"), &mut self.under_water)?;
        v.u64(&format!("{prefix}.stretch"), &mut self.stretch)?;
        v.u64(&format!("{prefix}.longest_stretch"), &mut self.longest_stretch)?;
        v.bool(&format!("{prefix}.is_defined"), &mut self.is_defined)
    }
}
