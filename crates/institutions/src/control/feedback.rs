//! What feedback controllers have in common: parts of an output, and how they become a parameter within bounds.

use super::Output;

/// A feedback law at one step: gains, and the parameter's range in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Law {
    /// K_P, K_I and K_D.
    pub(super) gains: [f64; 3],
    /// How the output changes the parameter.
    pub(super) output: Output,
    /// Φ₀.
    pub(super) initial: f64,
    /// The least value that may be set.
    pub(super) low: f64,
    /// The greatest value that may be set.
    pub(super) high: f64,
}

impl Law {
    /// The parameter before it is held within its bounds.
    pub(super) fn parameter(&self, error: f64, integral: f64, slope: f64) -> f64 {
        let [proportional, by_integral, derivative] = self.gains;
        let mut output = proportional * error + by_integral * integral;
        if derivative != 0.0 {
            output += derivative * slope;
        }
        match self.output {
            Output::Additive => self.initial + output,
            Output::Multiplicative => self.initial * (1.0 + output),
        }
    }

    /// The new integral: of what was `added`, only what brings the parameter to a bound and not beyond it.
    pub(super) fn held(&self, error: f64, slope: f64, kept: f64, added: f64) -> f64 {
        let without = self.parameter(error, kept, slope);
        let with = self.parameter(error, kept + added, slope);
        let room = if with > self.high && with > without {
            (self.high - without).max(0.0) / (with - without)
        } else if with < self.low && with < without {
            (self.low - without).min(0.0) / (with - without)
        } else {
            1.0
        };
        let integral = kept + added * room;
        if integral.is_finite() { integral } else { kept }
    }

    /// By how much the integral would have to differ for the parameter to be `set` instead of `wanted`; 0 without an integral
    /// gain.
    pub(super) fn excess(&self, wanted: f64, set: f64) -> f64 {
        let output = match self.output {
            Output::Additive => wanted - set,
            Output::Multiplicative => (wanted - set) / self.initial,
        };
        let excess = output / self.gains[1];
        if excess.is_finite() { excess } else { 0.0 }
    }
}
