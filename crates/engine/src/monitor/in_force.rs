//! A rule with what it names, and how long it still holds.

use std::sync::Arc;

use walras_institutions::rule::{self, AnyRule, Change, FeeRise, Force, Reopening};
use walras_ledger::{AgentAddress, AssetId, Atoms};
use walras_numerics::{StateError, StateVisitor};

use super::Groups;
use crate::entry::Entry;
use crate::lever::Lever;
use crate::stage::Events;
use crate::world::World;

/// A rule whose names have been found.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The rule.
    pub rule: AnyRule,
    /// What it concerns.
    pub target: Target,
    /// How long it still holds.
    pub force: Force,
    /// Whether a parameter was raised and must come back.
    pub raised: bool,
    /// Who is singled out, by watched row, and the last step for which each is frozen; in order of rows.
    pub frozen: Vec<(u32, u32)>,
}

/// What a rule concerns.
#[derive(Debug, Clone)]
pub enum Target {
    /// A market is halted.
    Halt {
        /// The market.
        venue: usize,
        /// How it opens again.
        reopen: Reopening,
    },
    /// Purchases are limited.
    Limit {
        /// Of what.
        asset: AssetId,
        /// The most that an agent may come to hold.
        most: Atoms,
        /// Whose.
        cohorts: Vec<usize>,
    },
    /// A parameter is raised.
    Rise(Lever, FeeRise),
    /// All agents of cohorts are frozen.
    Cohorts(Vec<usize>),
    /// Those are frozen to whom the alert points, rows of what the monitor watches.
    Pointed(Groups),
    /// A resource has another capacity.
    Capacity {
        /// The resource.
        resource: usize,
        /// The factor.
        factor: f64,
    },
}

impl InForce {
    /// A rule that does not hold yet.
    #[must_use]
    pub fn new(rule: AnyRule, target: Target) -> Self {
        Self { rule, target, force: Force::default(), raised: false, frozen: Vec::new() }
    }

    /// What it concerns, by name, for events.
    fn subject(&self, world: &World) -> String {
        match &self.target {
            Target::Halt { venue, .. } => world.venues[*venue].name.clone(),
            Target::Limit { asset, .. } => world.assets[asset.index()].name.clone(),
            Target::Rise(lever, _) => lever.name.clone(),
            Target::Cohorts(cohorts) => {
                let names: Vec<&str> = cohorts.iter().map(|&c| world.cohorts[c].name.as_str()).collect();
                names.join(", ")
            }
            Target::Pointed(_) => "those pointed to".to_owned(),
            Target::Capacity { resource, .. } => world.resources[*resource].name.clone(),
        }
    }

    /// Goes on to the next step: `alert` is what this one raised, and `pointed` the rows to which it points. What begins and
    /// what ends is told and entered in the log.
    pub fn advance(
        &mut self,
        world: &mut World,
        alert: rule::Alert,
        pointed: &[u32],
        by: &Arc<str>,
        events: &mut Events,
    ) {
        let change = self.force.advance(&*self.rule, alert);
        self.single_out(world, alert, pointed, by, events);
        let act = match change {
            Change::Begins => "rule_imposed",
            Change::Ends => "rule_lifted",
            Change::Stays => return,
        };
        let (subject, name, steps) = (self.subject(world), self.rule.name(), self.rule.steps());
        let said = if change == Change::Begins { format!("{name} for {steps} steps") } else { name.to_owned() };
        events.push(act, &subject, &format!("{said}, by {by}"), None);
        events.enter(Entry::of(by, act).detail(format!("{name}: {subject}")));
        if let Target::Rise(lever, rise) = &self.target {
            let value = lever.read(world);
            match change {
                Change::Begins => self.raised = lever.set(world, rise.raised(value), by, events),
                _ if self.raised => {
                    lever.set(world, rise.returned(value), by, events);
                    self.raised = false;
                }
                _ => {}
            }
        }
    }

    /// Freezes those to whom an alert points, each for the rule's steps, and lets go whose time is over.
    fn single_out(&mut self, world: &World, alert: rule::Alert, pointed: &[u32], by: &Arc<str>, events: &mut Events) {
        let Target::Pointed(groups) = &self.target else { return };
        let step = world.step;
        self.frozen.retain(|&(_, until)| until > step);
        if alert == rule::Alert::No {
            return;
        }
        let until = step.saturating_add(self.rule.steps());
        for &row in pointed {
            match self.frozen.binary_search_by_key(&row, |&(row, _)| row) {
                Ok(place) => self.frozen[place].1 = until,
                Err(place) => {
                    self.frozen.insert(place, (row, until));
                    let (cohort, rows) = groups.agents(world, row as usize);
                    let cohort = world.cohorts[cohort].id;
                    for row in rows {
                        let agent = AgentAddress { cohort, row: row as u32 };
                        events.enter(Entry::of(by, "frozen").agent(agent).value(f64::from(until)));
                    }
                }
            }
        }
    }

    /// Lays it on the world at the beginning of a step, if it holds.
    pub fn restrain(&self, world: &mut World) {
        if !self.force.holds() {
            return;
        }
        match &self.target {
            Target::Halt { venue, reopen } => {
                world.venues[*venue].halt(*reopen == Reopening::Auction);
            }
            Target::Limit { asset, most, cohorts } => {
                cohorts.iter().for_each(|&c| world.cohorts[c].restraint.limit(*asset, *most));
            }
            Target::Rise(..) => {}
            Target::Cohorts(cohorts) => cohorts.iter().for_each(|&c| world.cohorts[c].restraint.freeze_all()),
            Target::Pointed(groups) => {
                for &(row, _) in self.frozen.iter().filter(|&&(_, until)| until >= world.step) {
                    let (cohort, rows) = groups.agents(world, row as usize);
                    let cohort = &mut world.cohorts[cohort];
                    rows.for_each(|row| cohort.restraint.freeze(row, cohort.size));
                }
            }
            Target::Capacity { resource, factor } => {
                world.resources[*resource].supplies.iter_mut().for_each(|supply| supply.factor *= factor);
            }
        }
    }

    /// Visits how long it holds.
    ///
    /// # Errors
    /// When the visitor fails, or loads what is no rule's state.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let mut left = u64::from(self.force.left);
        visitor.u64("left", &mut left)?;
        self.force.left = u32::try_from(left).map_err(|_| StateError(format!("{left} steps are too many")))?;
        let mut rested = u64::from(self.force.rested);
        visitor.u64("rested", &mut rested)?;
        self.force.rested = u32::try_from(rested).unwrap_or(u32::MAX);
        visitor.bool("raised", &mut self.raised)?;
        let mut rows: Vec<i64> = self.frozen.iter().flat_map(|&(row, until)| [row.into(), until.into()]).collect();
        visitor.i64s("frozen", &mut rows)?;
        let pair = |pair: &[i64]| Some((u32::try_from(pair[0]).ok()?, u32::try_from(pair[1]).ok()?));
        let frozen: Option<Vec<_>> = rows.chunks_exact(2).map(pair).collect();
        self.frozen = frozen.ok_or_else(|| StateError("a frozen agent has no such row".to_owned()))?;
        let within = |groups: &Groups| self.frozen.iter().all(|&(row, _)| (row as usize) < groups.rows());
        match &self.target {
            Target::Pointed(groups) if !within(groups) => Err(StateError("a frozen agent has no such row".to_owned())),
            _ => Ok(()),
        }
    }
}
