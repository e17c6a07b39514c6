//! What bodies decided, who took part, and what rounds matched.

use serde::{Deserialize, Serialize};
use walras_engine::World;
use walras_engine::governance::{Body, Round};
use walras_institutions::voting::Status;
use walras_ledger::AssetId;
use walras_measures::inequality::nakamoto_coefficient;

/// A body that votes, over a whole run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BodySummary {
    /// The body.
    pub name: String,
    /// The rule by which it votes, as scenarios name it.
    pub rule: String,
    /// How many voters it has.
    pub voters: u64,
    /// Proposals that were opened.
    pub proposals: u64,
    /// Of those, how many passed; what is still open has not.
    pub passed: u64,
    /// How many failed.
    pub failed: u64,
    /// How many were carried out.
    pub executed: u64,
    /// How many passed and could not be carried out.
    pub expired: u64,
    /// The share of voters who voted themselves, on average over the proposals that were decided.
    pub participation: Option<f64>,
    /// The share of all votes that were cast, on average over the same, where the rule bounds them.
    pub turnout: Option<f64>,
    /// The share of voters who voted at least once.
    pub ever_voted: Option<f64>,
    /// The least number of voters who together have more than half of all tokens that weigh, at the end.
    pub nakamoto: Option<u64>,
    /// Each lever, in the scenario's order.
    pub levers: Vec<LeverSummary>,
    /// Money in the treasury at the end.
    pub treasury: Option<f64>,
}

/// A parameter that a body may set, over a whole run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeverSummary {
    /// The lever.
    pub name: String,
    /// The parameter that it moves.
    pub parameter: String,
    /// How often the body moved it.
    pub moves: u64,
    /// Its value when it was first voted on, or at the end where it never was.
    pub first: Option<f64>,
    /// Its value at the end.
    pub last: Option<f64>,
}

/// Rounds that matched gifts, over a whole run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoundSummary {
    /// Its name.
    pub name: String,
    /// Each project, in the scenario's order.
    pub projects: Vec<ProjectSummary>,
}

/// A project, over a whole run, in units of money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProjectSummary {
    /// The project.
    pub name: String,
    /// What it was given.
    pub given: f64,
    /// By how much that was matched.
    pub matched: f64,
}

impl BodySummary {
    /// What `body` came to so far.
    pub(super) fn of(world: &World, body: &Body) -> Self {
        let proceedings = &body.proceedings;
        let all = || 0..proceedings.len();
        let count = |wanted: &[Status]| all().filter(|&it| wanted.contains(&proceedings.status(it))).count() as u64;
        let decided: Vec<usize> = all().filter(|&it| proceedings.status(it) != Status::Open).collect();
        let mean = |value: &dyn Fn(usize) -> f64| {
            let values: Vec<f64> = decided.iter().map(|&it| value(it)).filter(|value| value.is_finite()).collect();
            (!values.is_empty()).then(|| walras_numerics::sum::mean(&values))
        };
        let voters = body.size as f64;
        let voted = body.memory.ballots.iter().filter(|&&ballots| ballots > 0).count();
        let weights: Vec<f64> = body.weights(world).iter().map(|&weight| weight as f64).collect();
        let treasury = |account| world.ledger.held(account, AssetId::NUMERAIRE) as f64 / world.assets[0].scale;
        Self {
            name: body.name.clone(),
            rule: body.rule.name().to_owned(),
            voters: body.size as u64,
            proposals: proceedings.len() as u64,
            passed: count(&[Status::Queued, Status::Executed, Status::Expired]),
            failed: count(&[Status::Failed]),
            executed: count(&[Status::Executed]),
            expired: count(&[Status::Expired]),
            participation: mean(&|it| f64::from(proceedings.tally(it).voters) / voters),
            turnout: mean(&|it| proceedings.tally(it).turnout()),
            ever_voted: (!decided.is_empty()).then(|| voted as f64 / voters),
            nakamoto: nakamoto_coefficient(&weights, 0.5).map(|owners| owners as u64),
            levers: (0..body.levers.len()).map(|lever| lever_summary(world, body, lever)).collect(),
            treasury: body.treasury.map(treasury),
        }
    }
}

fn lever_summary(world: &World, body: &Body, lever: usize) -> LeverSummary {
    let proceedings = &body.proceedings;
    let about = |it: &usize| proceedings.proposal(*it).lever as usize == lever;
    let (known, of) = (|value: f64| value.is_finite().then_some(value), &body.levers[lever]);
    let last = of.lever.read(world);
    let first = (0..proceedings.len()).find(about).map_or(last, |it| proceedings.proposal(it).before);
    let moves = (0..proceedings.len()).filter(about).filter(|&it| proceedings.status(it) == Status::Executed).count();
    LeverSummary {
        name: of.name.clone(),
        parameter: of.lever.name.clone(),
        moves: moves as u64,
        first: known(first),
        last: known(last),
    }
}

impl RoundSummary {
    /// What `round` came to so far.
    pub(super) fn of(world: &World, round: &Round) -> Self {
        let units = |atoms: i64| atoms as f64 / world.assets[0].scale;
        let project = |it: &walras_engine::governance::round::Project| ProjectSummary {
            name: it.name.clone(),
            given: units(it.given),
            matched: units(it.matched),
        };
        Self { name: round.name.clone(), projects: round.projects.iter().map(project).collect() }
    }
}
