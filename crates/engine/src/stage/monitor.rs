//! govern: monitors look, and rules come into force and lapse.

use walras_institutions::rule;
use walras_ledger::Broken;

use super::Events;
use super::clear::Fills;
use crate::entry::Entry;
use crate::monitor::{Alert, Columns, Watcher};
use crate::world::World;

/// Lays the rules in force on the world at the beginning of a step.
pub fn restrain(world: &mut World) {
    if world.watchers.is_empty() {
        return;
    }
    world.cohorts.iter_mut().for_each(|cohort| cohort.restraint.clear());
    // Taken out, so that rules may be laid on all of the world.
    let watchers = std::mem::take(&mut world.watchers);
    watchers.iter().flat_map(|watcher| &watcher.rules).for_each(|rule| rule.restrain(world));
    world.watchers = watchers;
}

/// Lets every monitor that is due look, and its rules follow.
///
/// # Errors
/// When what is carried to agents' accounts breaks an invariant.
pub fn monitors(world: &mut World, fills: &Fills, room: &mut Columns, events: &mut Events) -> Result<(), Broken> {
    if world.watchers.is_empty() {
        return Ok(());
    }
    let step = world.step;
    if world.watchers.iter().any(|watcher| watcher.looks_at(step) && watcher.source.groups().is_some()) {
        world.ledger.deliver()?;
    }
    let mut watchers = std::mem::take(&mut world.watchers);
    for (number, watcher) in watchers.iter_mut().enumerate() {
        room.pointed.clear();
        let before = watcher.is_alert();
        let alert = if watcher.looks_at(step) {
            look(watcher, number, world, fills, room, events)
        } else {
            watcher.wait(world, fills, room);
            None
        };
        if let Some(alert) = alert {
            events.alerts.push(alert);
        }
        let said = match alert {
            Some(Alert { begins: true, .. }) => rule::Alert::New,
            Some(_) => rule::Alert::Lasting,
            None => rule::Alert::No,
        };
        tell(watcher, alert, before, events);
        let Watcher { rules, institution, .. } = watcher;
        rules.iter_mut().for_each(|rule| rule.advance(world, said, &room.pointed, institution, events));
    }
    world.watchers = watchers;
    Ok(())
}

fn look(
    watcher: &mut Watcher,
    number: usize,
    world: &World,
    fills: &Fills,
    room: &mut Columns,
    events: &mut Events,
) -> Option<Alert> {
    let alert = watcher.look(number, world, fills, room);
    alert.unwrap_or_else(|why| {
        events.push("formula_undefined", &watcher.name, &why, None);
        None
    })
}

/// Tells of an alert that begins, and of one that is over.
fn tell(watcher: &Watcher, alert: Option<Alert>, before: bool, events: &mut Events) {
    let Watcher { name, institution, monitor, .. } = watcher;
    match alert {
        Some(Alert { begins: true, level, value, pointed, .. }) => {
            let mut said = format!("{}: {value} passes {level}", monitor.name());
            if pointed > 0 {
                said += &format!(", pointing to {pointed}");
            }
            events.push("alert", name, &said, (pointed > 0).then_some(pointed.into()));
            events.enter(Entry::of(institution, "alerted").value(value).detail(said));
        }
        None if before && !watcher.is_alert() => {
            events.push("alert_over", name, monitor.name(), None);
            events.enter(Entry::of(institution, "alert_ended"));
        }
        _ => {}
    }
}
