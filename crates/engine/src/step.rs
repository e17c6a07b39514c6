//! One step: the order of events that all economies share.

use walras_ledger::Broken;

use crate::monitor::Columns;
use crate::quantity::take as look;
use crate::stage::allocate::{Allocation, allocate};
use crate::stage::clear::{Fills, clear};
use crate::stage::consume::{Consumed, consume, decay};
use crate::stage::contract::{Contracted, contracts};
use crate::stage::credit::credit;
use crate::stage::decide::decide;
use crate::stage::fund::fund;
use crate::stage::govern::govern;
use crate::stage::incentive::{Incentives, incentives};
use crate::stage::learn::learn;
use crate::stage::make::make;
use crate::stage::monitor::monitors;
use crate::stage::observe::{Observations, observe, remember};
use crate::stage::produce::{make_goods, produce};
use crate::stage::promote::promote;
use crate::stage::record::{StepRecord, record};
use crate::stage::reward::reward;
use crate::stage::send::{reprice_routers, send};
use crate::stage::settle::{Delivery, Settled, settle, settle_flows, settle_sent};
use crate::stage::shock::shock;
use crate::stage::stake::stake;
use crate::stage::turn::Turns;
use crate::stage::vote::vote;
use crate::stage::work::work;
use crate::stage::{Actions, Events};
use crate::world::World;

/// Room that steps work in, kept from one to the next so that a steady step allocates little.
#[derive(Default)]
pub struct Scratch {
    turns: Turns,
    observations: Observations,
    actions: Actions,
    fills: Fills,
    settled: Settled,
    allocation: Allocation,
    consumed: Consumed,
    incentives: Incentives,
    columns: Columns,
    contracted: Contracted,
    events: Events,
    record: StepRecord,
}

/// Takes `world` one step further and says what happened. Afterwards all of the world can be read.
///
/// # Errors
/// When an invariant breaks; the world is then not to be used again.
pub fn step<'a>(world: &mut World, scratch: &'a mut Scratch) -> Result<Happened<'a>, Broken> {
    take(world, scratch, Delivery::AtOnce)
}

/// As [`step`], for callers that take many steps: trades may be carried to the agents' accounts until the next step
/// visits them. The ledger refuses to show such accounts before [`Ledger::deliver`]; everything else can be read.
///
/// [`Ledger::deliver`]: walras_ledger::Ledger::deliver
///
/// # Errors
/// As [`step`]. An agent below zero may be found a step later.
pub fn advance<'a>(world: &mut World, scratch: &'a mut Scratch) -> Result<Happened<'a>, Broken> {
    take(world, scratch, Delivery::Carried)
}

fn take<'a>(world: &mut World, scratch: &'a mut Scratch, delivery: Delivery) -> Result<Happened<'a>, Broken> {
    let Scratch { turns, observations, actions, fills, settled, allocation, .. } = scratch;
    let Scratch { consumed, incentives: room, columns, events, record: table, contracted, .. } = scratch;
    events.clear();
    shock(world, events)?;
    turns.draw(world);
    fills.begin(world);
    settled.begin(world.venues.len());
    let makers = world.venues.iter().any(|venue| venue.maker_curve().is_some());
    for turn in (0..turns.count()).map(|i| turns.turn(i)) {
        if makers {
            make(world, &turn, fills);
            settle_sent(&mut world.ledger, &world.venues, fills, settled)?;
        }
        observe(world, observations);
        if turn.first {
            remember(world, observations);
        }
        decide(world, &turn, observations, actions)?;
        clear(world, &turn, actions, fills);
        let World { ledger, venues, cohorts, .. } = world;
        settle(delivery, ledger, venues, cohorts, (&turn, fills), settled)?;
        if world.venues.iter().any(|venue| venue.router().is_some()) {
            send(world, &turn, actions, fills);
            settle_sent(&mut world.ledger, &world.venues, fills, settled)?;
        }
    }
    allocate(world, allocation, events)?;
    consume(world, consumed)?;
    make_goods(world)?;
    work(world, consumed, events)?;
    let World { ledger, cohorts, .. } = world;
    let flows = produce(cohorts);
    settle_flows(ledger, cohorts, &flows, events)?;
    decay(world, consumed)?;
    look(world, settled, allocation);
    reward(world, events)?;
    incentives(world, fills, room, events)?;
    stake(world, events)?;
    credit(world);
    contracts(world, fills, contracted, events)?;
    promote(world)?;
    fund(world, events)?;
    monitors(world, fills, columns, events)?;
    vote(world, settled, events)?;
    govern(world, settled, events)?;
    reprice_routers(world);
    learn(world, settled, observations);
    world.ledger.check().map_err(|Broken(what)| Broken(format!("after step {}: {what}", world.step)))?;
    record(world, actions, fills, settled, events, table);
    table.resources(world, allocation, consumed);
    world.step += 1;
    Ok(Happened { record: table, fills, allocation, contracted, events })
}

/// What one step came to, for whoever writes it down.
pub struct Happened<'a> {
    /// The figures of each market.
    pub record: &'a StepRecord,
    /// What was traded, trade by trade; read with [`Fills::each`].
    pub fills: &'a Fills,
    /// What was asked of each resource and granted, row by row.
    pub allocation: &'a Allocation,
    /// What contracts came to.
    pub contracted: &'a Contracted,
    /// What else happened.
    pub events: &'a Events,
}
