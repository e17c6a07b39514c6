//! A first scenario of a resource economy: capacity that is less than what all want at the peak, shared by a rule.

use walras_market::allocation::AnyAllocation;

use super::{comment, describe, formula_line};
use crate::folders::{number, quoted};

/// What an agent needs in a step, on average, in units.
const NEED_MEAN: f64 = 10.0;
/// Capacity over what all need on average at the reference price: enough at night, too little by day.
const CAPACITY_SHARE: f64 = 1.2;

/// What a starter of a resource economy is made from.
#[derive(Debug, Clone)]
pub(crate) struct ResourceStarter {
    /// Title of the run.
    pub(crate) title: String,
    /// A rule of the catalogue.
    pub(crate) rule: String,
    /// How many agents in all.
    pub(crate) agents: u64,
    /// How many steps.
    pub(crate) steps: u32,
    /// Where every draw comes from.
    pub(crate) seed: u64,
}

impl ResourceStarter {
    /// The scenario's text; `None` where there is no such rule.
    pub(crate) fn text(&self) -> Option<String> {
        let rule = describe(AnyAllocation::catalog(), &self.rule)?;
        let Self { title, agents, steps, seed, .. } = self;
        let title = quoted(title);
        let capacity = number((*agents as f64 * NEED_MEAN * CAPACITY_SHARE).ceil());
        let (rule, about) = (setting(&self.rule), comment(&formula_line(&rule)));
        let first = agents.div_ceil(2);
        let mut text = format!(
            "# Computing capacity is requested by agents who need it and shared by a rule.
#
#   walras check FILE   is it valid, and what will it cost?
#   walras run FILE     run it; ends with a report to look at

[run]
name = {title}
steps = {steps}
# The same scenario with the same seed gives the same run, to the last bit.
seed = {seed}
# A step is an hour.
steps_per_year = 8760

[numeraire]
name = \"USD\"
decimals = 6

[assets.COMPUTE]
decimals = 3
role = \"resource\"
# The share that is gone at the end of each step: an hour of a processor perishes with the hour.
decay = 1.0

[resources.cluster]
# Units in a step: enough at night and too little by day. It may also fail, grow, or follow a file:
# `walras list capacity`.
capacity = {{ COMPUTE = {capacity} }}
# Who gets how much where all cannot have what they ask for; `walras list allocation` shows other rules.
{about}rule = {rule}
# The price before the first step, for rules that charge.
price = {{ COMPUTE = 1.0 }}

# These need computing by day, and less of it the dearer it is.
[cohorts.day]
size = {first}
# Money each agent starts with, and what it receives in a step.
balance = 500.0
income = 10.0

[cohorts.day.demand]
# `walras list request` shows what else agents may want: the same in every step, or whatever their jobs take.
requests = {{ kind = \"elastic\", need = {{ kind = \"uniform\", low = 5.0, high = 15.0 }}, reference = 1.0, elasticity = 0.8, most = 2.0 }}
# Needs rise and fall with the time of day.
need = {{ kind = \"cycle\", amplitude = 0.6, period = 24.0 }}
# The first units matter most.
satisfaction = {{ kind = \"saturating\", worth = 1.0 }}
# What they say they want: the truth, or more than that. `walras list reporting`
# reporting = {{ kind = \"inflated\", factor = 2.0 }}

"
        );
        if agents - first > 0 {
            text += &jobs(agents - first);
        }
        let (at, until) = (steps / 2, steps / 2 + (steps / 10).max(1));
        text += &format!(
            "# Half of the capacity fails for a while: take these marks off to see it.
# [shocks.failure]
# at = {at}
# until = {until}
# event = {{ kind = \"capacity\", resource = \"cluster\", factor = 0.5 }}
"
        );
        Some(text)
    }
}

/// A cohort whose jobs arrive at random.
fn jobs(size: u64) -> String {
    format!(
        "# These have jobs that arrive at random, take what they take, and should be finished within some hours.
[cohorts.batch]
size = {size}
balance = 500.0
income = 10.0

[cohorts.batch.demand]
# A job every ten steps, of a hundred units: as much as the others need.
requests = {{ kind = \"jobs\", arrivals = {{ kind = \"poisson\", rate = 0.1, size = 100.0, slack = 24 }}, worth = 2.0 }}

"
    )
}

/// The rule as a scenario has it; a posted price that answers to demand, as one that stays says little.
fn setting(rule: &str) -> String {
    match rule {
        "posted_price" => {
            "{ kind = \"posted_price\", adjustment = { kind = \"exponential\", gain = 0.05, floor = 0.05 } }".to_owned()
        }
        _ => quoted(rule),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use walras_engine::{Scratch, step};
    use walras_scenario::Loaded;
    use walras_scenario::show::{Form, show};

    use super::*;

    #[test]
    fn every_rule_has_a_starter_in_which_something_is_granted() {
        for rule in AnyAllocation::catalog() {
            for agents in [1, 40] {
                let title = "A \"quoted\" title".to_owned();
                let starter = ResourceStarter { title, rule: rule.name.to_owned(), agents, steps: 50, seed: 7 };
                let text = starter.text().expect("a rule of the catalogue");
                let loaded = Loaded::from_text("starter.toml", &text, Path::new("."), &[]);
                let built = loaded.and_then(|loaded| loaded.build(7, 1 << 30));
                let mut world = built.unwrap_or_else(|error| panic!("{}\n{text}", show(&error, Form::Plain))).world;
                let (mut scratch, mut granted) = (Scratch::default(), 0);
                for _ in 0..30 {
                    let happened = step(&mut world, &mut scratch).unwrap();
                    granted += happened.record.resources[0].granted;
                }
                assert!(granted > 0, "{} grants nothing to {agents} agents", rule.name);
            }
        }
    }
}
