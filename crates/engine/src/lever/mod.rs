//! Parameters that institutions may change between steps: what each is called, what it is now, and how it is changed.

mod curve;

use std::sync::Arc;

use walras_catalog::read::{number_of, with_number};
use walras_catalog::{Problem, Reference, Span, entry};
use walras_market::terms::Rate;

use crate::entry::Entry;
use crate::stage::Events;
use crate::venue::{Market, Venue};
use crate::world::World;

entry! {
    /// A parameter that is to be changed: of a market, a resource, an incentive or a contract, by its name there.
    ///
    /// Of a market: every number of its curve; `buy_fee`, `sell_fee` and both together as `fee`, where it is a curve or
    /// clears each step's orders. Of a resource: `cap`, and where it has a single asset `capacity`, a factor on what it
    /// would have, and `price`; where it has several `capacity.ASSET` and `price.ASSET`. Of an incentive: each of its
    /// numbers. Of a contract: each number of its reward.
    pub struct Aim = "aim" {
        formula: "",
        check: |this| this.check(),
        source: "",
        /// The market it belongs to.
        market: Option<Reference>;
        /// The resource it belongs to.
        resource: Option<Reference>;
        /// The incentive it belongs to.
        incentive: Option<Reference>;
        /// The contracts it belongs to.
        contract: Option<Reference>;
        /// What it is called there.
        parameter: Reference;
    }
}

impl Aim {
    fn check(&self) -> Result<(), (&'static str, String)> {
        let given = [&self.market, &self.resource, &self.incentive, &self.contract].into_iter().flatten().count();
        if given == 1 {
            return Ok(());
        }
        Err((
            "parameter",
            format!("a parameter of one of `market`, `resource`, `incentive` and `contract`; {given} are given"),
        ))
    }
}

/// A parameter that has been found.
#[derive(Debug, Clone, PartialEq)]
pub struct Lever {
    /// What it belongs to and what it is called: `curve.slope`.
    pub name: String,
    /// What it belongs to.
    subject: String,
    /// What it is called there.
    pub parameter: String,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum What {
    /// A number of a market's curve.
    Curve { venue: usize },
    /// The fees of a market: of buyers, of sellers.
    Fee { venue: usize, buy: bool, sell: bool },
    /// The factor on a resource's capacity.
    Capacity { resource: usize, supply: usize },
    /// The price a resource asks.
    Price { resource: usize, supply: usize },
    /// The most one agent is granted.
    Cap { resource: usize },
    /// A number of an incentive.
    Incentive { incentive: usize },
    /// A number of a contract's reward.
    Contract { contract: usize },
}

/// The fees that a market has.
const FEES: [(&str, bool, bool); 3] = [("buy_fee", true, false), ("sell_fee", false, true), ("fee", true, true)];

/// The greatest factor on a capacity.
const CAPACITY_MOST: f64 = 1e6;

impl Lever {
    /// The parameter that `aim` means.
    ///
    /// # Errors
    /// When there is no such market, resource or incentive, or it has no such parameter.
    pub fn find(aim: &Aim, world: &World) -> Result<Self, Problem> {
        aim.check().map_err(|(_, why)| Problem::at(aim.parameter.span, why, "one of them"))?;
        let parameter = aim.parameter.name.clone();
        let lever = |subject: &str, what| {
            let name = format!("{subject}.{parameter}");
            Self { name, subject: subject.to_owned(), parameter: parameter.clone(), what }
        };
        if let Some(market) = &aim.market {
            let venue = market.find("market", world.venues.iter().map(|venue| venue.name.as_str()))?;
            return Ok(lever(&market.name, of_market(venue, &world.venues[venue], &aim.parameter, market.span)?));
        }
        if let Some(resource) = &aim.resource {
            let index = resource.find("resource", world.resources.iter().map(|source| source.name.as_str()))?;
            return Ok(lever(&resource.name, of_resource(index, world, &aim.parameter)?));
        }
        if let Some(contract) = &aim.contract {
            let index = contract.find("contract", world.contracts.iter().map(|group| group.name.as_str()))?;
            aim.parameter.find("number of this contract's reward", world.contracts[index].numbers())?;
            return Ok(lever(&contract.name, What::Contract { contract: index }));
        }
        let Some(incentive) = &aim.incentive else { return Err(Problem::nowhere("a parameter of nothing".to_owned())) };
        let index = incentive.find("incentive", world.incentives.iter().map(|incentive| incentive.name.as_str()))?;
        aim.parameter.find("parameter of this incentive", world.incentives[index].numbers())?;
        Ok(lever(&incentive.name, What::Incentive { incentive: index }))
    }

    /// The market whose curve it is a number of.
    #[must_use]
    pub fn curve(&self) -> Option<usize> {
        if let What::Curve { venue } = self.what { Some(venue) } else { None }
    }

    /// The market it is a parameter of.
    #[must_use]
    pub fn market(&self) -> Option<usize> {
        if let What::Curve { venue } | What::Fee { venue, .. } = self.what { Some(venue) } else { None }
    }

    /// Its value now.
    #[must_use]
    pub fn read(&self, world: &World) -> f64 {
        match self.what {
            What::Curve { venue } => {
                let curve = world.venues[venue].curve();
                curve.and_then(|on| number_of(&on.curve, &self.parameter)).unwrap_or(f64::NAN)
            }
            What::Fee { venue, buy, .. } => {
                let terms = &world.venues[venue].terms;
                if buy { terms.buy_fee.share() } else { terms.sell_fee.share() }
            }
            What::Capacity { resource, supply } => world.resources[resource].supplies[supply].scale,
            What::Price { resource, supply } => world.resources[resource].supplies[supply].venue.price,
            What::Cap { resource } => world.resources[resource].cap.share,
            What::Incentive { incentive } => world.incentives[incentive].number(&self.parameter),
            What::Contract { contract } => world.contracts[contract].number(&self.parameter),
        }
    }

    /// Sets it for the next step and tells so, or refuses and says why. `by` is who changes it. Whether it was set.
    pub fn set(&self, world: &mut World, value: f64, by: &Arc<str>, events: &mut Events) -> bool {
        match self.change(world, value) {
            Ok(()) => {
                events.push("parameter_changed", &self.subject, &format!("{} = {value}", self.parameter), None);
                events.enter(Entry::of(by, "parameter_changed").value(value).detail(&*self.name));
                true
            }
            Err(why) => {
                let said = format!("{} = {value}: {why}", self.parameter);
                events.push("parameter_refused", &self.subject, &said, None);
                events.enter(Entry::of(by, "parameter_refused").value(value).detail(format!("{}: {why}", self.name)));
                false
            }
        }
    }

    /// Whether `value` is within what it can be, as far as can be told beforehand.
    ///
    /// # Errors
    /// Says what it can be.
    pub fn admits(&self, world: &World, value: f64) -> Result<(), String> {
        let within = |low: f64, high: f64, said: &str| {
            if (low..=high).contains(&value) { Ok(()) } else { Err(said.to_owned()) }
        };
        match self.what {
            What::Curve { venue } => {
                let Some(on) = world.venues[venue].curve() else { return Ok(()) };
                with_number(&on.curve, &self.parameter, value).map(|_| ()).map_err(|problem| said(&problem))
            }
            What::Fee { .. } => {
                Rate::new(value).map(|_| ()).ok_or_else(|| "a fee is at least 0 and below 1".to_owned())
            }
            What::Capacity { .. } => within(0.0, CAPACITY_MOST, "a factor on a capacity is from 0 to 1000000"),
            What::Price { .. } => within(0.0, 1e15, "a price is from 0 to 1e15"),
            What::Cap { .. } => within(0.0, 1.0, "a share is from 0 to 1"),
            What::Incentive { incentive } => {
                world.incentives[incentive].with(&self.parameter, value).map(|_| ()).map_err(|problem| said(&problem))
            }
            What::Contract { contract } => {
                let reward = &world.contracts[contract].plan.reward;
                with_number(reward, &self.parameter, value).map(|_| ()).map_err(|problem| said(&problem))
            }
        }
    }

    fn change(&self, world: &mut World, value: f64) -> Result<(), String> {
        self.admits(world, value)?;
        match self.what {
            What::Curve { venue } => curve::change(&mut world.venues[venue], &mut world.ledger, &self.parameter, value),
            What::Fee { venue, buy, sell } => {
                let rate = Rate::new(value).ok_or("a fee is at least 0 and below 1")?;
                let terms = &mut world.venues[venue].terms;
                if buy {
                    terms.buy_fee = rate;
                }
                if sell {
                    terms.sell_fee = rate;
                }
                let terms = *terms;
                cover_in_routers(world, venue, terms);
                Ok(())
            }
            What::Capacity { resource, supply } => {
                world.resources[resource].supplies[supply].scale = value;
                Ok(())
            }
            What::Price { resource, supply } => {
                world.resources[resource].supplies[supply].venue.price = value;
                Ok(())
            }
            What::Cap { resource } => {
                world.resources[resource].cap.share = value;
                Ok(())
            }
            What::Incentive { incentive } => {
                let changed = world.incentives[incentive].with(&self.parameter, value);
                world.incentives[incentive].rule = changed.map_err(|problem| said(&problem))?;
                Ok(())
            }
            What::Contract { contract } => {
                let changed = world.contracts[contract].set_number(&self.parameter, value);
                changed.map_err(|problem| said(&problem))
            }
        }
    }
}

fn said(problem: &Problem) -> String {
    format!("{} ({})", problem.message, problem.expected)
}

fn of_market(index: usize, venue: &Venue, parameter: &Reference, at: Span) -> Result<What, Problem> {
    let numbers: Vec<&str> = match &venue.market {
        Market::Curve(on) => {
            let catalog = walras_market::curve::AnyCurve::catalog();
            let own = catalog.into_iter().filter(|entry| entry.name == on.curve.name());
            let names = own.flat_map(|entry| entry.parameters).map(|own| own.name);
            names.filter(|name| number_of(&on.curve, name).is_some()).collect()
        }
        Market::Clearing(_) => Vec::new(),
        _ => {
            let message = format!("`{}` has no parameter that could change", venue.name);
            let problem = Problem::at(at, message, "a market of the kind `curve` or `clearing`");
            return Err(
                problem.help("where orders can rest or a pool holds deposits, they were made on the terms as they are")
            );
        }
    };
    let known = numbers.iter().copied().chain(FEES.iter().map(|(name, ..)| *name));
    let found = parameter.find("parameter of this market", known)?;
    Ok(match found.checked_sub(numbers.len()) {
        None => What::Curve { venue: index },
        Some(fee) => What::Fee { venue: index, buy: FEES[fee].1, sell: FEES[fee].2 },
    })
}

fn of_resource(resource: usize, world: &World, parameter: &Reference) -> Result<What, Problem> {
    let source = &world.resources[resource];
    let mut known = vec![("cap".to_owned(), What::Cap { resource })];
    for (supply, it) in source.supplies.iter().enumerate() {
        let suffix = if source.supplies.len() == 1 {
            String::new()
        } else {
            format!(".{}", world.assets[it.asset.index()].name)
        };
        known.push((format!("capacity{suffix}"), What::Capacity { resource, supply }));
        known.push((format!("price{suffix}"), What::Price { resource, supply }));
    }
    let index = parameter.find("parameter of this resource", known.iter().map(|(name, _)| name.as_str()))?;
    Ok(known[index].1)
}

/// Sees to it that what orders lock at routers covers the fees of a market they may be sent on to.
fn cover_in_routers(world: &mut World, market: usize, terms: walras_market::terms::Terms) {
    for venue in &mut world.venues {
        if venue.router().is_some_and(|router| router.venues.contains(&market)) {
            let most = |a: Rate, b: Rate| if a.share() >= b.share() { a } else { b };
            venue.terms.buy_fee = most(venue.terms.buy_fee, terms.buy_fee);
            venue.terms.sell_fee = most(venue.terms.sell_fee, terms.sell_fee);
        }
    }
}
