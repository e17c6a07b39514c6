//! Every entry of every catalogue, in folders.

use serde_json::{Value, json};
use walras_agents::need::AnyNeed;
use walras_agents::objective::AnyObjective;
use walras_agents::policy::AnyPolicy;
use walras_agents::policy::entitlement::Entitlement;
use walras_agents::policy::sizing::OrderSize;
use walras_agents::population::AnyDistribution;
use walras_agents::production::AnyProduction;
use walras_agents::promotion::AnyPromotion;
use walras_agents::reporting::AnyReporting;
use walras_agents::request::AnyRequests;
use walras_agents::request::arrivals::AnyArrivals;
use walras_agents::satisfaction::AnySatisfaction;
use walras_agents::staking::AnyStaking;
use walras_agents::voting::AnyVoter;
use walras_agents::worker::AnyWorkers;
use walras_catalog::problem::nearest;
use walras_catalog::{Bounds, Description, Kind, Node, Parameter};
use walras_engine::economy::{
    AnyMarket, Asset, Cohort, ContactsPlan, Control, Demand, Distribution, Feed, GoalPlan, IncentivePlan, NetworkPlan,
    Numeraire, PromotionPlan, Resource, ShockPlan, StakingPlan, SteeringPlan, Treasury,
};
use walras_engine::governance::{
    BodyPlan, BribePlan, ExitPlan, GiverPlan, LeverPlan, LoanPlan, ProjectPlan, ProposalPlan, RoundPlan,
};
use walras_engine::market::Maker;
use walras_engine::monitor::MonitorPlan;
use walras_engine::order_terms::OrderTerms;
use walras_engine::price::AnyPriceRule;
use walras_engine::shock::AnyShock;
use walras_institutions::attribution::AnyAttribution;
use walras_institutions::contract::reward::AnyReward;
use walras_institutions::contract::{Chain, Clawback, ContractTerms, Dispute, RewardVesting};
use walras_institutions::control::AnyController;
use walras_institutions::distribution::AnyShares;
use walras_institutions::incentive::AnyIncentive;
use walras_institutions::measure::MeasureSpec;
use walras_institutions::monitor::AnyMonitor;
use walras_institutions::release::AnyRelease;
use walras_institutions::rule::AnyRule;
use walras_institutions::task::{TaskBoard, Workforce};
use walras_institutions::voting::proposer::AnyProposer;
use walras_institutions::voting::{AnyVoting, Exit, QuadraticFunding};
use walras_market::allocation::AnyAllocation;
use walras_market::allocation::joint::AnyJointAllocation;
use walras_market::allocation::leases::LeaseRule;
use walras_market::auction::AnyAuction;
use walras_market::auction::issuance::AnyIssuance;
use walras_market::capacity::AnyCapacity;
use walras_market::clearing::AnyClearing;
use walras_market::clearing::adjustment::AnyAdjustment;
use walras_market::clearing::rationing::AnyRationing;
use walras_market::clearing::schedule::AnySchedule;
use walras_market::curve::AnyCurve;
use walras_market::equilibrium::preference::AnyPreference;
use walras_market::equilibrium::solver::AnySolver;
use walras_market::network::AnyTopology;
use walras_market::pool::AnyPool;
use walras_market::pool::fee::AnyFee;
use walras_measures::MeasureDescription;
use walras_scenario::sections::{Record, Run};

use crate::failure::Failure;

/// Entries of one sort.
pub(crate) struct Folder {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What its entries are.
    pub(crate) about: &'static str,
    /// The entries, in the order of their definition.
    pub(crate) entries: Vec<Entry>,
}

/// One thing that can be listed and explained.
pub(crate) struct Entry {
    /// The folder it is in.
    pub(crate) folder: &'static str,
    /// Its name.
    pub(crate) name: String,
    /// What it is; the first line is the summary.
    pub(crate) doc: String,
    /// Its formula; may be empty.
    pub(crate) formula: String,
    /// The unit of its result; empty but for measures.
    pub(crate) unit: String,
    /// Where it comes from; may be empty.
    pub(crate) source: String,
    /// Its parameters.
    pub(crate) parameters: Vec<Parameter>,
}

/// All folders, in the order in which a scenario meets them.
pub(crate) fn all() -> Vec<Folder> {
    vec![
        folder("section", "The tables a scenario is made of", sections()),
        folder("market", "How a price forms: [markets.NAME] with this `kind`", AnyMarket::catalog()),
        folder("curve", "Bonding curves: the price as a function of supply", AnyCurve::catalog()),
        folder("pool", "Pools of liquidity: what a swap pays and leaves", AnyPool::catalog()),
        folder("pool_fee", "What a pool charges", AnyFee::catalog()),
        folder("allocation", "Who gets how much of a capacity that is not enough for all", AnyAllocation::catalog()),
        folder("joint_allocation", "Who gets how much of several capacities at once", AnyJointAllocation::catalog()),
        folder("auction", "Auctions: who gets how much and pays what, at once", AnyAuction::catalog()),
        folder("issuance", "Selling by a schedule: the price that a seller asks next", AnyIssuance::catalog()),
        folder("clearing", "How demand meets supply in one step", AnyClearing::catalog()),
        folder("rationing", "Who gets how much when there is less than is asked", AnyRationing::catalog()),
        folder("adjustment", "How a posted price answers to excess demand", AnyAdjustment::catalog()),
        folder("schedule", "How much is demanded or supplied at each price", AnySchedule::catalog()),
        folder("price", "What an asset's price is when several markets trade it", AnyPriceRule::catalog()),
        folder("preference", "What a consumer of several goods wants", AnyPreference::catalog()),
        folder("equilibrium_solver", "How the prices are found at which all markets clear", AnySolver::catalog()),
        folder("capacity", "How much there is of an asset at a resource", AnyCapacity::catalog()),
        folder("topology", "Which places of a network are linked", AnyTopology::catalog()),
        folder("request", "What agents want of resources", AnyRequests::catalog()),
        folder("arrivals", "When jobs arrive, and how large they are", AnyArrivals::catalog()),
        folder("need", "How what agents need changes", AnyNeed::catalog()),
        folder("reporting", "What agents say they want", AnyReporting::catalog()),
        folder("satisfaction", "What agents get from what they use", AnySatisfaction::catalog()),
        folder("policy", "How agents act", AnyPolicy::catalog()),
        folder("objective", "What agents try to raise", AnyObjective::catalog()),
        folder("production", "How agents make goods from goods", AnyProduction::catalog()),
        folder("distribution", "How a parameter is spread over the agents of a cohort", AnyDistribution::catalog()),
        folder("shares", "How tokens given out are shared among their recipients", AnyShares::catalog()),
        folder("release", "When tokens given out are released", AnyRelease::catalog()),
        folder("controller", "What moves a parameter between steps", AnyController::catalog()),
        folder("staking", "How much of what they hold agents stake", AnyStaking::catalog()),
        folder("incentive", "Rewards and penalties by rule", AnyIncentive::catalog()),
        folder("reward", "What a contract pays for a contribution", AnyReward::catalog()),
        folder("promotion", "How much is done to make something known", AnyPromotion::catalog()),
        folder("attribution", "Who gets the credit for what an agent did", AnyAttribution::catalog()),
        folder("worker", "How agents take tasks and do them", AnyWorkers::catalog()),
        folder("voting", "How the ballots of many decide on a parameter", AnyVoting::catalog()),
        folder("voter", "How agents vote", AnyVoter::catalog()),
        folder("monitor", "What watches an economy and raises alerts", AnyMonitor::catalog()),
        folder("rule", "What follows from an alert", AnyRule::catalog()),
        folder("proposer", "Who proposes what bodies vote on", AnyProposer::catalog()),
        folder("shock", "Outside events", AnyShock::catalog()),
        measures(),
    ]
}

/// The folder called `name`.
///
/// # Errors
/// When there is none, with the nearest.
pub(crate) fn find(name: &str) -> Result<Folder, Failure> {
    let mut folders = all();
    if let Some(at) = folders.iter().position(|folder| folder.name == name) {
        return Ok(folders.swap_remove(at));
    }
    let known: Vec<&str> = folders.iter().map(|folder| folder.name).collect();
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there is {}", walras_catalog::problem::one_of(known)),
    };
    Err(Failure::bad_input_with_help(format!("there is no folder called `{name}`"), help))
}

/// The entries called `name`, or, where it is `folder/name`, the one in that folder.
///
/// # Errors
/// When there is none, with the nearest.
pub(crate) fn find_entries(name: &str) -> Result<Vec<Entry>, Failure> {
    if let Some((folder, name)) = name.split_once('/') {
        return named(find(folder)?.entries, name, &format!("no {folder}"));
    }
    named(all().into_iter().flat_map(|folder| folder.entries).collect(), name, "nothing")
}

fn named(entries: Vec<Entry>, name: &str, what: &str) -> Result<Vec<Entry>, Failure> {
    let (found, others): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| entry.name == name);
    if !found.is_empty() {
        return Ok(found);
    }
    // A piece of a name is meant more likely than another name of a like length.
    let holds = |entry: &&Entry| name.len() >= 3 && entry.name.contains(name);
    let piece = others.iter().filter(holds).min_by_key(|entry| entry.name.len());
    let near = nearest(name, others.iter().map(|entry| entry.name.as_str()));
    let help = match near.or(piece.map(|entry| entry.name.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`walras list` shows what there is".to_owned(),
    };
    Err(Failure::bad_input_with_help(format!("there is {what} called `{name}`"), help))
}

fn folder(name: &'static str, about: &'static str, entries: Vec<Description>) -> Folder {
    let entries = entries.into_iter().map(|entry| of_description(name, entry)).collect();
    Folder { name, about, entries }
}

fn of_description(folder: &'static str, entry: Description) -> Entry {
    Entry {
        folder,
        name: entry.name.to_owned(),
        doc: entry.doc,
        formula: entry.formula.to_owned(),
        unit: String::new(),
        source: entry.source.to_owned(),
        parameters: entry.parameters,
    }
}

fn sections() -> Vec<Description> {
    vec![
        Run::description("section"),
        Numeraire::description("section"),
        Asset::description("section"),
        Cohort::description("section"),
        OrderSize::description("section"),
        OrderTerms::description("section"),
        Entitlement::description("section"),
        Distribution::description("section"),
        Control::description("section"),
        Treasury::description("section"),
        IncentivePlan::description("section"),
        BodyPlan::description("section"),
        LeverPlan::description("section"),
        ProposalPlan::description("section"),
        ExitPlan::description("section"),
        Exit::description("section"),
        BribePlan::description("section"),
        LoanPlan::description("section"),
        RoundPlan::description("section"),
        GiverPlan::description("section"),
        ProjectPlan::description("section"),
        QuadraticFunding::description("section"),
        StakingPlan::description("section"),
        GoalPlan::description("section"),
        MeasureSpec::description("section"),
        Maker::description("section"),
        Resource::description("section"),
        Demand::description("section"),
        LeaseRule::description("section"),
        NetworkPlan::description("section"),
        ContactsPlan::description("section"),
        PromotionPlan::description("section"),
        ContractTerms::description("section"),
        RewardVesting::description("section"),
        Clawback::description("section"),
        Chain::description("section"),
        Dispute::description("section"),
        TaskBoard::description("section"),
        Workforce::description("section"),
        SteeringPlan::description("section"),
        MonitorPlan::description("section"),
        ShockPlan::description("section"),
        Feed::description("section"),
        Record::description("section"),
    ]
}

fn measures() -> Folder {
    let entry = |measure: &MeasureDescription| Entry {
        folder: "measure",
        name: measure.name.to_owned(),
        doc: measure.meaning.to_owned(),
        formula: measure.formula.to_owned(),
        unit: measure.unit.to_owned(),
        source: measure.source.to_owned(),
        parameters: Vec::new(),
    };
    let entries = walras_measures::list().iter().map(entry).collect();
    Folder { name: "measure", about: "What can be measured of a run", entries }
}

impl Entry {
    /// The first line of its documentation.
    pub(crate) fn summary(&self) -> &str {
        self.doc.lines().next().unwrap_or_default()
    }

    /// Everything about it, for programs.
    pub(crate) fn json(&self) -> Value {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        json!({
            "folder": self.folder,
            "name": self.name,
            "summary": self.summary(),
            "doc": self.doc,
            "formula": given(&self.formula),
            "unit": given(&self.unit),
            "source": given(&self.source),
            "parameters": self.parameters.iter().map(parameter_json).collect::<Vec<_>>(),
        })
    }
}

fn parameter_json(parameter: &Parameter) -> Value {
    let bounds = parameter.bounds.as_ref().map(|bounds| {
        json!({
            "low": Some(bounds.low).filter(|&low| low > f64::MIN),
            "high": Some(bounds.high).filter(|&high| high < f64::MAX),
            "low_excluded": bounds.above_low,
            "high_excluded": bounds.below_high,
        })
    });
    json!({
        "name": parameter.name,
        "meaning": parameter.meaning,
        "unit": Some(parameter.unit).filter(|unit| !unit.is_empty()),
        "form": form(&parameter.kind),
        "bounds": bounds,
        "required": is_required(parameter),
        "default": default(parameter).as_ref().map(Node::to_json),
    })
}

/// Whether a scenario must give it.
pub(crate) fn is_required(parameter: &Parameter) -> bool {
    parameter.default.is_none() && !parameter.optional
}

/// What holds when the key is absent, as a scenario would have it.
pub(crate) fn default(parameter: &Parameter) -> Option<Node> {
    let mut default = parameter.default.clone()?;
    if let (Kind::Section(_), Node::Table(table)) = (&parameter.kind, &mut default) {
        // A section is known by where it stands.
        table.entries.retain(|entry| entry.name != "kind");
    }
    Some(default)
}

/// What a value of this form is, in few words.
pub(crate) fn form(kind: &Kind) -> String {
    match kind {
        Kind::Number => "number".to_owned(),
        Kind::Integer => "whole number".to_owned(),
        Kind::Flag => "true or false".to_owned(),
        Kind::Text => "text".to_owned(),
        Kind::Choice(names) => names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(" or "),
        Kind::List(of) => format!("list of: {}", form(of)),
        Kind::Section(parameters) => {
            let keys: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
            format!("table {{ {} }}", keys.join(", "))
        }
        Kind::Named(of) => format!("table by name of: {}", form(of)),
        Kind::Entry(entries) => entries().first().map_or_else(String::new, |entry| entry.folder.to_owned()),
        Kind::Either(one, other) => format!("{} or {}", form(one), form(other)),
    }
}

/// The numbers within the bounds: `0 to 1`, `above 0`, `0 to below 1`; nothing where any will do.
pub(crate) fn range(bounds: &Bounds) -> String {
    let low = (bounds.low > f64::MIN).then(|| number(bounds.low));
    let high = (bounds.high < f64::MAX).then(|| number(bounds.high));
    match (low, high) {
        (Some(low), Some(high)) => {
            let above = if bounds.above_low { "above " } else { "" };
            let below = if bounds.below_high { "below " } else { "" };
            format!("{above}{low} to {below}{high}")
        }
        (Some(low), None) if bounds.above_low => format!("above {low}"),
        (Some(low), None) => format!("at least {low}"),
        (None, Some(high)) if bounds.below_high => format!("below {high}"),
        (None, Some(high)) => format!("at most {high}"),
        (None, None) => String::new(),
    }
}

/// A number as it would be written in a scenario, without rows of zeros.
pub(crate) fn number(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-5..1e7).contains(&size) { number.to_string() } else { format!("{number:e}") }
}

/// A default as it would be written in a scenario.
pub(crate) fn written(node: &Node) -> String {
    match node {
        Node::Flag(flag) => flag.to_string(),
        Node::Integer(integer) => integer.to_string(),
        Node::Float(float) => number(*float),
        Node::Text(text) => quoted(text),
        Node::List(items) => {
            format!("[{}]", items.iter().map(|item| written(&item.node)).collect::<Vec<_>>().join(", "))
        }
        Node::Table(table) => {
            let kind = table.get("kind").map(|kind| &kind.node);
            match (kind, table.entries.len()) {
                // An entry without parameters may be given by its name alone.
                (Some(kind), 1) => written(kind),
                _ => {
                    let entries = table.entries.iter();
                    let pairs = entries.map(|entry| format!("{} = {}", entry.name, written(&entry.value.node)));
                    match pairs.collect::<Vec<_>>() {
                        pairs if pairs.is_empty() => "{}".to_owned(),
                        pairs => format!("{{ {} }}", pairs.join(", ")),
                    }
                }
            }
        }
    }
}

/// A text as TOML has it; JSON's escapes are a part of TOML's.
pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_says_what_it_is() {
        for entry in all().iter().flat_map(|folder| &folder.entries) {
            assert!(!entry.summary().is_empty(), "{}/{}", entry.folder, entry.name);
        }
    }

    #[test]
    fn every_folder_that_a_parameter_names_is_there() {
        fn check(kind: &Kind) {
            match kind {
                Kind::Entry(entries) => assert!(find(entries()[0].folder).is_ok()),
                Kind::List(of) | Kind::Named(of) => check(of),
                Kind::Either(one, other) => [one, other].into_iter().for_each(|kind| check(kind)),
                Kind::Section(parameters) => parameters.iter().for_each(|parameter| check(&parameter.kind)),
                Kind::Number | Kind::Integer | Kind::Flag | Kind::Text | Kind::Choice(_) => {}
            }
        }
        for entry in all().iter().flat_map(|folder| &folder.entries) {
            entry.parameters.iter().for_each(|parameter| check(&parameter.kind));
        }
    }

    #[test]
    fn ranges_read_as_words() {
        assert_eq!(range(&Bounds::from(0.0..=1.0)), "0 to 1");
        assert_eq!(range(&Bounds::from(0.0..1.0)), "0 to below 1");
        assert_eq!(range(&Bounds::above(0.0)), "above 0");
        assert_eq!(range(&Bounds::from(1e-30..=1e30)), "1e-30 to 1e30");
        assert_eq!(range(&Bounds::from(f64::MIN..)), "");
    }
}
