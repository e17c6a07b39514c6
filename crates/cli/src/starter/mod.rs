//! First scenarios: small, commented, and ready to run.
//!
//! The values come from [`curve`] and [`policy`], the comments from the catalogues, so that a file says of each key
//! what `walras explain` says.

pub(crate) mod curve;
pub(crate) mod policy;
pub(crate) mod resource;

use std::fmt::Write as _;

use walras_agents::policy::AnyPolicy;
use walras_catalog::{Description, Parameter};
use walras_market::curve::AnyCurve;

use crate::folders::{default, is_required, number, quoted, range, written};

/// What each agent of a starter has to spend, in the middle, numeraire.
pub(crate) const BALANCE_MEDIAN: f64 = 500.0;

/// Columns of a comment.
const COMMENT_WIDTH: usize = 110;

/// What a starter is made from.
#[derive(Debug, Clone)]
pub(crate) struct Starter {
    /// Title of the run.
    pub(crate) title: String,
    /// A curve of the catalogue.
    pub(crate) curve: String,
    /// Policies of the catalogue; the agents are shared out among them.
    pub(crate) policies: Vec<String>,
    /// How many agents in all.
    pub(crate) agents: u64,
    /// How many steps.
    pub(crate) steps: u32,
    /// Where every draw comes from.
    pub(crate) seed: u64,
}

/// A key and its value as they stand in a scenario.
pub(crate) type Setting = (&'static str, String);

impl Starter {
    /// The scenario's text; `None` where there is no such curve or policy.
    pub(crate) fn text(&self) -> Option<String> {
        let curve = describe(AnyCurve::catalog(), &self.curve)?;
        let sample = curve::sample(&self.curve, curve::usual_supply(self.agents))?;
        let mut text = self.head();
        text += &market(&curve, &sample);
        if self.needs_book() {
            text += BOOK;
        }
        text += &self.cohorts()?;
        text += &sample.distribution();
        text += &self.foot();
        Some(text)
    }

    fn needs_book(&self) -> bool {
        self.policies.iter().any(|name| policy::needs_book(name))
    }

    fn head(&self) -> String {
        let (title, steps, seed) = (quoted(&self.title), self.steps, self.seed);
        format!(
            "# A token is sold along a bonding curve to agents that decide for themselves.
#
#   walras check FILE   is it valid, and what will it cost?
#   walras run FILE     run it; ends with a report to look at

[run]
name = {title}
steps = {steps}
# The same scenario with the same seed gives the same run, to the last bit.
seed = {seed}
# Volatilities are annualised with this many steps a year.
steps_per_year = 365

[numeraire]
name = \"USD\"
decimals = 6

[assets.TOKEN]
decimals = 6
# What a token is really worth, for those agents who look at it.
fundamental = 2.0
# maximum_supply = 10_000_000

"
        )
    }

    /// What could come next, commented out, and what is written down.
    fn foot(&self) -> String {
        let (at, until) = (self.steps / 2, self.steps / 2 + self.steps / 10);
        format!(
            "# Something happens half-way: take these marks off to see it.
# [shocks.optimism]
# at = {at}
# until = {until}
# event = {{ kind = \"valuation\", asset = \"TOKEN\", factor = 1.5 }}

# What is written down. `walras explain record` tells the rest.
[record]
fills = false
agents = true
"
        )
    }

    fn cohorts(&self) -> Option<String> {
        let mut policies: Vec<&str> = self.policies.iter().map(String::as_str).collect();
        let led = policies.iter().any(|name| !policy::only_follows(name));
        if !led {
            // Without anyone who moves the price, nothing would ever happen.
            policies.push(policy::NOISE);
        }
        let mut text = String::new();
        let count = policies.len() as u64;
        for (index, name) in policies.iter().enumerate() {
            let description = describe(AnyPolicy::catalog(), name)?;
            let size = (self.agents / count + u64::from((index as u64) < self.agents % count)).max(1);
            if !led && *name == policy::NOISE {
                text += "# The agents above only follow the price. These trade at random, so that there is one to follow.\n";
            }
            text += &cohort(&description, &policy::sample(name)?, size);
        }
        Some(text)
    }
}

/// Where orders can wait.
const BOOK: &str = "# Agents also trade with each other, in an order book where their orders can wait.
[markets.book]
kind = \"order_book\"
asset = \"TOKEN\"
reference = 1.0
tick = 0.001
lot = 0.01

";

/// The market of a starter, up to its curve.
fn market(curve: &Description, sample: &curve::Sample) -> String {
    let mut text = String::from(
        "# The market mints what agents buy and burns what they sell, at the price of the curve.
[markets.launch]
kind = \"curve\"
asset = \"TOKEN\"
# All orders of a step settle at one price; \"sequential\" lets each move it.
settlement = \"batch\"
# Fees are shares of the money: 0.003 is 0.3 %.
buy_fee = 0.003
sell_fee = 0.003
",
    );
    for (key, value) in &sample.market {
        let _ = writeln!(text, "{key} = {value}");
    }
    let _ = write!(text, "\n{}", comment(&formula_line(curve)));
    let _ = writeln!(text, "[markets.launch.curve]\nkind = \"{}\"", curve.name);
    text + &settings(&curve.parameters, &sample.curve) + "\n"
}

fn cohort(policy: &Description, sample: &[Setting], size: u64) -> String {
    let name = policy.name;
    let mut text = comment(policy.summary());
    let _ = writeln!(
        text,
        "[cohorts.{name}]\nsize = {size}\n# Money each agent starts with: half have less than the median.\nbalance = {{ kind = \"lognormal\", median = {}, sigma = 0.8 }}\n",
        number(BALANCE_MEDIAN),
    );
    if policy::needs_book(name) {
        text += "# Their stops wait in the book.\nmarkets = [\"book\"]\n";
    }
    let _ = write!(text, "{}[cohorts.{name}.policy]\nkind = \"{name}\"\n", comment(&formula_line(policy)));
    text + &settings(&policy.parameters, sample) + "\n"
}

/// Each parameter with its comment: as the sample sets it, or else its default, commented out.
fn settings(parameters: &[Parameter], sample: &[Setting]) -> String {
    let mut text = String::new();
    for parameter in parameters {
        let set = sample.iter().find(|(key, _)| *key == parameter.name).map(|(_, value)| value);
        if set.is_none() && (is_required(parameter) || parameter.default.is_none()) {
            // Left out: an optional key without a default says nothing by itself.
            continue;
        }
        text += &comment(&remark(parameter));
        let _ = match (set, default(parameter)) {
            (Some(value), _) => writeln!(text, "{} = {value}", parameter.name),
            (None, Some(default)) => writeln!(text, "# {} = {}", parameter.name, written(&default)),
            (None, None) => Ok(()),
        };
    }
    text
}

/// What a parameter means, its unit and its range.
fn remark(parameter: &Parameter) -> String {
    let range = parameter.bounds.as_ref().map(range).unwrap_or_default();
    let range = if range.contains("e30") || range.contains("e60") { String::new() } else { range };
    let facts: Vec<&str> = [parameter.unit, &range].into_iter().filter(|fact| !fact.is_empty()).collect();
    let meaning = parameter.meaning.replace('\n', " ");
    if facts.is_empty() { meaning } else { format!("{meaning} ({})", facts.join(", ")) }
}

fn formula_line(entry: &Description) -> String {
    format!("{}: {}", entry.name, entry.formula)
}

fn comment(text: &str) -> String {
    crate::layout::wrapped(text, 0, COMMENT_WIDTH).lines().map(|line| format!("# {line}\n")).collect()
}

fn describe(catalog: Vec<Description>, name: &str) -> Option<Description> {
    catalog.into_iter().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use walras_scenario::Loaded;
    use walras_scenario::show::{Form, show};

    use super::*;

    /// Builds it and gives the price at the start.
    fn build(starter: &Starter) -> f64 {
        let text = starter.text().expect("a sample of everything in the catalogues");
        let loaded = Loaded::from_text("starter.toml", &text, Path::new("."), &[]);
        let loaded = loaded.unwrap_or_else(|error| panic!("{}\n{text}", show(&error, Form::Plain)));
        let built = loaded.build(starter.seed, 1 << 30);
        let built = built.unwrap_or_else(|error| panic!("{}\n{text}", show(&error, Form::Plain)));
        built.world.venues[0].price(&built.world.ledger)
    }

    fn starter(curve: &str, policies: &[&str], agents: u64) -> Starter {
        let policies = policies.iter().map(|&name| name.to_owned()).collect();
        Starter { title: "A \"quoted\" title".into(), curve: curve.into(), policies, agents, steps: 50, seed: 7 }
    }

    #[test]
    fn every_curve_and_policy_has_a_starter_that_can_be_built() {
        for curve in AnyCurve::catalog() {
            for policy in AnyPolicy::catalog() {
                for agents in [1, 1000] {
                    let price = build(&starter(curve.name, &[policy.name], agents));
                    // Agents value a token at about 2, so there is something to buy.
                    assert!((0.05..1.5).contains(&price), "{} opens at {price}", curve.name);
                }
            }
        }
    }

    #[test]
    fn agents_are_shared_out_among_all_policies() {
        let names: Vec<&str> = AnyPolicy::catalog().iter().map(|entry| entry.name).collect();
        let text = starter("linear", &names, 1001).text().unwrap();
        let sizes = text.lines().filter_map(|line| line.strip_prefix("size = ")?.parse::<u64>().ok());
        assert_eq!((sizes.clone().sum::<u64>(), sizes.count()), (1001, names.len()));
        build(&starter("linear", &names, 1001));
    }

    #[test]
    fn those_who_only_follow_get_someone_to_follow() {
        let text = starter("linear", &["momentum"], 100).text().unwrap();
        assert!(text.contains("[cohorts.momentum]") && text.contains("[cohorts.zero_intelligence]"), "{text}");
        assert!(!starter("linear", &["logistic"], 100).text().unwrap().contains("zero_intelligence"));
    }

    /// A default that is taken in as it is commented must say the same as leaving it out.
    #[test]
    fn commented_defaults_can_be_taken_in() {
        for curve in AnyCurve::catalog() {
            for policy in AnyPolicy::catalog() {
                let text = starter(curve.name, &[policy.name], 10).text().unwrap();
                let keys: Vec<&str> =
                    curve.parameters.iter().chain(&policy.parameters).map(|parameter| parameter.name).collect();
                let default = |line: &str| {
                    let rest = line.strip_prefix("# ")?;
                    let key = rest.split(" = ").next()?;
                    (keys.contains(&key) && rest.contains(" = ")).then(|| format!("{rest}\n"))
                };
                let taken: String =
                    text.lines().map(|line| default(line).unwrap_or_else(|| format!("{line}\n"))).collect();
                if let Err(error) = Loaded::from_text("starter.toml", &taken, Path::new("."), &[]) {
                    panic!("{}", show(&error, Form::Plain));
                }
            }
        }
    }
}
