//! govern: controllers set the next step's parameters.

use std::sync::Arc;

use walras_institutions::control::Input;

use super::Events;
use super::look::Look;
use super::settle::Settled;
use crate::world::{Watched, World};

/// Lets every controller look and answer.
pub fn govern(world: &mut World, settled: &Settled, events: &mut Events) {
    for number in 0..world.controllers.len() {
        let control = &world.controllers[number];
        let current = control.lever.read(world);
        let measure = watched(&control.watched, world, settled).unwrap_or_else(|why| {
            events.push("measure_undefined", &control.name, &why, None);
            f64::NAN
        });
        let input = Input { step: world.step, current, initial: control.initial, measure };
        let control = &mut world.controllers[number];
        let next = control.controller.next(&input, &mut control.memory);
        if let Some(next) = next.filter(|next| next.to_bits() != current.to_bits()) {
            let (lever, institution) = (control.lever.clone(), Arc::clone(&control.institution));
            lever.set(world, next, &institution, events);
        }
    }
}

/// What a controller watches; `NaN` where it watches nothing or its measure is not defined yet.
fn watched(watched: &Watched, world: &World, settled: &Settled) -> Result<f64, String> {
    match watched {
        Watched::Nothing => Ok(f64::NAN),
        Watched::Measure { venue, spec } => {
            let World { ledger, assets, venues, .. } = world;
            Ok(Look { venue: &venues[*venue], ledger, assets, posted: &settled.venues[*venue] }.at(spec))
        }
        Watched::Formula(program) => world.quantities.number(program, &[]),
    }
}
