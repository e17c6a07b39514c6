//! How a posted price answers to excess demand: ΔP = g(D − O, S).
//!
//! Every rule leaves the price when nothing is left over, moves it with the sign of excess demand unless it says that
//! it remembers, and keeps it within its floor and ceiling. `tests/clearing_adjustment.rs` holds every entry to this. A
//! user's [`Formula`] keeps the last of these whatever it says, the others when it is written so.

mod eip1559;
mod exponential;
mod formula;
mod linear;
mod proportional;
mod proportional_integral;
mod tanh;

use std::fmt::Debug;

use walras_catalog::{choice, entries};

pub use eip1559::{Eip1559, next_base_fee};
pub use exponential::Exponential;
pub use formula::{Formula, NextPrice};
pub use linear::Linear;
pub use proportional::Proportional;
pub use proportional_integral::ProportionalIntegral;
pub use tanh::Tanh;

/// What a rule sees at the end of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// P: the price of this step, numeraire per token.
    pub price: f64,
    /// D: what was demanded at it, in tokens, not negative.
    pub demand: f64,
    /// O: what was offered at it, in tokens, not negative.
    pub supply: f64,
    /// S: tokens that are out.
    pub outstanding: f64,
}

choice! {
    /// What excess demand is measured against.
    pub enum Scale {
        /// What was offered, O.
        Supply = "supply",
        /// What was demanded and offered together, D + O; the measure then lies between −1 and 1.
        Turnover = "turnover",
        /// The tokens that are out, S.
        Outstanding = "outstanding",
    }
}

impl Scale {
    /// z: excess demand as a share. Nothing left over is 0, and so is anything measured against nothing.
    #[must_use]
    pub fn share(self, seen: &Seen) -> f64 {
        let base = match self {
            Self::Supply => seen.supply,
            Self::Turnover => seen.demand + seen.supply,
            Self::Outstanding => seen.outstanding,
        };
        let excess = seen.demand - seen.supply;
        if excess == 0.0 || base <= 0.0 { 0.0 } else { excess / base }
    }
}

/// A rule of adjustment.
pub trait Adjustment: Debug + Send + Sync {
    /// The price of the next step. `memory` holds [`Adjustment::memory`] numbers, all zero at first.
    fn next(&self, seen: &Seen, memory: &mut [f64]) -> f64;

    /// How many numbers it remembers.
    fn memory(&self) -> usize {
        0
    }

    /// The demand at which the price rests when so much is offered.
    fn target(&self, supply: f64) -> f64 {
        supply
    }

    /// The lowest and the highest price it ever sets.
    fn bounds(&self) -> (f64, f64);
}

entries! {
    /// Any rule of adjustment.
    pub enum AnyAdjustment: dyn Adjustment = "adjustment" {
        Linear(Linear),
        Proportional(Proportional),
        Exponential(Exponential),
        Tanh(Tanh),
        Eip1559(Eip1559),
        ProportionalIntegral(ProportionalIntegral),
        Formula(Formula),
    }
}

/// A function for the next price, kept between a floor and a ceiling. Where it is not a number the price stays.
pub struct Function<F> {
    /// The next price from what was seen.
    pub next: F,
    /// The lowest price.
    pub floor: f64,
    /// The highest price.
    pub ceiling: f64,
}

impl<F> Debug for Function<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Function").field("floor", &self.floor).field("ceiling", &self.ceiling).finish_non_exhaustive()
    }
}

impl<F: Fn(&Seen) -> f64 + Send + Sync> Adjustment for Function<F> {
    fn next(&self, seen: &Seen, _: &mut [f64]) -> f64 {
        bounded((self.next)(seen), seen.price, self.bounds())
    }

    fn bounds(&self) -> (f64, f64) {
        (self.floor, self.ceiling)
    }
}

/// `price` within bounds, or the `last` one, within bounds, where it is not a number.
fn bounded(price: f64, last: f64, (floor, ceiling): (f64, f64)) -> f64 {
    if price.is_nan() { last.clamp(floor, ceiling) } else { price.clamp(floor, ceiling) }
}

/// Floors at most ceilings.
fn ordered(floor: f64, ceiling: f64) -> Result<(), (&'static str, String)> {
    if floor <= ceiling {
        Ok(())
    } else {
        Err(("ceiling", format!("the ceiling {ceiling} is below the floor {floor}")))
    }
}
