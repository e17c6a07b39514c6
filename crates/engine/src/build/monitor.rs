//! Monitors: names found, formulas compiled, what rules concern.

use std::sync::Arc;

use walras_catalog::read::NamedItem;
use walras_catalog::{Problem, Reference, Span};
use walras_formula::Formula;
use walras_institutions::monitor::Watches;
use walras_institutions::rule::AnyRule;
use walras_ledger::AssetId;

use super::institution::{cohorts, condition, number};
use super::{countable, names};
use crate::economy::Economy;
use crate::lever::{Aim, Lever};
use crate::monitor::{Groups, InForce, MonitorPlan, Source, Target, Watcher};
use crate::world::World;

/// A monitor that is being built: what is declared of it, and where.
struct Plan<'a> {
    economy: &'a Economy,
    item: &'a MonitorPlan,
    name: &'a str,
    span: Span,
    /// The market it names.
    venue: Option<usize>,
}

pub(super) fn add_monitors(economy: &Economy, world: &mut World) -> Result<(), Problem> {
    for NamedItem { name, span, item } in &economy.monitors.0 {
        let venues = || world.venues.iter().map(|venue| venue.name.as_str());
        let venue = item.market.as_ref().map(|market| market.find("market", venues())).transpose()?;
        if let Some(resource) = &item.resource {
            resource.find("resource", world.resources.iter().map(|source| source.name.as_str()))?;
        }
        let plan = Plan { economy, item, name, span: *span, venue };
        let source = plan.source(world)?;
        let rows = source.groups().map_or(0, Groups::rows);
        let memory = item.monitor.memory(rows).map_err(|why| plan.problem(why, "less to remember"))?;
        // Looks at every step have nothing to add up.
        let waits = item.every > 1 && matches!(source, Source::Trades { .. });
        let rules = item.then.iter().map(|rule| plan.rule(rule, &source, world)).collect::<Result<_, _>>()?;
        world.watchers.push(Watcher {
            name: name.clone(),
            institution: Arc::from(format!("monitors.{name}")),
            monitor: item.monitor.clone(),
            memory,
            source,
            every: item.every,
            consecutive: item.consecutive,
            in_row: 0,
            since: [0, 1].map(|_| vec![0; if waits { rows } else { 0 }]),
            rules,
        });
    }
    Ok(())
}

impl Plan<'_> {
    fn problem(&self, message: impl std::fmt::Display, expected: &str) -> Problem {
        Problem::at(self.span, format!("monitor `{}`: {message}", self.name), expected)
    }

    /// The names whose quantities may be called plainly.
    fn own(&self) -> Vec<&str> {
        [&self.item.market, &self.item.resource].into_iter().flatten().map(|it| it.name.as_str()).collect()
    }

    fn market(&self, what: &str) -> Result<usize, Problem> {
        self.venue.ok_or_else(|| self.problem(format!("{what} needs a `market`"), "market = \"…\""))
    }

    /// What the monitor watches.
    fn source(&self, world: &mut World) -> Result<Source, Problem> {
        let (kind, watches) = (self.item.monitor.name(), self.item.monitor.watches());
        if let Some(watch) = &self.item.watch
            && watches != Watches::Number
        {
            let message = format!("`{kind}` looks at no number of the scenario's choice");
            return Err(Problem::at(watch.span(0..watch.text().len()), message, "no `watch`"));
        }
        match watches {
            Watches::Number => match &self.item.watch {
                Some(formula) => Ok(Source::Number(number(world, formula, &self.own())?)),
                None => {
                    let problem =
                        self.problem(format!("`{kind}` needs a number to look at"), "watch = \"curve.price\"");
                    Err(problem
                        .help("with `market` the names of its quantities can be used plainly: watch = \"price\""))
                }
            },
            Watches::Quantity(quantity) => {
                let market = self.market(&format!("`{kind}`"))?;
                let formula = Formula::parse(quantity)?;
                let market = world.venues[market].name.clone();
                Ok(Source::Number(number(world, &formula, &[&market])?))
            }
            Watches::Condition(formula) => Ok(Source::Condition(condition(world, formula, &self.own())?)),
            Watches::Holdings => {
                let assets = || world.assets.iter().map(|asset| asset.name.as_str());
                let asset = match &self.item.asset {
                    Some(asset) => AssetId(asset.find("asset", assets())? as u16),
                    None => world.venues[self.market("without `asset` it")?].asset,
                };
                Ok(Source::Holdings { asset, groups: self.groups(world)? })
            }
            Watches::Trades => {
                Ok(Source::Trades { venue: self.market(&format!("`{kind}`"))?, groups: self.groups(world)? })
            }
        }
    }

    fn groups(&self, world: &World) -> Result<Groups, Problem> {
        Ok(Groups::of(world, &cohorts(self.economy, self.item.cohorts.as_ref())?, self.item.by))
    }

    /// A rule with what it names.
    fn rule(&self, rule: &AnyRule, source: &Source, world: &World) -> Result<InForce, Problem> {
        let venue = |market: &Option<Reference>| match market {
            Some(market) => market.find("market", world.venues.iter().map(|venue| venue.name.as_str())),
            None => self.market(&format!("without one of its own the rule `{}`", rule.name())),
        };
        let target = match rule {
            AnyRule::CircuitBreaker(halt) => Target::Halt { venue: venue(&halt.market)?, reopen: halt.reopen },
            AnyRule::PositionLimit(limit) => {
                let index = limit.asset.find("asset", names(&self.economy.assets))? + 1;
                let most = countable(&world.assets[index], limit.most, limit.asset.span)?;
                let cohorts = cohorts(self.economy, limit.cohorts.as_ref())?;
                Target::Limit { asset: AssetId(index as u16), most, cohorts }
            }
            AnyRule::FeeRise(rise) => {
                let name = world.venues[venue(&rise.market)?].name.clone();
                let span = rise.market.as_ref().map_or(self.span, |market| market.span);
                let market = Some(Reference { name, span });
                let parameter = rise.parameter.clone();
                let aim = Aim { market, resource: None, incentive: None, contract: None, parameter };
                Target::Rise(Lever::find(&aim, world)?, rise.clone())
            }
            AnyRule::Freeze(freeze) => match (&freeze.cohorts, source.groups()) {
                (Some(named), _) => Target::Cohorts(cohorts(self.economy, Some(named))?),
                (None, Some(groups)) => Target::Pointed(groups.clone()),
                (None, None) => {
                    let message = format!("`{}` points to nobody whom it could freeze", self.item.monitor.name());
                    return Err(self.problem(message, "the rule's `cohorts`"));
                }
            },
            AnyRule::CapacityChange(change) => {
                let resources = world.resources.iter().map(|source| source.name.as_str());
                Target::Capacity { resource: change.resource.find("resource", resources)?, factor: change.factor }
            }
        };
        Ok(InForce::new(rule.clone(), target))
    }
}
