//! What drives a declared parameter between steps: schedules and feedback controllers.
//!
//! A controller looks at the end of a step and sets the parameter of the next, so that nothing changes inside a step.
//! It never changes itself: what it remembers are numbers that the engine keeps, hashes and saves.

mod bang_bang;
mod base_fee;
mod feedback;
mod formula;
mod model_predictive;
mod proportional_integral;
mod proportional_integral_derivative;
mod schedule;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod plant;
#[cfg(test)]
mod rai;

use std::fmt::Debug;

use walras_catalog::entries;

pub use bang_bang::BangBang;
pub use base_fee::BaseFee;
pub use formula::Formula;
pub use model_predictive::{Luck, ModelPredictive};
pub use proportional_integral::{Action, Output, ProportionalIntegral};
pub use proportional_integral_derivative::{AntiWindup, ProportionalIntegralDerivative};
pub use schedule::{Interpolation, Schedule};

/// What sets a parameter from step to step.
pub trait Controller: Debug + Send + Sync {
    /// How many numbers it remembers; each starts at zero.
    fn memory(&self) -> usize {
        0
    }

    /// Whether it looks at a measure, which must then be named.
    fn needs_measure(&self) -> bool {
        false
    }

    /// Where it chooses by what would follow: then the engine tries candidates on copies of the world, and
    /// [`Controller::next`] says nothing.
    fn looks_ahead(&self) -> Option<&ModelPredictive> {
        None
    }

    /// The parameter's value for the next step, or `None` to leave it as it is. `memory` holds
    /// [`Controller::memory`] numbers.
    ///
    /// The engine calls this once at the end of every step, and refuses a value outside the parameter's bounds.
    fn next(&self, input: &Input, memory: &mut [f64]) -> Option<f64>;
}

entries! {
    /// What drives a parameter.
    pub enum AnyController: dyn Controller = "controller" {
        Schedule(Schedule),
        ProportionalIntegral(ProportionalIntegral),
        ProportionalIntegralDerivative(ProportionalIntegralDerivative),
        BangBang(BangBang),
        BaseFee(BaseFee),
        Formula(Formula),
        ModelPredictive(ModelPredictive),
    }
}

/// What a controller sees at the end of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Input {
    /// The step that ends.
    pub step: u32,
    /// The parameter's value in this step.
    pub current: f64,
    /// The parameter's value in the scenario.
    pub initial: f64,
    /// The measure at the end of this step; `NaN` while it is undefined, and for controllers that need none.
    pub measure: f64,
}
