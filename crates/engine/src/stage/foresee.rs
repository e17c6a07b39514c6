//! A look ahead: a copy of the economy that goes on by itself, so that an institution can see what a change would do.
//!
//! Draws are keyed by seed, purpose, entity and step. So two copies that go on from one moment see the same luck, and
//! differ by nothing but the change.

use walras_ledger::Broken;

use super::learn::learn;
use super::observe::Observations;
use super::send::reprice_routers;
use super::settle::Settled;
use crate::step::{Scratch, advance};
use crate::world::World;

/// A copy of `world`, whose step is about to end and of which `settled` was posted, at the beginning of the next step.
///
/// In the copy nobody looks ahead again.
///
/// # Errors
/// When an invariant breaks.
pub fn fork(world: &World, settled: &Settled) -> Result<World, Broken> {
    let mut fork = world.clone();
    fork.is_foreseen = true;
    fork.ledger.deliver()?;
    reprice_routers(&mut fork);
    learn(&mut fork, settled, &mut Observations::default());
    fork.step += 1;
    Ok(fork)
}

/// Lets a copy go on for `steps` steps. Afterwards all of it can be read.
///
/// # Errors
/// When an invariant breaks.
pub fn go_on(fork: &mut World, steps: u32) -> Result<(), Broken> {
    let mut scratch = Scratch::default();
    for _ in 0..steps {
        advance(fork, &mut scratch)?;
    }
    fork.ledger.deliver()
}
