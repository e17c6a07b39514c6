//! How often agents act on what they would like to do: a part of what several policies say.

use walras_numerics::draw::unit;
use walras_numerics::{CHUNK, Column};

use crate::observation::View;
use crate::population::{PerAgent, Setup};

/// The probability with which each agent acts in a step, at each market by a draw of its own.
#[derive(Debug, Clone)]
pub struct Activity(Column);

impl Activity {
    /// Draws the probabilities of a cohort.
    ///
    /// # Errors
    /// When one cannot be drawn.
    pub fn new(activity: &PerAgent, setup: &mut Setup<'_>) -> Result<Self, String> {
        setup.parameter("activity", activity).map(Self)
    }

    /// Takes back the orders of the agents that do not act; `index` is the draw's.
    pub fn thin(&self, view: &View<'_>, index: u16, side: &mut [i8]) {
        if self.0.shared() == Some(1.0) {
            return;
        }
        let mut words = [0; CHUNK];
        view.fill(index, &mut words);
        for ((side, &word), &activity) in side.iter_mut().zip(&words).zip(self.0.chunk(view.rows.clone())) {
            *side *= i8::from(unit(word) < activity);
        }
    }
}
