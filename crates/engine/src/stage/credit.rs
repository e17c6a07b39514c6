//! reward: contracts are credited with what other stages saw affiliates do: tasks completed, requests steered.

use crate::contract::At;
use crate::world::World;

/// Credits every affiliate with what it contributed on boards of tasks, and where it pointed requesters to.
pub fn credit(world: &mut World) {
    let World { contracts, tasks, steering, .. } = world;
    for group in contracts {
        match group.at {
            At::Market(_) => {}
            At::Tasks(board) => {
                let standing = &tasks[board];
                // What is false and passed was paid for: the contract cannot know.
                for delivered in standing.delivered.iter().filter(|delivered| delivered.paid > 0) {
                    if standing.crews[delivered.by.workforce as usize].cohort == group.affiliates {
                        group.credit(delivered.by.row, 1, !delivered.right);
                    }
                }
            }
            At::Resource(resource) => {
                let affiliates = group.affiliates;
                let own = steering.iter().filter(|standing| standing.affiliates == affiliates);
                let steered = own.flat_map(|standing| &standing.steered).filter(|one| one.resource == resource);
                steered.for_each(|one| group.credit(one.affiliate, one.atoms, false));
            }
        }
    }
}
