//! govern: controllers set the next step's parameters.

use std::sync::Arc;

use walras_institutions::control::{Input, Luck, ModelPredictive};
use walras_ledger::Broken;

use super::Events;
use super::foresee::{fork, go_on};
use super::look::Look;
use super::settle::Settled;
use crate::world::{Watched, World};

/// Lets every controller look and answer.
///
/// # Errors
/// When a look ahead breaks an invariant.
pub fn govern(world: &mut World, settled: &Settled, events: &mut Events) -> Result<(), Broken> {
    for number in 0..world.controllers.len() {
        let control = &world.controllers[number];
        let current = control.lever.read(world);
        let measure = watched(&control.watched, world, settled).unwrap_or_else(|why| {
            events.push("measure_undefined", &control.name, &why, None);
            f64::NAN
        });
        let input = Input { step: world.step, current, initial: control.initial, measure };
        let next = match control.controller.looks_ahead() {
            Some(plan) => foreseen(world, number, plan, current, settled)?,
            None => {
                let control = &mut world.controllers[number];
                control.controller.next(&input, &mut control.memory)
            }
        };
        if let Some(next) = next.filter(|next| next.to_bits() != current.to_bits()) {
            let control = &world.controllers[number];
            let (lever, institution) = (control.lever.clone(), Arc::clone(&control.institution));
            lever.set(world, next, &institution, events);
        }
    }
    Ok(())
}

/// What controller number `number` chooses by what would follow; nothing in a copy, and where it is not its turn.
fn foreseen(
    world: &World,
    number: usize,
    plan: &ModelPredictive,
    current: f64,
    settled: &Settled,
) -> Result<Option<f64>, Broken> {
    let control = &world.controllers[number];
    let Watched::Cost(cost) = &control.watched else { return Ok(None) };
    if world.is_foreseen || !plan.chooses_at(world.step) {
        return Ok(None);
    }
    let outcome = |value: f64| -> Result<Option<f64>, Broken> {
        let mut copy = fork(world, settled)?;
        if plan.luck == Luck::Other {
            copy.keys = world.keys.elsewhere(world.step);
        }
        let set = value == current || control.lever.set(&mut copy, value, &control.institution, &mut Events::default());
        if !set {
            return Ok(None);
        }
        go_on(&mut copy, plan.horizon)?;
        Ok(copy.quantities.number(cost, &[]).ok())
    };
    let mut broken = None;
    let chosen = plan.choose(current, |value| {
        outcome(value).unwrap_or_else(|what| {
            broken = Some(what);
            None
        })
    });
    broken.map_or(Ok(chosen), Err)
}

/// What a controller watches; `NaN` where it watches nothing or its measure is not defined yet.
fn watched(watched: &Watched, world: &World, settled: &Settled) -> Result<f64, String> {
    match watched {
        Watched::Nothing | Watched::Cost(_) => Ok(f64::NAN),
        Watched::Measure { venue, spec } => {
            let World { ledger, assets, venues, .. } = world;
            Ok(Look { venue: &venues[*venue], ledger, assets, posted: &settled.venues[*venue] }.at(spec))
        }
        Watched::Formula(program) => world.quantities.number(program, &[]),
    }
}
