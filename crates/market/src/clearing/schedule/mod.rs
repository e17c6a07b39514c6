//! Schedules: how much is demanded or supplied at each price.
//!
//! The same entries serve both sides; a demand falls with the price, a supply rises. A slice of schedules is the
//! schedule of all of them together, summed in one order ([`walras_numerics::sum`]), so the columns of a million agents
//! are a schedule, too. A closure is one through [`Function`].

mod constant;
mod formula;
mod isoelastic;
mod linear;
mod logistic;
mod stepwise;

use std::fmt::Debug;

use walras_catalog::entries;
use walras_numerics::sum::sum_by;

pub use constant::Constant;
pub use formula::{Formula, MustGo, QuantityAt};
pub use isoelastic::Isoelastic;
pub use linear::Linear;
pub use logistic::Logistic;
pub use stepwise::{Steps, Stepwise};

/// How a quantity answers to the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// It never changes.
    Flat,
    /// It never rises with the price.
    Falling,
    /// It never falls with the price.
    Rising,
    /// Neither, or not known.
    Mixed,
}

impl Direction {
    /// The direction of a sum.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Flat, one) | (one, Self::Flat) => one,
            (one, two) if one == two => one,
            _ => Self::Mixed,
        }
    }
}

/// A quantity as a function of the price. Prices are not negative, in numeraire per token; quantities in tokens.
pub trait Schedule: Send + Sync {
    /// The quantity at `price`.
    fn quantity(&self, price: f64) -> f64;

    /// Whether the quantity falls or rises with the price, as far as is known from the formula.
    fn direction(&self) -> Direction {
        Direction::Mixed
    }

    /// Adds the prices between `low` and `high` at which the quantity jumps.
    fn jumps(&self, _low: f64, _high: f64, _found: &mut Vec<f64>) {}

    /// The area under the schedule, ∫ quantity dp from `low` to `high`: for a demand what buyers gain by the lower price.
    /// Where no closed form is given, Simpson's rule over 512 pieces.
    fn area(&self, low: f64, high: f64) -> f64 {
        let half = (high - low) / 1024.0;
        let weight = |i: usize| match i {
            0 | 1024 => 1.0,
            i if i % 2 == 1 => 4.0,
            _ => 2.0,
        };
        half / 3.0 * sum_by(1025, |i| weight(i) * self.quantity(low + half * i as f64))
    }
}

entries! {
    /// Any schedule.
    pub enum AnySchedule: dyn Schedule = "schedule" {
        Linear(Linear),
        Isoelastic(Isoelastic),
        Constant(Constant),
        Logistic(Logistic),
        Stepwise(Stepwise),
        Formula(Formula),
    }
}

impl Schedule for AnySchedule {
    fn quantity(&self, price: f64) -> f64 {
        (**self).quantity(price)
    }

    fn direction(&self) -> Direction {
        (**self).direction()
    }

    fn jumps(&self, low: f64, high: f64, found: &mut Vec<f64>) {
        (**self).jumps(low, high, found);
    }

    fn area(&self, low: f64, high: f64) -> f64 {
        (**self).area(low, high)
    }
}

impl<S: Schedule> Schedule for [S] {
    fn quantity(&self, price: f64) -> f64 {
        sum_by(self.len(), |i| self[i].quantity(price))
    }

    fn direction(&self) -> Direction {
        self.iter().fold(Direction::Flat, |direction, one| direction.and(one.direction()))
    }

    fn jumps(&self, low: f64, high: f64, found: &mut Vec<f64>) {
        self.iter().for_each(|one| one.jumps(low, high, found));
    }

    fn area(&self, low: f64, high: f64) -> f64 {
        sum_by(self.len(), |i| self[i].area(low, high))
    }
}

impl<S: Schedule + ?Sized> Schedule for &S {
    fn quantity(&self, price: f64) -> f64 {
        (**self).quantity(price)
    }

    fn direction(&self) -> Direction {
        (**self).direction()
    }

    fn jumps(&self, low: f64, high: f64, found: &mut Vec<f64>) {
        (**self).jumps(low, high, found);
    }

    fn area(&self, low: f64, high: f64) -> f64 {
        (**self).area(low, high)
    }
}

/// A function for a quantity at a price, with what is known of it.
pub struct Function<F> {
    /// The quantity at a price.
    pub quantity: F,
    /// Whether it falls or rises; [`Direction::Mixed`] when that is not known.
    pub direction: Direction,
}

impl<F> Debug for Function<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Function").field("direction", &self.direction).finish_non_exhaustive()
    }
}

impl<F: Fn(f64) -> f64 + Send + Sync> Schedule for Function<F> {
    fn quantity(&self, price: f64) -> f64 {
        (self.quantity)(price)
    }

    fn direction(&self) -> Direction {
        self.direction
    }
}

/// What `samples` evenly spaced prices from `low` to `high` show of a schedule's direction. A function may turn between
/// samples; what they show to be [`Direction::Mixed`] is so for certain.
#[must_use]
pub fn sampled_direction(schedule: &dyn Schedule, low: f64, high: f64, samples: u32) -> Direction {
    let price = |i: u32| low + (high - low) * (f64::from(i) / f64::from(samples.max(2) - 1));
    let (mut falls, mut rises) = (false, false);
    let mut last = schedule.quantity(low);
    for i in 1..samples.max(2) {
        let next = schedule.quantity(price(i));
        falls |= next < last;
        rises |= next > last;
        last = next;
    }
    match (falls, rises) {
        (false, false) => Direction::Flat,
        (true, false) => Direction::Falling,
        (false, true) => Direction::Rising,
        (true, true) => Direction::Mixed,
    }
}
