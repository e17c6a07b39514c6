//! What controllers are tested on.

use super::{Controller, Input};

/// The parameter after each of some measures, from an initial value of 10.
pub(super) fn respond(controller: &dyn Controller, measures: &[f64]) -> Vec<f64> {
    let mut memory = vec![0.0; controller.memory()];
    let mut current = 10.0;
    let next = |(step, &measure): (usize, &f64)| {
        let input = Input { step: step as u32, current, initial: 10.0, measure };
        current = controller.next(&input, &mut memory).unwrap_or(current);
        current
    };
    measures.iter().enumerate().map(next).collect()
}

/// A measure y that keeps a part of itself and answers to the parameter: y ← keeps·y + gain·Φ.
pub(super) struct FirstOrder {
    pub(super) keeps: f64,
    pub(super) gain: f64,
}

impl FirstOrder {
    /// The measure step by step under a controller, from rest at zero, and what the controller remembers in the end.
    pub(super) fn run(&self, controller: &dyn Controller, steps: u32) -> (Vec<f64>, Vec<f64>) {
        let mut memory = vec![0.0; controller.memory()];
        let (mut measure, mut current, mut path) = (0.0, 0.0, vec![]);
        for step in 0..steps {
            path.push(measure);
            let input = Input { step, current, initial: 0.0, measure };
            current = controller.next(&input, &mut memory).unwrap_or(current);
            measure = self.keeps * measure + self.gain * current;
        }
        (path, memory)
    }
}
